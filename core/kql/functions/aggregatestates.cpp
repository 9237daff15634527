// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/functions/aggregatestates.h"

#include "core/kql/execution/grouping.h"
#include "core/kql/functions/kernels.h"
#include "core/kql/values.h"

#include <cmath>
#include <limits>
#include <unordered_set>

namespace gatehouse::kql {

namespace {

class Count final : public Aggregate
{
public:
    explicit Count(bool conditional)
        : m_conditional(conditional)
    {}
    void grow(std::size_t groups) override { m_counts.resize(groups, 0); }
    void update(std::span<const std::uint32_t> groups, std::span<const View> args) override
    {
        if (!m_conditional) {
            for (const std::uint32_t group : groups)
                ++m_counts[group];
            return;
        }
        const View& condition = args[0];
        for (std::size_t i = 0; i < groups.size(); ++i) {
            const std::size_t at = condition.at(i);
            m_counts[groups[i]] += condition.column->boolAt(at) && !condition.column->isNull(at) ? 1 : 0;
        }
    }
    void finish(std::size_t group, std::span<Column> out) override { out[0].appendInteger(m_counts[group]); }
    [[nodiscard]] std::size_t memoryBytes() const override { return m_counts.capacity() * 8; }

private:
    bool m_conditional;
    std::vector<std::int64_t> m_counts;
};

/// binary_all_and, binary_all_or and binary_all_xor; null over no value.
class Bits final : public Aggregate
{
public:
    explicit Bits(char operation)
        : m_operation(operation)
    {}
    void grow(std::size_t groups) override
    {
        m_bits.resize(groups, m_operation == '&' ? -1 : 0);
        m_any.resize(groups, 0);
    }
    void update(std::span<const std::uint32_t> groups, std::span<const View> args) override
    {
        const auto values = args[0].column->integers();
        forEachValue(groups, args, [&](std::uint32_t group, std::size_t at) {
            std::int64_t& bits = m_bits[group];
            bits = m_operation == '&'   ? bits & values[at]
                   : m_operation == '|' ? bits | values[at]
                                        : bits ^ values[at];
            m_any[group] = 1;
        });
    }
    void finish(std::size_t group, std::span<Column> out) override
    {
        if (m_any[group] == 0)
            out[0].appendNull();
        else
            out[0].appendInteger(m_bits[group]);
    }
    [[nodiscard]] std::size_t memoryBytes() const override { return m_bits.capacity() * 9; }

private:
    char m_operation;
    std::vector<std::int64_t> m_bits;
    std::vector<std::uint8_t> m_any;
};

/// Sums of int64 columns wrap, as Kusto's do.
class IntegerSum final : public Aggregate
{
public:
    void grow(std::size_t groups) override { m_sums.resize(groups, 0); }
    void update(std::span<const std::uint32_t> groups, std::span<const View> args) override
    {
        const auto values = args[0].column->integers();
        forEachValue(groups, args, [&](std::uint32_t group, std::size_t at) {
            m_sums[group] = wrapAdd(m_sums[group], values[at]);
        });
    }
    void finish(std::size_t group, std::span<Column> out) override { out[0].appendInteger(m_sums[group]); }
    [[nodiscard]] std::size_t memoryBytes() const override { return m_sums.capacity() * 8; }

private:
    std::vector<std::int64_t> m_sums;
};

/// sum, avg, stdev and variance over any number type as doubles.
class Moments final : public Aggregate
{
public:
    enum class What : std::uint8_t {
        Sum,
        Average,
        Deviation,
        Variance,
        PopulationDeviation,
        PopulationVariance
    };

    explicit Moments(What what)
        : m_what(what)
    {}
    void grow(std::size_t groups) override { m_groups.resize(groups); }
    void update(std::span<const std::uint32_t> groups, std::span<const View> args) override
    {
        const Column& column = *args[0].column;
        if (m_what == What::Average && !column.integers().empty()) {
            const auto values = column.integers();
            forEachValue(groups, args, [&](std::uint32_t group, std::size_t at) {
                ++m_groups[group].count;
                m_groups[group].whole = wrapAdd(m_groups[group].whole, values[at]);
            });
            return;
        }
        if (m_what == What::Sum || m_what == What::Average) {
            forEachValue(groups, args, [&](std::uint32_t group, std::size_t at) {
                ++m_groups[group].count;
                m_groups[group].sum += numberOf(column, at);
            });
            return;
        }
        forEachValue(groups, args, [&](std::uint32_t group, std::size_t at) {
            Group& state = m_groups[group]; // Welford's update, which does not cancel
            const double value = numberOf(column, at);
            ++state.count;
            const double delta = value - state.sum;
            state.sum += delta / static_cast<double>(state.count);
            state.squares += delta * (value - state.sum);
        });
    }
    void finish(std::size_t group, std::span<Column> out) override
    {
        const double value = valueOf(m_groups[group]);
        switch (out[0].type()) {
        case ColumnType::Timespan:
        case ColumnType::DateTime:
            if (m_groups[group].count == 0 && m_what == What::Average)
                out[0].appendNull();
            else
                out[0].appendInteger(static_cast<std::int64_t>(value));
            return;
        case ColumnType::Decimal:
            if (std::isnan(value))
                out[0].appendNull();
            else
                out[0].appendText(decimalFromReal(value));
            return;
        default:
            out[0].appendReal(value);
        }
    }
    [[nodiscard]] std::size_t memoryBytes() const override { return m_groups.capacity() * sizeof(Group); }

private:
    struct Group
    {
        std::int64_t count = 0;
        std::int64_t whole = 0; ///< the sum of integers, wrapping as Kusto's does
        double sum = 0;         ///< the mean while deviations are computed
        double squares = 0;
    };

    static double numberOf(const Column& column, std::size_t at)
    {
        switch (column.type()) {
        case ColumnType::Real:
            return column.realAt(at);
        case ColumnType::Decimal:
            return column.numberAt(at);
        case ColumnType::Dynamic:
            return readReal(column.textAt(at)).value_or(0);
        default:
            return static_cast<double>(column.integerAt(at));
        }
    }

    [[nodiscard]] double valueOf(const Group& group) const
    {
        const auto count = static_cast<double>(group.count);
        const double sample = group.count > 1 ? group.squares / (count - 1) : 0;
        const double population = group.count > 0 ? group.squares / count : 0;
        switch (m_what) {
        case What::Sum:
            return group.sum;
        case What::Average:
            return group.count > 0 ? (group.sum + static_cast<double>(group.whole)) / count
                                   : std::numeric_limits<double>::quiet_NaN();
        case What::Deviation:
            return std::sqrt(sample);
        case What::Variance:
            return sample;
        case What::PopulationDeviation:
            return std::sqrt(population);
        case What::PopulationVariance:
            break;
        }
        return population;
    }

    What m_what;
    std::vector<Group> m_groups;
};

template <bool Largest>
class IntegerExtreme final : public Aggregate
{
public:
    void grow(std::size_t groups) override
    {
        m_best.resize(groups, 0);
        m_any.resize(groups, 0);
    }
    void update(std::span<const std::uint32_t> groups, std::span<const View> args) override
    {
        const auto values = args[0].column->integers();
        forEachValue(groups, args, [&](std::uint32_t group, std::size_t at) {
            if (m_any[group] == 0 || (Largest ? values[at] > m_best[group] : values[at] < m_best[group])) {
                m_best[group] = values[at];
                m_any[group] = 1;
            }
        });
    }
    void finish(std::size_t group, std::span<Column> out) override
    {
        if (m_any[group] == 0)
            out[0].appendNull();
        else
            out[0].appendInteger(m_best[group]);
    }
    [[nodiscard]] std::size_t memoryBytes() const override { return m_best.capacity() * 9; }

private:
    std::vector<std::int64_t> m_best;
    std::vector<std::uint8_t> m_any;
};

/// NaN wins both ways.
template <bool Largest>
class RealExtreme final : public Aggregate
{
public:
    void grow(std::size_t groups) override
    {
        m_best.resize(groups, 0);
        m_any.resize(groups, 0);
    }
    void update(std::span<const std::uint32_t> groups, std::span<const View> args) override
    {
        const auto values = args[0].column->reals();
        forEachValue(groups, args, [&](std::uint32_t group, std::size_t at) {
            const double value = values[at];
            const bool better = Largest ? value > m_best[group] : value < m_best[group];
            if (m_any[group] == 0 || better || std::isnan(value)) {
                m_best[group] = value;
                m_any[group] = 1;
            }
        });
    }
    void finish(std::size_t group, std::span<Column> out) override
    {
        if (m_any[group] == 0)
            out[0].appendNull();
        else
            out[0].appendReal(m_best[group]);
    }
    [[nodiscard]] std::size_t memoryBytes() const override { return m_best.capacity() * 9; }

private:
    std::vector<double> m_best;
    std::vector<std::uint8_t> m_any;
};

/// min, max and take_any of the types that are kept as text, and of bool.
class ValueExtreme final : public Aggregate
{
public:
    enum class What : std::uint8_t { Largest, Smallest, Any };

    ValueExtreme(What what, ColumnType type)
        : m_what(what)
        , m_type(type)
    {}
    void grow(std::size_t groups) override { m_best.resize(groups); }
    void update(std::span<const std::uint32_t> groups, std::span<const View> args) override
    {
        const Column& column = *args[0].column;
        forEachValue(groups, args, [&](std::uint32_t group, std::size_t at) {
            auto& best = m_best[group];
            if (!best || (m_what != What::Any && isBetter(column, at, *best))) {
                best.emplace(std::string(), m_type);
                best->appendFrom(column, at);
            }
        });
    }
    void finish(std::size_t group, std::span<Column> out) override
    {
        if (m_best[group])
            out[0].appendFrom(*m_best[group], 0);
        else
            out[0].appendNull();
    }
    [[nodiscard]] std::size_t memoryBytes() const override
    {
        return m_best.capacity() * (sizeof(Column) + 32);
    }

private:
    [[nodiscard]] bool isBetter(const Column& column, std::size_t at, const Column& best) const
    {
        const bool largest = m_what == What::Largest;
        if (m_type == ColumnType::Bool)
            return largest ? column.boolAt(at) && !best.boolAt(0) : !column.boolAt(at) && best.boolAt(0);
        if (m_type == ColumnType::Decimal)
            return largest ? column.numberAt(at) > best.numberAt(0) : column.numberAt(at) < best.numberAt(0);
        return largest ? column.textAt(at) > best.textAt(0) : column.textAt(at) < best.textAt(0);
    }

    What m_what;
    ColumnType m_type;
    std::vector<std::optional<Column>> m_best;
};

/// Counts distinct values by their 64-bit hashes: exact but for collisions, which no workspace will meet.
class DistinctCount final : public Aggregate
{
public:
    void grow(std::size_t groups) override { m_seen.resize(groups); }
    void update(std::span<const std::uint32_t> groups, std::span<const View> args) override
    {
        hashRows(args.first(1), groups.size(), m_hashes);
        const View* condition = args.size() > 1 ? &args[1] : nullptr;
        for (std::size_t i = 0; i < groups.size(); ++i) {
            if (args[0].isNull(i) || (condition != nullptr &&
                                      (condition->isNull(i) || !condition->column->boolAt(condition->at(i)))))
                continue;
            m_entries += m_seen[groups[i]].insert(m_hashes[i]).second ? 1 : 0;
        }
    }
    void finish(std::size_t group, std::span<Column> out) override
    {
        out[0].appendInteger(static_cast<std::int64_t>(m_seen[group].size()));
    }
    [[nodiscard]] std::size_t memoryBytes() const override
    {
        return m_seen.capacity() * sizeof(m_seen[0]) + m_entries * 40;
    }

private:
    std::vector<std::unordered_set<std::uint64_t>> m_seen;
    std::vector<std::uint64_t> m_hashes;
    std::size_t m_entries = 0;
};

template <typename State, typename... Args>
std::shared_ptr<const AggregateFactory> stateOf(Args... args)
{
    return factoryOf([args...](Evaluation&) { return std::make_unique<State>(args...); });
}

template <bool Largest>
std::shared_ptr<const AggregateFactory> extremeOf(ColumnType type)
{
    switch (type) {
    case ColumnType::Int:
    case ColumnType::Long:
    case ColumnType::DateTime:
    case ColumnType::Timespan:
        return stateOf<IntegerExtreme<Largest>>();
    case ColumnType::Real:
        return stateOf<RealExtreme<Largest>>();
    default:
        return stateOf<ValueExtreme>(Largest ? ValueExtreme::What::Largest : ValueExtreme::What::Smallest,
                                     type);
    }
}

} // namespace

std::shared_ptr<const AggregateFactory> countFactory(bool conditional)
{
    return stateOf<Count>(conditional);
}

std::shared_ptr<const AggregateFactory> stateFactory(const StateRequest& request)
{
    using What = Moments::What;
    const std::string_view name = request.name;
    const bool wholeSum = request.output == ColumnType::Long || request.output == ColumnType::Timespan;
    if (name == "sum")
        return wholeSum ? stateOf<IntegerSum>() : stateOf<Moments>(What::Sum);
    if (name == "avg")
        return stateOf<Moments>(What::Average);
    if (name == "stdev")
        return stateOf<Moments>(What::Deviation);
    if (name == "stdevp")
        return stateOf<Moments>(What::PopulationDeviation);
    if (name == "variance")
        return stateOf<Moments>(What::Variance);
    if (name == "variancep")
        return stateOf<Moments>(What::PopulationVariance);
    if (name == "min")
        return extremeOf<false>(request.input);
    if (name == "max")
        return extremeOf<true>(request.input);
    if (name == "take_any" || name == "any")
        return stateOf<ValueExtreme>(ValueExtreme::What::Any, request.input);
    if (name == "dcount" || name == "count_distinct")
        return stateOf<DistinctCount>();
    if (name.starts_with("binary_all_")) {
        const bool whole = request.input == ColumnType::Int || request.input == ColumnType::Long;
        return whole ? stateOf<Bits>(name.ends_with("and")   ? '&'
                                     : name.ends_with("xor") ? '^'
                                                             : '|')
                     : nullptr;
    }
    if (name == "buildschema")
        return request.input == ColumnType::Dynamic ? schemaFactory() : nullptr;
    if (name == "hll" || name == "tdigest" || name == "hll_merge" || name == "tdigest_merge")
        return sketchFactory(name);
    if (name == "covariance" || name == "covariancep")
        return covarianceFactory(name == "covariancep");
    if (name.starts_with("make_"))
        return listFactory(request);
    return nullptr;
}

} // namespace gatehouse::kql
