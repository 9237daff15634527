// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse {

/// 100 ns, the tick of Kusto, .NET and APIM.
using Ticks = std::chrono::duration<std::int64_t, std::ratio<1, 10'000'000>>;

/// A moment in UTC, counted in ticks since 0001-01-01T00:00:00Z, as Kusto counts (so that bin() agrees).
struct DateTime
{
    Ticks sinceYearOne{0};

    auto operator<=>(const DateTime&) const = default;

    [[nodiscard]] static DateTime fromUnix(std::chrono::nanoseconds sinceEpoch);
    [[nodiscard]] static DateTime fromUnixSeconds(std::int64_t seconds);
    /// Day 1..31, month 1..12; the caller has checked the ranges.
    [[nodiscard]] static DateTime fromCivil(int year, unsigned month, unsigned day);
    [[nodiscard]] std::int64_t unixMilliseconds() const;
    [[nodiscard]] std::int64_t unixSeconds() const;

    DateTime& operator+=(Ticks span)
    {
        sinceYearOne += span;
        return *this;
    }
};

[[nodiscard]] inline DateTime operator+(DateTime moment, Ticks span)
{
    return DateTime{moment.sinceYearOne + span};
}
[[nodiscard]] inline DateTime operator-(DateTime moment, Ticks span)
{
    return DateTime{moment.sinceYearOne - span};
}
[[nodiscard]] inline Ticks operator-(DateTime a, DateTime b)
{
    return a.sinceYearOne - b.sinceYearOne;
}

/// From start up to, not including, end.
struct TimeRange
{
    DateTime start;
    DateTime end;

    auto operator<=>(const TimeRange&) const = default;
    [[nodiscard]] Ticks length() const { return end - start; }
};

/// "2026-11-21T08:00:00Z", with as many of 7 fraction digits as are needed (contracts §2.2).
[[nodiscard]] std::string formatDateTime(DateTime moment);
/// ISO 8601 with 0–7 fraction digits, "Z", an offset or nothing (read as UTC); a date alone is its midnight.
/// More than 7 digits are cut. Empty when the text is none of that.
[[nodiscard]] std::optional<DateTime> parseDateTime(std::string_view text);

/// Kusto's timespan text "[-][d.]hh:mm:ss[.fffffff]" (contracts §2.2).
[[nodiscard]] std::string formatTimespan(Ticks span);
[[nodiscard]] std::optional<Ticks> parseTimespan(std::string_view text);

/// ISO 8601 durations of weeks, days, hours, minutes, seconds: "P7D", "PT1H30M", "PT0.5S". No years or
/// months, whose length is not fixed.
[[nodiscard]] std::optional<Ticks> parseIsoDuration(std::string_view text);
[[nodiscard]] std::string formatIsoDuration(Ticks span);

/// The timespan of the Log Analytics and metrics APIs: "P1D", "start/end", "start/P7D", "P7D/end" (contracts
/// §2.1).
[[nodiscard]] std::optional<TimeRange> parseTimeRange(std::string_view text, DateTime now);
/// "start/end".
[[nodiscard]] std::string formatTimeRange(const TimeRange& range);

} // namespace gatehouse
