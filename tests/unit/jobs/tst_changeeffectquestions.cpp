// SPDX-License-Identifier: GPL-3.0-or-later
// First, since moc cannot read <compare> before a Qt header.
#include "tests/support/testmain.h"

#include "core/jobs/changeeffectquestions.h"
#include "tests/support/manualclock.h"
#include "tests/unit/jobs/memorycatalog.h"
#include "tests/unit/jobs/scriptedworkspace.h"

using namespace gatehouse;
using namespace gatehouse::test;
using std::chrono::hours;
using std::chrono::minutes;

namespace {

const DateTime Noon = DateTime::fromCivil(2026, 6, 1) + Ticks(hours(12));

/// A log, the queries run over it, and the time of the question.
struct Bench
{
    MemoryCatalog catalog;
    ManualClock clock{Noon + Ticks(hours(3))};
    ScriptedWorkspace workspace{[this](const jobs::Ask& ask) -> Result<QueryAnswerPtr> {
        kql::QueryOptions options;
        options.now = clock.now();
        options.timespan = ask.timespan;
        auto execution = kql::execute(ask.kql, catalog, options);
        if (!execution)
            return fail(execution.error());
        auto answer = std::make_shared<QueryAnswer>(std::move(execution->answer));
        if (partial)
            answer->partial = fail(Error::Kind::Http, "The answer was cut.").value();
        return QueryAnswerPtr(answer);
    }};
    bool partial = false;
    jobs::ChangeEffectQuestions questions{workspace, clock, Ticks(minutes(5))};
    int calls = 0;

    LoggedCall& call(Ticks fromNoon)
    {
        last = {Noon + fromNoon, "c" + std::to_string(calls++)};
        return last;
    }
    void add() { catalog.addCall(last); }
    void addAt(Ticks fromNoon)
    {
        call(fromNoon);
        add();
    }
    void addFailed(Ticks fromNoon, std::optional<int> status)
    {
        call(fromNoon).status = status;
        last.usage.reset();
        add();
    }
    Result<jobs::ChangeEffect> effect()
    {
        auto future = questions.effect(Noon, {});
        return finished(future) ? future.result() : fail(Error::Kind::Timeout, "No answer.");
    }
    LoggedCall last;
};

} // namespace

class TestChangeEffectQuestions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theHoursBeforeAndAfterAreCounted()
    {
        Bench bench;
        bench.addAt(-minutes(61)); // neither hour's
        bench.addAt(-minutes(60));
        bench.addAt(-minutes(1));
        bench.addFailed(-minutes(2), 429);
        bench.addFailed(-minutes(3), 503);
        bench.addFailed(-minutes(4), std::nullopt);
        bench.addAt(Ticks(0));
        bench.addFailed(minutes(59), 429);
        bench.addAt(minutes(60));
        const auto effect = bench.effect();
        QVERIFY(effect.has_value());
        QVERIFY(effect->hourBefore && effect->hourAfter && !effect->tooEarly);
        QCOMPARE(effect->hourBefore->requests, 5);
        QCOMPARE(effect->hourBefore->errors, 2);
        QCOMPARE(effect->hourBefore->throttled, 1);
        QCOMPARE(effect->hourBefore->tokens, std::optional<std::int64_t>(30));
        QCOMPARE(effect->hourAfter->requests, 2);
        QCOMPARE(effect->hourAfter->errors, 0);
        QCOMPARE(effect->hourAfter->throttled, 1);
        QCOMPARE(effect->hourAfter->tokens, std::optional<std::int64_t>(15));
        QCOMPARE(effect->queries.size(), std::size_t(2));
    }

    void theHourAfterIsNotKnownBeforeItsRowsAreThere()
    {
        Bench bench;
        bench.addAt(-minutes(1));
        bench.addAt(minutes(1));
        const ManualClock early(Noon + Ticks(minutes(64)));
        jobs::ChangeEffectQuestions questions(bench.workspace, early, Ticks(minutes(5)));
        auto future = questions.effect(Noon, {});
        QVERIFY(finished(future));
        const auto effect = future.result();
        QVERIFY(effect.has_value());
        QVERIFY(effect->tooEarly && !effect->hourAfter && effect->hourBefore);
    }

    void aQuietHourIsNotAnUnloggedOne()
    {
        Bench bench;
        bench.addAt(-minutes(90));
        QVERIFY(!bench.effect()->hourBefore); // the log may have ended
        bench.addAt(minutes(30));
        auto effect = bench.effect();
        QVERIFY(effect.has_value());
        QCOMPARE(effect->hourBefore->requests, 0);
        QCOMPARE(effect->hourBefore->tokens, std::optional<std::int64_t>(0));
        QCOMPARE(effect->hourAfter->requests, 1);
    }

    void whatTheLogLacksIsUnknown()
    {
        Bench bench;
        auto effect = bench.effect();
        QVERIFY(effect.has_value());
        QVERIFY(!effect->hourBefore && !effect->hourAfter);
        bench.addAt(-minutes(1));
        bench.call(-minutes(2)).tokenSource = "unknown";
        bench.add();
        bench.partial = true;
        QVERIFY(!bench.effect()->hourBefore);
        bench.partial = false;
        effect = bench.effect();
        QVERIFY(effect->hourBefore->tokensAtLeast);
        QCOMPARE(effect->hourBefore->tokens, std::optional<std::int64_t>(15));
        bench.catalog.remove("ApiManagementGatewayLlmLog");
        effect = bench.effect();
        QVERIFY(effect.has_value());
        QCOMPARE(effect->hourBefore->requests, 2);
        QVERIFY(!effect->hourBefore->tokens);
        bench.catalog.remove("ApiManagementGatewayLogs");
        effect = bench.effect();
        QVERIFY(effect.has_value());
        QVERIFY(!effect->hourBefore);
    }
};

GATEHOUSE_TEST_MAIN(TestChangeEffectQuestions)
#include "tst_changeeffectquestions.moc"
