// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/quota/limits.h"

#include <algorithm>
#include <array>
#include <utility>

namespace gatehouse::gateway {

namespace {

constexpr std::array<std::string_view, 5> PeriodNames{"Hourly", "Daily", "Weekly", "Monthly", "Yearly"};

Status invalid(std::string message, std::string advice)
{
    return fail(Error::Kind::InvalidInput, std::move(message), std::move(advice));
}

Status checkAmount(std::string_view attribute, std::int64_t amount)
{
    if (amount < 0 || amount > MaxLimitAmount)
        return invalid(std::string(attribute) + " must be 0 to 1,000,000,000,000, not " +
                           std::to_string(amount) + ".",
                       "Enter a whole number in that range.");
    return {};
}

Status check(const CallRate& rule)
{
    if (rule.renewalPeriod <= Ticks(0) || rule.renewalPeriod > std::chrono::seconds(300))
        return invalid("renewal-period of a call rate must be more than 0 and at most 300 seconds, not " +
                           formatTimespan(rule.renewalPeriod) + ".",
                       "Use quota-by-key for longer periods.");
    return checkAmount("calls", rule.calls);
}

Status check(const TokenRate& rule)
{
    return checkAmount("tokens-per-minute", rule.tokensPerMinute);
}

Status check(const TokenAllowance& rule)
{
    return checkAmount("token-quota", rule.tokens);
}

Status check(const CallAllowance& rule)
{
    if (!rule.calls && !rule.kilobytes)
        return invalid("A call quota has neither calls nor bandwidth.", "Give at least one of the two.");
    if (rule.renewalPeriod != Ticks(0) && rule.renewalPeriod < std::chrono::seconds(300))
        return invalid("renewal-period of a call quota must be 0 or at least 300 seconds, not " +
                           formatTimespan(rule.renewalPeriod) + ".",
                       "Use rate-limit-by-key for shorter periods.");
    // Beyond it the end of a period would lie outside the years that there are.
    if (rule.renewalPeriod > std::chrono::hours(24 * 36'500))
        return invalid("renewal-period of a call quota must be at most 100 years.", "Use 0 for no end.");
    if (Status calls = checkAmount("calls", rule.calls.value_or(0)); !calls)
        return calls;
    return checkAmount("bandwidth", rule.kilobytes.value_or(0));
}

} // namespace

Instant Instant::of(const Clock& clock)
{
    return {clock.now(), std::chrono::duration_cast<Ticks>(clock.monotonic())};
}

Instant Instant::at(DateTime logged)
{
    return {logged, logged.sinceYearOne};
}

std::string toString(QuotaPeriod period)
{
    return std::string(PeriodNames[static_cast<std::size_t>(period)]);
}

std::optional<QuotaPeriod> parseQuotaPeriod(std::string_view text)
{
    const auto* const found = std::find(PeriodNames.begin(), PeriodNames.end(), text);
    if (found == PeriodNames.end())
        return std::nullopt;
    return static_cast<QuotaPeriod>(found - PeriodNames.begin());
}

std::string toString(LimitKind kind)
{
    switch (kind) {
    case LimitKind::CallRate:
        return "call rate";
    case LimitKind::TokenRate:
        return "token rate";
    case LimitKind::TokenQuota:
        return "token quota";
    case LimitKind::CallQuota:
        break;
    }
    return "call quota";
}

LimitKind kindOf(const LimitRule& rule)
{
    return static_cast<LimitKind>(rule.index());
}

int refusalStatus(LimitKind kind)
{
    return kind == LimitKind::CallRate || kind == LimitKind::TokenRate ? 429 : 403;
}

Status checkRule(const LimitRule& rule)
{
    return std::visit([](const auto& one) { return check(one); }, rule);
}

std::int64_t TokenDemand::reserved() const
{
    return sensibleAmount(sensibleAmount(prompt) + sensibleAmount(maxTokens.value_or(0)));
}

std::int64_t retryAfterSeconds(Ticks wait)
{
    return std::chrono::ceil<std::chrono::seconds>(wait).count();
}

std::int64_t sensibleAmount(std::int64_t amount)
{
    return std::clamp<std::int64_t>(amount, 0, MaxLimitAmount);
}

} // namespace gatehouse::gateway
