// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/cost.h"

#include <memory>
#include <vector>

/// Half a year of a small company's calls in a real ledger, seen on 3 June 2026 at 15:07 (WindowFixture's
/// clock). Every kind of row is in it: calls without a price (o4-preview), without tokens, of the smoke
/// tests, of a month that is closed, without an owner, and capacity that nobody used. May was re-priced and
/// closed, a spike of support-copilot is a day old, and there are budgets, findings and running costs.
namespace gatehouse::test {

/// The day and the moment at which the sample is looked at.
[[nodiscard]] cost::Day sampleCostDay();
[[nodiscard]] DateTime sampleCostNow();

/// What jobs::CostLedger would answer. hostile names services, teams and owners as markup.
[[nodiscard]] std::shared_ptr<const jobs::CostView> sampleCost(const jobs::CostQuestion& question = {},
                                                               bool hostile = false);
/// The calls of it, by time, at most so many. Filters of the dimension Service, Model, Backend, Region,
/// Feature and those for kinds of rows count; others do not.
[[nodiscard]] std::vector<jobs::BookedCall> sampleCostCalls(const jobs::CostQuestion& question, int most,
                                                            bool hostile = false);
/// Its report, as of the sample's day.
[[nodiscard]] std::shared_ptr<const report::Report> sampleCostReport(const jobs::CostQuestion& question,
                                                                     bool hostile = false);
/// Two versions of prices, the second in force, May closed.
[[nodiscard]] jobs::CostPrices sampleCostPrices();
[[nodiscard]] std::vector<cost::Budget> sampleBudgets();

} // namespace gatehouse::test
