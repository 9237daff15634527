// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/hovercard.h"

#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"

#include <QtGui/QPainter>

namespace gatehouse::ui {

namespace {

constexpr int LineHeight = 20;
constexpr int Swatch = 8;
constexpr int Widest = 340;

} // namespace

HoverCard::HoverCard(const Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
{
    nameWidget(this, QStringLiteral("hoverCard"), tr("Values at the pointer"));
    setAttribute(Qt::WA_TransparentForMouseEvents);
    hide();
}

void HoverCard::setContent(const QString& title, std::vector<Line> lines, const QString& total)
{
    m_title = title;
    m_lines = std::move(lines);
    m_total = total;
    QString text = title;
    for (const Line& line : m_lines)
        text += QStringLiteral("; ") + line.name + QStringLiteral(": ") + line.value;
    setAccessibleName(text);
    resize(sizeHint());
    update();
}

QSize HoverCard::sizeHint() const
{
    const QFontMetrics metrics(m_theme.font(Theme::Type::Caption));
    const QFontMetrics strong(m_theme.font(Theme::Type::CaptionStrong));
    int width = strong.horizontalAdvance(m_title) + metrics.horizontalAdvance(m_total) + metric::Space6;
    for (const Line& line : m_lines) {
        width = std::max(width, Swatch + metric::Space2 + metrics.horizontalAdvance(line.name) +
                                    metric::Space6 + strong.horizontalAdvance(line.value));
    }
    const int height = metric::Space2 * 2 + LineHeight * (1 + static_cast<int>(m_lines.size()));
    return {std::min(width + 2 * metric::Space3, Widest), height};
}

void HoverCard::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Tokens& tokens = m_theme.tokens();
    painter.setPen(QPen(tokens.lineStrong, 1));
    painter.setBrush(tokens.raised);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), metric::Radius, metric::Radius);

    const QFont caption = m_theme.font(Theme::Type::Caption);
    const QFont strong = m_theme.font(Theme::Type::CaptionStrong);
    const QFontMetrics strongMetrics(strong);
    QRect line(metric::Space3, metric::Space2, width() - 2 * metric::Space3, LineHeight);
    painter.setFont(strong);
    painter.setPen(tokens.text);
    painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, m_title);
    painter.setFont(caption);
    painter.setPen(tokens.muted);
    painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, m_total);
    for (const Line& entry : m_lines) {
        line.translate(0, LineHeight);
        painter.setPen(Qt::NoPen);
        painter.setBrush(entry.color);
        painter.drawRoundedRect(QRectF(line.left(), line.center().y() - Swatch / 2.0 + 1, Swatch, Swatch), 2,
                                2);
        painter.setPen(tokens.text);
        painter.setFont(strong);
        painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, entry.value);
        const int room =
            line.width() - Swatch - metric::Space4 - strongMetrics.horizontalAdvance(entry.value);
        painter.setFont(caption);
        painter.setPen(tokens.muted);
        painter.drawText(line.adjusted(Swatch + metric::Space2, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter,
                         QFontMetrics(caption).elidedText(entry.name, Qt::ElideMiddle, room));
    }
}

} // namespace gatehouse::ui
