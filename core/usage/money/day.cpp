// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/money/day.h"

#include <algorithm>
#include <cstdio>

namespace gatehouse::cost {

namespace {

/// digits of text, all of which must be some.
std::optional<int> number(std::string_view text)
{
    int value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9')
            return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value;
}

} // namespace

std::optional<Month> parseMonth(std::string_view text)
{
    if (text.size() != 7 || text[4] != '-')
        return std::nullopt;
    const std::optional<int> year = number(text.substr(0, 4));
    const std::optional<int> month = number(text.substr(5, 2));
    if (!year || !month || *year < 1900 || *month < 1 || *month > 12)
        return std::nullopt;
    return std::chrono::year{*year} / *month;
}

std::optional<Day> parseDay(std::string_view text)
{
    if (text.size() != 10 || text[7] != '-')
        return std::nullopt;
    const std::optional<Month> month = parseMonth(text.substr(0, 7));
    const std::optional<int> day = number(text.substr(8, 2));
    if (!month || !day || *day < 1 || *day > daysIn(*month))
        return std::nullopt;
    return firstDay(*month) + std::chrono::days{*day - 1};
}

std::string monthText(Month month)
{
    char text[24];
    std::snprintf(text, sizeof text, "%04d-%02u", static_cast<int>(month.year()),
                  static_cast<unsigned>(month.month()));
    return text;
}

std::string dayText(Day day)
{
    const std::chrono::year_month_day date{day};
    char text[8];
    std::snprintf(text, sizeof text, "-%02u", static_cast<unsigned>(date.day()));
    return monthText(monthOf(day)) + text;
}

Day utcDay(DateTime moment)
{
    return std::chrono::floor<std::chrono::days>(
        std::chrono::sys_seconds{std::chrono::seconds{moment.unixSeconds()}});
}

} // namespace gatehouse::cost
