// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/balancer.h"
#include "core/gateway/routing/replay.h"

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <queue>
#include <random>
#include <string>
#include <vector>

namespace gatehouse::test {

using namespace gateway;

/// When a backend answers nothing but 503, in seconds from the start.
struct Outage
{
    std::string backend;
    int from = 0;
    int to = 0;
};

struct Traffic
{
    int requests = 20'000;
    int everyMilliseconds = 200; ///< on average
    double throttled = 0.01;     ///< share of attempts that get a 429 with a Retry-After of 1 to 4 s, or 12 s
    double broken = 0.01;        ///< share of attempts that get a 500
    double refused = 0.02;       ///< share of requests that the gateway refuses before it routes them
    std::vector<Outage> outages;
};

/// A gateway that serves random traffic by a setup with real breakers and the real balancer, and writes what
/// its log would hold. It decides on a monotonic clock in milliseconds, the log is in ticks: the two round
/// differently, as they do in the product. It knows nothing of the replay.
class SimulatedGateway
{
public:
    SimulatedGateway(ReplaySetup setup, Traffic traffic, std::uint64_t seed)
        : m_setup(std::move(setup))
        , m_traffic(std::move(traffic))
        , m_random(seed)
        , m_phase(static_cast<std::int64_t>(m_random() % 10'000))
    {
        for (const Backend& backend : m_setup.backends) {
            Node& node = m_nodes[backend.name];
            node.backend = backend;
            node.breaker = std::make_unique<Breaker>(backend.breaker, [this](const Transition& change) {
                m_trips += change.to == CircuitState::Open ? 1 : 0;
            });
        }
    }

    [[nodiscard]] std::vector<LoggedRequest> run()
    {
        std::int64_t at = start();
        for (int i = 0; i < m_traffic.requests; ++i) {
            at += 1 + static_cast<std::int64_t>(
                          m_random() % static_cast<std::uint64_t>(m_traffic.everyMilliseconds * 20'000));
            while (!m_events.empty() && m_events.top().at <= at)
                step();
            arrive(at);
        }
        while (!m_events.empty())
            step();
        return {m_log.begin(), m_log.end()};
    }

    [[nodiscard]] int trips() const { return m_trips; }

private:
    struct Node
    {
        Backend backend;
        std::unique_ptr<Breaker> breaker;
        Millis parkedUntil{0};
    };
    struct Call
    {
        Pool pool;
        double draw = 0;
        std::optional<Permit> permit;
    };
    struct Event
    {
        std::int64_t at = 0;
        std::size_t call = 0;
        bool ends = false;
        bool operator>(const Event& other) const { return at > other.at; }
    };

    static std::int64_t start() { return DateTime::fromCivil(2026, 6, 1).sinceYearOne.count(); }
    [[nodiscard]] Millis monotonic(std::int64_t at) const
    {
        return Millis((at - start() + m_phase) / 10'000);
    }
    double unit() { return static_cast<double>(m_random() >> 11U) * 0x1.0p-53; }
    template <typename List>
    const typename List::value_type& any(const List& list)
    {
        return list[m_random() % list.size()];
    }

    RequestFacts facts()
    {
        const std::vector<std::string> tasks = {"chat", "drafting", "search", "classification"};
        const std::vector<std::string> tiers = {"public", "internal", "confidential", "restricted"};
        const std::vector<std::string> models = {"gpt-4o", "gpt-4o", "gpt-4o-mini", "phi-4"};
        RequestFacts facts;
        for (std::optional<std::string>& text : facts.texts)
            text = "";
        facts.of(RoutingField::Task) = any(tasks);
        facts.of(RoutingField::Sensitivity) = any(tiers);
        facts.of(RoutingField::Environment) = unit() < 0.9 ? "production" : "test";
        facts.of(RoutingField::Model) = any(models);
        facts.budgetUsed = static_cast<int>(m_random() % 120);
        return facts;
    }

    void arrive(std::int64_t at)
    {
        LoggedRequest& logged = m_log.emplace_back();
        logged.time = DateTime{Ticks(at)};
        logged.facts = facts();
        Call& call = m_calls.emplace_back();
        if (unit() < m_traffic.refused) {
            logged.status = 401;
            return;
        }
        const RouteTrace route = decide(m_setup.plan, logged.facts);
        logged.deployment = route.deployment;
        call.draw = unit();
        call.pool = poolOf(route.pool, route.deployment);
        choose(m_calls.size() - 1, at);
    }

    Pool poolOf(const std::string& name, const std::string& deployment)
    {
        Pool made{name, {}};
        for (const Pool& pool : m_setup.pools) {
            if (pool.name == name)
                made = pool;
        }
        if (made.members.empty())
            made.members.push_back({name, 1, 1});
        std::erase_if(made.members, [&](const PoolMember& member) {
            const auto known = m_setup.deployments.find(member.backend);
            return known != m_setup.deployments.end() &&
                   std::find(known->second.begin(), known->second.end(), deployment) == known->second.end();
        });
        return made;
    }

    [[nodiscard]] bool tried(std::size_t call, const std::string& backend) const
    {
        const auto& attempts = m_log[call].attempts;
        return std::any_of(attempts.begin(), attempts.end(),
                           [&](const BackendAttempt& one) { return one.backend == backend; });
    }

    std::string pick(std::size_t call, Millis now)
    {
        return gateway::choose(
                   m_calls[call].pool,
                   [&](const std::string& name) {
                       const Node& node = m_nodes.at(name);
                       MemberState state;
                       state.parked = node.parkedUntil > now;
                       state.tried = tried(call, name);
                       state.admits = node.breaker->wouldAdmit(now) &&
                                      (!state.parked || node.parkedUntil - now <= m_setup.retry.maxPause);
                       return state;
                   },
                   m_calls[call].draw)
            .backend;
    }

    void choose(std::size_t call, std::int64_t at)
    {
        const Millis now = monotonic(at);
        const std::string backend = pick(call, now);
        if (backend.empty()) {
            finish(call);
            return;
        }
        const bool third = m_log[call].attempts.size() == 2;
        const Millis pause = std::max(third || tried(call, backend) ? m_setup.retry.pause : Millis(0),
                                      m_nodes.at(backend).parkedUntil - now);
        if (pause > m_setup.retry.maxPause)
            finish(call);
        else if (pause > Millis(0))
            m_events.push({at + pause.count() * 10'000, call, false});
        else
            attempt(call, at);
    }

    void attempt(std::size_t call, std::int64_t at)
    {
        const Millis now = monotonic(at);
        const std::string backend = pick(call, now); // anew: the pause may have changed the picture
        m_calls[call].permit = backend.empty() ? std::nullopt : m_nodes.at(backend).breaker->acquire(now);
        if (!m_calls[call].permit) {
            finish(call);
            return;
        }
        const double seconds = static_cast<double>(at - start()) / 1e7;
        const bool down =
            std::any_of(m_traffic.outages.begin(), m_traffic.outages.end(), [&](const Outage& one) {
                return one.backend == backend && seconds >= one.from && seconds < one.to;
            });
        LoggedAttempt logged;
        logged.start = DateTime{Ticks(at)};
        const double fate = unit();
        logged.status = down || fate < m_traffic.broken ? (down ? 503 : 500) : 200;
        if (!down && fate >= m_traffic.broken && fate < m_traffic.broken + m_traffic.throttled) {
            logged.status = 429;
            // Some ask for longer than the gateway lets a call wait.
            const std::uint64_t asked = m_random() % 10 == 0 ? 12 : 1 + m_random() % 4;
            logged.retryAfter = Ticks(static_cast<std::int64_t>(asked) * 10'000'000);
        }
        const std::uint64_t longest = logged.status == 200 ? 15'000'000 : 1'000'000;
        logged.duration = Ticks(static_cast<std::int64_t>(200'000 + m_random() % longest));
        m_log[call].attempts.push_back({backend, logged});
        m_events.push({at + logged.duration.count(), call, true});
    }

    void finish(std::size_t call)
    {
        LoggedRequest& logged = m_log[call];
        logged.status = logged.attempts.empty() ? 503 : logged.attempts.back().attempt.status;
        logged.backend = logged.attempts.empty() ? "" : logged.attempts.back().backend;
        logged.tokens = logged.status == 200 ? static_cast<std::int64_t>(100 + m_random() % 900) : 0;
    }

    void step()
    {
        const Event event = m_events.top();
        m_events.pop();
        if (!event.ends) {
            attempt(event.call, event.at);
            return;
        }
        const BackendAttempt& last = m_log[event.call].attempts.back();
        Node& node = m_nodes.at(last.backend);
        const Millis now = monotonic(event.at);
        const int status = last.attempt.status;
        const auto after = std::chrono::duration_cast<Millis>(last.attempt.retryAfter);
        node.breaker->settle(*m_calls[event.call].permit, node.backend.classify(status), now,
                             after > Millis(0) ? std::optional(after) : std::nullopt);
        if (after > Millis(0))
            node.parkedUntil = std::max(node.parkedUntil, now + after);
        const bool retryable = status == 429 || status >= 500;
        if (retryable &&
            m_log[event.call].attempts.size() < static_cast<std::size_t>(m_setup.retry.maxAttempts))
            choose(event.call, event.at);
        else
            finish(event.call);
    }

    ReplaySetup m_setup;
    Traffic m_traffic;
    std::mt19937_64 m_random;
    std::int64_t m_phase; // between the two clocks, in ticks
    std::map<std::string, Node> m_nodes;
    std::deque<LoggedRequest> m_log;
    std::deque<Call> m_calls;
    std::priority_queue<Event, std::vector<Event>, std::greater<>> m_events;
    int m_trips = 0;
};

/// Three regions and the seeded breaker: 5 failures of 500 to 599 within a minute, 30 s.
inline ReplaySetup simulatedSetup()
{
    ReplaySetup setup;
    for (const char* name : {"aoai-eastus", "aoai-westus", "aoai-westeurope"}) {
        Backend backend;
        backend.name = name;
        WindowedRule rule;
        rule.count = 5;
        backend.breaker.rule = rule;
        backend.failureStatuses = {{500, 599}};
        setup.backends.push_back(std::move(backend));
    }
    setup.pools = {{"all", {{"aoai-eastus", 1, 3}, {"aoai-westus", 1, 1}, {"aoai-westeurope", 2, 1}}},
                   {"america", {{"aoai-eastus", 1, 1}, {"aoai-westus", 2, 1}}}};
    setup.deployments = {{"aoai-westus", {"gpt-4o", "gpt-4o-mini"}}}; // the others have all
    RoutingRule restricted;
    restricted.name = "restricted";
    restricted.match.of(RoutingField::Sensitivity) = {"restricted"};
    restricted.pool = "aoai-westeurope";
    RoutingRule saving;
    saving.name = "saving";
    saving.match.of(RoutingField::Task) = {"chat", "drafting"};
    saving.match.of(RoutingField::Model) = {"gpt-4o"};
    saving.match.budgetUsedAbove = 80;
    saving.pool = "america";
    saving.downgrade = Downgrade{"gpt-4o-mini", true};
    setup.plan = {{restricted, saving}, "all"};
    return setup;
}

inline std::vector<Outage> simulatedOutages()
{
    return {{"aoai-eastus", 300, 500},
            {"aoai-westeurope", 450, 520},
            {"aoai-westus", 480, 600},
            {"aoai-eastus", 1'200, 1'210},
            {"aoai-westeurope", 2'000, 2'600}};
}

} // namespace gatehouse::test
