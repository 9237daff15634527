// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/execution/grouping.h"
#include "core/kql/functions/aggregatestates.h"
#include "core/kql/functions/json.h"
#include "core/kql/functions/sketches.h"
#include "core/kql/values.h"

#include <cmath>

namespace gatehouse::kql {

namespace {

bool passes(std::span<const View> args, std::size_t condition, std::size_t row)
{
    if (args.size() <= condition)
        return true;
    const View& view = args[condition];
    return !view.isNull(row) && view.column->boolAt(view.at(row));
}

/// hll(): a sketch of the values.
class HllState final : public Aggregate
{
public:
    void grow(std::size_t groups) override { m_groups.resize(groups); }
    void update(std::span<const std::uint32_t> groups, std::span<const View> args) override
    {
        hashRows(args.first(1), groups.size(), m_hashes);
        for (std::size_t i = 0; i < groups.size(); ++i) {
            if (args[0].isNull(i) || !passes(args, 1, i))
                continue;
            DistinctSketch& sketch = m_groups[groups[i]];
            m_bytes -= sketch.memoryBytes();
            sketch.add(m_hashes[i]);
            m_bytes += sketch.memoryBytes();
        }
    }
    void finish(std::size_t group, std::span<Column> out) override
    {
        out[0].appendText(m_groups[group].json());
    }
    [[nodiscard]] std::size_t memoryBytes() const override
    {
        return m_groups.capacity() * sizeof(DistinctSketch) + m_bytes;
    }

private:
    std::vector<DistinctSketch> m_groups;
    std::vector<std::uint64_t> m_hashes;
    std::size_t m_bytes = 0;
};

/// tdigest(value [, weight])
class DigestState final : public Aggregate
{
public:
    void grow(std::size_t groups) override { m_groups.resize(groups); }
    void update(std::span<const std::uint32_t> groups, std::span<const View> args) override
    {
        const Column& column = *args[0].column;
        const bool real = column.type() == ColumnType::Real;
        const ColumnType type = column.type() == ColumnType::Int ? ColumnType::Long : column.type();
        const bool text = column.type() == ColumnType::Decimal || column.type() == ColumnType::Dynamic;
        for (std::size_t i = 0; i < groups.size(); ++i) {
            if (args[0].isNull(i))
                continue;
            const std::size_t at = args[0].at(i);
            const double value = real   ? column.realAt(at)
                                 : text ? readReal(column.textAt(at)).value_or(std::nan(""))
                                        : static_cast<double>(column.integerAt(at));
            DigestSketch& sketch = m_groups[groups[i]];
            m_bytes -= sketch.memoryBytes();
            sketch.add(value, weightAt(args, i), text ? ColumnType::Real : type);
            m_bytes += sketch.memoryBytes();
        }
    }
    void finish(std::size_t group, std::span<Column> out) override
    {
        out[0].appendText(m_groups[group].json());
    }
    [[nodiscard]] std::size_t memoryBytes() const override
    {
        return m_groups.capacity() * sizeof(DigestSketch) + m_bytes;
    }

private:
    static double weightAt(std::span<const View> args, std::size_t row)
    {
        if (args.size() < 2)
            return 1;
        const Datum weight = datumAt(args[1], row);
        if (weight.null)
            return 0;
        return args[1].column->type() == ColumnType::Real ? weight.real : static_cast<double>(weight.integer);
    }

    std::vector<DigestSketch> m_groups;
    std::size_t m_bytes = 0;
};

/// hll_merge() and tdigest_merge(): values that are no sketches are left out.
template <typename Sketch>
class MergeState final : public Aggregate
{
public:
    explicit MergeState(Evaluation& evaluation)
        : m_evaluation(evaluation)
    {}
    void grow(std::size_t groups) override { m_groups.resize(groups); }
    void update(std::span<const std::uint32_t> groups, std::span<const View> args) override
    {
        for (std::size_t i = 0; i < groups.size(); ++i) {
            if (args[0].isNull(i) || !passes(args, 1, i))
                continue;
            const auto json = m_evaluation.json().read(args[0].column->textAt(args[0].at(i)));
            const auto sketch = json ? Sketch::read(*json) : std::nullopt;
            if (!sketch)
                continue;
            m_bytes -= m_groups[groups[i]].memoryBytes();
            m_groups[groups[i]].merge(*sketch);
            m_bytes += m_groups[groups[i]].memoryBytes();
        }
    }
    void finish(std::size_t group, std::span<Column> out) override
    {
        out[0].appendText(m_groups[group].json());
    }
    [[nodiscard]] std::size_t memoryBytes() const override
    {
        return m_groups.capacity() * sizeof(Sketch) + m_bytes;
    }

private:
    Evaluation& m_evaluation;
    std::vector<Sketch> m_groups;
    std::size_t m_bytes = 0;
};

} // namespace

std::shared_ptr<const AggregateFactory> sketchFactory(std::string_view name)
{
    if (name == "hll")
        return factoryOf([](Evaluation&) { return std::make_unique<HllState>(); });
    if (name == "tdigest")
        return factoryOf([](Evaluation&) { return std::make_unique<DigestState>(); });
    if (name == "hll_merge")
        return factoryOf(
            [](Evaluation& evaluation) { return std::make_unique<MergeState<DistinctSketch>>(evaluation); });
    return factoryOf(
        [](Evaluation& evaluation) { return std::make_unique<MergeState<DigestSketch>>(evaluation); });
}

} // namespace gatehouse::kql
