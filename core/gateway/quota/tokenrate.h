// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/quota/limits.h"
#include "core/gateway/quota/slidingwindow.h"

namespace gatehouse::gateway {

/// The counter of tokens-per-minute: a sliding window of 60 s.
///
/// What a call reserves is counted as long as the call runs, however long that is, and what it really used
/// is counted when it ends, for 60 s from then. So the tokens that are used in any 60 s stay within the limit
/// to the token, whether a call's tokens are thought of at its start, its end or in between, as long as no
/// call uses more than it reserved (TokenDemand::reserved with max_tokens). The error is on the safe side: a
/// long call holds its reservation for longer than 60 s, and a call may be refused that would have fitted
/// once others gave theirs back.
///
/// Without max_tokens only the prompt is reserved and the window may go over by what the calls in flight
/// answer, as APIM's does; overshoot() says by how much. While it is over, every call is refused.
/// Not thread-safe; ask changes nothing.
class TokenRateLimit
{
public:
    static constexpr Ticks Minute = std::chrono::seconds(60);

    /// amount: TokenDemand::reserved(). A call of which nothing is known passes while a token is left.
    /// A wait counts what runs now as if it ended now and used all it reserved.
    [[nodiscard]] LimitVerdict ask(const TokenRate& rule, Instant now, std::int64_t amount) const;
    /// After ask allowed it.
    [[nodiscard]] TakenShare take(const TokenRate& rule, Instant now, std::int64_t amount);
    /// Puts the real use in the place of the reservation.
    void settle(const TokenRate& rule, const TakenShare& share, Instant now, const LimitUsage& usage);
    void cancel(const TakenShare& share);

    /// Really used in the 60 s before now, without what is in flight.
    [[nodiscard]] std::int64_t used(const TokenRate& rule, Instant now) const;
    [[nodiscard]] std::int64_t inFlight() const { return m_inFlight; }
    [[nodiscard]] const Overshoot& overshoot() const { return m_overshoot; }

private:
    SlidingWindow m_window;
    std::int64_t m_inFlight = 0;
    Overshoot m_overshoot;
};

} // namespace gatehouse::gateway
