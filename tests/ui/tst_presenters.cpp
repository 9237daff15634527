// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/manualclock.h"
#include "tests/support/testmain.h"
#include "tests/ui/fakes/fakeservices.h"
#include "tests/ui/fakes/samplereports.h"
#include "ui/pages/health/healthpresenter.h"
#include "ui/pages/usage/usagepresenter.h"

using namespace gatehouse;
using namespace gatehouse::ui;
using namespace Qt::StringLiterals;

/// Presenters without any widget: when they ask, whose answer counts, what state follows.
class TestPresenters : public QObject
{
    Q_OBJECT

    struct Bench
    {
        test::ManualClock clock;
        ViewContext context{clock};
        test::FakeUsage usage;
        test::FakeHealth health;
        test::FakeFaults faults;
        jobs::Services services{nullptr, &usage, &health, &faults, nullptr};
        UsagePresenter presenter{context};
        HealthPresenter healthPresenter{context};

        void open()
        {
            presenter.setServices(&services);
            presenter.setActive(true);
        }
        static test::UsageAnswer report(std::int64_t requests)
        {
            usage::Report made;
            made.totals.requests = requests;
            return std::make_shared<const usage::Report>(made);
        }
        static test::UsageAnswer failure(Error::Kind kind)
        {
            return fail(kind, "It did not work.", "Try again.");
        }
    };

private Q_SLOTS:
    void aHiddenPageDoesNotAsk()
    {
        Bench bench;
        bench.usage.answers.always(Bench::report(1));
        bench.presenter.setServices(&bench.services);
        bench.context.setRelative(std::chrono::hours(1));
        bench.presenter.refresh();
        QCOMPARE(bench.usage.answers.calls(), 0);
        bench.presenter.setActive(true);
        QCOMPARE(bench.usage.answers.calls(), 1);
        bench.presenter.setActive(false);
        bench.context.setRelative(std::chrono::hours(6));
        QCOMPARE(bench.usage.answers.calls(), 1);
        bench.presenter.setActive(true);
        QCOMPARE(bench.usage.answers.calls(), 2);
    }

    void theLatestQuestionWins()
    {
        Bench bench;
        bench.usage.answers.hold();
        bench.open();
        bench.context.setRelative(std::chrono::hours(6));
        QCOMPARE(bench.usage.answers.waiting(), std::size_t(2));
        QVERIFY(bench.usage.answers.stopped(0));
        QVERIFY(!bench.usage.answers.stopped(1));
        bench.usage.answers.release(Bench::report(1)); // of the old range: not shown
        QCOMPARE(bench.presenter.status().phase, Phase::Loading);
        bench.usage.answers.release(Bench::report(2));
        QCOMPARE(bench.presenter.status().phase, Phase::Data);
        QCOMPARE(bench.presenter.state()->report->totals.requests, 2);
    }

    void aFailureKeepsWhatWasShown()
    {
        Bench bench;
        bench.usage.answers.always(Bench::report(7));
        bench.open();
        const DateTime loaded = bench.clock.now();
        bench.clock.advance(std::chrono::minutes(1));
        bench.usage.answers.always(Bench::failure(Error::Kind::Network));
        bench.presenter.refresh();
        QCOMPARE(bench.presenter.status().phase, Phase::Stale);
        QCOMPARE(bench.presenter.status().loadedAt.sinceYearOne.count(), loaded.sinceYearOne.count());
        QCOMPARE(bench.presenter.state()->report->totals.requests, 7);
        bench.usage.answers.always(Bench::report(8));
        bench.presenter.refresh();
        QCOMPARE(bench.presenter.status().phase, Phase::Data);
        QVERIFY(!bench.presenter.status().error);
    }

    void states_data()
    {
        QTest::addColumn<int>("answer");
        QTest::addColumn<int>("phase");
        QTest::newRow("data") << 0 << int(Phase::Data);
        QTest::newRow("empty") << 1 << int(Phase::Empty);
        QTest::newRow("partial") << 2 << int(Phase::Partial);
        QTest::newRow("denied") << 3 << int(Phase::Denied);
        QTest::newRow("failed") << 4 << int(Phase::Failed);
    }
    void states()
    {
        QFETCH(int, answer);
        QFETCH(int, phase);
        Bench bench;
        usage::Report partial;
        partial.totals.requests = 3;
        partial.partial = true;
        partial.partialReason = "The answer was cut at 500,000 rows.";
        const test::UsageAnswer answers[] = {
            Bench::report(1), Bench::report(0), std::make_shared<const usage::Report>(partial),
            Bench::failure(Error::Kind::Denied), Bench::failure(Error::Kind::Timeout)};
        bench.usage.answers.always(answers[answer]);
        bench.open();
        QCOMPARE(int(bench.presenter.status().phase), phase);
        QVERIFY(bench.presenter.status().settled());
        if (phase == int(Phase::Partial))
            QVERIFY(!bench.presenter.status().notice.isEmpty());
    }

    void cancelStopsTheQueryAndSaysSo()
    {
        Bench bench;
        bench.usage.answers.hold();
        bench.open();
        bench.presenter.cancel();
        QVERIFY(bench.usage.answers.stopped(0));
        QCOMPARE(bench.presenter.status().phase, Phase::Failed);
        bench.usage.answers.release(Bench::report(1));
        QCOMPARE(bench.presenter.status().phase, Phase::Failed);
    }

    void signingOutDropsTheFigures()
    {
        Bench bench;
        bench.usage.answers.always(Bench::report(7));
        bench.open();
        bench.presenter.setServices(nullptr);
        QCOMPARE(bench.presenter.status().phase, Phase::Waiting);
        QVERIFY(!bench.presenter.state()->report);
    }

    void destroyingStopsTheQuery()
    {
        test::ManualClock clock;
        ViewContext context(clock);
        test::FakeUsage usage;
        usage.answers.hold();
        const jobs::Services services{nullptr, &usage, nullptr, nullptr, nullptr};
        {
            UsagePresenter presenter(context);
            presenter.setServices(&services);
            presenter.setActive(true);
        }
        QVERIFY(usage.answers.stopped(0));
        usage.answers.release(Bench::report(1)); // nobody is there any more
    }

    void aFilterReplacesItsKindAndTogglesOff()
    {
        Bench bench;
        bench.usage.answers.always(Bench::report(1));
        bench.open();
        bench.presenter.toggleFilter(u"a"_s, u"A"_s);
        bench.presenter.toggleFilter(u"b"_s, u"B"_s);
        QCOMPARE(bench.usage.lastFilters.size(), std::size_t(1));
        QCOMPARE(bench.usage.lastFilters.front().key, std::string("b"));
        bench.presenter.toggleFilter(u"b"_s, u"B"_s);
        QVERIFY(bench.usage.lastFilters.empty());
    }

    void aRelativeRangeSlidesAndAFixedOneStays()
    {
        Bench bench;
        bench.context.setRelative(std::chrono::hours(1));
        const TimeRange before = bench.context.range();
        bench.clock.advance(std::chrono::minutes(5));
        QVERIFY(bench.context.range().end == before.end + std::chrono::minutes(5));
        bench.context.setFixed(before);
        bench.clock.advance(std::chrono::minutes(5));
        QVERIFY(bench.context.range() == before);
        bench.context.setFixed({before.end, before.start}); // refused
        QVERIFY(bench.context.range() == before);
        bench.context.resetZoom();
        QVERIFY(bench.context.relative() == Ticks(std::chrono::hours(1)));
        bench.context.setRelative(Ticks(0)); // refused
        QVERIFY(bench.context.relative() == Ticks(std::chrono::hours(1)));
    }

    void simulationsAddUpAndHeal()
    {
        Bench bench;
        bench.health.answers.always(test::sampleHealth(bench.context.range()));
        bench.healthPresenter.setServices(&bench.services);
        bench.healthPresenter.setActive(true);
        bench.healthPresenter.simulate("aoai-eastus", HealthPresenter::Simulation::Unplug);
        bench.healthPresenter.simulate("aoai-westus", HealthPresenter::Simulation::Throttle);
        bench.healthPresenter.simulate("aoai-eastus", HealthPresenter::Simulation::Slow);
        QCOMPARE(bench.faults.inForce.size(), std::size_t(2));
        QCOMPARE(bench.faults.inForce.back().backend, std::string("aoai-eastus"));
        QVERIFY(!bench.faults.inForce.back().down && bench.faults.inForce.back().latencyMs > 0);
        QCOMPARE(bench.faults.inForce.front().status, 429);
        bench.faults.refusal = fail(Error::Kind::Denied, "Only an admin may.").value();
        bench.healthPresenter.heal();
        QCOMPARE(bench.faults.inForce.size(), std::size_t(2));
        QVERIFY(bench.healthPresenter.state()->simulateError);
        bench.faults.refusal.reset();
        bench.healthPresenter.heal();
        QVERIFY(bench.faults.inForce.empty());
        QVERIFY(!bench.healthPresenter.state()->simulateError);
    }
};

GATEHOUSE_TEST_MAIN(TestPresenters)
#include "tst_presenters.moc"
