// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/gateway/backend.h"
#include "core/gateway/balancer.h"
#include "core/gateway/breaker.h"

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::local {

/// A circuit's true change of state, in wall time.
struct RecordedTransition
{
    DateTime at;
    gateway::CircuitState from = gateway::CircuitState::Closed;
    gateway::CircuitState to = gateway::CircuitState::Closed;
    std::string reason;
};

/// Remembers the true transitions of each backend's circuit, the newest 256 of each. It is the truth that
/// /status shows and that tests compare the inference with; nothing of it ever becomes a log row. Any thread.
class CircuitRecorder
{
public:
    void record(const std::string& backend, RecordedTransition transition);
    /// Oldest first.
    [[nodiscard]] std::vector<RecordedTransition> transitions(std::string_view backend) const;

private:
    mutable std::mutex m_mutex;
    std::map<std::string, std::deque<RecordedTransition>, std::less<>> m_transitions;
};

/// What /status and /metrics tell of a circuit.
struct CircuitSnapshot
{
    gateway::CircuitState state = gateway::CircuitState::Closed;
    std::optional<DateTime> since; ///< empty: closed from the start
    std::string reason;
    std::optional<DateTime> retryAt;     ///< of an open one
    std::optional<DateTime> parkedUntil; ///< a Retry-After that has not passed
    int consecutiveFailures = 0;
};

/// A backend's breaker and its parking by Retry-After, with the lock and the clock that the breaker itself
/// has not. Any thread. The recorder and the clock must outlive it.
class Circuit
{
public:
    Circuit(const gateway::Backend& backend, CircuitRecorder& recorder, const Clock& clock);

    [[nodiscard]] const std::string& backend() const { return m_backend; }
    /// For the balancer; tried is left to the caller.
    [[nodiscard]] gateway::MemberState memberState() const;
    [[nodiscard]] std::optional<gateway::Permit> acquire();
    void settle(gateway::Permit permit, gateway::Outcome outcome,
                std::optional<gateway::Millis> retryAfter = std::nullopt);
    void lateFailure();
    /// Nothing is sent there for so long, unless no other backend is left.
    void park(gateway::Millis span);
    /// How long it is parked still.
    [[nodiscard]] gateway::Millis parked() const;
    /// Until it can be called: the circuit's and the parking's, whichever is longer.
    [[nodiscard]] gateway::Millis unavailableFor() const;
    [[nodiscard]] CircuitSnapshot snapshot() const;

private:
    [[nodiscard]] gateway::Millis now() const;
    [[nodiscard]] DateTime wallAt(gateway::Millis moment) const;

    std::string m_backend;
    const Clock& m_clock;
    mutable std::mutex m_mutex;
    gateway::Breaker m_breaker;
    gateway::Millis m_parkedUntil{0};
};

/// A permit that settles itself as abandoned when its holder leaves without saying how the call went.
class HeldPermit
{
public:
    HeldPermit(std::shared_ptr<Circuit> circuit, gateway::Permit permit)
        : m_circuit(std::move(circuit))
        , m_permit(permit)
    {}
    HeldPermit(HeldPermit&& other) noexcept = default;
    HeldPermit& operator=(HeldPermit&&) = delete;
    HeldPermit(const HeldPermit&) = delete;
    HeldPermit& operator=(const HeldPermit&) = delete;
    ~HeldPermit()
    {
        if (m_circuit != nullptr)
            m_circuit->settle(m_permit, gateway::Outcome::Cancel);
    }
    void settle(gateway::Outcome outcome, std::optional<gateway::Millis> retryAfter)
    {
        std::exchange(m_circuit, nullptr)->settle(m_permit, outcome, retryAfter);
    }

private:
    std::shared_ptr<Circuit> m_circuit;
    gateway::Permit m_permit;
};

} // namespace gatehouse::local
