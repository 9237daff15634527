// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/quota/quotawindow.h"

namespace gatehouse::gateway {

/// The counter of token-quota: so many tokens in a window of the UTC calendar. It reserves and settles as
/// TokenRateLimit does: what runs counts in the window that is now, what was really used counts in the window
/// in which the call ended. So with max_tokens no window goes over. Not thread-safe; ask changes nothing.
class TokenQuota
{
public:
    /// amount: TokenDemand::reserved(). A refusal's wait is the end of the window.
    [[nodiscard]] LimitVerdict ask(const TokenAllowance& rule, Instant now, std::int64_t amount) const;
    /// After ask allowed it.
    [[nodiscard]] TakenShare take(const TokenAllowance& rule, Instant now, std::int64_t amount);
    void settle(const TokenAllowance& rule, const TakenShare& share, Instant now, const LimitUsage& usage);
    void cancel(const TakenShare& share);

    /// Really used in the window that holds now, without what is in flight.
    [[nodiscard]] std::int64_t used(Instant now) const;
    [[nodiscard]] std::int64_t inFlight() const { return m_inFlight; }
    [[nodiscard]] QuotaState state() const;
    /// Continues a saved count; numbers below 0 are read as 0.
    void restore(const QuotaState& state);

private:
    QuotaWindow m_window;
    std::int64_t m_used = 0;
    std::int64_t m_inFlight = 0;
};

} // namespace gatehouse::gateway
