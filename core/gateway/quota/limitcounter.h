// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/quota/callquota.h"
#include "core/gateway/quota/callrate.h"
#include "core/gateway/quota/tokenquota.h"
#include "core/gateway/quota/tokenrate.h"

#include <variant>

namespace gatehouse::gateway {

/// Where a counter stands.
struct LimitStanding
{
    std::int64_t used = 0;             ///< calls or tokens, in the window that holds now
    std::int64_t inFlight = 0;         ///< tokens that are reserved besides
    std::int64_t bytes = 0;            ///< of a call quota
    Overshoot overshoot;               ///< of a token rate, since the counter exists
    std::optional<QuotaWindow> window; ///< of a quota; empty when none has begun since the last ended
};

/// One counter of whatever kind. The rules that come with the calls are of the kind it was made for.
/// Not thread-safe.
class LimitCounter
{
public:
    explicit LimitCounter(LimitKind kind);

    [[nodiscard]] LimitVerdict ask(const LimitRule& rule, Instant now, std::int64_t amount) const;
    [[nodiscard]] TakenShare take(const LimitRule& rule, Instant now, std::int64_t amount);
    void settle(const LimitRule& rule, const TakenShare& share, Instant now, const LimitUsage& usage);
    void cancel(const TakenShare& share);

    [[nodiscard]] LimitStanding standing(const LimitRule& rule, Instant now) const;
    /// Whether nothing of it matters any more: a rate that was last used two windows ago, a quota whose
    /// window and the whole next one have passed. A quota without an end never is.
    [[nodiscard]] bool forgettable(const LimitRule& rule, Ticks lastUse, Instant now) const;
    /// Empty for a rate: what it holds is worth nothing a minute later.
    [[nodiscard]] std::optional<QuotaState> state() const;
    /// Changes nothing in a rate.
    void restore(const QuotaState& state);

private:
    std::variant<CallRateLimit, TokenRateLimit, TokenQuota, CallQuota> m_counter; // in the order of LimitRule
};

/// What a call takes of a limit: its increment-count of a limit on calls, its tokens of one on tokens.
[[nodiscard]] std::int64_t shareOf(const LimitRule& rule, const TokenDemand& tokens,
                                   std::int64_t incrementCount);

} // namespace gatehouse::gateway
