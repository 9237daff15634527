// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/functions/timezones.h"

#include "core/kql/functions/calendar.h"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace gatehouse::kql {

namespace {

constexpr std::int64_t EpochSeconds = 62'135'596'800; // of 1970-01-01 since year one
constexpr std::int64_t DaySeconds = 86'400;

bool isZoneName(std::string_view name)
{
    const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
               c == '_' || c == '-' || c == '+';
    });
    return plain && !name.empty() && name.size() < 64 && name.front() != '/';
}

int yearOf(std::int64_t unixSeconds)
{
    const std::int64_t ticks = (unixSeconds + EpochSeconds) * TicksASecond;
    return civilOf(std::clamp<std::int64_t>(ticks, 0, LastTick)).year;
}

std::int64_t unixDay(int year, int month, int day)
{
    return ticksOf(year, month, day) / TicksASecond - EpochSeconds;
}

} // namespace

/// Reads the parts of a TZif file, of which only the 64-bit block and the rule behind it count.
class TimeZoneReader
{
public:
    explicit TimeZoneReader(std::string bytes)
        : m_bytes(std::move(bytes))
    {}

    std::optional<TimeZone> read()
    {
        if (!m_bytes.starts_with("TZif") || m_bytes.size() < 44 || m_bytes[4] < '2')
            return std::nullopt;
        m_at = 44 + blockSize(0, 4); // the 32-bit block
        if (m_at + 44 > m_bytes.size())
            return std::nullopt;
        const std::size_t header = m_at;
        const std::size_t size = blockSize(header, 8);
        const auto changes = static_cast<std::size_t>(number(header + 32, 4));
        const auto types = static_cast<std::size_t>(number(header + 36, 4));
        m_at += 44;
        if (types == 0 || m_at + size > m_bytes.size())
            return std::nullopt;
        const std::size_t kinds = m_at + changes * 8;
        const std::size_t offsets = kinds + changes;
        TimeZone zone;
        const auto offsetOf = [&](std::size_t type) {
            return type < types ? static_cast<std::int32_t>(number(offsets + type * 6, 4)) : 0;
        };
        zone.m_first = offsetOf(0);
        for (std::size_t i = 0; i < changes; ++i)
            zone.m_changes.push_back({static_cast<std::int64_t>(number(m_at + i * 8, 8)),
                                      offsetOf(static_cast<unsigned char>(m_bytes[kinds + i]))});
        m_at += size + 1; // a line break
        if (m_at < m_bytes.size())
            readRule(zone);
        return zone;
    }

private:
    [[nodiscard]] std::uint64_t number(std::size_t at, std::size_t bytes) const
    {
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < bytes; ++i)
            value = value << 8U | static_cast<unsigned char>(m_bytes[at + i]);
        return value;
    }
    [[nodiscard]] std::size_t blockSize(std::size_t header, std::size_t timeBytes) const
    {
        const auto count = [&](std::size_t at) { return static_cast<std::size_t>(number(header + at, 4)); };
        return count(32) * (timeBytes + 1) + count(36) * 6 + count(40) + count(28) * (timeBytes + 4) +
               count(24) + count(20);
    }

    [[nodiscard]] char peek() const { return m_at < m_bytes.size() ? m_bytes[m_at] : '\0'; }
    void skipName()
    {
        const bool bracketed = peek() == '<';
        while (m_at < m_bytes.size() &&
               (bracketed ? m_bytes[m_at] != '>'
                          : (peek() >= 'A' && peek() <= 'Z') || (peek() >= 'a' && peek() <= 'z')))
            ++m_at;
        m_at += bracketed ? 1 : 0;
    }
    int digits()
    {
        int value = 0;
        while (peek() >= '0' && peek() <= '9' && value < 100'000)
            value = value * 10 + (m_bytes[m_at++] - '0');
        return value;
    }
    /// [+-]hh[:mm[:ss]] in seconds
    std::int64_t clock()
    {
        const bool negative = peek() == '-';
        if (peek() == '-' || peek() == '+')
            ++m_at;
        std::int64_t seconds = digits() * 3600LL;
        if (peek() == ':') {
            ++m_at;
            seconds += digits() * 60LL;
        }
        if (peek() == ':') {
            ++m_at;
            seconds += digits();
        }
        return negative ? -seconds : seconds;
    }
    /// ",M3.2.0/2", ",J60" or ",59"
    TimeZone::Rule rule()
    {
        TimeZone::Rule result;
        if (peek() == ',')
            ++m_at;
        if (peek() == 'M') {
            ++m_at;
            result.month = digits();
            ++m_at;
            result.week = digits();
            ++m_at;
            result.weekday = digits();
        } else {
            result.leapCounts = peek() != 'J';
            m_at += result.leapCounts ? 0 : 1;
            result.dayOfYear = digits();
        }
        if (peek() == '/') {
            ++m_at;
            result.seconds = clock();
        }
        return result;
    }
    void readRule(TimeZone& zone)
    {
        if (peek() == '\n' || peek() == '\0')
            return;
        skipName();
        zone.m_hasRule = true;
        zone.m_winter = -clock(); // POSIX counts west of UTC
        if (peek() == '\n' || peek() == '\0')
            return;
        zone.m_hasSummer = true;
        skipName();
        zone.m_summer = zone.m_winter + 3600;
        if (peek() != ',')
            zone.m_summer = -clock();
        zone.m_start = rule();
        zone.m_end = rule();
    }

    std::string m_bytes;
    std::size_t m_at = 0;
};

std::optional<TimeZone> TimeZone::load(std::string_view name)
{
    if (!isZoneName(name))
        return std::nullopt;
    std::ifstream file("/usr/share/zoneinfo/" + std::string(name), std::ios::binary);
    std::ostringstream bytes;
    if (!file || !(bytes << file.rdbuf()))
        return std::nullopt;
    return TimeZoneReader(bytes.str()).read();
}

/// The moment of a rule in a year on the wall clock, in Unix seconds.
std::int64_t TimeZone::momentOf(const Rule& rule, int year)
{
    if (rule.dayOfYear >= 0) {
        const bool skipsLeapDay = !rule.leapCounts && isLeapYear(year) && rule.dayOfYear >= 60;
        const int days = rule.leapCounts ? rule.dayOfYear : rule.dayOfYear - 1 + (skipsLeapDay ? 1 : 0);
        return unixDay(year, 1, 1) + days * DaySeconds + rule.seconds;
    }
    const int month = std::clamp(rule.month, 1, 12);
    const int first = weekdayOf(ticksOf(year, month, 1));
    int day = 1 + (rule.weekday - first + 7) % 7 + (rule.week - 1) * 7;
    if (day > daysInMonth(year, month)) // week 5 is the last one
        day -= 7;
    return unixDay(year, month, std::max(day, 1)) + rule.seconds;
}

std::int64_t TimeZone::ruleOffset(std::int64_t utc) const
{
    if (!m_hasSummer)
        return m_winter;
    const int year = yearOf(utc + m_winter);
    const std::int64_t start = momentOf(m_start, year) - m_winter;
    const std::int64_t end = momentOf(m_end, year) - m_summer;
    const bool summer = start < end ? utc >= start && utc < end : utc >= start || utc < end;
    return summer ? m_summer : m_winter;
}

std::int64_t TimeZone::offsetAt(std::int64_t utc) const
{
    if (m_hasRule && (m_changes.empty() || utc >= m_changes.back().at))
        return ruleOffset(utc);
    const auto after = std::upper_bound(m_changes.begin(), m_changes.end(), utc,
                                        [](std::int64_t at, const Change& change) { return at < change.at; });
    return after == m_changes.begin() ? m_first : std::prev(after)->offset;
}

std::int64_t TimeZone::offsetOfLocal(std::int64_t local) const
{
    const std::int64_t before = offsetAt(local - DaySeconds);
    const std::int64_t after = offsetAt(local + DaySeconds);
    for (const std::int64_t offset : {before, after}) {
        if (offsetAt(local - offset) == offset)
            return offset;
    }
    return before;
}

} // namespace gatehouse::kql
