// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/usage/forecast/forecast.h"
#include "core/usage/ledger/grouping.h"

#include <optional>
#include <string>
#include <vector>

namespace gatehouse::cost {

/// Whose spending a budget limits. A service's and its team's budget hold beside each other, as do a team's
/// and the whole company's.
enum class BudgetScope : std::uint8_t { Everything, Team, Service };

/// A limit for each calendar month (of the ledger's zone).
struct Budget
{
    BudgetScope scope = BudgetScope::Everything;
    std::string key; ///< the team, or the service's id; "" for everything
    Pico monthly = 0;
    Currency currency;
    Month since;
    std::optional<Month> until; ///< the first month without it
    bool operator==(const Budget&) const = default;
};

/// The calls that count under it.
[[nodiscard]] std::vector<CostFilter> filtersOf(const Budget& budget);

/// InvalidInput when an amount is not more than 0, a scope lacks its key, a currency has no rate into the
/// book's home for the first month, or two budgets of one scope and key (without case) share a month. Nothing
/// is changed then.
[[nodiscard]] Status checkBudgets(const std::vector<Budget>& budgets, const PriceBook& book);

/// The budget in force; null without one.
[[nodiscard]] const Budget* findBudget(const std::vector<Budget>& budgets, BudgetScope scope,
                                       std::string_view key, Month month);

enum class BudgetState : std::uint8_t {
    Within,  ///< even the high end of the forecast is
    AtRisk,  ///< the high end is over it
    Exceeds, ///< the forecast is over it
    Over     ///< what is spent is over it
};

/// A budget beside what is spent of it. Amounts in the ledger's currency.
struct BudgetStatus
{
    Budget budget;
    Month month;
    Int128 limit = 0;                 ///< converted by the rate of the month's first day
    Int128 spent = 0;                 ///< exact, to the day before asOf
    std::optional<Forecast> forecast; ///< empty when there is nothing to stand on
    BudgetState state = BudgetState::Within;
    std::optional<Day> runsOut;  ///< expected; empty when not in this month
    std::optional<Day> earliest; ///< by the high end
    std::optional<Day> latest;   ///< by the low end
};
/// asOf: the first day that is not over yet; its month is looked at. InvalidInput without a rate.
[[nodiscard]] Result<BudgetStatus> statusOf(const Ledger& ledger, const ServiceFacts& facts,
                                            const Budget& budget, Day asOf);

/// What was spent a day under some filters, in whole units of the ledger's currency.
[[nodiscard]] DailySeries dailyCost(const Ledger& ledger, const ServiceFacts& facts,
                                    const std::vector<CostFilter>& filters, const DayRange& range);

} // namespace gatehouse::cost
