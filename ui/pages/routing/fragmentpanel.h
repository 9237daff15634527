// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/routing/routingpresenter.h"

#include <QtWidgets/QWidget>

class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace gatehouse::ui {

class ElidedLabel;

/// The policy fragment that the draft stands for, and the line that makes an API obey it.
class FragmentPanel : public QWidget
{
    Q_OBJECT
public:
    FragmentPanel();
    void setState(const RoutingState& state);

private:
    QLabel* m_where;
    ElidedLabel* m_include;
    QPlainTextEdit* m_text;
    QPushButton* m_copy;
    QPushButton* m_copyInclude;
};

} // namespace gatehouse::ui
