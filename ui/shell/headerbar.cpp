// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/headerbar.h"

#include "ui/models/format.h"
#include "ui/shell/lockbutton.h"
#include "ui/theme/theme.h"
#include "ui/widgets/chipbar.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/rangepicker.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QToolButton>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

HeaderBar::HeaderBar(const Theme& theme, ViewContext& context, EditLock& lock)
    : m_theme(theme)
    , m_title(makeLabel(u"pageTitle"_s, "title"))
    , m_chips(new ChipBar(theme, context))
    , m_range(new RangePicker(theme, context))
    , m_lock(new LockButton(theme, lock))
    , m_refresh(new QToolButton)
    , m_palette(new QPushButton(tr("Search")))
{
    setProperty("surface", u"header"_s);
    nameWidget(this, u"header"_s, tr("Header"));
    nameWidget(m_refresh, u"refresh"_s, tr("Refresh"));
    nameWidget(m_palette, u"paletteButton"_s, tr("Search pages and commands"));
    auto* const keys = makeLabel(u"paletteKeys"_s, "key", u"Ctrl K"_s);
    auto* const row = new QHBoxLayout(this);
    row->setContentsMargins(metric::Space4, 0, metric::Space4, 0);
    row->setSpacing(metric::Space2);
    row->addWidget(m_title);
    row->addSpacing(metric::Space2);
    row->addWidget(m_chips);
    row->addStretch(1);
    row->addWidget(m_lock);
    row->addWidget(m_range);
    row->addWidget(m_refresh);
    row->addWidget(m_palette);
    row->addWidget(keys, 0, Qt::AlignVCenter);
    m_refresh->setFixedSize(36, metric::ControlHeight);
    setFixedHeight(metric::HeaderHeight);
    connect(m_refresh, &QToolButton::clicked, this, [this] {
        if (m_refreshing)
            Q_EMIT cancelRequested();
        else
            Q_EMIT refreshRequested();
    });
    connect(m_palette, &QPushButton::clicked, this, &HeaderBar::paletteRequested);
    connect(&theme, &Theme::changed, this, &HeaderBar::restyle);
    restyle();
}

void HeaderBar::setTitle(const QString& title)
{
    m_title->setText(title);
}

void HeaderBar::setRefreshing(bool refreshing)
{
    if (refreshing == m_refreshing)
        return;
    m_refreshing = refreshing;
    restyle();
}

void HeaderBar::restyle()
{
    m_refresh->setIcon(m_theme.icon(m_refreshing ? u"close"_s : u"refresh"_s));
    m_refresh->setAccessibleName(m_refreshing ? tr("Cancel") : tr("Refresh"));
    setPlainToolTip(m_refresh, m_refreshing ? tr("Cancel (Esc)") : tr("Refresh (F5)"));
    m_palette->setIcon(m_theme.icon(u"search"_s));
}

} // namespace gatehouse::ui
