// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/datetime.h"

#include <array>
#include <charconv>
#include <cstdio>

namespace gatehouse {

namespace {

constexpr std::int64_t TicksPerSecond = 10'000'000;
constexpr std::int64_t TicksPerDay = 86'400 * TicksPerSecond;
constexpr std::int64_t DaysToUnixEpoch = 719'162; // from 0001-01-01 to 1970-01-01

/// Reads digits while they last (at most maxDigits); false when there is none.
bool readDigits(std::string_view& text, std::size_t maxDigits, std::int64_t& value,
                std::size_t* count = nullptr)
{
    std::size_t used = 0;
    value = 0;
    while (used < text.size() && used < maxDigits && text[used] >= '0' && text[used] <= '9') {
        value = value * 10 + (text[used] - '0');
        ++used;
    }
    text.remove_prefix(used);
    if (count != nullptr)
        *count = used;
    return used > 0;
}

bool readExactly(std::string_view& text, std::size_t digits, std::int64_t& value)
{
    std::size_t used = 0;
    return readDigits(text, digits, value, &used) && used == digits;
}

bool take(std::string_view& text, char expected)
{
    if (text.empty() || text.front() != expected)
        return false;
    text.remove_prefix(1);
    return true;
}

/// ".fffffff" as ticks; digits beyond the seventh are cut.
bool readFraction(std::string_view& text, std::int64_t& ticks)
{
    std::int64_t value = 0;
    std::size_t digits = 0;
    if (!readDigits(text, 7, value, &digits))
        return false;
    for (; digits < 7; ++digits)
        value *= 10;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9')
        text.remove_prefix(1);
    ticks = value;
    return true;
}

std::string fractionText(std::int64_t ticks)
{
    if (ticks == 0)
        return {};
    std::array<char, 12> buffer{};
    std::snprintf(buffer.data(), buffer.size(), ".%07lld", static_cast<long long>(ticks));
    std::string text = buffer.data();
    while (text.back() == '0')
        text.pop_back();
    return text;
}

bool readClock(std::string_view& text, std::int64_t& ticks)
{
    std::int64_t hours = 0;
    std::int64_t minutes = 0;
    std::int64_t seconds = 0;
    std::int64_t fraction = 0;
    if (!readExactly(text, 2, hours) || !take(text, ':') || !readExactly(text, 2, minutes))
        return false;
    if (take(text, ':')) {
        if (!readExactly(text, 2, seconds) || (take(text, '.') && !readFraction(text, fraction)))
            return false;
    }
    if (hours > 23 || minutes > 59 || seconds > 59)
        return false;
    ticks = ((hours * 60 + minutes) * 60 + seconds) * TicksPerSecond + fraction;
    return true;
}

} // namespace

DateTime DateTime::fromUnix(std::chrono::nanoseconds sinceEpoch)
{
    return DateTime{Ticks(sinceEpoch.count() / 100 + DaysToUnixEpoch * TicksPerDay)};
}

DateTime DateTime::fromUnixSeconds(std::int64_t seconds)
{
    return DateTime{Ticks(seconds * TicksPerSecond + DaysToUnixEpoch * TicksPerDay)};
}

DateTime DateTime::fromCivil(int year, unsigned month, unsigned day)
{
    const std::chrono::sys_days days =
        std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day);
    return DateTime{Ticks((days.time_since_epoch().count() + DaysToUnixEpoch) * TicksPerDay)};
}

std::int64_t DateTime::unixMilliseconds() const
{
    return sinceYearOne.count() / 10'000 - DaysToUnixEpoch * 86'400'000;
}

std::int64_t DateTime::unixSeconds() const
{
    return sinceYearOne.count() / TicksPerSecond - DaysToUnixEpoch * 86'400;
}

std::string formatDateTime(DateTime moment)
{
    const std::int64_t ticks = moment.sinceYearOne.count();
    const std::int64_t days = ticks / TicksPerDay;
    const std::int64_t inDay = ticks % TicksPerDay;
    const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(days - DaysToUnixEpoch))};
    const std::int64_t seconds = inDay / TicksPerSecond;
    std::array<char, 48> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%04d-%02u-%02uT%02d:%02d:%02d",
                  static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                  static_cast<unsigned>(date.day()), static_cast<int>(seconds / 3600),
                  static_cast<int>(seconds / 60 % 60), static_cast<int>(seconds % 60));
    return std::string(buffer.data()) + fractionText(inDay % TicksPerSecond) + "Z";
}

std::optional<DateTime> parseDateTime(std::string_view text)
{
    std::int64_t year = 0;
    std::int64_t month = 0;
    std::int64_t day = 0;
    if (!readExactly(text, 4, year) || !take(text, '-') || !readExactly(text, 2, month) || !take(text, '-') ||
        !readExactly(text, 2, day))
        return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(year)),
                                           std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (year < 1 || !date.ok())
        return std::nullopt;
    std::int64_t inDay = 0;
    std::int64_t offset = 0;
    if (!text.empty()) {
        if ((!take(text, 'T') && !take(text, ' ')) || !readClock(text, inDay))
            return std::nullopt;
        if (!take(text, 'Z') && !text.empty()) {
            const int sign = text.front() == '-' ? -1 : 1;
            std::int64_t hours = 0;
            std::int64_t minutes = 0;
            if ((!take(text, '+') && !take(text, '-')) || !readExactly(text, 2, hours))
                return std::nullopt;
            take(text, ':');
            if (!text.empty() && !readExactly(text, 2, minutes))
                return std::nullopt;
            if (hours > 14 || minutes > 59)
                return std::nullopt;
            offset = sign * (hours * 60 + minutes) * 60 * TicksPerSecond;
        }
    }
    if (!text.empty())
        return std::nullopt;
    const DateTime midnight =
        DateTime::fromCivil(static_cast<int>(year), static_cast<unsigned>(month), static_cast<unsigned>(day));
    const DateTime moment = midnight + Ticks(inDay - offset);
    // An offset can lead out of the years that there are.
    if (moment < DateTime{} || moment >= DateTime::fromCivil(10'000, 1, 1))
        return std::nullopt;
    return moment;
}

std::string formatTimespan(Ticks span)
{
    const bool negative = span.count() < 0;
    // The smallest tick count has no positive twin, so its size is taken unsigned.
    const std::uint64_t ticks =
        negative ? ~static_cast<std::uint64_t>(span.count()) + 1 : static_cast<std::uint64_t>(span.count());
    const std::uint64_t days = ticks / TicksPerDay;
    const std::uint64_t seconds = ticks % TicksPerDay / TicksPerSecond;
    std::array<char, 48> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%02d:%02d:%02d", static_cast<int>(seconds / 3600),
                  static_cast<int>(seconds / 60 % 60), static_cast<int>(seconds % 60));
    std::string text = negative ? "-" : "";
    if (days > 0)
        text += std::to_string(days) + ".";
    text += buffer.data();
    const auto fraction = static_cast<std::int64_t>(ticks % TicksPerSecond);
    if (fraction != 0) {
        std::snprintf(buffer.data(), buffer.size(), ".%07lld", static_cast<long long>(fraction));
        text += buffer.data();
    }
    return text;
}

std::optional<Ticks> parseTimespan(std::string_view text)
{
    const bool negative = take(text, '-');
    std::int64_t days = 0;
    std::int64_t clock = 0;
    const std::size_t colon = text.find(':');
    const std::size_t dot = text.find('.');
    if (colon == std::string_view::npos || (dot != std::string_view::npos && dot < colon)) {
        if (!readDigits(text, 8, days))
            return std::nullopt;
        if (colon != std::string_view::npos && !take(text, '.'))
            return std::nullopt;
    }
    if (colon != std::string_view::npos && !readClock(text, clock))
        return std::nullopt;
    if (!text.empty() || days > 10'675'198)
        return std::nullopt;
    const std::int64_t ticks = days * TicksPerDay + clock;
    return Ticks(negative ? -ticks : ticks);
}

std::optional<Ticks> parseIsoDuration(std::string_view text)
{
    const bool negative = take(text, '-');
    if (!take(text, 'P') || text.empty())
        return std::nullopt;
    std::int64_t total = 0;
    bool inTime = false;
    bool any = false;
    while (!text.empty()) {
        if (!inTime && take(text, 'T')) {
            inTime = true;
            any = false; // a time part follows
            continue;
        }
        std::int64_t value = 0;
        std::int64_t fraction = 0;
        if (!readDigits(text, 9, value) ||
            ((take(text, '.') || take(text, ',')) && !readFraction(text, fraction)))
            return std::nullopt;
        std::int64_t unit = 0;
        if (!inTime && take(text, 'W'))
            unit = 7 * TicksPerDay;
        else if (!inTime && take(text, 'D'))
            unit = TicksPerDay;
        else if (inTime && take(text, 'H'))
            unit = 3600 * TicksPerSecond;
        else if (inTime && take(text, 'M'))
            unit = 60 * TicksPerSecond;
        else if (inTime && take(text, 'S'))
            unit = TicksPerSecond;
        else
            return std::nullopt;
        std::int64_t part = 0;
        if (__builtin_mul_overflow(value, unit, &part) || __builtin_add_overflow(total, part, &total) ||
            __builtin_add_overflow(total, fraction * (unit / TicksPerSecond), &total))
            return std::nullopt;
        any = true;
    }
    if (!any)
        return std::nullopt;
    return Ticks(negative ? -total : total);
}

std::string formatIsoDuration(Ticks span)
{
    std::int64_t ticks = span.count();
    std::string text = ticks < 0 ? "-P" : "P";
    ticks = ticks < 0 ? -ticks : ticks;
    if (ticks >= TicksPerDay)
        text += std::to_string(ticks / TicksPerDay) + "D";
    ticks %= TicksPerDay;
    if (ticks == 0)
        return text.back() == 'P' ? text + "T0S" : text;
    text += "T";
    const std::int64_t seconds = ticks / TicksPerSecond;
    if (seconds >= 3600)
        text += std::to_string(seconds / 3600) + "H";
    if (seconds / 60 % 60 > 0)
        text += std::to_string(seconds / 60 % 60) + "M";
    const std::string fraction = fractionText(ticks % TicksPerSecond);
    if (seconds % 60 > 0 || !fraction.empty())
        text += std::to_string(seconds % 60) + fraction + "S";
    return text;
}

std::optional<TimeRange> parseTimeRange(std::string_view text, DateTime now)
{
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos) {
        const auto length = parseIsoDuration(text);
        if (!length || length->count() < 0)
            return std::nullopt;
        return TimeRange{now - *length, now};
    }
    const std::string_view left = text.substr(0, slash);
    const std::string_view right = text.substr(slash + 1);
    const auto start = parseDateTime(left);
    const auto end = parseDateTime(right);
    std::optional<TimeRange> range;
    if (start && end)
        range = TimeRange{*start, *end};
    else if (const auto length = parseIsoDuration(right); start && length)
        range = TimeRange{*start, *start + *length};
    else if (const auto before = parseIsoDuration(left); before && end)
        range = TimeRange{*end - *before, *end};
    if (range && range->end < range->start)
        return std::nullopt;
    return range;
}

std::string formatTimeRange(const TimeRange& range)
{
    return formatDateTime(range.start) + "/" + formatDateTime(range.end);
}

} // namespace gatehouse
