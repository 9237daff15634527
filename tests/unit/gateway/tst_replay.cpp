// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"

#include "core/gateway/routing/replay.h"
#include "core/gateway/routing/replaybackends.h"

#include "tests/support/seed.h"
#include "tests/unit/gateway/replaylog.h"
#include "tests/unit/gateway/simulatedgateway.h"

#include <random>
#include <set>

using namespace gatehouse;
using namespace gatehouse::gateway;
using namespace gatehouse::test;
using namespace std::chrono_literals;

namespace {

using Verdict = ReplayedRequest::Outcome;
using Cause = ReplayedRequest::Cause;

std::string explained(const ReplayReport& report)
{
    std::string text;
    for (const ReplayExample& one : report.examples)
        text += std::to_string(one.request) + ": " + one.sentence + "\n";
    return text;
}

} // namespace

/// Replayed are histories of a simulated gateway, and whatever else a log may hold.
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
