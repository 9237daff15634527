// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/routing/planhistory.h"

#include <algorithm>

namespace gatehouse::ui {

/// Plans are small, so an edit holds both of them.
class PlanHistory::Edit final : public QUndoCommand
{
public:
    Edit(PlanHistory& history, const QString& text, gateway::RoutingPlan after, QString merge)
        : QUndoCommand(text)
        , m_history(history)
        , m_before(history.plan())
        , m_after(std::move(after))
        , m_merge(std::move(merge))
    {}

    void undo() override { m_history.put(m_before); }
    void redo() override { m_history.put(m_after); }
    [[nodiscard]] int id() const override { return m_merge.isEmpty() ? -1 : 1; }
    bool mergeWith(const QUndoCommand* other) override
    {
        const auto* const next = static_cast<const Edit*>(other);
        if (next->m_merge != m_merge)
            return false;
        m_after = next->m_after;
        return true;
    }

private:
    PlanHistory& m_history;
    gateway::RoutingPlan m_before;
    gateway::RoutingPlan m_after;
    QString m_merge;
};

PlanHistory::PlanHistory(QObject* parent)
    : QObject(parent)
{
    m_stack.setUndoLimit(200);
}

void PlanHistory::reset(gateway::RoutingPlan plan)
{
    m_plan = std::move(plan);
    m_stack.clear();
}

void PlanHistory::put(const gateway::RoutingPlan& plan)
{
    m_plan = plan;
    Q_EMIT changed();
}

void PlanHistory::push(const QString& text, gateway::RoutingPlan plan, const QString& merge)
{
    if (!(plan == m_plan))
        m_stack.push(new Edit(*this, text, std::move(plan), merge));
}

void PlanHistory::edit(int row, const gateway::RoutingRule& rule, const QString& field)
{
    gateway::RoutingPlan plan = m_plan;
    plan.rules.at(static_cast<std::size_t>(row)) = rule;
    push(tr("Change of rule %1").arg(row + 1), std::move(plan),
         field.isEmpty() ? QString() : QString::number(row) + field);
}

void PlanHistory::add(int row, const gateway::RoutingRule& rule)
{
    gateway::RoutingPlan plan = m_plan;
    plan.rules.insert(plan.rules.begin() + std::clamp<std::ptrdiff_t>(row, 0, std::ssize(plan.rules)), rule);
    push(tr("New rule"), std::move(plan));
}

void PlanHistory::remove(int row)
{
    gateway::RoutingPlan plan = m_plan;
    plan.rules.erase(plan.rules.begin() + row);
    push(tr("Removal of rule %1").arg(row + 1), std::move(plan));
}

void PlanHistory::move(int from, int to)
{
    const auto count = static_cast<int>(m_plan.rules.size());
    if (from < 0 || to < 0 || from >= count || to >= count || from == to)
        return;
    gateway::RoutingPlan plan = m_plan;
    const auto first = plan.rules.begin();
    if (from < to)
        std::rotate(first + from, first + from + 1, first + to + 1);
    else
        std::rotate(first + to, first + from, first + from + 1);
    push(tr("Move of rule %1").arg(from + 1), std::move(plan));
}

void PlanHistory::setDefault(const std::string& pool)
{
    gateway::RoutingPlan plan = m_plan;
    plan.defaultPool = pool;
    push(tr("Change of the default"), std::move(plan));
}

} // namespace gatehouse::ui
