// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/page.h"
#include "ui/pages/routing/routingpresenter.h"

class QFrame;
class QLabel;
class QListView;
class QPushButton;
class QScrollArea;
class QHBoxLayout;

namespace gatehouse::ui {

class Deck;
class FragmentPanel;
class HypotheticalPanel;
class NoticeBar;
class PoolView;
class RecordModel;
class RuleForm;
class RulesPanel;
class Segments;

/// Where requests go: pools and endpoints as a picture, the rules in order, what is wrong with them, and what
/// would happen to a request. Everything that changes the gateway is proposed, never written from here.
class RoutingPage : public Page
{
    Q_OBJECT
public:
    RoutingPage(Theme& theme, RoutingPresenter& presenter);

    /// Another view beside the rules (Explain, Replay), chosen above the page. Owned by the page.
    void addView(const QString& title, QWidget* view);
    void showView(int index);

    [[nodiscard]] std::vector<Command> commands() override;
    [[nodiscard]] std::vector<std::pair<QString, QString>> keys() const override;

protected:
    void describeEmpty(QString& title, QString& text) const override;
    void resizeEvent(QResizeEvent* event) override;

private:
    /// What is beside the list of rules.
    enum Detail { RuleDetail, FindingDetail, HypotheticalDetail, FragmentDetail };

    [[nodiscard]] QWidget* buildRules();
    [[nodiscard]] QFrame* buildPools();
    [[nodiscard]] QWidget* buildForm();
    [[nodiscard]] QWidget* buildFindings();
    [[nodiscard]] QFrame* buildDetail();
    void follow();
    void showState();
    void showNotice(const RoutingState& state);
    void fitPools();
    void showFindings(const RoutingState& state);
    void showRule();
    void showMember();
    void showLock();
    void showDetail(int index);
    void findingChosen(const QModelIndex& index);
    void review();
    void drainOrRestore();
    void editBreaker();
    void editMembers();
    void showMenu(QPoint at);
    void report(const Status& done);

    Theme& m_theme;
    RoutingPresenter& m_presenter;
    NoticeBar* m_routingNotice;
    Segments* m_viewChoice = nullptr;
    QHBoxLayout* m_viewRow;
    QStringList m_viewTitles;
    Deck* m_views;
    PoolView* m_pools;
    QScrollArea* m_poolScroll = nullptr;
    QPushButton* m_drain;
    QPushButton* m_breaker;
    QPushButton* m_members;
    RulesPanel* m_rules;
    Segments* m_detailChoice;
    QLabel* m_findingCount;
    Deck* m_detail = nullptr;
    RuleForm* m_form;
    Deck* m_formStack = nullptr;
    RecordModel* m_findingModel;
    QListView* m_findings;
    QLabel* m_noFindings;
    HypotheticalPanel* m_hypothetical;
    FragmentPanel* m_fragment;
};

} // namespace gatehouse::ui
