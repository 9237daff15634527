// SPDX-License-Identifier: GPL-3.0-or-later
// Tokens per minute: reservations, what calls in flight hold, and by how much it goes over without
// max_tokens.
#include "tests/support/testmain.h"

#include "core/gateway/quota/tokenrate.h"

#include "tests/support/seed.h"
#include "tests/unit/gateway/windowpeak.h"

#include <random>

using namespace gatehouse;
using namespace gatehouse::gateway;
using namespace std::chrono_literals;
using test::CountedAt;

namespace {

constexpr TokenRate Thousand{1000};
constexpr Ticks Minute = 60s;

Instant at(Ticks time)
{
    return {DateTime::fromCivil(2026, 11, 21) + time, time};
}

LimitUsage tokens(std::int64_t count)
{
    return {count, 0};
}

/// A random history of one counter whose calls run for up to two minutes.
class TokenWalk
{
public:
    TokenWalk(std::uint64_t seed, bool saysMaxTokens)
        : m_random(seed)
        , m_saysMaxTokens(saysMaxTokens)
    {
        m_rule.tokensPerMinute = 700 + below(3000);
    }

    void step()
    {
        m_now += Ticks(below(40'000'000));
        for (std::size_t i = m_running.size(); i-- > 0;) {
            if (m_running[i].ends <= m_now)
                end(i);
        }
        enter();
    }

    void finish()
    {
        m_now += 180s;
        while (!m_running.empty())
            end(m_running.size() - 1);
        QCOMPARE(m_counter.inFlight(), std::int64_t(0));
        const std::int64_t peak = test::peakOfAnyWindow(m_ends, Minute);
        if (m_saysMaxTokens) {
            for (const auto* events : {&m_starts, &m_middles, &m_ends})
                QVERIFY(test::peakOfAnyWindow(*events, Minute) <= m_rule.tokensPerMinute);
            QCOMPARE(m_counter.overshoot().peak, std::int64_t(0));
            QCOMPARE(m_counter.overshoot().total, std::int64_t(0));
        } else {
            QCOMPARE(m_counter.overshoot().peak, std::max<std::int64_t>(peak - m_rule.tokensPerMinute, 0));
            QCOMPARE(m_counter.overshoot().total, m_beyond);
            // Over by no more than what was in flight at once answered, beyond its prompts.
            QVERIFY(m_counter.overshoot().peak <= m_mostInFlight);
        }
    }

    [[nodiscard]] int refusals() const { return m_refusals; }
    [[nodiscard]] bool wentOver() const { return m_counter.overshoot().peak > 0; }

private:
    struct Running
    {
        TakenShare share;
        Ticks entered;
        Ticks ends;
        std::int64_t real;
    };

    [[nodiscard]] std::int64_t below(std::int64_t bound)
    {
        return static_cast<std::int64_t>(m_random() % static_cast<std::uint64_t>(bound));
    }

    [[nodiscard]] std::int64_t usedInWindow() const
    {
        std::int64_t sum = 0;
        for (const CountedAt& event : m_ends)
            sum += event.at > m_now - Minute ? event.amount : 0;
        return sum;
    }

    void enter()
    {
        TokenDemand demand;
        demand.prompt = below(200);
        const std::int64_t answer = below(500);
        if (m_saysMaxTokens)
            demand.maxTokens = answer;
        const std::int64_t need = demand.reserved();
        const LimitVerdict verdict = m_counter.ask(m_rule, at(m_now), need);
        std::int64_t reserved = 0;
        std::int64_t open = 0;
        for (const Running& one : m_running) {
            reserved += one.share.amount;
            open += one.real;
        }
        const std::int64_t free = m_rule.tokensPerMinute - usedInWindow() - reserved;
        QCOMPARE(verdict.allowed, std::max<std::int64_t>(need, 1) <= free);
        QCOMPARE(verdict.remaining, std::max<std::int64_t>(verdict.allowed ? free - need : free, 0));
        if (!verdict.allowed) {
            ++m_refusals;
            checkWait(verdict, need);
            return;
        }
        const std::int64_t real = below(4) == 0 ? demand.prompt + answer : below(demand.prompt + answer + 1);
        m_running.push_back(
            {m_counter.take(m_rule, at(m_now), need), m_now, m_now + Ticks(below(1'200'000'000)), real});
        m_mostInFlight = std::max(m_mostInFlight, open + real);
    }

    /// At the end of the wait the call passes even if all that runs ends now with all that it reserved.
    void checkWait(const LimitVerdict& verdict, std::int64_t need) const
    {
        QVERIFY(verdict.retryAfter.has_value()); // every call of the walk is smaller than the limit
        QVERIFY(*verdict.retryAfter > Ticks(0) && *verdict.retryAfter <= Minute);
        TokenRateLimit counter = m_counter;
        for (const Running& one : m_running)
            counter.settle(m_rule, one.share, at(m_now), tokens(one.share.amount));
        QVERIFY(counter.ask(m_rule, at(m_now + *verdict.retryAfter), need).allowed);
        if (m_running.empty())
            QVERIFY(!counter.ask(m_rule, at(m_now + *verdict.retryAfter - Ticks(1)), need).allowed);
    }

    void end(std::size_t index)
    {
        const Running one = m_running[index];
        m_running.erase(m_running.begin() + static_cast<std::ptrdiff_t>(index));
        if (below(12) == 0) {
            m_counter.cancel(one.share);
            return;
        }
        m_counter.settle(m_rule, one.share, at(m_now), tokens(one.real));
        m_starts.push_back({one.entered, one.real});
        m_middles.push_back({one.entered + (m_now - one.entered) / 2, one.real});
        m_ends.push_back({m_now, one.real});
        m_beyond += std::clamp<std::int64_t>(usedInWindow() - m_rule.tokensPerMinute, 0, one.real);
    }

    std::mt19937_64 m_random;
    bool m_saysMaxTokens;
    TokenRate m_rule;
    TokenRateLimit m_counter;
    Ticks m_now{0};
    std::vector<Running> m_running;
    std::vector<CountedAt> m_starts;
    std::vector<CountedAt> m_middles;
    std::vector<CountedAt> m_ends;
    std::int64_t m_beyond = 0;
    std::int64_t m_mostInFlight = 0;
    int m_refusals = 0;
};

} // namespace

class TestTokenRate : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aReservationHoldsAndTheRestComesBack()
    {
        TokenRateLimit counter;
        const TakenShare first = counter.take(Thousand, at(0s), 900);
        QCOMPARE(counter.ask(Thousand, at(1s), 100).remaining, std::int64_t(0));
        QVERIFY(!counter.ask(Thousand, at(1s), 101).allowed);
        counter.settle(Thousand, first, at(2s), tokens(250));
        QCOMPARE(counter.used(Thousand, at(2s)), std::int64_t(250));
        QVERIFY(counter.ask(Thousand, at(2s), 750).allowed);
        QVERIFY(!counter.ask(Thousand, at(2s), 751).allowed);
    }

    void whatRunsLongerThanAMinuteStillHolds()
    {
        TokenRateLimit counter;
        const TakenShare share = counter.take(Thousand, at(0s), 1000);
        const LimitVerdict verdict = counter.ask(Thousand, at(90s), 1);
        QVERIFY(!verdict.allowed);
        QVERIFY(*verdict.retryAfter == Minute);
        counter.settle(Thousand, share, at(100s), tokens(1000));
        QVERIFY(!counter.ask(Thousand, at(159'999ms), 1).allowed);
        QVERIFY(counter.ask(Thousand, at(160'000ms), 1000).allowed);
    }

    void aCancelledCallWasNeverThere()
    {
        TokenRateLimit counter;
        counter.cancel(counter.take(Thousand, at(0s), 1000));
        QVERIFY(counter.ask(Thousand, at(0s), 1000).allowed);
    }

    void theWaitIsExactWhenNothingRuns()
    {
        TokenRateLimit counter;
        for (const auto& [time, used] : {std::pair(Ticks(1s), 300), std::pair(Ticks(5s), 600)})
            counter.settle(Thousand, counter.take(Thousand, at(time), used), at(time), tokens(used));
        QVERIFY(*counter.ask(Thousand, at(10s), 101).retryAfter == Ticks(51s));
        QVERIFY(*counter.ask(Thousand, at(10s), 401).retryAfter == Ticks(55s));
    }

    void aCallLargerThanTheLimitNeverPasses()
    {
        const LimitVerdict verdict = TokenRateLimit().ask(Thousand, at(0s), 1001);
        QVERIFY(!verdict.allowed);
        QVERIFY(!verdict.retryAfter.has_value());
        QCOMPARE(verdict.remaining, std::int64_t(1000));
    }

    void aCallOfWhichNothingIsKnownPassesWhileATokenIsLeft()
    {
        TokenRateLimit counter;
        QVERIFY(counter.ask(Thousand, at(0s), 0).allowed);
        const TakenShare share = counter.take(Thousand, at(0s), 0);
        counter.settle(Thousand, share, at(1s), tokens(999));
        QVERIFY(counter.ask(Thousand, at(2s), 0).allowed);
        counter.settle(Thousand, counter.take(Thousand, at(2s), 0), at(2s), tokens(1));
        QVERIFY(!counter.ask(Thousand, at(3s), 0).allowed);
    }

    void withoutMaxTokensItGoesOverAndSaysByHowMuch()
    {
        TokenRateLimit counter;
        const TakenShare first = counter.take(Thousand, at(0s), 10);
        const TakenShare second = counter.take(Thousand, at(0s), 10);
        counter.settle(Thousand, first, at(1s), tokens(800));
        QCOMPARE(counter.overshoot().peak, std::int64_t(0));
        counter.settle(Thousand, second, at(2s), tokens(700));
        QCOMPARE(counter.overshoot().peak, std::int64_t(500));
        QCOMPARE(counter.overshoot().total, std::int64_t(500));
        // While it is over every call is refused, and for how long that is, is known.
        QVERIFY(*counter.ask(Thousand, at(3s), 10).retryAfter == Ticks(58s));
        // A second time adds to the total and leaves the peak.
        counter.settle(Thousand, counter.take(Thousand, at(61s), 10), at(61s), tokens(400));
        QCOMPARE(counter.overshoot().peak, std::int64_t(500));
        QCOMPARE(counter.overshoot().total, std::int64_t(600));
    }

    void aRaiseTakesEffectAtOnceAndForgetsNothing()
    {
        TokenRateLimit counter;
        const TakenShare running = counter.take(Thousand, at(0s), 600);
        counter.settle(Thousand, counter.take(Thousand, at(0s), 400), at(0s), tokens(400));
        QVERIFY(!counter.ask(Thousand, at(1s), 1).allowed);
        QCOMPARE(counter.ask(TokenRate{1500}, at(1s), 500).remaining, std::int64_t(0));
        QVERIFY(!counter.ask(TokenRate{1500}, at(1s), 501).allowed);
        counter.cancel(running);
    }

    void numbersFromOutsideAreCut()
    {
        TokenRateLimit counter;
        counter.settle(Thousand, counter.take(Thousand, at(0s), 10), at(0s), tokens(INT64_MAX));
        QCOMPARE(counter.used(Thousand, at(0s)), MaxLimitAmount);
        counter.settle(Thousand, counter.take(Thousand, at(0s), 10), at(0s), tokens(-50));
        QCOMPARE(counter.used(Thousand, at(0s)), MaxLimitAmount);
    }

    void randomHistoriesKeepTheLimitOrMeasureTheOvershoot_data()
    {
        QTest::addColumn<bool>("saysMaxTokens");
        QTest::newRow("with max_tokens") << true;
        QTest::newRow("without") << false;
    }

    void randomHistoriesKeepTheLimitOrMeasureTheOvershoot()
    {
        QFETCH(bool, saysMaxTokens);
        std::mt19937_64 seeds(test::seed());
        int refusals = 0;
        int wentOver = 0;
        for (int i = 0; i < 200; ++i) {
            TokenWalk walk(seeds(), saysMaxTokens);
            for (int step = 0; step < 200 && !QTest::currentTestFailed(); ++step)
                walk.step();
            walk.finish();
            if (QTest::currentTestFailed())
                return;
            refusals += walk.refusals();
            wentOver += walk.wentOver() ? 1 : 0;
        }
        QVERIFY(refusals > 1000);
        QCOMPARE(wentOver > 0, !saysMaxTokens);
    }
};

GATEHOUSE_TEST_MAIN(TestTokenRate)
#include "tst_tokenrate.moc"
