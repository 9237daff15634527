// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/datetime.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace gatehouse::test {

struct CountedAt
{
    Ticks at{0};
    std::int64_t amount = 0;
};

/// The most that any window of this length holds, without any of the product's code: it is enough to look at
/// the windows that end with an event. What is as old as the length is outside.
inline std::int64_t peakOfAnyWindow(std::vector<CountedAt> events, Ticks length)
{
    std::sort(events.begin(), events.end(),
              [](const CountedAt& a, const CountedAt& b) { return a.at < b.at; });
    std::int64_t peak = 0;
    std::int64_t sum = 0;
    std::size_t first = 0;
    for (std::size_t last = 0; last < events.size(); ++last) {
        sum += events[last].amount;
        for (; events[first].at <= events[last].at - length; ++first)
            sum -= events[first].amount;
        peak = std::max(peak, sum);
    }
    return peak;
}

} // namespace gatehouse::test
