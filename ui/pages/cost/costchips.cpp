// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/cost/costchips.h"

#include "ui/pages/cost/costtext.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QPushButton>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int WidestName = 200;

} // namespace

CostChips::CostChips(const Theme& theme, CostPresenter& presenter)
    : m_theme(theme)
    , m_presenter(presenter)
    , m_layout(new QHBoxLayout(this))
{
    nameWidget(this, u"costChips"_s, tr("Filters in force"));
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(metric::Space2);
    connect(&presenter, &PagePresenter::changed, this, [this] {
        if (m_presenter.state()->question.filters != m_shown)
            rebuild();
    });
    connect(&theme, &Theme::changed, this, &CostChips::rebuild);
    rebuild();
}

void CostChips::rebuild()
{
    while (QLayoutItem* const item = m_layout->takeAt(0)) {
        if (item->widget() != nullptr) {
            item->widget()->hide();
            item->widget()->deleteLater(); // a chip that was clicked is still in its signal
        }
        delete item;
    }
    const std::shared_ptr<const CostState> state = m_presenter.state();
    m_shown = state->question.filters;
    for (const CostChip& chip : state->chips) {
        auto* const button = new QPushButton;
        button->setProperty("kind", u"chip"_s);
        const QString word = dimensionWord(chip.filter.dimension) + u": "_s;
        QString shown = word + QFontMetrics(m_theme.font(Theme::Type::Caption))
                                   .elidedText(chip.label, Qt::ElideMiddle, WidestName);
        button->setText(shown.replace(u'&', u"&&"_s)); // "&" would become a mnemonic
        button->setIcon(m_theme.icon(u"close"_s));
        button->setIconSize(QSize(12, 12));
        button->setLayoutDirection(Qt::RightToLeft); // the cross stands behind the name
        const QString whole = tr("Remove filter %1").arg(word + chip.label);
        nameWidget(button, u"costChip"_s + QString::number(m_layout->count()), whole);
        setPlainToolTip(button, whole);
        connect(button, &QPushButton::clicked, this,
                [this, chip] { m_presenter.toggleFilter(chip.filter, chip.label); });
        m_layout->addWidget(button);
    }
    m_layout->addStretch(1);
    setVisible(!state->chips.empty());
}

} // namespace gatehouse::ui
