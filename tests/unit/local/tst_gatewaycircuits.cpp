// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/inference.h"
#include "core/local/gateway/attempts.h"
#include "tests/support/seed.h"
#include "tests/support/testmain.h"
#include "tests/unit/local/gatewayharness.h"

#include <cstdio>
#include <random>

using namespace gatehouse;
using namespace gatehouse::local;
using namespace gatehouse::local::test;
using namespace std::chrono_literals;

namespace {

using gateway::CircuitSpan;
using gateway::CircuitState;
using gateway::LoggedAttempt;

constexpr int Histories = 1'000;
constexpr Ticks LogInterval = 1s; ///< the log's own resolution, with the doubt of the inference on both sides

/// What is wrong with an endpoint for a while.
struct Fault
{
    DateTime until;
    int status = 200; ///< what it answers with when it fails
    double share = 0; ///< of its calls that fail
    int retryAfter = 0;
    bool cuts = false; ///< streams break off after their first byte
};

struct Request
{
    std::vector<Attempt> attempts;
};

/// One outage history of a pool: random faults under random load, with calls that overlap.
class History
{
public:
    explicit History(std::uint64_t seed)
        : m_random(seed)
        , m_sleeper(m_clock)
        , m_start(m_clock.now())
    {
        const int members = 1 + static_cast<int>(m_random() % 3);
        m_pool.name = "pool";
        for (int i = 0; i < members; ++i)
            addBackend("b" + std::to_string(i), 1 + static_cast<int>(m_random() % 2));
    }

    void run()
    {
        const int calls = 100 + static_cast<int>(m_random() % 200);
        const std::uint64_t gap = 50 + m_random() % 3'000; // ms, at most, between two calls
        for (int i = 0; i < calls; ++i) {
            m_clock.advance(std::chrono::milliseconds(1 + m_random() % gap));
            if (m_random() % 40 == 0)
                m_clock.advance(std::chrono::seconds(m_random() % 90)); // nobody calls for a while
            request(0);
        }
        m_end = m_clock.now();
    }

    [[nodiscard]] const Topology& topology() const { return m_topology; }
    [[nodiscard]] TimeRange range() const { return {m_start, m_end}; }
    [[nodiscard]] std::vector<RecordedTransition> truth(const std::string& backend) const
    {
        return m_recorder.transitions(backend);
    }
    /// As the rows of the log say it; of each request only its last attempt with finalOnly.
    [[nodiscard]] std::vector<LoggedAttempt> logged(const std::string& backend, bool finalOnly) const
    {
        std::vector<LoggedAttempt> rows;
        for (const Request& request : m_requests) {
            for (const Attempt& attempt : request.attempts) {
                if (attempt.backend->backend.name != backend ||
                    (finalOnly && &attempt != &request.attempts.back()))
                    continue;
                LoggedAttempt row;
                row.start = attempt.start;
                row.duration = std::chrono::duration_cast<Ticks>(attempt.duration);
                row.status = attempt.cut ? 0 : attempt.status;
                if (attempt.cut)
                    row.firstByte = std::chrono::duration_cast<Ticks>(attempt.firstByte);
                if (attempt.retryAfter)
                    row.retryAfter = std::chrono::ceil<std::chrono::seconds>(*attempt.retryAfter);
                rows.push_back(row);
            }
        }
        return rows;
    }

private:
    class FaultyOne final : public Endpoint
    {
    public:
        explicit FaultyOne(History& history)
            : m_history(history)
        {}
        [[nodiscard]] UpstreamAnswer call(const UpstreamRequest&) override
        {
            return m_history.answer(m_fault);
        }

    private:
        History& m_history;
        Fault m_fault;
    };

    void addBackend(const std::string& name, int priority)
    {
        gateway::Backend backend;
        backend.name = name;
        backend.breaker.recovery = std::chrono::seconds(5 + m_random() % 60);
        backend.breaker.acceptRetryAfter = m_random() % 2 == 0;
        backend.breaker.halfOpenMaxCalls = 1 + static_cast<int>(m_random() % 3);
        gateway::WindowedRule rule;
        rule.interval = std::chrono::seconds(10 + m_random() % 110);
        switch (m_random() % 3) {
        case 0:
            backend.breaker.rule = gateway::ConsecutiveRule{2 + static_cast<int>(m_random() % 5)};
            break;
        case 1:
            rule.count = 2 + static_cast<int>(m_random() % 6);
            backend.breaker.rule = rule;
            break;
        default:
            rule.percentage = 30 + static_cast<int>(m_random() % 60);
            backend.breaker.rule = rule;
        }
        backend.failureStatuses = {gateway::StatusRange{}};
        ServingBackend serving;
        serving.circuit = std::make_shared<Circuit>(backend, m_recorder, m_clock);
        serving.endpoint = std::make_shared<FaultyOne>(*this);
        serving.backend = std::move(backend);
        m_topology.backends.emplace(name, std::move(serving));
        m_pool.members.push_back({name, priority, 1 + static_cast<int>(m_random() % 3)});
    }

    Fault nextFault()
    {
        static constexpr std::array<int, 5> Kinds = {500, 503, 429, 0, 404};
        Fault fault;
        fault.until = m_clock.now() + Ticks(std::chrono::seconds(5 + m_random() % 120));
        if (m_random() % 2 == 0)
            return fault; // healthy
        fault.status = Kinds[m_random() % Kinds.size()];
        fault.share = m_random() % 2 == 0 ? 1.0 : 0.1 + 0.1 * static_cast<double>(m_random() % 9);
        fault.retryAfter = m_random() % 3 == 0 ? 1 + static_cast<int>(m_random() % 40) : 0;
        fault.cuts = m_random() % 5 == 0;
        return fault;
    }

    UpstreamAnswer answer(Fault& fault)
    {
        if (m_clock.now() >= fault.until)
            fault = nextFault();
        const bool fails = static_cast<double>(m_random() % 1'000) < fault.share * 1'000;
        m_clock.advance(std::chrono::milliseconds(1 + m_random() % 150));
        if (m_depth < 4 && m_random() % 3 == 0)
            request(m_depth); // another call comes and goes meanwhile
        m_clock.advance(std::chrono::milliseconds(1 + m_random() % (m_random() % 20 == 0 ? 4'000 : 300)));
        UpstreamAnswer answer;
        answer.status = fails && !fault.cuts ? fault.status : 200;
        if (answer.status != 200 && answer.status != 0 && fault.retryAfter > 0)
            answer.retryAfter = std::chrono::seconds(fault.retryAfter);
        m_cutNext = fails && fault.cuts;
        return answer;
    }

    void request(int depth)
    {
        m_depth = depth + 1;
        AttemptLoop loop(m_topology, m_pool, m_clock, m_sleeper,
                         static_cast<double>(m_random() % 1'000) / 1'000);
        AttemptResult result = loop.run({});
        m_depth = depth;
        if (!result.attempts.empty() && m_cutNext) { // as the relay does with a stream that breaks off
            m_cutNext = false;
            Attempt& last = result.attempts.back();
            m_clock.advance(std::chrono::milliseconds(1 + m_random() % 500));
            last.cut = true;
            last.firstByte = last.duration;
            last.duration = m_clock.monotonic() - last.began;
            last.backend->circuit->lateFailure();
        }
        m_requests.push_back({std::move(result.attempts)});
    }

    std::mt19937_64 m_random;
    ManualClock m_clock;
    ManualSleeper m_sleeper;
    CircuitRecorder m_recorder;
    Topology m_topology;
    gateway::Pool m_pool;
    std::vector<Request> m_requests;
    DateTime m_start;
    DateTime m_end;
    int m_depth = 0;
    bool m_cutNext = false;
};

/// The recorded states as spans over the range.
std::vector<CircuitSpan> spansOf(const std::vector<RecordedTransition>& truth, TimeRange range)
{
    std::vector<CircuitSpan> spans = {{CircuitState::Closed, range.start, range.end, {}}};
    for (const RecordedTransition& one : truth) {
        spans.back().end = one.at;
        spans.push_back({one.to, one.at, range.end, one.reason});
    }
    return spans;
}

CircuitState stateAt(const std::vector<CircuitSpan>& spans, DateTime moment)
{
    CircuitState state = CircuitState::Closed;
    for (const CircuitSpan& span : spans) {
        if (span.start <= moment)
            state = span.state;
    }
    return state;
}

/// The longest time for which the two differ without a break.
Ticks longestDifference(const std::vector<CircuitSpan>& a, const std::vector<CircuitSpan>& b, TimeRange range)
{
    std::vector<DateTime> edges = {range.start, range.end};
    for (const auto* spans : {&a, &b}) {
        for (const CircuitSpan& span : *spans)
            edges.push_back(span.start);
    }
    std::ranges::sort(edges);
    Ticks longest{0};
    Ticks now{0};
    for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
        const bool same = stateAt(a, edges[i]) == stateAt(b, edges[i]);
        now = same ? (edges[i + 1] > edges[i] ? Ticks(0) : now) : now + (edges[i + 1] - edges[i]);
        longest = std::max(longest, now);
    }
    return longest;
}

void print(const char* name, const std::vector<CircuitSpan>& spans, DateTime start)
{
    std::printf("  %s:", name);
    for (const CircuitSpan& span : spans)
        std::printf(" %s@%lld", toString(span.state).c_str(),
                    static_cast<long long>((span.start - start).count() / 10'000));
    std::printf("\n");
}

} // namespace

/// The circuit states that are worked out of the log are those that the gateway really had.
class TestGatewayCircuits : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void inferredStatesAreTheRecordedOnes();
};

void TestGatewayCircuits::inferredStatesAreTheRecordedOnes()
{
    const std::uint64_t seed = gatehouse::test::seed();
    std::size_t circuits = 0;
    std::size_t transitions = 0;
    std::size_t apart = 0;
    std::size_t apartFinal = 0;
    std::size_t closedButOpen = 0;
    std::size_t openButNot = 0;
    Ticks worst{0};
    for (int i = 0; i < Histories; ++i) {
        History history(seed + static_cast<std::uint64_t>(i));
        history.run();
        for (const auto& [name, serving] : history.topology().backends) {
            const auto truth = spansOf(history.truth(name), history.range());
            const auto inferred =
                gateway::inferCircuit(serving.backend, history.logged(name, false), history.range());
            const Ticks differ = longestDifference(truth, inferred.timeline, history.range());
            ++circuits;
            transitions += truth.size() - 1;
            worst = std::max(worst, differ);
            if (differ > LogInterval) {
                if (++apart <= 5) {
                    std::printf("SEED=%llu %s\n",
                                static_cast<unsigned long long>(seed + static_cast<std::uint64_t>(i)),
                                name.c_str());
                    print("truth", truth, history.range().start);
                    print("inferred", inferred.timeline, history.range().start);
                }
            }
            const auto final =
                gateway::inferCircuit(serving.backend, history.logged(name, true), history.range());
            if (longestDifference(truth, final.timeline, history.range()) > LogInterval)
                ++apartFinal;
            for (const CircuitSpan& span : final.timeline) {
                const DateTime middle = span.start + (span.end - span.start) / 2;
                const CircuitState real = stateAt(truth, middle);
                closedButOpen += span.state == CircuitState::Closed && real == CircuitState::Open ? 1 : 0;
                openButNot += span.state == CircuitState::Open && real != CircuitState::Open ? 1 : 0;
            }
        }
    }
    std::printf("%d histories, %zu circuits, %zu transitions: %zu apart, worst %.3f s; final rows: %zu "
                "apart, %zu closed but open, %zu open but not\n",
                Histories, circuits, transitions, apart, static_cast<double>(worst.count()) / 1e7, apartFinal,
                closedButOpen, openButNot);
    QVERIFY(transitions > 1'000);
    QCOMPARE(apart, std::size_t{0});
}

GATEHOUSE_TEST_MAIN(TestGatewayCircuits)
#include "tst_gatewaycircuits.moc"
