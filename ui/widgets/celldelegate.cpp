// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/celldelegate.h"

#include "ui/models/recordmodel.h"
#include "ui/theme/theme.h"

#include <QtGui/QPainter>
#include <QtWidgets/QAbstractItemView>

namespace gatehouse::ui {

CellDelegate::CellDelegate(const Theme& theme, QAbstractItemView& view, std::function<int()> hoveredRow)
    : QStyledItemDelegate(&view)
    , m_theme(theme)
    , m_view(view)
    , m_hoveredRow(std::move(hoveredRow))
{}

void CellDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                         const QModelIndex& index) const
{
    constexpr int Swatch = 10;
    const Tokens& tokens = m_theme.tokens();
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    painter->save();
    if (selected)
        painter->fillRect(option.rect, tokens.accentSoft);
    else if (index.row() == m_hoveredRow())
        painter->fillRect(option.rect, tokens.hover);
    painter->setPen(QPen(tokens.line, 1));
    painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());

    QRect text = option.rect.adjusted(metric::Space3, 0, -metric::Space3, 0);
    const QVariant swatch = index.data(RecordModel::SwatchRole);
    if (swatch.isValid()) {
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(Qt::NoPen);
        painter->setBrush(swatch.value<QColor>());
        painter->drawRoundedRect(QRectF(text.left(), text.center().y() - Swatch / 2.0 + 0.5, Swatch, Swatch),
                                 2.5, 2.5);
        text.setLeft(text.left() + Swatch + metric::Space2);
    }
    const QVariant color = index.data(Qt::ForegroundRole);
    painter->setPen(color.isValid() ? color.value<QColor>() : tokens.text);
    painter->setFont(option.font);
    const auto alignment = index.data(Qt::TextAlignmentRole).value<Qt::Alignment>();
    const QString shown =
        option.fontMetrics.elidedText(index.data(Qt::DisplayRole).toString(), Qt::ElideMiddle, text.width());
    painter->drawText(text, static_cast<int>(alignment), shown);
    if (option.state.testFlag(QStyle::State_HasFocus) && m_view.hasFocus()) {
        painter->setPen(QPen(tokens.accent, 1));
        painter->setBrush(Qt::NoBrush);
        painter->drawRect(option.rect.adjusted(0, 0, -1, -1));
    }
    painter->restore();
}

} // namespace gatehouse::ui
