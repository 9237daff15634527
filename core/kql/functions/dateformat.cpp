// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/functions/dateformat.h"

#include "core/kql/functions/calendar.h"
#include "core/kql/functions/kernels.h"

#include <array>

namespace gatehouse::kql {

namespace {

using Args = std::span<const Datum>;

std::string padded(std::int64_t value, std::size_t width)
{
    std::string text = std::to_string(value);
    return text.size() < width ? std::string(width - text.size(), '0') + text : text;
}

bool isSeparator(char c)
{
    return std::string_view("/-:,._[] ").find(c) != std::string_view::npos;
}

/// Seven fraction digits cut to a width; F drops trailing zeros.
std::string fraction(std::int64_t ticks, std::size_t width, bool trim)
{
    std::string digits = padded(ticks % TicksASecond, 7).substr(0, width);
    while (trim && !digits.empty() && digits.back() == '0')
        digits.pop_back();
    return digits;
}

/// One run of a specifier such as "yyyy"; empty when there is none of that kind.
std::optional<std::string> datePart(char letter, std::size_t width, std::int64_t ticks)
{
    const CivilDate date = civilOf(ticks);
    const std::int64_t hour = ticks / (3600 * TicksASecond) % 24;
    const std::int64_t hour12 = hour % 12 == 0 ? 12 : hour % 12;
    if (letter == 'y' && width != 3)
        return width <= 2 ? padded(date.year % 100, 2) : padded(date.year, 4);
    if ((letter == 'f' || letter == 'F') && width <= 7)
        return fraction(ticks, width, letter == 'F');
    if (letter == 't' && width == 2)
        return hour < 12 ? "AM" : "PM";
    if (width > 2)
        return std::nullopt;
    switch (letter) {
    case 'd':
        return padded(date.day, width);
    case 'M':
        return padded(date.month, width);
    case 'h':
        return padded(hour12, width);
    case 'H':
        return padded(hour, width);
    case 'm':
        return padded(ticks / (60 * TicksASecond) % 60, width);
    case 's':
        return padded(ticks / TicksASecond % 60, width);
    default:
        return std::nullopt;
    }
}

std::optional<std::string> spanPart(char letter, std::size_t width, std::int64_t ticks)
{
    if ((letter == 'f' || letter == 'F') && width <= 7)
        return fraction(ticks, width, letter == 'F');
    if (letter == 'd' && width <= 8)
        return padded(ticks / TicksADay, width);
    if (width > 2)
        return std::nullopt;
    switch (letter) {
    case 'h':
    case 'H':
        return padded(ticks / (3600 * TicksASecond) % 24, width);
    case 'm':
        return padded(ticks / (60 * TicksASecond) % 60, width);
    case 's':
        return padded(ticks / TicksASecond % 60, width);
    default:
        return std::nullopt;
    }
}

template <std::optional<std::string> (*Part)(char, std::size_t, std::int64_t), bool SpanDays>
std::optional<std::string> format(std::string_view pattern, std::int64_t ticks)
{
    std::string out;
    for (std::size_t i = 0; i < pattern.size();) {
        const char c = pattern[i];
        if (isSeparator(c)) {
            out += c;
            ++i;
            continue;
        }
        // A run that is too long is several specifiers: "ddd" is "dd" and "d".
        const std::size_t most = c == 'y' ? 4 : c == 'f' || c == 'F' ? 7 : SpanDays && c == 'd' ? 8 : 2;
        std::size_t width = 1;
        while (width < most && i + width < pattern.size() && pattern[i + width] == c)
            ++width;
        const auto part = Part(c, width, ticks);
        if (!part)
            return std::nullopt;
        out += *part;
        i += width;
    }
    return out;
}

void formatDate(Evaluation&, Args args, Column& out)
{
    out.appendText(args[0].null ? "" : format<datePart, false>(args[1].text, args[0].integer).value_or(""));
}

void formatSpan(Evaluation&, Args args, Column& out)
{
    if (args[0].null) {
        out.appendText("");
        return;
    }
    const std::int64_t ticks = args[0].integer;
    const auto text = format<spanPart, true>(args[1].text, ticks < 0 ? wrapSubtract(0, ticks) : ticks);
    out.appendText((ticks < 0 ? "-" : "") + text.value_or(""));
}

const std::array DateFormatFunctions = {
    FunctionSpec{"format_datetime", "ds", 's', formatDate},
    FunctionSpec{"format_timespan", "ts", 's', formatSpan},
};

} // namespace

bool isDateFormat(std::string_view pattern)
{
    return format<datePart, false>(pattern, 0).has_value();
}

bool isSpanFormat(std::string_view pattern)
{
    return format<spanPart, true>(pattern, 0).has_value();
}

std::span<const FunctionSpec> dateFormatFunctions()
{
    return DateFormatFunctions;
}

} // namespace gatehouse::kql
