// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/quota/exhaustion.h"

#include <algorithm>

namespace gatehouse::gateway {

namespace {

constexpr int FewestEntries = 3;
constexpr Ticks ShortestTime = std::chrono::minutes(15);
constexpr Ticks OneHour = std::chrono::hours(1);

/// What today's entries add up to. The sum is a double: it only makes a pace.
struct Today
{
    int entries = 0;
    double tokens = 0;
    DateTime first;
};

Today sumOf(const ExhaustionInput& input)
{
    const QuotaWindow day = windowOf(QuotaPeriod::Daily, input.now);
    Today today;
    for (const UsedAt& one : input.today) {
        if (one.tokens <= 0 || one.time < day.start || one.time > input.now)
            continue;
        today.first = today.entries == 0 ? one.time : std::min(today.first, one.time);
        today.tokens += static_cast<double>(one.tokens);
        ++today.entries;
    }
    return today;
}

std::string whatIsMissing(const Today& today, DateTime now)
{
    if (today.entries == 0)
        return "No use has been logged today.";
    if (today.entries < FewestEntries)
        return "Fewer than three uses have been logged today.";
    if (now - today.first < ShortestTime)
        return "The first use today is less than 15 minutes ago.";
    return {};
}

} // namespace

Exhaustion exhaustion(const ExhaustionInput& input)
{
    const Today today = sumOf(input);
    Exhaustion result;
    result.reason = whatIsMissing(today, input.now);
    if (result.reason.empty())
        result.tokensPerHour = today.tokens * static_cast<double>(OneHour.count()) /
                               static_cast<double>((input.now - today.first).count());
    if (input.used >= input.limit) {
        result.state = Exhaustion::State::Exhausted;
        result.reason.clear();
        return result;
    }
    if (!result.tokensPerHour)
        return result;
    const double left = static_cast<double>(input.limit) - static_cast<double>(input.used);
    const double ticks = left / *result.tokensPerHour * static_cast<double>(OneHour.count());
    // A window without an end is followed to the end of the years that there are.
    const Ticks room = input.window.end.value_or(DateTime::fromCivil(10'000, 1, 1)) - input.now;
    if (ticks >= static_cast<double>(room.count())) {
        result.state = Exhaustion::State::NotInThisWindow;
        return result;
    }
    result.state = Exhaustion::State::InThisWindow;
    result.at = input.now + Ticks(static_cast<std::int64_t>(ticks));
    return result;
}

} // namespace gatehouse::gateway
