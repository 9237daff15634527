// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/encoding.h"
#include "core/kql/functions/calendar.h"
#include "core/kql/functions/kernels.h"

#include <array>
#include <cmath>

namespace gatehouse::kql {

namespace {

using Args = std::span<const Datum>;

enum class Unit : std::uint8_t {
    Year,
    Quarter,
    Month,
    Week,
    Day,
    Hour,
    Minute,
    Second,
    Millisecond,
    Microsecond,
    Nanosecond,
    None
};

Unit unitOf(std::string_view text)
{
    constexpr std::array<std::string_view, 11> Names = {"year",        "quarter",     "month",     "week",
                                                        "day",         "hour",        "minute",    "second",
                                                        "millisecond", "microsecond", "nanosecond"};
    const std::string lower = toLower(text);
    for (std::size_t i = 0; i < Names.size(); ++i) {
        if (Names.at(i) == lower || (lower.size() == Names.at(i).size() + 1 && lower.ends_with('s') &&
                                     lower.starts_with(Names.at(i))))
            return static_cast<Unit>(i);
    }
    return Unit::None;
}

std::int64_t ticksOfUnit(Unit unit)
{
    switch (unit) {
    case Unit::Week:
        return 7 * TicksADay;
    case Unit::Day:
        return TicksADay;
    case Unit::Hour:
        return 3600 * TicksASecond;
    case Unit::Minute:
        return 60 * TicksASecond;
    case Unit::Second:
        return TicksASecond;
    case Unit::Millisecond:
        return 10'000;
    case Unit::Microsecond:
        return 10;
    default:
        return 1;
    }
}

void appendMoment(Column& out, std::int64_t ticks)
{
    if (ticks < 0 || ticks > LastTick)
        out.appendNull();
    else
        out.appendInteger(ticks);
}

std::optional<std::int64_t> addMonths(std::int64_t ticks, std::int64_t months)
{
    const CivilDate date = civilOf(ticks);
    const std::int64_t total = date.year * 12LL + date.month - 1 + months;
    const std::int64_t year = total / 12;
    if (months > 200'000 || months < -200'000 || year < 1 || year > 9999)
        return std::nullopt;
    const int month = static_cast<int>(total % 12) + 1;
    const int day = std::min(date.day, daysInMonth(static_cast<int>(year), month));
    return ticksOf(static_cast<int>(year), month, day) + ticks % TicksADay;
}

/// The start of the unit that holds a moment.
std::int64_t startOf(Unit unit, std::int64_t ticks)
{
    const CivilDate date = civilOf(ticks);
    switch (unit) {
    case Unit::Year:
        return ticksOf(date.year, 1, 1);
    case Unit::Month:
        return ticksOf(date.year, date.month, 1);
    case Unit::Week:
        return ticks - ticks % TicksADay - weekdayOf(ticks) * TicksADay;
    default:
        return ticks - ticks % TicksADay;
    }
}

std::optional<std::int64_t> shift(Unit unit, std::int64_t ticks, std::int64_t count)
{
    if (unit == Unit::Year || unit == Unit::Quarter || unit == Unit::Month)
        return addMonths(ticks, count * (unit == Unit::Year ? 12 : unit == Unit::Quarter ? 3 : 1));
    if (unit == Unit::Nanosecond)
        return wrapAdd(ticks, count / 100);
    if (count > LastTick / ticksOfUnit(unit) || count < -LastTick / ticksOfUnit(unit))
        return std::nullopt;
    return wrapAdd(ticks, count * ticksOfUnit(unit));
}

template <Unit Period, bool End>
void boundary(Evaluation&, Args args, Column& out)
{
    const std::int64_t offset = args.size() > 1 ? args[1].integer : 0;
    const auto start = shift(Period, startOf(Period, args[0].integer), offset + (End ? 1 : 0));
    if (!start)
        out.appendNull();
    else
        appendMoment(out, End ? *start - 1 : *start);
}

std::int64_t partOf(Unit unit, std::int64_t ticks)
{
    const CivilDate date = civilOf(ticks);
    switch (unit) {
    case Unit::Year:
        return date.year;
    case Unit::Quarter:
        return (date.month - 1) / 3 + 1;
    case Unit::Month:
        return date.month;
    case Unit::Day:
        return date.day;
    case Unit::Hour:
        return ticks / ticksOfUnit(Unit::Hour) % 24;
    case Unit::Minute:
        return ticks / ticksOfUnit(Unit::Minute) % 60;
    case Unit::Second:
        return ticks / TicksASecond % 60;
    case Unit::Millisecond:
        return ticks % TicksASecond / 10'000;
    case Unit::Microsecond:
        return ticks % TicksASecond / 10;
    default:
        return ticks % TicksASecond * 100;
    }
}

template <Unit Part>
void part(Evaluation&, Args args, Column& out)
{
    out.appendInteger(partOf(Part, args[0].integer));
}

std::int64_t dayOfYearOf(std::int64_t ticks)
{
    return (ticks - ticksOf(civilOf(ticks).year, 1, 1)) / TicksADay + 1;
}

/// ISO 8601: the week that holds the year's first Thursday is the first.
std::int64_t isoWeekOf(std::int64_t ticks)
{
    const std::int64_t thursday = ticks + ((3 - (weekdayOf(ticks) + 6) % 7)) * TicksADay;
    return thursday < 0 ? 1 : (dayOfYearOf(thursday) - 1) / 7 + 1;
}

void dayOfYear(Evaluation&, Args args, Column& out)
{
    out.appendInteger(dayOfYearOf(args[0].integer));
}
/// In the calendar's last week, whose end lies beyond it, there is none.
void dayOfWeek(Evaluation&, Args args, Column& out)
{
    const std::int64_t weekday = weekdayOf(args[0].integer);
    if (args[0].integer - args[0].integer % TicksADay + (7 - weekday) * TicksADay > LastTick + 1)
        out.appendNull();
    else
        out.appendInteger(weekday * TicksADay);
}
void weekOfYear(Evaluation&, Args args, Column& out)
{
    out.appendInteger(isoWeekOf(args[0].integer));
}

void datetimePart(Evaluation&, Args args, Column& out)
{
    const std::string name = toLower(args[0].text);
    if (name == "dayofyear" || name == "day_of_year")
        out.appendInteger(dayOfYearOf(args[1].integer));
    else if (name == "week_of_year" || name == "weekofyear")
        out.appendInteger(isoWeekOf(args[1].integer));
    else if (const Unit unit = unitOf(name); unit != Unit::None)
        out.appendInteger(partOf(unit, args[1].integer));
    else
        out.appendNull();
}

void datetimeAdd(Evaluation&, Args args, Column& out)
{
    const Unit unit = unitOf(args[0].text);
    const auto moment = unit == Unit::None ? std::nullopt : shift(unit, args[2].integer, args[1].integer);
    if (moment)
        appendMoment(out, *moment);
    else
        out.appendNull();
}

/// How many boundaries of the unit lie between two moments.
void datetimeDiff(Evaluation&, Args args, Column& out)
{
    const Unit unit = unitOf(args[0].text);
    const std::int64_t a = args[1].integer;
    const std::int64_t b = args[2].integer;
    const CivilDate x = civilOf(a);
    const CivilDate y = civilOf(b);
    switch (unit) {
    case Unit::None:
        out.appendNull();
        return;
    case Unit::Year:
        out.appendInteger(x.year - y.year);
        return;
    case Unit::Quarter:
        out.appendInteger((x.year * 4 + (x.month - 1) / 3) - (y.year * 4 + (y.month - 1) / 3));
        return;
    case Unit::Month:
        out.appendInteger((x.year * 12 + x.month) - (y.year * 12 + y.month));
        return;
    case Unit::Week:
        out.appendInteger((startOf(Unit::Week, a) - startOf(Unit::Week, b)) / (7 * TicksADay));
        return;
    case Unit::Nanosecond:
        out.appendInteger(wrapMultiply(a - b, 100));
        return;
    default:
        out.appendInteger(a / ticksOfUnit(unit) - b / ticksOfUnit(unit));
    }
}

void makeDatetime(Evaluation&, Args args, Column& out)
{
    const auto at = [&](std::size_t i) { return i < args.size() ? args[i].integer : 0; };
    const bool date = at(0) >= 1 && at(0) <= 9999 && at(1) >= 1 && at(1) <= 12 && at(2) >= 1 &&
                      at(2) <= daysInMonth(static_cast<int>(at(0)), static_cast<int>(at(1)));
    const bool time = at(3) >= 0 && at(3) < 24 && at(4) >= 0 && at(4) < 60;
    const double seconds = args.size() > 5 ? args[5].real : 0;
    if (!date || !time || !(seconds >= 0 && seconds < 60)) {
        out.appendNull();
        return;
    }
    const std::int64_t clock =
        (at(3) * 60 + at(4)) * 60 * TicksASecond + static_cast<std::int64_t>(std::round(seconds * 1e7));
    out.appendInteger(ticksOf(static_cast<int>(at(0)), static_cast<int>(at(1)), static_cast<int>(at(2))) +
                      clock);
}

void makeTimespan(Evaluation&, Args args, Column& out)
{
    // (hours, minutes), (hours, minutes, seconds) or (days, hours, minutes, seconds)
    const bool days = args.size() == 4;
    const std::int64_t day = days ? args[0].integer : 0;
    const std::int64_t hour = args[days ? 1 : 0].integer;
    const std::int64_t minute = args[days ? 2 : 1].integer;
    const double seconds = args.size() > 2 ? args.back().real : 0;
    const bool good = day >= 0 && day < 10'000'000 && hour >= 0 && hour < 24 && minute >= 0 && minute < 60 &&
                      seconds >= 0 && seconds < 60;
    if (!good)
        out.appendNull();
    else
        out.appendInteger(((day * 24 + hour) * 60 + minute) * 60 * TicksASecond +
                          static_cast<std::int64_t>(std::round(seconds * 1e7)));
}

template <std::int64_t UnitsASecond>
void fromUnix(Evaluation&, Args args, Column& out)
{
    constexpr std::int64_t Epoch = 621'355'968'000'000'000;
    const double ticks =
        args[0].real * (static_cast<double>(TicksASecond) / static_cast<double>(UnitsASecond));
    if (!(std::fabs(ticks) < 4e18))
        out.appendNull();
    else
        appendMoment(out, Epoch + static_cast<std::int64_t>(std::round(ticks)));
}

const std::array DateFunctions = {
    FunctionSpec{"startofday", "d|l", 'd', boundary<Unit::Day, false>, nullptr, Strict},
    FunctionSpec{"startofweek", "d|l", 'd', boundary<Unit::Week, false>, nullptr, Strict},
    FunctionSpec{"startofmonth", "d|l", 'd', boundary<Unit::Month, false>, nullptr, Strict},
    FunctionSpec{"startofyear", "d|l", 'd', boundary<Unit::Year, false>, nullptr, Strict},
    FunctionSpec{"endofday", "d|l", 'd', boundary<Unit::Day, true>, nullptr, Strict},
    FunctionSpec{"endofweek", "d|l", 'd', boundary<Unit::Week, true>, nullptr, Strict},
    FunctionSpec{"endofmonth", "d|l", 'd', boundary<Unit::Month, true>, nullptr, Strict},
    FunctionSpec{"endofyear", "d|l", 'd', boundary<Unit::Year, true>, nullptr, Strict},
    FunctionSpec{"getyear", "d", 'l', part<Unit::Year>, nullptr, Strict},
    FunctionSpec{"getmonth", "d", 'l', part<Unit::Month>, nullptr, Strict},
    FunctionSpec{"monthofyear", "d", 'l', part<Unit::Month>, nullptr, Strict},
    FunctionSpec{"dayofmonth", "d", 'i', part<Unit::Day>, nullptr, Strict},
    FunctionSpec{"dayofyear", "d", 'i', dayOfYear, nullptr, Strict},
    FunctionSpec{"dayofweek", "d", 't', dayOfWeek, nullptr, Strict},
    FunctionSpec{"hourofday", "d", 'l', part<Unit::Hour>, nullptr, Strict},
    FunctionSpec{"week_of_year", "d", 'l', weekOfYear, nullptr, Strict},
    FunctionSpec{"weekofyear", "d", 'l', weekOfYear, nullptr, Strict},
    FunctionSpec{"datetime_part", "sd", 'l', datetimePart, nullptr, Strict},
    FunctionSpec{"datetime_add", "sld", 'd', datetimeAdd, nullptr, Strict},
    FunctionSpec{"datetime_diff", "sdd", 'l', datetimeDiff, nullptr, Strict},
    FunctionSpec{"make_datetime", "lll|llr", 'd', makeDatetime, nullptr, Strict},
    FunctionSpec{"make_timespan", "ll", 't', makeTimespan, nullptr, Strict},
    FunctionSpec{"make_timespan", "llr", 't', makeTimespan, nullptr, Strict},
    FunctionSpec{"make_timespan", "lllr", 't', makeTimespan, nullptr, Strict},
    FunctionSpec{"unixtime_seconds_todatetime", "r", 'd', fromUnix<1>, nullptr, Strict},
    FunctionSpec{"unixtime_milliseconds_todatetime", "r", 'd', fromUnix<1000>, nullptr, Strict},
    FunctionSpec{"unixtime_microseconds_todatetime", "r", 'd', fromUnix<1'000'000>, nullptr, Strict},
    FunctionSpec{"unixtime_nanoseconds_todatetime", "r", 'd', fromUnix<1'000'000'000>, nullptr, Strict},
};

} // namespace

std::span<const FunctionSpec> dateFunctions()
{
    return DateFunctions;
}

} // namespace gatehouse::kql
