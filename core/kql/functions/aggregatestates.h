// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kql/execution/aggregate.h"

#include <memory>
#include <string_view>

namespace gatehouse::kql {

struct StateRequest
{
    std::string_view name; ///< without "if"
    ColumnType input;
    ColumnType output;
    std::int64_t limit = 0; ///< of make_list and its kin
    bool keepNulls = false;
};

/// Counts rows; with a condition as the only argument, those where it is true.
[[nodiscard]] std::shared_ptr<const AggregateFactory> countFactory(bool conditional);
/// The state of an aggregate of one value, with an optional condition as second argument.
[[nodiscard]] std::shared_ptr<const AggregateFactory> stateFactory(const StateRequest& request);
/// make_list, make_set, make_bag; in aggregatelists.cpp.
[[nodiscard]] std::shared_ptr<const AggregateFactory> listFactory(const StateRequest& request);

/// hll, tdigest, hll_merge, tdigest_merge; in aggregatesketches.cpp.
[[nodiscard]] std::shared_ptr<const AggregateFactory> sketchFactory(std::string_view name);
/// Of two values, with an optional condition as third argument; in aggregatepairs.cpp.
[[nodiscard]] std::shared_ptr<const AggregateFactory> covarianceFactory(bool population);
/// buildschema; in aggregateschema.cpp.
[[nodiscard]] std::shared_ptr<const AggregateFactory> schemaFactory();

/// A factory from a function that makes the state.
template <typename Make>
class FactoryOf final : public AggregateFactory
{
public:
    explicit FactoryOf(Make make)
        : m_make(std::move(make))
    {}
    [[nodiscard]] std::unique_ptr<Aggregate> make(Evaluation& evaluation) const override
    {
        return m_make(evaluation);
    }

private:
    Make m_make;
};

template <typename Make>
std::shared_ptr<const AggregateFactory> factoryOf(Make make)
{
    return std::make_shared<FactoryOf<Make>>(std::move(make));
}

/// Calls visit(row, group, source row) for the rows that have a value and whose condition, if there is one,
/// is true.
template <typename Visit>
void forEachValue(std::span<const std::uint32_t> groups, std::span<const View> args, Visit visit)
{
    const View& value = args[0];
    const View* condition = args.size() > 1 ? &args[1] : nullptr;
    const bool nulls = value.mayBeNull();
    if (!nulls && condition == nullptr && !value.constant && !value.rows) {
        for (std::size_t i = 0; i < groups.size(); ++i)
            visit(groups[i], value.offset + i);
        return;
    }
    for (std::size_t i = 0; i < groups.size(); ++i) {
        const std::size_t at = value.at(i);
        if (nulls && value.column->isNull(at))
            continue;
        if (condition != nullptr) {
            const std::size_t test = condition->at(i);
            if (condition->column->isNull(test) || !condition->column->boolAt(test))
                continue;
        }
        visit(groups[i], at);
    }
}

} // namespace gatehouse::kql
