// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/layer.h"

#include "core/table/decimate.h"

#include <QtCharts/QAreaSeries>
#include <QtCharts/QChart>
#include <QtCharts/QLineSeries>
#include <QtCharts/QValueAxis>
#include <QtGui/QPainter>
#include <QtGui/QPixmap>

#include <algorithm>
#include <cmath>
#include <span>

namespace gatehouse::ui {

namespace {

QList<QPointF> thinned(std::span<const double> xs, std::span<const double> ys, std::size_t pixels)
{
    QList<QPointF> points;
    if (xs.size() <= 2 * pixels) {
        points.reserve(static_cast<qsizetype>(xs.size()));
        for (std::size_t i = 0; i < xs.size(); ++i)
            points.emplace_back(xs[i], ys[i]);
        return points;
    }
    const std::vector<ChartPoint> kept = decimate(xs, ys, pixels);
    points.reserve(static_cast<qsizetype>(kept.size()));
    for (const ChartPoint& point : kept)
        points.emplace_back(point.x, point.y);
    return points;
}

QBrush hatch(const QColor& color)
{
    constexpr int Side = 8;
    QPixmap tile(Side, Side);
    QColor base = color;
    base.setAlphaF(0.45F);
    tile.fill(base);
    QPainter painter(&tile);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(color, 1.6));
    for (const int shift : {-Side, 0, Side})
        painter.drawLine(shift, Side, shift + Side, 0);
    return QBrush(tile);
}

} // namespace

std::vector<ChartPiece> piecesWithoutGaps(std::span<const double> moments, std::span<const double> upper,
                                          std::span<const double> lower, std::size_t pixels)
{
    std::vector<ChartPiece> pieces;
    for (std::size_t start = 0; start < upper.size();) {
        if (!std::isfinite(upper[start])) {
            ++start;
            continue;
        }
        std::size_t end = start;
        while (end < upper.size() && std::isfinite(upper[end]))
            ++end;
        const std::size_t count = end - start;
        const auto share = std::max<std::size_t>(1, pixels * count / std::max<std::size_t>(1, upper.size()));
        ChartPiece piece;
        piece.upper = thinned(moments.subspan(start, count), upper.subspan(start, count), share);
        if (!lower.empty())
            piece.lower = thinned(moments.subspan(start, count), lower.subspan(start, count), share);
        pieces.push_back(std::move(piece));
        start = end;
    }
    return pieces;
}

ChartLayer::ChartLayer(QChart& chart, bool stacked, QValueAxis* x, QValueAxis* y)
    : m_upper(new QLineSeries)
{
    if (!stacked) {
        chart.addSeries(m_upper);
        m_upper->attachAxis(x);
        m_upper->attachAxis(y);
        return;
    }
    m_lower = new QLineSeries;
    m_area = new QAreaSeries(m_upper, m_lower);
    m_upper->setParent(m_area);
    m_lower->setParent(m_area);
    chart.addSeries(m_area);
    m_area->attachAxis(x);
    m_area->attachAxis(y);
}

void ChartLayer::take(const QString& key, const ChartPiece& piece)
{
    m_key = key;
    if (m_lower != nullptr)
        m_lower->replace(piece.lower);
    m_upper->replace(piece.upper);
}

void ChartLayer::clear()
{
    m_key.clear();
    if (m_upper->count() == 0)
        return;
    if (m_lower != nullptr)
        m_lower->replace(QList<QPointF>());
    m_upper->replace(QList<QPointF>());
}

void ChartLayer::paintWith(const QColor& color, bool hatched, bool weak)
{
    QColor shown = color;
    shown.setAlphaF(weak ? 0.22F : 1.0F);
    if (m_area == nullptr) {
        m_upper->setPen(QPen(shown, 2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        return;
    }
    QColor fill = color;
    fill.setAlphaF(weak ? 0.16F : 0.80F);
    m_area->setBrush(hatched && !weak ? hatch(color) : QBrush(fill));
    // The edge is of the layer's own colour: one of the panel's would eat the thin layers of quiet hours.
    m_area->setPen(QPen(shown, 1));
}

} // namespace gatehouse::ui
