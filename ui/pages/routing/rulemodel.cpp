// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/routing/rulemodel.h"

#include "ui/models/format.h"

#include <QtCore/QMimeData>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

const QString& rowType()
{
    static const QString Type = u"application/x-gatehouse-rule"_s;
    return Type;
}

QString hitWords(const RuleHits& hits)
{
    if (hits.maybe > 0)
        return RuleModel::tr("%1 – %2 requests")
            .arg(formatAmount(static_cast<double>(hits.matched)),
                 formatAmount(static_cast<double>(hits.matched + hits.maybe)));
    return RuleModel::tr("%1 requests").arg(formatAmount(static_cast<double>(hits.matched)));
}

} // namespace

RuleModel::RuleModel(QObject* parent)
    : QAbstractListModel(parent)
{}

void RuleModel::setPlan(const gateway::RoutingPlan& plan, const std::vector<PlanProblem>& problems,
                        const std::vector<RuleHits>& hits)
{
    std::vector<Row> rows;
    for (const gateway::RoutingRule& rule : plan.rules) {
        const std::size_t index = rows.size();
        rows.push_back({rule, {}, {}});
        for (const PlanProblem& problem : problems) {
            if (problem.rule == static_cast<int>(index) && rows.back().problem.isEmpty())
                rows.back().problem = problem.sentence;
        }
        if (rule.enabled && index < hits.size())
            rows.back().hits = hitWords(hits[index]);
    }
    const auto before = static_cast<int>(m_rows.size());
    const auto after = static_cast<int>(rows.size());
    if (after < before) {
        beginRemoveRows({}, after, before - 1);
        m_rows.resize(rows.size());
        endRemoveRows();
    } else if (after > before) {
        beginInsertRows({}, before, after - 1);
        m_rows.insert(m_rows.end(), rows.begin() + before, rows.end());
        endInsertRows();
    }
    for (int row = 0; row < after; ++row) {
        Row& shown = m_rows[static_cast<std::size_t>(row)];
        if (shown == rows[static_cast<std::size_t>(row)])
            continue;
        shown = rows[static_cast<std::size_t>(row)];
        Q_EMIT dataChanged(index(row), index(row));
    }
}

int RuleModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant RuleModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    const gateway::RoutingRule& rule = row.rule;
    switch (role) {
    case Qt::DisplayRole:
        return rule.name.empty() ? tr("(no name)") : fromText(rule.name);
    case Qt::CheckStateRole:
        return rule.enabled ? Qt::Checked : Qt::Unchecked;
    case EnabledRole:
        return rule.enabled;
    case ConditionRole:
        return matchWords(rule.match);
    case TargetRole: {
        QString text = rule.pool.empty() ? tr("no target") : fromText(rule.pool);
        if (rule.downgrade && rule.downgrade->qualityAllows)
            text += tr(", downgraded to %1").arg(fromText(rule.downgrade->deployment));
        return text;
    }
    case HitsRole:
        return row.hits;
    case ProblemRole:
        return row.problem;
    case Qt::ToolTipRole: {
        QString text = fromText(rule.name) + u"\n"_s + matchWords(rule.match);
        if (!rule.note.empty())
            text += u"\n"_s + fromText(rule.note);
        if (!row.problem.isEmpty())
            text += u"\n"_s + row.problem;
        return plainToolTip(text);
    }
    case Qt::AccessibleTextRole:
        return tr("Rule %1, %2: when %3, send to %4%5")
            .arg(index.row() + 1)
            .arg(fromText(rule.name), matchWords(rule.match), data(index, TargetRole).toString(),
                 rule.enabled ? QString() : tr(", switched off"));
    default:
        return {};
    }
}

bool RuleModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (role != Qt::CheckStateRole || !m_editable || !checkIndex(index, CheckIndexOption::IndexIsValid))
        return false;
    Q_EMIT switchAsked(index.row(), value.toInt() == Qt::Checked);
    return true;
}

Qt::ItemFlags RuleModel::flags(const QModelIndex& index) const
{
    Qt::ItemFlags flags = QAbstractListModel::flags(index);
    if (!m_editable)
        return flags;
    return index.isValid() ? flags | Qt::ItemIsDragEnabled | Qt::ItemIsUserCheckable
                           : flags | Qt::ItemIsDropEnabled;
}

QStringList RuleModel::mimeTypes() const
{
    return {rowType()};
}

QMimeData* RuleModel::mimeData(const QModelIndexList& indexes) const
{
    auto* const data = new QMimeData;
    if (!indexes.isEmpty())
        data->setData(rowType(), QByteArray::number(indexes.front().row()));
    return data;
}

bool RuleModel::dropMimeData(const QMimeData* data, Qt::DropAction action, int row, int /*column*/,
                             const QModelIndex& parent)
{
    if (!m_editable || action != Qt::MoveAction || !data->hasFormat(rowType()))
        return false;
    const int from = data->data(rowType()).toInt();
    const int before = row >= 0 ? row : parent.isValid() ? parent.row() : rowCount();
    const int to = before > from ? before - 1 : before;
    if (from >= 0 && from < rowCount() && to != from)
        Q_EMIT moveAsked(from, to);
    return false; // the view must not remove the row: the plan that comes next has it in its place
}

} // namespace gatehouse::ui
