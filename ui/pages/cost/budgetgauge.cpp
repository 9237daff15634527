// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/cost/budgetgauge.h"

#include "ui/models/recordmodel.h"
#include "ui/theme/theme.h"

#include <QtGui/QPainter>
#include <QtWidgets/QAbstractItemView>

#include <algorithm>

namespace gatehouse::ui {

BudgetGauge::BudgetGauge(const Theme& theme, QAbstractItemView& view, int ends)
    : CellDelegate(theme, view, [] { return -1; })
    , m_theme(theme)
    , m_ends(ends)
{}

void BudgetGauge::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    CellDelegate::paint(painter, option, index);
    const QVariant raw = index.data(RecordModel::RawRole);
    if (!raw.isValid())
        return;
    constexpr int Height = 3;
    const Tokens& tokens = m_theme.tokens();
    const QRectF track(option.rect.left() + metric::Space3, option.rect.bottom() - Height - 2,
                       option.rect.width() - 2 * metric::Space3, Height);
    const double used = raw.toDouble();
    const QVariant ends = index.siblingAtColumn(m_ends).data(RecordModel::RawRole);
    // More than the budget still fits: the whole track is then what the month will have cost.
    const double whole = std::max({1.0, used, ends.toDouble()});
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    painter->setBrush(tokens.line);
    painter->drawRoundedRect(track, 1.5, 1.5);
    painter->setBrush(used > 1 ? tokens.bad : ends.toDouble() > 1 ? tokens.warn : tokens.accent);
    QRectF bar = track;
    bar.setWidth(used > 0 ? std::max(2.0, track.width() * used / whole) : 0);
    painter->drawRoundedRect(bar, 1.5, 1.5);
    painter->setBrush(tokens.text);
    if (ends.isValid())
        painter->drawRect(
            QRectF(track.left() + track.width() * ends.toDouble() / whole - 1, track.top() - 2, 2, 7));
    if (whole > 1) {
        painter->setBrush(tokens.bad);
        painter->drawRect(QRectF(track.left() + track.width() / whole - 0.5, track.top() - 3, 1, 8));
    }
    painter->restore();
}

} // namespace gatehouse::ui
