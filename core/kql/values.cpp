// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/values.h"

#include "core/base/encoding.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace gatehouse::kql {

namespace {

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view Blanks = " \t\r\n\f\v";
    const std::size_t first = text.find_first_not_of(Blanks);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(Blanks) - first + 1);
}

template <typename Number>
std::optional<Number> wholeNumber(std::string_view text, int base = 10)
{
    Number value{};
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (code != std::errc{} || end != text.data() + text.size() || text.empty())
        return std::nullopt;
    return value;
}

/// The bytes of one well-formed UTF-8 character at the front of text, or 0.
std::size_t utf8Length(std::string_view text)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(0);
    const std::size_t length = lead < 0x80                   ? 1
                               : lead >= 0xC2 && lead < 0xE0 ? 2
                               : lead >= 0xE0 && lead < 0xF0 ? 3
                               : lead >= 0xF0 && lead < 0xF5 ? 4
                                                             : 0;
    if (length == 0 || length > text.size())
        return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0U) != 0x80U)
            return 0;
    }
    const bool overlong = (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xF0 && byte(1) < 0x90);
    const bool surrogate = lead == 0xED && byte(1) >= 0xA0;
    const bool beyond = lead == 0xF4 && byte(1) >= 0x90;
    return overlong || surrogate || beyond ? 0 : length;
}

void appendControl(std::string& out, char c)
{
    switch (c) {
    case '\n':
        out += "\\n";
        return;
    case '\r':
        out += "\\r";
        return;
    case '\t':
        out += "\\t";
        return;
    case '\b':
        out += "\\b";
        return;
    case '\f':
        out += "\\f";
        return;
    default:
        break;
    }
    constexpr std::string_view Hex = "0123456789abcdef";
    out += "\\u00";
    out += Hex[static_cast<unsigned char>(c) >> 4U];
    out += Hex[static_cast<unsigned char>(c) & 0xFU];
}

std::string shortest(double value, std::chars_format format)
{
    std::array<char, 512> buffer{};
    const auto [end, code] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, format);
    return {buffer.data(), end};
}

} // namespace

std::optional<std::int64_t> readLong(std::string_view text)
{
    text = trimmed(text);
    const bool negative = text.starts_with('-');
    std::string_view digits = text;
    if (negative || text.starts_with('+'))
        digits.remove_prefix(1);
    if (digits.starts_with("0x") || digits.starts_with("0X")) {
        const auto value = wholeNumber<std::uint64_t>(digits.substr(2), 16);
        if (!value)
            return std::nullopt;
        const auto bits = static_cast<std::int64_t>(*value);
        return negative ? -bits : bits;
    }
    if (digits.empty() || digits[0] < '0' || digits[0] > '9')
        return std::nullopt;
    return wholeNumber<std::int64_t>(negative ? text : digits);
}

std::optional<double> readReal(std::string_view text)
{
    text = trimmed(text);
    std::string lower = toLower(text);
    const double sign = lower.starts_with('-') ? -1.0 : 1.0;
    if (lower.starts_with('-') || lower.starts_with('+'))
        lower.erase(0, 1);
    if (lower == "nan")
        return std::numeric_limits<double>::quiet_NaN();
    if ((lower == "inf" && !text.ends_with("INF")) || lower == "infinity" || lower == "\xe2\x88\x9e")
        return sign * std::numeric_limits<double>::infinity();
    if (lower.empty() || !((lower[0] >= '0' && lower[0] <= '9') || lower[0] == '.'))
        return std::nullopt;
    if (lower.starts_with("0x")) {
        const auto whole = readLong(text);
        return whole ? std::optional(static_cast<double>(*whole)) : std::nullopt;
    }
    double value = 0;
    const auto [end, code] = std::from_chars(lower.data(), lower.data() + lower.size(), value);
    if (end != lower.data() + lower.size() || (code != std::errc{} && code != std::errc::result_out_of_range))
        return std::nullopt;
    return sign * value;
}

std::optional<bool> readBool(std::string_view text)
{
    const std::string lower = toLower(trimmed(text));
    if (lower == "true")
        return true;
    if (lower == "false")
        return false;
    const auto number = readLong(lower);
    return number ? std::optional(*number != 0) : std::nullopt;
}

std::optional<std::string> readGuid(std::string_view text)
{
    std::string lower = toLower(trimmed(text));
    if (lower.size() == 38 && lower.front() == '{' && lower.back() == '}')
        lower = lower.substr(1, 36);
    if (lower.size() == 32 && lower.find('-') == std::string::npos) {
        for (const std::size_t at : {8U, 13U, 18U, 23U})
            lower.insert(at, "-");
    }
    return isGuid(lower) ? std::optional(lower) : std::nullopt;
}

std::optional<std::string> readDecimal(std::string_view text)
{
    text = trimmed(text);
    const bool plain = !text.empty() && text.find_first_not_of("+-.0123456789") == std::string_view::npos;
    const auto value = readReal(text);
    if (!value || !std::isfinite(*value))
        return std::nullopt;
    if (!plain)
        return decimalFromReal(*value);
    std::string digits(text.starts_with('+') ? text.substr(1) : text);
    if (digits.starts_with('.'))
        digits.insert(0, "0");
    if (digits.ends_with('.'))
        digits.pop_back();
    return digits;
}

namespace {

/// Of all texts as short as the shortest that read as a value, the one furthest from zero: that is what the
/// service prints, 0.1 + 0.2 as 0.30000000000000007.
void raiseLastDigit(std::string& text)
{
    const std::size_t end = std::min(text.find('e'), text.size());
    char& last = text[end - 1];
    const auto value = readReal(text);
    while (last < '9') {
        ++last;
        if (readReal(text) != value) {
            --last;
            return;
        }
    }
}

} // namespace

std::string realToText(double value)
{
    if (std::isnan(value))
        return "NaN";
    if (std::isinf(value))
        return value > 0 ? "inf" : "-inf";
    std::string out;
    appendJsonReal(out, value);
    constexpr std::size_t ExactDigits = 15; // up to them a text has one value and a value one text
    if (out.size() > ExactDigits && !out.ends_with(".0"))
        raiseLastDigit(out);
    return out;
}

std::string dateTimeToText(std::int64_t ticks)
{
    constexpr std::int64_t Second = 10'000'000;
    const std::int64_t fraction = ticks % Second;
    std::string text = formatDateTime(DateTime{Ticks(ticks - fraction)});
    text.pop_back();
    std::string digits = std::to_string(fraction);
    text += '.' + std::string(7 - digits.size(), '0') + digits + 'Z';
    return text;
}

std::string decimalFromReal(double value)
{
    return shortest(value, std::chars_format::fixed);
}

void appendJsonString(std::string& out, std::string_view text)
{
    out += '"';
    std::size_t plain = 0;
    for (std::size_t i = 0; i < text.size();) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c >= 0x20 && c < 0x80 && c != '"' && c != '\\') {
            ++i;
            continue;
        }
        const std::size_t length = c >= 0x80 ? utf8Length(text.substr(i)) : 0;
        if (length > 0) {
            i += length;
            continue;
        }
        out.append(text, plain, i - plain);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += static_cast<char>(c);
        } else if (c < 0x20) {
            appendControl(out, static_cast<char>(c));
        } else {
            out += "\xef\xbf\xbd";
        }
        plain = ++i;
    }
    out.append(text, plain, text.size() - plain);
    out += '"';
}

void appendJsonReal(std::string& out, double value)
{
    if (!std::isfinite(value)) {
        out += std::isnan(value) ? "\"NaN\"" : value > 0 ? "\"Infinity\"" : "\"-Infinity\"";
        return;
    }
    const double size = std::fabs(value);
    const bool plain = size == 0 || (size >= 1e-5 && size < 1e15);
    const std::string text =
        shortest(value, plain ? std::chars_format::fixed : std::chars_format::scientific);
    out += text;
    if (text.find_first_of(".e") == std::string::npos)
        out += ".0";
}

std::string jsonReal(double value)
{
    std::string json;
    appendJsonReal(json, value);
    return json;
}

void appendInteger(std::string& out, std::int64_t value)
{
    std::array<char, 24> buffer{};
    const auto [end, code] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    out.append(buffer.data(), end);
}

namespace {

/// Literals may be spaced out: datetime(2026 - 06 - 01 12:00).
std::string withoutBlanksInDate(std::string_view text)
{
    std::string out;
    const std::size_t time = std::min(text.find(':'), text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const std::size_t next = text.find_first_not_of(' ', i);
        const bool beside = (!out.empty() && out.back() == '-') || (next < time && text[next] == '-');
        if (i >= time || text[i] != ' ' || !beside)
            out += text[i];
    }
    return out;
}

} // namespace

std::optional<Column> literalValue(ColumnType type, std::string_view text)
{
    Column column({}, type);
    if (toLower(trimmed(text)) == "null") {
        column.appendNull();
        return column;
    }
    const auto integer = [&](std::optional<std::int64_t> value) {
        if (value)
            column.appendInteger(*value);
    };
    const auto words = [&](const std::optional<std::string>& value) {
        if (value)
            column.appendText(*value);
    };
    switch (type) {
    case ColumnType::Bool:
        if (const auto value = readBool(text))
            column.appendBool(*value);
        break;
    case ColumnType::Int:
        if (const auto value = readLong(text); value && *value >= INT32_MIN && *value <= INT32_MAX)
            column.appendInteger(*value);
        break;
    case ColumnType::Long:
        integer(readLong(text));
        break;
    case ColumnType::DateTime:
        integer(readDateTime(withoutBlanksInDate(text)));
        break;
    case ColumnType::Timespan:
        integer(readTimespan(text));
        break;
    case ColumnType::Real:
        if (const auto value = readReal(text))
            column.appendReal(*value);
        break;
    case ColumnType::Decimal:
        words(readDecimal(text));
        break;
    case ColumnType::Guid:
        words(readGuid(text));
        break;
    case ColumnType::String:
    case ColumnType::Dynamic:
        column.appendText(text);
        break;
    }
    return column.size() == 1 ? std::optional(std::move(column)) : std::nullopt;
}

std::string jsonOfLiteral(ColumnType type, std::string_view text)
{
    const auto value = literalValue(type, text);
    if (!value)
        return "null";
    std::string out;
    appendJsonOf(out, *value, 0);
    return out;
}

void appendJsonOf(std::string& out, const Column& column, std::size_t row)
{
    if (column.isNull(row)) {
        out += "null";
        return;
    }
    switch (column.type()) {
    case ColumnType::Bool:
        out += column.boolAt(row) ? "true" : "false";
        return;
    case ColumnType::Int:
    case ColumnType::Long:
        appendInteger(out, column.integerAt(row));
        return;
    case ColumnType::Real:
        appendJsonReal(out, column.realAt(row));
        return;
    case ColumnType::DateTime:
        appendJsonString(out, dateTimeToText(column.integerAt(row)));
        return;
    case ColumnType::Timespan:
        appendJsonString(out, formatTimespan(Ticks(column.integerAt(row))));
        return;
    case ColumnType::Dynamic:
        out += column.textAt(row);
        return;
    case ColumnType::Decimal:
    case ColumnType::Guid:
    case ColumnType::String:
        appendJsonString(out, column.textAt(row));
        return;
    }
}

} // namespace gatehouse::kql
