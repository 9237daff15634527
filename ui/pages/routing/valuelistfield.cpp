// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/routing/valuelistfield.h"

#include "ui/models/format.h"
#include "ui/pages/routing/plandraft.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"

#include <QtWidgets/QMenu>

#include <algorithm>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

ValueListField::ValueListField(const Theme& theme, const QString& objectName, const QString& accessibleName,
                               std::function<std::vector<std::string>()> suggest)
    : m_suggest(std::move(suggest))
    , m_menu(new QMenu(this))
{
    nameWidget(this, objectName, accessibleName);
    nameWidget(m_menu, objectName + u"Values"_s, tr("Values seen in the log"));
    setPlaceholderText(tr("anything"));
    QAction* const open = addAction(theme.icon(u"search"_s), QLineEdit::TrailingPosition);
    open->setObjectName(objectName + u"Open"_s);
    open->setText(tr("Values seen in the log"));
    open->setToolTip(tr("Values seen in the log (Alt+Down)"));
    open->setShortcut(QKeySequence(Qt::ALT | Qt::Key_Down));
    open->setShortcutContext(Qt::WidgetShortcut);
    connect(&theme, &Theme::changed, this, [open, &theme] { open->setIcon(theme.icon(u"search"_s)); });
    connect(open, &QAction::triggered, this, [this] {
        fillMenu();
        m_menu->popup(mapToGlobal(QPoint(0, height())));
    });
    connect(this, &QLineEdit::textEdited, this, &ValueListField::valuesEdited);
}

std::vector<std::string> ValueListField::values() const
{
    return valuesFrom(text());
}

void ValueListField::setValues(const std::vector<std::string>& values)
{
    if (values == this->values())
        return;
    setText(valueText(values));
    setCursorPosition(0);
}

void ValueListField::fillMenu()
{
    m_menu->clear();
    const std::vector<std::string> chosen = values();
    std::vector<std::string> all = m_suggest();
    for (const std::string& value : chosen) {
        if (std::ranges::find(all, value) == all.end())
            all.insert(all.begin(), value);
    }
    if (all.empty())
        m_menu->addAction(tr("The log has none in this range"))->setEnabled(false);
    for (const std::string& value : all) {
        const QString name = value.empty() ? tr("(not given)") : fromText(value);
        QAction* const action = m_menu->addAction(QString(name).replace(u'&', u"&&"_s));
        action->setCheckable(true);
        action->setChecked(std::ranges::find(chosen, value) != chosen.end());
        connect(action, &QAction::toggled, this, [this, value](bool on) {
            std::vector<std::string> now = values();
            std::erase(now, value);
            if (on)
                now.push_back(value);
            setValues(now);
            Q_EMIT valuesEdited();
        });
    }
}

} // namespace gatehouse::ui
