// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/routing/plandraft.h"

#include <QtWidgets/QWidget>

#include <array>
#include <functional>

class QCheckBox;
class QComboBox;
class QGridLayout;
class QLabel;
class QLineEdit;

namespace gatehouse::ui {

class Theme;
class ValueListField;

/// One rule as a form. Says what it is to become with every key, and marks the fields that cannot be written
/// as they are.
class RuleForm : public QWidget
{
    Q_OBJECT
public:
    struct Sources
    {
        std::function<std::vector<std::string>(gateway::RoutingField)> suggestions;
        std::function<std::vector<std::string>()> targets;
    };
    RuleForm(const Theme& theme, Sources sources);

    /// What is typed stays where it means the same, so that a refresh never moves the cursor.
    void setRule(const gateway::RoutingRule& rule);
    void setEditable(bool editable, const QString& why);
    /// Those of this rule alone.
    void setProblems(const std::vector<PlanProblem>& problems);
    /// The field of a problem gets the focus.
    void focusField(PlanProblem::Field field);

Q_SIGNALS:
    /// field: which one was edited, so that typing becomes one edit.
    void edited(const gatehouse::gateway::RoutingRule& rule, const QString& field);

private:
    void build();
    QLabel* place(QGridLayout* grid, int row, int column, const QString& caption, QWidget* field,
                  const QString& name, int columns = 1);
    void follow();
    void tell(const QString& field);
    [[nodiscard]] gateway::RoutingRule typed() const;
    [[nodiscard]] QWidget* widgetOf(PlanProblem::Field field) const;

    const Theme& m_theme;
    Sources m_sources;
    gateway::RoutingRule m_rule;
    bool m_showing = false;
    QLineEdit* m_name;
    QComboBox* m_target;
    std::array<ValueListField*, gateway::TextFields> m_values{};
    QLineEdit* m_budget;
    QComboBox* m_downgrade;
    QCheckBox* m_allowed;
    QLineEdit* m_note;
    QLabel* m_problem;
};

} // namespace gatehouse::ui
