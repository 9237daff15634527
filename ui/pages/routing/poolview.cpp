// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/routing/poolview.h"

#include "ui/models/format.h"
#include "ui/theme/theme.h"
#include "ui/widgets/statebadge.h"

#include <QtGui/QHelpEvent>
#include <QtGui/QKeyEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QToolTip>

#include <algorithm>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int LegendHeight = 20;
constexpr int HeadingHeight = 30;
constexpr int MemberHeight = 38;
constexpr int PoolGap = 8;
constexpr int PriorityWidth = 100;
constexpr int StateWidth = 104;
constexpr int NameWidth = 190;
constexpr int WeightWidth = 76;
constexpr int FigureWidth = 64;
constexpr double BarHeight = 8;

StateLook lookOf(const MemberPicture& member, const Tokens& tokens)
{
    if (member.drained)
        return {u"▼"_s, PoolView::tr("Drained"), tokens.warn};
    if (!member.exists)
        return {u"▲"_s, PoolView::tr("Missing"), tokens.bad};
    return ui::lookOf(member.circuit, tokens);
}

} // namespace

PoolView::PoolView(const Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
{
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Minimum);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void PoolView::setPools(std::vector<PoolPicture> pools)
{
    m_pools = std::move(pools);
    lay();
    const MemberPicture* const still = selected();
    if (still == nullptr) {
        m_pool.clear();
        m_backend.clear();
        for (const Line& line : m_lines) {
            if (line.member < 0)
                continue;
            m_pool = m_pools[line.pool].name;
            m_backend = m_pools[line.pool].members[static_cast<std::size_t>(line.member)].backend;
            break;
        }
    }
    QString all;
    for (const PoolPicture& pool : m_pools) {
        for (const MemberPicture& member : pool.members)
            all += describe(pool, member) + u" "_s;
    }
    setAccessibleDescription(all.left(4000));
    updateGeometry();
    update();
    Q_EMIT selectionChanged();
}

void PoolView::lay()
{
    m_lines.clear();
    int y = LegendHeight;
    for (std::size_t i = 0; i < m_pools.size(); ++i) {
        m_lines.push_back({i, -1, QRect(0, y, width(), HeadingHeight)});
        y += HeadingHeight;
        for (std::size_t k = 0; k < m_pools[i].members.size(); ++k) {
            m_lines.push_back({i, static_cast<int>(k), QRect(0, y, width(), MemberHeight)});
            y += MemberHeight;
        }
        y += PoolGap;
    }
}

QSize PoolView::sizeHint() const
{
    int height = LegendHeight;
    for (const PoolPicture& pool : m_pools)
        height += HeadingHeight + PoolGap + MemberHeight * static_cast<int>(pool.members.size());
    return {860, height};
}

QSize PoolView::minimumSizeHint() const
{
    return {560, sizeHint().height()};
}

const MemberPicture* PoolView::selected() const
{
    for (const PoolPicture& pool : m_pools) {
        for (const MemberPicture& member : pool.members) {
            if (pool.name == m_pool && member.backend == m_backend)
                return &member;
        }
    }
    return nullptr;
}

const PoolPicture* PoolView::selectedPool() const
{
    const auto found = std::ranges::find(m_pools, m_pool, &PoolPicture::name);
    return found == m_pools.end() || found->name.empty() ? nullptr : &*found;
}

void PoolView::select(const std::string& pool, const std::string& backend)
{
    m_pool = pool;
    m_backend = backend;
    tellSelection();
}

void PoolView::selectLine(const Line& line)
{
    if (line.member >= 0)
        select(m_pools[line.pool].name,
               m_pools[line.pool].members[static_cast<std::size_t>(line.member)].backend);
}

void PoolView::tellSelection()
{
    const MemberPicture* const member = selected();
    const PoolPicture* const pool = selectedPool();
    if (member != nullptr)
        setAccessibleName(
            tr("Pools and endpoints, selected: %1").arg(describe(pool ? *pool : PoolPicture{}, *member)));
    update();
    Q_EMIT selectionChanged();
}

const PoolView::Line* PoolView::lineAt(QPoint position) const
{
    const auto found =
        std::ranges::find_if(m_lines, [&](const Line& line) { return line.area.contains(position); });
    return found == m_lines.end() ? nullptr : &*found;
}

QString PoolView::describe(const PoolPicture& pool, const MemberPicture& member) const
{
    const StateLook look = lookOf(member, m_theme.tokens());
    QString text = fromText(member.backend);
    if (!member.region.empty())
        text += u", "_s + fromText(member.region);
    text += u": "_s + look.word;
    if (!member.drained && !member.circuit.reason.empty())
        text += u" ("_s + fromText(member.circuit.reason) + u')';
    if (!pool.name.empty())
        text += (member.drained ? tr(", had priority %1 and weight %2 in %3")
                                : tr(", priority %1, weight %2 in %3"))
                    .arg(member.priority)
                    .arg(member.weight)
                    .arg(fromText(pool.name));
    if (!member.drained && !pool.name.empty())
        text += tr(", %1 of its calls expected").arg(formatShare(member.share.expected));
    text += tr(", %1 attempts seen").arg(formatExact(member.share.attempts));
    if (member.share.seen)
        text += u" ("_s + formatShare(member.share.seen) + u')';
    return text + u". "_s + fromText(member.breaker) + u'.';
}

void PoolView::paintEvent(QPaintEvent* /*event*/)
{
    lay();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    paintLegend(painter);
    for (const Line& line : m_lines) {
        if (line.member < 0)
            paintHeading(painter, m_pools[line.pool], line.area);
        else
            paintMember(painter, line);
    }
}

void PoolView::paintLegend(QPainter& painter) const
{
    const Tokens& tokens = m_theme.tokens();
    painter.setFont(m_theme.font(Theme::Type::Caption));
    const QFontMetrics metrics(painter.font());
    const QString expected = tr("expected now");
    const QString seen = tr("seen in the range");
    double x = width() - metric::Space2 - metrics.horizontalAdvance(seen);
    const auto entry = [&](const QString& text, bool filled) {
        painter.setPen(tokens.muted);
        painter.drawText(QRectF(x, 0, metrics.horizontalAdvance(text) + 2, LegendHeight),
                         Qt::AlignLeft | Qt::AlignVCenter, text);
        const QRectF box(x - 24, LegendHeight / 2.0 - BarHeight / 2, 18, BarHeight);
        painter.setPen(QPen(tokens.accent, 1));
        painter.setBrush(filled ? tokens.accent : tokens.accentSoft);
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2);
    };
    entry(seen, true);
    x -= 24 + metric::Space4 + metrics.horizontalAdvance(expected);
    entry(expected, false);
}

void PoolView::paintHeading(QPainter& painter, const PoolPicture& pool, const QRect& area) const
{
    const Tokens& tokens = m_theme.tokens();
    const QString name = pool.name.empty() ? tr("In no pool") : fromText(pool.name);
    painter.setFont(m_theme.font(Theme::Type::Strong));
    painter.setPen(tokens.text);
    const int nameWidth = QFontMetrics(painter.font()).horizontalAdvance(name);
    painter.drawText(area.adjusted(metric::Space2, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, name);
    QStringList users;
    for (const std::string& user : pool.usedBy)
        users.append(fromText(user));
    QString text = fromText(pool.title);
    if (!pool.name.empty()) {
        const QString served = users.isEmpty() ? tr("nothing sends to it")
                                               : tr("gets what comes from %1").arg(users.join(u", "_s));
        text += (text.isEmpty() ? QString() : u" · "_s) + served;
    }
    painter.setFont(m_theme.font(Theme::Type::Caption));
    painter.setPen(tokens.muted);
    const QRect rest = area.adjusted(metric::Space2 + nameWidth + metric::Space3, 1, -metric::Space2, 0);
    painter.drawText(rest, Qt::AlignLeft | Qt::AlignVCenter,
                     QFontMetrics(painter.font()).elidedText(text, Qt::ElideRight, rest.width()));
}

void PoolView::paintMember(QPainter& painter, const Line& line) const
{
    const Tokens& tokens = m_theme.tokens();
    const PoolPicture& pool = m_pools[line.pool];
    const auto index = static_cast<std::size_t>(line.member);
    const MemberPicture& member = pool.members[index];
    const QRect area = line.area;
    const bool chosen = pool.name == m_pool && member.backend == m_backend;
    if (chosen) {
        painter.setPen(hasFocus() ? QPen(tokens.accent, 1) : QPen(Qt::NoPen));
        painter.setBrush(tokens.accentSoft);
        painter.drawRoundedRect(QRectF(area).adjusted(0.5, 1.5, -0.5, -1.5), metric::Radius, metric::Radius);
    }
    const auto text = [&](int x, int room, const QString& what, const QColor& color, Theme::Type type) {
        painter.setFont(m_theme.font(type));
        painter.setPen(color);
        painter.drawText(QRect(x, area.top(), room, area.height()), Qt::AlignLeft | Qt::AlignVCenter,
                         QFontMetrics(painter.font()).elidedText(what, Qt::ElideRight, room - 6));
    };
    const bool first =
        index == 0 || pool.members[index - 1].priority != member.priority || pool.members[index - 1].drained;
    int x = metric::Space2;
    if (member.drained)
        text(x, PriorityWidth, tr("Was priority %1").arg(member.priority), tokens.muted,
             Theme::Type::Caption);
    else if (first && !pool.name.empty())
        text(x, PriorityWidth, tr("Priority %1").arg(member.priority), tokens.muted, Theme::Type::Caption);
    if (!pool.name.empty() && !member.drained) {
        painter.setPen(QPen(tokens.lineStrong, 2));
        const double bar = x + PriorityWidth - 10;
        painter.drawLine(QPointF(bar, area.top() + (first ? 7 : 0)), QPointF(bar, area.bottom() - 6));
    }
    x += PriorityWidth;
    const StateLook look = lookOf(member, tokens);
    text(x, StateWidth, look.text(), look.color, Theme::Type::Strong);
    x += StateWidth;
    const QColor ink = member.drained ? tokens.muted : tokens.text;
    const QRect whole = area;
    const QString region = member.region.empty() ? fromText(member.backend) : fromText(member.region);
    painter.setFont(m_theme.font(Theme::Type::Strong));
    painter.setPen(ink);
    painter.drawText(QRect(x, whole.top() + 2, NameWidth - 8, whole.height() / 2),
                     Qt::AlignLeft | Qt::AlignVCenter,
                     QFontMetrics(painter.font()).elidedText(region, Qt::ElideRight, NameWidth - 8));
    painter.setFont(m_theme.font(Theme::Type::Caption));
    painter.setPen(tokens.muted);
    painter.drawText(
        QRect(x, whole.center().y() - 1, NameWidth - 8, whole.height() / 2), Qt::AlignLeft | Qt::AlignVCenter,
        QFontMetrics(painter.font()).elidedText(fromText(member.backend), Qt::ElideMiddle, NameWidth - 8));
    x += NameWidth;
    if (!pool.name.empty())
        text(x, WeightWidth, tr("Weight %1").arg(member.weight), tokens.muted, Theme::Type::Caption);
    x += WeightWidth;
    paintShares(painter, member, QRect(x, area.top(), area.right() - metric::Space2 - x, area.height()));
}

void PoolView::paintShares(QPainter& painter, const MemberPicture& member, const QRect& area) const
{
    const Tokens& tokens = m_theme.tokens();
    painter.setFont(m_theme.font(Theme::Type::Caption));
    const int room = std::max(24, area.width() - FigureWidth);
    const auto bar = [&](double top, std::optional<double> share, bool filled) {
        const QRectF track(area.left(), top, room, BarHeight);
        painter.setPen(Qt::NoPen);
        painter.setBrush(tokens.line);
        painter.drawRoundedRect(track.adjusted(0, BarHeight / 2 - 1, 0, -(BarHeight / 2 - 1)), 1, 1);
        if (share && *share > 0) {
            // A small share is still seen.
            const QRectF part(track.left(), track.top(), std::max(3.0, room * *share), BarHeight);
            painter.setPen(QPen(tokens.accent, 1));
            painter.setBrush(filled ? tokens.accent : tokens.accentSoft);
            painter.drawRoundedRect(part.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2);
        }
        painter.setPen(filled ? tokens.text : tokens.muted);
        painter.drawText(QRectF(area.left() + room, top - 4, FigureWidth, BarHeight + 8),
                         Qt::AlignRight | Qt::AlignVCenter, formatShare(share));
    };
    const double middle = area.center().y() + 0.5;
    const std::optional<double> expected =
        member.drained ? std::optional(0.0) : std::optional(member.share.expected);
    bar(middle - BarHeight - 2, expected, false);
    bar(middle + 3, member.share.seen, true);
}

void PoolView::mousePressEvent(QMouseEvent* event)
{
    if (const Line* const line = lineAt(event->pos()))
        selectLine(*line);
}

void PoolView::mouseDoubleClickEvent(QMouseEvent* event)
{
    const Line* const line = lineAt(event->pos());
    if (line != nullptr && line->member >= 0)
        Q_EMIT activated();
}

void PoolView::contextMenuEvent(QContextMenuEvent* event)
{
    if (const Line* const line = lineAt(event->pos()))
        selectLine(*line);
    if (selected() != nullptr)
        Q_EMIT menuRequested(event->globalPos());
}

void PoolView::keyPressEvent(QKeyEvent* event)
{
    const bool down = event->key() == Qt::Key_Down;
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        if (selected() != nullptr)
            Q_EMIT activated();
        return;
    }
    if (!down && event->key() != Qt::Key_Up) {
        QWidget::keyPressEvent(event);
        return;
    }
    std::vector<const Line*> members;
    int current = -1;
    for (const Line& line : m_lines) {
        if (line.member < 0)
            continue;
        const PoolPicture& pool = m_pools[line.pool];
        if (pool.name == m_pool && pool.members[static_cast<std::size_t>(line.member)].backend == m_backend)
            current = static_cast<int>(members.size());
        members.push_back(&line);
    }
    const int next = std::clamp(current + (down ? 1 : -1), 0, static_cast<int>(members.size()) - 1);
    if (!members.empty())
        selectLine(*members[static_cast<std::size_t>(next)]);
}

void PoolView::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    update();
}

void PoolView::focusOutEvent(QFocusEvent* event)
{
    QWidget::focusOutEvent(event);
    update();
}

bool PoolView::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto* const help = static_cast<QHelpEvent*>(event);
        const Line* const line = lineAt(help->pos());
        QString text;
        if (line != nullptr && line->member >= 0)
            text = describe(m_pools[line->pool],
                            m_pools[line->pool].members[static_cast<std::size_t>(line->member)]);
        QToolTip::showText(help->globalPos(), plainToolTip(text), this);
        return true;
    }
    return QWidget::event(event);
}

} // namespace gatehouse::ui
