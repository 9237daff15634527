// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::gateway {

/// The properties of one resource, three ways; empty is "not there".
struct ResourceVersions
{
    std::optional<Json> base;   ///< as the draft found it
    std::optional<Json> wanted; ///< as the draft leaves it
    std::optional<Json> now;    ///< as it stands
};

struct ResourceMerge
{
    std::optional<Json> result;
    bool merged = false; ///< somebody else changed it since base, and the draft fits in
    std::vector<std::string> conflicts;
};

/// What is to be written so that neither side loses anything. Conflicts say what both changed; result is then
/// what stands there. With draftWins the draft's version is taken there and there are none.
[[nodiscard]] ResourceMerge mergeResource(const std::string& resourceId, const ResourceVersions& versions,
                                          bool draftWins);

/// Nothing to be written: the two are the same to the service.
[[nodiscard]] bool sameProperties(const std::optional<Json>& a, const std::optional<Json>& b);

/// Where a resource stands when the reply to a write was lost.
enum class Standing {
    Written,    ///< everything that the write changed is so
    NotWritten, ///< nothing of it
    Other       ///< neither: somebody else has changed the same
};
[[nodiscard]] Standing standingOf(const std::string& resourceId, const std::optional<Json>& before,
                                  const std::optional<Json>& after, const std::optional<Json>& now);

/// A policy or a policy fragment: its properties are "format" and the text in "value".
[[nodiscard]] bool isPolicy(std::string_view resourceId);

} // namespace gatehouse::gateway
