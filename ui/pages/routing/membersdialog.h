// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/gateway/topology/pooledit.h"

#include <QtWidgets/QDialog>

#include <functional>
#include <vector>

class QComboBox;
class QLabel;
class QPushButton;
class QTableWidget;

namespace gatehouse::ui {

/// Who is in a pool, with priority and weight. propose gets what was typed, and says why it does not take it.
class MembersDialog : public QDialog
{
    Q_OBJECT
public:
    using Propose = std::function<Status(const std::vector<gateway::MemberDraft>&)>;
    /// backends: all that could be members.
    MembersDialog(const QString& pool, const std::vector<gateway::MemberDraft>& members,
                  const std::vector<std::string>& backends, Propose propose, QWidget* parent);

private:
    void build();
    void addRow(const gateway::MemberDraft& member);
    void fillBackends();
    void check();
    void tryPropose();
    [[nodiscard]] std::vector<gateway::MemberDraft> typed() const;

    std::vector<std::string> m_backends;
    Propose m_propose;
    QTableWidget* m_table;
    QComboBox* m_more;
    QPushButton* m_add;
    QPushButton* m_remove;
    QPushButton* m_review;
    QLabel* m_problem;
};

} // namespace gatehouse::ui
