// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/balancer.h"
#include "core/gateway/routing/replay.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace gatehouse::gateway {

/// How an attempt ends, logged or assumed.
struct AttemptEnd
{
    int status = 0;
    Millis retryAfter{0};
    bool cut = false; ///< a stream that began with status broke off
};

/// A pool as one deployment sees it: the members that have it.
struct RoutedPool
{
    Pool pool;
    std::vector<int> backends; ///< the index of each member
};

/// The backends of a replay with their circuits and parkings at the time that the walk has reached. All times
/// are Unix milliseconds. Used by one walk.
class ReplayBackends
{
public:
    /// An attempt that is under way, as far as the doubt asks: how it will end, and when.
    struct Pending
    {
        Permit permit;
        AttemptEnd end;
        Millis at{0};
    };
    using PendingOf = std::function<std::vector<Pending>(int backend, Millis until)>;
    using Cause = ReplayedRequest::Cause;

    /// Given to clocks and rounding on either side of a change, at most a quarter of the trip.
    static constexpr Millis LongestDoubt{500};

    /// setup must outlive it. pendingOf tells the attempts under way that end by then.
    ReplayBackends(const ReplaySetup& setup, PendingOf pendingOf);

    /// A name that the setup does not know gets the breaker of a backend without a rule.
    [[nodiscard]] int indexOf(const std::string& name);
    [[nodiscard]] std::size_t count() const { return m_backends.size(); }
    [[nodiscard]] const std::string& name(int backend) const { return at(backend).backend.name; }
    /// Nothing when the target is neither a pool nor a backend of the setup. Lives as long as this.
    [[nodiscard]] const RoutedPool* poolFor(const std::string& target, const std::string& deployment);

    /// The balancer's pick; -1 when none admits. tried: bits of the pool's members.
    [[nodiscard]] int choose(const RoutedPool& pool, std::uint64_t tried, Millis now, double draw);
    /// Why the setup would not send a call there, or None when it may. With the benefit of the doubt it may
    /// also when it might around now.
    enum class Doubt { Given, Refused };
    [[nodiscard]] Cause objection(const RoutedPool& pool, int backend, std::uint64_t tried, Millis now,
                                  Doubt doubt = Doubt::Given);
    /// Whether its circuit is within the doubt around a change.
    [[nodiscard]] bool circuitIsDoubtful(int backend, Millis now);
    /// Whether the end of its parking, or of the time that a call would wait for it, is.
    [[nodiscard]] bool parkingIsDoubtful(int backend, Millis now);

    /// A call goes there, whatever the circuit says; no permit when it was on its way as the circuit opened.
    [[nodiscard]] std::optional<Permit> admit(int backend, Millis now);
    void settle(int backend, std::optional<Permit> permit, const AttemptEnd& end, Millis now);
    [[nodiscard]] Millis parkedFor(int backend, Millis now) const;

private:
    struct State
    {
        Backend backend;
        std::unique_ptr<Breaker> breaker;
        Millis lastChange = Millis::min() / 2;
        Millis parkedUntil = Millis::min() / 2;
        Millis clock = Millis::min() / 2; ///< the latest that the breaker was told
    };

    [[nodiscard]] State& at(int backend) { return m_backends[static_cast<std::size_t>(backend)]; }
    [[nodiscard]] const State& at(int backend) const { return m_backends[static_cast<std::size_t>(backend)]; }
    int add(Backend backend);
    [[nodiscard]] RoutedPool route(const Pool& pool, const std::string& deployment);
    [[nodiscard]] bool has(const std::string& backend, const std::string& deployment) const;
    [[nodiscard]] MemberState stateOf(int backend, Millis now) const;
    /// Whether its circuit is still to begin.
    [[nodiscard]] bool isBeforeItsTime(const State& state, Millis now) const;
    [[nodiscard]] static Millis doubtOf(const State& state);
    /// What ends within the doubt and may have come first at the gateway.
    [[nodiscard]] std::vector<Pending> endsSoon(int backend, Millis now) const;

    const ReplaySetup& m_setup;
    PendingOf m_pendingOf;
    std::deque<State> m_backends; // their breakers' observers point into it
    std::unordered_map<std::string, int> m_indexes;
    std::unordered_map<std::string, std::unordered_map<std::string, std::unique_ptr<RoutedPool>>> m_pools;
};

/// 429, 5xx and no answer.
[[nodiscard]] inline bool isRetryable(int status)
{
    return status == 0 || status == 429 || status >= 500;
}

} // namespace gatehouse::gateway
