// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/routing/rules.h"

#include <QtCore/QObject>
#include <QtGui/QUndoStack>

namespace gatehouse::ui {

/// The edits of a plan, each of which can be undone. Holds the plan as it is edited; typing into one field of
/// one rule is one edit. GUI thread.
class PlanHistory : public QObject
{
    Q_OBJECT
public:
    explicit PlanHistory(QObject* parent = nullptr);

    [[nodiscard]] const gateway::RoutingPlan& plan() const { return m_plan; }
    [[nodiscard]] QUndoStack& stack() { return m_stack; }
    /// Another plan came from elsewhere: there is nothing to undo any more.
    void reset(gateway::RoutingPlan plan);

    /// field: edits of the same rule and field that follow each other become one; "" never.
    void edit(int row, const gateway::RoutingRule& rule, const QString& field);
    void add(int row, const gateway::RoutingRule& rule);
    void remove(int row);
    void move(int from, int to);
    void setDefault(const std::string& pool);

Q_SIGNALS:
    /// By an edit, an undo or a redo.
    void changed();

private:
    class Edit;
    void push(const QString& text, gateway::RoutingPlan plan, const QString& merge = {});
    void put(const gateway::RoutingPlan& plan);

    gateway::RoutingPlan m_plan;
    QUndoStack m_stack;
};

} // namespace gatehouse::ui
