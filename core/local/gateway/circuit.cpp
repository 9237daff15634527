// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/gateway/circuit.h"

#include <algorithm>

namespace gatehouse::local {

namespace {

using gateway::Millis;

constexpr std::size_t KeptTransitions = 256;

} // namespace

void CircuitRecorder::record(const std::string& backend, RecordedTransition transition)
{
    const std::lock_guard lock(m_mutex);
    auto& list = m_transitions[backend];
    list.push_back(std::move(transition));
    if (list.size() > KeptTransitions)
        list.pop_front();
}

std::vector<RecordedTransition> CircuitRecorder::transitions(std::string_view backend) const
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_transitions.find(backend);
    if (found == m_transitions.end())
        return {};
    return {found->second.begin(), found->second.end()};
}

Circuit::Circuit(const gateway::Backend& backend, CircuitRecorder& recorder, const Clock& clock)
    : m_backend(backend.name)
    , m_clock(clock)
    , m_breaker(backend.breaker, [this, &recorder](const gateway::Transition& transition) {
        recorder.record(m_backend, {m_clock.now(), transition.from, transition.to, transition.reason});
    })
{}

Millis Circuit::now() const
{
    return std::chrono::duration_cast<Millis>(m_clock.monotonic());
}

DateTime Circuit::wallAt(Millis moment) const
{
    return m_clock.now() + std::chrono::duration_cast<Ticks>(moment - now());
}

gateway::MemberState Circuit::memberState() const
{
    const Millis at = now();
    const std::lock_guard lock(m_mutex);
    gateway::MemberState state;
    state.admits = m_breaker.wouldAdmit(at);
    state.parked = m_parkedUntil > at;
    return state;
}

std::optional<gateway::Permit> Circuit::acquire()
{
    const std::lock_guard lock(m_mutex);
    return m_breaker.acquire(now());
}

void Circuit::settle(gateway::Permit permit, gateway::Outcome outcome, std::optional<Millis> retryAfter)
{
    const std::lock_guard lock(m_mutex);
    m_breaker.settle(permit, outcome, now(), retryAfter);
}

void Circuit::lateFailure()
{
    const std::lock_guard lock(m_mutex);
    m_breaker.lateFailure(now());
}

void Circuit::park(Millis span)
{
    const std::lock_guard lock(m_mutex);
    m_parkedUntil = std::max(m_parkedUntil, now() + span);
}

Millis Circuit::parked() const
{
    const std::lock_guard lock(m_mutex);
    return std::max(m_parkedUntil - now(), Millis(0));
}

Millis Circuit::unavailableFor() const
{
    const Millis at = now();
    const std::lock_guard lock(m_mutex);
    return std::max({m_parkedUntil - at, m_breaker.retryAfter(at), Millis(0)});
}

CircuitSnapshot Circuit::snapshot() const
{
    const Millis at = now();
    const std::lock_guard lock(m_mutex);
    CircuitSnapshot snapshot;
    snapshot.state = m_breaker.state();
    snapshot.reason = m_breaker.reason();
    snapshot.consecutiveFailures = m_breaker.consecutiveFailures();
    if (!snapshot.reason.empty())
        snapshot.since = wallAt(m_breaker.since());
    if (snapshot.state == gateway::CircuitState::Open)
        snapshot.retryAt = wallAt(at + m_breaker.retryAfter(at));
    if (m_parkedUntil > at)
        snapshot.parkedUntil = wallAt(m_parkedUntil);
    return snapshot;
}

} // namespace gatehouse::local
