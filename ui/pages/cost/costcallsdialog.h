// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/cost/costcalls.h"
#include "ui/pages/cost/costpresenter.h"

#include <QtWidgets/QDialog>

class QLabel;
class QLineEdit;
class QPushButton;
class QStackedLayout;

namespace gatehouse::ui {

class RecordModel;
class StateView;
class TableView;
class Theme;

/// The requests behind a row of costs; Return or a double click on one asks why it went where it did. Lists
/// what the ledger has when it opens. GUI thread.
class CostCallsDialog : public QDialog
{
    Q_OBJECT
public:
    /// row: of state's view; null for all calls of the period.
    CostCallsDialog(const Theme& theme, CostPresenter& presenter, const CostState& state,
                    const cost::CostRow* row, QWidget* parent);

    [[nodiscard]] const CostCalls& calls() const { return m_calls; }

Q_SIGNALS:
    void explainRequested(const QString& correlationId);

private:
    void build();
    void showState();
    void explain(const QString& key);

    const Theme& m_theme;
    CostCalls m_calls;
    cost::Currency m_currency;
    QString m_title;
    RecordModel* m_model;
    TableView* m_table;
    StateView* m_state;
    QStackedLayout* m_stack;
    QLineEdit* m_filter;
    QLabel* m_count;
    QLabel* m_sum;
    QPushButton* m_explain;
};

} // namespace gatehouse::ui
