// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/datetime.h"

#include <QtCore/QString>

#include <functional>
#include <vector>

/// Ticks for axes: round values and round local times.
namespace gatehouse::ui {

struct AxisTick
{
    double value = 0; ///< in the axis's unit; for time Unix milliseconds
    QString label;
};

struct ValueAxis
{
    double top = 1;              ///< a little above the largest value
    std::vector<AxisTick> ticks; ///< from 0 up
};

/// An axis from zero with about `wanted` steps of 1, 2, 2.5 or 5 times a power of ten.
[[nodiscard]] ValueAxis valueAxis(double largest, int wanted, const std::function<QString(double)>& label);
/// At most about `most` ticks at round numbers within from … to.
[[nodiscard]] std::vector<AxisTick> numberTicks(double from, double to, int most,
                                                const std::function<QString(double)>& label);
/// At most `most` ticks at round local times within the range; a midnight shows its date.
[[nodiscard]] std::vector<AxisTick> timeTicks(const TimeRange& range, int most);

} // namespace gatehouse::ui
