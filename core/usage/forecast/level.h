// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/usage/forecast/season.h"

namespace gatehouse::cost {

/// How the level goes on. Which one serves a series is found by trying them on its own past.
enum class LevelRule : std::uint8_t {
    Weeks,     ///< as in the last four weeks
    Fortnight, ///< as in the last two
    Week,      ///< as in the last one
    Trend,     ///< grows as in the last four weeks, less and less
    LongTrend  ///< grows as in the last eight weeks
};
inline constexpr std::size_t LevelRules = 5;

/// The level of the days to come, without season.
struct Level
{
    double now = 0;             ///< of the day after the last one
    double growth = 0;          ///< part more each day (0.01 is 1 % a day)
    double damping = 1;         ///< what is left of the growth from day to day
    double deviation = 0;       ///< of a day from the level, as a part of it
    double excess = 0;          ///< what days that stand out add on average, as a part of the level
    double excessDeviation = 0; ///< of a day's excess from it
    std::size_t days = 0;       ///< that it stands on

    /// Without excess. ahead: 0 is the day after the last one.
    [[nodiscard]] double at(int ahead) const;
};

/// The series must not be empty. What lies before the last clear change of level does not count; single days
/// that stand out are drawn in.
[[nodiscard]] Level levelOf(const DailySeries& series, const Season& season, LevelRule rule);

} // namespace gatehouse::cost
