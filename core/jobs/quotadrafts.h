// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/changes.h"
#include "core/jobs/quotaboard.h"

namespace gatehouse::jobs {

/// What is to stand in the sheet: by service, "" is everybody else. Empty: no rule of its own.
using QuotaDrafts = std::map<std::string, std::optional<gateway::ServiceQuota>>;

/// The text of the fragment with the drafts in it; only their rows differ. base: its properties, empty when
/// it is not there. InvalidInput where a draft breaks a rule.
[[nodiscard]] Result<std::string> draftedFragment(const std::optional<Json>& base, const QuotaDrafts& drafts);

/// The one change of the fragment. names: how services are called in the title.
[[nodiscard]] Result<ChangeSet> quotaChangeSet(const std::string& resourceId, const std::optional<Json>& base,
                                               const QuotaDrafts& drafts,
                                               const std::map<std::string, std::string>& names);

/// Whom the drafts touch, and the limits that they would have at this moment: a draft of everybody else is of
/// all services without a rule, and of calls without a subscription ("").
[[nodiscard]] std::map<std::string, gateway::QuotaLimits>
draftedLimits(const std::vector<QuotaBoardRow>& rows, const QuotaDrafts& drafts, DateTime moment);

/// The limits as the gateway counts them. What only the gateway can work out is left out and named in
/// unknown: "tokens per minute".
struct CountedLimits
{
    std::vector<gateway::LimitRule> rules;
    std::vector<std::string> unknown;
};
[[nodiscard]] CountedLimits countedLimits(const gateway::QuotaLimits& limits);

} // namespace gatehouse::jobs
