// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/execution/streams.h"

#include <memory>
#include <optional>

namespace gatehouse::kql {

namespace {

/// scan: each row is held against the steps from the last to the first. A step's state is the chain of rows,
/// one a step up to its own, that led to it.
class SequenceStream final : public Stream
{
public:
    SequenceStream(Evaluation& evaluation, const PlanNode& node, StreamPtr input)
        : m_evaluation(evaluation)
        , m_node(node)
        , m_spec(*node.sequence)
        , m_input(std::move(input))
        , m_states(node.sequence->steps.size())
        , m_inputMemory(evaluation)
        , m_outputMemory(evaluation)
    {
        for (std::size_t i = 0; i < m_spec.inputColumns; ++i) {
            Column nothing({}, node.inputs[0]->schema[i].type);
            nothing.appendNull();
            m_nothing.push_back(constantView(std::make_shared<const Column>(std::move(nothing))));
        }
        for (const auto& value : m_spec.defaults)
            m_nothing.push_back(constantView(value));
    }

    Result<bool> next(Chunk& chunk) override
    {
        if (!m_input)
            return false;
        auto rows = collect(m_evaluation, *m_input, m_node.inputs[0]->schema, m_inputMemory);
        m_input.reset();
        if (!rows)
            return fail(rows.error());
        m_rows = std::move(*rows);
        for (std::size_t i = m_spec.inputColumns; i < m_node.schema.size(); ++i)
            m_columns.emplace_back(m_node.schema[i].name, m_node.schema[i].type);
        for (std::size_t row = 0; row < m_rows.rows; ++row) {
            for (std::size_t step = m_spec.steps.size(); step-- > 0;)
                hold(row, step);
            if (row % 256 == 0) {
                if (auto fits = checkOutput(); !fits)
                    return fail(fits.error());
            }
        }
        for (std::size_t step = 0; step < m_states.size(); ++step)
            flush(step);
        chunk = selectRows(m_rows, std::move(m_kept));
        for (Column& column : m_columns)
            chunk.columns.push_back(viewOf(std::move(column)));
        if (auto going = m_evaluation.checkStop(); !going)
            return fail(going.error());
        return true;
    }

private:
    /// A row that a step took: all its values and the declared ones.
    using Values = std::shared_ptr<const std::vector<View>>;

    struct Match
    {
        std::size_t row = 0;
        std::size_t step = 0;
        std::int64_t id = 0;
        Values values;
    };

    struct State
    {
        std::vector<Values> rows; // one a step; empty when no sequence is active
        std::int64_t id = 0;
        std::optional<Match> pending; // of a step that puts out its last row only
    };

    Status checkOutput()
    {
        if (auto going = m_evaluation.checkStop(); !going)
            return going;
        std::size_t bytes = m_kept.capacity() * 4;
        for (const Column& column : m_columns)
            bytes += column.memoryBytes();
        return m_outputMemory.hold(bytes);
    }

    void hold(std::size_t row, std::size_t step)
    {
        State& state = m_states[step];
        if (step > 0 && !m_states[step - 1].rows.empty()) {
            const Chunk context = contextOf(row, m_states[step - 1].rows);
            if (matches(step, context)) {
                flush(step);
                flush(step - 1);
                state.rows = std::move(m_states[step - 1].rows);
                m_states[step - 1].rows.clear();
                state.id = m_states[step - 1].id;
                take(row, step, context);
                return;
            }
        }
        if (step > 0 && state.rows.empty())
            return;
        const Chunk context = contextOf(row, state.rows);
        if (!matches(step, context))
            return;
        if (state.rows.empty())
            state.id = m_sequences++;
        take(row, step, context);
    }

    /// One row that expressions see: the input's values, the defaults, then the state's rows.
    [[nodiscard]] Chunk contextOf(std::size_t row, const std::vector<Values>& state) const
    {
        Chunk context;
        context.rows = 1;
        for (std::size_t i = 0; i < m_spec.inputColumns; ++i)
            context.columns.push_back(valueAt(m_rows.columns[i], row));
        for (const auto& value : m_spec.defaults)
            context.columns.push_back(constantView(value));
        for (std::size_t step = 0; step < m_spec.steps.size(); ++step) {
            const std::vector<View>& values = step < state.size() && state[step] ? *state[step] : m_nothing;
            context.columns.insert(context.columns.end(), values.begin(), values.end());
        }
        return context;
    }

    [[nodiscard]] static View valueAt(const View& view, std::size_t row)
    {
        View one;
        one.column = view.column;
        one.offset = static_cast<std::uint32_t>(view.at(row));
        return one;
    }

    [[nodiscard]] bool matches(std::size_t step, const Chunk& context)
    {
        const View answer = evaluate(m_evaluation, *m_spec.steps[step].condition, context);
        const std::size_t at = answer.at(0);
        return !answer.column->isNull(at) && answer.column->boolAt(at);
    }

    void take(std::size_t row, std::size_t step, const Chunk& context)
    {
        auto values = std::make_shared<std::vector<View>>(
            context.columns.begin(),
            context.columns.begin() +
                static_cast<std::ptrdiff_t>(m_spec.inputColumns + m_spec.defaults.size()));
        for (const auto& [column, expr] : m_spec.steps[step].assignments)
            (*values)[m_spec.inputColumns + column] = valueAt(evaluate(m_evaluation, *expr, context), 0);
        State& state = m_states[step];
        state.rows.resize(step + 1);
        state.rows[step] = values;
        Match match{row, step, state.id, std::move(values)};
        switch (m_spec.steps[step].output) {
        case SequenceStep::Output::All:
            put(match);
            break;
        case SequenceStep::Output::Last:
            state.pending = std::move(match);
            break;
        case SequenceStep::Output::None:
            break;
        }
    }

    void flush(std::size_t step)
    {
        if (m_states[step].pending)
            put(*m_states[step].pending);
        m_states[step].pending.reset();
    }

    void put(const Match& match)
    {
        m_kept.push_back(static_cast<std::uint32_t>(match.row));
        std::size_t column = 0;
        for (std::size_t i = 0; i < m_spec.defaults.size(); ++i, ++column) {
            const View& value = (*match.values)[m_spec.inputColumns + i];
            m_columns[column].appendFrom(*value.column, value.at(0));
        }
        if (m_spec.matchId)
            m_columns[column++].appendInteger(match.id);
        if (m_spec.stepName)
            m_columns[column].appendText(m_spec.steps[match.step].name);
    }

    Evaluation& m_evaluation;
    const PlanNode& m_node;
    const SequenceSpec& m_spec;
    StreamPtr m_input;
    Chunk m_rows;
    std::vector<View> m_nothing; // the values of a step without a row
    std::vector<State> m_states; // of each step
    std::int64_t m_sequences = 0;
    RowIndex m_kept;
    std::vector<Column> m_columns; // declared ones, match id, step name
    Reservation m_inputMemory;
    Reservation m_outputMemory;
};

} // namespace

StreamPtr openSequence(Evaluation& evaluation, const PlanNode& node, StreamPtr input)
{
    return std::make_unique<SequenceStream>(evaluation, node, std::move(input));
}

} // namespace gatehouse::kql
