// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/report/canvas.h"
#include "core/report/reportvalue.h"

#include <map>

namespace gatehouse::report {

/// Draws the charts of a report: title, unit, axes from zero, legend. Every value is drawn as it is given;
/// more than ten series are folded into *Other*, and a ranking says how many bars it leaves to the table.
/// Used on the thread of its canvas.
class ChartPainter
{
public:
    ChartPainter(Canvas& canvas, const Report& report);

    /// Draws the chart with its upper left corner there and answers its height in points. Without a painter
    /// on the canvas it only measures.
    double paint(const Chart& chart, QPointF at, double width);

private:
    struct Key
    {
        QString name;
        QRgb colour;
        bool hatched = false;
        bool line = false;
        bool dashed = false;
    };
    struct Axis;

    double paint(const StackedBars& chart, QPointF at, double width);
    double paint(const Ranking& chart, QPointF at, double width);
    double paint(const ForecastLine& chart, QPointF at, double width);

    double heading(const std::string& title, const Measure& measure, const std::string& what, QPointF at,
                   double width);
    double nothing(QPointF at, double width);
    double legend(const std::vector<Key>& keys, QPointF at, double width);
    /// The horizontal lines and labels; answers the plot beside the labels.
    QRectF valueAxis(const Axis& axis, const QRectF& place);
    void bars(const StackedBars& chart, const std::vector<Series>& layers, const QRectF& plot, double top);
    void band(const ForecastLine& chart, const QRectF& plot, double top);
    void dayLabels(const std::vector<Day>& days, Step step, const QRectF& plot);
    [[nodiscard]] QRgb colour(const std::string& kind, const std::string& name, bool rest) const;
    [[nodiscard]] double scaled(Int128 value, const Measure& measure) const;

    Canvas& m_canvas;
    const Report& m_report;
    std::map<ColourKey, int> m_places;
};

} // namespace gatehouse::report
