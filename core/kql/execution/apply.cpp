// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/execution/grouping.h"
#include "core/kql/execution/streams.h"

#include <unordered_set>

namespace gatehouse::kql {

namespace {

/// Runs a subquery for each group of rows (mv-apply, partition). Groups of a row number lie together in one
/// chunk; those of a key come from the whole input, in the order in which the keys first appear.
class ApplyStream final : public Stream
{
public:
    ApplyStream(Evaluation& evaluation, const PlanNode& node, StreamPtr input)
        : m_evaluation(evaluation)
        , m_node(node)
        , m_input(std::move(input))
        , m_inputMemory(evaluation)
        , m_outputMemory(evaluation)
    {
        std::unordered_set<const PlanNode*> visited;
        findDependent(*node.inputs[0], visited);
    }

    Result<bool> next(Chunk& chunk) override
    {
        if (!m_input)
            return false;
        Chunk source;
        if (m_node.rowNumber) {
            auto more = m_input->next(source);
            if (!more || !*more)
                return more;
        } else {
            auto whole = collect(m_evaluation, *m_input, m_node.inputs[1]->schema, m_inputMemory);
            m_input.reset();
            if (!whole)
                return fail(whole.error());
            source = std::move(*whole);
        }
        auto answer = applyTo(source);
        if (!answer)
            return fail(answer.error());
        chunk = std::move(*answer);
        return true;
    }

private:
    /// Cached nodes whose rows differ from group to group.
    bool findDependent(const PlanNode& node, std::unordered_set<const PlanNode*>& visited)
    {
        if (&node == m_node.leaf)
            return true;
        if (!visited.insert(&node).second)
            return m_dependent.contains(&node);
        bool depends = false;
        for (const PlanRef& input : node.inputs)
            depends = findDependent(*input, visited) || depends;
        if (depends)
            m_dependent.insert(&node);
        return depends;
    }

    [[nodiscard]] std::vector<RowIndex> groupsOf(const Chunk& source)
    {
        std::vector<RowIndex> groups;
        std::vector<std::uint32_t> numbers;
        if (m_node.rowNumber) {
            const View& ids = source.columns[*m_node.rowNumber];
            std::int64_t last = -1;
            for (std::size_t row = 0; row < source.rows; ++row) {
                const std::int64_t id = ids.column->integerAt(ids.at(row));
                if (id != last)
                    groups.emplace_back();
                last = id;
                groups.back().push_back(static_cast<std::uint32_t>(row));
            }
            return groups;
        }
        std::vector<View> keys;
        std::vector<ColumnType> types;
        for (const ExprRef& key : m_node.exprs) {
            keys.push_back(evaluate(m_evaluation, *key, source));
            types.push_back(key->type);
        }
        Grouping grouping(types);
        grouping.assign(keys, source.rows, numbers);
        groups.resize(grouping.size());
        for (std::size_t row = 0; row < numbers.size(); ++row)
            groups[numbers[row]].push_back(static_cast<std::uint32_t>(row));
        return groups;
    }

    Result<Chunk> applyTo(const Chunk& source)
    {
        const PlanNode& subquery = *m_node.inputs[0];
        std::vector<Column> columns;
        for (const SchemaColumn& column : subquery.schema)
            columns.emplace_back(column.name, column.type);
        RowIndex sourceRows;
        Chunk leafColumns = source;
        leafColumns.columns.resize(m_node.leaf->schema.size());
        for (RowIndex& rows : groupsOf(source)) {
            const std::uint32_t first = rows.front();
            Chunk group = selectRows(leafColumns, std::move(rows));
            if (auto done = runOne(std::move(group), first, columns, sourceRows); !done)
                return fail(done.error());
        }
        Chunk outer = selectRows(source, std::move(sourceRows));
        Chunk out;
        out.rows = outer.rows;
        std::vector<View> inner;
        for (Column& column : columns)
            inner.push_back(viewOf(std::move(column)));
        for (const auto& [fromSubquery, column] : m_node.outputs)
            out.columns.push_back(fromSubquery ? inner[column] : outer.columns[column]);
        return out;
    }

    Status runOne(Chunk group, std::uint32_t sourceRow, std::vector<Column>& columns, RowIndex& sourceRows)
    {
        for (const PlanNode* node : m_dependent)
            m_evaluation.forget(node);
        m_evaluation.groups[m_node.leaf] = std::move(group);
        const StreamPtr stream = openStream(m_evaluation, *m_node.inputs[0]);
        Chunk part;
        while (true) {
            if (auto going = m_evaluation.checkStop(); !going)
                return going;
            auto more = stream->next(part);
            if (!more)
                return fail(more.error());
            if (!*more)
                return {};
            for (std::size_t i = 0; i < columns.size(); ++i)
                appendView(columns[i], part.columns[i], part.rows);
            sourceRows.insert(sourceRows.end(), part.rows, sourceRow);
            std::size_t bytes = sourceRows.capacity() * 4;
            for (const Column& column : columns)
                bytes += column.memoryBytes();
            if (auto held = m_outputMemory.hold(bytes); !held)
                return held;
        }
    }

    Evaluation& m_evaluation;
    const PlanNode& m_node;
    StreamPtr m_input;
    std::unordered_set<const PlanNode*> m_dependent;
    Reservation m_inputMemory;
    Reservation m_outputMemory;
};

/// Hands out the rows of the group that the Apply above is at.
class InputStream final : public Stream
{
public:
    InputStream(Evaluation& evaluation, const PlanNode& node)
        : m_evaluation(evaluation)
        , m_node(node)
    {}

    Result<bool> next(Chunk& chunk) override
    {
        if (m_done)
            return false;
        m_done = true;
        chunk = m_evaluation.groups[&m_node];
        return true;
    }

private:
    Evaluation& m_evaluation;
    const PlanNode& m_node;
    bool m_done = false;
};

} // namespace

StreamPtr openApply(Evaluation& evaluation, const PlanNode& node, StreamPtr input)
{
    return std::make_unique<ApplyStream>(evaluation, node, std::move(input));
}

StreamPtr openInput(Evaluation& evaluation, const PlanNode& node)
{
    return std::make_unique<InputStream>(evaluation, node);
}

} // namespace gatehouse::kql
