// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/quota/quotawindow.h"

namespace gatehouse::gateway {

namespace {

// 0001-01-01, where DateTime counts from, was a Monday.
constexpr Ticks Hour = std::chrono::hours(1);
constexpr Ticks Day = std::chrono::hours(24);
constexpr Ticks Week = Day * 7;

/// The window of this length that holds the moment, one of them starting at origin.
QuotaWindow repeated(DateTime origin, Ticks length, DateTime moment)
{
    Ticks into = (moment - origin) % length;
    if (into < Ticks(0))
        into += length;
    const DateTime start = moment - into;
    return {start, start + length};
}

} // namespace

QuotaWindow windowOf(QuotaPeriod period, DateTime moment)
{
    if (period == QuotaPeriod::Hourly)
        return repeated({}, Hour, moment);
    if (period == QuotaPeriod::Daily)
        return repeated({}, Day, moment);
    if (period == QuotaPeriod::Weekly)
        return repeated({}, Week, moment);
    const auto unixDays = std::chrono::floor<std::chrono::days>(std::chrono::seconds(moment.unixSeconds()));
    const std::chrono::year_month_day date{std::chrono::sys_days(unixDays)};
    const int year = static_cast<int>(date.year());
    if (period == QuotaPeriod::Yearly)
        return {DateTime::fromCivil(year, 1, 1), DateTime::fromCivil(year + 1, 1, 1)};
    const auto next = std::chrono::year_month(date.year(), date.month()) + std::chrono::months(1);
    return {DateTime::fromCivil(year, static_cast<unsigned>(date.month()), 1),
            DateTime::fromCivil(static_cast<int>(next.year()), static_cast<unsigned>(next.month()), 1)};
}

QuotaWindow windowOf(const CallAllowance& rule, DateTime moment)
{
    if (rule.renewalPeriod <= Ticks(0))
        return {rule.firstPeriodStart, std::nullopt};
    return repeated(rule.firstPeriodStart, rule.renewalPeriod, moment);
}

bool advance(QuotaWindow& window, const QuotaWindow& ruled, DateTime now)
{
    const bool ended = window.endedBy(now);
    if (ended || now >= window.start)
        window = ruled;
    return ended;
}

} // namespace gatehouse::gateway
