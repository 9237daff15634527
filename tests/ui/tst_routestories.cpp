// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/manualclock.h"
#include "tests/ui/fakes/fakeservices.h"
#include "tests/ui/fakes/guitestmain.h"
#include "ui/pages/routing/explainpanel.h"
#include "ui/pages/routing/replaypanel.h"
#include "ui/theme/theme.h"

#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableView>

using namespace gatehouse;
using namespace gatehouse::ui;
using namespace Qt::StringLiterals;

namespace {

using Service = jobs::ExplainService;

class FakeExplain final : public Service
{
public:
    QFuture<Result<ExplanationPtr>> explain(std::string id, std::stop_token stop) override
    {
        asked.push_back(std::move(id));
        return stories.ask(stop);
    }
    QFuture<Result<ExplanationPtr>> hypothetical(gateway::RequestFacts, std::stop_token stop) override
    {
        return stories.ask(stop);
    }
    QFuture<Result<jobs::SetupNow>> setup(std::stop_token stop) override { return setups.ask(stop); }
    QFuture<Result<ReplayPtr>> replay(std::optional<gateway::ExplainSetup> wanted, TimeRange range,
                                      std::function<void(const jobs::ReplayProgress&)> tell,
                                      std::stop_token stop) override
    {
        draft = std::move(wanted);
        days = range.length() / Ticks(std::chrono::hours(24));
        progress = std::move(tell);
        return replays.ask(stop);
    }

    test::Answers<Result<ExplanationPtr>> stories;
    test::Answers<Result<jobs::SetupNow>> setups;
    test::Answers<Result<ReplayPtr>> replays;
    std::vector<std::string> asked;
    std::optional<gateway::ExplainSetup> draft;
    std::int64_t days = 0;
    std::function<void(const jobs::ReplayProgress&)> progress;
};

/// One attempt at "b" with "a" not taken for a reason that is not known.
Service::ExplanationPtr story()
{
    gateway::Explanation story;
    story.correlationId = "request-1";
    story.rules.push_back({{"secret", gateway::RuleTrace::Outcome::NotMatched, {}, "It is not."},
                           gateway::Certainty::Inferred});
    story.route = {gateway::Certainty::Logged, "No rule matched."};
    gateway::ExplainedAttempt attempt;
    attempt.backend = "b";
    attempt.certainty = gateway::Certainty::Logged;
    attempt.sentence = "It answered 200.";
    attempt.candidates.resize(2);
    attempt.candidates[0].backend = "<b>a</b>";
    attempt.candidates[0].sentence = "Cannot be told.";
    attempt.candidates[1].taken = true;
    story.attempts.push_back(attempt);
    story.result = {gateway::Certainty::Logged, "Served by b."};
    return std::make_shared<const gateway::Explanation>(std::move(story));
}

Service::ReplayPtr outcome()
{
    auto outcome = std::make_shared<jobs::ReplayOutcome>();
    outcome->replay.judged = 1'200;
    outcome->replay.moved = 3;
    outcome->replay.unproven = 2;
    outcome->replay.backends = {{"a", 10, 7, 100, 70}, {"b", 0, 3, 0, 30}};
    outcome->replay.examples.push_back(
        {0, "request-1", DateTime::fromCivil(2026, 6, 1), "a", "", 200, 503, "x"});
    return outcome;
}

} // namespace

/// The panels of the Routing page that tell stories: what they show is what the service said.
class TestRouteStories : public QObject
{
    Q_OBJECT
    Theme m_theme{*qobject_cast<QApplication*>(QApplication::instance()), false};

private Q_SLOTS:
    void aStoryIsShownLineByLineWithHowSureItIs()
    {
        FakeExplain service;
        service.stories.always(story());
        ExplainPresenter presenter;
        ExplainPanel panel(m_theme, presenter);
        QVERIFY(!panel.findChild<QPushButton*>(u"explainAsk"_s)->isEnabled());
        presenter.setService(&service);
        panel.showRequest(u"  request-1 "_s);
        QTRY_VERIFY(presenter.state().story != nullptr);
        QCOMPARE(service.asked, std::vector<std::string>{"request-1"});
        const QAbstractItemModel& lines = *panel.findChild<QTableView*>(u"explainStory"_s)->model();
        QCOMPARE(lines.rowCount(), 5);
        QCOMPARE(lines.index(2, 1).data().toString(), u"b"_s);
        QCOMPARE(lines.index(2, 2).data().toString(), u"● logged"_s);
        QCOMPARE(lines.index(3, 0).data().toString(), u"Not taken"_s);
        QCOMPARE(lines.index(3, 2).data().toString(), u"○ unknown"_s);
        QCOMPARE(lines.index(0, 2).data().toString(), u"◐ inferred"_s);
    }

    void theLatestQuestionWinsAndAnErrorIsTold()
    {
        FakeExplain service;
        service.stories.hold();
        ExplainPresenter presenter;
        presenter.setService(&service);
        presenter.explain(u"first"_s);
        presenter.explain(u"second"_s);
        QVERIFY(service.stories.stopped(0));
        QVERIFY(presenter.state().loading);
        presenter.cancel();
        QVERIFY(service.stories.stopped(1) && !presenter.state().loading);
        service.stories.always(fail(Error::Kind::NotFound, "There is none.", "Check it."));
        ExplainPanel panel(m_theme, presenter);
        presenter.explain(u"third"_s);
        QTRY_VERIFY(presenter.state().error.has_value());
        QCOMPARE(panel.findChild<QLabel*>(u"explainNote"_s)->text(), u"There is none. Check it."_s);
        QCOMPARE(panel.findChild<QLabel*>(u"explainNote"_s)->textFormat(), Qt::PlainText);
    }

    void aReplayShowsItsProgressAndItsOutcome()
    {
        FakeExplain service;
        service.replays.hold();
        service.setups.always(jobs::SetupNow());
        test::ManualClock clock;
        ReplayPresenter presenter(clock);
        ReplayPanel panel(m_theme, presenter);
        presenter.setService(&service);
        presenter.setDraft(gateway::RoutingPlan{{}, "drafted"});
        presenter.run(7);
        QTRY_VERIFY(service.draft.has_value());
        QCOMPARE(service.days, std::int64_t{7});
        QCOMPARE(service.draft->routing.plan.defaultPool, std::string("drafted"));
        service.progress({0.5, 600});
        QCOMPARE(presenter.state().fraction, 0.5);
        QCOMPARE(panel.findChild<QPushButton*>(u"replayRun"_s)->text(), u"Cancel"_s);
        presenter.cancel();
        QVERIFY(service.replays.stopped(0));
        service.progress({0.9, 900}); // of the run that was cancelled
        QCOMPARE(presenter.state().fraction, 0.5);

        service.replays.always(outcome());
        presenter.run(30);
        QTRY_VERIFY(presenter.state().outcome != nullptr);
        QVERIFY(panel.findChild<QLabel*>(u"replayTotals"_s)->text().contains(u"3 moved"_s));
        QVERIFY(panel.findChild<QLabel*>(u"replayLimits"_s)->text().contains(u"Cost is not told"_s));
        QTableView* moved = panel.findChild<QTableView*>(u"replayMoved"_s);
        QCOMPARE(moved->model()->rowCount(), 1);
        QCOMPARE(moved->model()->index(0, 3).data().toString(), u"nobody (503)"_s);
        QCOMPARE(panel.findChild<QTableView*>(u"replayBackends"_s)->model()->rowCount(), 2);
        QSignalSpy explained(&panel, &ReplayPanel::explainRequested);
        moved->setCurrentIndex(moved->model()->index(0, 0));
        QTest::keyClick(moved, Qt::Key_Return);
        QCOMPARE(explained.value(0).value(0).toString(), u"request-1"_s);
    }
};

GATEHOUSE_WINDOW_TEST_MAIN(TestRouteStories)
#include "tst_routestories.moc"
