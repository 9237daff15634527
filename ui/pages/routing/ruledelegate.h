// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QStyledItemDelegate>

namespace gatehouse::ui {

class Theme;

/// A rule in two lines: place, switch, name and where it sends; below, when it matches and how often it did.
class RuleDelegate : public QStyledItemDelegate
{
    Q_OBJECT
public:
    RuleDelegate(const Theme& theme, QObject* parent);

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    bool editorEvent(QEvent* event, QAbstractItemModel* model, const QStyleOptionViewItem& option,
                     const QModelIndex& index) override;

private:
    [[nodiscard]] static QRect switchArea(const QRect& row);

    const Theme& m_theme;
};

} // namespace gatehouse::ui
