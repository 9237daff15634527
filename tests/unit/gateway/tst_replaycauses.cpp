// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"

#include "core/gateway/routing/replay.h"

#include "tests/unit/gateway/replaylog.h"

using namespace gatehouse;
using namespace gatehouse::gateway;
using namespace gatehouse::test;
using namespace std::chrono_literals;

namespace {

using Verdict = ReplayedRequest::Outcome;
using Cause = ReplayedRequest::Cause;

using Requests = std::vector<LoggedRequest>;

/// Three failures of a backend, which open its circuit until 30.3 s.
std::vector<LoggedRequest> threeFailures(const std::string& backend)
{
    std::vector<LoggedRequest> requests;
    for (int i = 0; i < 3; ++i) {
        requests.push_back(logged({attempt(backend, i * 100ms, 500)}));
        requests.back().deployment.clear();
    }
    return requests;
}

Requests followed(Requests requests, const LoggedRequest& last)
{
    requests.push_back(last);
    return requests;
}

void row(const char* name, const ReplaySetup& setup, const Requests& requests, Cause cause,
         const char* backend, int status)
{
    QTest::newRow(name) << setup << requests << static_cast<int>(cause) << QString::fromUtf8(backend)
                        << status;
}

/// The setup alone decides.
void addSetupRows()
{
    const ReplaySetup two = small({"a", "b"});
    ReplaySetup zero = two;
    zero.pools[0].members = {{"a", 1, 0}, {"b", 1, 1}};
    ReplaySetup missing = two;
    missing.deployments = {{"a", {"phi-4"}}};
    ReplaySetup nowhere = two;
    nowhere.plan.defaultPool = "nowhere";
    ReplaySetup cheap = two;
    cheap.plan.rules.resize(1);
    cheap.plan.rules[0].name = "cheap";
    cheap.plan.rules[0].pool = "pool";
    cheap.plan.rules[0].downgrade = Downgrade{"gpt-4o-mini", true};
    row("first", two, {logged({attempt("a", 0ms, 200)})}, Cause::None, "a", 200);
    row("not a member", two, {logged({attempt("c", 0ms, 200)})}, Cause::NotInPool, "a", 200);
    row("lacks the deployment", missing, {logged({attempt("a", 0ms, 200)})}, Cause::NotInPool, "b", 200);
    row("the pool does not exist", nowhere, {logged({attempt("a", 0ms, 200)})}, Cause::NotInPool, "", 503);
    row("lower priority", two, {logged({attempt("b", 0ms, 200)})}, Cause::LowerPriority, "a", 200);
    row("weight 0", zero, {logged({attempt("a", 0ms, 200)})}, Cause::ZeroWeight, "b", 200);
    row("another deployment", cheap, {logged({attempt("a", 0ms, 200)})}, Cause::Deployment, "a", 200);
}

/// A circuit is open, or was.
void addCircuitRows()
{
    const ReplaySetup two = small({"a", "b"});
    const ReplaySetup one = small({"a"});
    row("open circuit", two, followed(threeFailures("a"), logged({attempt("a", 5s, 200)})),
        Cause::CircuitOpen, "b", 200);
    row("a single one with an open circuit", one,
        followed(threeFailures("a"), logged({attempt("a", 5s, 200)})), Cause::CircuitOpen, "", 503);
    row("behind an open circuit", two, followed(threeFailures("a"), logged({attempt("b", 5s, 200)})),
        Cause::None, "b", 200);
    row("half-open again", two, followed(threeFailures("a"), logged({attempt("a", 31s, 200)})), Cause::None,
        "a", 200);
    row("within the doubt of the trip's end", two,
        followed(threeFailures("a"), logged({attempt("a", 29'900ms, 200)})), Cause::None, "a", 200);
    row("before the doubt of the trip's end", two,
        followed(threeFailures("a"), logged({attempt("a", 29'700ms, 200)})), Cause::CircuitOpen, "b", 200);
    row("on its way as the circuit opened", two,
        followed(threeFailures("a"), logged({attempt("a", 700ms, 200)})), Cause::None, "a", 200);
    row("chosen before the log shows the trip", two,
        followed(threeFailures("a"), logged({attempt("b", 290ms, 200)})), Cause::None, "b", 200);
}

/// What came of the first attempt decides the next.
void addAttemptRows()
{
    const ReplaySetup two = small({"a", "b"});
    const ReplaySetup one = small({"a"});
    row("the second attempt goes to the next", two,
        {logged({attempt("a", 0ms, 500), attempt("b", 100ms, 200)})}, Cause::None, "b", 200);
    row("the second attempt goes to the same", two,
        {logged({attempt("a", 0ms, 500), attempt("a", 2'100ms, 200)})}, Cause::Tried, "b", 200);
    row("the only one is tried again", one, {logged({attempt("a", 0ms, 500), attempt("a", 2'100ms, 200)})},
        Cause::None, "a", 200);
    row("parked, and another could serve", two,
        {logged({attempt("a", 0ms, 429, 5s), attempt("b", 100ms, 200)}), logged({attempt("a", 2s, 200)})},
        Cause::Parked, "b", 200);
    row("a failure with another backend left", two, {logged({attempt("a", 0ms, 500)})}, Cause::MoreToTry, "b",
        200);
    row("a failure with nobody left", one, {logged({attempt("a", 0ms, 500)})}, Cause::None, "a", 500);
    row("a refusal of its own is not tried again", two, {logged({attempt("a", 0ms, 400)})}, Cause::None, "a",
        400);
    row("a refusal of its own is refused anywhere", two, {logged({attempt("b", 0ms, 400)})},
        Cause::LowerPriority, "a", 400);
    row("nobody could serve, and still none can", one, followed(threeFailures("a"), logged({}, 5s)),
        Cause::None, "", 503);
    row("nobody could serve, but now one can", two, followed(threeFailures("a"), logged({}, 5s)),
        Cause::CouldServe, "b", 200);
    row("what a backend did lately is assumed", two,
        {logged({attempt("a", 0ms, 500), attempt("b", 100ms, 500), attempt("a", 2'200ms, 500)}),
         logged({attempt("c", 10s, 200)})},
        Cause::NotInPool, "b", 500); // the third attempt, since its failure opens a's circuit
    row("what a backend did long ago is not", two,
        {logged({attempt("a", 0ms, 500), attempt("b", 100ms, 500), attempt("a", 2'200ms, 500)}),
         logged({attempt("c", 70s, 200)})},
        Cause::NotInPool, "a", 200);
}

} // namespace

/// Where one request would go, and why it would not go where it went.
class TestReplayCauses : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void eachCauseIsTold_data()
    {
        QTest::addColumn<ReplaySetup>("setup");
        QTest::addColumn<std::vector<LoggedRequest>>("requests"); // the last one is looked at
        QTest::addColumn<int>("cause");
        QTest::addColumn<QString>("backend");
        QTest::addColumn<int>("status");
        addSetupRows();
        addCircuitRows();
        addAttemptRows();
    }

    void eachCauseIsTold()
    {
        QFETCH(ReplaySetup, setup);
        QFETCH(std::vector<LoggedRequest>, requests);
        const ReplayReport report = run(setup, requests);
        const ReplayedRequest& last = report.requests.back();
        QTEST(static_cast<int>(last.cause), "cause");
        QTEST(QString::fromStdString(nameOf(report, last)), "backend");
        QTEST(static_cast<int>(last.status), "status");
        QCOMPARE(last.outcome, last.cause == Cause::None ? Verdict::Same : Verdict::Moved);
        const auto told =
            std::find_if(report.examples.begin(), report.examples.end(),
                         [&](const ReplayExample& one) { return one.request + 1 == requests.size(); });
        QCOMPARE(told != report.examples.end(), last.outcome == Verdict::Moved);
        if (told != report.examples.end())
            QVERIFY2(told->sentence.find(": from ") != std::string::npos, told->sentence.c_str());
    }

    void whatIsNotProvenIsTakenAsItWas()
    {
        ReplaySetup setup = small({"a", "b"});
        setup.plan.rules.resize(1);
        setup.plan.rules[0].name = "budget";
        setup.plan.rules[0].match.budgetUsedAbove = 80;
        setup.plan.rules[0].pool = "b";
        LoggedRequest request = logged({attempt("b", 0ms, 200)});
        request.facts.budgetUsed.reset();
        const ReplayReport report = run(setup, {request});
        QCOMPARE(report.unproven, std::int64_t{1});
        QCOMPARE(report.moved, std::int64_t{0});
        QCOMPARE(nameOf(report, report.requests[0]), std::string("b"));
        setup.plan = {};
        QCOMPARE(run(setup, {request}).unproven, std::int64_t{1}); // no default: the policy decides
    }

    void whatIsNotProvenCountsForTheCircuits()
    {
        ReplaySetup setup = small({"a", "b"});
        setup.plan.rules.resize(1);
        setup.plan.rules[0].match.budgetUsedAbove = 80;
        setup.plan.rules[0].pool = "a";
        auto requests = threeFailures("a");
        for (LoggedRequest& one : requests)
            one.facts.budgetUsed.reset();
        requests.push_back(logged({attempt("b", 5s, 200)}));
        const ReplayReport report = run(setup, requests);
        QCOMPARE(report.unproven, std::int64_t{3});
        QCOMPARE(report.requests.back().outcome, Verdict::Same); // since a's circuit is open
    }

    void whatWasRefusedBeforehandStaysRefused()
    {
        LoggedRequest request = logged({});
        request.status = 401;
        const ReplayReport report = run(small({"a"}), {request});
        QCOMPARE(report.notRouted, std::int64_t{1});
        QCOMPARE(report.requests[0].status, 401);
        QCOMPARE(report.after.failed + report.after.throttled, std::int64_t{0});
    }

    void tokensFollowTheRequests()
    {
        ReplaySetup setup = small({"a", "b"});
        const ReplayReport report =
            run(setup, {logged({attempt("b", 0ms, 200)}), logged({attempt("a", 1s, 200)}),
                        logged({attempt("a", 2s, 500)})});
        QCOMPARE(shareOf(report, "a").tokensBefore, std::int64_t{100});
        QCOMPARE(shareOf(report, "a").tokensAfter, std::int64_t{200});
        QCOMPARE(shareOf(report, "b").tokensBefore, std::int64_t{100});
        QCOMPARE(shareOf(report, "b").tokensAfter, std::int64_t{0});
        QCOMPARE(shareOf(report, "b").requestsAfter, std::int64_t{1}); // the failure goes on to b
        QCOMPARE(report.tokensUnknown, std::int64_t{1});
        QCOMPARE(report.before.failed, std::int64_t{1});
        QCOMPARE(report.after.failed, std::int64_t{0});
    }

    void namesAreComparedAsArmDoes()
    {
        const ReplayReport report = run(small({"Aoai-East"}), {logged({attempt("aoai-east", 0ms, 200)})});
        QCOMPARE(report.same, std::int64_t{1});
        QCOMPARE(report.backends.size(), std::size_t{1});
    }

    void badSetupsAreRefused_data()
    {
        QTest::addColumn<ReplaySetup>("setup");
        QTest::addColumn<QString>("says");
        ReplaySetup large = small({"a"});
        large.pools[0].members.resize(31, {"a", 1, 1});
        ReplaySetup none = small({"a"});
        none.retry.maxAttempts = 0;
        ReplaySetup negative = small({"a"});
        negative.retry.pause = -1ms;
        QTest::newRow("31 members") << large << "more than 30 members";
        QTest::newRow("no attempt") << none << "The retry rule";
        QTest::newRow("a negative pause") << negative << "The retry rule";
    }
    void badSetupsAreRefused()
    {
        QFETCH(ReplaySetup, setup);
        QFETCH(QString, says);
        const auto report = replay(setup, {});
        QVERIFY(!report);
        QVERIFY(QString::fromStdString(report.error().message).contains(says));
    }
};

GATEHOUSE_TEST_MAIN(TestReplayCauses)
#include "tst_replaycauses.moc"
