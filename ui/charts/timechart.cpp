// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/timechart.h"

#include "ui/charts/hovercard.h"
#include "ui/charts/layer.h"
#include "ui/models/format.h"
#include "ui/theme/theme.h"

#include <QtCharts/QChart>
#include <QtCharts/QValueAxis>
#include <QtGui/QMouseEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QApplication>

#include <algorithm>
#include <cmath>

namespace gatehouse::ui {

namespace {

constexpr int LabelGap = 8;
constexpr int TopRoom = 10;
constexpr int BottomRoom = 24;
constexpr int RightRoom = 14;

} // namespace

TimeChart::TimeChart(const Theme& theme, Kind kind, ValueText valueText, QWidget* parent)
    : QChartView(new QChart, parent)
    , m_theme(theme)
    , m_kind(kind)
    , m_valueText(std::move(valueText))
    , m_xAxis(new QValueAxis(chart()))
    , m_yAxis(new QValueAxis(chart()))
    , m_hover(new HoverCard(theme, this))
{
    setRenderHint(QPainter::Antialiasing);
    setFrameShape(QFrame::NoFrame);
    setMouseTracking(true);
    viewport()->setObjectName(QStringLiteral("chartViewport"));
    viewport()->setAccessibleName(tr("Chart"));
    setBackgroundBrush(Qt::NoBrush);
    setStyleSheet(QStringLiteral("background: transparent; border: none;"));
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    chart()->setBackgroundVisible(false);
    chart()->setMargins({});
    chart()->legend()->hide();
    chart()->layout()->setContentsMargins(0, 0, 0, 0);
    chart()->addAxis(m_xAxis, Qt::AlignBottom);
    chart()->addAxis(m_yAxis, Qt::AlignLeft);
    m_xAxis->setVisible(false);
    m_yAxis->setVisible(false);
    connect(&theme, &Theme::changed, this, [this] {
        recolor();
        resetCachedContent();
        viewport()->update();
    });
}

TimeChart::~TimeChart() = default;

void TimeChart::setData(ChartData data)
{
    m_data = std::move(data);
    m_hovered.reset();
    m_hover->hide();
    placePlot();
    rebuild();
}

void TimeChart::setEmphasis(const std::optional<QString>& key)
{
    if (key == m_emphasis)
        return;
    m_emphasis = key;
    recolor();
}

void TimeChart::setKind(Kind kind)
{
    if (kind == m_kind)
        return;
    m_kind = kind;
    chart()->removeAllSeries(); // lines and areas are made of different series
    m_layers.clear();
}

double TimeChart::axisStart() const
{
    return m_data.numbers ? m_data.numbers->first
                          : static_cast<double>(m_data.range.start.unixMilliseconds());
}

double TimeChart::axisEnd() const
{
    return m_data.numbers ? m_data.numbers->second : static_cast<double>(m_data.range.end.unixMilliseconds());
}

double TimeChart::largest() const
{
    double top = 0;
    if (m_kind != Kind::Stacked) {
        for (const ChartSeries& series : m_data.series) {
            for (const double value : series.values)
                top = std::isfinite(value) ? std::max(top, value) : top;
        }
        return top;
    }
    for (std::size_t i = 0; i < m_data.moments.size(); ++i) {
        double sum = 0;
        for (const ChartSeries& series : m_data.series)
            sum += i < series.values.size() && std::isfinite(series.values[i]) ? series.values[i] : 0;
        top = std::max(top, sum);
    }
    return top;
}

void TimeChart::placePlot()
{
    const QFontMetrics metrics(m_theme.font(Theme::Type::Caption));
    const QRectF whole = viewport()->rect();
    const int wanted = std::clamp(static_cast<int>(whole.height()) / 60, 2, 6);
    m_values = valueAxis(largest(), wanted, m_valueText);
    int widest = 0;
    for (const AxisTick& tick : m_values.ticks)
        widest = std::max(widest, metrics.horizontalAdvance(tick.label));
    m_plot = whole.adjusted(widest + 2 * LabelGap, TopRoom, -RightRoom, -BottomRoom);
    if (m_plot.width() < 1 || m_plot.height() < 1)
        m_plot.setSize({1, 1});
    const int most = std::max(2, static_cast<int>(m_plot.width()) / 90);
    m_times = m_data.numbers ? numberTicks(axisStart(), axisEnd(), most, m_valueText)
                             : timeTicks(m_data.range, most);
    chart()->setPlotArea(m_plot);
    m_yAxis->setRange(0, m_values.top);
    m_xAxis->setRange(axisStart(), axisEnd() > axisStart() ? axisEnd() : axisStart() + 1);
}

void TimeChart::rebuild()
{
    const auto pixels = static_cast<std::size_t>(std::max(1.0, m_plot.width()));
    std::size_t used = 0;
    const auto next = [&]() -> ChartLayer& {
        if (used == m_layers.size())
            m_layers.push_back(
                std::make_unique<ChartLayer>(*chart(), m_kind != Kind::Lines, m_xAxis, m_yAxis));
        return *m_layers[used++];
    };
    std::vector<double> below;
    std::vector<double> top;
    if (m_kind != Kind::Lines)
        below.assign(m_data.moments.size(), 0.0);
    // Areas: the largest series comes first and lies at the bottom.
    for (const ChartSeries& series : m_data.series) {
        if (m_kind == Kind::Lines) {
            for (const ChartPiece& piece : piecesWithoutGaps(m_data.moments, series.values, {}, pixels))
                next().take(series.key, piece);
            continue;
        }
        top = series.values;
        top.resize(m_data.moments.size(), std::nan(""));
        for (std::size_t i = 0; i < top.size(); ++i)
            top[i] += below[i];
        for (const ChartPiece& piece : piecesWithoutGaps(m_data.moments, top, below, pixels))
            next().take(series.key, piece);
        for (std::size_t i = 0; i < top.size() && m_kind == Kind::Stacked; ++i)
            below[i] = std::isfinite(top[i]) ? top[i] : below[i];
    }
    for (std::size_t i = used; i < m_layers.size(); ++i)
        m_layers[i]->clear();
    recolor();
    viewport()->update();
}

void TimeChart::recolor()
{
    for (const auto& layer : m_layers) {
        const auto series =
            std::find_if(m_data.series.begin(), m_data.series.end(),
                         [&](const ChartSeries& candidate) { return candidate.key == layer->key(); });
        if (series == m_data.series.end())
            continue;
        const bool weak = m_emphasis && *m_emphasis != series->key;
        layer->paintWith(series->color, series->hatched, weak);
    }
}

double TimeChart::momentAt(double x) const
{
    return axisStart() + (std::clamp(x, m_plot.left(), m_plot.right()) - m_plot.left()) / m_plot.width() *
                             (axisEnd() - axisStart());
}

double TimeChart::xOf(double moment) const
{
    const double length = axisEnd() - axisStart();
    return m_plot.left() + (length > 0 ? (moment - axisStart()) / length : 0.0) * m_plot.width();
}

double TimeChart::yOf(double value) const
{
    return m_plot.bottom() - value / m_values.top * m_plot.height();
}

std::optional<std::size_t> TimeChart::bucketAt(double x) const
{
    if (m_data.moments.empty() || x < m_plot.left() - 4 || x > m_plot.right() + 4)
        return std::nullopt;
    const double moment = momentAt(x);
    const auto after = std::lower_bound(m_data.moments.begin(), m_data.moments.end(), moment);
    auto index = static_cast<std::size_t>(after - m_data.moments.begin());
    if (index == m_data.moments.size() || (index > 0 && moment - m_data.moments[index - 1] < *after - moment))
        --index;
    return index;
}

QString TimeChart::seriesAt(QPointF position) const
{
    const std::optional<std::size_t> bucket = bucketAt(position.x());
    if (!bucket || !m_plot.contains(position))
        return {};
    double below = 0;
    double nearest = 8; // pixels: how far beside a line still counts
    QString found;
    for (const ChartSeries& series : m_data.series) {
        const double value = *bucket < series.values.size() ? series.values[*bucket] : std::nan("");
        if (!std::isfinite(value))
            continue;
        if (m_kind != Kind::Stacked) {
            const double distance = std::fabs(yOf(value) - position.y());
            if (distance < nearest) {
                nearest = distance;
                found = series.key;
            }
            continue;
        }
        if (position.y() <= yOf(below) && position.y() > yOf(below + value))
            return series.key;
        below += value;
    }
    return found;
}

void TimeChart::showHover(QPointF position)
{
    const std::optional<std::size_t> bucket = bucketAt(position.x());
    const bool changed = bucket != m_hovered;
    m_hovered = bucket;
    if (!bucket || !rect().contains(position.toPoint())) {
        m_hovered.reset();
        m_hover->hide();
        viewport()->update();
        return;
    }
    if (changed) {
        std::vector<std::pair<double, HoverCard::Line>> found;
        double sum = 0;
        for (const ChartSeries& series : m_data.series) {
            const double value = *bucket < series.values.size() ? series.values[*bucket] : std::nan("");
            if (!std::isfinite(value))
                continue;
            sum += value;
            found.push_back({value, {series.color, series.name, m_valueText(value)}});
        }
        std::stable_sort(found.begin(), found.end(),
                         [](const auto& a, const auto& b) { return a.first > b.first; });
        std::vector<HoverCard::Line> lines;
        for (auto& [value, line] : found)
            lines.push_back(std::move(line));
        const auto moment =
            DateTime::fromUnix(std::chrono::milliseconds(std::llround(m_data.moments[*bucket])));
        const QString title = m_data.numbers ? m_valueText(m_data.moments[*bucket])
                                             : formatBucket(moment - m_data.bucket / 2, m_data.bucket);
        const QString total = lines.empty()             ? tr("no data")
                              : m_kind == Kind::Stacked ? m_valueText(sum)
                                                        : QString();
        m_hover->setContent(title, std::move(lines), total);
        viewport()->update();
    }
    const double x = xOf(m_data.moments[*bucket]);
    QPoint corner(static_cast<int>(x) + 14, static_cast<int>(m_plot.top()) + 4);
    if (corner.x() + m_hover->width() > width())
        corner.setX(static_cast<int>(x) - 14 - m_hover->width());
    m_hover->move(std::max(0, corner.x()), corner.y());
    m_hover->show();
}

void TimeChart::resizeEvent(QResizeEvent* event)
{
    QChartView::resizeEvent(event);
    placePlot();
    rebuild();
}

void TimeChart::drawBackground(QPainter* painter, const QRectF& /*rect*/)
{
    const Tokens& tokens = m_theme.tokens();
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing, false);
    painter->setFont(m_theme.font(Theme::Type::Caption));
    const QFontMetrics metrics(painter->font());
    for (const AxisTick& tick : m_values.ticks) {
        const double y = std::round(yOf(tick.value));
        painter->setPen(QPen(tick.value == 0 ? tokens.lineStrong : tokens.line, 1));
        painter->drawLine(QPointF(m_plot.left(), y), QPointF(m_plot.right(), y));
        painter->setPen(tokens.muted);
        painter->drawText(QRectF(0, y - metrics.height() / 2.0, m_plot.left() - LabelGap, metrics.height()),
                          Qt::AlignRight | Qt::AlignVCenter, tick.label);
    }
    double clear = 0; // labels left of here would overlap
    for (const AxisTick& tick : m_times) {
        const double x = std::round(xOf(tick.value));
        const double half = metrics.horizontalAdvance(tick.label) / 2.0;
        painter->setPen(QPen(tokens.lineStrong, 1));
        painter->drawLine(QPointF(x, m_plot.bottom()), QPointF(x, m_plot.bottom() + 4));
        const double left = std::clamp(x - half, 0.0, viewport()->width() - 2 * half);
        if (left < clear)
            continue;
        clear = left + 2 * half + 12;
        painter->setPen(tokens.muted);
        painter->drawText(QRectF(left, m_plot.bottom() + 6, 2 * half + 2, metrics.height()), Qt::AlignLeft,
                          tick.label);
    }
    painter->restore();
}

void TimeChart::drawForeground(QPainter* painter, const QRectF& /*rect*/)
{
    const Tokens& tokens = m_theme.tokens();
    if (m_hovered && *m_hovered < m_data.moments.size()) {
        const double x = std::round(xOf(m_data.moments[*m_hovered]));
        painter->setPen(QPen(tokens.muted, 1, Qt::DotLine));
        painter->drawLine(QPointF(x, m_plot.top()), QPointF(x, m_plot.bottom()));
    }
    if (m_dragFrom) {
        QColor fill = tokens.accent;
        fill.setAlphaF(0.15F);
        const double from = std::clamp(m_dragFrom->x(), m_plot.left(), m_plot.right());
        const double to = std::clamp(m_dragTo, m_plot.left(), m_plot.right());
        painter->fillRect(QRectF(QPointF(from, m_plot.top()), QPointF(to, m_plot.bottom())).normalized(),
                          fill);
    }
}

void TimeChart::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton || !m_plot.contains(event->position()))
        return;
    m_dragFrom = event->position();
    m_dragTo = event->position().x();
}

void TimeChart::mouseMoveEvent(QMouseEvent* event)
{
    if (m_dragFrom) {
        m_dragTo = event->position().x();
        m_hover->hide();
        viewport()->update();
        return;
    }
    showHover(event->position());
}

void TimeChart::mouseReleaseEvent(QMouseEvent* event)
{
    if (!m_dragFrom || event->button() != Qt::LeftButton)
        return;
    const QPointF from = *m_dragFrom;
    m_dragFrom.reset();
    viewport()->update();
    if (std::fabs(event->position().x() - from.x()) < QApplication::startDragDistance()) {
        const QString key = seriesAt(from);
        if (!key.isEmpty())
            Q_EMIT seriesClicked(key);
        return;
    }
    const double low = momentAt(std::min(from.x(), event->position().x()));
    const double high = momentAt(std::max(from.x(), event->position().x()));
    if (m_data.numbers)
        return; // nothing to zoom to
    const auto moment = [](double ms) {
        return DateTime::fromUnix(std::chrono::milliseconds(std::llround(ms)));
    };
    Q_EMIT zoomed({moment(low), moment(high)});
}

void TimeChart::mouseDoubleClickEvent(QMouseEvent* /*event*/)
{
    m_dragFrom.reset();
    Q_EMIT zoomReset();
}

void TimeChart::leaveEvent(QEvent* event)
{
    QChartView::leaveEvent(event);
    m_hovered.reset();
    m_hover->hide();
    viewport()->update();
}

} // namespace gatehouse::ui
