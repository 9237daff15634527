// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/quota/limitcounter.h"

#include <type_traits>

namespace gatehouse::gateway {

namespace {

using AnyCounter = std::variant<CallRateLimit, TokenRateLimit, TokenQuota, CallQuota>;

AnyCounter make(LimitKind kind)
{
    switch (kind) {
    case LimitKind::CallRate:
        return CallRateLimit();
    case LimitKind::TokenRate:
        return TokenRateLimit();
    case LimitKind::TokenQuota:
        return TokenQuota();
    case LimitKind::CallQuota:
        break;
    }
    return CallQuota();
}

template <typename Rule>
struct CounterOf;
template <>
struct CounterOf<CallRate>
{
    using Type = CallRateLimit;
};
template <>
struct CounterOf<TokenRate>
{
    using Type = TokenRateLimit;
};
template <>
struct CounterOf<TokenAllowance>
{
    using Type = TokenQuota;
};
template <>
struct CounterOf<CallAllowance>
{
    using Type = CallQuota;
};

/// Calls visitor with the counter and the rule, both as what they are.
template <typename Counter, typename Visitor>
auto withBoth(Counter& counter, const LimitRule& rule, const Visitor& visitor)
{
    return std::visit(
        [&](const auto& one) {
            using Type = typename CounterOf<std::decay_t<decltype(one)>>::Type;
            return visitor(std::get<Type>(counter), one);
        },
        rule);
}

LimitStanding standingOf(const CallRateLimit& counter, const CallRate& rule, Instant now)
{
    LimitStanding standing;
    standing.used = counter.used(rule, now);
    return standing;
}

LimitStanding standingOf(const TokenRateLimit& counter, const TokenRate& rule, Instant now)
{
    LimitStanding standing;
    standing.used = counter.used(rule, now);
    standing.inFlight = counter.inFlight();
    standing.overshoot = counter.overshoot();
    return standing;
}

LimitStanding standingOf(const TokenQuota& counter, const TokenAllowance& /*rule*/, Instant now)
{
    LimitStanding standing;
    standing.used = counter.used(now);
    standing.inFlight = counter.inFlight();
    if (const QuotaWindow window = counter.state().window; !window.endedBy(now.utc))
        standing.window = window;
    return standing;
}

LimitStanding standingOf(const CallQuota& counter, const CallAllowance& /*rule*/, Instant now)
{
    LimitStanding standing;
    standing.used = counter.calls(now);
    standing.bytes = counter.bytes(now);
    if (const QuotaWindow window = counter.state().window; !window.endedBy(now.utc))
        standing.window = window;
    return standing;
}

bool twoWindowsAgo(Ticks length, Ticks lastUse, Instant now)
{
    return now.monotonic - lastUse >= 2 * length;
}

bool windowAndNextHavePassed(const QuotaWindow& window, DateTime now)
{
    return window.end && now - *window.end >= *window.end - window.start;
}

} // namespace

LimitCounter::LimitCounter(LimitKind kind)
    : m_counter(make(kind))
{}

LimitVerdict LimitCounter::ask(const LimitRule& rule, Instant now, std::int64_t amount) const
{
    return withBoth(m_counter, rule,
                    [&](const auto& counter, const auto& one) { return counter.ask(one, now, amount); });
}

TakenShare LimitCounter::take(const LimitRule& rule, Instant now, std::int64_t amount)
{
    return withBoth(m_counter, rule,
                    [&](auto& counter, const auto& one) { return counter.take(one, now, amount); });
}

void LimitCounter::settle(const LimitRule& rule, const TakenShare& share, Instant now,
                          const LimitUsage& usage)
{
    withBoth(m_counter, rule,
             [&](auto& counter, const auto& one) { counter.settle(one, share, now, usage); });
}

void LimitCounter::cancel(const TakenShare& share)
{
    std::visit([&](auto& counter) { counter.cancel(share); }, m_counter);
}

LimitStanding LimitCounter::standing(const LimitRule& rule, Instant now) const
{
    return withBoth(m_counter, rule,
                    [&](const auto& counter, const auto& one) { return standingOf(counter, one, now); });
}

bool LimitCounter::forgettable(const LimitRule& rule, Ticks lastUse, Instant now) const
{
    if (const auto saved = state())
        return windowAndNextHavePassed(saved->window, now.utc);
    const auto* calls = std::get_if<CallRate>(&rule);
    return twoWindowsAgo(calls != nullptr ? calls->renewalPeriod : TokenRateLimit::Minute, lastUse, now);
}

std::optional<QuotaState> LimitCounter::state() const
{
    if (const auto* tokens = std::get_if<TokenQuota>(&m_counter))
        return tokens->state();
    if (const auto* calls = std::get_if<CallQuota>(&m_counter))
        return calls->state();
    return std::nullopt;
}

void LimitCounter::restore(const QuotaState& state)
{
    if (auto* tokens = std::get_if<TokenQuota>(&m_counter))
        tokens->restore(state);
    else if (auto* calls = std::get_if<CallQuota>(&m_counter))
        calls->restore(state);
}

std::int64_t shareOf(const LimitRule& rule, const TokenDemand& tokens, std::int64_t incrementCount)
{
    const LimitKind kind = kindOf(rule);
    if (kind == LimitKind::TokenRate || kind == LimitKind::TokenQuota)
        return tokens.reserved();
    return sensibleAmount(incrementCount);
}

} // namespace gatehouse::gateway
