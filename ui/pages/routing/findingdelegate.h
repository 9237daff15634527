// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QStyledItemDelegate>

namespace gatehouse::ui {

class Theme;

/// One finding (findingrecords.h) in full: its severity, the sentence over as many lines as it needs, and
/// below what mends it. Rows grow with the text, so the view must not take them for uniform.
class FindingDelegate : public QStyledItemDelegate
{
    Q_OBJECT
public:
    FindingDelegate(const Theme& theme, QObject* parent);

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    const Theme& m_theme;
};

} // namespace gatehouse::ui
