// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/datetime.h"

#include <cstdint>

namespace gatehouse::kql {

constexpr std::int64_t TicksASecond = 10'000'000;
constexpr std::int64_t TicksADay = 86'400 * TicksASecond;
constexpr std::int64_t LastTick = 3'155'378'975'999'999'999; ///< of 9999-12-31

struct CivilDate
{
    int year = 1;
    int month = 1;
    int day = 1;
};

/// The date of a moment in ticks since year one, 0 … LastTick.
[[nodiscard]] inline CivilDate civilOf(std::int64_t ticks)
{
    const std::int64_t days = ticks / TicksADay + 306; // since 0000-03-01
    const std::int64_t era = days / 146'097;
    const std::int64_t inEra = days - era * 146'097;
    const std::int64_t yearOfEra = (inEra - inEra / 1460 + inEra / 36'524 - inEra / 146'096) / 365;
    const std::int64_t dayOfYear = inEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    const std::int64_t shifted = (5 * dayOfYear + 2) / 153;
    const auto day = static_cast<int>(dayOfYear - (153 * shifted + 2) / 5 + 1);
    const auto month = static_cast<int>(shifted < 10 ? shifted + 3 : shifted - 9);
    return {static_cast<int>(yearOfEra + era * 400 + (month <= 2 ? 1 : 0)), month, day};
}

[[nodiscard]] inline std::int64_t ticksOf(int year, int month, int day)
{
    return DateTime::fromCivil(year, static_cast<unsigned>(month), static_cast<unsigned>(day))
        .sinceYearOne.count();
}

[[nodiscard]] inline bool isLeapYear(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

[[nodiscard]] inline int daysInMonth(int year, int month)
{
    if (month == 2)
        return isLeapYear(year) ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/// 0 is Sunday; 0001-01-01 was a Monday.
[[nodiscard]] inline int weekdayOf(std::int64_t ticks)
{
    return static_cast<int>((ticks / TicksADay + 1) % 7);
}

} // namespace gatehouse::kql
