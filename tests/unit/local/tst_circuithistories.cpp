// SPDX-License-Identifier: GPL-3.0-or-later
// Random outages through the gateway's own circuits, whose recorder tells the truth, against what the log
// tells.
#include "core/gateway/balancer.h"
#include "core/gateway/finalattempts.h"
#include "core/gateway/health.h"
#include "core/local/gateway/circuit.h"
#include "tests/support/manualclock.h"
#include "tests/support/seed.h"
#include "tests/support/testmain.h"

#include <map>
#include <queue>

using namespace gatehouse;
using namespace gatehouse::gateway;
using namespace gatehouse::local;
using namespace std::chrono_literals;
using gatehouse::test::ManualClock;

namespace {

constexpr int Histories = 1'000;
/// The doubt that the inference gives on either side of a change: its own, once for each of two clocks.
constexpr Ticks LogInterval = 1s;

using Random = std::mt19937_64;

double unit(Random& random)
{
    return std::uniform_real_distribution<double>(0, 1)(random);
}

int between(Random& random, int low, int high)
{
    return std::uniform_int_distribution<int>(low, high)(random);
}

Ticks milliseconds(double count)
{
    return Ticks(static_cast<std::int64_t>(count * 10'000));
}

/// An endpoint is in trouble for a while.
struct Trouble
{
    TimeRange when;
    int status = 503;
    double share = 1;
    double slowMs = 0;
};

struct World
{
    std::vector<Backend> backends;
    Pool pool;
    std::map<std::string, std::vector<Trouble>> troubles;
    DateTime start = DateTime::fromCivil(2026, 6, 1);
    Ticks length = 8min;
    std::size_t mostAttempts = 3; ///< 1: the policy has no retry
    double callsPerSecond = 1;
};

Backend randomBackend(Random& random, int index)
{
    Backend backend;
    backend.name = "east-" + std::to_string(index);
    backend.breaker.recovery = std::chrono::seconds(between(random, 5, 60));
    if (unit(random) < 0.2) {
        backend.failureStatuses = {{408, 408}, {500, 599}};
        return backend; // no rule: consecutive failures
    }
    backend.failureStatuses = {StatusRange{}};
    backend.ruleName = "rule";
    WindowedRule rule;
    rule.interval = std::chrono::seconds(between(random, 20, 120));
    if (unit(random) < 0.7)
        rule.count = between(random, 2, 8);
    else
        rule.percentage = between(random, 20, 80);
    backend.breaker.rule = rule;
    backend.breaker.acceptRetryAfter = unit(random) < 0.3;
    return backend;
}

World randomWorld(Random& random)
{
    World world;
    world.callsPerSecond = std::pow(10.0, unit(random) * 1.5 - 0.7); // 0.2 to 6
    world.mostAttempts = static_cast<std::size_t>(between(random, 1, 3));
    const int count = between(random, 1, 3);
    for (int i = 0; i < count; ++i) {
        const Backend backend = randomBackend(random, i);
        world.pool.members.push_back({backend.name, between(random, 1, 2), between(random, 0, 3)});
        for (int n = between(random, 0, 3); n > 0; --n) {
            const DateTime from = world.start + milliseconds(unit(random) * 400'000);
            world.troubles[backend.name].push_back(
                {{from, from + milliseconds(unit(random) * 150'000)},
                 std::array{503, 500, 429, 0, 408, 404}[between(random, 0, 5)],
                 unit(random) < 0.5 ? 1.0 : unit(random),
                 unit(random) < 0.3 ? 5'000.0 : 0.0});
        }
        world.backends.push_back(backend);
    }
    return world;
}

/// What the log holds of a backend, and what its recorder holds.
struct Log
{
    std::vector<LoggedAttempt> attempts;
    std::vector<LoggedAttempt> finals; ///< at the time of the request, for as long as it took
};

/// One instance of the gateway: calls overlap, are retried elsewhere, and every attempt is logged as the
/// gateway logs it.
class Instance
{
public:
    Instance(const World& world, Random& random)
        : m_world(world)
        , m_random(random)
    {
        for (const Backend& backend : world.backends)
            m_circuits.emplace(backend.name, std::make_unique<Circuit>(backend, recorder, m_clock));
    }

    void run()
    {
        DateTime next = m_world.start;
        const DateTime end = m_world.start + m_world.length;
        while (next < end || !m_events.empty()) {
            if (m_events.empty() || (next < end && next <= m_events.top().at)) {
                moveTo(next);
                begin(std::make_shared<Call>(Call{next, {}}));
                next +=
                    milliseconds(-std::log(1 - unit(m_random)) * 1'000 / m_world.callsPerSecond) + Ticks(1);
            } else {
                const Event event = m_events.top();
                m_events.pop();
                moveTo(event.at);
                if (event.permit)
                    settle(event);
                else
                    begin(event.call);
            }
        }
    }

    CircuitRecorder recorder;
    std::map<std::string, Log> logs;

private:
    struct Call
    {
        DateTime came;
        std::vector<std::string> tried;
    };
    struct Event
    {
        DateTime at;
        std::uint64_t order = 0;
        std::shared_ptr<Call> call;
        std::optional<Permit> permit; ///< the attempt ends; without it the next one begins
        DateTime start;
        int status = 0;
        int retryAfter = 0;
        bool operator<(const Event& other) const
        {
            return std::tie(other.at, other.order) < std::tie(at, order);
        }
    };

    void moveTo(DateTime moment)
    {
        const Ticks ahead = moment - m_clock.now();
        if (ahead > Ticks(0))
            m_clock.advance(ahead);
    }
    void push(Event event)
    {
        event.order = ++m_order;
        m_events.push(std::move(event));
    }

    void begin(const std::shared_ptr<Call>& call)
    {
        const auto stateOf = [&](const std::string& name) {
            MemberState state = m_circuits.at(name)->memberState();
            state.tried = std::ranges::find(call->tried, name) != call->tried.end();
            return state;
        };
        const std::string chosen = choose(m_world.pool, stateOf, unit(m_random)).backend;
        const auto permit = chosen.empty() ? std::nullopt : m_circuits.at(chosen)->acquire();
        if (!permit)
            return;
        call->tried.push_back(chosen);
        Event event;
        event.call = call;
        event.permit = permit;
        event.start = m_clock.now();
        double took = 20 + unit(m_random) * (unit(m_random) < 0.1 ? 4'000 : 400);
        event.status = 200;
        const auto troubles = m_world.troubles.find(chosen);
        if (troubles != m_world.troubles.end()) {
            for (const Trouble& trouble : troubles->second) {
                if (!(trouble.when.start <= event.start && event.start < trouble.when.end))
                    continue;
                took += trouble.slowMs;
                if (unit(m_random) < trouble.share)
                    event.status = trouble.status;
            }
        }
        if (event.status != 200 && unit(m_random) < 0.2)
            event.retryAfter = between(m_random, 1, 90);
        event.at = event.start + milliseconds(took);
        push(std::move(event));
    }

    void settle(const Event& event)
    {
        const std::string& name = event.call->tried.back();
        const auto backend = std::ranges::find(m_world.backends, name, &Backend::name);
        const std::optional<Millis> after =
            event.retryAfter > 0 ? std::optional<Millis>(std::chrono::seconds(event.retryAfter))
                                 : std::nullopt;
        m_circuits.at(name)->settle(*event.permit, backend->classify(event.status), after);
        const bool again = (event.status == 0 || event.status == 429 || event.status >= 500) &&
                           event.call->tried.size() < m_world.mostAttempts;
        if (event.status == 429 && after)
            m_circuits.at(name)->park(*after);
        logs[name].attempts.push_back(
            {event.start, event.at - event.start, event.status, std::chrono::seconds(event.retryAfter)});
        if (!again) {
            // Whole milliseconds, as TotalTime has them.
            const Ticks total = event.at - event.call->came;
            logs[name].finals.push_back(
                {event.call->came, total - total % Ticks(10'000), event.status, Ticks(0)});
            return;
        }
        Event retry;
        retry.call = event.call;
        retry.at = event.at + (event.call->tried.size() == 2 ? Ticks(2s) : Ticks(0));
        push(std::move(retry));
    }

    const World& m_world;
    Random& m_random;
    ManualClock m_clock{DateTime::fromCivil(2026, 6, 1)};
    std::map<std::string, std::unique_ptr<Circuit>> m_circuits;
    std::priority_queue<Event> m_events;
    std::uint64_t m_order = 0;
};

CircuitState truthAt(const std::vector<RecordedTransition>& transitions, DateTime moment)
{
    CircuitState state = CircuitState::Closed;
    for (const RecordedTransition& one : transitions) {
        if (one.at > moment)
            break;
        state = one.to;
    }
    return state;
}

/// The longest time for which the timeline says something else than the truth.
Ticks longestContradiction(const std::vector<CircuitSpan>& timeline,
                           const std::vector<RecordedTransition>& truth)
{
    std::vector<DateTime> edges;
    for (const RecordedTransition& one : truth)
        edges.push_back(one.at);
    for (const CircuitSpan& span : timeline) {
        edges.push_back(span.start);
        edges.push_back(span.end);
    }
    std::ranges::sort(edges);
    Ticks longest{0};
    Ticks lasting{0};
    for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
        if (edges[i] == edges[i + 1])
            continue;
        const auto span = std::ranges::find_if(
            timeline, [&](const CircuitSpan& one) { return one.start <= edges[i] && edges[i] < one.end; });
        const bool wrong = span != timeline.end() && span->state != truthAt(truth, edges[i]);
        lasting = wrong ? lasting + (edges[i + 1] - edges[i]) : Ticks(0);
        longest = std::max(longest, lasting);
    }
    return longest;
}

std::string millisecondsText(Ticks span)
{
    return std::to_string(span.count() / 10'000) + " ms";
}

} // namespace

class TestCircuitHistories : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void inferredAndRecordedStatesAgree();
    void finalAttemptsAloneNeverContradictTheTruth();
    void instancesThatDifferAreBothTold();
};

void TestCircuitHistories::inferredAndRecordedStatesAgree()
{
    const std::uint64_t seed = gatehouse::test::seed();
    Ticks worst{0};
    int changes = 0;
    for (int i = 0; i < Histories; ++i) {
        Random random(seed + static_cast<std::uint64_t>(i));
        const World world = randomWorld(random);
        Instance gateway(world, random);
        gateway.run();
        for (const Backend& backend : world.backends) {
            const auto truth = gateway.recorder.transitions(backend.name);
            const TimeRange range{world.start, world.start + world.length};
            const InferredCircuit told = inferCircuit(backend, gateway.logs[backend.name].attempts, range);
            const Ticks wrong = longestContradiction(told.timeline, truth);
            changes += static_cast<int>(truth.size());
            worst = std::max(worst, wrong);
            QVERIFY2(wrong <= LogInterval,
                     ("history " + std::to_string(i) + ", " + backend.name + ": " + millisecondsText(wrong))
                         .c_str());
        }
    }
    qInfo("%d changes of state in %d histories; the longest disagreement: %s", changes, Histories,
          millisecondsText(worst).c_str());
    QVERIFY(changes > Histories); // else nothing was tested
}

void TestCircuitHistories::finalAttemptsAloneNeverContradictTheTruth()
{
    const std::uint64_t seed = gatehouse::test::seed();
    int proven = 0;
    for (int i = 0; i < Histories; ++i) {
        Random random(seed + static_cast<std::uint64_t>(i));
        const World world = randomWorld(random);
        Instance gateway(world, random);
        gateway.run();
        for (const Backend& backend : world.backends) {
            const auto told = provenOpen(backend, gateway.logs[backend.name].finals,
                                         {world.start, world.start + world.length});
            proven += static_cast<int>(told.size());
            const Ticks wrong = longestContradiction(told, gateway.recorder.transitions(backend.name));
            QVERIFY2(wrong == Ticks(0),
                     ("history " + std::to_string(i) + ", " + backend.name + ": " + millisecondsText(wrong))
                         .c_str());
        }
    }
    qInfo("%d open spans proven by final attempts alone", proven);
    QVERIFY(proven > 0); // it must not hold by saying nothing
}

void TestCircuitHistories::instancesThatDifferAreBothTold()
{
    const std::uint64_t seed = gatehouse::test::seed();
    int differing = 0;
    for (int i = 0; i < Histories / 4; ++i) {
        Random random(seed + static_cast<std::uint64_t>(i));
        World world = randomWorld(random);
        world.length = 5min + milliseconds(unit(random) * 300'000);
        Instance one(world, random);
        one.run();
        world.callsPerSecond /= 4; // the other sees less, and trips later or not at all
        Instance other(world, random);
        other.run();
        HealthInput input;
        input.range = {world.start, world.start + world.length};
        input.attemptsRange = input.range;
        input.now = input.range.end;
        input.backends = world.backends;
        input.pools = {world.pool};
        for (const Backend& backend : world.backends) {
            input.attempts[backend.name]["East US"] = one.logs[backend.name].attempts;
            input.attempts[backend.name]["West US"] = other.logs[backend.name].attempts;
        }
        for (const EndpointHealth& endpoint : assembleHealth(input).endpoints) {
            for (const InstanceCircuit& instance : endpoint.instances) {
                const CircuitRecorder& truth = instance.instance == "East US" ? one.recorder : other.recorder;
                QVERIFY(longestContradiction(instance.timeline, truth.transitions(endpoint.backend)) <=
                        LogInterval);
            }
            if (endpoint.instances.size() < 2 ||
                endpoint.instances[0].circuit.state == endpoint.instances[1].circuit.state)
                continue;
            ++differing;
            QVERIFY(endpoint.inferred.reason.find("East US") != std::string::npos);
            QVERIFY(endpoint.inferred.reason.find("West US") != std::string::npos);
            QVERIFY(endpoint.inferred.state !=
                    CircuitState::Closed); // the worse one is the one that is shown
        }
    }
    qInfo("%d times two instances differed at the end", differing);
    QVERIFY(differing > 0);
}

GATEHOUSE_TEST_MAIN(TestCircuitHistories)
#include "tst_circuithistories.moc"
