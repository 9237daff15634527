// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/quota/callrate.h"

#include <algorithm>

namespace gatehouse::gateway {

LimitVerdict CallRateLimit::ask(const CallRate& rule, Instant now, std::int64_t amount) const
{
    const std::int64_t free = rule.calls - used(rule, now);
    const std::int64_t need = std::max<std::int64_t>(amount, 1);
    LimitVerdict verdict;
    verdict.allowed = need <= free;
    verdict.remaining = std::max<std::int64_t>(verdict.allowed ? free - amount : free, 0);
    if (!verdict.allowed && need <= rule.calls)
        verdict.retryAfter =
            m_window.fallsTo(rule.calls - need, now.monotonic, rule.renewalPeriod) - now.monotonic;
    return verdict;
}

TakenShare CallRateLimit::take(const CallRate& rule, Instant now, std::int64_t amount)
{
    TakenShare share;
    share.amount = amount;
    if (amount > 0)
        share.at = m_window.add(now.monotonic, amount, rule.renewalPeriod);
    return share;
}

void CallRateLimit::settle(const CallRate& /*rule*/, const TakenShare& /*share*/, Instant /*now*/,
                           const LimitUsage& /*usage*/)
{
    // The call counted when it entered; what it used is not this limit's.
}

void CallRateLimit::cancel(const TakenShare& share)
{
    if (share.amount > 0)
        m_window.remove(share.at, share.amount);
}

std::int64_t CallRateLimit::used(const CallRate& rule, Instant now) const
{
    return m_window.used(now.monotonic, rule.renewalPeriod);
}

} // namespace gatehouse::gateway
