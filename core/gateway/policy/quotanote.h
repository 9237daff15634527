// SPDX-License-Identifier: GPL-3.0-or-later
// The comment of a rule in the fragment of quotas. Internal to core/gateway/policy.
#pragma once

#include "core/gateway/policy/quotasheet.h"

namespace gatehouse::gateway {

[[nodiscard]] bool isQuotaNote(std::string_view comment);
/// What stands between <!-- and -->; "" when there is nothing to note. until, of a raise, is for people: the
/// condition of the rule decides.
[[nodiscard]] std::string quotaNote(const ServiceQuota& quota, std::optional<DateTime> until);
/// Fills owner and ticket. InvalidInput when the comment was edited into something else.
[[nodiscard]] Status readQuotaNote(std::string_view comment, ServiceQuota& quota);

} // namespace gatehouse::gateway
