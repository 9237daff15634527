// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/quota/callquota.h"

#include <algorithm>

namespace gatehouse::gateway {

namespace {

constexpr std::int64_t BytesPerKilobyte = 1024;

} // namespace

LimitVerdict CallQuota::ask(const CallAllowance& rule, Instant now, std::int64_t amount) const
{
    const std::int64_t need = std::max<std::int64_t>(amount, 1);
    LimitVerdict verdict;
    bool canEverPass = true;
    if (rule.kilobytes) {
        const std::int64_t free = *rule.kilobytes * BytesPerKilobyte - bytes(now);
        verdict.allowed = free > 0;
        canEverPass = *rule.kilobytes > 0;
        verdict.remaining = std::max<std::int64_t>(free, 0) / BytesPerKilobyte;
    }
    if (rule.calls) {
        const std::int64_t free = *rule.calls - calls(now);
        verdict.allowed = verdict.allowed && need <= free;
        canEverPass = canEverPass && need <= *rule.calls;
        verdict.remaining = std::max<std::int64_t>(verdict.allowed ? free - amount : free, 0);
    }
    if (!verdict.allowed && canEverPass) {
        QuotaWindow window = m_window;
        static_cast<void>(advance(window, windowOf(rule, now.utc), now.utc));
        if (window.end)
            verdict.retryAfter = *window.end - now.utc;
    }
    return verdict;
}

TakenShare CallQuota::take(const CallAllowance& rule, Instant now, std::int64_t amount)
{
    follow(rule, now.utc);
    m_calls += amount;
    TakenShare share;
    share.amount = amount;
    share.window = m_window.start;
    return share;
}

void CallQuota::settle(const CallAllowance& rule, const TakenShare& /*share*/, Instant now,
                       const LimitUsage& usage)
{
    follow(rule, now.utc);
    m_bytes += sensibleAmount(usage.bytes);
}

void CallQuota::cancel(const TakenShare& share)
{
    if (share.window == m_window.start)
        m_calls -= share.amount;
}

std::int64_t CallQuota::calls(Instant now) const
{
    return m_window.endedBy(now.utc) ? 0 : m_calls;
}

std::int64_t CallQuota::bytes(Instant now) const
{
    return m_window.endedBy(now.utc) ? 0 : m_bytes;
}

QuotaState CallQuota::state() const
{
    QuotaState state;
    state.window = m_window;
    state.calls = m_calls;
    state.bytes = m_bytes;
    return state;
}

void CallQuota::restore(const QuotaState& state)
{
    m_window = state.window;
    m_calls = sensibleAmount(state.calls);
    m_bytes = std::clamp<std::int64_t>(state.bytes, 0, MaxLimitAmount * BytesPerKilobyte);
}

void CallQuota::follow(const CallAllowance& rule, DateTime now)
{
    if (!advance(m_window, windowOf(rule, now), now))
        return;
    m_calls = 0;
    m_bytes = 0;
}

} // namespace gatehouse::gateway
