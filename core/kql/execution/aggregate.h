// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kql/execution/context.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace gatehouse::kql {

/// The state of one aggregate function over all groups of a summarize. Groups are numbered from 0.
class Aggregate
{
public:
    Aggregate() = default;
    Aggregate(const Aggregate&) = delete;
    Aggregate& operator=(const Aggregate&) = delete;
    virtual ~Aggregate() = default;

    /// Makes room for groups 0 … groups-1.
    virtual void grow(std::size_t groups) = 0;
    /// Row i of the arguments belongs to group groups[i].
    virtual void update(std::span<const std::uint32_t> groups, std::span<const View> args) = 0;
    /// Appends the result of a group: one value to each of the columns.
    virtual void finish(std::size_t group, std::span<Column> out) = 0;
    [[nodiscard]] virtual std::size_t memoryBytes() const = 0;
};

/// Makes the states of one call of an aggregate function.
class AggregateFactory
{
public:
    AggregateFactory() = default;
    AggregateFactory(const AggregateFactory&) = delete;
    AggregateFactory& operator=(const AggregateFactory&) = delete;
    virtual ~AggregateFactory() = default;
    [[nodiscard]] virtual std::unique_ptr<Aggregate> make(Evaluation& evaluation) const = 0;
};

} // namespace gatehouse::kql
