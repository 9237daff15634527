// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/table/decimate.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace gatehouse {

namespace {

constexpr std::size_t None = std::numeric_limits<std::size_t>::max();

/// Gathers the points of one pixel column after another.
class Columns
{
public:
    Columns(std::span<const double> xs, std::span<const double> ys)
        : m_xs(xs)
        , m_ys(ys)
    {}

    void add(std::size_t index)
    {
        if (!std::isfinite(m_ys[index])) {
            m_gapAfter = index;
            return;
        }
        if (m_low == None) {
            m_gapBefore = std::exchange(m_gapAfter, None);
            m_low = index;
            m_high = index;
            return;
        }
        m_gapAfter = None;
        if (m_ys[index] < m_ys[m_low])
            m_low = index;
        if (m_ys[index] > m_ys[m_high])
            m_high = index;
    }

    void closeColumn()
    {
        pushGap(m_gapBefore);
        if (m_low != None) {
            const auto [first, second] = std::minmax(m_low, m_high);
            m_points.push_back({m_xs[first], m_ys[first]});
            if (second != first)
                m_points.push_back({m_xs[second], m_ys[second]});
        }
        pushGap(m_gapAfter);
        m_low = m_high = m_gapBefore = m_gapAfter = None;
    }

    [[nodiscard]] std::vector<ChartPoint> take() { return std::move(m_points); }

private:
    void pushGap(std::size_t index)
    {
        if (index != None && (m_points.empty() || !std::isnan(m_points.back().y)))
            m_points.push_back({m_xs[index], std::numeric_limits<double>::quiet_NaN()});
    }

    std::span<const double> m_xs;
    std::span<const double> m_ys;
    std::vector<ChartPoint> m_points;
    std::size_t m_low = None;
    std::size_t m_high = None;
    std::size_t m_gapBefore = None; // a gap since the column before, ahead of the first point of this one
    std::size_t m_gapAfter = None;  // a gap since the last point
};

} // namespace

std::vector<ChartPoint> decimate(std::span<const double> xs, std::span<const double> ys, std::size_t pixels)
{
    const std::size_t count = std::min(xs.size(), ys.size());
    pixels = std::max<std::size_t>(pixels, 1);
    Columns columns(xs, ys);
    if (count <= pixels * 2) {
        for (std::size_t i = 0; i < count; ++i) {
            columns.add(i);
            columns.closeColumn();
        }
        return columns.take();
    }
    const double width = xs[count - 1] - xs[0];
    const double scale = width > 0 ? static_cast<double>(pixels) / width : 0;
    std::size_t current = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t column = std::min(static_cast<std::size_t>((xs[i] - xs[0]) * scale), pixels - 1);
        if (column != current) {
            columns.closeColumn();
            current = column;
        }
        columns.add(i);
    }
    columns.closeColumn();
    return columns.take();
}

} // namespace gatehouse
