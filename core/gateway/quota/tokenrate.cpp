// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/quota/tokenrate.h"

#include <algorithm>

namespace gatehouse::gateway {

LimitVerdict TokenRateLimit::ask(const TokenRate& rule, Instant now, std::int64_t amount) const
{
    const std::int64_t free = rule.tokensPerMinute - used(rule, now) - m_inFlight;
    const std::int64_t need = std::max<std::int64_t>(amount, 1);
    LimitVerdict verdict;
    verdict.allowed = need <= free;
    verdict.remaining = std::max<std::int64_t>(verdict.allowed ? free - amount : free, 0);
    if (!verdict.allowed && need <= rule.tokensPerMinute) {
        const std::int64_t spare = rule.tokensPerMinute - need - m_inFlight;
        verdict.retryAfter =
            spare < 0 ? Minute : m_window.fallsTo(spare, now.monotonic, Minute) - now.monotonic;
    }
    return verdict;
}

TakenShare TokenRateLimit::take(const TokenRate& /*rule*/, Instant now, std::int64_t amount)
{
    m_inFlight += amount;
    TakenShare share;
    share.amount = amount;
    share.at = now.monotonic;
    return share;
}

void TokenRateLimit::settle(const TokenRate& rule, const TakenShare& share, Instant now,
                            const LimitUsage& usage)
{
    cancel(share);
    const std::int64_t real = sensibleAmount(usage.tokens);
    if (real == 0)
        return;
    const Ticks at = m_window.add(now.monotonic, real, Minute);
    const std::int64_t over = m_window.peakFrom(at, Minute) - rule.tokensPerMinute;
    m_overshoot.peak = std::max(m_overshoot.peak, over);
    m_overshoot.total += std::clamp<std::int64_t>(over, 0, real);
}

void TokenRateLimit::cancel(const TakenShare& share)
{
    m_inFlight -= share.amount;
}

std::int64_t TokenRateLimit::used(const TokenRate& /*rule*/, Instant now) const
{
    return m_window.used(now.monotonic, Minute);
}

} // namespace gatehouse::gateway
