// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/execution/aggregate.h"
#include "core/kql/execution/grouping.h"
#include "core/kql/execution/streams.h"

#include <algorithm>

namespace gatehouse::kql {

namespace {

/// Sorts rows into a tree, level by level: the best keys below each parent, and the rest below one more node
/// where it is wanted. Each path to a leaf is a row of the answer.
class TopNestedStream final : public Stream
{
public:
    TopNestedStream(Evaluation& evaluation, const PlanNode& node, StreamPtr input)
        : m_evaluation(evaluation)
        , m_node(node)
        , m_input(std::move(input))
        , m_inputMemory(evaluation)
        , m_treeMemory(evaluation)
    {}

    Result<bool> next(Chunk& chunk) override
    {
        if (!m_input)
            return false;
        auto rows = collect(m_evaluation, *m_input, m_node.inputs[0]->schema, m_inputMemory);
        m_input.reset();
        if (!rows)
            return fail(rows.error());
        m_places.assign(rows->rows, 0);
        std::vector<Tree> levels;
        std::size_t parents = 1;
        for (const NestedLevel& level : m_node.nested) {
            levels.push_back(growLevel(level, *rows, parents));
            parents = levels.back().parents.size();
            std::size_t bytes = m_places.size() * 16;
            for (const Tree& tree : levels)
                bytes += tree.keys.memoryBytes() + tree.values.memoryBytes() + tree.parents.size() * 4;
            if (auto held = m_treeMemory.hold(bytes); !held)
                return fail(held.error());
            if (auto going = m_evaluation.checkStop(); !going)
                return fail(going.error());
        }
        chunk = leaves(levels);
        return true;
    }

private:
    static constexpr std::uint32_t Nowhere = Grouping::NoGroup;

    /// The nodes of one level, those of a parent together and in their order.
    struct Tree
    {
        Column keys;
        Column values;
        std::vector<std::uint32_t> parents;
    };

    struct Candidates
    {
        std::vector<std::uint32_t> groups; // of each row, or Nowhere
        std::vector<std::uint32_t> parents;
        std::vector<bool> rest; // whether a group is the rest of its parent
        Column keys;
    };

    /// What no key took, below each parent.
    struct Rest
    {
        std::vector<bool> there; // for each parent
        View values;
    };

    /// m_places becomes the node of each row in the new level.
    Tree growLevel(const NestedLevel& level, const Chunk& rows, std::size_t parents)
    {
        const Candidates all = group(level, rows, parents);
        const View values = aggregate(level, rows, all.groups, all.parents.size());
        const std::vector<std::vector<std::uint32_t>> best = choose(level, all, values, parents);
        Rest rest{std::vector<bool>(parents, false), {}};
        if (level.others)
            rest = restOf(level, rows, all, best);
        Tree tree{Column({}, level.key->type), Column({}, level.value->type), {}};
        std::vector<std::uint32_t> nodeOf(all.parents.size(), Nowhere);
        std::vector<std::uint32_t> restNode(parents, Nowhere);
        for (std::size_t parent = 0; parent < parents; ++parent) {
            for (const std::uint32_t one : best[parent]) {
                nodeOf[one] = static_cast<std::uint32_t>(tree.parents.size());
                addNode(tree, parent, all.keys, one, values, one);
            }
            m_rests.resize(tree.parents.size(), false);
            if (!rest.there[parent])
                continue;
            restNode[parent] = static_cast<std::uint32_t>(tree.parents.size());
            addNode(tree, parent, *level.others, 0, rest.values, parent);
            m_rests.push_back(true);
        }
        for (std::size_t row = 0; row < m_places.size(); ++row) {
            const std::uint32_t own = all.groups[row];
            if (own != Nowhere)
                m_places[row] = nodeOf[own] != Nowhere ? nodeOf[own] : restNode[all.parents[own]];
        }
        return tree;
    }

    Rest restOf(const NestedLevel& level, const Chunk& rows, const Candidates& all,
                const std::vector<std::vector<std::uint32_t>>& best)
    {
        Rest rest{std::vector<bool>(best.size(), false), {}};
        std::vector<bool> chosen(all.parents.size(), false);
        for (const auto& groups : best) {
            for (const std::uint32_t one : groups)
                chosen[one] = true;
        }
        std::vector<std::uint32_t> groups(all.groups.size(), Nowhere);
        for (std::size_t row = 0; row < groups.size(); ++row) {
            const std::uint32_t own = all.groups[row];
            if (own == Nowhere || chosen[own])
                continue;
            groups[row] = all.parents[own];
            rest.there[groups[row]] = true;
        }
        rest.values = aggregate(level, rows, groups, best.size());
        return rest;
    }

    static void addNode(Tree& tree, std::size_t parent, const Column& keys, std::size_t key,
                        const View& values, std::size_t value)
    {
        tree.keys.appendFrom(keys, key);
        tree.values.appendFrom(*values.column, values.at(value));
        tree.parents.push_back(static_cast<std::uint32_t>(parent));
    }

    /// The groups of rows that have a place in the level above, by parent and key.
    Candidates group(const NestedLevel& level, const Chunk& rows, std::size_t parents)
    {
        Column places({}, ColumnType::Long);
        RowIndex alive;
        for (std::size_t row = 0; row < m_places.size(); ++row) {
            if (m_places[row] == Nowhere)
                continue;
            alive.push_back(static_cast<std::uint32_t>(row));
            places.appendInteger(m_places[row]);
        }
        const Chunk living = selectRows(rows, alive);
        Grouping grouping({ColumnType::Long, level.key->type});
        std::vector<std::uint32_t> numbers;
        const std::vector<View> keys{viewOf(std::move(places)), evaluate(m_evaluation, *level.key, living)};
        grouping.assign(keys, living.rows, numbers);
        Candidates all{std::vector<std::uint32_t>(rows.rows, Nowhere), {}, {}, std::move(grouping.keys()[1])};
        for (std::size_t i = 0; i < alive.size(); ++i)
            all.groups[alive[i]] = numbers[i];
        for (std::size_t i = 0; i < grouping.size(); ++i)
            all.parents.push_back(static_cast<std::uint32_t>(grouping.keys()[0].integerAt(i)));
        m_rests.resize(parents, false);
        for (const std::uint32_t parent : all.parents)
            all.rest.push_back(m_rests[parent]);
        m_rests.clear();
        return all;
    }

    /// The level's value for each group.
    View aggregate(const NestedLevel& level, const Chunk& rows, const std::vector<std::uint32_t>& groups,
                   std::size_t count)
    {
        RowIndex members;
        std::vector<std::uint32_t> numbers;
        for (std::size_t row = 0; row < groups.size(); ++row) {
            if (groups[row] == Nowhere)
                continue;
            members.push_back(static_cast<std::uint32_t>(row));
            numbers.push_back(groups[row]);
        }
        const Chunk part = selectRows(rows, std::move(members));
        Chunk results;
        results.rows = count;
        for (const AggregateCall& call : level.aggregates) {
            const auto state = call.factory->make(m_evaluation);
            state->grow(count);
            std::vector<View> args;
            for (const ExprRef& argument : call.args)
                args.push_back(evaluate(m_evaluation, *argument, part));
            if (part.rows > 0)
                state->update(numbers, args);
            std::vector<Column> columns;
            for (const ColumnType type : call.outputs)
                columns.emplace_back(std::string(), type);
            for (std::size_t i = 0; i < count; ++i)
                state->finish(i, columns);
            for (Column& column : columns)
                results.columns.push_back(viewOf(std::move(column)));
        }
        return evaluate(m_evaluation, *level.value, results);
    }

    /// The best groups of each parent, in order. Below a rest there is only its own rest.
    std::vector<std::vector<std::uint32_t>> choose(const NestedLevel& level, const Candidates& all,
                                                   const View& values, std::size_t parents)
    {
        std::vector<std::vector<std::uint32_t>> best(parents);
        const std::vector<View> keys{values};
        const std::vector<SortOrder> orders{level.order};
        for (const std::uint32_t one : sortedRows(keys, orders, all.parents.size())) {
            auto& groups = best[all.parents[one]];
            const bool below = all.rest[one] && level.others;
            if (!below && groups.size() < level.count.value_or(SIZE_MAX))
                groups.push_back(one);
        }
        return best;
    }

    [[nodiscard]] Chunk leaves(const std::vector<Tree>& levels) const
    {
        Chunk out;
        RowIndex at(levels.back().parents.size());
        for (std::size_t i = 0; i < at.size(); ++i)
            at[i] = static_cast<std::uint32_t>(i);
        out.rows = at.size();
        out.columns.resize(levels.size() * 2);
        for (std::size_t level = levels.size(); level-- > 0;) {
            const Tree& tree = levels[level];
            Chunk nodes;
            nodes.rows = tree.parents.size();
            nodes.columns = {viewOf(tree.keys), viewOf(tree.values)};
            Chunk chosen = selectRows(nodes, at);
            out.columns[level * 2] = chosen.columns[0];
            out.columns[level * 2 + 1] = chosen.columns[1];
            for (std::uint32_t& one : at)
                one = tree.parents[one];
        }
        return out;
    }

    Evaluation& m_evaluation;
    const PlanNode& m_node;
    StreamPtr m_input;
    std::vector<std::uint32_t> m_places; // the node of each row in the last level
    std::vector<bool> m_rests;           // which nodes of the last level are the rest of their parent
    Reservation m_inputMemory;
    Reservation m_treeMemory;
};

} // namespace

StreamPtr openTopNested(Evaluation& evaluation, const PlanNode& node, StreamPtr input)
{
    return std::make_unique<TopNestedStream>(evaluation, node, std::move(input));
}

} // namespace gatehouse::kql
