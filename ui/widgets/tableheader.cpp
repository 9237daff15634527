// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/tableheader.h"

#include "ui/models/recordmodel.h"
#include "ui/theme/theme.h"

#include <QtGui/QPainter>

namespace gatehouse::ui {

TableHeader::TableHeader(const Theme& theme, QWidget* parent)
    : QHeaderView(Qt::Horizontal, parent)
    , m_theme(theme)
{
    connect(&theme, &Theme::changed, viewport(), qOverload<>(&QWidget::update));
}

void TableHeader::paintSection(QPainter* painter, const QRect& rect, int section) const
{
    const Tokens& tokens = m_theme.tokens();
    const bool sorted = sortIndicatorSection() == section;
    const bool number = model()->headerData(section, Qt::Horizontal, RecordModel::NumberRole).toBool();
    painter->save();
    painter->fillRect(rect, tokens.panel);
    painter->setPen(QPen(tokens.line, 1));
    painter->drawLine(rect.bottomLeft(), rect.bottomRight());
    painter->setFont(m_theme.font(Theme::Type::CaptionStrong));
    painter->setPen(sorted ? tokens.text : tokens.muted);
    QString title = model()->headerData(section, Qt::Horizontal).toString();
    if (sorted) {
        const QString arrow =
            sortIndicatorOrder() == Qt::DescendingOrder ? QStringLiteral("↓") : QStringLiteral("↑");
        title = number ? arrow + QLatin1Char(' ') + title : title + QLatin1Char(' ') + arrow;
    }
    painter->drawText(rect.adjusted(metric::Space3, 0, -metric::Space3, 0),
                      static_cast<int>((number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter), title);
    painter->restore();
}

} // namespace gatehouse::ui
