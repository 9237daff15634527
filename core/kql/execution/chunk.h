// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/table/table.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace gatehouse::kql {

using RowIndex = std::vector<std::uint32_t>;

/// A column seen through a mapping of rows, so that filters, sorts and joins move indices and not values.
/// Shared and immutable. A view without a column stands for a column that nobody reads.
struct View
{
    std::shared_ptr<const Column> column;
    std::shared_ptr<const RowIndex> rows; ///< null: row i is offset + i
    std::uint32_t offset = 0;
    bool constant = false; ///< every row is the column's row 0

    [[nodiscard]] std::size_t at(std::size_t row) const
    {
        return constant ? 0 : rows ? (*rows)[row] : offset + row;
    }
    [[nodiscard]] bool isNull(std::size_t row) const { return column->isNull(at(row)); }
    [[nodiscard]] bool mayBeNull() const { return column->nullCount() != 0; }
};

/// Some rows of a table under execution.
struct Chunk
{
    std::vector<View> columns;
    std::size_t rows = 0;
};

/// What a Cached node is charged for a chunk: its values belong to others as well.
[[nodiscard]] inline std::size_t cachedBytes(const Chunk& chunk)
{
    return chunk.rows * 8 * chunk.columns.size();
}
/// A view of all rows of a column.
[[nodiscard]] View viewOf(Column column);
/// One value for any number of rows.
[[nodiscard]] View constantView(std::shared_ptr<const Column> column);

/// The chunk with only the given rows, in that order.
[[nodiscard]] Chunk selectRows(const Chunk& chunk, RowIndex rows);
/// count rows from the first one.
[[nodiscard]] Chunk sliceRows(const Chunk& chunk, std::size_t first, std::size_t count);
/// Appends the values of a view's rows to a column of the same type.
void appendView(Column& out, const View& view, std::size_t rows);
/// The bytes of text that copying a view's rows would take; 0 for types that are not kept as text.
[[nodiscard]] std::size_t textBytes(const View& view, std::size_t rows);
/// A view whose values lie next to each other, in order and from row 0.
[[nodiscard]] View flatten(const View& view, std::size_t rows);

/// The values of an integer or real column as a span: the column's own memory where rows lie in order, else
/// scratch.
[[nodiscard]] std::span<const std::int64_t> integersOf(const View& view, std::size_t rows,
                                                       std::vector<std::int64_t>& scratch);
[[nodiscard]] std::span<const double> realsOf(const View& view, std::size_t rows,
                                              std::vector<double>& scratch);

/// One value of a view, not boxed: which member counts is known from the column's type.
struct Datum
{
    bool null = true;
    std::int64_t integer = 0; ///< also bool
    double real = 0;
    std::string_view text;
};

[[nodiscard]] inline Datum datumAt(const View& view, std::size_t row)
{
    const Column& column = *view.column;
    const std::size_t at = view.at(row);
    Datum datum;
    datum.null = column.isNull(at);
    switch (column.type()) {
    case ColumnType::Bool:
        datum.integer = column.boolAt(at) ? 1 : 0;
        break;
    case ColumnType::Int:
    case ColumnType::Long:
    case ColumnType::DateTime:
    case ColumnType::Timespan:
        datum.integer = column.integerAt(at);
        break;
    case ColumnType::Real:
        datum.real = column.realAt(at);
        break;
    case ColumnType::Decimal:
    case ColumnType::Guid:
    case ColumnType::String:
    case ColumnType::Dynamic:
        datum.text = column.textAt(at);
        break;
    }
    return datum;
}

} // namespace gatehouse::kql
