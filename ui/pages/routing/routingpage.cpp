// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/routing/routingpage.h"

#include "ui/models/format.h"
#include "ui/models/recordmodel.h"
#include "ui/pages/routing/breakerdialog.h"
#include "ui/pages/routing/findingrecords.h"
#include "ui/pages/routing/fragmentpanel.h"
#include "ui/pages/routing/hypotheticalpanel.h"
#include "ui/pages/routing/membersdialog.h"
#include "ui/pages/routing/poolview.h"
#include "ui/pages/routing/ruleform.h"
#include "ui/pages/routing/rulespanel.h"
#include "ui/theme/theme.h"
#include "ui/widgets/deck.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/segments.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QListView>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QVBoxLayout>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

/// Of the page; the rest scrolls, since the rules must not be pushed off it.
constexpr double MostPoolShare = 0.36;
constexpr int LeastPoolHeight = 172; ///< a pool of three

RuleForm::Sources formSources(RoutingPresenter& presenter)
{
    return {[&presenter](gateway::RoutingField field) { return presenter.suggestions(field); },
            [&presenter] { return presenter.targets(); }};
}

QString placeOf(const MemberPicture& member)
{
    return fromText(member.region.empty() ? member.backend : member.region);
}

} // namespace

RoutingPage::RoutingPage(Theme& theme, RoutingPresenter& presenter)
    : Page(theme, presenter, u"routing"_s, tr("Routing"))
    , m_theme(theme)
    , m_presenter(presenter)
    , m_routingNotice(new NoticeBar(theme, u"routingRulesNotice"_s))
    , m_viewRow(new QHBoxLayout)
    , m_views(new Deck)
    , m_pools(new PoolView(theme))
    , m_drain(new QPushButton(tr("Drain")))
    , m_breaker(new QPushButton(tr("Circuit breaker…")))
    , m_members(new QPushButton(tr("Members…")))
    , m_rules(new RulesPanel(theme, presenter))
    , m_detailChoice(new Segments(u"routingDetail"_s, tr("Beside the rules"),
                                  {tr("Rule"), tr("Findings"), tr("What happens to…"), tr("Policy XML")}))
    , m_findingCount(makeLabel(u"findingCount"_s, "caption"))
    , m_form(new RuleForm(theme, formSources(presenter)))
    , m_findingModel(new RecordModel(findingColumns(), this))
    , m_findings(new QListView)
    , m_noFindings(makeLabel(u"findingNone"_s, "muted",
                             tr("● Nothing is wrong with the rules, the pools and the retries.")))
    , m_hypothetical(new HypotheticalPanel(theme, presenter))
    , m_fragment(new FragmentPanel)
{
    auto* const column = new QVBoxLayout(&content());
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::Space3);
    column->addLayout(m_viewRow);
    column->addWidget(m_routingNotice);
    column->addLayout(m_views, 1);
    addView(tr("Rules"), buildRules());
    follow();
    showState();
    showLock();
}

void RoutingPage::addView(const QString& title, QWidget* view)
{
    m_viewTitles.append(title);
    m_views->addWidget(view);
    if (m_viewTitles.size() < 2)
        return; // nothing to choose from yet
    delete m_viewChoice;
    m_viewChoice = new Segments(u"routingViews"_s, tr("View"), m_viewTitles);
    m_viewRow->insertWidget(0, m_viewChoice, 0, Qt::AlignLeft);
    connect(m_viewChoice, &Segments::chosen, this, &RoutingPage::showView);
    showView(m_views->currentIndex());
}

void RoutingPage::showView(int index)
{
    m_views->setCurrentIndex(index);
    if (m_viewChoice != nullptr)
        m_viewChoice->setCurrent(index);
}

void RoutingPage::follow()
{
    connect(&m_presenter, &PagePresenter::changed, this, &RoutingPage::showState);
    connect(&m_theme, &Theme::changed, this, &RoutingPage::showState);
    connect(&m_presenter.flow().lock(), &EditLock::changed, this, &RoutingPage::showLock);
    connect(m_pools, &PoolView::selectionChanged, this, &RoutingPage::showMember);
    connect(m_pools, &PoolView::activated, this, &RoutingPage::editBreaker);
    connect(m_pools, &PoolView::menuRequested, this, &RoutingPage::showMenu);
    connect(m_drain, &QPushButton::clicked, this, &RoutingPage::drainOrRestore);
    connect(m_breaker, &QPushButton::clicked, this, &RoutingPage::editBreaker);
    connect(m_members, &QPushButton::clicked, this, &RoutingPage::editMembers);
    connect(m_rules, &RulesPanel::currentChanged, this, [this](int row) {
        showRule();
        if (row >= 0)
            showDetail(RuleDetail);
    });
    connect(m_rules, &RulesPanel::reviewAsked, this, &RoutingPage::review);
    connect(m_form, &RuleForm::edited, this, [this](const gateway::RoutingRule& rule, const QString& field) {
        if (m_rules->currentRule() >= 0)
            m_rules->history().edit(m_rules->currentRule(), rule, field);
    });
    connect(m_detailChoice, &Segments::chosen, this, &RoutingPage::showDetail);
    connect(m_findings, &QListView::clicked, this, &RoutingPage::findingChosen);
    connect(m_findings, &QListView::activated, this, &RoutingPage::findingChosen);
}

void RoutingPage::describeEmpty(QString& title, QString& text) const
{
    if (m_presenter.state()->available) {
        title = tr("No backends yet");
        text = tr("Pools and endpoints are the backends of the API Management service. Add one there.");
    } else {
        title = tr("No API Management service");
        text = tr("This profile names no API Management service. Choose one in the profile to see where its "
                  "requests go.");
    }
}

void RoutingPage::showState()
{
    const std::shared_ptr<const RoutingState> state = m_presenter.state();
    showStatus(state->status);
    showNotice(*state);
    m_pools->setPools(state->pools);
    fitPools();
    m_rules->showState(*state);
    showFindings(*state);
    showRule();
    m_fragment->setState(*state);
    m_hypothetical->showAnswer();
}

void RoutingPage::fitPools()
{
    const int most = std::max(LeastPoolHeight, static_cast<int>(MostPoolShare * content().height()));
    m_poolScroll->setFixedHeight(std::min(m_pools->sizeHint().height(), most));
}

void RoutingPage::resizeEvent(QResizeEvent* event)
{
    Page::resizeEvent(event);
    fitPools();
}

void RoutingPage::showNotice(const RoutingState& state)
{
    using Weight = NoticeBar::Weight;
    if (!state.view) {
        m_routingNotice->show(Weight::Info, {});
    } else if (state.view->fragmentProblem) {
        m_routingNotice->show(Weight::Bad,
                              tr("The rules cannot be read, so they cannot be edited here: %1")
                                  .arg(fromText(state.view->fragmentProblem->message)),
                              state.view->fragmentProblem);
    } else if (state.changedMeanwhile) {
        m_routingNotice->show(Weight::Warning,
                              tr("Somebody else has changed the rules since this draft began. "
                                 "The review shows both versions."));
    } else if (!state.view->policiesProblem.empty()) {
        m_routingNotice->show(
            Weight::Info,
            tr("Whether the rules are in force is not known: %1").arg(fromText(state.view->policiesProblem)));
    } else if (state.view->including() == nullptr) {
        m_routingNotice->show(Weight::Warning,
                              tr("No API's policy includes the fragment gatehouse-routing, so "
                                 "these rules are not in force. Policy XML shows how to."));
    } else {
        m_routingNotice->show(Weight::Info, {});
    }
}

void RoutingPage::showFindings(const RoutingState& state)
{
    m_findingModel->setRecords(findingRecords(state, m_theme.tokens()));
    m_noFindings->setVisible(m_findingModel->rowCount() == 0);
    const QString words = findingWords(state);
    m_findingCount->setText(words);
    const bool wrong = words.startsWith(u'▲');
    const bool error =
        !state.findings.empty() && state.findings.front().severity == gateway::LintSeverity::Error;
    m_findingCount->setProperty("mood", error ? u"bad"_s : wrong ? u"warn"_s : u"good"_s);
    m_findingCount->style()->unpolish(m_findingCount);
    m_findingCount->style()->polish(m_findingCount);
}

void RoutingPage::showRule()
{
    const std::shared_ptr<const RoutingState> state = m_presenter.state();
    const int row = m_rules->currentRule();
    const auto& rules = state->draft.plan.rules;
    const bool any = row >= 0 && row < static_cast<int>(rules.size());
    m_formStack->setCurrentIndex(any ? 1 : 0);
    if (!any)
        return;
    m_form->setRule(rules[static_cast<std::size_t>(row)]);
    std::vector<PlanProblem> problems;
    for (const PlanProblem& problem : state->problems) {
        if (problem.rule == row)
            problems.push_back(problem);
    }
    m_form->setProblems(problems);
}

void RoutingPage::showDetail(int index)
{
    m_detail->setCurrentIndex(index);
    m_detailChoice->setCurrent(index);
}

void RoutingPage::findingChosen(const QModelIndex& index)
{
    const std::shared_ptr<const RoutingState> state = m_presenter.state();
    const int row = index.row();
    if (const int rule = ruleOfFinding(*state, row); rule >= 0) {
        m_rules->selectRule(rule);
        showDetail(RuleDetail);
    } else if (row < static_cast<int>(state->findings.size())) {
        const std::string& pool = state->findings[static_cast<std::size_t>(row)].pool;
        for (const PoolPicture& picture : state->pools) {
            if (!pool.empty() && picture.name == pool && !picture.members.empty())
                m_pools->select(pool, picture.members.front().backend);
        }
    }
}

void RoutingPage::showLock()
{
    const QString why = m_presenter.flow().lock().whyNot();
    m_rules->setLocked(why);
    m_form->setEditable(why.isEmpty(), why);
    showMember();
}

void RoutingPage::showMember()
{
    const QString why = m_presenter.flow().lock().whyNot();
    const MemberPicture* const member = m_pools->selected();
    const PoolPicture* const pool = m_pools->selectedPool();
    const QString place = member != nullptr ? placeOf(*member).replace(u'&', u"&&"_s) : QString();
    m_drain->setText(member != nullptr && member->drained ? tr("Restore %1").arg(place)
                                                          : tr("Drain %1").arg(place));
    const auto set = [&](QPushButton* button, bool can, const QString& hint) {
        button->setEnabled(why.isEmpty() && can);
        setPlainToolTip(button, why.isEmpty() ? hint : why);
    };
    set(m_drain, member != nullptr && pool != nullptr,
        member != nullptr && member->drained
            ? tr("Puts it back into its pools with the priority and weight that it had")
            : tr("Takes it out of its pools, so that it gets no new call; Restore puts it back as it was"));
    set(m_breaker, member != nullptr && member->exists, tr("When its circuit opens, and for how long"));
    set(m_members, pool != nullptr, tr("Who is in the pool, with priority and weight"));
}

void RoutingPage::report(const Status& done)
{
    if (!done)
        m_routingNotice->show(NoticeBar::Weight::Bad,
                              fromText(done.error().message + " " + done.error().advice), done.error());
}

void RoutingPage::review()
{
    const std::vector<PlanProblem> problems = m_presenter.state()->problems;
    if (!problems.empty() && problems.front().rule >= 0) {
        m_rules->selectRule(problems.front().rule);
        showDetail(RuleDetail);
        m_form->focusField(problems.front().field);
    }
    report(m_presenter.proposePlan());
}

void RoutingPage::drainOrRestore()
{
    const MemberPicture* const member = m_pools->selected();
    if (member == nullptr)
        return;
    const std::string backend = member->backend;
    if (member->drained) {
        report(m_presenter.restore(backend));
        return;
    }
    const Status done = m_presenter.drain(backend);
    report(done);
    const std::vector<std::string> direct = m_presenter.directRules(backend);
    if (done && !direct.empty())
        m_routingNotice->show(NoticeBar::Weight::Warning,
                              tr("The rule “%1” sends to %2 by its own name: draining does not stop that.")
                                  .arg(fromText(direct.front()), fromText(backend)));
}

void RoutingPage::editBreaker()
{
    const MemberPicture* const member = m_pools->selected();
    const std::shared_ptr<const RoutingState> state = m_presenter.state();
    if (member == nullptr || !state->view || !m_breaker->isEnabled())
        return;
    const auto properties = state->view->properties.find(member->backend);
    if (properties == state->view->properties.end())
        return;
    auto* const dialog = new BreakerDialog(
        fromText(member->backend), gateway::breakerDraft(properties->second),
        [this, backend = member->backend](const gateway::BreakerDraft& draft) {
            return m_presenter.proposeBreaker(backend, draft);
        },
        this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void RoutingPage::editMembers()
{
    const PoolPicture* const pool = m_pools->selectedPool();
    const std::shared_ptr<const RoutingState> state = m_presenter.state();
    if (pool == nullptr || !state->view || !m_members->isEnabled())
        return;
    const auto properties = state->view->properties.find(pool->name);
    if (properties == state->view->properties.end())
        return;
    std::vector<std::string> backends;
    for (const gateway::Backend& backend : state->view->backends)
        backends.push_back(backend.name);
    auto* const dialog = new MembersDialog(
        fromText(pool->name), gateway::memberDrafts(properties->second), backends,
        [this, name = pool->name](const std::vector<gateway::MemberDraft>& members) {
            return m_presenter.proposeMembers(name, members);
        },
        this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void RoutingPage::showMenu(QPoint at)
{
    auto* const menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    nameWidget(menu, u"poolMenu"_s, tr("Endpoint"));
    for (QPushButton* const button : {m_drain, m_breaker, m_members}) {
        QAction* const action = menu->addAction(button->text(), button, &QPushButton::click);
        action->setEnabled(button->isEnabled());
    }
    menu->popup(at);
}

std::vector<Command> RoutingPage::commands()
{
    const auto show = [this](int detail) {
        return [this, detail] {
            Q_EMIT pageRequested();
            showView(0);
            showDetail(detail);
        };
    };
    return {{tr("Routing"), tr("What happens to a request"), {}, show(HypotheticalDetail)},
            {tr("Routing"), tr("Findings of the rules"), {}, show(FindingDetail)},
            {tr("Routing"), tr("Policy XML of the rules"), {}, show(FragmentDetail)}};
}

std::vector<std::pair<QString, QString>> RoutingPage::keys() const
{
    return {{u"Alt ▲ ▼"_s, tr("Move the rule")},
            {tr("Space"), tr("Switch the rule on or off")},
            {u"Ctrl D"_s, tr("Duplicate the rule")},
            {tr("Delete"), tr("Delete the rule")},
            {u"Ctrl Z"_s, tr("Undo the last edit of the rules")}};
}

} // namespace gatehouse::ui
