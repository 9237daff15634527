// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/base/datetime.h"
#include "core/base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace gatehouse::gateway {

/// One moment on both clocks. Rates are measured on the monotonic one, so that a wall clock that jumps frees
/// and blocks nothing; quotas have windows of the calendar and use the wall clock.
struct Instant
{
    DateTime utc;
    Ticks monotonic{0}; ///< from an arbitrary start

    [[nodiscard]] static Instant of(const Clock& clock);
    /// A logged moment, where the log's time is the only one there is.
    [[nodiscard]] static Instant at(DateTime logged);
};

/// The largest limit, and what a single call's amount is cut to, since it comes from outside.
inline constexpr std::int64_t MaxLimitAmount = 1'000'000'000'000;

/// rate-limit-by-key: so many calls in any renewal period, which is a sliding window of at most 300 s
/// (contracts §4.5).
struct CallRate
{
    std::int64_t calls = 0;
    Ticks renewalPeriod = std::chrono::seconds(60);
};

/// tokens-per-minute of llm-token-limit: prompt and completion together, in any 60 s.
struct TokenRate
{
    std::int64_t tokensPerMinute = 0;
};

enum class QuotaPeriod { Hourly, Daily, Weekly, Monthly, Yearly };
/// "Hourly", … as the attribute token-quota-period has it.
[[nodiscard]] std::string toString(QuotaPeriod period);
[[nodiscard]] std::optional<QuotaPeriod> parseQuotaPeriod(std::string_view text);

/// token-quota of llm-token-limit: so many tokens in a window of the UTC calendar.
struct TokenAllowance
{
    std::int64_t tokens = 0;
    QuotaPeriod period = QuotaPeriod::Daily;
};

/// quota-by-key: calls, bandwidth or both in each period.
struct CallAllowance
{
    std::optional<std::int64_t> calls;
    /// Of 1,024 bytes. UNVERIFIED: Microsoft says "kilobytes" and no more.
    std::optional<std::int64_t> kilobytes;
    Ticks renewalPeriod{0};    ///< 0: one period without an end; else 300 s or more
    DateTime firstPeriodStart; ///< the periods are counted from here, in both directions
};

using LimitRule = std::variant<CallRate, TokenRate, TokenAllowance, CallAllowance>;

enum class LimitKind { CallRate, TokenRate, TokenQuota, CallQuota }; // in the order of LimitRule
/// "call rate", "token rate", "token quota", "call quota"
[[nodiscard]] std::string toString(LimitKind kind);
[[nodiscard]] LimitKind kindOf(const LimitRule& rule);
/// 429 of a rate, 403 of a quota.
[[nodiscard]] int refusalStatus(LimitKind kind);

/// The door: InvalidInput with one sentence that names the attribute. A limit of 0 is valid and refuses
/// every call. What did not pass here must not be enforced.
[[nodiscard]] Status checkRule(const LimitRule& rule);

/// What is known of a call's tokens when it enters.
struct TokenDemand
{
    std::int64_t prompt = 0; ///< estimated; 0 with estimate-prompt-tokens="false"
    std::optional<std::int64_t> maxTokens;

    /// What is set aside until the real use is known: the prompt and all that may be answered, or the prompt
    /// alone where nobody said how long the answer may be.
    [[nodiscard]] std::int64_t reserved() const;
};

/// What a call turned out to have used.
struct LimitUsage
{
    std::int64_t tokens = 0; ///< prompt and completion
    std::int64_t bytes = 0;  ///< request and response, for the bandwidth of quota-by-key
};

/// A limit's answer to one call.
struct LimitVerdict
{
    bool allowed = true;
    /// Calls or tokens that are left, this call taken off when it is allowed; never below 0. Whole kilobytes
    /// for a quota by bandwidth alone.
    std::int64_t remaining = 0;
    /// After a refusal: when the same call would pass if no other came before it. Empty when no waiting
    /// helps: the call alone is larger than the limit, or the period has no end.
    std::optional<Ticks> retryAfter;
};

/// The Retry-After header: whole seconds, rounded up, so that the client never comes too early.
[[nodiscard]] std::int64_t retryAfterSeconds(Ticks wait);

/// What one admitted call holds in one counter until it is settled or cancelled.
struct TakenShare
{
    std::int64_t amount = 0;
    Ticks at{0};     ///< of a rate: where it was counted
    DateTime window; ///< of a quota by calls: the start of the period it was counted in
};

/// By how much real use went over a rate whose calls did not say how long their answers may be.
struct Overshoot
{
    std::int64_t peak = 0;  ///< the most by which a window was ever over
    std::int64_t total = 0; ///< tokens that were used beyond the limit
};

/// amount, brought into 0..MaxLimitAmount.
[[nodiscard]] std::int64_t sensibleAmount(std::int64_t amount);

} // namespace gatehouse::gateway
