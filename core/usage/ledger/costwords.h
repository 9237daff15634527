// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/usage/ledger/grouping.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// How the command line names what a question of costs is made of; the window writes the same words where it
/// says the command that does the same.
namespace gatehouse::cost {

/// "service", "costCentre", …
[[nodiscard]] std::string wordOf(CostDimension dimension);
[[nodiscard]] std::vector<std::string> dimensionWords();
/// In any case; empty for a word that is none.
[[nodiscard]] std::optional<CostDimension> dimensionOf(std::string_view word);

/// "day", "week", "month"
[[nodiscard]] std::string wordOf(Step step);
[[nodiscard]] std::vector<std::string> stepWords();
[[nodiscard]] std::optional<Step> stepOf(std::string_view word);

/// "service=reply-draft"; "team:unattributed" for a row that is no value of the dimension.
[[nodiscard]] std::string wordOf(const CostFilter& filter);
/// InvalidInput for anything else.
[[nodiscard]] Result<CostFilter> filterOf(std::string_view text);

/// Periods that a nightly report names without a date: whole days, until the day before it is made.
enum class ReportPeriod : std::uint8_t { ThisMonth, LastMonth, Days7, Days30, Days90, Months12 };
/// "this-month", "last-month", "7-days", "30-days", "90-days", "12-months"
[[nodiscard]] std::string wordOf(ReportPeriod period);
[[nodiscard]] std::vector<std::string> periodWords();
[[nodiscard]] std::optional<ReportPeriod> periodOf(std::string_view word);
/// ThisMonth on the first of a month is the month before, which has just ended.
[[nodiscard]] DayRange daysOf(ReportPeriod period, Day today);

} // namespace gatehouse::cost
