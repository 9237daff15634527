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

/// At most two points a pixel column: the smallest and the largest of each, in their order of x; so no spike is
/// lost. Gaps (NaN) stay gaps. xs must ascend and be as long as ys; pixels >= 1.
[[nodiscard]] std::vector<ChartPoint> decimate(std::span<const double> xs, std::span<const double> ys, std::size_t pixels);

} // namespace gatehouse
