// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/directory/servicedirectory.h"
#include "core/usage/anomalies/alerts.h"
#include "core/usage/budgets/budget.h"
#include "core/usage/ledger/facts.h"
#include "core/usage/usage.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::jobs {

/// What is kept beside the ledger: how far the log was read, budgets, snoozes, which alerts were told, and
/// who owned which service since when. A value.
struct CostNotes
{
    std::optional<DateTime> readFrom;
    std::optional<DateTime> readTo;
    std::vector<cost::Budget> budgets;
    std::vector<cost::Snooze> snoozes;
    std::vector<cost::Told> told;
    std::map<std::string, std::vector<cost::ServiceTerms>> terms; ///< by service, oldest first

    /// What the directory says now holds from today on, where it differs from what held before; of a service
    /// that was not known it holds for all of the past. True when something is new.
    bool learn(const gateway::ServiceDirectory& directory, const usage::ServiceNames& names, cost::Day today);
    [[nodiscard]] cost::ServiceFacts facts() const;

    [[nodiscard]] std::string toJson() const;
    /// InvalidInput for a text that no writer of this version made.
    [[nodiscard]] static Result<CostNotes> fromJson(std::string_view json);
};

} // namespace gatehouse::jobs
