// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/navigation.h"

#include "ui/models/format.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"

#include <QtWidgets/QButtonGroup>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

Navigation::Navigation(const Theme& theme)
    : m_theme(theme)
    , m_group(new QButtonGroup(this))
    , m_column(new QVBoxLayout(this))
    , m_logo(makeLabel(u"logo"_s, ""))
    , m_name(makeLabel(u"productName"_s, "heading", u"Gatehouse"_s))
    , m_profile(new QToolButton)
{
    setProperty("surface", u"navigation"_s);
    nameWidget(this, u"navigation"_s, tr("Pages"));
    m_logo->setAccessibleName(u"Gatehouse"_s);
    m_logo->setPixmap(applicationIcon().pixmap(22, 22));
    m_logo->setFixedSize(22, 22);
    auto* const heading = new QHBoxLayout;
    heading->setContentsMargins(metric::Space2, 0, 0, 0);
    heading->setSpacing(metric::Space2);
    heading->addWidget(m_logo);
    heading->addWidget(m_name, 1);
    auto* const head = new QWidget;
    nameWidget(head, u"product"_s, u"Gatehouse"_s);
    head->setLayout(heading);
    head->setFixedHeight(metric::HeaderHeight);
    m_column->setContentsMargins(metric::Space2, 0, metric::Space2, metric::Space2);
    m_column->setSpacing(2);
    m_column->addWidget(head);
    m_column->addSpacing(metric::Space2);
    m_column->addStretch(1);
    nameWidget(m_profile, u"profileButton"_s, tr("Profile"));
    m_profile->setProperty("kind", u"nav"_s);
    m_profile->setPopupMode(QToolButton::InstantPopup);
    m_profile->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_column->addWidget(m_profile);
    m_group->setExclusive(true);
    setFixedWidth(metric::NavigationWidth);
    connect(&theme, &Theme::changed, this, &Navigation::restyle);
}

void Navigation::addPage(const QString& id, const QString& title, const QString& icon, const QString& keys)
{
    auto* const button = new QToolButton;
    button->setCheckable(true);
    button->setProperty("kind", u"nav"_s);
    button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    nameWidget(button, u"nav-"_s + id, title);
    setPlainToolTip(button, title + u" ("_s + keys + u')');
    m_group->addButton(button);
    m_column->insertWidget(2 + static_cast<int>(m_entries.size()), button);
    m_entries.push_back({id, title, icon, button});
    connect(button, &QToolButton::clicked, this, [this, id] { Q_EMIT chosen(id); });
    restyle();
}

void Navigation::setCurrent(const QString& id)
{
    for (const Entry& entry : m_entries)
        entry.button->setChecked(entry.id == id);
    restyle();
}

void Navigation::setCollapsed(bool collapsed)
{
    if (collapsed == m_collapsed)
        return;
    m_collapsed = collapsed;
    setFixedWidth(collapsed ? metric::NavigationIconWidth : metric::NavigationWidth);
    m_name->setVisible(!collapsed);
    restyle();
}

void Navigation::setProfile(const QString& name, bool ready)
{
    m_profileName = name;
    m_profileReady = ready;
    restyle();
}

void Navigation::restyle()
{
    const Qt::ToolButtonStyle style = m_collapsed ? Qt::ToolButtonIconOnly : Qt::ToolButtonTextBesideIcon;
    const Tokens& tokens = m_theme.tokens();
    for (const Entry& entry : m_entries) {
        entry.button->setToolButtonStyle(style);
        entry.button->setIconSize(QSize(18, 18));
        entry.button->setIcon(
            m_theme.icon(entry.icon, entry.button->isChecked() ? tokens.accent : tokens.muted));
        entry.button->setText(u"  "_s + entry.title);
    }
    m_profile->setToolButtonStyle(style);
    m_profile->setIconSize(QSize(18, 18));
    m_profile->setIcon(m_theme.icon(m_profileReady ? u"person"_s : u"clock"_s));
    const QFontMetrics metrics(m_theme.font(Theme::Type::Strong));
    m_profile->setText(u"  "_s +
                       metrics.elidedText(m_profileName, Qt::ElideMiddle, 100).replace(u'&', u"&&"_s));
    setPlainToolTip(m_profile, m_profileName);
}

} // namespace gatehouse::ui
