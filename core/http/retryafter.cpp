// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/retryafter.h"

#include "core/base/encoding.h"

#include <algorithm>
#include <array>

namespace gatehouse::http {

namespace {

using std::chrono::milliseconds;

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

/// A whole number of digits; a larger one than fits is the largest.
std::optional<std::int64_t> digits(std::string_view text)
{
    constexpr std::int64_t Largest = 1'000'000'000'000;
    if (text.empty())
        return std::nullopt;
    std::int64_t number = 0;
    for (const char c : text) {
        if (c < '0' || c > '9')
            return std::nullopt;
        number = std::min(Largest, number * 10 + (c - '0'));
    }
    return number;
}

std::optional<milliseconds> inUnits(std::string_view text, milliseconds unit)
{
    const std::optional<std::int64_t> number = digits(trimmed(text));
    if (!number)
        return std::nullopt;
    return milliseconds(std::min(*number, LongestRetryAfter / unit) * unit.count());
}

std::optional<milliseconds> untilDate(std::string_view text, DateTime now)
{
    const std::optional<DateTime> date = parseHttpDate(trimmed(text));
    if (!date)
        return std::nullopt;
    const auto wait = std::chrono::ceil<milliseconds>(*date - now);
    return std::clamp(wait, milliseconds(0), LongestRetryAfter);
}

std::vector<std::string_view> words(std::string_view text)
{
    std::vector<std::string_view> found;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of(" ,-"), text.size());
        if (end > 0)
            found.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return found;
}

std::optional<unsigned> monthFrom(std::string_view name)
{
    static constexpr std::array<std::string_view, 12> Names = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                               "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto found = std::find(Names.begin(), Names.end(), name);
    if (found == Names.end())
        return std::nullopt;
    return static_cast<unsigned>(found - Names.begin()) + 1;
}

std::optional<Ticks> timeOfDay(std::string_view text)
{
    if (text.size() != 8 || text[2] != ':' || text[5] != ':')
        return std::nullopt;
    const auto hour = digits(text.substr(0, 2));
    const auto minute = digits(text.substr(3, 2));
    const auto second = digits(text.substr(6, 2));
    if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60)
        return std::nullopt;
    return std::chrono::hours(*hour) + std::chrono::minutes(*minute) + std::chrono::seconds(*second);
}

std::optional<DateTime> assemble(std::string_view year, std::string_view month, std::string_view day,
                                 std::string_view time)
{
    auto yearNumber = digits(year);
    const auto monthNumber = monthFrom(month);
    const auto dayNumber = digits(day);
    const auto sinceMidnight = timeOfDay(time);
    if (!yearNumber || !monthNumber || !dayNumber || !sinceMidnight || *dayNumber < 1 || *dayNumber > 31)
        return std::nullopt;
    if (year.size() == 2)
        *yearNumber += *yearNumber < 70 ? 2000 : 1900;
    if (*yearNumber < 1900 || *yearNumber > 9999)
        return std::nullopt;
    return DateTime::fromCivil(static_cast<int>(*yearNumber), *monthNumber,
                               static_cast<unsigned>(*dayNumber)) +
           *sinceMidnight;
}

} // namespace

std::optional<DateTime> parseHttpDate(std::string_view text)
{
    const std::vector<std::string_view> parts = words(text);
    // Sun, 06 Nov 1994 08:49:37 GMT · Sunday, 06-Nov-94 08:49:37 GMT
    if (parts.size() == 6 && parts[5] == "GMT")
        return assemble(parts[3], parts[2], parts[1], parts[4]);
    // Sun Nov  6 08:49:37 1994
    if (parts.size() == 5)
        return assemble(parts[4], parts[1], parts[2], parts[3]);
    return std::nullopt;
}

std::optional<milliseconds> retryAfterOf(const Headers& headers, DateTime now)
{
    std::optional<milliseconds> longest;
    std::optional<milliseconds> exact;
    const auto consider = [](std::optional<milliseconds>& most, std::optional<milliseconds> wish) {
        if (wish && (!most || *wish > *most))
            most = wish;
    };
    for (const auto& [name, value] : headers.fields()) {
        const std::string folded = toLower(name);
        if (folded == "retry-after") {
            const auto seconds = inUnits(value, std::chrono::seconds(1));
            consider(longest, seconds ? seconds : untilDate(value, now));
        } else if (folded == "retry-after-ms" || folded == "x-ms-retry-after-ms") {
            consider(exact, inUnits(value, milliseconds(1)));
        } else if (folded.starts_with("x-ms-ratelimit-microsoft.costmanagement-") &&
                   folded.ends_with("-retry-after")) {
            consider(longest, inUnits(value, std::chrono::seconds(1)));
        }
    }
    return exact ? exact : longest;
}

} // namespace gatehouse::http
