// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/usage/forecast/series.h"

#include <array>

namespace gatehouse::cost {

/// How the days of a week, and the last days of a month, differ from the others.
class Season
{
public:
    static constexpr int LastDays = 3; ///< of a month that may have a factor of their own

    /// What the series says; a day of which little is known is like the others. Outliers do not count.
    [[nodiscard]] static Season of(const DailySeries& series);

    /// About 1 on average; 0 for a day on which nothing ever happens.
    [[nodiscard]] double factor(Day day) const;
    /// The day is one of those at the end of a month that differ.
    [[nodiscard]] bool isMonthEnd(Day day) const;

private:
    void learnWeek(const DailySeries& series);
    void learnMonthEnds(const DailySeries& series);

    std::array<double, 7> m_week{1, 1, 1, 1, 1, 1, 1};
    std::array<double, LastDays> m_last{1, 1, 1}; ///< by days until the last one
};

} // namespace gatehouse::cost
