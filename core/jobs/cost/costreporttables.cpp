// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/cost/costreporttables.h"

#include "core/report/shown.h"

#include <algorithm>
#include <array>

namespace gatehouse::jobs {

namespace {

using report::Cell;
using report::ColumnType;

report::Int128 totalOf(const report::Table& table, std::size_t column)
{
    report::Int128 sum = 0;
    for (const std::vector<Cell>& row : table.rows) {
        if (const auto* money = std::get_if<report::Money>(&row[column]))
            sum += money->pico;
        else if (const auto* count = std::get_if<std::int64_t>(&row[column]))
            sum += *count;
    }
    return sum;
}

void addTotal(report::Table& table)
{
    std::vector<Cell> total(table.columns.size());
    total.front() = std::string("Total");
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        if (!table.columns[i].summed)
            continue;
        const report::Int128 sum = totalOf(table, i);
        if (table.columns[i].type == ColumnType::Money)
            total[i] = report::Money{sum};
        else
            total[i] = static_cast<std::int64_t>(sum);
    }
    table.total = std::move(total);
}

/// Nobody knows what such calls cost, so it is not 0.
Cell costCell(const cost::CostRow& row, const cost::Measures& sum)
{
    const bool unknown = row.kind == cost::RowKind::UnknownUsage || row.kind == cost::RowKind::Unpriced;
    return unknown && sum.pico == 0 ? Cell() : Cell(report::Money{sum.pico});
}

std::string budgetName(const cost::Budget& budget)
{
    switch (budget.scope) {
    case cost::BudgetScope::Everything:
        return "Everything";
    case cost::BudgetScope::Team:
        return "Team " + budget.key;
    case cost::BudgetScope::Service:
        break;
    }
    return "Service " + budget.key;
}

std::string stateText(cost::BudgetState state)
{
    static constexpr std::array<const char*, 4> Names = {"within", "at risk", "forecast above", "over"};
    return Names[static_cast<std::size_t>(state)];
}

report::Table budgetsTable(const CostView& view)
{
    report::Table table{"budgets", "Budgets", "Of the month of the report; spent until the day before it.",
                        {},        {},        {}};
    table.columns = {{"Budget", ColumnType::Text, false, {}}, {"Limit", ColumnType::Money, false, {}},
                     {"Spent", ColumnType::Money, false, {}}, {"Forecast", ColumnType::Money, false, {}},
                     {"Stands", ColumnType::Text, false, {}}, {"Runs out", ColumnType::Date, false, {}}};
    for (const cost::BudgetStatus& one : view.budgets) {
        std::vector<Cell> row(table.columns.size());
        row[0] = budgetName(one.budget);
        row[1] = report::Money{one.limit};
        row[2] = report::Money{one.spent};
        if (one.forecast)
            row[3] = report::Money{
                static_cast<cost::Int128>(one.forecast->total * static_cast<double>(cost::PicoPerUnit))};
        row[4] = stateText(one.state);
        if (one.runsOut)
            row[5] = *one.runsOut;
        table.rows.push_back(std::move(row));
    }
    return table;
}

report::Table causesTable(const CostView& view)
{
    report::Table table{"causes", "Why it differs from the period before", "", {}, {}, {}};
    table.columns = {{"Cause", ColumnType::Text, false, {}}, {"Difference", ColumnType::Money, true, {}}};
    const cost::ChangeCauses& causes = view.causes;
    const std::array<std::pair<const char*, cost::Int128>, 5> parts = {
        {{"More or fewer calls", causes.volume},
         {"Other models", causes.modelMix},
         {"Longer or shorter calls", causes.tokensPerCall},
         {"Prices", causes.price},
         {"Reservations and the rest", causes.rest}}};
    for (const auto& [name, pico] : parts)
        table.rows.push_back({std::string(name), report::Money{pico}});
    addTotal(table);
    return table;
}

report::Table findingsTable(const CostView& view)
{
    report::Table table{"findings", "Why a total may differ from the bill", "", {}, {}, {}};
    if (view.audited)
        table.note = "Of the calls of " + report::dayText(cost::utcDay(view.audited->start)) + " – " +
                     report::dayText(cost::utcDay(view.audited->end)) + ".";
    table.columns = {{"Finding", ColumnType::Text, false, {}},
                     {"Of", ColumnType::Text, false, {}},
                     {"Calls", ColumnType::Integer, false, {}},
                     {"Tokens", ColumnType::Integer, false, {}},
                     {"From", ColumnType::Date, false, {}}};
    for (const cost::Fault& fault : view.faults) {
        const std::string subject = fault.other.empty() ? fault.subject : fault.subject + " → " + fault.other;
        table.rows.push_back({std::string(cost::labelOf(fault.kind)), subject, fault.calls, fault.tokens,
                              cost::utcDay(fault.first)});
    }
    return table;
}

report::Table runningTable(const CostView& view)
{
    report::Table table{
        "running", "Infrastructure", "Beside the spend on models, and in no sum with it.", {}, {}, {}};
    table.columns = {{"Cost", ColumnType::Text, false, {}}, {"In the period", ColumnType::Money, true, {}}};
    for (const RunningLine& line : view.running)
        table.rows.push_back({line.cost.name, report::Money{line.pico}});
    addTotal(table);
    return table;
}

} // namespace

std::string tableId(const std::string& dimension)
{
    std::string id = "by-" + dimension;
    std::replace(id.begin(), id.end(), ' ', '-');
    return id;
}

report::Table groupingTable(const cost::Grouping& grouping, std::string id, std::string title)
{
    report::Table table{std::move(id), std::move(title), "", {}, {}, {}};
    std::string name(cost::toString(grouping.question.by));
    name.front() = static_cast<char>(name.front() - 'a' + 'A');
    table.columns = {{name, ColumnType::Text, false, {}},
                     {"Requests", ColumnType::Integer, true, {}},
                     {"Failed", ColumnType::Integer, true, {}},
                     {"Input tokens", ColumnType::Integer, true, {}},
                     {"Cached input", ColumnType::Integer, true, {}},
                     {"Output tokens", ColumnType::Integer, true, {}},
                     {"Embedding", ColumnType::Integer, true, {}},
                     {"Cost", ColumnType::Money, true, {}},
                     {"Share", ColumnType::Percent, false, CostColumn},
                     {"Before", ColumnType::Money, true, {}}};
    for (const cost::CostRow& row : grouping.rows) {
        std::vector<Cell> cells(table.columns.size());
        cells[0] = row.label.empty() ? std::string("(none)") : row.label;
        cells[1] = row.now.requests;
        cells[2] = row.now.failed;
        for (std::size_t i = 0; i < cost::Directions; ++i) {
            if (row.kind != cost::RowKind::UnknownUsage)
                cells[3 + i] = row.now.tokens[i];
        }
        cells[CostColumn] = costCell(row, row.now);
        cells[BeforeColumn] = costCell(row, row.before);
        table.rows.push_back(std::move(cells));
    }
    addTotal(table);
    return table;
}

report::Table callsTable(const std::vector<BookedCall>& calls, bool withTotal)
{
    report::Table table{
        "calls",
        "Calls",
        "One row a call. What a reservation costs is in the groupings, and of no single call.",
        {},
        {},
        {}};
    for (const char* name : {"Time (UTC)", "Id", "Service", "Application", "Feature", "Environment", "Owner",
                             "Model", "Backend", "Region", "Tokens are", "Note"})
        table.columns.push_back({name, ColumnType::Text, false, {}});
    table.columns.push_back({"Status", ColumnType::Integer, false, {}});
    table.columns.push_back({"Attempts", ColumnType::Integer, false, {}});
    for (const char* name : {"Input tokens", "Cached input", "Output tokens", "Embedding"})
        table.columns.push_back({name, ColumnType::Integer, true, {}});
    table.columns.push_back({"Cost", ColumnType::Money, true, {}});
    table.columns.push_back({"Booked", ColumnType::Date, false, {}});
    for (const BookedCall& call : calls) {
        const cost::UsageRow& row = call.row;
        const std::int64_t sign = call.reversal ? -1 : 1;
        std::vector<Cell> cells = {formatDateTime(row.time),
                                   row.id,
                                   row.service,
                                   row.application,
                                   row.feature,
                                   row.environment,
                                   row.owner,
                                   row.model,
                                   row.backend,
                                   row.region,
                                   std::string(cost::toString(row.source)),
                                   std::string(call.reversal     ? "taken back"
                                               : call.afterClose ? "after close"
                                                                 : ""),
                                   std::int64_t{row.status},
                                   std::int64_t{row.attempts}};
        for (const std::int64_t tokens : row.tokens)
            cells.push_back(row.source == cost::TokenSource::Unknown ? Cell() : Cell(tokens * sign));
        cells.push_back(call.standing == cost::Standing::Priced
                            ? Cell(report::Money{cost::Int128{call.cost} * sign})
                            : Cell());
        cells.emplace_back(call.booked);
        table.rows.push_back(std::move(cells));
    }
    if (withTotal)
        addTotal(table);
    return table;
}

void addFurtherTables(const CostView& view, report::Report& report)
{
    if (!view.budgets.empty())
        report.tables.push_back(budgetsTable(view));
    if (view.grouping.before.requests > 0)
        report.tables.push_back(causesTable(view));
    if (!view.faults.empty())
        report.tables.push_back(findingsTable(view));
    if (!view.running.empty())
        report.tables.push_back(runningTable(view));
}

} // namespace gatehouse::jobs
