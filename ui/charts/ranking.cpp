// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/ranking.h"

#include "ui/models/format.h"
#include "ui/theme/theme.h"

#include <QtGui/QHelpEvent>
#include <QtGui/QMouseEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QToolTip>

#include <algorithm>

namespace gatehouse::ui {

namespace {

constexpr int Heading = 24;
constexpr int RankingRowHeight = 30;
constexpr int Swatch = 10;
constexpr int BarSize = 3;

} // namespace

Ranking::Ranking(const Theme& theme, const QString& valueTitle, QWidget* parent)
    : QAbstractScrollArea(parent)
    , m_theme(theme)
    , m_valueTitle(valueTitle)
{
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    viewport()->setMouseTracking(true);
    viewport()->setAutoFillBackground(false);
    connect(&theme, &Theme::changed, viewport(), qOverload<>(&QWidget::update));
}

void Ranking::setRows(std::vector<Row> rows)
{
    m_rows = std::move(rows);
    sortRows();
    if (m_current && *m_current >= m_rows.size())
        m_current.reset();
    updateScrollBar();
    viewport()->update();
}

void Ranking::setValueTitle(const QString& title)
{
    m_valueTitle = title;
    viewport()->update();
}

void Ranking::setOrder(Order order, bool descending)
{
    m_order = order;
    m_descending = descending;
    sortRows();
    viewport()->update();
}

void Ranking::sortRows()
{
    // "Other" is not a name among names.
    std::stable_sort(m_rows.begin(), m_rows.end(), [this](const Row& a, const Row& b) {
        if (a.other != b.other)
            return b.other;
        if (m_order == Order::ByName) {
            const int order = QString::localeAwareCompare(a.name.toCaseFolded(), b.name.toCaseFolded());
            return m_descending ? order > 0 : order < 0;
        }
        return m_descending ? a.value > b.value : a.value < b.value;
    });
}

void Ranking::updateScrollBar()
{
    const int whole = Heading + RankingRowHeight * static_cast<int>(m_rows.size());
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setSingleStep(RankingRowHeight);
    verticalScrollBar()->setRange(0, std::max(0, whole - viewport()->height()));
}

std::optional<std::size_t> Ranking::rowAt(int y) const
{
    const int place = y - Heading + verticalScrollBar()->value();
    if (y < Heading || place < 0)
        return std::nullopt;
    const auto index = static_cast<std::size_t>(place / RankingRowHeight);
    return index < m_rows.size() ? std::optional(index) : std::nullopt;
}

void Ranking::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(viewport());
    painter.setRenderHint(QPainter::Antialiasing);
    double largest = 0;
    for (const Row& row : m_rows)
        largest = std::max(largest, row.value);
    painter.setClipRect(QRect(0, Heading, viewport()->width(), viewport()->height() - Heading));
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        const QRect area(0, Heading + RankingRowHeight * static_cast<int>(i) - verticalScrollBar()->value(),
                         viewport()->width(), RankingRowHeight);
        if (area.bottom() >= Heading && area.top() < viewport()->height())
            paintRow(painter, m_rows[i], area, m_hovered == i || (hasFocus() && m_current == i), largest);
    }
    painter.setClipping(false);
    paintHeading(painter);
}

void Ranking::paintHeading(QPainter& painter) const
{
    const Tokens& tokens = m_theme.tokens();
    painter.setFont(m_theme.font(Theme::Type::CaptionStrong));
    const QRect area(metric::Space2, 0, viewport()->width() - metric::Space4, Heading);
    const QString mark = m_descending ? QStringLiteral(" ↓") : QStringLiteral(" ↑");
    painter.setPen(m_order == Order::ByName ? tokens.text : tokens.muted);
    painter.drawText(area, Qt::AlignLeft | Qt::AlignVCenter,
                     tr("Name") + (m_order == Order::ByName ? mark : QString()));
    painter.setPen(m_order == Order::ByValue ? tokens.text : tokens.muted);
    painter.drawText(area, Qt::AlignRight | Qt::AlignVCenter,
                     m_valueTitle + (m_order == Order::ByValue ? mark : QString()));
}

void Ranking::paintRow(QPainter& painter, const Row& row, const QRect& area, bool underPointer,
                       double largest) const
{
    const Tokens& tokens = m_theme.tokens();
    if (underPointer || row.selected) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(row.selected ? tokens.accentSoft : tokens.hover);
        painter.drawRoundedRect(area.adjusted(0, 1, 0, -1), metric::Radius - 2, metric::Radius - 2);
    }
    const QRect inner = area.adjusted(metric::Space2, 0, -metric::Space2, 0);
    const int middle = inner.center().y() - 1;
    painter.setPen(row.hatched ? QPen(row.color, 1.5, Qt::DotLine) : QPen(Qt::NoPen));
    painter.setBrush(row.hatched ? QBrush(row.color, Qt::BDiagPattern) : QBrush(row.color));
    painter.drawRoundedRect(QRectF(inner.left(), middle - Swatch / 2.0, Swatch, Swatch), 2.5, 2.5);

    const QFont body = m_theme.font(Theme::Type::Body);
    const QFont caption = m_theme.font(Theme::Type::Caption);
    const int figureWidth = QFontMetrics(body).horizontalAdvance(row.text);
    const QRect line(inner.left(), inner.top(), inner.width(), RankingRowHeight - BarSize - 2);
    painter.setFont(body);
    painter.setPen(tokens.text);
    painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, row.text);

    const int nameLeft = Swatch + metric::Space2;
    int room = line.width() - nameLeft - figureWidth - metric::Space3;
    const int noteWidth =
        row.note.isEmpty() ? 0 : QFontMetrics(caption).horizontalAdvance(row.note) + metric::Space2;
    const int nameWidth = QFontMetrics(body).horizontalAdvance(row.name);
    const bool noteFits = noteWidth > 0 && nameWidth + noteWidth <= room;
    room -= noteFits ? noteWidth : 0;
    const QString name = QFontMetrics(body).elidedText(row.name, Qt::ElideMiddle, room);
    painter.drawText(line.adjusted(nameLeft, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, name);
    if (noteFits) {
        painter.setFont(caption);
        painter.setPen(tokens.muted);
        painter.drawText(line.adjusted(nameLeft + nameWidth + metric::Space2, 1, 0, 1),
                         Qt::AlignLeft | Qt::AlignVCenter, row.note);
    }
    if (largest > 0) {
        const QRectF track(inner.left() + nameLeft, inner.bottom() - BarSize - 1, inner.width() - nameLeft,
                           BarSize);
        painter.setPen(Qt::NoPen);
        painter.setBrush(tokens.line);
        painter.drawRoundedRect(track, 1.5, 1.5);
        painter.setBrush(row.color);
        painter.drawRoundedRect(
            QRectF(track.topLeft(), QSizeF(std::max(2.0, track.width() * row.value / largest), BarSize)), 1.5,
            1.5);
    }
}

void Ranking::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return;
    if (event->position().y() < Heading) {
        const Order order =
            event->position().x() < viewport()->width() / 2.0 ? Order::ByName : Order::ByValue;
        setOrder(order, order == m_order ? !m_descending : order == Order::ByValue);
        return;
    }
    if (const auto row = rowAt(static_cast<int>(event->position().y()))) {
        m_current = row;
        const QString key = m_rows[*row].key; // the receiver may replace the rows
        if (!m_rows[*row].other)
            Q_EMIT activated(key);
    }
}

void Ranking::mouseMoveEvent(QMouseEvent* event)
{
    const auto row = rowAt(static_cast<int>(event->position().y()));
    if (row == m_hovered)
        return;
    m_hovered = row;
    viewport()->update();
    Q_EMIT hovered(row ? m_rows[*row].key : QString(), row.has_value());
}

void Ranking::leaveEvent(QEvent* event)
{
    QAbstractScrollArea::leaveEvent(event);
    if (!m_hovered)
        return;
    m_hovered.reset();
    viewport()->update();
    Q_EMIT hovered(QString(), false);
}

void Ranking::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    updateScrollBar();
}

void Ranking::keyPressEvent(QKeyEvent* event)
{
    if (m_rows.empty())
        return;
    const std::size_t last = m_rows.size() - 1;
    switch (event->key()) {
    case Qt::Key_Down:
        m_current = m_current ? std::min(*m_current + 1, last) : 0;
        break;
    case Qt::Key_Up:
        m_current = m_current && *m_current > 0 ? *m_current - 1 : 0;
        break;
    case Qt::Key_Home:
        m_current = 0;
        break;
    case Qt::Key_End:
        m_current = last;
        break;
    case Qt::Key_Space:
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_current && !m_rows[*m_current].other)
            Q_EMIT activated(QString(m_rows[*m_current].key));
        return;
    default:
        QAbstractScrollArea::keyPressEvent(event);
        return;
    }
    const int top = RankingRowHeight * static_cast<int>(*m_current);
    const int room = viewport()->height() - Heading;
    verticalScrollBar()->setValue(
        std::clamp(verticalScrollBar()->value(), top + RankingRowHeight - room, top));
    viewport()->update();
}

bool Ranking::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto* const help = static_cast<QHelpEvent*>(event);
        const auto row = rowAt(help->pos().y());
        QToolTip::showText(help->globalPos(),
                           row ? plainToolTip(m_rows[*row].name + QStringLiteral(": ") + m_rows[*row].exact)
                               : QString(),
                           viewport());
        return true;
    }
    return QAbstractScrollArea::viewportEvent(event);
}

} // namespace gatehouse::ui
