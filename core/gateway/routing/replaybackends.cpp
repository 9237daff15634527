// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/routing/replaybackends.h"

#include "core/base/encoding.h"

#include <algorithm>
#include <tuple>

namespace gatehouse::gateway {

namespace {

bool near(Millis a, Millis b, Millis doubt)
{
    return a - b <= doubt && b - a <= doubt;
}

/// How late a member's turn comes: the balancer's order.
auto turnOf(const MemberState& state, const PoolMember& member)
{
    return std::make_tuple((state.tried ? 2 : 0) + (state.parked ? 1 : 0), member.priority,
                           member.weight == 0 ? 1 : 0);
}

bool isTried(std::uint64_t tried, std::size_t member)
{
    return ((tried >> member) & 1U) != 0;
}

} // namespace

ReplayBackends::ReplayBackends(const ReplaySetup& setup, PendingOf pendingOf)
    : m_setup(setup)
    , m_pendingOf(std::move(pendingOf))
{
    for (const Backend& backend : setup.backends)
        add(backend);
}

int ReplayBackends::add(Backend backend)
{
    const int index = static_cast<int>(m_backends.size());
    m_indexes.emplace(backend.name, index);
    m_indexes.emplace(toLower(backend.name), index);
    State& state = m_backends.emplace_back();
    state.backend = std::move(backend);
    state.breaker = std::make_unique<Breaker>(
        state.backend.breaker, [&state](const Transition& change) { state.lastChange = change.at; });
    return index;
}

int ReplayBackends::indexOf(const std::string& name)
{
    if (const auto found = m_indexes.find(name); found != m_indexes.end())
        return found->second;
    if (const auto found = m_indexes.find(toLower(name)); found != m_indexes.end()) {
        m_indexes.emplace(name, found->second);
        return found->second;
    }
    Backend unknown;
    unknown.name = name;
    unknown.failureStatuses = {{408, 408}, {500, 599}};
    return add(std::move(unknown));
}

bool ReplayBackends::has(const std::string& backend, const std::string& deployment) const
{
    const auto found =
        std::find_if(m_setup.deployments.begin(), m_setup.deployments.end(),
                     [&](const auto& entry) { return equalsIgnoreCase(entry.first, backend); });
    return found == m_setup.deployments.end() ||
           std::find(found->second.begin(), found->second.end(), deployment) != found->second.end();
}

RoutedPool ReplayBackends::route(const Pool& pool, const std::string& deployment)
{
    RoutedPool routed;
    routed.pool.name = pool.name;
    for (const PoolMember& member : pool.members) {
        // One that is named but does not exist can serve nobody.
        const bool exists =
            std::any_of(m_setup.backends.begin(), m_setup.backends.end(),
                        [&](const Backend& one) { return equalsIgnoreCase(one.name, member.backend); });
        if (!exists || !has(member.backend, deployment))
            continue;
        routed.backends.push_back(indexOf(member.backend));
        routed.pool.members.push_back(member);
    }
    return routed;
}

const RoutedPool* ReplayBackends::poolFor(const std::string& target, const std::string& deployment)
{
    auto& byDeployment = m_pools[target];
    if (const auto found = byDeployment.find(deployment); found != byDeployment.end())
        return found->second.get();
    const auto isTarget = [&](const auto& one) { return equalsIgnoreCase(one.name, target); };
    const auto pool = std::find_if(m_setup.pools.begin(), m_setup.pools.end(), isTarget);
    std::unique_ptr<RoutedPool> routed;
    if (pool != m_setup.pools.end())
        routed = std::make_unique<RoutedPool>(route(*pool, deployment));
    else if (std::any_of(m_setup.backends.begin(), m_setup.backends.end(), isTarget))
        routed = std::make_unique<RoutedPool>(route(Pool{target, {{target, 1, 1}}}, deployment));
    return byDeployment.emplace(deployment, std::move(routed)).first->second.get();
}

MemberState ReplayBackends::stateOf(int backend, Millis now) const
{
    const State& state = at(backend);
    MemberState member;
    member.admits = state.breaker->wouldAdmit(std::max(now, state.clock));
    member.parked = m_setup.retry.retryAfterParks && state.parkedUntil > now;
    // One that is parked for longer than a call may wait is as good as out.
    member.overlong = member.parked && state.parkedUntil - now > m_setup.retry.maxPause;
    return member;
}

int ReplayBackends::choose(const RoutedPool& pool, std::uint64_t tried, Millis now, double draw)
{
    // The balancer asks once for each member, in their order.
    std::size_t member = 0;
    const auto next = [&](const std::string&) {
        MemberState state = stateOf(pool.backends[member], now);
        state.tried = isTried(tried, member);
        ++member;
        return state;
    };
    const Choice choice = gateway::choose(pool.pool, std::cref(next), draw);
    return choice.backend.empty() ? -1 : indexOf(choice.backend);
}

ReplayBackends::Cause ReplayBackends::objection(const RoutedPool& pool, int backend, std::uint64_t tried,
                                                Millis now, Doubt doubt)
{
    const auto place = std::find(pool.backends.begin(), pool.backends.end(), backend);
    if (place == pool.backends.end())
        return Cause::NotInPool;
    const auto circuit = [&](int one) { return doubt == Doubt::Given && circuitIsDoubtful(one, now); };
    const auto parking = [&](int one) { return doubt == Doubt::Given && parkingIsDoubtful(one, now); };
    const auto own = static_cast<std::size_t>(place - pool.backends.begin());
    MemberState mine = stateOf(backend, now);
    mine.tried = isTried(tried, own);
    if (mine.out() && !circuit(backend) && !parking(backend))
        return mine.admits ? Cause::Parked : Cause::CircuitOpen;
    mine.parked = mine.parked && !parking(backend);
    const auto turn = turnOf(mine, pool.pool.members[own]);
    for (std::size_t i = 0; i < pool.backends.size(); ++i) {
        MemberState other = stateOf(pool.backends[i], now);
        other.tried = isTried(tried, i);
        const bool first = i != own && !other.out() && turnOf(other, pool.pool.members[i]) < turn;
        if (!first || circuit(pool.backends[i]) || parking(pool.backends[i]))
            continue;
        if (other.tried < mine.tried)
            return Cause::Tried;
        if (other.parked < mine.parked)
            return Cause::Parked;
        const bool higher = pool.pool.members[i].priority < pool.pool.members[own].priority;
        return higher ? Cause::LowerPriority : Cause::ZeroWeight;
    }
    return Cause::None;
}

Millis ReplayBackends::doubtOf(const State& state)
{
    return std::min(LongestDoubt, state.backend.breaker.recovery / 4);
}

bool ReplayBackends::circuitIsDoubtful(int backend, Millis now)
{
    State& state = at(backend);
    const Millis doubt = doubtOf(state);
    if (near(state.lastChange, now, doubt) ||
        (state.breaker->state() == CircuitState::Open && near(state.breaker->openUntil(), now, doubt)))
        return true;
    const std::vector<Pending> pending = endsSoon(backend, now);
    const auto tells = [&](const Pending& one) {
        return state.breaker->state() != CircuitState::Closed || one.end.cut ||
               state.backend.classify(one.end.status) == Outcome::Fail;
    };
    if (std::none_of(pending.begin(), pending.end(), tells))
        return false;
    const Millis changed = state.lastChange;
    Breaker rehearsed = *state.breaker; // its observer writes to the state, which is put right again
    for (const Pending& one : pending) {
        rehearsed.settle(one.permit, state.backend.classify(one.end.status), std::max(one.at, state.clock),
                         one.end.retryAfter);
        if (one.end.cut)
            rehearsed.lateFailure(std::max(one.at, state.clock));
    }
    state.lastChange = changed;
    return rehearsed.state() != state.breaker->state() ||
           rehearsed.probesIssued() != state.breaker->probesIssued();
}

bool ReplayBackends::parkingIsDoubtful(int backend, Millis now)
{
    const State& state = at(backend);
    const Millis doubt = doubtOf(state);
    if (!m_setup.retry.retryAfterParks)
        return false;
    if (near(state.parkedUntil, now, doubt) || near(state.parkedUntil, now + m_setup.retry.maxPause, doubt))
        return true;
    const std::vector<Pending> pending = endsSoon(backend, now);
    return std::any_of(pending.begin(), pending.end(), [](const Pending& one) {
        return one.end.retryAfter > Millis(0) && isRetryable(one.end.status);
    });
}

std::vector<ReplayBackends::Pending> ReplayBackends::endsSoon(int backend, Millis now) const
{
    std::vector<Pending> pending = m_pendingOf(backend, now + doubtOf(at(backend)));
    std::sort(pending.begin(), pending.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
    return pending;
}

std::optional<Permit> ReplayBackends::admit(int backend, Millis now)
{
    State& state = at(backend);
    if (isBeforeItsTime(state, now))
        return std::nullopt;
    state.clock = std::max(state.clock, now);
    Breaker& breaker = *state.breaker;
    if (breaker.state() == CircuitState::Open && !breaker.wouldAdmit(state.clock)) {
        if (breaker.retryAfter(state.clock) <= doubtOf(state))
            state.clock = breaker.openUntil();
        else if (state.clock - breaker.since() <= doubtOf(state))
            return std::nullopt; // it was on its way when the circuit opened
        else
            breaker.reset(state.clock); // only where nothing is proven: the log knows better
    }
    const auto permit = breaker.acquire(state.clock);
    if (!breaker.wouldAdmit(state.clock))
        state.lastChange = state.clock; // the last place for a probe is taken
    return permit;
}

void ReplayBackends::settle(int backend, std::optional<Permit> permit, const AttemptEnd& end, Millis now)
{
    State& state = at(backend);
    if (isBeforeItsTime(state, now))
        return;
    state.clock = std::max(state.clock, now);
    if (state.breaker->state() == CircuitState::HalfOpen)
        state.lastChange = state.clock; // the place of a probe may be free again
    if (permit)
        state.breaker->settle(*permit, state.backend.classify(end.status), state.clock,
                              end.retryAfter > Millis(0) ? std::optional(end.retryAfter) : std::nullopt);
    if (end.cut)
        state.breaker->lateFailure(state.clock);
    if (end.retryAfter > Millis(0) && isRetryable(end.status))
        state.parkedUntil = std::max(state.parkedUntil, now + end.retryAfter);
}

bool ReplayBackends::isBeforeItsTime(const State& state, Millis now) const
{
    const auto begins = m_setup.begins.find(state.backend.name);
    if (begins == m_setup.begins.end())
        return false;
    // Up, so that what ended within the millisecond of the change, before it, is before it here too.
    const Ticks start = begins->second - DateTime::fromUnixSeconds(0);
    return now < std::chrono::ceil<Millis>(start);
}

Millis ReplayBackends::parkedFor(int backend, Millis now) const
{
    return m_setup.retry.retryAfterParks ? std::max(at(backend).parkedUntil - now, Millis(0)) : Millis(0);
}

} // namespace gatehouse::gateway
