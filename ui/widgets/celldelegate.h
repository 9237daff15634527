// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QStyledItemDelegate>

#include <functional>

class QAbstractItemView;

namespace gatehouse::ui {

class Theme;

/// Paints a cell of a table: swatch, elided text, a hairline below; the row under the pointer stands out.
class CellDelegate : public QStyledItemDelegate
{
    Q_OBJECT
public:
    /// hoveredRow: the row under the pointer, -1 none.
    CellDelegate(const Theme& theme, QAbstractItemView& view, std::function<int()> hoveredRow);

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;

private:
    const Theme& m_theme;
    QAbstractItemView& m_view;
    std::function<int()> m_hoveredRow;
};

} // namespace gatehouse::ui
