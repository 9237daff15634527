// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/budgets/budget.h"

#include "core/base/encoding.h"

#include <algorithm>
#include <cmath>

namespace gatehouse::cost {

namespace {

constexpr int HistoryDays = 183;

tl::unexpected<Error> refused(std::string message)
{
    return fail(Error::Kind::InvalidInput, std::move(message), "Nothing was changed.");
}

std::string nameOf(const Budget& budget)
{
    switch (budget.scope) {
    case BudgetScope::Everything:
        return "everything";
    case BudgetScope::Team:
        return "the team “" + budget.key + "”";
    case BudgetScope::Service:
        break;
    }
    return "the service “" + budget.key + "”";
}

bool sameScope(const Budget& a, const Budget& b)
{
    return a.scope == b.scope && equalsIgnoreCase(a.key, b.key);
}

bool shareAMonth(const Budget& a, const Budget& b)
{
    return (!a.until || b.since < *a.until) && (!b.until || a.since < *b.until);
}

Grouping dailyGrouping(const Ledger& ledger, const ServiceFacts& facts,
                       const std::vector<CostFilter>& filters, const DayRange& range)
{
    return group(ledger, facts,
                 {CostDimension::Model, range, {range.first, range.first}, Step::Daily, filters});
}

double units(Int128 pico)
{
    return static_cast<double>(pico) / static_cast<double>(PicoPerUnit);
}

} // namespace

std::vector<CostFilter> filtersOf(const Budget& budget)
{
    switch (budget.scope) {
    case BudgetScope::Everything:
        return {};
    case BudgetScope::Team:
        return {{CostDimension::Team, budget.key, RowKind::Value}};
    case BudgetScope::Service:
        break;
    }
    return {{CostDimension::Service, budget.key, RowKind::Value}};
}

Status checkBudgets(const std::vector<Budget>& budgets, const PriceBook& book)
{
    for (std::size_t i = 0; i < budgets.size(); ++i) {
        const Budget& budget = budgets[i];
        if (budget.monthly <= 0)
            return refused("The budget of " + nameOf(budget) + " must be more than 0.");
        if ((budget.scope == BudgetScope::Everything) != budget.key.empty())
            return refused("A budget names one team or one service, or is for everything.");
        if (budget.until && *budget.until <= budget.since)
            return refused("The budget of " + nameOf(budget) + " ends before it begins.");
        if (!budget.currency.known() ||
            !book.rates().convert({budget.monthly, budget.currency}, book.home(), firstDay(budget.since)))
            return refused("The budget of " + nameOf(budget) + " is in “" + budget.currency.text() +
                           "”, which has no rate in " + book.home().text() + " for " +
                           monthText(budget.since) + ".");
        for (std::size_t j = 0; j < i; ++j) {
            if (sameScope(budget, budgets[j]) && shareAMonth(budget, budgets[j]))
                return refused("There are two budgets of " + nameOf(budget) + " for " +
                               monthText(std::max(budget.since, budgets[j].since)) + ".");
        }
    }
    return {};
}

const Budget* findBudget(const std::vector<Budget>& budgets, BudgetScope scope, std::string_view key,
                         Month month)
{
    const auto found = std::find_if(budgets.begin(), budgets.end(), [&](const Budget& budget) {
        return budget.scope == scope && equalsIgnoreCase(budget.key, key) && budget.since <= month &&
               (!budget.until || month < *budget.until);
    });
    return found == budgets.end() ? nullptr : &*found;
}

DailySeries dailyCost(const Ledger& ledger, const ServiceFacts& facts, const std::vector<CostFilter>& filters,
                      const DayRange& range)
{
    DailySeries series{range.first,
                       std::vector<double>(static_cast<std::size_t>(std::max(range.length(), 0)))};
    for (const CostRow& row : dailyGrouping(ledger, facts, filters, range).rows) {
        for (std::size_t i = 0; i < row.pico.size(); ++i)
            series.values[i] += units(row.pico[i]);
    }
    return series;
}

Result<BudgetStatus> statusOf(const Ledger& ledger, const ServiceFacts& facts, const Budget& budget, Day asOf)
{
    BudgetStatus status;
    status.budget = budget;
    status.month = monthOf(asOf);
    const PriceBook& book = ledger.pricesOf(status.month).book;
    const Result<Money> limit =
        book.rates().convert({budget.monthly, budget.currency}, book.home(), firstDay(status.month));
    if (!limit)
        return fail(limit.error());
    status.limit = limit->pico;
    const std::vector<CostFilter> filters = filtersOf(budget);
    status.spent = dailyGrouping(ledger, facts, filters, {firstDay(status.month), asOf}).now.pico;
    const DailySeries series =
        dailyCost(ledger, facts, filters, {asOf - std::chrono::days{HistoryDays}, asOf});
    status.forecast = forecast(series, asOf);
    const double most = units(status.limit);
    if (status.forecast) {
        status.runsOut = status.forecast->reaches(most, series);
        status.earliest = status.forecast->reaches(most, series, 1);
        status.latest = status.forecast->reaches(most, series, -1);
    }
    if (status.spent > status.limit)
        status.state = BudgetState::Over;
    else if (status.forecast && status.forecast->total > most)
        status.state = BudgetState::Exceeds;
    else if (status.forecast && status.forecast->high > most)
        status.state = BudgetState::AtRisk;
    return status;
}

} // namespace gatehouse::cost
