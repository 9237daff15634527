// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/quotas/quotadelegate.h"

#include "ui/pages/quotas/quotamodel.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"

#include <QtGui/QPainter>
#include <QtWidgets/QAbstractItemView>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLineEdit>

#include <algorithm>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

QuotaDelegate::QuotaDelegate(const Theme& theme, QAbstractItemView& view)
    : CellDelegate(theme, view, [] { return -1; })
    , m_theme(theme)
{}

void QuotaDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                          const QModelIndex& index) const
{
    CellDelegate::paint(painter, option, index);
    const QVariant value = index.data(QuotaModel::GaugeRole);
    const auto share = value.isValid() ? value.value<QuotaGauge>().share : std::nullopt;
    if (!share)
        return;
    constexpr int Height = 3;
    const Tokens& tokens = m_theme.tokens();
    const QRect track(option.rect.left() + metric::Space3, option.rect.bottom() - Height - 2,
                      option.rect.width() - 2 * metric::Space3, Height);
    const double full = std::clamp(*share, 0.0, 1.0);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    painter->setBrush(tokens.line);
    painter->drawRoundedRect(track, 1.5, 1.5);
    painter->setBrush(*share >= 1 ? tokens.bad : *share >= 0.8 ? tokens.warn : tokens.accent);
    QRect bar = track;
    bar.setWidth(*share > 0 ? std::max(2, static_cast<int>(track.width() * full)) : 0);
    painter->drawRoundedRect(bar, 1.5, 1.5);
    painter->restore();
}

QWidget* QuotaDelegate::createEditor(QWidget* parent, const QStyleOptionViewItem& /*option*/,
                                     const QModelIndex& index) const
{
    const auto field = QuotaModel::fieldOf(index.column());
    if (!field)
        return nullptr;
    if (*field == QuotaField::Period) {
        auto* const periods = new QComboBox(parent);
        nameWidget(periods, u"quotaPeriodEditor"_s, fieldName(*field));
        periods->addItems({u"Hourly"_s, u"Daily"_s, u"Weekly"_s, u"Monthly"_s, u"Yearly"_s});
        return periods;
    }
    auto* const line = new QLineEdit(parent);
    nameWidget(line, u"quotaEditor"_s, fieldName(*field));
    line->setFrame(false);
    return line;
}

void QuotaDelegate::setEditorData(QWidget* editor, const QModelIndex& index) const
{
    const QString text = index.data(Qt::EditRole).toString();
    if (auto* const periods = qobject_cast<QComboBox*>(editor))
        periods->setCurrentText(text.isEmpty() ? u"Daily"_s : text);
    else if (auto* const line = qobject_cast<QLineEdit*>(editor))
        line->setText(text);
}

void QuotaDelegate::setModelData(QWidget* editor, QAbstractItemModel* model, const QModelIndex& index) const
{
    if (const auto* const periods = qobject_cast<QComboBox*>(editor))
        model->setData(index, periods->currentText(), Qt::EditRole);
    else if (const auto* const line = qobject_cast<QLineEdit*>(editor))
        model->setData(index, line->text(), Qt::EditRole);
}

void QuotaDelegate::updateEditorGeometry(QWidget* editor, const QStyleOptionViewItem& option,
                                         const QModelIndex& /*index*/) const
{
    QRect room = option.rect;
    room.setWidth(std::max(room.width(), 110));
    editor->setGeometry(room);
}

} // namespace gatehouse::ui
