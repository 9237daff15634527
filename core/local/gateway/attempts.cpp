// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/gateway/attempts.h"

#include <algorithm>

namespace gatehouse::local {

using gateway::Millis;

bool isRetryable(int status)
{
    return status == 0 || status == 429 || status >= 500;
}

AttemptLoop::AttemptLoop(const Topology& topology, const gateway::Pool& pool, const Clock& clock,
                         Sleeper& sleeper, double draw, Observer observer)
    : m_topology(topology)
    , m_pool(&pool)
    , m_clock(clock)
    , m_sleeper(sleeper)
    , m_draw(draw)
    , m_observer(std::move(observer))
{}

AttemptResult AttemptLoop::run(const UpstreamRequest& request)
{
    while (m_result.attempts.size() < MaxAttempts) {
        const gateway::Choice candidate = choose();
        if (candidate.backend.empty()) {
            observe(candidate);
            break;
        }
        const Millis pause = pauseBefore(candidate.backend);
        if (pause > MaxPause)
            break;
        if (pause.count() > 0 && !m_sleeper.sleep(pause)) {
            m_result.end = AttemptResult::End::Stopped;
            return std::move(m_result);
        }
        std::optional<HeldPermit> permit;
        const ServingBackend* backend = admit(permit); // chosen anew: the pause may have changed the picture
        if (backend == nullptr)
            break;
        attempt(*backend, std::move(*permit), request);
        if (!shouldRetry())
            break;
    }
    if (m_result.attempts.empty()) {
        m_result.end = AttemptResult::End::Unavailable;
        m_result.retryAfter = earliest();
    }
    return std::move(m_result);
}

void AttemptLoop::once(const gateway::Pool& pool, const UpstreamRequest& request)
{
    m_pool = &pool;
    m_heedsParking = false;
    m_result.answer = UpstreamAnswer{};
    std::optional<HeldPermit> permit;
    if (const ServingBackend* backend = admit(permit)) {
        m_result.end = AttemptResult::End::Answered;
        attempt(*backend, std::move(*permit), request);
    } else {
        m_result.end = AttemptResult::End::Unavailable;
        m_result.retryAfter = earliest();
    }
}

int AttemptLoop::status() const
{
    if (m_result.end == AttemptResult::End::Unavailable)
        return 503;
    return m_result.answer.status == 0 ? 502 : m_result.answer.status;
}

AttemptResult AttemptLoop::take()
{
    return std::move(m_result);
}

void AttemptLoop::observe(const gateway::Choice& choice) const
{
    if (m_observer)
        m_observer(choice);
}

gateway::Choice AttemptLoop::choose() const
{
    const auto stateOf = [this](const std::string& name) {
        const ServingBackend* backend = find(name);
        if (backend == nullptr || std::ranges::find(m_refused, name) != m_refused.end())
            return gateway::MemberState{.admits = false};
        gateway::MemberState state = backend->circuit->memberState();
        state.tried = tried(name);
        // One that is parked for longer than a call may wait is as good as out.
        state.overlong = state.parked && m_heedsParking && backend->circuit->parked() > MaxPause;
        return state;
    };
    return gateway::choose(*m_pool, stateOf, m_draw);
}

const ServingBackend* AttemptLoop::find(const std::string& name) const
{
    const auto found = m_topology.backends.find(name);
    return found == m_topology.backends.end() ? nullptr : &found->second;
}

bool AttemptLoop::tried(const std::string& name) const
{
    return std::ranges::any_of(m_result.attempts,
                               [&](const Attempt& attempt) { return attempt.backend->backend.name == name; });
}

Millis AttemptLoop::pauseBefore(const std::string& name) const
{
    const bool third = m_result.attempts.size() == MaxAttempts - 1;
    const Millis pause = third || tried(name) ? Pause : Millis(0);
    return std::max(pause, find(name)->circuit->parked());
}

const ServingBackend* AttemptLoop::admit(std::optional<HeldPermit>& permit)
{
    m_refused.clear();
    for (;;) {
        const gateway::Choice choice = choose();
        const ServingBackend* backend = find(choice.backend);
        if (backend == nullptr) {
            observe(choice);
            return nullptr;
        }
        if (const auto leave = backend->circuit->acquire()) {
            observe(choice);
            permit.emplace(backend->circuit, *leave);
            return backend;
        }
        m_refused.push_back(backend->backend.name); // another call took the last probe
    }
}

void AttemptLoop::attempt(const ServingBackend& backend, HeldPermit permit, const UpstreamRequest& request)
{
    Attempt attempt;
    attempt.backend = &backend;
    attempt.start = m_clock.now();
    attempt.began = m_clock.monotonic();
    UpstreamAnswer answer = backend.endpoint->call(request);
    m_result.firstChunk.clear();
    if (answer.stream != nullptr && answer.stream->read(m_result.firstChunk) != UpstreamStream::Read::Data) {
        // Nothing of it has reached the client, so it is as if no answer had come.
        answer = UpstreamAnswer{};
        answer.failure = "the stream ended before its first byte";
    }
    attempt.duration = m_clock.monotonic() - attempt.began;
    if (request.limit && attempt.duration > *request.limit && answer.status != 0) {
        answer = UpstreamAnswer{}; // it came, but nobody waits for it any more
        answer.failure = "it took too long";
    }
    attempt.status = answer.status;
    attempt.failure = answer.failure;
    attempt.retryAfter = answer.retryAfter;
    permit.settle(backend.backend.classify(answer.status), answer.retryAfter);
    if (answer.retryAfter && isRetryable(answer.status))
        backend.circuit->park(*answer.retryAfter);
    m_result.attempts.push_back(std::move(attempt));
    m_result.answer = std::move(answer);
}

bool AttemptLoop::shouldRetry() const
{
    return isRetryable(m_result.answer.status);
}

Millis AttemptLoop::earliest() const
{
    Millis earliest = Millis::max();
    for (const gateway::PoolMember& member : m_pool->members) {
        if (const ServingBackend* backend = find(member.backend))
            earliest = std::min(earliest, backend->circuit->unavailableFor());
    }
    return earliest == Millis::max() ? Millis(0) : earliest;
}

} // namespace gatehouse::local
