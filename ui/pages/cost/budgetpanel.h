// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/cost/budgetdesk.h"

#include <QtWidgets/QWidget>

class QGridLayout;
class QLabel;
class QPushButton;
class QStackedLayout;

namespace gatehouse::ui {

class ForecastChart;
class NoticeBar;
class RecordModel;
class StateView;
class TableView;
class Theme;

/// The view "Budgets" of the Cost page: the budgets as a table, and of the chosen one how its month will end,
/// what drives it and how good such a forecast was before. Shows what its desk says; the presenter outlives
/// it.
class BudgetPanel : public QWidget
{
    Q_OBJECT
public:
    BudgetPanel(const Theme& theme, CostPresenter& presenter);

    [[nodiscard]] BudgetDesk& desk() { return m_desk; }
    /// Where nobody has set a budget, one is shown that says it is an example. Nothing is kept.
    void showExample();

public Q_SLOTS:
    void openAdd();
    void openEdit();

Q_SIGNALS:
    /// One sentence about what was just done.
    void told(const QString& text);
    /// What the desk says is shown.
    void shown();

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    [[nodiscard]] QWidget* buildHead();
    [[nodiscard]] QWidget* buildTable();
    [[nodiscard]] QWidget* buildChart();
    [[nodiscard]] QWidget* buildDetail();
    void addKeys();
    void showState();
    void showNotice();
    void showTable();
    void showChosen();
    void showCauses();
    void showActions();
    void selectRow();
    [[nodiscard]] std::vector<BudgetLine> lines() const;
    [[nodiscard]] std::optional<BudgetLine> chosen() const;
    [[nodiscard]] std::optional<BudgetLine> example() const;

    const Theme& m_theme;
    BudgetDesk m_desk;
    bool m_example = false;
    bool m_selecting = false;
    NoticeBar* m_notice;
    QLabel* m_caption;
    QPushButton* m_add;
    QPushButton* m_edit;
    QPushButton* m_remove;
    QPushButton* m_undo;
    QWidget* m_place; ///< of the table, or of what stands instead
    QStackedLayout* m_stack;
    StateView* m_empty;
    QWidget* m_tablePanel;
    RecordModel* m_model;
    TableView* m_table;
    ForecastChart* m_chart;
    QLabel* m_proof;
    QLabel* m_title;
    QLabel* m_state;
    QLabel* m_spent;
    QLabel* m_forecast;
    QLabel* m_runsOut;
    QLabel* m_change;
    std::vector<std::pair<QLabel*, QLabel*>> m_causes; ///< name and amount
};

} // namespace gatehouse::ui
