// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/encoding.h"
#include "core/kql/values.h"

#include <array>
#include <cmath>
#include <limits>

namespace gatehouse::kql {

namespace {

constexpr std::int64_t Second = 10'000'000;
constexpr std::int64_t Day = 86'400 * Second;
constexpr std::array<std::string_view, 12> Months = {"jan", "feb", "mar", "apr", "may", "jun",
                                                     "jul", "aug", "sep", "oct", "nov", "dec"};

/// Reads the parts of a date one after the other.
class Reader
{
public:
    explicit Reader(std::string_view text)
        : m_text(text)
    {}

    [[nodiscard]] bool done() const { return m_at == m_text.size(); }
    [[nodiscard]] char peek() const { return done() ? '\0' : m_text[m_at]; }
    bool accept(char c)
    {
        if (peek() != c || done())
            return false;
        ++m_at;
        return true;
    }
    bool acceptWord(std::string_view word)
    {
        if (!m_text.substr(m_at).starts_with(word))
            return false;
        m_at += word.size();
        return true;
    }
    void blanks()
    {
        while (accept(' ') || accept(',')) {
        }
    }
    std::optional<int> number(std::size_t most)
    {
        int value = 0;
        std::size_t digits = 0;
        while (digits < most && peek() >= '0' && peek() <= '9') {
            value = value * 10 + (m_text[m_at++] - '0');
            ++digits;
        }
        m_digits = digits;
        return digits == 0 ? std::nullopt : std::optional(value);
    }
    [[nodiscard]] bool digitFollows() const
    {
        return m_at + 1 < m_text.size() && m_text[m_at + 1] >= '0' && m_text[m_at + 1] <= '9';
    }
    [[nodiscard]] std::size_t digits() const { return m_digits; }
    std::optional<int> month()
    {
        for (std::size_t i = 0; i < Months.size(); ++i) {
            if (acceptWord(Months.at(i))) {
                while (peek() >= 'a' && peek() <= 'z')
                    ++m_at;
                return static_cast<int>(i) + 1;
            }
        }
        return std::nullopt;
    }
    /// The digits behind a point as ticks; more than seven are cut.
    std::int64_t fraction()
    {
        std::int64_t ticks = 0;
        std::int64_t scale = Second / 10;
        while (peek() >= '0' && peek() <= '9') {
            ticks += (m_text[m_at++] - '0') * scale;
            scale /= 10;
        }
        return ticks;
    }

private:
    std::string_view m_text;
    std::size_t m_at = 0;
    std::size_t m_digits = 0;
};

struct Civil
{
    int year = 1;
    int month = 1;
    int day = 1;
};

bool isLeap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

bool isValid(const Civil& date)
{
    constexpr std::array<int, 12> Lengths = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (date.year < 1 || date.year > 9999 || date.month < 1 || date.month > 12 || date.day < 1)
        return false;
    const int length =
        Lengths.at(static_cast<std::size_t>(date.month) - 1) + (date.month == 2 && isLeap(date.year) ? 1 : 0);
    return date.day <= length;
}

/// "2020-01-02", "2020-01", "2020", "20200102"
std::optional<Civil> isoDate(Reader& in, int first, std::size_t digits)
{
    Civil date{first, 1, 1};
    if (digits == 8)
        return Civil{first / 10000, first / 100 % 100, first % 100};
    if (digits != 4)
        return std::nullopt;
    const auto separated = [&] {
        const bool comma = in.accept(',');
        while (comma && in.accept(' ')) {
        }
        return comma || in.accept('-') || in.accept('/');
    };
    if (separated()) {
        const auto month = in.number(2);
        if (!month)
            return std::nullopt;
        date.month = *month;
        if (separated()) {
            const auto day = in.number(2);
            if (!day)
                return std::nullopt;
            date.day = *day;
        }
    }
    return date;
}

/// "8 Nov 2014", "1/31/2020"
std::optional<Civil> otherDate(Reader& in, int first)
{
    Civil date;
    const char separator = in.peek();
    const bool numeric = separator == '/' || (separator == '-' && in.digitFollows());
    if (numeric) {
        in.accept(separator);
        date.month = first;
        const auto day = in.number(2);
        const bool second = in.accept(separator);
        const auto year = in.number(4);
        if (!day || !second || !year)
            return std::nullopt;
        date.day = *day;
        date.year = *year;
    } else {
        date.day = first;
        if (!in.accept('-'))
            in.blanks();
        const auto month = in.month();
        if (!in.accept('-'))
            in.blanks();
        const auto year = in.number(4);
        if (!month || !year)
            return std::nullopt;
        date.month = *month;
        date.year = *year;
    }
    if (in.digits() == 2)
        date.year += date.year < 50 ? 2000 : 1900;
    return date;
}

std::optional<std::int64_t> timeOfDay(Reader& in)
{
    const auto hour = in.number(2);
    if (!hour || !in.accept(':'))
        return std::nullopt;
    const auto minute = in.number(2);
    int second = 0;
    std::int64_t fraction = 0;
    if (in.accept(':')) {
        const auto read = in.number(2);
        if (!read)
            return std::nullopt;
        second = *read;
        if (in.accept('.') || in.accept(','))
            fraction = in.fraction();
    }
    if (!minute || *hour > 23 || *minute > 59 || second > 59)
        return std::nullopt;
    int hours = *hour;
    in.blanks();
    if (in.acceptWord("pm"))
        hours = hours % 12 + 12;
    else if (in.acceptWord("am"))
        hours = hours % 12;
    return ((hours * 60LL + *minute) * 60 + second) * Second + fraction;
}

/// Z, GMT, UTC or ±hh:mm, in ticks.
std::optional<std::int64_t> zone(Reader& in)
{
    in.blanks();
    if (in.accept('z') || in.acceptWord("gmt") || in.acceptWord("utc") || in.done())
        return 0;
    const bool west = in.accept('-');
    if (!west && !in.accept('+'))
        return std::nullopt;
    const auto hour = in.number(2);
    in.accept(':');
    const auto minute = in.number(2);
    if (!hour)
        return std::nullopt;
    const std::int64_t ticks = (*hour * 60LL + minute.value_or(0)) * 60 * Second;
    return west ? -ticks : ticks;
}

double unitTicks(std::string_view unit)
{
    if (unit == "d" || unit.starts_with("day"))
        return static_cast<double>(Day);
    if (unit == "h" || unit.starts_with("hr") || unit.starts_with("hour"))
        return 3600.0 * Second;
    if (unit == "ms" || unit.starts_with("milli"))
        return Second / 1000.0;
    if (unit.starts_with("micro"))
        return 10;
    if (unit.starts_with("nano"))
        return 0.01;
    if (unit.starts_with("tick"))
        return 1;
    if (unit == "m" || unit.starts_with("min"))
        return 60.0 * Second;
    if (unit == "s" || unit.starts_with("sec"))
        return Second;
    return 0;
}

/// "[d.]h:m[:s[.fffffff]]" with one or two digits a part.
std::optional<std::int64_t> clockSpan(std::string_view text, bool negative)
{
    Reader in(text);
    std::int64_t days = 0;
    auto first = in.number(8);
    if (first && in.accept('.')) {
        days = *first;
        first = in.number(2);
    }
    const bool colon = in.accept(':');
    const auto minute = in.number(2);
    std::optional<int> second = 0;
    std::int64_t fraction = 0;
    if (in.accept(':')) {
        second = in.number(2);
        if (in.accept('.'))
            fraction = in.fraction();
    }
    if (!first || !colon || !minute || !second || !in.done() || *first > 23 || *minute > 59 || *second > 59 ||
        days > 10'675'198)
        return std::nullopt;
    const std::int64_t ticks = days * Day + ((*first * 60LL + *minute) * 60 + *second) * Second + fraction;
    return negative ? -ticks : ticks;
}

std::string_view bare(std::string_view text)
{
    constexpr std::string_view Noise = " \t\r\n\"'";
    const std::size_t first = text.find_first_not_of(Noise);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(Noise) - first + 1);
}

} // namespace

std::optional<std::int64_t> readDateTime(std::string_view text)
{
    const std::string lower = toLower(bare(text));
    Reader in(lower);
    while (in.peek() >= 'a' && in.peek() <= 'z') // a weekday
        in.accept(in.peek());
    in.blanks();
    const auto first = in.number(8);
    if (!first)
        return std::nullopt;
    const std::size_t digits = in.digits();
    const auto date = digits >= 4 ? isoDate(in, *first, digits) : otherDate(in, *first);
    if (!date || !isValid(*date))
        return std::nullopt;
    std::int64_t ticks =
        DateTime::fromCivil(date->year, static_cast<unsigned>(date->month), static_cast<unsigned>(date->day))
            .sinceYearOne.count();
    const bool separated = in.accept('t');
    in.blanks();
    if (in.peek() >= '0' && in.peek() <= '9') {
        const auto time = timeOfDay(in);
        if (!time)
            return std::nullopt;
        ticks += *time;
    } else if (separated) {
        return std::nullopt;
    }
    const auto offset = zone(in);
    if (!offset || !in.done())
        return std::nullopt;
    ticks -= *offset;
    return ticks < 0 ? std::nullopt : std::optional(ticks);
}

std::optional<std::int64_t> readTimespan(std::string_view text)
{
    const std::string lower = toLower(bare(text));
    const bool negative = lower.starts_with('-');
    const std::string_view body = std::string_view(lower).substr(negative || lower.starts_with('+') ? 1 : 0);
    if (body.find(':') != std::string_view::npos)
        return clockSpan(body, negative);
    const std::size_t unitAt = body.find_first_not_of("0123456789.e+-");
    const std::string_view digits = bare(body.substr(0, unitAt));
    const auto number = readReal(digits);
    const double unit =
        unitAt == std::string_view::npos ? static_cast<double>(Day) : unitTicks(bare(body.substr(unitAt)));
    const bool fractionOfDays =
        unitAt == std::string_view::npos && digits.find('.') != std::string_view::npos;
    if (!number || unit == 0 || fractionOfDays)
        return std::nullopt;
    const double ticks = *number * unit;
    if (!(std::fabs(ticks) < 9.2e18))
        return std::nullopt;
    const auto whole = static_cast<std::int64_t>(std::round(ticks));
    return negative ? -whole : whole;
}

} // namespace gatehouse::kql
