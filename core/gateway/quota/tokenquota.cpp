// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/quota/tokenquota.h"

#include <algorithm>

namespace gatehouse::gateway {

LimitVerdict TokenQuota::ask(const TokenAllowance& rule, Instant now, std::int64_t amount) const
{
    const std::int64_t free = rule.tokens - used(now) - m_inFlight;
    const std::int64_t need = std::max<std::int64_t>(amount, 1);
    LimitVerdict verdict;
    verdict.allowed = need <= free;
    verdict.remaining = std::max<std::int64_t>(verdict.allowed ? free - amount : free, 0);
    if (!verdict.allowed && need <= rule.tokens) {
        QuotaWindow window = m_window;
        static_cast<void>(advance(window, windowOf(rule.period, now.utc), now.utc));
        verdict.retryAfter = *window.end - now.utc;
    }
    return verdict;
}

TakenShare TokenQuota::take(const TokenAllowance& rule, Instant now, std::int64_t amount)
{
    if (advance(m_window, windowOf(rule.period, now.utc), now.utc))
        m_used = 0;
    m_inFlight += amount;
    TakenShare share;
    share.amount = amount;
    return share;
}

void TokenQuota::settle(const TokenAllowance& rule, const TakenShare& share, Instant now,
                        const LimitUsage& usage)
{
    cancel(share);
    if (advance(m_window, windowOf(rule.period, now.utc), now.utc))
        m_used = 0;
    m_used += sensibleAmount(usage.tokens);
}

void TokenQuota::cancel(const TakenShare& share)
{
    m_inFlight -= share.amount;
}

std::int64_t TokenQuota::used(Instant now) const
{
    return m_window.endedBy(now.utc) ? 0 : m_used;
}

QuotaState TokenQuota::state() const
{
    QuotaState state;
    state.window = m_window;
    state.tokens = m_used;
    return state;
}

void TokenQuota::restore(const QuotaState& state)
{
    m_window = state.window;
    m_used = sensibleAmount(state.tokens);
}

} // namespace gatehouse::gateway
