// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/usage/forecast/level.h"

#include <optional>

namespace gatehouse::cost {

/// What a month will have cost at its end, in the series' unit.
struct Forecast
{
    Month month;
    Day asOf;         ///< the first day that is not known
    double spent = 0; ///< until asOf
    double total = 0; ///< spent and what is expected
    double low = 0;   ///< nine times of ten the total lies between these two
    double high = 0;
    std::vector<double> days; ///< expected, from asOf to the month's end
    LevelRule rule = LevelRule::Weeks;
    std::size_t history = 0; ///< days that it stands on; under 14 it is a guess

    /// The sum at the end of each of days: the low (−1), expected (0) or high (1) course.
    [[nodiscard]] std::vector<double> course(int spread = 0) const;
    /// The day on which the sum reaches an amount: in the past, ahead in this month, or never in it. spread:
    /// as above.
    [[nodiscard]] std::optional<Day> reaches(double amount, const DailySeries& series, int spread = 0) const;
};

/// The month that asOf lies in, from the days before asOf. The weekdays, the ends of months and the trend are
/// those of the series; single days that stand out do not count. Empty without a day to stand on.
[[nodiscard]] std::optional<Forecast> forecast(const DailySeries& series, Day asOf);

/// What most tools show: the month so far, times the days of the month by those that are gone.
[[nodiscard]] std::optional<double> straightLine(const DailySeries& series, Day asOf);

/// How both did in a month that is over, forecast at one of its days.
struct BacktestMonth
{
    Month month;
    double actual = 0;
    double forecast = 0;
    double low = 0;
    double high = 0;
    double straight = 0;
};
/// Each whole month of the series after its first 28 days, forecast with what was known on that day of the
/// month (1 to 28).
[[nodiscard]] std::vector<BacktestMonth> backtest(const DailySeries& series, int dayOfMonth);

struct BacktestSummary
{
    std::size_t months = 0;
    double medianError = 0; ///< part of the actual
    double medianStraightError = 0;
    double covered = 0; ///< part of the months that lay in the interval
};
[[nodiscard]] BacktestSummary summaryOf(const std::vector<BacktestMonth>& months);

} // namespace gatehouse::cost
