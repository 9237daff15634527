// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/policy/quotasheet.h"

#include <QtCore/QString>

#include <optional>

/// What a person types into a cell of the sheet, and whether it may stand there. No widgets.
namespace gatehouse::ui {

enum class QuotaField { TokensPerMinute, TokenQuota, Period, Calls, Owner, Ticket };

/// "Tokens per minute"
[[nodiscard]] QString fieldName(QuotaField field);
/// What stands in a field as it is edited: all digits, expressions as they are, "" where there is nothing.
[[nodiscard]] QString entryText(const std::optional<gateway::ServiceQuota>& quota, QuotaField field);

/// The quota with what was typed: "" removes, "50k" and "1.5 M" are numbers, "@(…)" and "{{…}}" stay as they
/// are. A quota without a period gets Daily; without any limit left there is no rule (empty). InvalidInput
/// names the field.
[[nodiscard]] Result<std::optional<gateway::ServiceQuota>>
withEntry(const std::string& service, const std::optional<gateway::ServiceQuota>& quota, QuotaField field,
          const QString& typed);

/// The rule as it counts from this moment on: a raise that has ended is gone, and with it a rule that was
/// nothing but the raise.
[[nodiscard]] std::optional<gateway::ServiceQuota>
settledQuota(const std::optional<gateway::ServiceQuota>& quota, DateTime moment);

/// "12 000 tokens a minute, 5 M tokens a day, 60 calls a minute"; "no limit".
[[nodiscard]] QString limitsText(const gateway::QuotaLimits& limits);

} // namespace gatehouse::ui
