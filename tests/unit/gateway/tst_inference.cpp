// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"

#include "core/gateway/inference.h"

#include "tests/support/seed.h"

using namespace gatehouse;
using namespace gatehouse::gateway;
using namespace std::chrono_literals;

namespace {

const DateTime Start = DateTime::fromCivil(2026, 6, 1);
const TimeRange Hour{Start, Start + std::chrono::duration_cast<Ticks>(1h)};

DateTime at(Millis offset)
{
    return Start + std::chrono::duration_cast<Ticks>(offset);
}

LoggedAttempt attempt(Millis offset, int status, Millis duration = 10ms)
{
    return {at(offset), std::chrono::duration_cast<Ticks>(duration), status, Ticks(0)};
}

/// The seeded rule: five failures of 500–599 within a minute, then thirty seconds.
Backend ruled()
{
    Backend backend;
    WindowedRule rule;
    rule.count = 5;
    backend.breaker.rule = rule;
    backend.failureStatuses = {StatusRange{}};
    return backend;
}

std::vector<LoggedAttempt> fiveFailures(Millis offset = 0ms)
{
    std::vector<LoggedAttempt> attempts;
    for (int i = 0; i < 5; ++i)
        attempts.push_back(attempt(offset + i * 100ms, 503));
    return attempts;
}

/// "closed@0 open@410 …", milliseconds from the start of the range.
std::string told(const InferredCircuit& circuit)
{
    std::string text;
    for (const CircuitSpan& span : circuit.timeline) {
        if (!text.empty())
            text += ' ';
        text += toString(span.state);
        text += '@';
        text += std::to_string((span.start - Start).count() / 10'000);
    }
    return text;
}

void verifyCovers(const InferredCircuit& circuit, TimeRange range)
{
    QVERIFY(!circuit.timeline.empty());
    QCOMPARE(circuit.timeline.front().start, range.start);
    QCOMPARE(circuit.timeline.back().end, range.end);
    for (std::size_t i = 1; i < circuit.timeline.size(); ++i) {
        QCOMPARE(circuit.timeline[i].start, circuit.timeline[i - 1].end);
        QVERIFY(circuit.timeline[i].state != circuit.timeline[i - 1].state);
        QVERIFY(circuit.timeline[i].start < circuit.timeline[i].end);
    }
}

} // namespace

class TestInference : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nothingLoggedIsClosed()
    {
        const InferredCircuit circuit = inferCircuit(ruled(), {}, Hour);
        QCOMPARE(told(circuit), std::string("closed@0"));
        verifyCovers(circuit, Hour);
    }

    void anOutageIsSeenFromTripToRecovery()
    {
        std::vector<LoggedAttempt> attempts = fiveFailures();
        attempts.push_back(attempt(30'500ms, 200, 20ms));
        attempts.push_back(attempt(31s, 200, 20ms));
        attempts.push_back(attempt(32s, 200, 20ms));
        attempts.push_back(attempt(33s, 200, 20ms));
        const InferredCircuit circuit = inferCircuit(ruled(), attempts, Hour);
        // The fifth failure ends, and with it the circuit opens, 10 ms after it began.
        QCOMPARE(told(circuit), std::string("closed@0 open@410 half_open@30500 closed@32020"));
        QCOMPARE(circuit.timeline[1].reason, std::string("5 failures within 60 s"));
        QCOMPARE(circuit.probesSeen, 3);
        verifyCovers(circuit, Hour);
    }

    void aFailureCountsWhenItEnds()
    {
        std::vector<LoggedAttempt> attempts = fiveFailures();
        attempts.back().duration = std::chrono::duration_cast<Ticks>(8s);
        QCOMPARE(told(inferCircuit(ruled(), attempts, Hour)), std::string("closed@0 open@8400"));
    }

    void anOpenCircuitThatNobodyTriesStaysOpen()
    {
        const InferredCircuit circuit = inferCircuit(ruled(), fiveFailures(), Hour);
        QCOMPARE(told(circuit), std::string("closed@0 open@410"));
        QCOMPARE(circuit.openUntil, at(30'410ms));
    }

    void aFailedProbeOpensAgain()
    {
        std::vector<LoggedAttempt> attempts = fiveFailures();
        attempts.push_back(attempt(31s, 500, 50ms));
        const InferredCircuit circuit = inferCircuit(ruled(), attempts, Hour);
        QCOMPARE(told(circuit), std::string("closed@0 open@410 half_open@31000 open@31050"));
        QCOMPARE(circuit.openUntil, at(61'050ms));
    }

    void anAttemptThatWasUnderWayWhenItOpenedChangesNothing()
    {
        std::vector<LoggedAttempt> attempts = fiveFailures();
        attempts.push_back(attempt(50ms, 200, 5s));    // before
        attempts.push_back(attempt(600ms, 503, 10ms)); // within the doubt of two clocks
        QCOMPARE(told(inferCircuit(ruled(), attempts, Hour)), std::string("closed@0 open@410"));
    }

    void anAttemptInTheMiddleOfATripProvesTheReplayWrong()
    {
        std::vector<LoggedAttempt> attempts = fiveFailures();
        attempts.push_back(attempt(10s, 200));
        const InferredCircuit circuit = inferCircuit(ruled(), attempts, Hour);
        QCOMPARE(told(circuit), std::string("closed@0 open@410 closed@10000"));
        QCOMPARE(circuit.timeline[2].reason, std::string("a call went through before the trip was over"));
        QCOMPARE(circuit.probesSeen, 0);
    }

    void aProbeMayBeLoggedALittleEarly()
    {
        std::vector<LoggedAttempt> attempts = fiveFailures();
        attempts.push_back(attempt(30'300ms, 200)); // 110 ms before its time
        QCOMPARE(told(inferCircuit(ruled(), attempts, Hour)),
                 std::string("closed@0 open@410 half_open@30410"));
    }

    void withoutARuleOneSuccessForgetsFailures()
    {
        Backend plain;
        plain.failureStatuses = {{408, 408}, {500, 599}};
        std::vector<LoggedAttempt> attempts;
        for (int i = 0; i < 4; ++i)
            attempts.push_back(attempt(i * 1s, 0));
        attempts.push_back(attempt(5s, 200));
        for (int i = 0; i < 4; ++i)
            attempts.push_back(attempt(6s + i * 1s, 0));
        QCOMPARE(told(inferCircuit(plain, attempts, Hour)), std::string("closed@0"));
        attempts.push_back(attempt(20s, 429)); // says nothing
        attempts.push_back(attempt(21s, 500));
        QCOMPARE(told(inferCircuit(plain, attempts, Hour)), std::string("closed@0 open@21010"));
    }

    void retryAfterExtendsTheTripWhereTheRuleTakesIt()
    {
        Backend backend = ruled();
        backend.breaker.acceptRetryAfter = true;
        std::vector<LoggedAttempt> attempts = fiveFailures();
        attempts.back().retryAfter = std::chrono::duration_cast<Ticks>(90s);
        QCOMPARE(inferCircuit(backend, attempts, Hour).openUntil, at(90'410ms));
    }

    void attemptsBeforeTheRangeTellHowItBegins()
    {
        const TimeRange later{at(5s), at(60s)};
        const InferredCircuit circuit = inferCircuit(ruled(), fiveFailures(), later);
        QCOMPARE(told(circuit), std::string("open@5000"));
        verifyCovers(circuit, later);
    }

    void whatEndsAfterTheRangeIsLeftOut()
    {
        const TimeRange earlier{Start, at(405ms)};
        const InferredCircuit circuit = inferCircuit(ruled(), fiveFailures(), earlier);
        QCOMPARE(told(circuit), std::string("closed@0"));
        verifyCovers(circuit, earlier);
    }

    void attemptsOfNoDurationAreReplayed()
    {
        std::vector<LoggedAttempt> attempts;
        for (int i = 0; i < 5; ++i)
            attempts.push_back(attempt(7ms, 503, 0ms));
        QCOMPARE(told(inferCircuit(ruled(), attempts, Hour)), std::string("closed@0 open@7"));
    }

    void theOrderOfTheRowsDoesNotMatter()
    {
        std::mt19937_64 random(test::seed());
        for (int round = 0; round < 50; ++round) {
            std::vector<LoggedAttempt> attempts;
            for (int i = 0; i < 200; ++i)
                attempts.push_back(attempt(Millis(random() % 3'000'000), random() % 2 == 0 ? 503 : 200,
                                           Millis(random() % 4'000)));
            const InferredCircuit once = inferCircuit(ruled(), attempts, Hour);
            verifyCovers(once, Hour);
            std::sort(attempts.begin(), attempts.end(),
                      [](const LoggedAttempt& a, const LoggedAttempt& b) { return a.start > b.start; });
            QCOMPARE(told(inferCircuit(ruled(), attempts, Hour)), told(once));
            if (QTest::currentTestFailed())
                return;
        }
    }

    void theReplayAgreesWithARealBreakerThatLogged()
    {
        // A breaker decides, what it admits is logged, and the replay has to find its transitions again.
        std::mt19937_64 random(test::seed());
        for (int round = 0; round < 100; ++round) {
            std::string truth = "closed@0";
            Breaker breaker(ruled().breaker, [&](const Transition& one) {
                truth += ' ';
                truth += toString(one.to);
                truth += '@';
                truth += std::to_string(one.at.count());
            });
            std::vector<LoggedAttempt> log;
            Millis now{1};
            for (int i = 0; i < 400; ++i) {
                now += Millis(1 + random() % 400);
                const bool outage = i > 100 && i < 250;
                const auto permit = breaker.acquire(now);
                if (!permit)
                    continue;
                const Millis duration(1 + random() % 300);
                const int status = random() % 10 < (outage ? 9U : 1U) ? 503 : 200;
                log.push_back(attempt(now, status, duration));
                now += duration;
                breaker.settle(*permit, status == 503 ? Outcome::Fail : Outcome::Ok, now);
            }
            QCOMPARE(told(inferCircuit(ruled(), log, Hour)), truth);
            if (QTest::currentTestFailed())
                return;
        }
    }
};

GATEHOUSE_TEST_MAIN(TestInference)
#include "tst_inference.moc"
