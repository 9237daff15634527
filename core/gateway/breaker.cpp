// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/breaker.h"

#include <algorithm>
#include <utility>

namespace gatehouse::gateway {

namespace {

std::string seconds(Millis span)
{
    const auto count = span.count();
    std::string text = std::to_string(count / 1000);
    if (count % 1000 != 0) {
        std::string fraction = std::to_string(1000 + count % 1000).substr(1);
        fraction.erase(fraction.find_last_not_of('0') + 1);
        text += "." + fraction;
    }
    return text + " s";
}

std::string plural(std::int64_t count, const std::string& singular)
{
    return std::to_string(count) + " " + singular + (count == 1 ? "" : "s");
}

BreakerConfig sane(BreakerConfig config)
{
    if (auto* consecutive = std::get_if<ConsecutiveRule>(&config.rule)) {
        consecutive->failures = std::max(consecutive->failures, 1);
    } else if (auto* windowed = std::get_if<WindowedRule>(&config.rule)) {
        windowed->interval = std::max(windowed->interval, Millis(1));
        windowed->minimumCalls = std::max(windowed->minimumCalls, 1);
        if (windowed->count <= 0)
            windowed->percentage = std::clamp(windowed->percentage, 1, 100);
    }
    config.halfOpenMaxCalls = std::max(config.halfOpenMaxCalls, 1);
    config.recovery = std::max(config.recovery, Millis(0));
    return config;
}

} // namespace

std::string toString(CircuitState state)
{
    switch (state) {
    case CircuitState::Closed:
        return "closed";
    case CircuitState::Open:
        return "open";
    case CircuitState::HalfOpen:
        break;
    }
    return "half_open";
}

Breaker::Breaker(BreakerConfig config, Observer observer)
    : m_config(sane(std::move(config)))
    , m_observer(std::move(observer))
{}

std::optional<Permit> Breaker::acquire(Millis now)
{
    expireLeases(now);
    if (m_state == CircuitState::Open) {
        if (now < m_openUntil)
            return std::nullopt;
        transition(CircuitState::HalfOpen, now, "the recovery time has passed");
    }
    const Permit permit{m_nextPermit, m_generation};
    if (m_state == CircuitState::HalfOpen) {
        if (m_issued >= m_config.halfOpenMaxCalls)
            return std::nullopt;
        ++m_issued;
        m_probes.push_back({permit.id, now + m_config.halfOpenLease});
    } else {
        m_calls.insert(permit.id);
    }
    ++m_nextPermit;
    return permit;
}

void Breaker::settle(Permit permit, Outcome outcome, Millis now, std::optional<Millis> retryAfter)
{
    if (permit.generation != m_generation)
        return;
    if (m_state == CircuitState::HalfOpen) {
        settleProbe(permit, outcome, now, retryAfter);
        return;
    }
    if (m_calls.erase(permit.id) == 0)
        return;
    if (outcome == Outcome::Ok)
        countSuccess(now);
    else if (outcome == Outcome::Fail)
        countFailure(now, retryAfter);
}

void Breaker::settleProbe(Permit permit, Outcome outcome, Millis now, std::optional<Millis> retryAfter)
{
    const auto probe =
        std::find_if(m_probes.begin(), m_probes.end(), [&](const Probe& one) { return one.id == permit.id; });
    if (probe == m_probes.end())
        return;
    m_probes.erase(probe);
    switch (outcome) {
    case Outcome::Ok:
        if (++m_succeeded >= m_config.halfOpenMaxCalls)
            transition(CircuitState::Closed, now, plural(m_succeeded, "probe") + " succeeded");
        break;
    case Outcome::Fail:
        open(now, "a probe failed", retryAfter);
        break;
    case Outcome::Ignore:
    case Outcome::Cancel:
        --m_issued;
        break;
    }
}

void Breaker::lateFailure(Millis now)
{
    if (m_state == CircuitState::Closed)
        countFailure(now, std::nullopt);
}

void Breaker::tick(Millis now)
{
    expireLeases(now);
}

void Breaker::reset(Millis now)
{
    transition(CircuitState::Closed, now, "closed by an operator");
}

void Breaker::forceOpen(Millis now)
{
    if (m_state != CircuitState::Open)
        open(now, "opened by an operator");
}

bool Breaker::wouldAdmit(Millis now) const
{
    if (m_state == CircuitState::Open)
        return now >= m_openUntil;
    if (m_state == CircuitState::Closed)
        return true;
    // An ended lease reopens the circuit for a whole recovery time before anything else.
    return leaseExpired(now) ? m_config.recovery == Millis(0) : m_issued < m_config.halfOpenMaxCalls;
}

Millis Breaker::retryAfter(Millis now) const
{
    if (m_state == CircuitState::Open)
        return std::max(m_openUntil - now, Millis(0));
    return m_state == CircuitState::HalfOpen && leaseExpired(now) ? m_config.recovery : Millis(0);
}

void Breaker::transition(CircuitState to, Millis now, std::string reason)
{
    const CircuitState from = m_state;
    ++m_generation;
    m_consecutiveFailures = 0;
    m_issued = 0;
    m_succeeded = 0;
    m_calls.clear();
    m_probes.clear();
    m_window.clear();
    m_windowCalls = 0;
    m_windowFailures = 0;
    if (from == to)
        return;
    m_state = to;
    m_since = now;
    m_reason = std::move(reason);
    if (m_observer)
        m_observer({now, from, to, m_reason});
}

void Breaker::open(Millis now, std::string reason, std::optional<Millis> retryAfter)
{
    Millis length = m_config.recovery;
    if (m_config.acceptRetryAfter && retryAfter)
        length = std::max(length, std::min(*retryAfter, m_config.maxRetryAfter));
    m_openUntil = now + length;
    transition(CircuitState::Open, now, std::move(reason));
}

void Breaker::countFailure(Millis now, std::optional<Millis> retryAfter)
{
    ++m_consecutiveFailures;
    std::string reason;
    if (const auto* consecutive = std::get_if<ConsecutiveRule>(&m_config.rule)) {
        if (m_consecutiveFailures >= consecutive->failures)
            reason = plural(m_consecutiveFailures, "failure") + " in a row";
    } else {
        const auto& windowed = std::get<WindowedRule>(m_config.rule);
        recordInWindow(windowed, now, true);
        reason = windowReason(windowed);
    }
    if (!reason.empty())
        open(now, std::move(reason), retryAfter);
}

void Breaker::countSuccess(Millis now)
{
    m_consecutiveFailures = 0;
    const auto* windowed = std::get_if<WindowedRule>(&m_config.rule);
    if (windowed != nullptr && windowed->count <= 0)
        recordInWindow(*windowed, now, false);
}

void Breaker::recordInWindow(const WindowedRule& rule, Millis now, bool failed)
{
    while (!m_window.empty() && m_window.front().at <= now - rule.interval) {
        m_windowCalls -= m_window.front().calls;
        m_windowFailures -= m_window.front().failures;
        m_window.pop_front();
    }
    if (m_window.empty() || m_window.back().at != now)
        m_window.push_back({now, 0, 0});
    const std::int64_t failures = failed ? 1 : 0;
    m_window.back().calls += 1;
    m_window.back().failures += failures;
    m_windowCalls += 1;
    m_windowFailures += failures;
}

std::string Breaker::windowReason(const WindowedRule& rule) const
{
    if (rule.count > 0) {
        if (m_windowFailures >= rule.count)
            return plural(m_windowFailures, "failure") + " within " + seconds(rule.interval);
    } else if (m_windowCalls >= rule.minimumCalls &&
               m_windowFailures * 100 >= m_windowCalls * rule.percentage) {
        return plural(m_windowFailures, "failure") + " in " + plural(m_windowCalls, "call") + " within " +
               seconds(rule.interval);
    }
    return {};
}

bool Breaker::leaseExpired(Millis now) const
{
    return std::any_of(m_probes.begin(), m_probes.end(),
                       [&](const Probe& probe) { return probe.expires <= now; });
}

void Breaker::expireLeases(Millis now)
{
    if (leaseExpired(now))
        open(now, "a probe did not answer within " + seconds(m_config.halfOpenLease));
}

} // namespace gatehouse::gateway
