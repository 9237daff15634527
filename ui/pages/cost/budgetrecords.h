// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/forecastchart.h"
#include "ui/models/recordmodel.h"
#include "ui/pages/cost/budgetdesk.h"

#include <vector>

/// What the view of budgets shows, made from the desk's values.
namespace gatehouse::ui {

struct Tokens;

struct BudgetColumn
{
    enum { Name, For, Spent, Limit, Used, Forecast, Interval, Ends, RunsOut, State };
};
[[nodiscard]] std::vector<ColumnSpec> budgetColumns();
[[nodiscard]] Record budgetRecord(const BudgetLine& line, cost::Month today, const Tokens& tokens);

/// Of everything, a tenth above the forecast, with its status worked out as the ledger does. The view has a
/// forecast.
[[nodiscard]] BudgetLine exampleLine(const jobs::CostView& view);

/// Places behind the point for the month's amounts.
[[nodiscard]] int digitsOf(const jobs::CostView& view);
/// status may be null: no limit then.
[[nodiscard]] MonthCourse courseOf(const jobs::CostView& view, const cost::BudgetStatus* status);
[[nodiscard]] QString spentText(const cost::BudgetStatus* status, const jobs::CostView* view);

struct CauseLine
{
    QString name;
    QString amount;
    QString hint;
};
[[nodiscard]] constexpr int causeCount()
{
    return 5;
}
/// Volume, tokens per call, model mix, price, and the rest where there is one.
[[nodiscard]] std::vector<CauseLine> causeLines(const jobs::CostView& view);
/// "12 May – 8 June cost 12.30 USD more than the 28 days before (+4.1 %)."
[[nodiscard]] QString changeSentence(const jobs::CostView& view);

} // namespace gatehouse::ui
