// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/execution/chunk.h"

#include <algorithm>

namespace gatehouse::kql {

View viewOf(Column column)
{
    View view;
    view.column = std::make_shared<const Column>(std::move(column));
    return view;
}

View constantView(std::shared_ptr<const Column> column)
{
    View view;
    view.column = std::move(column);
    view.constant = true;
    return view;
}

Chunk selectRows(const Chunk& chunk, RowIndex rows)
{
    Chunk out;
    out.rows = rows.size();
    out.columns.reserve(chunk.columns.size());
    const auto selected = std::make_shared<const RowIndex>(std::move(rows));
    // Columns that share a mapping share the composed one.
    struct Composed
    {
        const RowIndex* from;
        std::uint32_t offset;
        std::shared_ptr<const RowIndex> to;
    };
    std::vector<Composed> composed;
    for (const View& view : chunk.columns) {
        View next = view;
        if (view.column && !view.constant) {
            const auto known = std::find_if(composed.begin(), composed.end(), [&](const Composed& entry) {
                return entry.from == view.rows.get() && entry.offset == view.offset;
            });
            if (known != composed.end()) {
                next.rows = known->to;
            } else if (!view.rows && view.offset == 0) {
                next.rows = selected;
            } else {
                auto mapped = std::make_shared<RowIndex>(selected->size());
                for (std::size_t i = 0; i < selected->size(); ++i)
                    (*mapped)[i] = static_cast<std::uint32_t>(view.at((*selected)[i]));
                next.rows = mapped;
            }
            composed.push_back({view.rows.get(), view.offset, next.rows});
            next.offset = 0;
        }
        out.columns.push_back(std::move(next));
    }
    return out;
}

Chunk sliceRows(const Chunk& chunk, std::size_t first, std::size_t count)
{
    if (first == 0 && count >= chunk.rows)
        return chunk;
    count = std::min(count, chunk.rows - first);
    const bool inOrder =
        std::all_of(chunk.columns.begin(), chunk.columns.end(), [](const View& view) { return !view.rows; });
    if (!inOrder) {
        RowIndex rows(count);
        for (std::size_t i = 0; i < count; ++i)
            rows[i] = static_cast<std::uint32_t>(first + i);
        return selectRows(chunk, std::move(rows));
    }
    Chunk out = chunk;
    out.rows = count;
    for (View& view : out.columns)
        view.offset += view.constant ? 0 : static_cast<std::uint32_t>(first);
    return out;
}

void appendView(Column& out, const View& view, std::size_t rows)
{
    for (std::size_t i = 0; i < rows; ++i)
        out.appendFrom(*view.column, view.at(i));
}

std::size_t textBytes(const View& view, std::size_t rows)
{
    const Column& column = *view.column;
    const ColumnType type = column.type();
    const bool text = type == ColumnType::String || type == ColumnType::Dynamic || type == ColumnType::Guid ||
                      type == ColumnType::Decimal;
    if (!text || rows == 0)
        return 0;
    if (view.constant)
        return column.textAt(0).size() * rows;
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < rows; ++i)
        bytes += column.textAt(view.at(i)).size();
    return bytes;
}

View flatten(const View& view, std::size_t rows)
{
    if (!view.column || (!view.rows && !view.constant && view.offset == 0))
        return view;
    Column column(view.column->name(), view.column->type());
    column.reserve(rows);
    appendView(column, view, rows);
    return viewOf(std::move(column));
}

namespace {

template <typename Value>
std::span<const Value> gather(std::span<const Value> values, const View& view, std::size_t rows,
                              std::vector<Value>& scratch)
{
    if (!view.constant && !view.rows)
        return values.subspan(view.offset, rows);
    scratch.resize(rows);
    if (view.constant) {
        std::fill(scratch.begin(), scratch.end(), values[0]);
    } else {
        const RowIndex& index = *view.rows;
        for (std::size_t i = 0; i < rows; ++i)
            scratch[i] = values[index[i]];
    }
    return scratch;
}

} // namespace

std::span<const std::int64_t> integersOf(const View& view, std::size_t rows,
                                         std::vector<std::int64_t>& scratch)
{
    return gather(view.column->integers(), view, rows, scratch);
}

std::span<const double> realsOf(const View& view, std::size_t rows, std::vector<double>& scratch)
{
    return gather(view.column->reals(), view, rows, scratch);
}

} // namespace gatehouse::kql
