// SPDX-License-Identifier: GPL-3.0-or-later
// At most so many calls in any renewal period: the window's edges, and random histories against a list of
// events that is counted by hand.
#include "tests/support/testmain.h"

#include "core/gateway/quota/callrate.h"

#include "tests/support/seed.h"
#include "tests/unit/gateway/windowpeak.h"

#include <random>

using namespace gatehouse;
using namespace gatehouse::gateway;
using namespace std::chrono_literals;
using test::CountedAt;

namespace {

constexpr CallRate TwoAMinute{2, 60s};

Instant at(Ticks time)
{
    return {DateTime::fromCivil(2026, 11, 21) + time, time};
}

/// What every window around now holds at most, counted from the list.
std::int64_t counted(const std::vector<CountedAt>& events, Ticks now, Ticks length)
{
    std::int64_t sum = 0;
    for (const CountedAt& event : events)
        sum += event.at > now - length ? event.amount : 0;
    return sum;
}

/// A random history of one counter, held against the list at every step.
class CallWalk
{
public:
    CallWalk(std::uint64_t seed, bool inOrder)
        : m_random(seed)
        , m_inOrder(inOrder)
    {
        m_rule.calls = 1 + below(12);
        m_rule.renewalPeriod = Ticks(1 + below(600'000'000));
    }

    void step()
    {
        m_clock += Ticks(below(m_rule.renewalPeriod.count() / 4 + 1));
        const Ticks now = m_inOrder ? m_clock : m_clock - Ticks(below(SlidingWindow::Slack.count()));
        const std::int64_t amount = below(4);
        const LimitVerdict verdict = m_counter.ask(m_rule, at(now), amount);
        const std::int64_t free = m_rule.calls - counted(m_events, now, m_rule.renewalPeriod);
        QCOMPARE(verdict.allowed, std::max<std::int64_t>(amount, 1) <= free);
        QCOMPARE(verdict.remaining, verdict.allowed ? free - amount : std::max<std::int64_t>(free, 0));
        if (!verdict.allowed) {
            ++m_refusals;
            checkWait(verdict, now, amount);
            return;
        }
        m_shares.push_back(m_counter.take(m_rule, at(now), amount));
        m_events.push_back({now, amount});
        if (below(5) == 0)
            refundOne();
    }

    void checkPeak() const { QVERIFY(test::peakOfAnyWindow(m_events, m_rule.renewalPeriod) <= m_rule.calls); }

    [[nodiscard]] int refusals() const { return m_refusals; }

private:
    [[nodiscard]] std::int64_t below(std::int64_t bound)
    {
        return static_cast<std::int64_t>(m_random() % static_cast<std::uint64_t>(bound));
    }

    /// The wait is exact: a tick before its end the call is still refused, at its end it passes.
    void checkWait(const LimitVerdict& verdict, Ticks now, std::int64_t amount) const
    {
        QCOMPARE(verdict.retryAfter.has_value(), std::max<std::int64_t>(amount, 1) <= m_rule.calls);
        if (!verdict.retryAfter)
            return;
        QVERIFY(*verdict.retryAfter > Ticks(0));
        QVERIFY(m_counter.ask(m_rule, at(now + *verdict.retryAfter), amount).allowed);
        // Behind the latest call by more than the slack, time is read as later; before it there is nothing to
        // check.
        if (m_inOrder)
            QVERIFY(!m_counter.ask(m_rule, at(now + *verdict.retryAfter - Ticks(1)), amount).allowed);
    }

    void refundOne()
    {
        const auto one = static_cast<std::size_t>(below(static_cast<std::int64_t>(m_shares.size())));
        m_counter.cancel(m_shares[one]);
        m_shares.erase(m_shares.begin() + static_cast<std::ptrdiff_t>(one));
        m_events.erase(m_events.begin() + static_cast<std::ptrdiff_t>(one));
    }

    std::mt19937_64 m_random;
    bool m_inOrder;
    CallRate m_rule;
    CallRateLimit m_counter;
    Ticks m_clock{0};
    std::vector<CountedAt> m_events;
    std::vector<TakenShare> m_shares;
    int m_refusals = 0;
};

} // namespace

class TestCallRate : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aCallLeavesTheWindowWhenItIsAsOldAsThePeriod_data()
    {
        QTest::addColumn<qint64>("ms");
        QTest::addColumn<bool>("allowed");
        QTest::newRow("59.999 s") << qint64(59'999) << false;
        QTest::newRow("60.000 s") << qint64(60'000) << true;
        QTest::newRow("60.001 s") << qint64(60'001) << true;
    }

    void aCallLeavesTheWindowWhenItIsAsOldAsThePeriod()
    {
        QFETCH(qint64, ms);
        QFETCH(bool, allowed);
        CallRateLimit counter;
        static_cast<void>(counter.take(TwoAMinute, at(0s), 1));
        static_cast<void>(counter.take(TwoAMinute, at(30s), 1));
        const LimitVerdict verdict = counter.ask(TwoAMinute, at(std::chrono::milliseconds(ms)), 1);
        QCOMPARE(verdict.allowed, allowed);
        if (!allowed)
            QCOMPARE(retryAfterSeconds(*verdict.retryAfter), std::int64_t(1));
    }

    void theWaitIsForTheCallThatMustLeaveFirst()
    {
        const CallRate rule{3, 60s};
        CallRateLimit counter;
        for (const Ticks time : {Ticks(1s), Ticks(10s), Ticks(20s)})
            static_cast<void>(counter.take(rule, at(time), 1));
        QVERIFY(*counter.ask(rule, at(30s), 1).retryAfter == Ticks(31s));
        QVERIFY(*counter.ask(rule, at(30s), 2).retryAfter == Ticks(40s));
        QVERIFY(*counter.ask(rule, at(30s), 3).retryAfter == Ticks(50s));
        QVERIFY(!counter.ask(rule, at(30s), 4).retryAfter.has_value());
    }

    void askingChangesNothing()
    {
        CallRateLimit counter;
        for (int i = 0; i < 10; ++i)
            QCOMPARE(counter.ask(TwoAMinute, at(0s), 1).remaining, std::int64_t(1));
    }

    void aRefundMakesTheRoomAgain()
    {
        CallRateLimit counter;
        static_cast<void>(counter.take(TwoAMinute, at(0s), 1));
        const TakenShare share = counter.take(TwoAMinute, at(1s), 1);
        QVERIFY(!counter.ask(TwoAMinute, at(2s), 1).allowed);
        counter.cancel(share);
        QVERIFY(counter.ask(TwoAMinute, at(2s), 1).allowed);
        QVERIFY(!counter.ask(TwoAMinute, at(2s), 2).allowed);
    }

    void aLateRefundTakesNothingFromOthers()
    {
        CallRateLimit counter;
        const TakenShare old = counter.take(TwoAMinute, at(0s), 1);
        static_cast<void>(counter.take(TwoAMinute, at(600s), 2));
        counter.cancel(old);
        QCOMPARE(counter.used(TwoAMinute, at(600s)), std::int64_t(2));
    }

    void aRaiseTakesEffectAtOnceAndForgetsNothing()
    {
        CallRateLimit counter;
        static_cast<void>(counter.take(TwoAMinute, at(0s), 2));
        QVERIFY(!counter.ask(TwoAMinute, at(1s), 1).allowed);
        const CallRate raised{5, 60s};
        QCOMPARE(counter.ask(raised, at(1s), 1).remaining, std::int64_t(2));
        QVERIFY(!counter.ask(raised, at(1s), 4).allowed);
        QVERIFY(!counter.ask(CallRate{1, 60s}, at(1s), 1).allowed);
        QCOMPARE(counter.ask(CallRate{1, 60s}, at(1s), 1).remaining, std::int64_t(0));
    }

    void anotherPeriodCountsTheSameCalls()
    {
        CallRateLimit counter;
        static_cast<void>(counter.take(TwoAMinute, at(0s), 2));
        QVERIFY(counter.ask(CallRate{2, 30s}, at(30s), 1).allowed);
        QVERIFY(!counter.ask(CallRate{2, 65s}, at(60s), 1).allowed);
    }

    void aCallThatIsNotCountedStillNeedsRoomForOne()
    {
        CallRateLimit counter;
        static_cast<void>(counter.take(TwoAMinute, at(0s), 2));
        const LimitVerdict verdict = counter.ask(TwoAMinute, at(1s), 0);
        QVERIFY(!verdict.allowed);
        QVERIFY(*verdict.retryAfter == Ticks(59s));
        static_cast<void>(counter.take(TwoAMinute, at(60s), 0));
        QCOMPARE(counter.used(TwoAMinute, at(60s)), std::int64_t(0));
    }

    void aLimitOfNothingRefusesForEver()
    {
        const LimitVerdict verdict = CallRateLimit().ask(CallRate{0, 60s}, at(0s), 1);
        QVERIFY(!verdict.allowed);
        QVERIFY(!verdict.retryAfter.has_value());
    }

    void aWallClockThatJumpsFreesNothing()
    {
        CallRateLimit counter;
        static_cast<void>(counter.take(TwoAMinute, at(0s), 2));
        Instant later = at(30s);
        later.utc += 2h;
        QVERIFY(!counter.ask(TwoAMinute, later, 1).allowed);
        later = at(60s);
        later.utc = later.utc - Ticks(4h);
        QVERIFY(counter.ask(TwoAMinute, later, 1).allowed);
    }

    void randomHistoriesAgreeWithTheListOfCalls_data()
    {
        QTest::addColumn<bool>("inOrder");
        QTest::newRow("in order") << true;
        QTest::newRow("times out of order") << false;
    }

    void randomHistoriesAgreeWithTheListOfCalls()
    {
        QFETCH(bool, inOrder);
        std::mt19937_64 seeds(test::seed());
        int refusals = 0;
        for (int i = 0; i < 500; ++i) {
            CallWalk walk(seeds(), inOrder);
            for (int step = 0; step < 120 && !QTest::currentTestFailed(); ++step)
                walk.step();
            walk.checkPeak();
            if (QTest::currentTestFailed())
                return;
            refusals += walk.refusals();
        }
        QVERIFY(refusals > 1000);
    }
};

GATEHOUSE_TEST_MAIN(TestCallRate)
#include "tst_callrate.moc"
