// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace gatehouse {

struct ChartPoint
{
    double x = 0;
    double y = 0; ///< NaN is a gap
};

/// At most two points a pixel column: the smallest and the largest of each, in their order of x; so no spike
/// is lost. Values that are not finite are gaps: one NaN stands between the points on either side, unless
/// both sides are in the same column, where nobody could see it. xs must ascend and be as long as ys; pixels
/// >= 1. A series that already fits is answered as it is.
[[nodiscard]] std::vector<ChartPoint> decimate(std::span<const double> xs, std::span<const double> ys,
                                               std::size_t pixels);

} // namespace gatehouse
