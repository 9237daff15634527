// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"

#include <string>
#include <vector>

namespace gatehouse::gateway {

/// The same to the service: a member that is null is one that is not there, "1" is 1, an id of ARM counts by
/// its end ("/backends/x") and without case (contracts §4.2, §9).
[[nodiscard]] bool sameJson(const Json& a, const Json& b);

struct JsonMerge
{
    Json result; ///< null: nothing
    std::vector<std::string> conflicts;
};

/// Member by member: what only one side changed is taken from that side. Lists of objects are merged by "id"
/// or "name" where each has one of its own; any other list is one value. Where both changed the same, the
/// conflict is named for people ("weight of aoai-eastus") and now stays, or the draft wins. null stands for
/// nothing.
[[nodiscard]] JsonMerge mergeJson(const Json& base, const Json& wanted, const Json& now, bool draftWins);

/// "tokensPerMinute" → "tokens per minute"
[[nodiscard]] std::string spokenName(const std::string& member);

} // namespace gatehouse::gateway
