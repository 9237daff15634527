// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/cost.h"

namespace gatehouse::jobs {

/// Columns of a grouping's table that others point to.
inline constexpr std::size_t RequestsColumn = 1;
inline constexpr std::size_t CostColumn = 7;
inline constexpr std::size_t ShareColumn = 8;
inline constexpr std::size_t BeforeColumn = 9;

/// "cost centre" → "by-cost-centre".
[[nodiscard]] std::string tableId(const std::string& dimension);
/// A row a group, with its total. Amounts that nobody knows are unknown, never 0.
[[nodiscard]] report::Table groupingTable(const cost::Grouping& grouping, std::string id, std::string title);
/// The single calls. withTotal: they are all there.
[[nodiscard]] report::Table callsTable(const std::vector<BookedCall>& calls, bool withTotal);
/// Budgets, the causes of the change, findings and running costs, where there are any.
void addFurtherTables(const CostView& view, report::Report& report);

} // namespace gatehouse::jobs
