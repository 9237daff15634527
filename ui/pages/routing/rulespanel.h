// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/routing/planhistory.h"
#include "ui/pages/routing/routingpresenter.h"

#include <QtWidgets/QFrame>

class QComboBox;
class QHBoxLayout;
class QLabel;
class QListView;
class QPushButton;
class QStackedLayout;
class QToolButton;
class QVBoxLayout;

namespace gatehouse::ui {

class RuleModel;
class Theme;

/// The rules in their order: added, copied, moved, switched off, removed, and all of it undone again. What
/// no rule matches stands last. Without rules it says where everything goes, and offers examples.
class RulesPanel : public QFrame
{
    Q_OBJECT
public:
    RulesPanel(const Theme& theme, RoutingPresenter& presenter);

    [[nodiscard]] PlanHistory& history() { return m_history; }
    void showState(const RoutingState& state);
    /// why: "" when the rules can be edited.
    void setLocked(const QString& why);
    /// -1 without.
    [[nodiscard]] int currentRule() const;
    void selectRule(int row);

Q_SIGNALS:
    void currentChanged(int row);
    void reviewAsked();

private:
    void build();
    [[nodiscard]] QHBoxLayout* buildTools();
    void buildEmpty();
    [[nodiscard]] QToolButton* tool(const QString& name, const QString& text, const QString& hint,
                                    const QKeySequence& keys, void (RulesPanel::*run)());
    void follow();
    void add();
    void duplicate();
    void remove();
    void moveUp();
    void moveDown();
    void undo();
    void redo();
    void move(int from, int to);
    void insert(int row, gateway::RoutingRule rule);
    void showDefault(const RoutingState& state);
    void showExamples(const RoutingState& state);
    void enableTools();

    const Theme& m_theme;
    RoutingPresenter& m_presenter;
    PlanHistory m_history;
    RuleModel* m_model;
    QListView* m_list;
    QComboBox* m_default;
    QLabel* m_emptyText;
    QVBoxLayout* m_emptyColumn = nullptr;
    QStackedLayout* m_stack = nullptr;
    QPushButton* m_discard;
    QPushButton* m_review;
    std::vector<QToolButton*> m_tools; ///< in the order of the row
    std::vector<QPushButton*> m_examples;
    std::string m_exampleService; ///< whose pools the examples name
    QString m_locked;
    bool m_edited = false;
};

} // namespace gatehouse::ui
