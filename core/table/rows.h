// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/table/table.h"

#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

/// A table as somebody looks at it: which rows, in which order. The table is never touched; all of this works
/// on vectors of row numbers, in any thread, and gives up with an empty optional when it is stopped.
namespace gatehouse {

using RowNumbers = std::vector<std::uint32_t>;
/// Rows between two looks at the stop token.
inline constexpr std::size_t StopEvery = 8192;

/// 0, 1, 2, … rowCount - 1.
[[nodiscard]] RowNumbers allRows(const Table& table);

/// The rows by a column's values; equal ones keep their order, nulls (and NaN) are last in both directions.
/// Text is compared by its bytes, as `sort by` does.
[[nodiscard]] std::optional<RowNumbers> sortedBy(const Column& column, RowNumbers rows, bool descending,
                                                 const std::stop_token& stop = {});

/// One test of one column's cells, or of any cell of a row.
struct RowFilter
{
    enum class Test { Contains, Equals, Less, LessOrEqual, Greater, GreaterOrEqual };
    std::optional<std::size_t> column; ///< empty: any column
    Test test = Test::Contains;
    bool negated = false;
    std::string text; ///< the operand as it was typed
};

/// What a person types into a filter: "west" (contains, case does not matter), "!west", "= West US" (exactly;
/// "= " alone is empty or null), "!= West US", and for numbers, times and spans also "> 5", "<= 2026-06-01".
/// InvalidInput where the operand is no value of the column's type.
[[nodiscard]] Result<RowFilter> parseRowFilter(const Table& table, std::optional<std::size_t> column,
                                               std::string_view typed);

/// The rows that pass every filter, in their order.
[[nodiscard]] std::optional<RowNumbers> filtered(const Table& table, RowNumbers rows,
                                                 const std::vector<RowFilter>& filters,
                                                 const std::stop_token& stop = {});

struct Facet
{
    std::uint32_t row = 0; ///< one that has the value
    std::uint32_t count = 0;
};

struct Facets
{
    std::vector<Facet> top; ///< most frequent first; equal counts in order of appearance
    std::size_t distinct = 0;
};

/// How often each value of the column occurs among the rows.
[[nodiscard]] std::optional<Facets> facetsOf(const Column& column, std::span<const std::uint32_t> rows,
                                             std::size_t most, const std::stop_token& stop = {});

/// The rows' columns that hold nothing at all: null or "" in every row.
[[nodiscard]] std::vector<bool> emptyColumns(const Table& table);

/// Sum, average and extremes of numbers. Whole numbers are summed exactly while they fit.
struct CellSummary
{
    std::size_t cells = 0;
    std::size_t numbers = 0; ///< those that are no null, no text and no NaN
    double sum = 0;
    std::optional<std::int64_t> wholeSum; ///< when every number was a whole one and the sum fits
    double smallest = 0;
    double largest = 0;

    void add(const Column& column, std::span<const std::uint32_t> rows);
    [[nodiscard]] double average() const { return numbers == 0 ? 0 : sum / static_cast<double>(numbers); }
};

} // namespace gatehouse
