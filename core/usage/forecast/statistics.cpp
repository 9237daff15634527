// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/forecast/statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace gatehouse::cost {

double quantileOf(std::vector<double> values, double share)
{
    if (values.empty())
        return 0;
    std::sort(values.begin(), values.end());
    const double at = share * static_cast<double>(values.size() - 1);
    const auto low = static_cast<std::size_t>(at);
    const std::size_t high = std::min(low + 1, values.size() - 1);
    return values[low] + (values[high] - values[low]) * (at - static_cast<double>(low));
}

double medianOf(std::vector<double> values)
{
    return quantileOf(std::move(values), 0.5);
}

double meanOf(const std::vector<double>& values)
{
    if (values.empty())
        return 0;
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double robustDeviation(const std::vector<double>& values)
{
    const double median = medianOf(values);
    std::vector<double> distances;
    for (const double value : values)
        distances.push_back(std::abs(value - median));
    return 1.4826 * medianOf(std::move(distances));
}

double clippedMean(const std::vector<double>& values, double reach)
{
    const double median = medianOf(values);
    const double far = reach * robustDeviation(values);
    std::vector<double> clipped;
    for (const double value : values)
        clipped.push_back(std::clamp(value, median - far, median + far));
    return meanOf(clipped);
}

double medianSlope(const std::vector<double>& values)
{
    std::vector<double> slopes;
    for (std::size_t i = 0; i < values.size(); ++i) {
        for (std::size_t j = i + 1; j < values.size(); ++j)
            slopes.push_back((values[j] - values[i]) / static_cast<double>(j - i));
    }
    return medianOf(std::move(slopes));
}

} // namespace gatehouse::cost
