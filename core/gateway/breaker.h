// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <unordered_set>
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

    bool operator==(const ConsecutiveRule&) const = default;
};

/// APIM's rule: count failures, or a percentage of calls, within a sliding interval (contracts §4.2).
/// Ignored and cancelled calls are in neither number; only a failure opens.
struct WindowedRule
{
    int count = 0;      ///< 0: use percentage
    int percentage = 0; ///< 1..100, of at least minimumCalls
    int minimumCalls = 5;
    Millis interval{60'000}; ///< what is this old has left the window

    bool operator==(const WindowedRule&) const = default;
};

struct BreakerConfig
{
    std::variant<ConsecutiveRule, WindowedRule> rule = ConsecutiveRule{};
    Millis recovery{30'000}; ///< APIM's tripDuration
    int halfOpenMaxCalls = 3;
    Millis halfOpenLease{60'000};    ///< a probe that is not settled by then has failed
    bool acceptRetryAfter = false;   ///< a longer Retry-After of the failing answer extends the recovery
    Millis maxRetryAfter{3'600'000}; ///< but never beyond this: the header comes from outside

    bool operator==(const BreakerConfig&) const = default;
};

/// A transition, told to the observer under the caller's own lock. The observer must not call the breaker.
struct Transition
{
    Millis at{0};
    CircuitState from = CircuitState::Closed;
    CircuitState to = CircuitState::Closed;
    std::string reason;
};

/// One call's leave to go to the backend. Settle it once; a second settling and one of an older generation
/// change nothing. A permit that is dropped unsettled holds its half-open place until the lease ends.
struct Permit
{
    std::uint64_t id = 0;
    std::uint64_t generation = 0;
};

/// One circuit, closed → open → half-open, as a pure state machine: no thread, no lock, no clock of its own.
/// All times are handed in and must come from one monotonic clock; the owner serialises the calls.
/// One machine, two ways to count. Reads and rejections never change it, except that acquire and tick are
/// when a probe's lease is seen to have ended. There is no timer: open becomes half-open with the first
/// acquire.
class Breaker
{
public:
    using Observer = std::function<void(const Transition&)>;

    /// Numbers below what makes sense (no failure, no probe) are read as 1.
    explicit Breaker(BreakerConfig config, Observer observer = {});

    /// A permit, or nothing when the circuit does not admit now.
    [[nodiscard]] std::optional<Permit> acquire(Millis now);
    /// retryAfter: from the failing answer, used with acceptRetryAfter.
    void settle(Permit permit, Outcome outcome, Millis now, std::optional<Millis> retryAfter = std::nullopt);
    /// A failure found after the permit was settled (a stream cut after its first byte). Counts only while
    /// closed.
    void lateFailure(Millis now);
    /// Lets time-based rules run (an expired lease).
    void tick(Millis now);
    /// Closes at once and forgets every failure and every permit in flight.
    void reset(Millis now);
    /// Opens at once, for one recovery time. While open it changes nothing: the opening never moves.
    void forceOpen(Millis now);

    [[nodiscard]] CircuitState state() const { return m_state; }
    /// Whether acquire would admit, without doing it. Open and past its recovery counts as true.
    [[nodiscard]] bool wouldAdmit(Millis now) const;
    /// Until the next admission is possible by time alone. Zero when one is now, and in a half-open circuit
    /// whose probes are all out, since they may come back at any moment.
    [[nodiscard]] Millis retryAfter(Millis now) const;
    [[nodiscard]] int consecutiveFailures() const { return m_consecutiveFailures; }
    /// Of this half-open episode, without those that were cancelled or ignored.
    [[nodiscard]] int probesIssued() const { return m_issued; }
    [[nodiscard]] int probesSucceeded() const { return m_succeeded; }
    [[nodiscard]] Millis since() const { return m_since; }
    /// When an open circuit admits its first probe.
    [[nodiscard]] Millis openUntil() const { return m_openUntil; }
    /// Why the last transition happened, in plain words; "" before the first.
    [[nodiscard]] const std::string& reason() const { return m_reason; }

private:
    struct Probe
    {
        std::uint64_t id;
        Millis expires;
    };
    /// All that was settled in one millisecond, so that the window is bounded by its length, not by the load.
    struct Slot
    {
        Millis at;
        std::int64_t calls;
        std::int64_t failures;
    };

    void transition(CircuitState to, Millis now, std::string reason);
    void open(Millis now, std::string reason, std::optional<Millis> retryAfter = std::nullopt);
    void countFailure(Millis now, std::optional<Millis> retryAfter);
    void countSuccess(Millis now);
    void recordInWindow(const WindowedRule& rule, Millis now, bool failed);
    /// Why the window says to open, or "".
    [[nodiscard]] std::string windowReason(const WindowedRule& rule) const;
    [[nodiscard]] bool leaseExpired(Millis now) const;
    void expireLeases(Millis now);
    void settleProbe(Permit permit, Outcome outcome, Millis now, std::optional<Millis> retryAfter);

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
    std::unordered_set<std::uint64_t> m_calls; // in flight while closed
    std::vector<Probe> m_probes;               // in flight while half-open
    std::deque<Slot> m_window;
    std::int64_t m_windowCalls = 0;
    std::int64_t m_windowFailures = 0;
};

} // namespace gatehouse::gateway
