// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/checklist.h"

#include "ui/models/format.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/labels.h"

#include <QtWidgets/QGridLayout>
#include <QtWidgets/QVBoxLayout>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

CheckList::CheckList()
    : m_column(new QVBoxLayout(this))
{
    nameWidget(this, u"wizardChecks"_s, tr("Checks"));
    m_column->setContentsMargins(0, 0, metric::Space2, 0);
    m_column->setSpacing(metric::Space2);
}

void CheckList::setChecks(const std::vector<jobs::Check>& checks)
{
    while (QLayoutItem* const item = m_column->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    int number = 0;
    for (const jobs::Check& check : checks)
        m_column->addWidget(makeLine(check, u"check"_s + QString::number(number++)));
    m_column->addStretch(1);
}

QWidget* CheckList::makeLine(const jobs::Check& check, const QString& objectName) const
{
    const bool holds = check.verdict == jobs::Check::Verdict::Holds;
    const bool fails = check.verdict == jobs::Check::Verdict::Fails;
    const QString mark = holds ? tr("● holds") : fails ? tr("▲ fails") : tr("– unknown");
    auto* const line = new QWidget;
    nameWidget(line, objectName, fromText(check.name));
    auto* const grid = new QGridLayout(line);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setVerticalSpacing(0);
    grid->setColumnStretch(1, 1);
    auto* const verdict = makeLabel(objectName + u"Verdict"_s,
                                    holds   ? "good"
                                    : fails ? "bad"
                                            : "muted",
                                    mark);
    verdict->setFixedWidth(88);
    grid->addWidget(verdict, 0, 0, Qt::AlignTop);
    grid->addWidget(makeLabel(objectName + u"Name"_s, "strong", fromText(check.name)), 0, 1);
    QString detail = fromText(check.detail);
    if (!holds && !check.remedy.empty())
        detail += (detail.isEmpty() ? QString() : u" "_s) + fromText(check.remedy);
    if (!detail.isEmpty()) {
        auto* const text = makeLabel(objectName + u"Detail"_s, "caption", detail);
        text->setWordWrap(true);
        text->setTextInteractionFlags(Qt::TextSelectableByMouse);
        grid->addWidget(text, 1, 1);
    }
    return line;
}

} // namespace gatehouse::ui
