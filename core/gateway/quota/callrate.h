// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/quota/limits.h"
#include "core/gateway/quota/slidingwindow.h"

namespace gatehouse::gateway {

/// The counter of rate-limit-by-key: at most CallRate::calls in any renewal period, never one over. APIM is
/// documented as less exact than that, since its gateways count apart.
///
/// A call counts from the moment it enters; where the increment-condition is decided by the answer, cancel
/// gives the call back and it was never there. The counter holds use, not limits: the rule comes with each
/// call, so a raise takes effect at once and forgets nothing. A longer period begins with what was kept for
/// the shorter one. Not thread-safe; ask changes nothing.
class CallRateLimit
{
public:
    /// amount: increment-count. A call that counts 0 passes only where one more would.
    [[nodiscard]] LimitVerdict ask(const CallRate& rule, Instant now, std::int64_t amount) const;
    /// After ask allowed it.
    [[nodiscard]] TakenShare take(const CallRate& rule, Instant now, std::int64_t amount);
    void settle(const CallRate& rule, const TakenShare& share, Instant now, const LimitUsage& usage);
    void cancel(const TakenShare& share);

    [[nodiscard]] std::int64_t used(const CallRate& rule, Instant now) const;

private:
    SlidingWindow m_window;
};

} // namespace gatehouse::gateway
