// SPDX-License-Identifier: GPL-3.0-or-later
// What the case files cannot say: the windowed rule's edges, reasons, bounds and that reading changes
// nothing.
#include "tests/support/testmain.h"

#include "core/gateway/breaker.h"

using namespace gatehouse::gateway;
using namespace std::chrono_literals;

namespace {

BreakerConfig windowed(int count, int percentage, int minimumCalls = 5)
{
    BreakerConfig config;
    WindowedRule rule;
    rule.count = count;
    rule.percentage = percentage;
    rule.minimumCalls = minimumCalls;
    config.rule = rule;
    return config;
}

void call(Breaker& breaker, Outcome outcome, Millis at, std::optional<Millis> retryAfter = std::nullopt)
{
    const auto permit = breaker.acquire(at);
    QVERIFY(permit.has_value());
    breaker.settle(*permit, outcome, at, retryAfter);
}

} // namespace

class TestBreaker : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aFailureLeavesTheWindowWhenItIsAsOldAsTheInterval()
    {
        Breaker breaker(windowed(2, 0));
        call(breaker, Outcome::Fail, 0ms);
        call(breaker, Outcome::Fail, 60'000ms);
        QVERIFY(breaker.state() == CircuitState::Closed);
        call(breaker, Outcome::Fail, 119'999ms);
        QVERIFY(breaker.state() == CircuitState::Open);
    }

    void aPercentageWaitsForItsMinimumOfCalls()
    {
        Breaker breaker(windowed(0, 50, 4));
        call(breaker, Outcome::Fail, 1ms);
        call(breaker, Outcome::Fail, 2ms);
        call(breaker, Outcome::Fail, 3ms);
        QVERIFY(breaker.state() == CircuitState::Closed);
        call(breaker, Outcome::Ok, 4ms); // a success never opens
        QVERIFY(breaker.state() == CircuitState::Closed);
        call(breaker, Outcome::Fail, 5ms);
        QVERIFY(breaker.state() == CircuitState::Open);
        QCOMPARE(breaker.reason(), std::string("4 failures in 5 calls within 60 s"));
    }

    void ignoredAndCancelledCallsAreNotInTheWindow()
    {
        Breaker breaker(windowed(0, 100, 3));
        call(breaker, Outcome::Ignore, 1ms);
        call(breaker, Outcome::Cancel, 2ms);
        call(breaker, Outcome::Fail, 3ms);
        call(breaker, Outcome::Fail, 4ms);
        QVERIFY(breaker.state() == CircuitState::Closed);
        call(breaker, Outcome::Fail, 5ms);
        QVERIFY(breaker.state() == CircuitState::Open);
    }

    void theWindowIsForgottenWhenTheCircuitCloses()
    {
        Breaker breaker(windowed(2, 0));
        call(breaker, Outcome::Fail, 0ms);
        call(breaker, Outcome::Fail, 1ms);
        for (const Millis at : {30'001ms, 30'002ms, 30'003ms})
            call(breaker, Outcome::Ok, at);
        QVERIFY(breaker.state() == CircuitState::Closed);
        call(breaker, Outcome::Fail, 30'004ms);
        QVERIFY(breaker.state() == CircuitState::Closed);
    }

    void aLateFailureCountsInTheWindow()
    {
        Breaker breaker(windowed(2, 0));
        call(breaker, Outcome::Ok, 0ms);
        breaker.lateFailure(1ms);
        breaker.lateFailure(2ms);
        QVERIFY(breaker.state() == CircuitState::Open);
        breaker.lateFailure(3ms);
        QCOMPARE(breaker.since(), 2ms);
    }

    void retryAfterIsTakenOnlyWhereItIsAcceptedAndUpToItsBound()
    {
        BreakerConfig config;
        config.rule = ConsecutiveRule{1};
        Breaker deaf(config);
        call(deaf, Outcome::Fail, 0ms, 90s);
        QCOMPARE(deaf.retryAfter(0ms), Millis(30s));

        config.acceptRetryAfter = true;
        Breaker listening(config);
        call(listening, Outcome::Fail, 0ms, 90s);
        QCOMPARE(listening.retryAfter(0ms), Millis(90s));

        Breaker bounded(config);
        call(bounded, Outcome::Fail, 0ms, Millis(1'000'000'000));
        QCOMPARE(bounded.retryAfter(0ms), Millis(1h));
    }

    void nonsenseNumbersAreReadAsOne()
    {
        BreakerConfig config;
        config.rule = ConsecutiveRule{0};
        config.halfOpenMaxCalls = 0;
        Breaker breaker(config);
        call(breaker, Outcome::Fail, 0ms);
        QVERIFY(breaker.state() == CircuitState::Open);
        call(breaker, Outcome::Ok, 30s);
        QVERIFY(breaker.state() == CircuitState::Closed);
    }

    void readingChangesNothing()
    {
        Breaker breaker{BreakerConfig{}};
        breaker.forceOpen(0ms);
        for (const Millis at : {0ms, 29'999ms, 30'000ms, 90'000'000ms}) {
            QCOMPARE(breaker.wouldAdmit(at), at >= 30'000ms);
            QCOMPARE(breaker.retryAfter(at), std::max(30'000ms - at, 0ms));
        }
        QVERIFY(breaker.state() == CircuitState::Open);
        QCOMPARE(breaker.probesIssued(), 0);
    }

    void aHalfOpenCircuitWithAnEndedLeaseDoesNotLookAdmitting()
    {
        Breaker breaker{BreakerConfig{}};
        breaker.forceOpen(0ms);
        QVERIFY(breaker.acquire(30s).has_value());
        QVERIFY(breaker.wouldAdmit(89'999ms));
        QVERIFY(!breaker.wouldAdmit(90s));
        QCOMPARE(breaker.retryAfter(90s), Millis(30s));
        QVERIFY(!breaker.acquire(90s).has_value());
        QCOMPARE(breaker.reason(), std::string("a probe did not answer within 60 s"));
    }

    void theObserverHearsEachTransitionOnceWithItsReason()
    {
        std::vector<std::string> heard;
        Breaker breaker(BreakerConfig{}, [&](const Transition& one) {
            heard.push_back(toString(one.from) + ">" + toString(one.to) + " " + one.reason);
        });
        for (int i = 0; i < 5; ++i)
            call(breaker, Outcome::Fail, Millis(i));
        breaker.forceOpen(10ms);
        for (int i = 0; i < 3; ++i)
            call(breaker, Outcome::Ok, Millis(40'000 + i));
        breaker.reset(50s);
        QCOMPARE(heard, (std::vector<std::string>{"closed>open 5 failures in a row",
                                                  "open>half_open the recovery time has passed",
                                                  "half_open>closed 3 probes succeeded"}));
    }

    void aResetWhileClosedForgetsFailuresAndCallsInFlight()
    {
        Breaker breaker{BreakerConfig{}};
        const auto old = breaker.acquire(0ms);
        for (int i = 0; i < 4; ++i)
            call(breaker, Outcome::Fail, 1ms);
        breaker.reset(2ms);
        QCOMPARE(breaker.consecutiveFailures(), 0);
        breaker.settle(*old, Outcome::Fail, 3ms);
        QCOMPARE(breaker.consecutiveFailures(), 0);
    }
};

GATEHOUSE_TEST_MAIN(TestBreaker)
#include "tst_breaker.moc"
