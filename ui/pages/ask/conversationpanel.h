// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/ask/askstate.h"

#include <QtWidgets/QFrame>

class QLineEdit;
class QMenu;
class QPushButton;
class QToolButton;

namespace gatehouse::ui {

class AskList;
class Theme;

/// The conversations that are kept. Says what somebody wants; does nothing.
class ConversationPanel : public QFrame
{
    Q_OBJECT
public:
    explicit ConversationPanel(const Theme& theme);

    void show(const AskState& state);
    [[nodiscard]] AskList& list() { return *m_list; }
    [[nodiscard]] QLineEdit& search() { return *m_search; }

Q_SIGNALS:
    void startRequested();
    void openRequested(const std::string& id);
    void renameRequested(const std::string& id, const QString& title);
    void deleteRequested(const std::string& id);
    void exportRequested(const std::string& id, bool markdown);
    void searchChanged(const QString& text);

private:
    void build(const Theme& theme);
    void fillMenu(const QString& key);
    void openMenu(const QPoint& position);

    const Theme& m_theme;
    QPushButton* m_new;
    QToolButton* m_more;
    QLineEdit* m_search;
    AskList* m_list;
    QMenu* m_menu;
};

} // namespace gatehouse::ui
