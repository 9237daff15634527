// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/barchart.h"

#include "ui/models/format.h"
#include "ui/theme/theme.h"

#include <QtGui/QHelpEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QToolTip>

#include <algorithm>
#include <cmath>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int AxisRoom = 22;
constexpr int TopRoom = 8;
constexpr int RightRoom = 16;
constexpr int LabelGap = 8;
constexpr double BarSize = 13;
constexpr double GroupGap = 9;
constexpr int WidestLabel = 220;

double valueAt(const ChartSeries& series, std::size_t category)
{
    const double value = category < series.values.size() ? series.values[category] : std::nan("");
    return std::isfinite(value) ? value : 0;
}

} // namespace

BarChart::BarChart(const Theme& theme, ValueText valueText, QWidget* parent)
    : QAbstractScrollArea(parent)
    , m_theme(theme)
    , m_valueText(std::move(valueText))
{
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    viewport()->setAutoFillBackground(false);
    viewport()->setObjectName(u"barChartViewport"_s);
    viewport()->setAccessibleName(tr("Chart"));
    connect(&theme, &Theme::changed, viewport(), qOverload<>(&QWidget::update));
}

void BarChart::setData(BarData data)
{
    m_data = std::move(data);
    updateScrollBar();
    verticalScrollBar()->setValue(0);
    viewport()->update();
}

void BarChart::setEmphasis(const std::optional<QString>& key)
{
    m_emphasis = key;
    viewport()->update();
}

double BarChart::largest() const
{
    double top = 0;
    for (std::size_t i = 0; i < m_data.categories.size(); ++i) {
        double sum = 0;
        for (const ChartSeries& series : m_data.series) {
            const double value = std::max(0.0, valueAt(series, i));
            sum = m_data.stacked ? sum + value : std::max(sum, value);
        }
        top = std::max(top, sum);
    }
    return top;
}

double BarChart::groupSize() const
{
    if (!m_data.horizontal)
        return plot().width() / std::max<double>(1, static_cast<double>(m_data.categories.size()));
    const double bars = m_data.stacked ? 1 : std::max<double>(1, static_cast<double>(m_data.series.size()));
    return bars * BarSize + GroupGap;
}

int BarChart::labelWidth() const
{
    const QFontMetrics metrics(m_theme.font(Theme::Type::Caption));
    int widest = 40;
    if (m_data.horizontal) {
        for (const QString& category : m_data.categories)
            widest = std::max(widest, metrics.horizontalAdvance(category));
        return std::min({widest, WidestLabel, viewport()->width() / 3});
    }
    const ValueAxis axis = valueAxis(largest(), 4, m_valueText);
    for (const AxisTick& tick : axis.ticks)
        widest = std::max(widest, metrics.horizontalAdvance(tick.label));
    return widest;
}

QRectF BarChart::plot() const
{
    return QRectF(viewport()->rect()).adjusted(labelWidth() + 2 * LabelGap, TopRoom, -RightRoom, -AxisRoom);
}

void BarChart::updateScrollBar()
{
    const double whole = m_data.horizontal ? groupSize() * static_cast<double>(m_data.categories.size()) : 0;
    const int room = std::max(1, viewport()->height() - TopRoom - AxisRoom);
    verticalScrollBar()->setPageStep(room);
    verticalScrollBar()->setSingleStep(static_cast<int>(groupSize()));
    verticalScrollBar()->setRange(0, std::max(0, static_cast<int>(std::ceil(whole)) - room));
}

void BarChart::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    updateScrollBar();
}

std::optional<std::size_t> BarChart::categoryAt(QPointF position) const
{
    const QRectF area = plot();
    const double along = m_data.horizontal ? position.y() - area.top() + verticalScrollBar()->value()
                                           : position.x() - area.left();
    if (along < 0 || groupSize() <= 0)
        return std::nullopt;
    const auto index = static_cast<std::size_t>(along / groupSize());
    return index < m_data.categories.size() ? std::optional(index) : std::nullopt;
}

bool BarChart::viewportEvent(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QAbstractScrollArea::viewportEvent(event);
    const auto* const help = static_cast<QHelpEvent*>(event);
    const std::optional<std::size_t> category = categoryAt(help->pos());
    if (!category) {
        QToolTip::hideText();
        return true;
    }
    QString text = m_data.categories[*category];
    for (const ChartSeries& series : m_data.series)
        text += u'\n' + series.name + u": "_s + m_valueText(valueAt(series, *category));
    QToolTip::showText(help->globalPos(), plainToolTip(text).replace(u'\n', u"<br>"_s), viewport());
    return true;
}

void BarChart::paintAxis(QPainter& painter, const ValueAxis& axis) const
{
    const Tokens& tokens = m_theme.tokens();
    const QRectF area = plot();
    const QFontMetrics metrics(painter.font());
    for (const AxisTick& tick : axis.ticks) {
        const double share = tick.value / axis.top;
        painter.setPen(QPen(tick.value == 0 ? tokens.lineStrong : tokens.line, 1));
        if (m_data.horizontal) {
            const double x = std::round(area.left() + share * area.width());
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
            const double half = metrics.horizontalAdvance(tick.label) / 2.0;
            painter.setPen(tokens.muted);
            painter.drawText(QRectF(x - half - 2, area.bottom() + 4, 2 * half + 4, metrics.height()),
                             Qt::AlignCenter, tick.label);
        } else {
            const double y = std::round(area.bottom() - share * area.height());
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
            painter.setPen(tokens.muted);
            painter.drawText(QRectF(0, y - metrics.height() / 2.0, area.left() - LabelGap, metrics.height()),
                             Qt::AlignRight | Qt::AlignVCenter, tick.label);
        }
    }
}

void BarChart::paintLabels(QPainter& painter) const
{
    const QRectF area = plot();
    const QFontMetrics metrics(painter.font());
    painter.setPen(m_theme.tokens().muted);
    const double size = groupSize();
    double clear = 0;
    for (std::size_t i = 0; i < m_data.categories.size(); ++i) {
        const QString& name = m_data.categories[i];
        const double start = size * static_cast<double>(i);
        if (m_data.horizontal) {
            const double y = area.top() + start - verticalScrollBar()->value();
            if (y + size > area.top() && y < area.bottom())
                painter.drawText(
                    QRectF(LabelGap, y, area.left() - 2 * LabelGap, size), Qt::AlignRight | Qt::AlignVCenter,
                    metrics.elidedText(name, Qt::ElideMiddle, static_cast<int>(area.left()) - 2 * LabelGap));
            continue;
        }
        const double middle = area.left() + start + size / 2;
        const double half = std::min(metrics.horizontalAdvance(name), 140) / 2.0;
        if (middle - half < clear || middle + half > area.right() + RightRoom)
            continue; // it would run into its neighbour
        clear = middle + half + 12;
        painter.drawText(QRectF(middle - half, area.bottom() + 5, 2 * half + 2, metrics.height()),
                         Qt::AlignCenter, metrics.elidedText(name, Qt::ElideMiddle, 142));
    }
}

void BarChart::paintGroup(QPainter& painter, std::size_t category, const ValueAxis& axis) const
{
    const QRectF area = plot();
    const double group = groupSize();
    const double gap = m_data.horizontal ? GroupGap : std::min(group * 0.25, 24.0);
    const double bars = m_data.stacked ? 1 : std::max<double>(1, static_cast<double>(m_data.series.size()));
    const double thick = std::min((group - gap) / bars, 48.0);
    const double lead = (group - thick * bars) / 2;
    double below = 0;
    for (std::size_t i = 0; i < m_data.series.size(); ++i) {
        const ChartSeries& series = m_data.series[i];
        const double value = std::max(0.0, valueAt(series, category));
        const double place = group * static_cast<double>(category) + lead +
                             (m_data.stacked ? 0 : thick * static_cast<double>(i));
        const double from = m_data.stacked ? below / axis.top : 0;
        const double length = value / axis.top;
        below += value;
        QColor color = series.color;
        color.setAlphaF(m_emphasis && *m_emphasis != series.key ? 0.22F : 0.88F);
        const QRectF bar =
            m_data.horizontal
                ? QRectF(area.left() + from * area.width(), area.top() + place - verticalScrollBar()->value(),
                         length * area.width(), std::max(1.0, thick - 1))
                : QRectF(area.left() + place, area.bottom() - (from + length) * area.height(),
                         std::max(1.0, thick - 1), length * area.height());
        painter.fillRect(bar, color);
    }
}

void BarChart::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(viewport());
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(m_theme.font(Theme::Type::Caption));
    const int wanted = m_data.horizontal ? std::clamp(viewport()->width() / 120, 2, 8)
                                         : std::clamp(viewport()->height() / 60, 2, 6);
    const ValueAxis axis = valueAxis(largest(), wanted, m_valueText);
    paintAxis(painter, axis);
    const QRectF area = plot();
    painter.setClipRect(m_data.horizontal ? QRectF(0, area.top(), viewport()->width(), area.height())
                                          : QRectF(viewport()->rect()));
    paintLabels(painter);
    for (std::size_t i = 0; i < m_data.categories.size(); ++i)
        paintGroup(painter, i, axis);
}

} // namespace gatehouse::ui
