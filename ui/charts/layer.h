// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QList>
#include <QtCore/QPointF>
#include <QtCore/QString>
#include <QtGui/QColor>

#include <span>
#include <vector>

QT_BEGIN_NAMESPACE
class QAreaSeries;
class QChart;
class QLineSeries;
class QValueAxis;
QT_END_NAMESPACE

namespace gatehouse::ui {

/// A stretch of a series without gaps: its upper edge, and for layers the lower one.
struct ChartPiece
{
    QList<QPointF> upper;
    QList<QPointF> lower;
};

/// Cuts a series where it is NaN and decimates each stretch to two points a pixel. All three are of one
/// length; for a line lower is empty.
[[nodiscard]] std::vector<ChartPiece> piecesWithoutGaps(std::span<const double> moments,
                                                        std::span<const double> upper,
                                                        std::span<const double> lower, std::size_t pixels);

/// One area or line of a QChart, kept and reused from refresh to refresh, since making series is what costs.
/// The chart owns the series.
class ChartLayer
{
public:
    ChartLayer(QChart& chart, bool stacked, QValueAxis* x, QValueAxis* y);

    void take(const QString& key, const ChartPiece& piece);
    void clear();
    [[nodiscard]] const QString& key() const { return m_key; }
    /// weak: another series is looked at.
    void paintWith(const QColor& color, bool hatched, bool weak);

private:
    QString m_key;
    QLineSeries* m_upper;
    QLineSeries* m_lower = nullptr;
    QAreaSeries* m_area = nullptr;
};

} // namespace gatehouse::ui
