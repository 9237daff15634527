// SPDX-License-Identifier: GPL-3.0-or-later
// Whom draft limits would have throttled: small logs counted by hand, and random ones against the keeper that
// the gateway enforces with.
#include "tests/support/testmain.h"

#include "core/gateway/quota/limitkeeper.h"
#include "core/gateway/quota/throttleimpact.h"

#include "tests/support/seed.h"

#include <random>

using namespace gatehouse;
using namespace gatehouse::gateway;
using namespace std::chrono_literals;

namespace {

using Drafts = std::map<std::string, std::vector<LimitRule>>;

DateTime start()
{
    return DateTime::fromCivil(2026, 11, 21);
}

PastCall call(const char* id, Ticks time, std::int64_t prompt, std::int64_t completion, int status = 200)
{
    PastCall one;
    one.id = id;
    one.service = "billing";
    one.time = start() + time;
    one.promptTokens = prompt;
    one.completionTokens = completion;
    one.status = status;
    return one;
}

CallTally tally(std::int64_t calls, std::int64_t tokens)
{
    return {calls, tokens};
}

/// A random log of a few services over some hours.
std::vector<PastCall> randomLog(std::mt19937_64& random, std::size_t size)
{
    const auto below = [&](std::int64_t bound) {
        return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(bound));
    };
    std::vector<PastCall> calls;
    for (std::size_t i = 0; i < size; ++i) {
        PastCall one;
        one.id = std::to_string(i);
        one.service = "service-" + std::to_string(below(3));
        one.time = start() + Ticks(below(3600LL * 10'000'000 * 3));
        one.promptTokens = below(500);
        one.completionTokens = below(300);
        if (below(2) == 0)
            one.maxTokens = one.completionTokens + below(500);
        one.status = below(10) == 0 ? 429 : 200;
        one.duration = Ticks(below(30) * 10'000'000);
        one.bytes = below(5000);
        calls.push_back(one);
    }
    return calls;
}

Drafts randomDrafts(std::mt19937_64& random)
{
    const auto below = [&](std::int64_t bound) {
        return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(bound));
    };
    Drafts drafts;
    for (const char* service : {"service-0", "service-1"}) {
        CallAllowance quota;
        quota.calls = 50 + below(300);
        quota.kilobytes = 100 + below(800);
        quota.renewalPeriod = 1h;
        drafts[service] = {CallRate{3 + below(10), 60s}, TokenRate{1000 + below(4000)},
                           TokenAllowance{20'000 + below(200'000), QuotaPeriod::Hourly}, quota};
    }
    return drafts;
}

/// The same replay through the keeper, one call after the other: the ids that it refuses.
std::vector<std::string> refusedByKeeper(std::vector<PastCall> calls, const Drafts& drafts)
{
    std::stable_sort(calls.begin(), calls.end(),
                     [](const PastCall& a, const PastCall& b) { return a.time < b.time; });
    LimitKeeper keeper;
    std::vector<std::string> refused;
    std::multimap<DateTime, std::pair<LimitReservation, LimitUsage>> running;
    for (const PastCall& one : calls) {
        while (!running.empty() && running.begin()->first <= one.time) {
            auto& [reservation, usage] = running.begin()->second;
            reservation.settle(Instant::at(running.begin()->first), usage);
            running.erase(running.begin());
        }
        LimitedRequest request;
        request.tokens = {one.promptTokens, one.maxTokens};
        if (const auto draft = drafts.find(one.service); draft != drafts.end()) {
            for (const LimitRule& rule : draft->second)
                request.limits.push_back({"draft", one.service, rule});
        }
        LimitAdmission admission = keeper.admit(Instant::at(one.time), request);
        if (admission.allowed)
            running.emplace(one.time + one.duration,
                            std::pair(std::move(admission.reservation),
                                      LimitUsage{one.promptTokens + one.completionTokens, one.bytes}));
        else
            refused.push_back(one.id);
    }
    return refused;
}

} // namespace

class TestThrottleImpact : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void refusedCallsAreCountedByTheirFirstLimit()
    {
        const std::vector<PastCall> calls{
            call("late", 130s, 10, 10),                           // passes again
            call("a", 0s, 100, 300),    call("b", 10s, 100, 300), // both pass
            call("c", 20s, 100, 200),                             // over the token rate
            call("d", 21s, 1, 0),                                 // passes
            call("e", 22s, 1, 0),                                 // over the call rate
        };
        const Drafts drafts{{"billing", {CallRate{3, 60s}, TokenRate{850}}}};
        const ThrottleImpact impact = throttleImpact(calls, drafts, 1);
        QCOMPARE(impact.services.size(), std::size_t(1));
        const ServiceImpact& billing = impact.services.front();
        QCOMPARE(billing.service, std::string("billing"));
        QVERIFY(billing.seen == tally(6, 400 + 400 + 300 + 1 + 1 + 20));
        QVERIFY(billing.refused == tally(2, 301));
        QVERIFY(billing.byLimit[static_cast<std::size_t>(LimitKind::TokenRate)] == tally(1, 300));
        QVERIFY(billing.byLimit[static_cast<std::size_t>(LimitKind::CallRate)] == tally(1, 1));
        QVERIFY(billing.refusedInLog == tally(0, 0));
        QVERIFY(billing.refusedAnew == tally(2, 301));
        QCOMPARE(billing.examples.size(), std::size_t(1));
        QCOMPARE(billing.examples.front().id, std::string("c"));
        QVERIFY(billing.examples.front().limit == LimitKind::TokenRate);
        QVERIFY(*billing.examples.front().retryAfter == Ticks(40s));
        QCOMPARE(billing.examples.front().tokens, std::int64_t(300));
    }

    void theLogsOwnRefusalsAreHeldAgainstTheDrafts()
    {
        const std::vector<PastCall> calls{
            call("a", 0s, 10, 10), call("b", 1s, 10, 0, 429), call("c", 2s, 10, 0, 403),
            call("d", 3s, 10, 10), call("e", 4s, 10, 0, 429), call("f", 5s, 10, 10, 500),
        };
        const ServiceImpact billing =
            throttleImpact(calls, {{"billing", {CallRate{3, 60s}}}}).services.front();
        QVERIFY(billing.refusedInLog == tally(3, 30));
        QVERIFY(billing.noLongerRefused == tally(2, 20)); // b, c
        QVERIFY(billing.refusedAnew == tally(2, 40));     // d, f
        QVERIFY(billing.refused == tally(3, 50));
        QCOMPARE(billing.examples[1].loggedStatus, 429);
    }

    void servicesHaveTheirOwnCountersAndSumUp()
    {
        std::vector<PastCall> calls;
        for (const char* service : {"zeta", "alpha", "free"}) {
            for (int i = 0; i < 3; ++i) {
                calls.push_back(call("x", std::chrono::seconds(i), 10, 0));
                calls.back().service = service;
            }
        }
        const Drafts drafts{
            {"alpha", {CallRate{2, 60s}}}, {"zeta", {CallRate{1, 60s}}}, {"unseen", {CallRate{0, 60s}}}};
        const ThrottleImpact impact = throttleImpact(calls, drafts);
        QCOMPARE(impact.services.size(), std::size_t(3));
        QCOMPARE(impact.services[0].service, std::string("alpha"));
        QVERIFY(impact.services[0].refused == tally(1, 10));
        QVERIFY(impact.services[1].refused == tally(0, 0));
        QVERIFY(impact.services[2].refused == tally(2, 20));
        QVERIFY(impact.total.seen == tally(9, 90));
        QVERIFY(impact.total.refused == tally(3, 30));
        QVERIFY(impact.total.byLimit[0] == tally(3, 30));
        QVERIFY(impact.total.examples.empty());
    }

    void whatIsNotKnownOfAnAnswersLengthOvershoots()
    {
        std::vector<PastCall> calls{call("a", 0s, 10, 900), call("b", 1s, 10, 900), call("c", 30s, 10, 0)};
        for (PastCall& one : calls)
            one.duration = 20s;
        const Drafts drafts{{"billing", {TokenRate{1000}}}};
        ServiceImpact billing = throttleImpact(calls, drafts).services.front();
        QCOMPARE(billing.overshoot.peak, std::int64_t(820));
        QVERIFY(billing.refused == tally(1, 10));
        // Said beforehand, the second is refused and nothing goes over.
        for (PastCall& one : calls)
            one.maxTokens = 900;
        billing = throttleImpact(calls, drafts).services.front();
        QCOMPARE(billing.overshoot.peak, std::int64_t(0));
        QVERIFY(billing.refused == tally(1 + 1, 910 + 10));
    }

    void anEmptyLogHasNoImpact()
    {
        const ThrottleImpact impact = throttleImpact({}, {{"billing", {CallRate{0, 60s}}}});
        QVERIFY(impact.services.empty());
        QVERIFY(impact.total.seen == tally(0, 0));
    }

    void randomLogsAreRefusedAsTheGatewayWould()
    {
        std::mt19937_64 seeds(test::seed());
        std::int64_t refusals = 0;
        for (int i = 0; i < 20; ++i) {
            std::mt19937_64 random(seeds());
            const std::vector<PastCall> calls = randomLog(random, 2000);
            const Drafts drafts = randomDrafts(random);
            const ThrottleImpact impact = throttleImpact(calls, drafts, calls.size());
            std::vector<std::string> refused;
            std::int64_t seen = 0;
            for (const ServiceImpact& service : impact.services) {
                for (const ThrottledExample& example : service.examples)
                    refused.push_back(example.id);
                QCOMPARE(service.refused.calls, static_cast<std::int64_t>(service.examples.size()));
                QCOMPARE(service.refused.calls - service.refusedAnew.calls,
                         service.refusedInLog.calls - service.noLongerRefused.calls);
                seen += service.seen.calls;
            }
            QCOMPARE(seen, static_cast<std::int64_t>(calls.size()));
            std::vector<std::string> expected = refusedByKeeper(calls, drafts);
            std::sort(refused.begin(), refused.end());
            std::sort(expected.begin(), expected.end());
            QVERIFY(refused == expected);
            refusals += impact.total.refused.calls;
        }
        QVERIFY(refusals > 1000);
    }
};

GATEHOUSE_TEST_MAIN(TestThrottleImpact)
#include "tst_throttleimpact.moc"
