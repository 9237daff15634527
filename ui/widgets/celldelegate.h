// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QStyledItemDelegate>

namespace gatehouse::ui {

class TableView;
class Theme;

/// Paints a cell of a TableView: swatch, elided text, a hairline below; the row under the pointer stands out.
class CellDelegate : public QStyledItemDelegate
{
    Q_OBJECT
public:
    CellDelegate(const Theme& theme, TableView& view);

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;

private:
    const Theme& m_theme;
    TableView& m_view;
};

} // namespace gatehouse::ui
