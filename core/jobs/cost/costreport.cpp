// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/cost/costreport.h"

#include "core/jobs/cost/costreporttables.h"
#include "core/jobs/cost/costview.h"
#include "core/jobs/question.h"
#include "core/report/shown.h"
#include "core/usage/money/shown.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace gatehouse::jobs {

namespace {

constexpr std::size_t MaxPages = 60;
constexpr std::size_t MaxLayers = 10; ///< of a chart, and the rest as one
constexpr std::size_t MaxBars = 12;
constexpr std::array<cost::CostDimension, 7> Dimensions = {
    cost::CostDimension::Service,     cost::CostDimension::Team,    cost::CostDimension::CostCentre,
    cost::CostDimension::Environment, cost::CostDimension::Feature, cost::CostDimension::Model,
    cost::CostDimension::Backend};

report::Step stepOf(cost::Step step)
{
    return static_cast<report::Step>(step);
}

std::string kindOf(const cost::Grouping& grouping)
{
    return std::string(toString(grouping.question.by));
}

/// Charts draw no negative amounts: what was booked back after a month's close can be one.
report::Amount drawn(cost::Int128 pico)
{
    return std::max<cost::Int128>(pico, 0);
}

report::StackedBars barsOf(const cost::Grouping& grouping, std::string title)
{
    report::StackedBars bars{
        std::move(title), kindOf(grouping), {}, stepOf(grouping.question.step), grouping.buckets, {}};
    report::Series other{"Other", std::vector<report::Amount>(grouping.buckets.size(), cost::Int128{0}),
                         false, true};
    bool hasOther = false;
    for (const cost::CostRow& row : grouping.rows) {
        if (row.now.pico == 0)
            continue;
        const bool isValue = row.kind == cost::RowKind::Value;
        report::Series series{row.label, {}, false, !isValue};
        for (const cost::Int128 pico : row.pico)
            series.values.push_back(drawn(pico));
        if (!isValue || bars.series.size() < MaxLayers) {
            bars.series.push_back(std::move(series));
            continue;
        }
        hasOther = true;
        for (std::size_t i = 0; i < series.values.size(); ++i)
            other.values[i] = *other.values[i] + *series.values[i];
    }
    if (hasOther)
        bars.series.push_back(std::move(other));
    return bars;
}

report::Ranking rankingOf(const cost::Grouping& grouping, std::string title)
{
    report::Ranking ranking{std::move(title), kindOf(grouping), {}, {}};
    for (const cost::CostRow& row : grouping.rows) {
        if (row.now.pico > 0 && ranking.bars.size() < MaxBars)
            ranking.bars.push_back({row.label, row.now.pico, row.kind != cost::RowKind::Value});
    }
    return ranking;
}

cost::Int128 picoOf(double units)
{
    return static_cast<cost::Int128>(units * static_cast<double>(cost::PicoPerUnit));
}

/// The running sum of the month by day, then its forecast, which opens from nothing to the month's interval.
std::optional<report::ForecastLine> lineOf(const CostView& view)
{
    if (!view.forecast)
        return std::nullopt;
    const cost::Forecast& forecast = *view.forecast;
    report::ForecastLine line;
    line.title = "The month, and how it may end";
    line.interval = "90 % interval";
    double sum = 0;
    for (cost::Day day = cost::firstDay(forecast.month); day < forecast.asOf; day += std::chrono::days{1}) {
        sum += view.daily.sum(day, day + std::chrono::days{1});
        line.days.push_back(day);
        line.spent.emplace_back(drawn(picoOf(sum)));
        line.forecasts.emplace_back();
    }
    const double left = forecast.total - forecast.spent;
    for (std::size_t i = 0; i < forecast.days.size(); ++i) {
        sum += forecast.days[i];
        const double share = left > 0 ? std::clamp((sum - forecast.spent) / left, 0.0, 1.0) : 1.0;
        line.days.push_back(forecast.asOf + std::chrono::days{static_cast<int>(i)});
        line.spent.emplace_back();
        const cost::Int128 middle = picoOf(std::max(sum, 0.0));
        line.forecasts.push_back(report::ForecastLine::Estimate{
            std::min(middle, std::max<cost::Int128>(
                                 picoOf(forecast.spent + (forecast.low - forecast.spent) * share), 0)),
            middle, std::max(middle, picoOf(forecast.spent + (forecast.high - forecast.spent) * share))});
    }
    for (const cost::BudgetStatus& budget : view.budgets) {
        if (budget.budget.scope == cost::BudgetScope::Everything)
            line.budget = budget.limit;
    }
    return line;
}

std::string number(std::int64_t count)
{
    return report::groupedText(count, 0);
}

std::string counted(std::int64_t count, const char* one, const char* many)
{
    return number(count) + " " + (count == 1 ? one : many);
}

/// Said as the rows of a report are named.
std::string filtersText(const cost::ServiceFacts& facts, const std::vector<cost::CostFilter>& filters)
{
    std::string text;
    for (const cost::CostFilter& filter : filters) {
        const bool isValue = filter.kind == cost::RowKind::Value;
        const bool isService = filter.dimension == cost::CostDimension::Service;
        const std::string value = !isValue    ? std::string(cost::labelOf(filter.kind))
                                  : isService ? facts.nameOf(filter.value)
                                              : filter.value;
        text += (text.empty() ? "" : ", ") + std::string(cost::toString(filter.dimension)) + " " + value;
    }
    return text;
}

void addNotes(const CostView& view, const cost::ServiceFacts& facts, const ReportInput& input,
              report::Report& report)
{
    report.notes = input.notes;
    if (!input.question.filters.empty())
        report.notes.push_back("Part of the spend only: " + filtersText(facts, input.question.filters) + ".");
    const cost::Day before = view.grouping.question.before.first;
    if (view.readFrom && before < cost::utcDay(*view.readFrom))
        report.notes.push_back("The log begins on " + report::dayText(cost::utcDay(*view.readFrom)) +
                               ", so what the period before cost is not all known.");
    for (const cost::CostRow& row : view.grouping.rows) {
        if (row.kind == cost::RowKind::Unpriced)
            report.notes.push_back(counted(row.now.requests, "call has", "calls have") +
                                   " no price, so what they cost is not in any sum.");
        if (row.kind == cost::RowKind::UnknownUsage)
            report.notes.push_back("Nobody knows what " +
                                   counted(row.now.requests, "call used", "calls used") +
                                   "; that is not in any sum.");
    }
    if (input.callsCut)
        report.notes.emplace_back("The list of calls is cut off at a million; the sums are of all.");
    if (!view.readTo)
        report.notes.emplace_back("Nothing of the log was read yet.");
}

std::string completenessText(const CostView& view)
{
    const cost::Completeness& known = view.completeness;
    if (!view.audited)
        return "Not known: no single calls were looked at.";
    const std::optional<double> share = known.measuredShare();
    char percent[16] = "–";
    if (share)
        std::snprintf(percent, sizeof percent, "%.1f %%", *share * 100);
    return "Of the calls that used tokens, " + std::string(percent) + " are measured, " +
           number(known.estimated) + " estimated and " + number(known.unknown) + " unknown; " +
           counted(known.late, "row was", "rows were") +
           " more than an hour late. The accounts' own counts were not asked.";
}

std::string daysText(const cost::DayRange& range)
{
    return report::dayText(range.first) + " – " + report::dayText(range.end - std::chrono::days{1});
}

void addFigures(const CostView& view, report::Report& report)
{
    const auto money = [&](cost::Int128 pico) {
        return report::moneyText(pico, report.currency, view.digits);
    };
    report.figures.push_back(
        {"Spend", "", "of the whole period", report::Figure::Total{"by-service", CostColumn}});
    report.figures.push_back({"Period before", "", daysText(view.grouping.question.before),
                              report::Figure::Total{"by-service", BeforeColumn}});
    report.figures.push_back({"Requests", "", "", report::Figure::Total{"by-service", RequestsColumn}});
    if (view.forecast)
        report.figures.push_back({"Forecast of " + report::monthText(cost::firstDay(view.forecast->month)),
                                  money(picoOf(view.forecast->total)),
                                  "90 % interval: " + money(picoOf(view.forecast->low)) + " to " +
                                      money(picoOf(view.forecast->high)),
                                  std::nullopt});
}

void addDefinitions(const CostView& view, report::Report& report)
{
    report.definitions = {
        {"Spend",
         "Tokens × price of the day, direction by direction, after discounts, with reservations spread "
         "over who used them. Whole days, in " +
             view.zone + "."},
        {"Unpriced", "Calls of a model without a price for one of its directions; no price is guessed."},
        {"Unknown usage", "Calls whose tokens nobody counted. They are not 0."},
        {"Unattributed",
         "Calls that name no value of a table's grouping, of services for which the directory names none "
         "either."},
        {"Test traffic", "Calls that Gatehouse made to test the gateway."},
        {"After close", "What came in for a month that was closed already, booked on the first open day."},
        {"Team", "Who owns the service, as the service directory says for the day."},
        {"Forecast",
         "From the weekdays, ends of months and level of the days before; nothing is known of the "
         "future."},
        {"Period before", daysText(view.grouping.question.before) + ": what is compared with."}};
}

report::Page pageOf(const cost::Ledger& ledger, const cost::ServiceFacts& facts,
                    const cost::CostQuestion& asked, const cost::CostRow& team)
{
    cost::CostQuestion its = asked;
    its.filters.push_back({cost::CostDimension::Team, team.key, cost::RowKind::Value});
    report::Page page;
    page.title = team.label;
    its.by = cost::CostDimension::Service;
    const cost::Grouping services = cost::group(ledger, facts, its);
    page.tables.push_back(groupingTable(services, "services", "Services"));
    its.by = cost::CostDimension::Model;
    page.tables.push_back(groupingTable(cost::group(ledger, facts, its), "models", "Models"));
    page.figures.push_back({"Spend", "", "", report::Figure::Total{"services", CostColumn}});
    page.figures.push_back({"Period before", "", "", report::Figure::Total{"services", BeforeColumn}});
    page.figures.push_back({"Requests", "", "", report::Figure::Total{"services", RequestsColumn}});
    page.charts.emplace_back(barsOf(services, "Spend by service"));
    return page;
}

std::string queryOf(const cost::DayRange& range)
{
    const auto moment = [](cost::Day day) {
        return DateTime::fromUnixSeconds(std::int64_t{day.time_since_epoch().count()} * 86'400);
    };
    Question calls({"cost-calls"});
    calls.with("scanStart", Literal::moment(moment(range.first)))
        .with("rangeEnd", Literal::moment(moment(range.end)));
    return calls.kql().value_or(std::string());
}

/// The asked dimension first, since a reader who stops early came for it.
std::vector<cost::CostDimension> dimensionsFrom(cost::CostDimension first)
{
    std::vector<cost::CostDimension> all{first};
    std::copy_if(Dimensions.begin(), Dimensions.end(), std::back_inserter(all),
                 [first](cost::CostDimension one) { return one != first; });
    return all;
}

void addGroupings(const cost::Ledger& ledger, const cost::ServiceFacts& facts, cost::CostQuestion asked,
                  report::Report& report)
{
    const cost::CostDimension ranked =
        asked.by == cost::CostDimension::Team ? cost::CostDimension::Service : cost::CostDimension::Team;
    for (const cost::CostDimension by : dimensionsFrom(asked.by)) {
        asked.by = by;
        const cost::Grouping grouping = cost::group(ledger, facts, asked);
        const std::string name(cost::toString(by));
        report.tables.push_back(groupingTable(grouping, tableId(name), "Spend by " + name));
        if (by == ranked)
            report.charts.emplace_back(rankingOf(grouping, "Spend by " + name));
        if (by != cost::CostDimension::Team)
            continue;
        for (const cost::CostRow& row : grouping.rows) {
            if (row.kind == cost::RowKind::Value && report.pages.size() < MaxPages)
                report.pages.push_back(pageOf(ledger, facts, asked, row));
        }
    }
}

void addSources(const CostView& view, const cost::DayRange& range, const cost::PriceVersion& prices,
                report::Report& report)
{
    report.sources.push_back({"Prices", "", "version " + std::to_string(prices.number) + " for open months",
                              prices.note.empty() ? "no note" : prices.note});
    report.sources.push_back(
        {"Owners, teams and cost centres", "", "the service directory", "by the day of each call"});
    // What came in after the moment of the report is not in it, however late the report is made.
    const std::string until =
        view.readTo ? "read until " + report::momentText(std::min(*view.readTo, report.asOf)) : "never read";
    report.sources.push_back({"Log Analytics: ApiManagementGatewayLogs and ApiManagementGatewayLlmLog",
                              queryOf(range), report::periodText(report.period), until});
}

} // namespace

cost::DayRange reportRange(const CostQuestion& question, cost::Day asOf)
{
    const cost::Day yesterday = asOf - std::chrono::days{1};
    if (question.range.first >= question.range.end)
        return {cost::firstDay(cost::monthOf(yesterday)), asOf};
    cost::DayRange range{question.range.first, std::min(question.range.end, asOf)};
    range.first = std::min(range.first, range.end - std::chrono::days{1});
    return range;
}

report::Report reportOf(const cost::Ledger& ledger, const CostNotes& notes, const CostAnalysis& analysis,
                        const ReportInput& input)
{
    const CostQuestion& question = input.question;
    ForecastPart forecast;
    const auto view = viewOf(ledger, notes, question, analysis, input.asOf, forecast);
    const cost::ServiceFacts facts = notes.facts();
    report::Report report;
    report.title = "AI spend";
    report.company = input.company;
    report.asOf = input.asOf;
    report.period = {question.range.first, question.range.end - std::chrono::days{1}, view->zone};
    report.currency = {ledger.currency().text(), ledger.currency().digits()};
    report.completeness = completenessText(*view);
    const cost::PriceVersion* known = ledger.prices().find(view->priceVersion);
    const cost::PriceVersion& prices = known != nullptr ? *known : ledger.prices().newest();
    addNotes(*view, facts, input, report);
    addFigures(*view, report);
    addDefinitions(*view, report);
    report.charts.emplace_back(
        barsOf(view->grouping, "Spend by " + std::string(cost::toString(view->grouping.question.by))));
    if (const auto line = lineOf(*view))
        report.charts.emplace_back(*line);
    addGroupings(ledger, facts, view->grouping.question, report);
    addFurtherTables(*view, report);
    report.rows = callsTable(input.calls, !input.callsCut);
    addSources(*view, question.range, prices, report);
    return report;
}

} // namespace gatehouse::jobs
