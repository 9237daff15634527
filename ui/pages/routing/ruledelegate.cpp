// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/routing/ruledelegate.h"

#include "ui/pages/routing/rulemodel.h"
#include "ui/theme/theme.h"

#include <QtGui/QMouseEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QApplication>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int RowHeight = 48;
constexpr int NumberWidth = 26;
constexpr int SwitchWidth = 30;

} // namespace

RuleDelegate::RuleDelegate(const Theme& theme, QObject* parent)
    : QStyledItemDelegate(parent)
    , m_theme(theme)
{}

QSize RuleDelegate::sizeHint(const QStyleOptionViewItem& /*option*/, const QModelIndex& /*index*/) const
{
    return {200, RowHeight};
}

QRect RuleDelegate::switchArea(const QRect& row)
{
    return {row.left() + NumberWidth, row.top(), SwitchWidth, row.height()};
}

void RuleDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                         const QModelIndex& index) const
{
    const Tokens& tokens = m_theme.tokens();
    painter->save();
    const QRect area = option.rect;
    if (option.state.testFlag(QStyle::State_Selected))
        painter->fillRect(area, tokens.accentSoft);
    else if (option.state.testFlag(QStyle::State_MouseOver))
        painter->fillRect(area, tokens.hover);
    painter->setPen(tokens.line);
    painter->drawLine(area.bottomLeft(), area.bottomRight());
    const bool enabled = index.data(RuleModel::EnabledRole).toBool();
    const QString problem = index.data(RuleModel::ProblemRole).toString();
    const auto text = [&](QRect where, const QString& what, const QColor& color, Theme::Type type,
                          Qt::Alignment side, Qt::TextElideMode elide = Qt::ElideRight) {
        painter->setFont(m_theme.font(type));
        painter->setPen(color);
        painter->drawText(where, static_cast<int>(side | Qt::AlignVCenter),
                          QFontMetrics(painter->font()).elidedText(what, elide, where.width()));
    };
    text({area.left() + metric::Space2, area.top(), NumberWidth - metric::Space2, area.height()},
         QString::number(index.row() + 1), tokens.muted, Theme::Type::Caption, Qt::AlignLeft);
    QStyleOptionButton box;
    box.rect = QRect(0, 0, 18, 18);
    box.rect.moveCenter(switchArea(area).center());
    box.palette = option.palette;
    box.state =
        (enabled ? QStyle::State_On : QStyle::State_Off) |
        (index.flags().testFlag(Qt::ItemIsUserCheckable) ? QStyle::State_Enabled : QStyle::State_None);
    QApplication::style()->drawPrimitive(QStyle::PE_IndicatorCheckBox, &box, painter, option.widget);

    const int left = switchArea(area).right() + metric::Space2;
    const QRect upper(left, area.top() + 5, area.right() - metric::Space3 - left, area.height() / 2 - 4);
    const QRect lower(left, area.center().y(), upper.width(), area.height() / 2 - 4);
    const QString target = u"→ "_s + index.data(RuleModel::TargetRole).toString();
    painter->setFont(m_theme.font(Theme::Type::Body));
    const int targetWidth =
        std::min(upper.width() / 2, QFontMetrics(painter->font()).horizontalAdvance(target) + 2);
    const QColor ink = enabled ? tokens.text : tokens.muted;
    text(upper.adjusted(upper.width() - targetWidth, 0, 0, 0), target, ink, Theme::Type::Body,
         Qt::AlignRight);
    text(upper.adjusted(0, 0, -targetWidth - metric::Space2, 0), index.data().toString(), ink,
         Theme::Type::Strong, Qt::AlignLeft);
    const QString hits = enabled ? index.data(RuleModel::HitsRole).toString() : tr("– switched off");
    painter->setFont(m_theme.font(Theme::Type::Caption));
    const int hitsWidth = QFontMetrics(painter->font()).horizontalAdvance(hits) + 2;
    text(lower.adjusted(lower.width() - hitsWidth, 0, 0, 0), hits, tokens.muted, Theme::Type::Caption,
         Qt::AlignRight);
    const QRect when = lower.adjusted(0, 0, -hitsWidth - metric::Space2, 0);
    if (problem.isEmpty())
        text(when, tr("when %1").arg(index.data(RuleModel::ConditionRole).toString()), tokens.muted,
             Theme::Type::Caption, Qt::AlignLeft);
    else
        text(when, u"▲ "_s + problem, tokens.bad, Theme::Type::Caption, Qt::AlignLeft);
    painter->restore();
}

bool RuleDelegate::editorEvent(QEvent* event, QAbstractItemModel* model, const QStyleOptionViewItem& option,
                               const QModelIndex& index)
{
    const Qt::CheckState other = index.data(RuleModel::EnabledRole).toBool() ? Qt::Unchecked : Qt::Checked;
    if (event->type() == QEvent::MouseButtonRelease) {
        const auto* const mouse = static_cast<QMouseEvent*>(event);
        if (mouse->button() == Qt::LeftButton && switchArea(option.rect).contains(mouse->pos()))
            return model->setData(index, other, Qt::CheckStateRole);
    }
    if (event->type() == QEvent::KeyPress && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Space)
        return model->setData(index, other, Qt::CheckStateRole);
    return false;
}

} // namespace gatehouse::ui
