// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace gatehouse::gateway {

/// Milliseconds of a monotonic clock that the caller injects.
using Millis = std::chrono::milliseconds;

enum class CircuitState { Closed, Open, HalfOpen };
/// "closed", "open", "half_open"
[[nodiscard]] std::string toString(CircuitState state);

/// How a settled call counts (cases: classification).
enum class Outcome {
    Ok,
    Fail,
    Ignore, ///< answered, but says nothing about health: 4xx, 429
    Cancel  ///< abandoned by the caller
};

/// So many consecutive failures open the circuit; one success forgets them.
struct ConsecutiveRule
{
    int failures = 5;
};

/// APIM's rule: count failures, or a percentage of calls, within a sliding interval (contracts §4.2).
struct WindowedRule
{
    int count = 0;      ///< 0: use percentage
    int percentage = 0; ///< 1..100, of at least minimumCalls
    int minimumCalls = 5;
    Millis interval{60'000};
};

struct BreakerConfig
{
    std::variant<ConsecutiveRule, WindowedRule> rule = ConsecutiveRule{};
    Millis recovery{30'000}; ///< APIM's tripDuration
    int halfOpenMaxCalls = 3;
    Millis halfOpenLease{60'000}; ///< a probe that is not settled by then has failed
    bool acceptRetryAfter = false; ///< a longer Retry-After of the failing answer extends the recovery
};

/// A transition, told to the observer under the caller's own lock.
struct Transition
{
    Millis at{0};
    CircuitState from = CircuitState::Closed;
    CircuitState to = CircuitState::Closed;
    std::string reason;
};

/// One call's leave to go to the backend. Settle it once; a permit of an older generation changes nothing.
struct Permit
{
    std::uint64_t id = 0;
    std::uint64_t generation = 0;
};

/// One circuit, closed → open → half-open, as a pure state machine: no thread, no lock, no clock of its own.
/// All times are handed in and must come from one monotonic clock; the owner serialises the calls.
/// One machine, two ways to count. Rejections and reads never change it.
class Breaker
{
public:
    using Observer = std::function<void(const Transition&)>;

    explicit Breaker(BreakerConfig config, Observer observer = {});

    /// A permit, or nothing when the circuit does not admit now.
    [[nodiscard]] std::optional<Permit> acquire(Millis now);
    /// retryAfter: from the failing answer, used with acceptRetryAfter.
    void settle(Permit permit, Outcome outcome, Millis now, std::optional<Millis> retryAfter = std::nullopt);
    /// A failure found after the permit was settled (a stream cut after its first byte). Counts only while closed.
    void lateFailure(Millis now);
    /// Lets time-based rules run (an expired lease).
    void tick(Millis now);
    void reset(Millis now);
    void forceOpen(Millis now);

    [[nodiscard]] CircuitState state() const { return m_state; }
    /// Whether acquire would admit, without doing it. Open and past its recovery counts as true.
    [[nodiscard]] bool wouldAdmit(Millis now) const;
    /// Until the next admission is possible; zero when one is now.
    [[nodiscard]] Millis retryAfter(Millis now) const;
    [[nodiscard]] int consecutiveFailures() const { return m_consecutiveFailures; }
    [[nodiscard]] int probesIssued() const;
    [[nodiscard]] int probesSucceeded() const { return m_succeeded; }
    [[nodiscard]] Millis since() const { return m_since; }
    [[nodiscard]] const std::string& reason() const { return m_reason; }

private:
    struct Probe
    {
        std::uint64_t id;
        Millis expires;
    };
    struct Settled
    {
        Millis at;
        bool failed;
    };

    void transition(CircuitState to, Millis now, std::string reason);
    void countFailure(Millis now, std::optional<Millis> retryAfter);
    void countSuccess(Millis now);

    BreakerConfig m_config;
    Observer m_observer;
    CircuitState m_state = CircuitState::Closed;
    Millis m_since{0};
    Millis m_openUntil{0};
    std::string m_reason;
    std::uint64_t m_generation = 0;
    std::uint64_t m_nextPermit = 1;
    int m_consecutiveFailures = 0;
    int m_issued = 0;
    int m_succeeded = 0;
    std::vector<Probe> m_probes;
    std::deque<Settled> m_window;
};

} // namespace gatehouse::gateway
