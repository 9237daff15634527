// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"

#include "core/gateway/routing/replay.h"
#include "core/gateway/routing/replaybackends.h"

#include "tests/support/seed.h"
#include "tests/unit/gateway/simulatedgateway.h"

#include <random>
#include <set>

using namespace gatehouse;
using namespace gatehouse::gateway;
using namespace std::chrono_literals;

namespace {

using Verdict = ReplayedRequest::Outcome;
using Cause = ReplayedRequest::Cause;

const DateTime Start = DateTime::fromCivil(2026, 6, 1);

DateTime at(Millis offset)
{
    return Start + std::chrono::duration_cast<Ticks>(offset);
}

Ticks ticks(Millis span)
{
    return std::chrono::duration_cast<Ticks>(span);
}

/// One pool "pool" over the named backends, of ascending priority; all requests go there.
ReplaySetup small(const std::vector<std::string>& names)
{
    ReplaySetup setup;
    setup.pools.push_back({"pool", {}});
    for (const std::string& name : names) {
        Backend backend;
        backend.name = name;
        backend.breaker.rule = ConsecutiveRule{3};
        backend.failureStatuses = {{500, 599}};
        setup.backends.push_back(backend);
        setup.pools[0].members.push_back({name, static_cast<int>(setup.pools[0].members.size()) + 1, 1});
    }
    setup.plan.defaultPool = "pool";
    return setup;
}

BackendAttempt attempt(const std::string& backend, Millis offset, int status, Millis retryAfter = 0ms)
{
    return {backend, {at(offset), ticks(100ms), status, ticks(retryAfter)}};
}

LoggedRequest logged(const std::vector<BackendAttempt>& attempts, Millis offset = 0ms)
{
    LoggedRequest request;
    for (std::optional<std::string>& text : request.facts.texts)
        text = "";
    request.facts.of(RoutingField::Model) = "gpt-4o";
    request.deployment = "gpt-4o";
    request.facts.budgetUsed = 0;
    request.time = attempts.empty() ? at(offset) : attempts.front().attempt.start;
    request.attempts = attempts;
    request.status = attempts.empty() ? 503 : attempts.back().attempt.status;
    request.backend = attempts.empty() ? "" : attempts.back().backend;
    request.tokens = request.status == 200 ? 100 : 0;
    return request;
}

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

ReplayReport run(const ReplaySetup& setup, const std::vector<LoggedRequest>& requests)
{
    auto report = replay(setup, requests);
    if (!report) {
        QTest::qFail(report.error().message.c_str(), __FILE__, __LINE__);
        return {};
    }
    return std::move(*report);
}

std::string nameOf(const ReplayReport& report, const ReplayedRequest& request)
{
    return request.backend < 0 ? "" : report.backends[static_cast<std::size_t>(request.backend)].backend;
}

const ReplayShare& shareOf(const ReplayReport& report, const std::string& backend)
{
    static const ReplayShare None;
    for (const ReplayShare& share : report.backends) {
        if (share.backend == backend)
            return share;
    }
    return None;
}

std::string explained(const ReplayReport& report)
{
    std::string text;
    for (const ReplayExample& one : report.examples)
        text += std::to_string(one.request) + ": " + one.sentence + "\n";
    return text;
}

} // namespace

class TestReplay : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theSetupInForceReproducesItsHistory_data()
    {
        QTest::addColumn<bool>("consecutive");
        QTest::addColumn<int>("everyMilliseconds");
        QTest::addColumn<bool>("parks");
        QTest::addColumn<quint64>("drawn"); // 0: a new seed
        QTest::newRow("windowed rule") << false << 200 << true << quint64{0};
        QTest::newRow("consecutive rule") << true << 200 << true << quint64{0};
        QTest::newRow("a busy gateway") << false << 20 << true << quint64{0};
        QTest::newRow("a quiet gateway") << true << 3'000 << true << quint64{0};
        // One that waited for the end of a Retry-After finds the place of the last probe taken.
        QTest::newRow("a place that another took in the same millisecond")
            << false << 20 << true << quint64{312842811};
    }

    void theSetupInForceReproducesItsHistory()
    {
        QFETCH(bool, consecutive);
        QFETCH(int, everyMilliseconds);
        QFETCH(quint64, drawn);
        ReplaySetup setup = test::simulatedSetup();
        for (Backend& backend : setup.backends) {
            if (consecutive)
                backend.breaker.rule = ConsecutiveRule{};
            backend.breaker.acceptRetryAfter = consecutive;
        }
        test::Traffic traffic;
        traffic.everyMilliseconds = everyMilliseconds;
        traffic.outages = test::simulatedOutages();
        for (test::Outage& outage : traffic.outages) {
            outage.from = outage.from * everyMilliseconds / 200;
            outage.to = outage.to * everyMilliseconds / 200 + 20;
        }
        test::SimulatedGateway gateway(setup, traffic, drawn != 0 ? drawn : test::seed());
        const auto history = gateway.run();
        QCOMPARE(history.size(), std::size_t{20'000});
        QVERIFY2(gateway.trips() >= 5, qPrintable(QString::number(gateway.trips())));
        const ReplayReport report = run(setup, history);
        QVERIFY2(report.moved == 0, explained(report).c_str());
        QCOMPARE(report.unproven, std::int64_t{0});
        QVERIFY(report.notRouted > 100 && report.same > 19'000);
        QVERIFY(report.before.failed > 20 && report.before.throttled + report.before.failed > 50);
        QCOMPARE(report.after.failed, report.before.failed);
        QCOMPARE(report.after.throttled, report.before.throttled);
        for (const ReplayShare& share : report.backends) {
            QVERIFY(share.requestsBefore > 0);
            QCOMPARE(share.requestsAfter, share.requestsBefore);
            QCOMPARE(share.tokensAfter, share.tokensBefore);
        }
    }

    void theOrderOfTheListDoesNotMatter()
    {
        const std::uint64_t seed = test::seed();
        test::Traffic traffic;
        traffic.requests = 5'000;
        traffic.outages = test::simulatedOutages();
        auto history = test::SimulatedGateway(test::simulatedSetup(), traffic, seed).run();
        std::mt19937_64 random(seed);
        std::shuffle(history.begin(), history.end(), random);
        const ReplayReport report = run(test::simulatedSetup(), history);
        QVERIFY2(report.moved == 0, explained(report).c_str());
    }

    void aBackendThatMayNotServeIsNoticed()
    {
        const std::uint64_t seed = test::seed();
        std::mt19937_64 random(seed);
        test::Traffic healthy;
        healthy.requests = 3'000;
        healthy.throttled = 0;
        healthy.broken = 0;
        auto history = test::SimulatedGateway(test::simulatedSetup(), healthy, seed).run();
        std::set<std::size_t> changed;
        for (std::size_t i = 0; i < history.size(); ++i) {
            if (history[i].attempts.empty() || random() % 10 != 0)
                continue;
            // America is of higher priority than Europe, and Europe is all that restricted data may use.
            const bool america = history[i].backend != "aoai-westeurope";
            history[i].backend = america ? "aoai-westeurope" : "aoai-eastus";
            history[i].attempts[0].backend = history[i].backend;
            changed.insert(i);
        }
        const ReplayReport report = run(test::simulatedSetup(), history);
        QVERIFY(changed.size() > 200);
        QCOMPARE(report.moved, static_cast<std::int64_t>(changed.size()));
        for (std::size_t i = 0; i < history.size(); ++i)
            QCOMPARE(report.requests[i].outcome == Verdict::Moved, changed.count(i) == 1);
    }

    void aDraftMovesWhatItsRuleMatches()
    {
        test::Traffic healthy;
        healthy.throttled = 0;
        healthy.broken = 0;
        const auto history = test::SimulatedGateway(test::simulatedSetup(), healthy, test::seed()).run();
        ReplaySetup draft = test::simulatedSetup();
        RoutingRule searches;
        searches.name = "searches to Europe";
        searches.match.of(RoutingField::Task) = {"search"};
        searches.pool = "aoai-westeurope";
        draft.plan.rules.insert(draft.plan.rules.begin(), searches);
        const ReplayReport report = run(draft, history);
        std::int64_t expected = 0;
        std::int64_t tokens = 0;
        std::int64_t europe = 0;
        for (std::size_t i = 0; i < history.size(); ++i) {
            const bool moves = !history[i].attempts.empty() &&
                               *history[i].facts.of(RoutingField::Task) == "search" &&
                               history[i].backend != "aoai-westeurope";
            QCOMPARE(report.requests[i].outcome == Verdict::Moved, moves);
            if (moves) {
                QCOMPARE(nameOf(report, report.requests[i]), std::string("aoai-westeurope"));
                QCOMPARE(report.requests[i].cause, Cause::NotInPool);
                QCOMPARE(report.requests[i].rule, 0);
            }
            expected += moves ? 1 : 0;
            tokens += moves ? history[i].tokens : 0;
            europe += history[i].backend == "aoai-westeurope" ? history[i].tokens : 0;
        }
        QVERIFY(expected > 3'000);
        QCOMPARE(report.moved, expected);
        QCOMPARE(shareOf(report, "aoai-westeurope").tokensBefore, europe);
        QCOMPARE(shareOf(report, "aoai-westeurope").tokensAfter, europe + tokens);
        QCOMPARE(report.tokensUnknown, std::int64_t{0});
        QCOMPARE(report.examples.size(), draft.examples);
        QVERIFY(report.examples[0].sentence.find("by the rule “searches to Europe”") != std::string::npos);
    }

    void aFallbackTakesWhatAnOutageRefused()
    {
        ReplaySetup present = test::simulatedSetup();
        test::Traffic traffic;
        traffic.broken = 0;
        traffic.throttled = 0; // whether the fallback is parked just then is chance
        traffic.outages = {{"aoai-westeurope", 600, 1'200}};
        const auto history = test::SimulatedGateway(present, traffic, test::seed()).run();
        ReplaySetup draft = present;
        draft.pools.push_back({"europe first", {{"aoai-westeurope", 1, 1}, {"aoai-eastus", 2, 1}}});
        draft.plan.rules[0].pool = "europe first";
        const ReplayReport report = run(draft, history);
        QVERIFY(report.before.failed > 500);
        QVERIFY2(report.after.failed < report.before.failed / 10,
                 qPrintable(QStringLiteral("%1 of %2").arg(report.after.failed).arg(report.before.failed)));
        QVERIFY(report.tokensUnknown > 500);
        std::set<Cause> causes;
        std::int64_t restricted = 0;
        for (std::size_t i = 0; i < history.size(); ++i) {
            if (report.requests[i].outcome != Verdict::Moved)
                continue;
            const Cause cause = report.requests[i].cause;
            causes.insert(cause);
            if (*history[i].facts.of(RoutingField::Sensitivity) == "restricted")
                ++restricted;
            else // its route is as before; it meets backends that the moved ones have parked or tripped
                QVERIFY2(cause != Cause::NotInPool && cause != Cause::ZeroWeight &&
                             cause != Cause::Deployment,
                         whyMoved(cause).c_str());
        }
        QVERIFY2(restricted > 500 && restricted * 4 > report.moved * 3,
                 qPrintable(QStringLiteral("%1 of %2").arg(restricted).arg(report.moved)));
        QVERIFY(causes.count(Cause::CouldServe) == 1);
    }

    void eachCauseIsTold_data()
    {
        QTest::addColumn<ReplaySetup>("setup");
        QTest::addColumn<std::vector<LoggedRequest>>("requests"); // the last one is looked at
        QTest::addColumn<int>("cause");
        QTest::addColumn<QString>("backend");
        QTest::addColumn<int>("status");
        using Requests = std::vector<LoggedRequest>;
        const auto row = [](const char* name, const ReplaySetup& setup, const Requests& requests, Cause cause,
                            const char* backend, int status) {
            QTest::newRow(name) << setup << requests << static_cast<int>(cause) << QString::fromUtf8(backend)
                                << status;
        };
        const auto followed = [](Requests requests, const LoggedRequest& last) {
            requests.push_back(last);
            return requests;
        };
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
        const ReplaySetup one = small({"a"});
        row("first", two, {logged({attempt("a", 0ms, 200)})}, Cause::None, "a", 200);
        row("not a member", two, {logged({attempt("c", 0ms, 200)})}, Cause::NotInPool, "a", 200);
        row("lacks the deployment", missing, {logged({attempt("a", 0ms, 200)})}, Cause::NotInPool, "b", 200);
        row("the pool does not exist", nowhere, {logged({attempt("a", 0ms, 200)})}, Cause::NotInPool, "",
            503);
        row("lower priority", two, {logged({attempt("b", 0ms, 200)})}, Cause::LowerPriority, "a", 200);
        row("weight 0", zero, {logged({attempt("a", 0ms, 200)})}, Cause::ZeroWeight, "b", 200);
        row("another deployment", cheap, {logged({attempt("a", 0ms, 200)})}, Cause::Deployment, "a", 200);
        row("open circuit", two, followed(threeFailures("a"), logged({attempt("a", 5s, 200)})),
            Cause::CircuitOpen, "b", 200);
        row("a single one with an open circuit", one,
            followed(threeFailures("a"), logged({attempt("a", 5s, 200)})), Cause::CircuitOpen, "", 503);
        row("behind an open circuit", two, followed(threeFailures("a"), logged({attempt("b", 5s, 200)})),
            Cause::None, "b", 200);
        row("half-open again", two, followed(threeFailures("a"), logged({attempt("a", 31s, 200)})),
            Cause::None, "a", 200);
        row("within the doubt of the trip's end", two,
            followed(threeFailures("a"), logged({attempt("a", 29'900ms, 200)})), Cause::None, "a", 200);
        row("before the doubt of the trip's end", two,
            followed(threeFailures("a"), logged({attempt("a", 29'700ms, 200)})), Cause::CircuitOpen, "b",
            200);
        row("on its way as the circuit opened", two,
            followed(threeFailures("a"), logged({attempt("a", 700ms, 200)})), Cause::None, "a", 200);
        row("chosen before the log shows the trip", two,
            followed(threeFailures("a"), logged({attempt("b", 290ms, 200)})), Cause::None, "b", 200);
        row("the second attempt goes to the next", two,
            {logged({attempt("a", 0ms, 500), attempt("b", 100ms, 200)})}, Cause::None, "b", 200);
        row("the second attempt goes to the same", two,
            {logged({attempt("a", 0ms, 500), attempt("a", 2'100ms, 200)})}, Cause::Tried, "b", 200);
        row("the only one is tried again", one,
            {logged({attempt("a", 0ms, 500), attempt("a", 2'100ms, 200)})}, Cause::None, "a", 200);
        row("parked, and another could serve", two,
            {logged({attempt("a", 0ms, 429, 5s), attempt("b", 100ms, 200)}), logged({attempt("a", 2s, 200)})},
            Cause::Parked, "b", 200);
        row("a failure with another backend left", two, {logged({attempt("a", 0ms, 500)})}, Cause::MoreToTry,
            "b", 200);
        row("a failure with nobody left", one, {logged({attempt("a", 0ms, 500)})}, Cause::None, "a", 500);
        row("a refusal of its own is not tried again", two, {logged({attempt("a", 0ms, 400)})}, Cause::None,
            "a", 400);
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

    void itObjectsToExactlyWhatTheBalancerWouldNotTake()
    {
        std::mt19937_64 random(test::seed());
        int objections = 0;
        for (int i = 0; i < 2'000; ++i) {
            ReplaySetup setup = small({"a", "b", "c", "d"});
            for (PoolMember& member : setup.pools[0].members) {
                member.priority = 1 + static_cast<int>(random() % 3);
                member.weight = static_cast<int>(random() % 3);
            }
            ReplayBackends backends(setup,
                                    [](int, Millis) { return std::vector<ReplayBackends::Pending>{}; });
            const Millis now{100'000};
            for (int backend = 0; backend < 4; ++backend) {
                for (int fails = 0; random() % 3 == 0 && fails < 3; ++fails)
                    backends.settle(backend, backends.admit(backend, now - 10s), {500, 0ms}, now - 10s);
                if (random() % 3 == 0)
                    backends.settle(backend, std::nullopt, {429, random() % 2 == 0 ? 15s : 60s}, now - 10s);
            }
            const std::uint64_t tried = random() % 16;
            const RoutedPool& pool = *backends.poolFor("pool", "gpt-4o");
            std::set<int> drawn;
            for (int draw = 0; draw < 24; ++draw)
                drawn.insert(backends.choose(pool, tried, now, draw / 24.0));
            for (int backend = 0; backend < 4; ++backend) {
                const bool objects = backends.objection(pool, backend, tried, now) != Cause::None;
                QCOMPARE(objects, drawn.count(backend) == 0);
                objections += objects ? 1 : 0;
            }
        }
        QVERIFY(objections > 1'000);
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

    void anythingInTheLogIsWalkedOver()
    {
        std::mt19937_64 random(test::seed());
        for (int round = 0; round < 200; ++round) {
            std::vector<LoggedRequest> requests;
            for (std::uint64_t i = 0, count = random() % 60; i < count; ++i) {
                std::vector<BackendAttempt> attempts;
                for (std::uint64_t one = random() % 5; one > 0; --one) {
                    const std::vector<std::string> names = {"a", "b", "A", "gone", ""};
                    const std::vector<int> statuses = {0, 200, 400, 408, 429, 500, 503, 999, -1};
                    attempts.push_back(attempt(names[random() % names.size()], Millis(random() % 20'000),
                                               statuses[random() % statuses.size()],
                                               Millis(random() % 3 * 7'000)));
                    attempts.back().attempt.duration =
                        Ticks(static_cast<std::int64_t>(random() % 90'000'000) - 1'000);
                }
                requests.push_back(logged(attempts, Millis(random() % 20'000)));
            }
            const ReplayReport report = run(small({"a", "b"}), requests);
            QCOMPARE(report.same + report.moved + report.unproven + report.notRouted,
                     static_cast<std::int64_t>(requests.size()));
        }
    }
};

GATEHOUSE_TEST_MAIN(TestReplay)
#include "tst_replay.moc"
