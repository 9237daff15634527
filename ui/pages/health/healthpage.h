// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/health/healthpresenter.h"
#include "ui/pages/health/posturepresenter.h"
#include "ui/pages/page.h"

#include <QtCore/QTimer>

#include <vector>

class QFrame;
class QHBoxLayout;
class QMenu;
class QPushButton;

namespace gatehouse::ui {

class EndpointCard;
class RecordModel;
class NoticeBar;
class PosturePanel;
class Segments;
class StateTimeline;
class TableView;

/// Which endpoint is in trouble: cards, a strip of states over time, and all endpoints as a table. On this
/// computer the Simulate menu makes endpoints misbehave. A second tab shows how the gateway and its accounts
/// stand against the standard.
class HealthPage : public Page
{
    Q_OBJECT
public:
    HealthPage(Theme& theme, HealthPresenter& presenter, PosturePresenter& posture);

    void refresh() override;
    [[nodiscard]] std::vector<Command> commands() override;
    void showPosture(bool posture);

Q_SIGNALS:
    void accessKeysRequested();

protected:
    void describeEmpty(QString& title, QString& text) const override;
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    void showState();
    void showCards(const HealthState& state);
    void fillSimulateMenu();
    [[nodiscard]] QWidget* buildTimeline();
    [[nodiscard]] QWidget* buildTables();

    Theme& m_theme;
    HealthPresenter& m_presenter;
    PosturePresenter& m_posture;
    Segments* m_tabs;
    PosturePanel* m_posturePanel;
    NoticeBar* m_simulateNotice;
    QPushButton* m_simulate;
    QMenu* m_simulateMenu;
    QHBoxLayout* m_cardRow;
    std::vector<EndpointCard*> m_cards;
    StateTimeline* m_timeline;
    RecordModel* m_model;
    TableView* m_table;
    QFrame* m_endpointPanel = nullptr;
    RecordModel* m_eventModel;
    TableView* m_events;
    QTimer m_tick;
};

} // namespace gatehouse::ui
