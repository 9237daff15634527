// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/datetime.h"

#include <QtCore/QString>
#include <QtGui/QColor>

#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace gatehouse::ui {

/// One line or layer of a chart.
struct ChartSeries
{
    QString key;
    QString name;
    QColor color;
    std::vector<double> values; ///< one a moment; NaN is a gap
    bool hatched = false;       ///< mostly estimated
};

/// What a TimeChart draws.
struct ChartData
{
    std::vector<double> moments; ///< Unix milliseconds, ascending; or plain numbers
    Ticks bucket{0};             ///< 0: the moments are samples, not buckets
    std::vector<ChartSeries> series;
    TimeRange range;
    /// The axis is one of numbers from … to, and range means nothing.
    std::optional<std::pair<double, double>> numbers;
};

/// How the chart writes a value.
using ValueText = std::function<QString(double)>;

} // namespace gatehouse::ui
