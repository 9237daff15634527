// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/sparkline.h"

#include "ui/theme/theme.h"

#include <QtGui/QPainter>
#include <QtGui/QPainterPath>

#include <cmath>

namespace gatehouse::ui {

Sparkline::Sparkline(const Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void Sparkline::setValues(std::vector<double> values)
{
    if (values == m_values)
        return;
    m_values = std::move(values);
    update();
}

void Sparkline::paintEvent(QPaintEvent* /*event*/)
{
    double top = 0;
    for (const double value : m_values) {
        if (std::isfinite(value))
            top = std::max(top, value);
    }
    if (m_values.size() < 2 || top <= 0)
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF area = QRectF(rect()).adjusted(1, 2, -1, -1);
    const double step = area.width() / static_cast<double>(m_values.size() - 1);
    const auto place = [&](std::size_t index) {
        return QPointF(area.left() + step * static_cast<double>(index),
                       area.bottom() - m_values[index] / top * area.height());
    };
    QColor fill = m_theme.tokens().accent;
    fill.setAlphaF(m_theme.tokens().dark ? 0.20F : 0.12F);
    for (std::size_t start = 0; start < m_values.size();) {
        if (!std::isfinite(m_values[start])) {
            ++start;
            continue;
        }
        QPainterPath line(place(start));
        std::size_t end = start + 1;
        for (; end < m_values.size() && std::isfinite(m_values[end]); ++end)
            line.lineTo(place(end));
        QPainterPath under = line;
        under.lineTo(place(end - 1).x(), area.bottom());
        under.lineTo(place(start).x(), area.bottom());
        under.closeSubpath();
        painter.fillPath(under, fill);
        painter.strokePath(line,
                           QPen(m_theme.tokens().accent, 1.5, Qt::SolidLine, Qt::FlatCap, Qt::RoundJoin));
        start = end;
    }
}

} // namespace gatehouse::ui
