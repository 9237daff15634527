// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/table/celltext.h"

namespace gatehouse {

namespace {

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

std::size_t skipDigits(std::string_view text, std::size_t from)
{
    while (from < text.size() && isDigit(text[from]))
        ++from;
    return from;
}

} // namespace

bool DateTimeReader::readSlowly(std::string_view text, std::int64_t& ticks)
{
    const auto moment = parseDateTime(text);
    if (!moment)
        return false;
    ticks = moment->sinceYearOne.count();
    if (text.size() >= Shortest && text.back() == 'Z') {
        const auto midnight = parseDateTime(text.substr(0, DayLength));
        m_midnight = midnight ? midnight->sinceYearOne.count() : 0;
        std::memcpy(m_day.data(), text.data(), DayLength);
    }
    return true;
}

bool isDecimalText(std::string_view text)
{
    std::size_t at = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
    const std::size_t whole = skipDigits(text, at);
    std::size_t digits = whole - at;
    at = whole;
    if (at < text.size() && text[at] == '.') {
        const std::size_t fraction = skipDigits(text, at + 1);
        digits += fraction - at - 1;
        at = fraction;
    }
    if (digits == 0)
        return false;
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        if (at < text.size() && (text[at] == '-' || text[at] == '+'))
            ++at;
        const std::size_t exponent = skipDigits(text, at);
        if (exponent == at)
            return false;
        at = exponent;
    }
    return at == text.size();
}

} // namespace gatehouse
