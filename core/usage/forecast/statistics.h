// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

namespace gatehouse::cost {

/// 0 of an empty list, as are all of these.
[[nodiscard]] double medianOf(std::vector<double> values);
[[nodiscard]] double meanOf(const std::vector<double>& values);
/// The spread that half the values keep to the median, as a standard deviation.
[[nodiscard]] double robustDeviation(const std::vector<double>& values);
/// The mean of the values with those beyond `reach` deviations of the median drawn in to it.
[[nodiscard]] double clippedMean(const std::vector<double>& values, double reach);
/// The median of the slopes between all pairs.
[[nodiscard]] double medianSlope(const std::vector<double>& values);
/// The value below which a share (0..1) of the values lies.
[[nodiscard]] double quantileOf(std::vector<double> values, double share);

} // namespace gatehouse::cost
