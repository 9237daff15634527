// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/execution/grouping.h"
#include "core/kql/execution/streams.h"
#include "core/kql/values.h"

#include <algorithm>
#include <cmath>

namespace gatehouse::kql {

namespace {

/// Lays the aggregates of bins out as arrays, one row a group of keys. The input has one row a group and bin.
class MakeSeriesStream final : public Stream
{
public:
    MakeSeriesStream(Evaluation& evaluation, const PlanNode& node, StreamPtr input)
        : m_evaluation(evaluation)
        , m_node(node)
        , m_spec(*node.series)
        , m_input(std::move(input))
        , m_inputMemory(evaluation)
        , m_outputMemory(evaluation)
    {}

    Result<bool> next(Chunk& chunk) override
    {
        if (!m_input)
            return false;
        auto bins = collect(m_evaluation, *m_input, m_node.inputs[0]->schema, m_inputMemory);
        m_input.reset();
        if (!bins)
            return fail(bins.error());
        auto answer = layOut(*bins);
        if (!answer)
            return fail(answer.error());
        chunk = std::move(*answer);
        return true;
    }

private:
    static constexpr std::size_t NoRow = SIZE_MAX;
    static constexpr std::size_t MostPoints = 1U << 20U; // as Kusto's arrays

    /// The bins of a group: from and to where they are given, else those of its first and last row.
    struct Bins
    {
        SeriesNumber start;
        std::size_t points = 0;
    };

    [[nodiscard]] bool isReal() const { return m_spec.axis == ColumnType::Real; }
    [[nodiscard]] SeriesNumber axisAt(const Chunk& bins, std::size_t row) const
    {
        const Datum datum = datumAt(bins.columns[m_spec.keys], row);
        return {datum.integer, datum.real};
    }
    /// How many steps lie between two places; doubles do not hold all ticks, hence both ways.
    [[nodiscard]] double stepsBetween(const SeriesNumber& from, const SeriesNumber& to) const
    {
        if (isReal())
            return (to.real - from.real) / m_spec.step.real;
        std::int64_t distance = 0;
        if (__builtin_sub_overflow(to.integer, from.integer, &distance))
            return 1e18;
        const std::int64_t whole = distance / m_spec.step.integer;
        return static_cast<double>(whole) +
               static_cast<double>(distance % m_spec.step.integer) / static_cast<double>(m_spec.step.integer);
    }

    [[nodiscard]] Bins binsOf(const Chunk& bins, const std::vector<std::size_t>& rows) const
    {
        SeriesNumber low = rows.empty() ? SeriesNumber{} : axisAt(bins, rows.front());
        SeriesNumber high = low;
        for (const std::size_t row : rows) {
            const SeriesNumber at = axisAt(bins, row);
            low = {std::min(low.integer, at.integer), std::min(low.real, at.real)};
            high = {std::max(high.integer, at.integer), std::max(high.real, at.real)};
        }
        low = m_spec.from.value_or(low);
        constexpr double Tolerance = 1e-9;
        const double points = m_spec.to ? std::ceil(stepsBetween(low, *m_spec.to) - Tolerance)
                                        : std::round(stepsBetween(low, high)) + 1;
        return {low, points > 0 ? static_cast<std::size_t>(std::min(points, 1e15)) : 0};
    }

    Result<Chunk> layOut(const Chunk& bins)
    {
        std::vector<std::vector<std::size_t>> groups;
        std::vector<std::uint32_t> numbers;
        std::vector<ColumnType> types;
        const std::vector<View> keys(bins.columns.begin(),
                                     bins.columns.begin() + static_cast<std::ptrdiff_t>(m_spec.keys));
        if (bins.columns.empty() && !m_spec.emptyToo)
            return emptyAnswer();
        for (std::size_t i = 0; i < m_spec.keys; ++i)
            types.push_back(m_node.schema[i].type);
        Grouping grouping(types);
        if (bins.rows > 0)
            grouping.assign(keys, bins.rows, numbers);
        groups.resize(grouping.size());
        for (std::size_t row = 0; row < numbers.size(); ++row)
            groups[numbers[row]].push_back(row);
        if (groups.empty() && m_spec.emptyToo)
            groups.emplace_back();
        std::vector<Column> columns;
        for (const SchemaColumn& column : m_node.schema)
            columns.emplace_back(column.name, column.type);
        for (const auto& rows : groups) {
            for (std::size_t i = 0; i < m_spec.keys; ++i)
                columns[i].appendFrom(*keys[i].column, keys[i].at(rows.front()));
            if (auto done = appendArrays(bins, rows, columns); !done)
                return fail(done.error());
        }
        Chunk out;
        out.rows = groups.size();
        for (Column& column : columns)
            out.columns.push_back(viewOf(std::move(column)));
        return out;
    }

    [[nodiscard]] Chunk emptyAnswer() const
    {
        Chunk out;
        for (const SchemaColumn& column : m_node.schema)
            out.columns.push_back(viewOf(Column(column.name, column.type)));
        return out;
    }

    [[nodiscard]] static Error tooManyPoints()
    {
        Error error;
        error.kind = Error::Kind::Unavailable;
        error.serviceCode = "E_QUERY_RESULT_SET_TOO_LARGE";
        error.message = "make-series: a series would have more than 1,048,576 points.";
        error.advice = "Use a longer step or a shorter range.";
        return error;
    }

    Status appendArrays(const Chunk& bins, const std::vector<std::size_t>& rows, std::vector<Column>& columns)
    {
        const Bins span = binsOf(bins, rows);
        if (span.points > MostPoints)
            return fail(tooManyPoints());
        std::vector<std::size_t> rowOf(span.points, NoRow);
        for (const std::size_t row : rows) {
            const double at = std::round(stepsBetween(span.start, axisAt(bins, row)));
            if (at >= 0 && at < static_cast<double>(span.points))
                rowOf[static_cast<std::size_t>(at)] = row;
        }
        std::string json;
        for (std::size_t i = 0; i < m_spec.defaults.size(); ++i) {
            const View& values = bins.columns.empty() ? View() : bins.columns[m_spec.keys + 1 + i];
            json = "[";
            for (const std::size_t row : rowOf) {
                json += json.size() > 1 ? "," : "";
                if (row == NoRow)
                    json += m_spec.defaults[i];
                else
                    appendJsonOf(json, *values.column, values.at(row));
            }
            columns[m_spec.keys + i].appendText(json + ']');
        }
        columns.back().appendText(axisArray(span));
        if (auto going = m_evaluation.checkStop(); !going)
            return going;
        std::size_t bytes = 0;
        for (const Column& column : columns)
            bytes += column.memoryBytes();
        return m_outputMemory.hold(bytes);
    }

    [[nodiscard]] std::string axisArray(const Bins& span) const
    {
        // A column, so that the values are written as any other value of their type.
        Column axis({}, m_spec.axis);
        std::string json = "[";
        for (std::size_t i = 0; i < span.points; ++i) {
            if (isReal())
                axis.appendReal(span.start.real + static_cast<double>(i) * m_spec.step.real);
            else
                axis.appendInteger(span.start.integer + static_cast<std::int64_t>(i) * m_spec.step.integer);
            json += i > 0 ? "," : "";
            appendJsonOf(json, axis, i);
        }
        return json + ']';
    }

    Evaluation& m_evaluation;
    const PlanNode& m_node;
    const SeriesSpec& m_spec;
    StreamPtr m_input;
    Reservation m_inputMemory;
    Reservation m_outputMemory;
};

} // namespace

StreamPtr openMakeSeries(Evaluation& evaluation, const PlanNode& node, StreamPtr input)
{
    return std::make_unique<MakeSeriesStream>(evaluation, node, std::move(input));
}

} // namespace gatehouse::kql
