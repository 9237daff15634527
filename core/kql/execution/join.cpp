// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/execution/grouping.h"
#include "core/kql/execution/streams.h"

#include <numeric>

namespace gatehouse::kql {

namespace {

constexpr std::uint32_t NoRow = UINT32_MAX;

/// Appends the rows of a view; NoRow gives null ("" for strings).
View gatherWithNulls(Evaluation& evaluation, const View& view, const RowIndex& rows)
{
    Column out(view.column->name(), view.column->type());
    out.reserve(rows.size());
    bool full = false;
    for (const std::uint32_t row : rows) {
        full = full || (out.size() % 256 == 255 && evaluation.outgrown(out.memoryBytes()));
        if (row == NoRow || full)
            out.appendNull();
        else
            out.appendFrom(*view.column, view.at(row));
    }
    return viewOf(std::move(out));
}

/// A hash join over both sides collected: groups of the right side's keys, then the left side's rows against
/// them.
class JoinStream final : public Stream
{
public:
    JoinStream(Evaluation& evaluation, const PlanNode& node, StreamPtr left, StreamPtr right)
        : m_evaluation(evaluation)
        , m_node(node)
        , m_leftInput(std::move(left))
        , m_rightInput(std::move(right))
        , m_leftMemory(evaluation)
        , m_rightMemory(evaluation)
        , m_indexMemory(evaluation)
        , m_outMemory(evaluation)
    {}

    Result<bool> next(Chunk& chunk) override
    {
        if (!m_leftInput) // one chunk carries all rows
            return false;
        auto left = collect(m_evaluation, *m_leftInput, m_node.inputs[0]->schema, m_leftMemory);
        if (!left)
            return fail(left.error());
        auto right = collect(m_evaluation, *m_rightInput, m_node.inputs[1]->schema, m_rightMemory);
        if (!right)
            return fail(right.error());
        m_leftInput.reset();
        m_rightInput.reset();
        m_left = std::move(*left);
        m_right = std::move(*right);
        if (auto done = match(); !done)
            return fail(done.error());
        chunk = output();
        if (auto going = m_evaluation.checkStop(); !going)
            return fail(going.error());
        return true;
    }

private:
    [[nodiscard]] std::vector<View> keyViews(const Chunk& chunk, bool right) const
    {
        std::vector<View> views;
        for (const auto& [leftKey, rightKey] : m_node.keys)
            views.push_back(chunk.columns[right ? rightKey : leftKey]);
        return views;
    }

    /// Fills m_leftRows and m_rightRows with the pairs of the answer.
    Status match()
    {
        std::vector<ColumnType> types;
        for (const auto& key : m_node.keys)
            types.push_back(m_node.inputs[1]->schema[key.second].type);
        Grouping grouping(types);
        std::vector<std::uint32_t> rightGroups;
        grouping.assign(keyViews(m_right, true), m_right.rows, rightGroups);
        std::vector<std::uint32_t> leftGroups;
        grouping.lookUp(keyViews(m_left, false), m_left.rows, leftGroups);
        if (auto held =
                m_indexMemory.hold(grouping.memoryBytes() + (leftGroups.size() + rightGroups.size() * 3) * 4);
            !held)
            return held;
        if (m_node.join == JoinKind::InnerUnique)
            keepFirstOfEachKey(leftGroups);
        buildLists(rightGroups, grouping.size());
        switch (m_node.join) {
        case JoinKind::LeftSemi:
        case JoinKind::LeftAnti:
            matchLeftOnly(leftGroups);
            return {};
        case JoinKind::RightSemi:
        case JoinKind::RightAnti:
            matchRightOnly(leftGroups, rightGroups, grouping.size());
            return {};
        default:
            return matchPairs(leftGroups, rightGroups);
        }
    }

    /// Left rows after the first of each key are dropped (innerunique).
    void keepFirstOfEachKey(std::vector<std::uint32_t>& leftGroups)
    {
        std::vector<bool> seen;
        for (std::uint32_t& group : leftGroups) {
            if (group == Grouping::NoGroup)
                continue;
            if (group >= seen.size())
                seen.resize(group + 1, false);
            if (seen[group])
                group = Grouping::NoGroup;
            else
                seen[group] = true;
        }
    }

    /// The right rows of each group: m_rows[m_starts[g] … m_starts[g + 1]).
    void buildLists(const std::vector<std::uint32_t>& rightGroups, std::size_t groups)
    {
        m_starts.assign(groups + 1, 0);
        for (const std::uint32_t group : rightGroups)
            ++m_starts[group + 1];
        std::partial_sum(m_starts.begin(), m_starts.end(), m_starts.begin());
        m_rows.resize(rightGroups.size());
        std::vector<std::uint32_t> at(m_starts.begin(), m_starts.end() - 1);
        for (std::size_t row = 0; row < rightGroups.size(); ++row)
            m_rows[at[rightGroups[row]]++] = static_cast<std::uint32_t>(row);
    }

    void matchLeftOnly(const std::vector<std::uint32_t>& leftGroups)
    {
        const bool semi = m_node.join == JoinKind::LeftSemi;
        for (std::size_t row = 0; row < leftGroups.size(); ++row) {
            if ((leftGroups[row] != Grouping::NoGroup) == semi)
                m_leftRows.push_back(static_cast<std::uint32_t>(row));
        }
    }

    void matchRightOnly(const std::vector<std::uint32_t>& leftGroups,
                        const std::vector<std::uint32_t>& rightGroups, std::size_t groups)
    {
        std::vector<bool> met(groups, false);
        for (const std::uint32_t group : leftGroups) {
            if (group != Grouping::NoGroup)
                met[group] = true;
        }
        const bool semi = m_node.join == JoinKind::RightSemi;
        for (std::size_t row = 0; row < rightGroups.size(); ++row) {
            if (met[rightGroups[row]] == semi)
                m_rightRows.push_back(static_cast<std::uint32_t>(row));
        }
    }

    Status matchPairs(const std::vector<std::uint32_t>& leftGroups,
                      const std::vector<std::uint32_t>& rightGroups)
    {
        const bool keepLeft = m_node.join == JoinKind::LeftOuter || m_node.join == JoinKind::FullOuter;
        const bool keepRight = m_node.join == JoinKind::RightOuter || m_node.join == JoinKind::FullOuter;
        std::vector<bool> met(m_starts.size(), false);
        for (std::size_t row = 0; row < leftGroups.size(); ++row) {
            const std::uint32_t group = leftGroups[row];
            if (group == Grouping::NoGroup) {
                if (keepLeft)
                    addPair(static_cast<std::uint32_t>(row), NoRow);
                continue;
            }
            met[group] = true;
            for (std::uint32_t i = m_starts[group]; i < m_starts[group + 1]; ++i)
                addPair(static_cast<std::uint32_t>(row), m_rows[i]);
            if (row % 1024 == 0 || m_starts[group + 1] - m_starts[group] > 1024) {
                if (auto fits = checkOutput(); !fits)
                    return fits;
            }
        }
        for (std::size_t row = 0; keepRight && row < rightGroups.size(); ++row) {
            if (!met[rightGroups[row]])
                addPair(NoRow, static_cast<std::uint32_t>(row));
        }
        return checkOutput();
    }

    void addPair(std::uint32_t left, std::uint32_t right)
    {
        m_leftRows.push_back(left);
        m_rightRows.push_back(right);
        m_padsLeft = m_padsLeft || left == NoRow;
        m_padsRight = m_padsRight || right == NoRow;
    }

    Status checkOutput()
    {
        if (auto going = m_evaluation.checkStop(); !going)
            return going;
        return m_outMemory.hold((m_leftRows.capacity() + m_rightRows.capacity()) * 8);
    }

    [[nodiscard]] std::vector<View> sideViews(const Chunk& side, RowIndex rows, bool padded)
    {
        Chunk shaped = side;
        if (!padded)
            return selectRows(shaped, std::move(rows)).columns;
        for (View& view : shaped.columns) {
            if (view.column)
                view = gatherWithNulls(m_evaluation, view, rows);
        }
        return shaped.columns;
    }

    Chunk output()
    {
        const bool leftOnly = m_node.join == JoinKind::LeftSemi || m_node.join == JoinKind::LeftAnti;
        const bool rightOnly = m_node.join == JoinKind::RightSemi || m_node.join == JoinKind::RightAnti;
        Chunk out;
        out.rows = rightOnly ? m_rightRows.size() : m_leftRows.size();
        std::vector<View> left;
        std::vector<View> right;
        if (!rightOnly)
            left = sideViews(m_left, std::move(m_leftRows), m_padsLeft);
        if (!leftOnly)
            right = sideViews(m_right, std::move(m_rightRows), m_padsRight);
        for (const auto& [fromRight, column] : m_node.outputs)
            out.columns.push_back(fromRight ? right[column] : left[column]);
        return out;
    }

    Evaluation& m_evaluation;
    const PlanNode& m_node;
    StreamPtr m_leftInput;
    StreamPtr m_rightInput;
    Chunk m_left;
    Chunk m_right;
    RowIndex m_leftRows;
    RowIndex m_rightRows;
    bool m_padsLeft = false;
    bool m_padsRight = false;
    std::vector<std::uint32_t> m_starts;
    std::vector<std::uint32_t> m_rows;
    Reservation m_leftMemory;
    Reservation m_rightMemory;
    Reservation m_indexMemory;
    Reservation m_outMemory;
};

} // namespace

StreamPtr openJoin(Evaluation& evaluation, const PlanNode& node, StreamPtr left, StreamPtr right)
{
    return std::make_unique<JoinStream>(evaluation, node, std::move(left), std::move(right));
}

} // namespace gatehouse::kql
