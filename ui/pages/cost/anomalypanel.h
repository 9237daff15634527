// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/cost/anomalydesk.h"

#include <QtWidgets/QWidget>

#include <functional>

class QLabel;
class QPushButton;
class QStackedLayout;
class QVBoxLayout;

namespace gatehouse::ui {

class NoticeBar;
class RecordModel;
class StateView;
class TableView;
class Theme;

/// The view "Anomalies" of the Cost page: what stood out, newest first, what caused the chosen one, and the
/// very calls behind it; what is snoozed, and until when. Shows what its desk says; the presenter outlives
/// it.
class AnomalyPanel : public QWidget
{
    Q_OBJECT
public:
    /// workspaceId: the ARM id of the workspace that is open, for the exported rule; "" where nobody knows
    /// it.
    AnomalyPanel(const Theme& theme, CostPresenter& presenter, std::function<QString()> workspaceId);

    [[nodiscard]] AnomalyDesk& desk() { return m_desk; }

public Q_SLOTS:
    void openRule();

Q_SIGNALS:
    /// One sentence about what was just done.
    void told(const QString& text);
    /// Why this request went where it did.
    void explainRequested(const QString& correlationId);
    /// The window's range and filters are the alert's now: show the traffic.
    void usageRequested();
    /// What the desk says is shown.
    void shown();

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    [[nodiscard]] QWidget* buildHead();
    [[nodiscard]] QWidget* buildAlerts();
    [[nodiscard]] QWidget* buildCalls();
    [[nodiscard]] QWidget* buildSide();
    void fillSnoozeMenu();
    void showState();
    void showAlerts();
    void showChosen();
    void showSnoozes();
    void selectRow();
    void openUsage();
    void explainSelected();
    [[nodiscard]] QString currency() const;

    const Theme& m_theme;
    CostPresenter& m_presenter;
    AnomalyDesk m_desk;
    std::function<QString()> m_workspaceId;
    bool m_selecting = false;
    NoticeBar* m_notice;
    QLabel* m_caption;
    QPushButton* m_snooze;
    QPushButton* m_rule;
    QWidget* m_place; ///< of the alerts, or of what stands instead
    QStackedLayout* m_stack;
    QWidget* m_alertPanel;
    StateView* m_empty;
    RecordModel* m_alerts;
    TableView* m_alertTable;
    QLabel* m_sentence;
    QPushButton* m_usage;
    QPushButton* m_explain;
    RecordModel* m_calls;
    TableView* m_callTable;
    QLabel* m_cut;
    QVBoxLayout* m_snoozed;
};

} // namespace gatehouse::ui
