// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/datetime.h"
#include "core/base/result.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

/// A report as a value: everything that a PDF, a workbook or a CSV file shows, and nothing of how. Plain C++;
/// the writers beside it (pdfreport.h, xlsxreport.h, csvreport.h) make the same bytes of the same value.
namespace gatehouse::report {

__extension__ using Int128 = __int128;

/// Ten to a power of 0 to 38.
constexpr Int128 tenTo(int power)
{
    Int128 value = 1;
    for (int i = 0; i < power; ++i)
        value *= 10;
    return value;
}

using Day = std::chrono::sys_days;

/// A currency by its ISO 4217 code and the digits behind the point that it is shown with (0 to 12).
struct Currency
{
    std::string code;
    int digits = 2;
    bool operator==(const Currency&) const = default;
};

/// Days of the calendar, both included, in the zone that is named ("Europe/Zurich", "UTC").
struct Period
{
    Day first;
    Day last;
    std::string zone;
    bool operator==(const Period&) const = default;
};

/// Millionths of a millionth of one unit of the report's currency (1 USD = 10^12).
struct Money
{
    Int128 pico = 0;
    bool operator==(const Money&) const = default;
};

/// A fraction: 0.25 is shown as 25.0 %.
struct Fraction
{
    double value = 0;
    bool operator==(const Fraction&) const = default;
};

/// monostate is *unknown*, which is shown as "–" and never as 0.
using Cell = std::variant<std::monostate, std::string, std::int64_t, Money, Fraction, Day>;

enum class ColumnType : std::uint8_t { Text, Integer, Money, Percent, Date };

struct Column
{
    std::string title;
    ColumnType type = ColumnType::Text;
    /// Integer and Money: the total row holds its sum.
    bool summed = false;
    /// Percent: the cells are left empty, since each is that column's value ÷ that column's total. In the
    /// workbook it is a formula; on paper the parts are shown so that they make 100 %.
    std::optional<std::size_t> shareOf;
    bool operator==(const Column&) const = default;
};

/// Rows of typed cells. total, where there is one, has a cell for each column: its sum where the column is
/// summed, else text or nothing. Unknown cells are left out of a sum, and every writer says how many there
/// were.
struct Table
{
    std::string id; ///< for file names and CSV's leading column: "by-service"
    std::string title;
    std::string note; ///< a sentence under the title; may be empty
    std::vector<Column> columns;
    std::vector<std::vector<Cell>> rows;
    std::optional<std::vector<Cell>> total;
    bool operator==(const Table&) const = default;
};

/// A figure of the summary or of a page. With `of` its text is the total of that column of one of the tables
/// beside it (Report::tables, Page::tables), so that it cannot differ from the table; then text stays empty.
struct Figure
{
    struct Total
    {
        std::string table; ///< Table::id
        std::size_t column = 0;
        bool operator==(const Total&) const = default;
    };

    std::string label;
    std::string text;
    std::string note;
    std::optional<Total> of;
    bool operator==(const Figure&) const = default;
};

/// What a chart counts: money in the report's currency, or something whole.
struct Measure
{
    bool money = true;
    std::string unit; ///< of something whole: "tokens", "requests"
    bool operator==(const Measure&) const = default;
};

/// An amount (pico units of money, or a count); empty is a gap, which is drawn as none.
using Amount = std::optional<Int128>;

/// One layer of a stacked chart. Its colour is that of its name, the same in the whole report.
struct Series
{
    std::string name;
    std::vector<Amount> values; ///< one a bucket; not negative
    bool estimated = false;     ///< drawn hatched and named so in the legend
    bool rest = false;          ///< *Other*, *Unpriced*, …: grey
    bool operator==(const Series&) const = default;
};

enum class Step : std::uint8_t { Daily, Weekly, Monthly };

struct StackedBars
{
    std::string title;
    std::string kind; ///< what the names are: "service", "team"; a name has one colour among its kind
    Measure measure;
    Step step = Step::Daily;
    std::vector<Day> buckets; ///< the first day of each, ascending
    std::vector<Series> series;
    bool operator==(const StackedBars&) const = default;
};

struct RankedBar
{
    std::string name;
    Amount value; ///< not negative
    bool rest = false;
    bool operator==(const RankedBar&) const = default;
};

/// Horizontal bars in the order given, each with its value beside it.
struct Ranking
{
    std::string title;
    std::string kind;
    Measure measure;
    std::vector<RankedBar> bars;
    bool operator==(const Ranking&) const = default;
};

/// Running spend of a month by day, its forecast with an interval, and the budget.
struct ForecastLine
{
    struct Estimate
    {
        Int128 low = 0;
        Int128 middle = 0;
        Int128 high = 0;
        bool operator==(const Estimate&) const = default;
    };

    std::string title;
    Measure measure;
    std::vector<Day> days;                          ///< ascending
    std::vector<Amount> spent;                      ///< one a day; empty from the as-of day on
    std::vector<std::optional<Estimate>> forecasts; ///< one a day; empty where the spend is known
    Amount budget;
    std::string interval; ///< what the band means: "90 % interval"
    bool operator==(const ForecastLine&) const = default;
};

using Chart = std::variant<StackedBars, Ranking, ForecastLine>;

/// A page of one team (or owner, or cost centre), which begins on a sheet of its own.
struct Page
{
    std::string title;
    std::string note;
    std::vector<Figure> figures;
    std::vector<Chart> charts;
    std::vector<Table> tables;
    bool operator==(const Page&) const = default;
};

struct Definition
{
    std::string term;
    std::string text;
    bool operator==(const Definition&) const = default;
};

/// Where figures come from.
struct Source
{
    std::string name;
    std::string query; ///< KQL; may be empty
    std::string range; ///< as text: "1 Nov 2026 – 26 Nov 2026 (UTC)"
    std::string age;   ///< "12 s old"
    bool operator==(const Source&) const = default;
};

struct Report
{
    std::string title;
    std::string company; ///< or the profile's name
    DateTime asOf;       ///< also the date of the documents
    Period period;
    Currency currency;
    std::vector<std::string> notes; ///< said at the top: sample data, simulated, what is not priced
    std::vector<Figure> figures;
    std::string completeness;
    std::vector<Chart> charts;
    std::vector<Table> tables; ///< one a grouping; each a sheet of the workbook
    std::vector<Page> pages;
    std::optional<Table> rows; ///< the raw rows: in the workbook and CSV, not on paper
    std::vector<Definition> definitions;
    std::vector<Source> sources;
    bool operator==(const Report&) const = default;
};

/// Done when the report holds together; all writers ask first. Internal where a total is not the sum of its
/// rows, or a cell is not of its column's type (our own mistakes); InvalidInput where the period or currency
/// is none, or an amount is of a row is beyond 10^27 pico units (10^15 of the currency).
[[nodiscard]] Status check(const Report& report);

/// The total row's value of a summed column: the exact sum of the cells that are known.
[[nodiscard]] Int128 sumOf(const Table& table, std::size_t column);
/// How many cells of a column are unknown.
[[nodiscard]] std::size_t unknownIn(const Table& table, std::size_t column);
/// The value of an Integer or Money cell; empty for every other.
[[nodiscard]] Amount amountOf(const Cell& cell);
/// The table with that id; null when there is none.
[[nodiscard]] const Table* findTable(const std::vector<Table>& tables, const std::string& id);

/// A kind and a name of it.
using ColourKey = std::pair<std::string, std::string>;
/// The place of each name in the palette of ten, the same in the whole report: names that charts show, in
/// their alphabetical order within a kind, as the window gives them out.
[[nodiscard]] std::map<ColourKey, int> colourPlaces(const Report& report);

} // namespace gatehouse::report
