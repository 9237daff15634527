// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/execution/streams.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace gatehouse::kql {

namespace {

/// -1, 0, 1; both are not null. NaN is below all numbers.
int compareValues(const Column& column, std::size_t a, std::size_t b)
{
    const auto order = [](const auto& x, const auto& y) { return x < y ? -1 : y < x ? 1 : 0; };
    switch (column.type()) {
    case ColumnType::Bool:
        return order(column.boolAt(a), column.boolAt(b));
    case ColumnType::Real: {
        const double x = column.realAt(a);
        const double y = column.realAt(b);
        if (std::isnan(x) || std::isnan(y))
            return std::isnan(x) && std::isnan(y) ? 0 : std::isnan(x) ? -1 : 1;
        return order(x, y);
    }
    case ColumnType::Int:
    case ColumnType::Long:
    case ColumnType::DateTime:
    case ColumnType::Timespan:
        return order(column.integerAt(a), column.integerAt(b));
    case ColumnType::Decimal:
        return order(column.numberAt(a), column.numberAt(b));
    case ColumnType::Guid:
    case ColumnType::String:
    case ColumnType::Dynamic:
        break;
    }
    return order(column.textAt(a), column.textAt(b));
}

bool isBefore(std::span<const View> keys, std::span<const SortOrder> orders, std::size_t a, std::size_t b)
{
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const Column& column = *keys[i].column;
        const std::size_t x = keys[i].at(a);
        const std::size_t y = keys[i].at(b);
        const bool xNull = column.isNull(x);
        const bool yNull = column.isNull(y);
        if (xNull != yNull)
            return xNull == orders[i].nullsFirst;
        const int order = xNull ? 0 : compareValues(column, x, y);
        if (order != 0)
            return (order < 0) != orders[i].descending;
    }
    return false;
}

class SortStream final : public Stream
{
public:
    SortStream(Evaluation& evaluation, const PlanNode& node, StreamPtr input)
        : m_evaluation(evaluation)
        , m_node(node)
        , m_input(std::move(input))
        , m_memory(evaluation)
    {}

    Result<bool> next(Chunk& chunk) override
    {
        if (!m_input)
            return false;
        auto whole = collect(m_evaluation, *m_input, m_node.schema, m_memory);
        m_input.reset();
        if (!whole)
            return fail(whole.error());
        std::vector<View> keys;
        for (const ExprRef& key : m_node.exprs)
            keys.push_back(evaluate(m_evaluation, *key, *whole));
        chunk = selectRows(*whole, sortedRows(keys, m_node.orders, whole->rows));
        return true;
    }

private:
    Evaluation& m_evaluation;
    const PlanNode& m_node;
    StreamPtr m_input;
    Reservation m_memory;
};

/// Keeps the best rows only: sorts what it has whenever that is twice what is wanted.
class TopStream final : public Stream
{
public:
    TopStream(Evaluation& evaluation, const PlanNode& node, StreamPtr input)
        : m_evaluation(evaluation)
        , m_node(node)
        , m_input(std::move(input))
    {}

    Result<bool> next(Chunk& chunk) override
    {
        if (!m_input)
            return false;
        Chunk best;
        Chunk part;
        while (true) {
            auto more = m_input->next(part);
            if (!more)
                return fail(more.error());
            if (!*more)
                break;
            if (part.rows == 0)
                continue;
            Reservation memory(m_evaluation);
            TwoChunks both(best, ordered(part));
            auto merged = collect(m_evaluation, both, m_node.schema, memory);
            if (!merged)
                return fail(merged.error());
            best = ordered(*merged);
        }
        m_input.reset();
        if (best.columns.empty())
            return false;
        chunk = std::move(best);
        return true;
    }

private:
    class TwoChunks final : public Stream
    {
    public:
        TwoChunks(Chunk first, Chunk second)
            : m_chunks{std::move(first), std::move(second)}
        {}
        Result<bool> next(Chunk& chunk) override
        {
            if (m_next == 2)
                return false;
            chunk = std::move(m_chunks[m_next++]);
            return true;
        }

    private:
        Chunk m_chunks[2];
        std::size_t m_next = 0;
    };

    [[nodiscard]] Chunk ordered(const Chunk& chunk)
    {
        std::vector<View> keys;
        for (const ExprRef& key : m_node.exprs)
            keys.push_back(evaluate(m_evaluation, *key, chunk));
        RowIndex rows(chunk.rows);
        std::iota(rows.begin(), rows.end(), 0U);
        const std::size_t count = std::min(m_node.count, rows.size());
        std::partial_sort(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(count), rows.end(),
                          [&](std::uint32_t a, std::uint32_t b) {
                              const bool before = isBefore(keys, m_node.orders, a, b);
                              return before || (!isBefore(keys, m_node.orders, b, a) && a < b);
                          });
        rows.resize(count);
        return selectRows(chunk, std::move(rows));
    }

    Evaluation& m_evaluation;
    const PlanNode& m_node;
    StreamPtr m_input;
};

} // namespace

RowIndex sortedRows(std::span<const View> keys, std::span<const SortOrder> orders, std::size_t rows)
{
    RowIndex index(rows);
    std::iota(index.begin(), index.end(), 0U);
    std::stable_sort(index.begin(), index.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return isBefore(keys, orders, a, b); });
    return index;
}

StreamPtr openSort(Evaluation& evaluation, const PlanNode& node, StreamPtr input)
{
    return std::make_unique<SortStream>(evaluation, node, std::move(input));
}

StreamPtr openTop(Evaluation& evaluation, const PlanNode& node, StreamPtr input)
{
    return std::make_unique<TopStream>(evaluation, node, std::move(input));
}

} // namespace gatehouse::kql
