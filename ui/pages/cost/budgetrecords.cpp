// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/cost/budgetrecords.h"

#include "core/usage/money/shown.h"
#include "ui/models/cells.h"
#include "ui/models/format.h"
#include "ui/pages/cost/budgettext.h"

#include <QtCore/QCoreApplication>

#include <algorithm>
#include <cmath>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr double ExampleShare = 1.1;

QString budgetWord(const char* text, int count = -1)
{
    return QCoreApplication::translate("Budgets", text, nullptr, count);
}

double units(cost::Int128 pico)
{
    return static_cast<double>(pico) / static_cast<double>(cost::PicoPerUnit);
}

Cell shareCell(double share)
{
    return {share, formatShare(share), QString::number(share * 100, 'f', 2) + u" %"_s, {}};
}

Cell dayCell(const std::optional<cost::Day>& day, const QString& without)
{
    if (!day)
        return {{}, without, {}, {}};
    return {fromText(cost::dayText(*day)), dayName(*day), fromText(cost::dayText(*day)), {}};
}

/// The amounts of a line that is in force; without a status all but the limit are unknown.
void addAmounts(const BudgetLine& line, Record& record)
{
    const auto& currency = line.budget.currency;
    const QString own = fromText(cost::exactText(line.budget.monthly, 2) + " " + currency.text());
    if (!line.status) {
        // Not in the ledger's currency, so no number among those that are.
        record.cells.insert(record.cells.end(), {unknownCell(), Cell{{}, own, own, {}}});
        for (int i = BudgetColumn::Used; i <= BudgetColumn::RunsOut; ++i)
            record.cells.push_back(unknownCell());
        return;
    }
    const cost::BudgetStatus& status = *line.status;
    const double limit = units(status.limit);
    const int digits = digitsFor(currency, std::max(status.limit, status.spent));
    const auto money = [&](cost::Int128 pico, const QString& exact) {
        return Cell{units(pico), amountText(pico, digits), exact, {}};
    };
    record.cells.push_back(money(status.spent, fromText(cost::exactText(status.spent, digits))));
    record.cells.push_back(money(status.limit, own));
    record.cells.push_back(limit > 0 ? shareCell(units(status.spent) / limit) : unknownCell());
    if (status.forecast) {
        const cost::Forecast& forecast = *status.forecast;
        const QString interval =
            amountText(forecast.low, digits) + u" – "_s + amountText(forecast.high, digits);
        record.cells.push_back({forecast.total, amountText(forecast.total, digits), {}, {}});
        record.cells.push_back({interval, interval, {}, {}});
        record.cells.push_back(limit > 0 ? shareCell(forecast.total / limit) : unknownCell());
    } else {
        record.cells.insert(record.cells.end(), 3, unknownCell());
    }
    Cell runsOut = dayCell(status.runsOut, status.forecast ? budgetWord("not this month") : unknownText());
    runsOut.exact = runsOutText(status);
    record.cells.push_back(std::move(runsOut));
}

} // namespace

std::vector<ColumnSpec> budgetColumns()
{
    return {
        {budgetWord("Budget"), u"budget"_s, false, 140, {}},
        {budgetWord("For"), u"for"_s, false, 100, {}},
        {budgetWord("Spent"), u"spent"_s, true, 92, budgetWord("In days that are over")},
        {budgetWord("Limit"), u"limit"_s, true, 92, budgetWord("For the month, in the ledger's currency")},
        {budgetWord("Used"), u"used"_s, true, 92,
         budgetWord("Spent, as a part of the limit. The mark is where the month will end.")},
        {budgetWord("Forecast"), u"forecast"_s, true, 92, budgetWord("Expected at the month's end")},
        {budgetWord("Nine of ten"), u"interval"_s, true, 144,
         budgetWord("Nine times of ten the month ends between these")},
        {budgetWord("At the end"), u"forecast_share"_s, true, 92,
         budgetWord("The forecast, as a part of the limit")},
        {budgetWord("Runs out"), u"runs_out"_s, false, 108,
         budgetWord("Expected; the tool tip says when at the earliest and latest")},
        {budgetWord("State"), u"state"_s, false, 104,
         budgetWord("● Within: even the high end is. ◐ At risk: the high end is over it. ▲ Exceeds: the "
                    "forecast is. ○ Over: what is spent is.")}};
}

Record budgetRecord(const BudgetLine& line, cost::Month today, const Tokens& tokens)
{
    Record record;
    record.key = line.key;
    Cell name = textCell(titleOf(line));
    if (line.budget.scope == cost::BudgetScope::Service)
        name.exact = fromText(line.budget.key);
    const bool all = line.budget.scope == cost::BudgetScope::Everything;
    record.cells = {name, textCell(all ? budgetWord("all services") : scopeName(line.budget.scope))};
    addAmounts(line, record);
    const StateLook look = lookOf(line, today, tokens);
    record.cells.push_back({look.word, look.text(), {}, look.color});
    return record;
}

BudgetLine exampleLine(const jobs::CostView& view)
{
    const cost::Forecast& forecast = *view.forecast;
    const double limit = forecast.total * ExampleShare;
    BudgetLine line;
    line.key = u"example"_s;
    line.budget.currency = view.grouping.currency;
    line.budget.since = forecast.month;
    line.budget.monthly = static_cast<cost::Pico>(std::llround(limit * 100)) * (cost::PicoPerUnit / 100);
    cost::BudgetStatus status;
    status.budget = line.budget;
    status.month = forecast.month;
    status.limit = line.budget.monthly;
    status.spent = static_cast<cost::Int128>(forecast.spent * static_cast<double>(cost::PicoPerUnit));
    status.forecast = forecast;
    status.runsOut = forecast.reaches(limit, view.daily);
    status.earliest = forecast.reaches(limit, view.daily, 1);
    status.latest = forecast.reaches(limit, view.daily, -1);
    status.state = forecast.high > limit ? cost::BudgetState::AtRisk : cost::BudgetState::Within;
    line.status = std::move(status);
    return line;
}

int digitsOf(const jobs::CostView& view)
{
    const double total = view.forecast ? view.forecast->total : 0;
    return digitsFor(view.grouping.currency,
                     static_cast<cost::Int128>(total * static_cast<double>(cost::PicoPerUnit)));
}

MonthCourse courseOf(const jobs::CostView& view, const cost::BudgetStatus* status)
{
    MonthCourse course;
    course.month = cost::monthOf(view.today);
    course.currency = fromText(view.grouping.currency.text());
    double sum = 0;
    for (cost::Day day = cost::firstDay(course.month); day < view.today; day += std::chrono::days{1})
        course.spent.push_back(sum += view.daily.sum(day, day + std::chrono::days{1}));
    if (view.forecast) {
        course.expected = view.forecast->course(0);
        course.low = view.forecast->course(-1);
        course.high = view.forecast->course(1);
    }
    course.straight = view.straightLine;
    if (status != nullptr)
        course.limit = units(status->limit);
    return course;
}

QString spentText(const cost::BudgetStatus* status, const jobs::CostView* view)
{
    if (status != nullptr) {
        const int digits = digitsFor(status->budget.currency, std::max(status->limit, status->spent));
        const QString share =
            status->limit > 0 ? formatShare(units(status->spent) / units(status->limit)) : unknownText();
        return budgetWord("%1 of %2 are spent (%3).")
            .arg(amountText(status->spent, digits), amountText(status->limit, digits), share);
    }
    if (view == nullptr || !view->forecast)
        return {};
    return budgetWord("%1 %2 are spent.")
        .arg(amountText(view->forecast->spent, digitsOf(*view)), fromText(view->grouping.currency.text()));
}

std::vector<CauseLine> causeLines(const jobs::CostView& view)
{
    const cost::ChangeCauses& causes = view.causes;
    const int digits = digitsFor(view.grouping.currency, causes.sum());
    // Rounded so that they sum to the change as it is shown.
    const std::vector<cost::Int128> shown = cost::shownParts(
        {causes.volume, causes.tokensPerCall, causes.modelMix, causes.price, causes.rest}, digits);
    const auto line = [&](const char* name, std::size_t part, const char* hint) {
        const QString amount = (shown[part] > 0 ? u"+"_s : QString()) + wholeText(shown[part], digits);
        return CauseLine{budgetWord(name), amount, budgetWord(hint)};
    };
    std::vector<CauseLine> lines{
        line("Volume", 0, "More or fewer calls, each costing what a call did before"),
        line("Tokens per call", 1, "Longer or shorter calls of the same model"),
        line("Model mix", 2, "Other models for the calls"),
        line("Price", 3, "Another price for a token of the same model")};
    if (causes.rest != 0)
        lines.push_back(
            line("Other", 4, "Calls without tokens, reservations and the like: none of the four"));
    return lines;
}

QString changeSentence(const jobs::CostView& view)
{
    const cost::Grouping& grouping = view.grouping;
    const cost::Int128 now = grouping.now.pico;
    const cost::Int128 before = grouping.before.pico;
    const cost::Int128 change = now - before;
    const QString days = dayName(grouping.question.range.first) + u" – "_s +
                         dayName(grouping.question.range.end - std::chrono::days{1});
    if (now == 0 && before == 0)
        return budgetWord("Nothing was spent in the last %n days nor before them.",
                          grouping.question.range.length());
    const int digits = digitsFor(grouping.currency, change);
    QString text = budgetWord("%1 against the %n days before: %2 %3", grouping.question.before.length())
                       .arg(days, signedAmountText(change, digits), fromText(grouping.currency.text()));
    if (view.daily.first > grouping.question.before.first)
        return text + u". "_s +
               budgetWord("The ledger begins on %1, so those days are not whole.")
                   .arg(dayName(view.daily.first));
    if (before > 0)
        text += u" ("_s +
                (change > 0   ? u"+"_s
                 : change < 0 ? u"−"_s
                              : QString()) +
                formatShare(std::fabs(units(change) / units(before))) + u')';
    return text;
}

} // namespace gatehouse::ui
