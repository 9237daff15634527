// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/datetime.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::cost {

/// A day of the calendar, in whatever zone the ledger is kept in.
using Day = std::chrono::sys_days;
using Month = std::chrono::year_month;

/// "2026-11-26", years 1900 to 9999; empty for anything else (2026-02-30 too).
[[nodiscard]] std::optional<Day> parseDay(std::string_view text);
[[nodiscard]] std::string dayText(Day day);
/// "2026-11".
[[nodiscard]] std::optional<Month> parseMonth(std::string_view text);
[[nodiscard]] std::string monthText(Month month);

[[nodiscard]] inline Month monthOf(Day day)
{
    const std::chrono::year_month_day date{day};
    return date.year() / date.month();
}
[[nodiscard]] inline Day firstDay(Month month)
{
    return Day{month / std::chrono::day{1}};
}
[[nodiscard]] inline Day dayAfter(Month month)
{
    return firstDay(month + std::chrono::months{1});
}
/// 28 to 31.
[[nodiscard]] inline int daysIn(Month month)
{
    return static_cast<int>((dayAfter(month) - firstDay(month)).count());
}
/// Monday is 0.
[[nodiscard]] inline int weekdayOf(Day day)
{
    return static_cast<int>(std::chrono::weekday{day}.iso_encoding()) - 1;
}
/// The Monday on or before the day.
[[nodiscard]] inline Day weekOf(Day day)
{
    return day - std::chrono::days{weekdayOf(day)};
}

/// The day of a moment in UTC.
[[nodiscard]] Day utcDay(DateTime moment);

} // namespace gatehouse::cost
