// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/explain/trafficreplay.h"

#include "core/local/sample/sample.h"
#include "tests/support/seed.h"
#include "tests/support/testmain.h"
#include "tests/unit/local/randomgateway.h"

using namespace gatehouse;
using namespace gatehouse::local;
using namespace gatehouse::local::test;
using gateway::ReplayedCall;
using gateway::SetupVersion;
using gateway::TrafficReplay;

namespace {

const DateTime End = DateTime::fromCivil(2026, 6, 19) + Ticks(std::chrono::hours(16));
const TimeRange Always{DateTime::fromCivil(2020, 1, 1), DateTime::fromCivil(2040, 1, 1)};

std::string shown(const TrafficReplay& replay)
{
    std::string text = std::to_string(replay.judged) + " judged, " + std::to_string(replay.moved) +
                       " moved, " + std::to_string(replay.throttled) + " throttled, " +
                       std::to_string(replay.freed) + " freed, " + std::to_string(replay.unproven) +
                       " unproven, " + std::to_string(replay.limitsBelieved) + " believed\n";
    for (const gateway::MovedExample& one : replay.examples)
        text += formatDateTime(one.time) + " " + one.correlationId + ": from " + one.from + " (" +
                std::to_string(one.statusBefore) + ") to " + one.to + " (" + std::to_string(one.statusAfter) +
                "): " + one.why + "\n";
    return text;
}

gateway::ReplayQuestion identity(std::vector<SetupVersion> versions)
{
    gateway::ReplayQuestion question;
    question.inForce = versions;
    question.replayed = std::move(versions);
    question.range = Always;
    return question;
}

/// Nothing moved, and what each backend served and each caller got is as it was.
void mustBeThePast(const TrafficReplay& replay, const gateway::LoggedTraffic& traffic)
{
    QVERIFY2(replay.moved + replay.throttled + replay.freed == 0, shown(replay).c_str());
    QVERIFY2(replay.unproven == 0, shown(replay).c_str());
    for (std::size_t i = 0; i < traffic.requests.size(); ++i) {
        const ReplayedCall& call = replay.calls[i];
        const std::string backend =
            call.backend < 0 ? "" : replay.backends[static_cast<std::size_t>(call.backend)].backend;
        QCOMPARE(backend, traffic.requests[i].backend);
        QCOMPARE(call.status, traffic.requests[i].status);
    }
    QCOMPARE(replay.after.throttled, replay.before.throttled);
    QCOMPARE(replay.after.failed, replay.before.failed);
    for (const gateway::ReplayShare& share : replay.backends) {
        QCOMPARE(share.requestsAfter, share.requestsBefore);
        QCOMPARE(share.tokensAfter, share.tokensBefore);
    }
}

} // namespace

/// The replay of what was in force is the past.
class TestIdentityReplay : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void thirtySampleDaysAreReproduced();
    void aPolicyThatChangesIsReplayedByTheVersionOfItsTime();
    void aCircuitBeganWithTheFirstVersionThatCountsAlike();
    void theWrongVersionIsNoticed();
    void aDraftsLimitsRefuseAndFree();
    void capacityIsComparedByTheMinute();
};

void TestIdentityReplay::thirtySampleDaysAreReproduced()
{
    GatewayHarness h;
    SampleOptions options;
    options.end = End;
    QVERIFY(makeHistory(options, *h.resources, *h.logs));
    const gateway::LoggedTraffic traffic = loggedTraffic(*h.logs);
    QVERIFY(traffic.requests.size() > 20'000);
    const auto replay = replayTraffic(identity({{DateTime{}, explainSetup(*h.resources, End)}}), traffic);
    QVERIFY(replay.has_value());
    mustBeThePast(*replay, traffic);
    QVERIFY(replay->notRouted > 100); // turned away at the door
    std::int64_t failures = 0;        // which the retries made good
    for (const gateway::LoggedRequest& request : traffic.requests) {
        for (const gateway::BackendAttempt& one : request.attempts)
            failures += one.attempt.cut || one.attempt.status == 429 || one.attempt.status >= 500 ? 1 : 0;
    }
    QVERIFY2(failures > 200, qPrintable(QString::number(failures)));
}

void TestIdentityReplay::aPolicyThatChangesIsReplayedByTheVersionOfItsTime()
{
    const std::uint64_t seed = gatehouse::test::seed();
    std::int64_t limited = 0;
    const std::uint64_t worlds = qEnvironmentVariableIsSet("LONG") ? 600 : 6;
    for (std::uint64_t world = 0; world < worlds; ++world) {
        RandomGateway random(seed + world);
        std::vector<SetupVersion> versions;
        for (int change = 0; change < 3; ++change) {
            if (change > 0)
                random.changeEverything();
            versions.push_back({random.harness().clock.now() + Ticks(1),
                                explainSetup(*random.harness().resources, random.harness().clock.now())});
            random.run(250);
        }
        const gateway::LoggedTraffic traffic = loggedTraffic(*random.harness().logs);
        QCOMPARE(traffic.requests.size(), std::size_t{750});
        const auto replay = replayTraffic(identity(versions), traffic);
        QVERIFY(replay.has_value());
        mustBeThePast(*replay, traffic);
        if (QTest::currentTestFailed())
            return;
        for (const ReplayedCall& call : replay->calls)
            limited += call.limit ? 1 : 0;
    }
    QVERIFY2(limited > 50, qPrintable(QString::number(limited)));
}

void TestIdentityReplay::aCircuitBeganWithTheFirstVersionThatCountsAlike()
{
    GatewayHarness h;
    std::vector<SetupVersion> versions;
    const auto version = [&] {
        versions.push_back({h.clock.now() + Ticks(1), explainSetup(*h.resources, h.clock.now())});
    };
    const auto calls = [&h](const std::vector<int>& statuses) {
        for (const int status : statuses)
            h.at("aoai-eastus")->replies.push_back(Reply{status, "{}", 0, 100, {}});
        for (std::size_t i = 0; i < statuses.size(); ++i) {
            h.clock.advance(std::chrono::seconds(2));
            QCOMPARE(h.chat().status, 200);
        }
    };
    version();
    calls({500});
    putBackend(h, "aoai-eastus", "https://aoai-eastus.openai.azure.com/openai",
               {{"name", "two"},
                {"failureCondition",
                 {{"count", 2},
                  {"interval", "PT1M"},
                  {"statusCodeRanges", Json::array({{{"min", 500}, {"max", 599}}})}}},
                {"tripDuration", "PT10S"}});
    version();
    calls({200});
    version(); // something else changed
    calls({500, 200, 500});
    const gateway::LoggedTraffic traffic = loggedTraffic(*h.logs);
    QCOMPARE(traffic.requests.size(), std::size_t{5});
    const auto replay = replayTraffic(identity(versions), traffic);
    QVERIFY(replay.has_value());
    mustBeThePast(*replay, traffic);
}

void TestIdentityReplay::theWrongVersionIsNoticed()
{
    RandomGateway random(12);
    const gateway::ExplainSetup before = explainSetup(*random.harness().resources, DateTime{});
    random.run(250);
    random.changeEverything();
    random.run(250);
    const auto replay =
        replayTraffic(identity({{DateTime{}, before}}), loggedTraffic(*random.harness().logs));
    QVERIFY(replay.has_value());
    QVERIFY2(replay->moved > 20, shown(*replay).c_str());
    QCOMPARE(replay->examples.size(), std::size_t{10});
}

void TestIdentityReplay::aDraftsLimitsRefuseAndFree()
{
    GatewayHarness h;
    gateway::ServiceQuota quota;
    quota.service = "checkout-assistant";
    quota.limits.calls = gateway::LimitValue::of(3);
    const auto fragment = gateway::setServiceQuota(gateway::emptyQuotaFragment(), quota);
    QVERIFY(fragment.has_value());
    putFragment(h, "gatehouse-quotas", fragment->text());
    for (int i = 0; i < 5; ++i)
        QCOMPARE(h.chat().status, i < 3 ? 200 : 429);
    const gateway::LoggedTraffic traffic = loggedTraffic(*h.logs);
    const std::vector<SetupVersion> inForce = {{DateTime{}, explainSetup(*h.resources, End)}};

    gateway::ReplayQuestion question = identity(inForce);
    QCOMPARE(replayTraffic(question, traffic)->same, std::int64_t{5});
    question.replayed[0].setup.limits.services["checkout-assistant"] = {
        gateway::CallRate{4, std::chrono::seconds(60)}};
    const auto raised = replayTraffic(question, traffic);
    QCOMPARE(raised->freed, std::int64_t{1});
    QCOMPARE(raised->throttledAvoided, std::int64_t{1});
    QCOMPARE(raised->tokensUnknown, std::int64_t{1});
    QCOMPARE(raised->examples.at(0).to, std::string("aoai-eastus"));
    question.replayed[0].setup.limits.services["checkout-assistant"] = {
        gateway::CallRate{1, std::chrono::seconds(60)}};
    const auto lowered = replayTraffic(question, traffic);
    QCOMPARE(lowered->throttled, std::int64_t{2});
    QCOMPARE(lowered->throttledCaused, std::int64_t{2});
    QCOMPARE(lowered->backends.at(0).tokensAfter, std::int64_t{18});
    QCOMPARE(lowered->backends.at(0).tokensBefore, std::int64_t{54});
}

void TestIdentityReplay::capacityIsComparedByTheMinute()
{
    GatewayHarness h;
    for (int i = 0; i < 4; ++i)
        QCOMPARE(h.chat().status, 200);
    const gateway::LoggedTraffic traffic = loggedTraffic(*h.logs);
    gateway::ReplayQuestion question = identity({{DateTime{}, explainSetup(*h.resources, End)}});
    question.capacities = {{{"aoai-eastus", "gpt-4o"}, 1'000}, {{"aoai-westus", "gpt-4o"}, 40}};
    QVERIFY(replayTraffic(question, traffic)->excesses.empty());
    question.replayed[0].setup.routing.plan.defaultPool = "aoai-westus";
    const auto moved = replayTraffic(question, traffic);
    QCOMPARE(moved->moved, std::int64_t{4});
    QCOMPARE(moved->excesses.size(), std::size_t{1});
    QCOMPARE(moved->excesses[0].tokens, std::int64_t{72});
    QVERIFY(!moved->excesses[0].inLogToo);
    QCOMPARE(moved->excessMinutesBefore, std::int64_t{0});
}

GATEHOUSE_TEST_MAIN(TestIdentityReplay)
#include "tst_identityreplay.moc"
