// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/routing/findingdelegate.h"

#include "ui/theme/theme.h"

#include <QtGui/QPainter>
#include <QtWidgets/QAbstractItemView>

namespace gatehouse::ui {

namespace {

constexpr int SeverityWidth = 92;
constexpr int Wrap = Qt::TextWordWrap | Qt::AlignLeft | Qt::AlignTop;

QString textOf(const QModelIndex& index, int column)
{
    return index.siblingAtColumn(column).data().toString();
}

} // namespace

FindingDelegate::FindingDelegate(const Theme& theme, QObject* parent)
    : QStyledItemDelegate(parent)
    , m_theme(theme)
{}

QSize FindingDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const auto* const view = qobject_cast<const QAbstractItemView*>(option.widget);
    const int width = view != nullptr ? view->viewport()->width() : 400;
    const QRect room(0, 0, std::max(120, width - SeverityWidth - 2 * metric::Space4), 1'000);
    const int sentence =
        QFontMetrics(m_theme.font(Theme::Type::Body)).boundingRect(room, Wrap, textOf(index, 1)).height();
    const int mend =
        QFontMetrics(m_theme.font(Theme::Type::Caption)).boundingRect(room, Wrap, textOf(index, 2)).height();
    return {width, sentence + 2 + mend + 2 * metric::Space2};
}

void FindingDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                            const QModelIndex& index) const
{
    const Tokens& tokens = m_theme.tokens();
    painter->save();
    if (option.state.testFlag(QStyle::State_Selected))
        painter->fillRect(option.rect, tokens.accentSoft);
    else if (option.state.testFlag(QStyle::State_MouseOver))
        painter->fillRect(option.rect, tokens.hover);
    painter->setPen(tokens.line);
    painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
    const QRect inner =
        option.rect.adjusted(metric::Space4, metric::Space2, -metric::Space4, -metric::Space2);
    painter->setFont(m_theme.font(Theme::Type::Strong));
    painter->setPen(index.siblingAtColumn(0).data(Qt::ForegroundRole).value<QBrush>().color());
    painter->drawText(inner, Qt::AlignLeft | Qt::AlignTop, textOf(index, 0));
    const QRect room = inner.adjusted(SeverityWidth, 0, 0, 0);
    QRect used;
    painter->setFont(m_theme.font(Theme::Type::Body));
    painter->setPen(tokens.text);
    painter->drawText(room, Wrap, textOf(index, 1), &used);
    painter->setFont(m_theme.font(Theme::Type::Caption));
    painter->setPen(tokens.muted);
    painter->drawText(room.adjusted(0, used.height() + 2, 0, 0), Wrap, textOf(index, 2));
    painter->restore();
}

} // namespace gatehouse::ui
