// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/celldelegate.h"

namespace gatehouse::ui {

/// Paints how much of a budget is used as a bar below its figure, with a mark where the month will end.
/// The shares are the raw values of two columns of the row.
class BudgetGauge : public CellDelegate
{
    Q_OBJECT
public:
    /// ends: the column whose raw value is the share at the month's end.
    BudgetGauge(const Theme& theme, QAbstractItemView& view, int ends);

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;

private:
    const Theme& m_theme;
    int m_ends;
};

} // namespace gatehouse::ui
