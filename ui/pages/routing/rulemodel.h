// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/routing/plandraft.h"

#include <QtCore/QAbstractListModel>

#include <vector>

namespace gatehouse::ui {

/// The rules of a plan in their order, as rows that can be dragged and switched on and off. Changes nothing
/// itself: it says what was asked for, and shows the plan that it is given next.
class RuleModel : public QAbstractListModel
{
    Q_OBJECT
public:
    enum Role {
        ConditionRole = Qt::UserRole + 1, ///< "task type is chat"
        TargetRole,                       ///< "aoai-pool, downgraded to gpt-4o-mini"
        HitsRole,                         ///< "1.24 k requests"; "" not known
        ProblemRole,                      ///< why it cannot be written; "" all is well
        EnabledRole
    };

    explicit RuleModel(QObject* parent = nullptr);

    /// Rows that stay keep their index, so that the selection stays.
    void setPlan(const gateway::RoutingPlan& plan, const std::vector<PlanProblem>& problems,
                 const std::vector<RuleHits>& hits);
    void setEditable(bool editable) { m_editable = editable; }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
    [[nodiscard]] Qt::DropActions supportedDropActions() const override { return Qt::MoveAction; }
    [[nodiscard]] QStringList mimeTypes() const override;
    [[nodiscard]] QMimeData* mimeData(const QModelIndexList& indexes) const override;
    bool dropMimeData(const QMimeData* data, Qt::DropAction action, int row, int column,
                      const QModelIndex& parent) override;

Q_SIGNALS:
    void switchAsked(int row, bool enabled);
    /// to: the row that it is to have in the end.
    void moveAsked(int from, int to);

private:
    struct Row
    {
        gateway::RoutingRule rule;
        QString problem;
        QString hits;
        bool operator==(const Row&) const = default;
    };
    std::vector<Row> m_rows;
    bool m_editable = false;
};

} // namespace gatehouse::ui
