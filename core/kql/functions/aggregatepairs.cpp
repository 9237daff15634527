// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/functions/aggregates.h"
#include "core/kql/functions/aggregatestates.h"
#include "core/kql/values.h"

#include <algorithm>
#include <cmath>

namespace gatehouse::kql {

namespace {

double numberOf(const Column& column, std::size_t at)
{
    switch (column.type()) {
    case ColumnType::Real:
        return column.realAt(at);
    case ColumnType::Decimal:
        return column.numberAt(at);
    case ColumnType::Dynamic:
        return readReal(column.textAt(at)).value_or(std::nan(""));
    default:
        return static_cast<double>(column.integerAt(at));
    }
}

/// Rows that have both values; with a third argument, those where it is true.
template <typename Visit>
void forEachPair(std::span<const std::uint32_t> groups, std::span<const View> args, Visit visit)
{
    for (std::size_t i = 0; i < groups.size(); ++i) {
        if (args[0].isNull(i) || args[1].isNull(i))
            continue;
        if (args.size() > 2 && (args[2].isNull(i) || !args[2].column->boolAt(args[2].at(i))))
            continue;
        visit(groups[i], args[0].at(i), args[1].at(i));
    }
}

class Covariance final : public Aggregate
{
public:
    explicit Covariance(bool population)
        : m_population(population)
    {}
    void grow(std::size_t groups) override { m_groups.resize(groups); }
    void update(std::span<const std::uint32_t> groups, std::span<const View> args) override
    {
        forEachPair(groups, args, [&](std::uint32_t number, std::size_t first, std::size_t second) {
            Group& group = m_groups[number]; // Welford's update for two variables
            const double x = numberOf(*args[0].column, first);
            const double y = numberOf(*args[1].column, second);
            ++group.count;
            const double delta = x - group.meanX;
            group.meanX += delta / group.count;
            group.meanY += (y - group.meanY) / group.count;
            group.products += delta * (y - group.meanY);
        });
    }
    void finish(std::size_t group, std::span<Column> out) override
    {
        const Group& state = m_groups[group];
        const double degrees = m_population ? state.count : state.count - 1;
        out[0].appendReal(degrees > 0 ? state.products / degrees : 0);
    }
    [[nodiscard]] std::size_t memoryBytes() const override { return m_groups.capacity() * sizeof(Group); }

private:
    struct Group
    {
        double count = 0;
        double meanX = 0;
        double meanY = 0;
        double products = 0;
    };
    bool m_population;
    std::vector<Group> m_groups;
};

/// Percentiles of values that each count as often as their weight says, by nearest rank.
class WeightedPercentiles final : public Aggregate
{
public:
    WeightedPercentiles(std::vector<double> percents, bool asArray)
        : m_percents(std::move(percents))
        , m_asArray(asArray)
    {}
    void grow(std::size_t groups) override { m_groups.resize(groups); }
    void update(std::span<const std::uint32_t> groups, std::span<const View> args) override
    {
        m_type = args[0].column->type();
        forEachPair(groups, args, [&](std::uint32_t group, std::size_t value, std::size_t weight) {
            const double times = std::floor(numberOf(*args[1].column, weight));
            if (!(times > 0))
                return;
            m_groups[group].push_back({numberOf(*args[0].column, value), times});
            ++m_values;
        });
    }
    void finish(std::size_t group, std::span<Column> out) override
    {
        auto& points = m_groups[group];
        std::sort(points.begin(), points.end(),
                  [](const Point& a, const Point& b) { return a.value < b.value; });
        if (!m_asArray) {
            appendTo(out[0], points, m_percents.front());
            return;
        }
        std::string json = "[";
        for (const double percent : m_percents) {
            json += json.size() > 1 ? "," : "";
            Column one({}, m_type == ColumnType::Dynamic ? ColumnType::Real : m_type);
            appendTo(one, points, percent);
            appendJsonOf(json, one, 0);
        }
        out[0].appendText(json + ']');
    }
    [[nodiscard]] std::size_t memoryBytes() const override
    {
        return m_groups.capacity() * sizeof(m_groups[0]) + m_values * sizeof(Point) * 2;
    }

private:
    struct Point
    {
        double value = 0;
        double weight = 0;
    };

    static void appendTo(Column& out, const std::vector<Point>& points, double percent)
    {
        double total = 0;
        for (const Point& point : points)
            total += point.weight;
        const double wanted = std::ceil(percent / 100 * total);
        double seen = 0;
        for (const Point& point : points) {
            seen += point.weight;
            if (seen < wanted && &point != &points.back())
                continue;
            if (out.type() == ColumnType::Real)
                out.appendReal(point.value);
            else if (out.type() == ColumnType::Decimal)
                out.appendText(decimalFromReal(point.value));
            else
                out.appendInteger(static_cast<std::int64_t>(point.value));
            return;
        }
        out.appendNull();
    }

    std::vector<double> m_percents;
    bool m_asArray;
    ColumnType m_type = ColumnType::Real;
    std::size_t m_values = 0;
    std::vector<std::vector<Point>> m_groups;
};

AggregateCall weightedCall(ExprRef value, ExprRef weight, ColumnType output, std::vector<double> percents,
                           bool asArray)
{
    AggregateCall call;
    call.outputs = {output};
    call.args = {std::move(value), std::move(weight)};
    call.factory = factoryOf([percents = std::move(percents), asArray](Evaluation&) {
        return std::make_unique<WeightedPercentiles>(percents, asArray);
    });
    return call;
}

} // namespace

std::shared_ptr<const AggregateFactory> covarianceFactory(bool population)
{
    return factoryOf([population](Evaluation&) { return std::make_unique<Covariance>(population); });
}

AggregateCall weightedPercentileOf(ExprRef value, ExprRef weight, double percent)
{
    const ColumnType type = value->type;
    const ColumnType output = type == ColumnType::Dynamic ? ColumnType::Real
                              : type == ColumnType::Int   ? ColumnType::Long
                                                          : type;
    return weightedCall(std::move(value), std::move(weight), output, {percent}, false);
}

AggregateCall weightedPercentilesArrayOf(ExprRef value, ExprRef weight, std::vector<double> percents)
{
    return weightedCall(std::move(value), std::move(weight), ColumnType::Dynamic, std::move(percents), true);
}

} // namespace gatehouse::kql
