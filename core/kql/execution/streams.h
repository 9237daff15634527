// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kql/execution/context.h"

namespace gatehouse::kql {

/// Rows that operators look at in one go: large enough for tight loops, small enough to cancel quickly.
constexpr std::size_t MorselRows = 65'536;

using StreamPtr = std::unique_ptr<Stream>;

[[nodiscard]] StreamPtr openSummarize(Evaluation& evaluation, const PlanNode& node, StreamPtr input);
[[nodiscard]] StreamPtr openSort(Evaluation& evaluation, const PlanNode& node, StreamPtr input);
[[nodiscard]] StreamPtr openTop(Evaluation& evaluation, const PlanNode& node, StreamPtr input);
[[nodiscard]] StreamPtr openJoin(Evaluation& evaluation, const PlanNode& node, StreamPtr left,
                                 StreamPtr right);
[[nodiscard]] StreamPtr openMvExpand(Evaluation& evaluation, const PlanNode& node, StreamPtr input);
[[nodiscard]] StreamPtr openApply(Evaluation& evaluation, const PlanNode& node, StreamPtr input);
[[nodiscard]] StreamPtr openInput(Evaluation& evaluation, const PlanNode& node);
[[nodiscard]] StreamPtr openParse(Evaluation& evaluation, const PlanNode& node, StreamPtr input);
[[nodiscard]] StreamPtr openKeyValues(Evaluation& evaluation, const PlanNode& node, StreamPtr input);
[[nodiscard]] StreamPtr openMakeSeries(Evaluation& evaluation, const PlanNode& node, StreamPtr input);
[[nodiscard]] StreamPtr openTopNested(Evaluation& evaluation, const PlanNode& node, StreamPtr input);
[[nodiscard]] StreamPtr openReduce(Evaluation& evaluation, const PlanNode& node, StreamPtr input);
[[nodiscard]] StreamPtr openSequence(Evaluation& evaluation, const PlanNode& node, StreamPtr input);

/// The rows of a chunk by an order of key columns; stable.
[[nodiscard]] RowIndex sortedRows(std::span<const View> keys, std::span<const SortOrder> orders,
                                  std::size_t rows);

} // namespace gatehouse::kql
