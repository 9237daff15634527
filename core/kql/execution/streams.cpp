// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/execution/streams.h"

#include <algorithm>
#include <deque>

namespace gatehouse::kql {

namespace {

/// Cuts the chunks of a table into morsels with the columns that are needed.
class ScanStream final : public Stream
{
public:
    ScanStream(Evaluation& evaluation, const PlanNode& node)
        : m_evaluation(evaluation)
        , m_node(node)
    {}

    Result<bool> next(Chunk& chunk) override
    {
        if (auto going = m_evaluation.checkStop(); !going)
            return fail(going.error());
        if (!m_opened)
            open();
        while (m_current < m_tables.size() && m_row >= m_tables[m_current]->rowCount()) {
            ++m_current;
            m_row = 0;
        }
        if (m_current >= m_tables.size())
            return false;
        const std::shared_ptr<const Table>& table = m_tables[m_current];
        const std::size_t rows = std::min(MorselRows, table->rowCount() - m_row);
        chunk.rows = rows;
        chunk.columns.assign(m_node.schema.size(), {});
        for (std::size_t i = 0; i < m_node.schema.size(); ++i) {
            if (m_node.needed[i])
                chunk.columns[i] = columnView(table, i);
        }
        m_row += rows;
        m_evaluation.statistics().rowsScanned += rows;
        return true;
    }

private:
    void open()
    {
        m_opened = true;
        if (m_node.kind == PlanKind::Values) {
            m_tables = {m_node.values};
            return;
        }
        std::vector<std::string> wanted;
        for (std::size_t i = 0; i < m_node.schema.size(); ++i) {
            if (m_node.needed[i])
                wanted.push_back(m_node.schema[i].name);
        }
        if (wanted.empty()) // count needs some column to count
            wanted.push_back(m_node.schema.front().name);
        m_tables = m_node.source->scan(m_node.range, wanted);
    }

    [[nodiscard]] View columnView(const std::shared_ptr<const Table>& table, std::size_t index) const
    {
        View view;
        const Column* column =
            m_node.kind == PlanKind::Values ? &table->column(index) : table->find(m_node.schema[index].name);
        if (column == nullptr || column->type() != m_node.schema[index].type) {
            // A chunk from before the column existed.
            auto nothing = std::make_shared<Column>(m_node.schema[index].name, m_node.schema[index].type);
            nothing->appendNull();
            return constantView(nothing);
        }
        view.column = std::shared_ptr<const Column>(table, column);
        view.offset = static_cast<std::uint32_t>(m_row);
        return view;
    }

    Evaluation& m_evaluation;
    const PlanNode& m_node;
    bool m_opened = false;
    std::vector<std::shared_ptr<const Table>> m_tables;
    std::size_t m_current = 0;
    std::size_t m_row = 0;
};

class RangeStream final : public Stream
{
public:
    RangeStream(Evaluation& evaluation, const PlanNode& node)
        : m_evaluation(evaluation)
        , m_node(node)
    {}

    Result<bool> next(Chunk& chunk) override
    {
        if (auto going = m_evaluation.checkStop(); !going)
            return fail(going.error());
        if (m_row >= m_node.rangeCount)
            return false;
        const std::size_t rows = std::min(MorselRows, m_node.rangeCount - m_row);
        Column column(m_node.schema[0].name, m_node.schema[0].type);
        column.reserve(rows);
        for (std::size_t i = 0; i < rows; ++i, ++m_row) {
            if (column.type() == ColumnType::Real)
                column.appendReal(m_node.realStart + static_cast<double>(m_row) * m_node.realStep);
            else
                column.appendInteger(m_node.rangeStart + static_cast<std::int64_t>(m_row) * m_node.rangeStep);
        }
        chunk.rows = rows;
        chunk.columns = {viewOf(std::move(column))};
        return true;
    }

private:
    Evaluation& m_evaluation;
    const PlanNode& m_node;
    std::size_t m_row = 0;
};

/// Compares numbers or moments, which takes less than a text does.
bool isCheap(const BoundExpr& expr)
{
    const bool text = expr.type == ColumnType::String || expr.type == ColumnType::Dynamic ||
                      expr.type == ColumnType::Guid || expr.type == ColumnType::Decimal;
    return !text && (expr.kind != BoundExpr::Kind::Call || expr.vector != nullptr) &&
           std::all_of(expr.args.begin(), expr.args.end(), [](const ExprRef& arg) { return isCheap(*arg); });
}

void addConjuncts(const ExprRef& condition, std::vector<ExprRef>& conjuncts)
{
    // What looks at rows around needs all of them.
    if (condition->function != "and" || condition->wholeInput) {
        conjuncts.push_back(condition);
        return;
    }
    for (const ExprRef& argument : condition->args)
        addConjuncts(argument, conjuncts);
}

/// Parts of a condition see only the rows that the parts before left; the cheap ones come first.
class FilterStream final : public Stream
{
public:
    FilterStream(Evaluation& evaluation, const PlanNode& node, StreamPtr input)
        : m_evaluation(evaluation)
        , m_input(std::move(input))
    {
        addConjuncts(node.exprs[0], m_conjuncts);
        std::stable_partition(m_conjuncts.begin(), m_conjuncts.end(),
                              [](const ExprRef& part) { return isCheap(*part); });
    }

    Result<bool> next(Chunk& chunk) override
    {
        auto more = m_input->next(chunk);
        if (!more || !*more)
            return more;
        for (const ExprRef& part : m_conjuncts) {
            RowIndex rows = trueRows(evaluate(m_evaluation, *part, chunk), chunk.rows);
            if (rows.size() != chunk.rows)
                chunk = selectRows(chunk, std::move(rows));
            if (chunk.rows == 0)
                break;
        }
        return true;
    }

private:
    static RowIndex trueRows(const View& condition, std::size_t count)
    {
        const auto bools = condition.column->bools();
        RowIndex rows(count);
        std::size_t found = 0;
        if (!condition.constant && !condition.rows && !condition.mayBeNull()) {
            for (std::size_t i = 0; i < count; ++i) {
                rows[found] = static_cast<std::uint32_t>(i);
                found += bools[condition.offset + i];
            }
        } else {
            for (std::size_t i = 0; i < count; ++i) {
                const std::size_t at = condition.at(i);
                if (bools[at] != 0 && !condition.column->isNull(at))
                    rows[found++] = static_cast<std::uint32_t>(i);
            }
        }
        rows.resize(found);
        return rows;
    }

    Evaluation& m_evaluation;
    std::vector<ExprRef> m_conjuncts;
    StreamPtr m_input;
};

class ProjectStream final : public Stream
{
public:
    ProjectStream(Evaluation& evaluation, const PlanNode& node, StreamPtr input)
        : m_evaluation(evaluation)
        , m_node(node)
        , m_input(std::move(input))
    {}

    Result<bool> next(Chunk& chunk) override
    {
        auto more = m_input->next(chunk);
        if (!more || !*more)
            return more;
        Chunk out;
        out.rows = chunk.rows;
        out.columns.reserve(m_node.exprs.size());
        for (std::size_t i = 0; i < m_node.exprs.size(); ++i) {
            if (m_node.needed[i])
                out.columns.push_back(evaluate(m_evaluation, *m_node.exprs[i], chunk));
            else
                out.columns.emplace_back();
        }
        chunk = std::move(out);
        return true;
    }

private:
    Evaluation& m_evaluation;
    const PlanNode& m_node;
    StreamPtr m_input;
};

class TakeStream final : public Stream
{
public:
    TakeStream(const PlanNode& node, StreamPtr input)
        : m_left(node.count)
        , m_input(std::move(input))
    {}

    Result<bool> next(Chunk& chunk) override
    {
        if (m_left == 0)
            return false;
        auto more = m_input->next(chunk);
        if (!more || !*more)
            return more;
        chunk = sliceRows(chunk, 0, m_left);
        m_left -= chunk.rows;
        return true;
    }

private:
    std::size_t m_left;
    StreamPtr m_input;
};

class UnionStream final : public Stream
{
public:
    explicit UnionStream(std::deque<StreamPtr> inputs)
        : m_inputs(std::move(inputs))
    {}

    Result<bool> next(Chunk& chunk) override
    {
        while (!m_inputs.empty()) {
            auto more = m_inputs.front()->next(chunk);
            if (!more || *more)
                return more;
            m_inputs.pop_front();
        }
        return false;
    }

private:
    std::deque<StreamPtr> m_inputs;
};

/// Collects its input into one chunk.
class WholeStream final : public Stream
{
public:
    WholeStream(Evaluation& evaluation, const PlanNode& node, StreamPtr input)
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
        chunk = std::move(*whole);
        return true;
    }

private:
    Evaluation& m_evaluation;
    const PlanNode& m_node;
    StreamPtr m_input;
    Reservation m_memory;
};

/// The first reader computes the rows, all read them.
class CachedStream final : public Stream
{
public:
    CachedStream(Evaluation& evaluation, const PlanNode& node)
        : m_evaluation(evaluation)
        , m_node(node)
    {}

    Result<bool> next(Chunk& chunk) override
    {
        if (!m_chunks) {
            auto filled = fill();
            if (!filled)
                return fail(filled.error());
        }
        if (m_next >= m_chunks->size())
            return false;
        chunk = (*m_chunks)[m_next++];
        return true;
    }

private:
    Status fill()
    {
        auto& slot = m_evaluation.cached[&m_node];
        if (!slot) {
            auto chunks = std::make_shared<std::vector<Chunk>>();
            const StreamPtr input = openStream(m_evaluation, *m_node.inputs[0]);
            Chunk part;
            while (true) {
                auto more = input->next(part);
                if (!more)
                    return fail(more.error());
                if (!*more)
                    break;
                if (auto held = m_evaluation.charge(cachedBytes(part)); !held)
                    return held;
                chunks->push_back(std::move(part));
                part = {};
            }
            m_evaluation.cached[&m_node] = chunks;
        }
        m_chunks = m_evaluation.cached[&m_node];
        return {};
    }

    Evaluation& m_evaluation;
    const PlanNode& m_node;
    std::shared_ptr<const std::vector<Chunk>> m_chunks;
    std::size_t m_next = 0;
};

class NothingStream final : public Stream
{
public:
    Result<bool> next(Chunk& /*chunk*/) override { return false; }
};

} // namespace

StreamPtr openStream(Evaluation& evaluation, const PlanNode& node)
{
    if (evaluation.options().planOnly)
        return std::make_unique<NothingStream>();
    const auto input = [&](std::size_t index = 0) { return openStream(evaluation, *node.inputs[index]); };
    switch (node.kind) {
    case PlanKind::Scan:
    case PlanKind::Values:
        return std::make_unique<ScanStream>(evaluation, node);
    case PlanKind::Range:
        return std::make_unique<RangeStream>(evaluation, node);
    case PlanKind::Filter:
        return std::make_unique<FilterStream>(evaluation, node, input());
    case PlanKind::Project:
        return std::make_unique<ProjectStream>(evaluation, node, input());
    case PlanKind::Summarize:
        return openSummarize(evaluation, node, input());
    case PlanKind::Sort:
        return openSort(evaluation, node, input());
    case PlanKind::Take:
        return node.exprs.empty() ? std::make_unique<TakeStream>(node, input())
                                  : openTop(evaluation, node, input());
    case PlanKind::Join:
        return openJoin(evaluation, node, input(0), input(1));
    case PlanKind::Union: {
        std::deque<StreamPtr> inputs;
        for (const PlanRef& leg : node.inputs)
            inputs.push_back(openStream(evaluation, *leg));
        return std::make_unique<UnionStream>(std::move(inputs));
    }
    case PlanKind::MvExpand:
        return openMvExpand(evaluation, node, input());
    case PlanKind::Cached:
        return std::make_unique<CachedStream>(evaluation, node);
    case PlanKind::Whole:
        return std::make_unique<WholeStream>(evaluation, node, input());
    case PlanKind::Apply:
        return openApply(evaluation, node, input(1));
    case PlanKind::Input:
        return openInput(evaluation, node);
    case PlanKind::Parse:
        return openParse(evaluation, node, input());
    case PlanKind::KeyValues:
        return openKeyValues(evaluation, node, input());
    case PlanKind::MakeSeries:
        return openMakeSeries(evaluation, node, input());
    case PlanKind::TopNested:
        return openTopNested(evaluation, node, input());
    case PlanKind::Reduce:
        return openReduce(evaluation, node, input());
    case PlanKind::Sequence:
        return openSequence(evaluation, node, input());
    }
    return nullptr;
}

} // namespace gatehouse::kql
