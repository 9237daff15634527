// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/forecastchart.h"

#include "ui/charts/hovercard.h"
#include "ui/models/format.h"
#include "ui/theme/theme.h"

#include <QtCore/QLocale>
#include <QtGui/QKeyEvent>
#include <QtGui/QMouseEvent>
#include <QtGui/QPainter>
#include <QtGui/QPainterPath>

#include <algorithm>
#include <cmath>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int LegendRoom = 24;
constexpr int AxisRoom = 24;
constexpr int RightRoom = 12;
constexpr int Sample = 22; ///< of a stroke in the legend
constexpr double BandAlpha = 0.16;

QDate dateOf(cost::Month month, int day)
{
    return QDate(static_cast<int>(month.year()), static_cast<int>(static_cast<unsigned>(month.month())), 1)
        .addDays(day);
}

QPen stroke(const QColor& color, Qt::PenStyle style, double width = 2)
{
    QPen pen(color, width, style, Qt::FlatCap, Qt::RoundJoin);
    if (style == Qt::DashLine)
        pen.setDashPattern({4, 3});
    else if (style == Qt::DotLine)
        pen.setDashPattern({1.2, 2.4});
    return pen;
}

QColor bandOf(const Tokens& tokens)
{
    QColor band = tokens.accent;
    band.setAlphaF(static_cast<float>(BandAlpha));
    return band;
}

} // namespace

ForecastChart::ForecastChart(const Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_hover(new HoverCard(theme, this))
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

QSize ForecastChart::sizeHint() const
{
    return {560, 240};
}

QSize ForecastChart::minimumSizeHint() const
{
    return {280, 140};
}

int ForecastChart::days() const
{
    return m_course.month.ok() ? cost::daysIn(m_course.month) : 0;
}

void ForecastChart::setCourse(MonthCourse course, ValueText exact)
{
    m_exact = std::move(exact);
    if (course == m_course)
        return;
    m_course = std::move(course);
    scale();
    showDay(std::nullopt);
    describe();
    update();
}

void ForecastChart::scale()
{
    double largest = std::max(m_course.limit.value_or(0), m_course.straight.value_or(0));
    for (const std::vector<double>* const line : {&m_course.spent, &m_course.expected, &m_course.high}) {
        if (!line->empty())
            largest = std::max(largest, line->back());
    }
    const int wanted = std::clamp(height() / 60, 2, 6);
    m_axis = valueAxis(largest, wanted, formatTick);
    const QFontMetrics metrics(m_theme.font(Theme::Type::Caption));
    m_left = 0;
    for (const AxisTick& tick : m_axis.ticks)
        m_left = std::max(m_left, metrics.horizontalAdvance(tick.label));
    m_left += metric::Space2;
}

/// The same that the picture says, for those who do not see it.
void ForecastChart::describe()
{
    if (days() == 0)
        return setAccessibleDescription({});
    const QLocale locale;
    QString text = tr("%1, amounts in %2.")
                       .arg(locale.toString(dateOf(m_course.month, 0), u"MMMM yyyy"_s), m_course.currency);
    const auto say = [&](const QString& sentence) { text += u' ' + sentence; };
    if (!m_course.spent.empty())
        say(tr("%1 spent by %2.")
                .arg(m_exact(m_course.spent.back()),
                     locale.toString(dateOf(m_course.month, static_cast<int>(m_course.spent.size()) - 1),
                                     u"d MMMM"_s)));
    if (!m_course.expected.empty())
        say(tr("Forecast %1, between %2 and %3.")
                .arg(m_exact(m_course.expected.back()), m_exact(m_course.low.back()),
                     m_exact(m_course.high.back())));
    if (m_course.straight)
        say(tr("Straight line %1.").arg(m_exact(*m_course.straight)));
    say(m_course.limit ? tr("Budget %1.").arg(m_exact(*m_course.limit)) : tr("No budget."));
    setAccessibleDescription(text);
}

QRectF ForecastChart::plot() const
{
    return QRectF(m_left, LegendRoom, std::max(1, width() - m_left - RightRoom),
                  std::max(1, height() - LegendRoom - AxisRoom));
}

double ForecastChart::xOf(double day) const
{
    return plot().left() + plot().width() * day / std::max(days(), 1);
}

double ForecastChart::yOf(double amount) const
{
    return plot().bottom() - plot().height() * amount / m_axis.top;
}

void ForecastChart::paintEvent(QPaintEvent* /*event*/)
{
    if (days() == 0)
        return;
    QPainter painter(this);
    paintAxes(painter);
    painter.setRenderHint(QPainter::Antialiasing);
    paintCourse(painter);
    paintLimit(painter);
    paintLegend(painter);
    if (hasFocus()) {
        painter.setPen(QPen(m_theme.tokens().accent, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), metric::Radius,
                                metric::Radius);
    }
}

void ForecastChart::paintAxes(QPainter& painter) const
{
    const Tokens& tokens = m_theme.tokens();
    const QRectF area = plot();
    painter.setFont(m_theme.font(Theme::Type::Caption));
    const QFontMetrics metrics(painter.font());
    for (const AxisTick& tick : m_axis.ticks) {
        const double y = std::round(yOf(tick.value)) + 0.5;
        painter.setPen(QPen(tokens.line, 1));
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
        painter.setPen(tokens.muted);
        painter.drawText(QRectF(0, y - metrics.height() / 2.0, m_left - metric::Space2, metrics.height()),
                         Qt::AlignRight | Qt::AlignVCenter, tick.label);
    }
    // A day's label stands under the end of the day, where its sum is.
    const int step = area.width() / days() > 40 ? 2 : area.width() / days() > 12 ? 5 : 10;
    const QLocale locale;
    for (int day = step; day <= days(); day += step) {
        const QString label = locale.toString(dateOf(m_course.month, day - 1), u"d MMM"_s);
        const double x = std::round(xOf(day));
        const double size = metrics.horizontalAdvance(label) + 2;
        painter.setPen(QPen(tokens.line, 1));
        painter.drawLine(QPointF(x, area.bottom()), QPointF(x, area.bottom() + 3));
        painter.setPen(tokens.muted);
        painter.drawText(
            QRectF(std::min(x - size / 2, width() - size), area.bottom() + 5, size, metrics.height()),
            Qt::AlignCenter, label);
    }
}

void ForecastChart::paintCourse(QPainter& painter) const
{
    const Tokens& tokens = m_theme.tokens();
    const double now = static_cast<double>(m_course.spent.size());
    const QPointF here(xOf(now), yOf(m_course.spent.empty() ? 0 : m_course.spent.back()));
    painter.setPen(QPen(tokens.lineStrong, 1));
    if (!m_course.expected.empty()) {
        const double x = std::round(here.x()) + 0.5;
        painter.drawLine(QPointF(x, plot().top()), QPointF(x, plot().bottom()));
    }
    if (m_course.straight) {
        painter.setPen(stroke(tokens.muted, Qt::DotLine));
        painter.drawLine(QPointF(xOf(0), yOf(0)), QPointF(xOf(days()), yOf(*m_course.straight)));
    }
    QPainterPath band(here);
    for (std::size_t i = 0; i < m_course.high.size(); ++i)
        band.lineTo(xOf(now + static_cast<double>(i) + 1), yOf(m_course.high[i]));
    for (std::size_t i = m_course.low.size(); i-- > 0;)
        band.lineTo(xOf(now + static_cast<double>(i) + 1), yOf(m_course.low[i]));
    band.closeSubpath();
    painter.fillPath(band, bandOf(tokens));
    QPolygonF spent{QPointF(xOf(0), yOf(0))};
    for (std::size_t i = 0; i < m_course.spent.size(); ++i)
        spent << QPointF(xOf(static_cast<double>(i) + 1), yOf(m_course.spent[i]));
    QPolygonF expected{here};
    for (std::size_t i = 0; i < m_course.expected.size(); ++i)
        expected << QPointF(xOf(now + static_cast<double>(i) + 1), yOf(m_course.expected[i]));
    painter.setBrush(Qt::NoBrush);
    painter.setPen(stroke(tokens.accent, Qt::DashLine));
    painter.drawPolyline(expected);
    painter.setPen(stroke(tokens.accent, Qt::SolidLine));
    painter.drawPolyline(spent);
    if (m_day) {
        const double x = std::round(xOf(*m_day + 1)) + 0.5;
        painter.setPen(QPen(tokens.faint, 1));
        painter.drawLine(QPointF(x, plot().top()), QPointF(x, plot().bottom()));
    }
}

void ForecastChart::paintLimit(QPainter& painter) const
{
    if (!m_course.limit)
        return;
    const Tokens& tokens = m_theme.tokens();
    const double y = yOf(*m_course.limit);
    painter.setPen(stroke(tokens.bad, Qt::SolidLine, 1.5));
    painter.drawLine(QPointF(plot().left(), y), QPointF(plot().right(), y));
    painter.setFont(m_theme.font(Theme::Type::CaptionStrong));
    const QFontMetrics metrics(painter.font());
    const QString label = tr("Budget %1").arg(m_exact(*m_course.limit));
    // Left, where sums are still small; below the line when there is no room above it.
    const double top = y - metrics.height() - 2 < plot().top() ? y + 2 : y - metrics.height() - 2;
    const QRectF place(plot().left() + metric::Space2, top, metrics.horizontalAdvance(label) + 2,
                       metrics.height());
    painter.fillRect(place.adjusted(-2, 1, 0, -1), tokens.panel); // no gridline through it
    painter.drawText(place, Qt::AlignLeft, label);
}

void ForecastChart::paintLegend(QPainter& painter) const
{
    const Tokens& tokens = m_theme.tokens();
    struct Entry
    {
        QString name;
        QPen pen;
        bool band = false;
    };
    std::vector<Entry> entries{{tr("Spent"), stroke(tokens.accent, Qt::SolidLine)}};
    if (!m_course.expected.empty()) {
        entries.push_back({tr("Forecast"), stroke(tokens.accent, Qt::DashLine)});
        entries.push_back({tr("Nine times of ten"), QPen(Qt::NoPen), true});
    }
    if (m_course.straight)
        entries.push_back({tr("Straight line"), stroke(tokens.muted, Qt::DotLine)});
    painter.setFont(m_theme.font(Theme::Type::Caption));
    const QFontMetrics metrics(painter.font());
    double x = m_left;
    constexpr double Middle = 9;
    for (const Entry& entry : entries) {
        if (entry.band) {
            painter.fillRect(QRectF(x, Middle - 5, Sample, 10), bandOf(tokens));
        } else {
            painter.setPen(entry.pen);
            painter.drawLine(QPointF(x, Middle), QPointF(x + Sample, Middle));
        }
        x += Sample + metric::Space1 + 2;
        painter.setPen(tokens.muted);
        painter.drawText(QRectF(x, Middle - metrics.height() / 2.0, width() - x, metrics.height()),
                         Qt::AlignLeft | Qt::AlignVCenter, entry.name);
        x += metrics.horizontalAdvance(entry.name) + metric::Space4;
    }
    painter.drawText(QRectF(x, Middle - metrics.height() / 2.0, width() - RightRoom - x, metrics.height()),
                     Qt::AlignRight | Qt::AlignVCenter, m_course.currency);
}

void ForecastChart::showDay(std::optional<int> day)
{
    if (day && days() == 0)
        day.reset();
    if (day)
        day = std::clamp(*day, 0, days() - 1);
    m_day = day;
    update();
    if (!day)
        return m_hover->hide();
    const Tokens& tokens = m_theme.tokens();
    const auto index = static_cast<std::size_t>(*day);
    const std::size_t known = m_course.spent.size();
    std::vector<HoverCard::Line> lines;
    if (index < known) {
        lines.push_back({tokens.accent, tr("Spent until then"), m_exact(m_course.spent[index])});
        const double before = index == 0 ? 0 : m_course.spent[index - 1];
        lines.push_back({tokens.accent, tr("On the day"), m_exact(m_course.spent[index] - before)});
    } else if (index - known < m_course.expected.size()) {
        const std::size_t at = index - known;
        lines.push_back({tokens.accent, tr("Forecast"), m_exact(m_course.expected[at])});
        lines.push_back({bandOf(tokens), tr("Nine times of ten"),
                         m_exact(m_course.low[at]) + u" – "_s + m_exact(m_course.high[at])});
    }
    if (m_course.straight)
        lines.push_back({tokens.muted, tr("Straight line"),
                         m_exact(*m_course.straight * (*day + 1) / static_cast<double>(days()))});
    if (m_course.limit)
        lines.push_back({tokens.bad, tr("Budget"), m_exact(*m_course.limit)});
    m_hover->setContent(QLocale().toString(dateOf(m_course.month, *day), u"ddd d MMM"_s), std::move(lines),
                        m_course.currency);
    const int x = static_cast<int>(xOf(*day + 1));
    const int left = x + 14 + m_hover->width() > width() ? x - 14 - m_hover->width() : x + 14;
    m_hover->move(std::max(0, left), LegendRoom);
    m_hover->show();
}

void ForecastChart::mouseMoveEvent(QMouseEvent* event)
{
    if (!plot().contains(event->position()))
        return showDay(std::nullopt);
    const double share = (event->position().x() - plot().left()) / plot().width();
    showDay(static_cast<int>(std::floor(share * days())));
}

void ForecastChart::leaveEvent(QEvent* /*event*/)
{
    showDay(std::nullopt);
}

void ForecastChart::keyPressEvent(QKeyEvent* event)
{
    const int today = static_cast<int>(m_course.spent.size());
    switch (event->key()) {
    case Qt::Key_Left:
        return showDay(m_day ? *m_day - 1 : today - 1);
    case Qt::Key_Right:
        return showDay(m_day ? *m_day + 1 : today);
    case Qt::Key_Home:
        return showDay(0);
    case Qt::Key_End:
        return showDay(days() - 1);
    default:
        QWidget::keyPressEvent(event);
    }
}

void ForecastChart::focusOutEvent(QFocusEvent* event)
{
    showDay(std::nullopt);
    QWidget::focusOutEvent(event);
}

void ForecastChart::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    scale();
}

} // namespace gatehouse::ui
