// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/execution/aggregate.h"
#include "core/kql/execution/grouping.h"
#include "core/kql/execution/streams.h"

namespace gatehouse::kql {

namespace {

class SummarizeStream final : public Stream
{
public:
    SummarizeStream(Evaluation& evaluation, const PlanNode& node, StreamPtr input)
        : m_evaluation(evaluation)
        , m_node(node)
        , m_input(std::move(input))
        , m_grouping(keyTypes(node))
        , m_memory(evaluation)
    {
        for (const AggregateCall& call : node.aggregates)
            m_aggregates.push_back(call.factory->make(evaluation));
    }

    Result<bool> next(Chunk& chunk) override
    {
        if (!m_input)
            return false;
        if (auto done = consume(); !done)
            return fail(done.error());
        m_input.reset();
        chunk = result();
        return true;
    }

private:
    static std::vector<ColumnType> keyTypes(const PlanNode& node)
    {
        std::vector<ColumnType> types;
        for (const ExprRef& key : node.exprs)
            types.push_back(key->type);
        return types;
    }

    Status consume()
    {
        if (m_node.exprs.empty())
            setGroups(1); // without by there is always one row
        Chunk chunk;
        while (true) {
            auto more = m_input->next(chunk);
            if (!more)
                return fail(more.error());
            if (!*more)
                return {};
            if (chunk.rows == 0)
                continue;
            update(chunk);
            if (auto held = m_memory.hold(memoryBytes()); !held)
                return held;
        }
    }

    void update(const Chunk& chunk)
    {
        std::vector<View> keys;
        for (const ExprRef& key : m_node.exprs)
            keys.push_back(evaluate(m_evaluation, *key, chunk));
        if (keys.empty())
            m_rowGroups.assign(chunk.rows, 0);
        else
            m_grouping.assign(keys, chunk.rows, m_rowGroups);
        if (!keys.empty())
            setGroups(m_grouping.size());
        for (std::size_t i = 0; i < m_aggregates.size(); ++i) {
            std::vector<View> args;
            for (const ExprRef& argument : m_node.aggregates[i].args)
                args.push_back(evaluate(m_evaluation, *argument, chunk));
            m_aggregates[i]->update(m_rowGroups, args);
        }
    }

    void setGroups(std::size_t groups)
    {
        m_groups = groups;
        for (const auto& aggregate : m_aggregates)
            aggregate->grow(groups);
    }

    [[nodiscard]] std::size_t memoryBytes() const
    {
        std::size_t bytes = m_grouping.memoryBytes();
        for (const auto& aggregate : m_aggregates)
            bytes += aggregate->memoryBytes();
        return bytes;
    }

    Chunk result()
    {
        Chunk out;
        out.rows = m_groups;
        for (Column& key : m_grouping.keys())
            out.columns.push_back(viewOf(std::move(key)));
        for (std::size_t i = 0; i < m_aggregates.size(); ++i) {
            std::vector<Column> columns;
            for (const ColumnType type : m_node.aggregates[i].outputs)
                columns.emplace_back(std::string(), type);
            for (std::size_t group = 0; group < m_groups; ++group)
                m_aggregates[i]->finish(group, columns);
            for (Column& column : columns)
                out.columns.push_back(viewOf(std::move(column)));
            m_aggregates[i].reset();
        }
        return out;
    }

    Evaluation& m_evaluation;
    const PlanNode& m_node;
    StreamPtr m_input;
    Grouping m_grouping;
    std::size_t m_groups = 0;
    std::vector<std::uint32_t> m_rowGroups;
    std::vector<std::unique_ptr<Aggregate>> m_aggregates;
    Reservation m_memory;
};

} // namespace

StreamPtr openSummarize(Evaluation& evaluation, const PlanNode& node, StreamPtr input)
{
    return std::make_unique<SummarizeStream>(evaluation, node, std::move(input));
}

} // namespace gatehouse::kql
