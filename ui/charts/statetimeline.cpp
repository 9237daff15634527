// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/statetimeline.h"

#include "ui/charts/axes.h"
#include "ui/models/format.h"
#include "ui/theme/theme.h"
#include "ui/widgets/statebadge.h"

#include <QtGui/QHelpEvent>
#include <QtGui/QMouseEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QApplication>
#include <QtWidgets/QToolTip>

#include <algorithm>
#include <cmath>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int NameRoom = 150;
constexpr int AxisRoom = 22;
constexpr int LaneHint = 32;
constexpr double BarHeight = 20;

} // namespace

StateTimeline::StateTimeline(const Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
{
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void StateTimeline::setLanes(std::vector<Lane> lanes, const TimeRange& range)
{
    const bool sameSize = lanes.size() == m_lanes.size();
    m_lanes = std::move(lanes);
    m_range = range;
    QString description;
    for (const Lane& lane : m_lanes) {
        description += lane.name + u": "_s;
        for (const gateway::CircuitSpan& span : lane.spans)
            description +=
                lookOf(span.state, m_theme.tokens()).word + u' ' + formatMoment(span.start) + u"; "_s;
    }
    setAccessibleDescription(description.left(2000));
    if (!sameSize)
        updateGeometry();
    update();
}

QSize StateTimeline::sizeHint() const
{
    return {600, static_cast<int>(m_lanes.size()) * LaneHint + AxisRoom};
}

QSize StateTimeline::minimumSizeHint() const
{
    return {320, sizeHint().height()};
}

QRectF StateTimeline::plot() const
{
    return QRectF(NameRoom, 0, std::max(1, width() - NameRoom - 8), std::max(1, height() - AxisRoom));
}

double StateTimeline::laneHeight() const
{
    return m_lanes.empty() ? LaneHint : plot().height() / static_cast<double>(m_lanes.size());
}

double StateTimeline::xOf(DateTime moment) const
{
    const double share = static_cast<double>((moment - m_range.start).count()) /
                         std::max(1.0, static_cast<double>(m_range.length().count()));
    return plot().left() + std::clamp(share, 0.0, 1.0) * plot().width();
}

DateTime StateTimeline::momentAt(double x) const
{
    const double share = std::clamp((x - plot().left()) / plot().width(), 0.0, 1.0);
    return m_range.start + Ticks(std::llround(share * static_cast<double>(m_range.length().count())));
}

void StateTimeline::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(this);
    const Tokens& tokens = m_theme.tokens();
    const QRectF area = plot();
    painter.setFont(m_theme.font(Theme::Type::Caption));
    const QFontMetrics metrics(painter.font());
    for (const AxisTick& tick : timeTicks(m_range, std::max(2, static_cast<int>(area.width()) / 90))) {
        const double x =
            std::round(xOf(DateTime::fromUnix(std::chrono::milliseconds(std::llround(tick.value)))));
        painter.setPen(QPen(tokens.line, 1));
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom() + 3));
        const double size = metrics.horizontalAdvance(tick.label);
        painter.setPen(tokens.muted);
        painter.drawText(QRectF(std::clamp(x - size / 2, area.left(), width() - size), area.bottom() + 5,
                                size + 2, metrics.height()),
                         Qt::AlignLeft, tick.label);
    }
    painter.setRenderHint(QPainter::Antialiasing);
    for (std::size_t i = 0; i < m_lanes.size(); ++i)
        paintLane(painter, m_lanes[i],
                  QRectF(0, area.top() + laneHeight() * static_cast<double>(i), width(), laneHeight()));
    if (m_dragFrom) {
        QColor fill = tokens.accent;
        fill.setAlphaF(0.15F);
        painter.fillRect(
            QRectF(QPointF(*m_dragFrom, area.top()), QPointF(m_dragTo, area.bottom())).normalized(), fill);
    }
}

void StateTimeline::paintLane(QPainter& painter, const Lane& lane, const QRectF& area) const
{
    const Tokens& tokens = m_theme.tokens();
    painter.setFont(m_theme.font(Theme::Type::Body));
    painter.setPen(tokens.text);
    const QFontMetrics metrics(painter.font());
    painter.drawText(QRectF(0, area.top(), NameRoom - 12, area.height()), Qt::AlignLeft | Qt::AlignVCenter,
                     metrics.elidedText(lane.name, Qt::ElideMiddle, NameRoom - 12));
    const double middle = area.center().y();
    if (lane.spans.empty()) {
        painter.setFont(m_theme.font(Theme::Type::Caption));
        painter.setPen(tokens.muted);
        painter.drawText(QRectF(plot().left(), area.top(), plot().width(), area.height()),
                         Qt::AlignLeft | Qt::AlignVCenter, tr("– unknown: no attempt in this range"));
        return;
    }
    painter.setPen(Qt::NoPen);
    for (const gateway::CircuitSpan& span : lane.spans) {
        const double left = xOf(span.start);
        const double right = xOf(span.end);
        const StateLook look = lookOf(span.state, tokens);
        if (span.state == gateway::CircuitState::Closed) {
            QColor calm = look.color;
            calm.setAlphaF(0.75F);
            painter.fillRect(QRectF(left, middle - 2, right - left, 4), calm);
            continue;
        }
        // A short outage in a long range is still seen: at least three pixels.
        const bool open = span.state == gateway::CircuitState::Open;
        const QRectF bar(left, middle - BarHeight / 2, std::max(3.0, right - left), BarHeight);
        QColor fill = look.color;
        fill.setAlphaF(open ? 1.0F : 0.25F);
        painter.setPen(open ? QPen(Qt::NoPen) : QPen(look.color, 1));
        painter.setBrush(fill);
        painter.drawRoundedRect(open ? bar : bar.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2);
        painter.setFont(m_theme.font(Theme::Type::CaptionStrong));
        if (bar.width() > QFontMetrics(painter.font()).horizontalAdvance(look.word) + 12) {
            painter.setPen(!open ? tokens.text : tokens.dark ? tokens.window : tokens.panel);
            painter.drawText(bar, Qt::AlignCenter, look.word);
        }
        painter.setPen(Qt::NoPen);
    }
}

QString StateTimeline::describe(QPointF position) const
{
    const QRectF area = plot();
    if (m_lanes.empty() || !area.contains(position))
        return {};
    const auto row =
        std::min(static_cast<std::size_t>((position.y() - area.top()) / laneHeight()), m_lanes.size() - 1);
    const Lane& lane = m_lanes[row];
    const gateway::CircuitSpan* found = nullptr;
    for (const gateway::CircuitSpan& span : lane.spans) {
        const bool inside = position.x() >= xOf(span.start) - 1 &&
                            position.x() <= std::max(xOf(span.end), xOf(span.start) + 3);
        // A trip that is narrower than the pointer wins over the closed time around it.
        if (inside && (found == nullptr || span.state != gateway::CircuitState::Closed))
            found = &span;
    }
    if (found == nullptr)
        return {};
    const auto length = std::chrono::duration_cast<std::chrono::seconds>(found->end - found->start);
    QString text = lane.name + u": "_s + lookOf(found->state, m_theme.tokens()).text() + u", "_s +
                   formatMoment(found->start, true) + u" – "_s + formatMoment(found->end, true) + u" ("_s +
                   formatSpan(length) + u')';
    if (!found->reason.empty())
        text += u". "_s + fromText(found->reason);
    return text;
}

void StateTimeline::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton && plot().contains(event->position()))
        m_dragFrom = m_dragTo = event->position().x();
}

void StateTimeline::mouseMoveEvent(QMouseEvent* event)
{
    if (!m_dragFrom)
        return;
    m_dragTo = event->position().x();
    update();
}

void StateTimeline::mouseReleaseEvent(QMouseEvent* event)
{
    if (!m_dragFrom || event->button() != Qt::LeftButton)
        return;
    const double from = *m_dragFrom;
    const double to = event->position().x();
    m_dragFrom.reset();
    update();
    if (std::fabs(to - from) >= QApplication::startDragDistance())
        Q_EMIT zoomed({momentAt(std::min(from, to)), momentAt(std::max(from, to))});
}

void StateTimeline::mouseDoubleClickEvent(QMouseEvent* /*event*/)
{
    m_dragFrom.reset();
    Q_EMIT zoomReset();
}

bool StateTimeline::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto* const help = static_cast<QHelpEvent*>(event);
        QToolTip::showText(help->globalPos(), plainToolTip(describe(help->pos())), this);
        return true;
    }
    return QWidget::event(event);
}

} // namespace gatehouse::ui
