// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/ask/answerview.h"

#include <QtWidgets/QScrollArea>
#include <QtWidgets/QVBoxLayout>

namespace gatehouse::test {

/// An answer where the page has it: in a column that scrolls.
struct AnswerStage
{
    QScrollArea area;
    ui::AnswerView* view;

    AnswerStage(const ui::Theme& theme, QSize size)
        : view(new ui::AnswerView(theme, QStringLiteral("answer"), QStringLiteral("Answer")))
    {
        area.setWidgetResizable(true);
        auto* const content = new QWidget;
        auto* const column = new QVBoxLayout(content);
        column->addWidget(view);
        column->addStretch(1);
        area.setWidget(content);
        area.resize(size);
        area.show();
    }
};

} // namespace gatehouse::test
