// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/azure/apimclient.h"
#include "core/jobs/question.h"
#include "core/jobs/quotaboard.h"

#include <map>

namespace gatehouse::jobs {

/// What services used, by their id in lower case: logs spell ids in any case.
using QuotaUses = std::map<std::string, QuotaUse>;

/// Reads the answers to quota-consumption, quota-pace, quota-peak and workspace-extent. periods: those that
/// were asked for; scanStart: from when on. tokensKnown: false without the LLM log.
[[nodiscard]] Result<QuotaUses> readUses(const Answers& answers,
                                         const std::set<gateway::QuotaPeriod>& periods, DateTime scanStart,
                                         bool tokensKnown);

/// One row for each subscription and each rule. uses is null where the logs say nothing.
[[nodiscard]] std::vector<QuotaBoardRow> boardRows(const std::vector<azure::ApimSubscription>& subscriptions,
                                                   const std::vector<azure::ApimProduct>& products,
                                                   const gateway::QuotaSheet& sheet, const QuotaUses* uses);

} // namespace gatehouse::jobs
