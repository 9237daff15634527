// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/usage/money/day.h"

#include <algorithm>
#include <vector>

namespace gatehouse::cost {

/// An amount for each day from a first one on, none left out: what nobody spent is 0. Any unit.
struct DailySeries
{
    Day first;
    std::vector<double> values;

    [[nodiscard]] Day end() const { return first + std::chrono::days{static_cast<int>(values.size())}; }
    [[nodiscard]] std::size_t indexOf(Day day) const
    {
        return static_cast<std::size_t>((day - first).count());
    }
    /// The days before `day`.
    [[nodiscard]] DailySeries before(Day day) const
    {
        DailySeries cut = *this;
        if (day < end())
            cut.values.resize(day <= first ? 0 : indexOf(day));
        return cut;
    }
    /// The sum of the days that the series has of a range.
    [[nodiscard]] double sum(Day from, Day to) const
    {
        double total = 0;
        for (Day day = std::max(from, first); day < std::min(to, end()); day += std::chrono::days{1})
            total += values[indexOf(day)];
        return total;
    }
};

} // namespace gatehouse::cost
