// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/chipbar.h"

#include "ui/pages/viewcontext.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QPushButton>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int WidestName = 160;

QString dimensionWord(usage::Dimension dimension)
{
    switch (dimension) {
    case usage::Dimension::Service:
        return ChipBar::tr("Service");
    case usage::Dimension::Model:
        return ChipBar::tr("Model");
    case usage::Dimension::Backend:
        return ChipBar::tr("Backend");
    }
    return {};
}

} // namespace

ChipBar::ChipBar(const Theme& theme, ViewContext& context)
    : m_theme(theme)
    , m_context(context)
    , m_layout(new QHBoxLayout(this))
{
    nameWidget(this, u"chips"_s, tr("Filters in force"));
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(metric::Space2);
    connect(&context, &ViewContext::changed, this, &ChipBar::rebuild);
    connect(&theme, &Theme::changed, this, &ChipBar::rebuild);
    rebuild();
}

void ChipBar::rebuild()
{
    while (QLayoutItem* const item = m_layout->takeAt(0)) {
        if (item->widget() != nullptr) {
            item->widget()->hide();
            item->widget()->deleteLater(); // a chip that was clicked is still in its signal
        }
        delete item;
    }
    for (const Chip& chip : m_context.chips()) {
        auto* const button = new QPushButton;
        button->setProperty("kind", u"chip"_s);
        const QString whole = dimensionWord(chip.filter.dimension) + u": "_s + chip.label;
        // "&" would become a mnemonic.
        QString shown = dimensionWord(chip.filter.dimension) + u": "_s +
                        QFontMetrics(m_theme.font(Theme::Type::Caption))
                            .elidedText(chip.label, Qt::ElideMiddle, WidestName);
        button->setText(shown.replace(u'&', u"&&"_s));
        button->setIcon(m_theme.icon(u"close"_s));
        button->setIconSize(QSize(12, 12));
        button->setLayoutDirection(Qt::RightToLeft); // the cross stands behind the name
        nameWidget(button, u"chip"_s + QString::number(m_layout->count()), tr("Remove filter %1").arg(whole));
        setPlainToolTip(button, tr("Remove filter %1").arg(whole));
        connect(button, &QPushButton::clicked, this,
                [this, filter = chip.filter] { m_context.remove(filter); });
        m_layout->addWidget(button);
    }
}

} // namespace gatehouse::ui
