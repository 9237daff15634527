// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/gateway/balancer.h"
#include "core/local/gateway/circuit.h"
#include "core/local/gateway/endpoint.h"
#include "core/local/gateway/sleeper.h"
#include "core/local/gateway/topology.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::local {

/// One call to a backend, as it will be logged.
struct Attempt
{
    const ServingBackend* backend = nullptr; ///< lives as long as the topology
    DateTime start;
    std::chrono::nanoseconds began{0}; ///< monotonic
    std::chrono::nanoseconds duration{0};
    int status = 0;
    std::chrono::nanoseconds firstByte{0}; ///< of a cut one: when its stream began
    bool cut = false; ///< the stream broke off after its first byte; status is then the one it began with
    std::string failure;
    std::optional<gateway::Millis> retryAfter;
};

/// How the attempts at a request ended.
struct AttemptResult
{
    enum class End {
        Answered,    ///< answer is the last attempt's, good or bad
        Unavailable, ///< no backend could be called at all; retryAfter is the earliest that one can
        Stopped      ///< the stack ends
    };
    End end = End::Answered;
    UpstreamAnswer answer;
    std::string firstChunk; ///< of answer.stream
    std::vector<Attempt> attempts;
    gateway::Millis retryAfter{0};
};

/// The gateway's retry rule: 429, 5xx and no answer are tried again before the first byte only, at most three
/// times in all. The second attempt goes at once to the next backend that can take it, the third after 2 s;
/// one that was tried already is not called again before 2 s. A Retry-After parks its backend, and delays the
/// call only when no other is left, up to 10 s. A policy may have a rule of its own instead: once().
class AttemptLoop
{
public:
    static constexpr int MaxAttempts = 3;
    static constexpr gateway::Millis Pause{2'000};
    static constexpr gateway::Millis MaxPause{10'000};

    /// Each choice as it is made, those that find nobody too.
    using Observer = std::function<void(const gateway::Choice&)>;

    /// draw in [0,1) decides among equals.
    AttemptLoop(const Topology& topology, const gateway::Pool& pool, const Clock& clock, Sleeper& sleeper,
                double draw, Observer observer = {});

    [[nodiscard]] AttemptResult run(const UpstreamRequest& request);

    /// For a policy that has its own rule: calls a member of the pool once, now, without waiting for a
    /// Retry-After. The attempts add up; take() ends them.
    void once(const gateway::Pool& pool, const UpstreamRequest& request);
    /// Of the last attempt: 502 for no answer, 503 where none could be called.
    [[nodiscard]] int status() const;
    /// The last attempt found nobody that can be called.
    [[nodiscard]] bool unavailable() const { return m_result.end == AttemptResult::End::Unavailable; }
    /// When the first member of the pool can be called again.
    [[nodiscard]] gateway::Millis earliest() const;
    [[nodiscard]] AttemptResult take();

private:
    [[nodiscard]] gateway::Choice choose() const;
    void observe(const gateway::Choice& choice) const;
    [[nodiscard]] const ServingBackend* find(const std::string& name) const;
    [[nodiscard]] bool tried(const std::string& name) const;
    [[nodiscard]] gateway::Millis pauseBefore(const std::string& name) const;
    /// False when there is nobody to call; sets permit otherwise.
    [[nodiscard]] const ServingBackend* admit(std::optional<HeldPermit>& permit);
    void attempt(const ServingBackend& backend, HeldPermit permit, const UpstreamRequest& request);
    [[nodiscard]] bool shouldRetry() const;

    const Topology& m_topology;
    const gateway::Pool* m_pool;
    const Clock& m_clock;
    Sleeper& m_sleeper;
    double m_draw;
    bool m_heedsParking = true;
    Observer m_observer;
    std::vector<std::string> m_refused; // their circuits admitted nobody when it came to it
    AttemptResult m_result;
};

/// Whether another backend may do better: 429, 5xx or no answer.
[[nodiscard]] bool isRetryable(int status);

} // namespace gatehouse::local
