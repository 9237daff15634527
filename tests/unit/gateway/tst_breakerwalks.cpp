// SPDX-License-Identifier: GPL-3.0-or-later
// The invariants of the circuit breaker under random histories, and under threads that share one by a mutex.
#include "tests/support/testmain.h"

#include "core/gateway/breaker.h"

#include "tests/support/seed.h"

#include <atomic>
#include <map>
#include <mutex>
#include <thread>

using namespace gatehouse::gateway;
using namespace std::chrono_literals;

namespace {

constexpr int MaxProbes = 3;

bool isAllowed(CircuitState from, CircuitState to)
{
    using enum CircuitState;
    return (from == Closed && to == Open) || (from == Open && to == HalfOpen) ||
           (from == HalfOpen && to == Closed) || (from == HalfOpen && to == Open);
}

/// A random history of one circuit with everything checked that must hold at every instant.
class Walk
{
public:
    explicit Walk(std::uint64_t seed)
        : m_random(seed)
        , m_breaker(config(), [this](const Transition& one) { note(one); })
    {}

    void step()
    {
        m_now += Millis(below(10) == 0 ? below(40'000) : below(50));
        switch (below(8)) {
        case 0:
        case 1:
        case 2:
        case 3:
            acquire();
            break;
        case 4:
            m_breaker.tick(m_now);
            break;
        default:
            settle();
        }
        QVERIFY(m_breaker.probesIssued() <= MaxProbes);
        QVERIFY(m_breaker.probesSucceeded() <= m_breaker.probesIssued());
    }

    /// A healthy backend and calls that arrive must close the circuit in bounded time.
    void recover()
    {
        m_now += 30s + 60s;
        for (int call = 0; call < MaxProbes + 1 && m_breaker.state() != CircuitState::Closed; ++call) {
            if (const auto permit = m_breaker.acquire(m_now))
                m_breaker.settle(*permit, Outcome::Ok, m_now);
            else // a probe that was left hanging has just been given up
                m_now += 30s;
        }
        if (m_breaker.state() != CircuitState::Closed) {
            for (int call = 0; call < MaxProbes; ++call) {
                const auto permit = m_breaker.acquire(m_now);
                QVERIFY(permit.has_value());
                m_breaker.settle(*permit, Outcome::Ok, m_now);
            }
        }
        QVERIFY(m_breaker.state() == CircuitState::Closed);
    }

private:
    BreakerConfig config()
    {
        BreakerConfig config;
        if (below(2) == 0) {
            WindowedRule rule;
            rule.count = below(2) == 0 ? 5 : 0;
            rule.percentage = 50;
            config.rule = rule;
        }
        return config;
    }

    [[nodiscard]] int below(int bound) { return static_cast<int>(m_random() % static_cast<unsigned>(bound)); }

    void acquire()
    {
        const bool looked = m_breaker.wouldAdmit(m_now);
        const auto permit = m_breaker.acquire(m_now);
        QCOMPARE(permit.has_value(), looked);
        if (!permit)
            return;
        if (m_openedAt)
            QVERIFY(m_now >= *m_openedAt + 30s);
        m_held.push_back(*permit);
    }

    void settle()
    {
        if (m_held.empty())
            return;
        const auto index = static_cast<std::size_t>(below(static_cast<int>(m_held.size())));
        const auto outcome = static_cast<Outcome>(below(4));
        m_breaker.settle(m_held[index], outcome, m_now);
        if (below(4) != 0) // else it will be settled again, which must change nothing
            m_held.erase(m_held.begin() + static_cast<std::ptrdiff_t>(index));
    }

    void note(const Transition& one)
    {
        QVERIFY(isAllowed(one.from, one.to));
        QCOMPARE(one.at, m_now);
        m_openedAt = one.to == CircuitState::Open ? std::optional(one.at) : std::nullopt;
    }

    std::mt19937_64 m_random;
    Millis m_now{0};
    std::optional<Millis> m_openedAt;
    std::vector<Permit> m_held;
    Breaker m_breaker;
};

} // namespace

class TestBreakerWalks : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void randomHistoriesKeepTheInvariantsAndRecover()
    {
        constexpr int Walks = 1000;
        constexpr int Steps = 200;
        std::mt19937_64 seeds(gatehouse::test::seed());
        for (int i = 0; i < Walks; ++i) {
            Walk walk(seeds());
            for (int step = 0; step < Steps && !QTest::currentTestFailed(); ++step)
                walk.step();
            if (!QTest::currentTestFailed())
                walk.recover();
            if (QTest::currentTestFailed())
                return;
        }
    }

    void threadsNeverHaveMoreProbesOutThanAllowed()
    {
        constexpr int Threads = 4;
        constexpr int Calls = 20'000;
        const std::uint64_t first = gatehouse::test::seed();
        std::mutex mutex;
        Breaker breaker{BreakerConfig{}};
        std::atomic<std::int64_t> clock{0};
        std::map<std::uint64_t, int> probesOut; // by episode: those of an older one are void; under the mutex
        int worst = 0;
        int probes = 0;
        const auto work = [&](std::uint64_t seed) {
            std::mt19937_64 random(seed);
            for (int i = 0; i < Calls; ++i) {
                std::unique_lock lock(mutex);
                const auto permit = breaker.acquire(Millis(clock += 7));
                const bool probe = permit && breaker.state() == CircuitState::HalfOpen;
                if (probe) {
                    ++probes;
                    worst = std::max(worst, ++probesOut[permit->generation]);
                }
                lock.unlock();
                if (!permit)
                    continue;
                std::this_thread::yield(); // the call itself
                const bool failed = random() % 3 == 0;
                const bool cancelled = random() % 5 == 0;
                lock.lock();
                if (probe)
                    --probesOut[permit->generation];
                const Outcome outcome = cancelled ? Outcome::Cancel : failed ? Outcome::Fail : Outcome::Ok;
                breaker.settle(*permit, outcome, Millis(clock += 7));
            }
        };
        std::vector<std::thread> threads;
        for (int i = 0; i < Threads; ++i)
            threads.emplace_back(work, first + static_cast<std::uint64_t>(i));
        for (std::thread& thread : threads)
            thread.join();
        QVERIFY(probes > 0);
        QVERIFY2(worst <= MaxProbes, qPrintable(QString::number(worst)));
        // Nothing was lost on the way: a healthy backend closes it again.
        clock += 200'000;
        for (int i = 0; i < MaxProbes && breaker.state() != CircuitState::Closed; ++i) {
            const auto permit = breaker.acquire(Millis(clock.load()));
            QVERIFY(permit.has_value());
            breaker.settle(*permit, Outcome::Ok, Millis(clock.load()));
        }
        QVERIFY(breaker.state() == CircuitState::Closed);
    }
};

GATEHOUSE_TEST_MAIN(TestBreakerWalks)
#include "tst_breakerwalks.moc"
