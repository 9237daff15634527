// SPDX-License-Identifier: GPL-3.0-or-later
// The comment of a rule in the fragment of quotas. Internal to core/gateway/policy.
#pragma once

#include "core/gateway/policy/quotasheet.h"

namespace gatehouse::gateway {

[[nodiscard]] bool isQuotaNote(std::string_view comment);
/// What stands between <!-- and -->; "" when the quota has nothing to note.
[[nodiscard]] std::string quotaNote(const ServiceQuota& quota);
/// Fills raise, owner and ticket. InvalidInput when the comment was edited into something else.
[[nodiscard]] Status readQuotaNote(std::string_view comment, ServiceQuota& quota);

} // namespace gatehouse::gateway
