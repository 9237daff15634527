// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/reportvalue.h"

#include <algorithm>
#include <set>

namespace gatehouse::report {

namespace {

/// Room to multiply a row by a thousand and to add some hundred million of them without leaving 128 bits.
constexpr Int128 LargestInRow = tenTo(27);
constexpr Int128 LargestInChart = tenTo(33);

bool within(const Amount& amount, Int128 limit)
{
    return !amount || (*amount <= limit && *amount >= -limit);
}

tl::unexpected<Error> mistake(const std::string& what)
{
    return fail(Error::Kind::Internal, "The report does not hold together: " + what + ".",
                "This is a mistake of the program; please report it.");
}

bool fits(const Cell& cell, ColumnType type)
{
    if (std::holds_alternative<std::monostate>(cell))
        return true;
    switch (type) {
    case ColumnType::Text:
        return std::holds_alternative<std::string>(cell);
    case ColumnType::Integer:
        return std::holds_alternative<std::int64_t>(cell);
    case ColumnType::Money:
        return std::holds_alternative<Money>(cell);
    case ColumnType::Percent:
        return std::holds_alternative<Fraction>(cell);
    case ColumnType::Date:
        return std::holds_alternative<Day>(cell);
    }
    return false;
}

bool isAmount(ColumnType type)
{
    return type == ColumnType::Integer || type == ColumnType::Money;
}

Status checkColumns(const Table& table)
{
    if (table.columns.empty())
        return mistake("the table " + table.title + " has no columns");
    for (const Column& column : table.columns) {
        if (column.summed && !isAmount(column.type))
            return mistake("the column " + column.title + " of " + table.title + " cannot be summed");
        if (!column.shareOf)
            continue;
        if (column.type != ColumnType::Percent || *column.shareOf >= table.columns.size() ||
            !table.columns[*column.shareOf].summed || !table.total)
            return mistake("the share " + column.title + " of " + table.title + " is one of nothing");
    }
    return {};
}

Status checkRows(const Table& table)
{
    for (const std::vector<Cell>& row : table.rows) {
        if (row.size() != table.columns.size())
            return mistake("a row of " + table.title + " has another number of cells than columns");
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (!fits(row[i], table.columns[i].type) ||
                (table.columns[i].shareOf && !std::holds_alternative<std::monostate>(row[i])))
                return mistake("a cell of " + table.title + " is not of the type of " +
                               table.columns[i].title);
            if (!within(amountOf(row[i]), LargestInRow))
                return fail(Error::Kind::InvalidInput, "An amount of " + table.title + " is too large.");
        }
    }
    return {};
}

Status checkTable(const Table& table)
{
    if (const Status columns = checkColumns(table); !columns)
        return columns;
    if (const Status rows = checkRows(table); !rows)
        return rows;
    if (!table.total)
        return {};
    if (table.total->size() != table.columns.size())
        return mistake("the total of " + table.title + " has another number of cells than columns");
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const Cell& cell = (*table.total)[i];
        const bool sameType = fits(cell, table.columns[i].type);
        if (table.columns[i].summed && (!sameType || amountOf(cell) != sumOf(table, i)))
            return mistake("the total of " + table.columns[i].title + " in " + table.title +
                           " is not the sum of its rows");
        if (!table.columns[i].summed && !std::holds_alternative<std::monostate>(cell) &&
            !std::holds_alternative<std::string>(cell))
            return mistake("the total row of " + table.title + " has a value that is no sum");
    }
    return {};
}

bool goodAmount(const Amount& amount)
{
    return !amount || (*amount >= 0 && within(amount, LargestInChart));
}

bool holds(const StackedBars& chart)
{
    return std::is_sorted(chart.buckets.begin(), chart.buckets.end()) &&
           std::all_of(chart.series.begin(), chart.series.end(), [&chart](const Series& series) {
               return series.values.size() == chart.buckets.size() &&
                      std::all_of(series.values.begin(), series.values.end(), goodAmount);
           });
}

bool holds(const Ranking& chart)
{
    return std::all_of(chart.bars.begin(), chart.bars.end(),
                       [](const RankedBar& bar) { return goodAmount(bar.value); });
}

bool holds(const ForecastLine& chart)
{
    const auto good = [](const std::optional<ForecastLine::Estimate>& estimate) {
        return !estimate || (estimate->low <= estimate->middle && estimate->middle <= estimate->high &&
                             goodAmount(estimate->low) && goodAmount(estimate->high));
    };
    return std::is_sorted(chart.days.begin(), chart.days.end()) && chart.spent.size() == chart.days.size() &&
           chart.forecasts.size() == chart.days.size() && goodAmount(chart.budget) &&
           std::all_of(chart.spent.begin(), chart.spent.end(), goodAmount) &&
           std::all_of(chart.forecasts.begin(), chart.forecasts.end(), good);
}

Status checkCharts(const std::vector<Chart>& charts)
{
    for (const Chart& chart : charts) {
        if (!std::visit([](const auto& each) { return holds(each); }, chart))
            return mistake("the values of the chart " +
                           std::visit([](const auto& each) { return each.title; }, chart) +
                           " do not fit their axis");
    }
    return {};
}

Status checkFigures(const std::vector<Table>& tables, const std::vector<Figure>& figures)
{
    for (const Figure& figure : figures) {
        if (!figure.of)
            continue;
        const Table* const table = findTable(tables, figure.of->table);
        if (table == nullptr || figure.of->column >= table->columns.size() ||
            !table->columns[figure.of->column].summed || !table->total || !figure.text.empty())
            return mistake("the figure " + figure.label + " is the total of nothing");
    }
    return {};
}

Status checkFrame(const Report& report)
{
    const std::string& code = report.currency.code;
    const bool letters = code.size() == 3 &&
                         std::all_of(code.begin(), code.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    if (!letters || report.currency.digits < 0 || report.currency.digits > 12)
        return fail(Error::Kind::InvalidInput, "The report has no currency.",
                    "Name it by three letters, for example USD.");
    if (report.period.last < report.period.first || report.period.zone.empty())
        return fail(Error::Kind::InvalidInput, "The report has no period.",
                    "Name its first and last day and their time zone.");
    std::set<std::string> ids;
    for (const Table& table : report.tables) {
        if (!ids.insert(table.id).second)
            return mistake("two tables have the id " + table.id);
    }
    return {};
}

void addNames(const StackedBars& chart, std::map<ColourKey, int>& names)
{
    for (const Series& series : chart.series) {
        if (!series.rest)
            names.emplace(ColourKey(chart.kind, series.name), 0);
    }
}

void addNames(const Ranking& chart, std::map<ColourKey, int>& names)
{
    for (const RankedBar& bar : chart.bars) {
        if (!bar.rest)
            names.emplace(ColourKey(chart.kind, bar.name), 0);
    }
}

void addNames(const ForecastLine& /*chart*/, std::map<ColourKey, int>& /*names*/) {}

} // namespace

Amount amountOf(const Cell& cell)
{
    if (const auto* const whole = std::get_if<std::int64_t>(&cell))
        return *whole;
    if (const auto* const money = std::get_if<Money>(&cell))
        return money->pico;
    return std::nullopt;
}

Int128 sumOf(const Table& table, std::size_t column)
{
    Int128 sum = 0;
    for (const std::vector<Cell>& row : table.rows)
        sum += amountOf(row[column]).value_or(0);
    return sum;
}

std::size_t unknownIn(const Table& table, std::size_t column)
{
    return static_cast<std::size_t>(
        std::count_if(table.rows.begin(), table.rows.end(), [column](const std::vector<Cell>& row) {
            return std::holds_alternative<std::monostate>(row[column]);
        }));
}

const Table* findTable(const std::vector<Table>& tables, const std::string& id)
{
    const auto found =
        std::find_if(tables.begin(), tables.end(), [&id](const Table& table) { return table.id == id; });
    return found == tables.end() ? nullptr : &*found;
}

std::map<ColourKey, int> colourPlaces(const Report& report)
{
    std::map<ColourKey, int> names;
    const auto add = [&names](const std::vector<Chart>& charts) {
        for (const Chart& chart : charts)
            std::visit([&names](const auto& each) { addNames(each, names); }, chart);
    };
    add(report.charts);
    for (const Page& page : report.pages)
        add(page.charts);
    std::map<std::string, int> next;
    for (auto& [key, place] : names)
        place = next[key.first]++ % 10;
    return names;
}

Status check(const Report& report)
{
    if (const Status frame = checkFrame(report); !frame)
        return frame;
    std::vector<const Table*> tables;
    for (const Table& table : report.tables)
        tables.push_back(&table);
    if (report.rows)
        tables.push_back(&*report.rows);
    if (const Status charts = checkCharts(report.charts); !charts)
        return charts;
    if (const Status figures = checkFigures(report.tables, report.figures); !figures)
        return figures;
    for (const Page& page : report.pages) {
        for (const Table& table : page.tables)
            tables.push_back(&table);
        if (const Status charts = checkCharts(page.charts); !charts)
            return charts;
        if (const Status figures = checkFigures(page.tables, page.figures); !figures)
            return figures;
    }
    for (const Table* const table : tables) {
        if (const Status good = checkTable(*table); !good)
            return good;
    }
    return {};
}

} // namespace gatehouse::report
