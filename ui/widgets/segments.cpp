// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/segments.h"

#include "ui/widgets/labels.h"

#include <QtWidgets/QButtonGroup>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QPushButton>

namespace gatehouse::ui {

Segments::Segments(const QString& objectName, const QString& accessibleName, const QStringList& choices,
                   QWidget* parent)
    : QWidget(parent)
    , m_group(new QButtonGroup(this))
{
    nameWidget(this, objectName, accessibleName);
    auto* const layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    for (int index = 0; index < choices.size(); ++index) {
        auto* const button = new QPushButton(choices[index]);
        button->setCheckable(true);
        button->setProperty("kind", QStringLiteral("segment"));
        if (index == 0)
            button->setProperty("place", QStringLiteral("first"));
        else if (index + 1 == choices.size())
            button->setProperty("place", QStringLiteral("last"));
        nameWidget(button, objectName + QString::number(index), choices[index]);
        m_group->addButton(button, index);
        layout->addWidget(button);
    }
    m_group->setExclusive(true);
    setCurrent(0);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(m_group, &QButtonGroup::idClicked, this, &Segments::chosen);
}

int Segments::current() const
{
    return m_group->checkedId();
}

void Segments::setCurrent(int index)
{
    if (QAbstractButton* const button = m_group->button(index))
        button->setChecked(true);
}

} // namespace gatehouse::ui
