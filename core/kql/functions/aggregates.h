// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/kql/execution/aggregate.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::kql {

/// What the binder has to know of an aggregate call once its arguments are bound.
struct BoundAggregate
{
    AggregateCall call;
    std::string prefix; ///< of the automatic name: sum in sum_x
    std::string suffix; ///< behind the argument's name: 95 in percentile_x_95
};

[[nodiscard]] bool isAggregate(std::string_view name);
[[nodiscard]] std::vector<std::string_view> aggregateNames();
/// Which argument of an aggregate is a condition; the binder makes it a bool.
[[nodiscard]] std::optional<std::size_t> conditionOf(std::string_view name);
/// Whether a type has an order and a distance, as percentiles and covariances need.
[[nodiscard]] bool hasPercentiles(ColumnType type);

/// Binds every aggregate but arg_max, arg_min, take_any and the percentiles, which have several columns or
/// constants and are taken apart by the binder into picks and percentile calls. An empty message means that
/// the arguments do not fit.
[[nodiscard]] tl::expected<BoundAggregate, std::string> bindAggregate(std::string_view name,
                                                                      std::vector<ExprRef> args);

/// arg_max(by, outputs…), arg_min, and take_any when there is no by: outputs of one winning row a group.
enum class Pick : std::uint8_t { Largest, Smallest, Any };
[[nodiscard]] AggregateCall pickRow(Pick pick, ExprRef by, std::vector<ExprRef> outputs);

/// The nearest-rank percentile of a number, datetime or timespan.
[[nodiscard]] AggregateCall percentileOf(ExprRef value, double percent);
/// The same for several at once, as one dynamic array.
[[nodiscard]] AggregateCall percentilesArrayOf(ExprRef value, std::vector<double> percents);
/// The same where each value counts as often as its weight says.
[[nodiscard]] AggregateCall weightedPercentileOf(ExprRef value, ExprRef weight, double percent);
[[nodiscard]] AggregateCall weightedPercentilesArrayOf(ExprRef value, ExprRef weight,
                                                       std::vector<double> percents);

} // namespace gatehouse::kql
