// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/expression/literals.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

namespace gatehouse::gateway {

namespace {

constexpr std::string_view Unterminated = "A string literal does not end.";
constexpr std::string_view BadEscape = "A string literal holds an escape that C# does not know.";
constexpr std::string_view NoCharacter = "A string literal holds half of a surrogate pair.";

std::optional<unsigned> hexDigit(char c)
{
    if (c >= '0' && c <= '9')
        return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f')
        return static_cast<unsigned>(c - 'a') + 10;
    if (c >= 'A' && c <= 'F')
        return static_cast<unsigned>(c - 'A') + 10;
    return std::nullopt;
}

void appendUtf8(std::string& out, unsigned code)
{
    const auto tail = [&](unsigned shift) { out += static_cast<char>(0x80U | ((code >> shift) & 0x3FU)); };
    if (code < 0x80) {
        out += static_cast<char>(code);
    } else if (code < 0x800) {
        out += static_cast<char>(0xC0U | (code >> 6U));
        tail(0);
    } else if (code < 0x10000) {
        out += static_cast<char>(0xE0U | (code >> 12U));
        tail(6);
        tail(0);
    } else {
        out += static_cast<char>(0xF0U | (code >> 18U));
        tail(12);
        tail(6);
        tail(0);
    }
}

/// Reads the inside of a literal with escapes.
class EscapedReader
{
public:
    EscapedReader(std::string_view text, char quote)
        : m_text(text)
        , m_quote(quote)
    {}

    tl::expected<QuotedLiteral, std::string> run()
    {
        for (m_at = 1; m_at < m_text.size();) {
            const char c = m_text[m_at++];
            if (c == '\n' || c == '\r')
                break;
            if (c == m_quote) {
                if (m_high != 0)
                    return tl::unexpected(std::string(NoCharacter));
                return QuotedLiteral{std::move(m_out), m_at};
            }
            if (c != '\\') {
                if (m_high != 0)
                    return tl::unexpected(std::string(NoCharacter));
                m_out += c;
                continue;
            }
            if (const std::string_view fault = escape(); !fault.empty())
                return tl::unexpected(std::string(fault));
        }
        return tl::unexpected(std::string(Unterminated));
    }

private:
    /// The fault, or "".
    std::string_view escape()
    {
        constexpr std::string_view Names = "'\"\\0abfnrtv";
        constexpr std::string_view Means("'\"\\\0\a\b\f\n\r\t\v", 11);
        const char c = m_at < m_text.size() ? m_text[m_at] : '\n';
        ++m_at;
        if (const std::size_t known = Names.find(c); known != std::string_view::npos)
            return append(static_cast<unsigned char>(Means[known]));
        if (c == 'u')
            return hex(4, 4);
        if (c == 'U')
            return hex(8, 8);
        return c == 'x' ? hex(1, 4) : BadEscape;
    }

    std::string_view hex(int least, int most)
    {
        unsigned code = 0;
        int digits = 0;
        for (; digits < most && m_at < m_text.size(); ++digits, ++m_at) {
            const auto digit = hexDigit(m_text[m_at]);
            if (!digit)
                break;
            code = code * 16 + *digit;
        }
        return digits < least || code > 0x10FFFF ? BadEscape : append(code);
    }

    std::string_view append(unsigned code)
    {
        const bool low = code >= 0xDC00 && code <= 0xDFFF;
        if (low != (m_high != 0))
            return NoCharacter;
        if (low) {
            appendUtf8(m_out, 0x10000 + ((m_high - 0xD800) << 10U) + (code - 0xDC00));
            m_high = 0;
        } else if (code >= 0xD800 && code <= 0xDBFF) {
            m_high = code;
        } else {
            appendUtf8(m_out, code);
        }
        return {};
    }

    std::string_view m_text;
    char m_quote;
    std::size_t m_at = 0;
    unsigned m_high = 0; // the first half of a pair that waits for its second
    std::string m_out;
};

tl::expected<QuotedLiteral, std::string> readVerbatim(std::string_view text)
{
    std::string out;
    for (std::size_t at = 2; at < text.size(); ++at) {
        if (text[at] != '"') {
            out += text[at];
        } else if (at + 1 < text.size() && text[at + 1] == '"') {
            out += '"';
            ++at;
        } else {
            return QuotedLiteral{std::move(out), at + 1};
        }
    }
    return tl::unexpected(std::string(Unterminated));
}

bool isWord(char c)
{
    return hexDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

std::size_t digitsFrom(std::string_view text, std::size_t at)
{
    while (at < text.size() && text[at] >= '0' && text[at] <= '9')
        ++at;
    return at;
}

/// Where the exponent ends, or at when there is none.
std::size_t exponentFrom(std::string_view text, std::size_t at)
{
    if (at >= text.size() || (text[at] != 'e' && text[at] != 'E'))
        return at;
    std::size_t digits = at + 1;
    if (digits < text.size() && (text[digits] == '+' || text[digits] == '-'))
        ++digits;
    const std::size_t end = digitsFrom(text, digits);
    return end > digits ? end : at;
}

tl::expected<ExpressionValue, NumberFault> wholeNumber(std::string_view digits, bool isLong)
{
    std::uint64_t number = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    // One more than the largest long is kept for the parser, which knows whether a minus stands before it.
    if (read.ec != std::errc{} || number > std::uint64_t{1} << 63U)
        return tl::unexpected(NumberFault{"This number is too large for a long."});
    if (!isLong && number <= std::numeric_limits<std::int32_t>::max())
        return ExpressionValue(static_cast<std::int32_t>(number));
    return ExpressionValue(static_cast<std::int64_t>(number));
}

} // namespace

tl::expected<QuotedLiteral, std::string> readQuoted(std::string_view text)
{
    if (text.starts_with('@'))
        return readVerbatim(text);
    auto literal = EscapedReader(text, text.front()).run();
    if (!literal || text.front() == '"')
        return literal;
    std::size_t characters = 0;
    for (const char c : literal->value)
        characters += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
    const bool wide = !literal->value.empty() && static_cast<unsigned char>(literal->value.front()) >= 0xF0;
    if (characters != 1 || wide)
        return tl::unexpected(std::string("A character literal must hold one character."));
    return literal;
}

tl::expected<NumberLiteral, NumberFault> readNumber(std::string_view text)
{
    if (text.size() > 1 && text[0] == '0' && std::string_view("xXbB").find(text[1]) != std::string_view::npos)
        return tl::unexpected(NumberFault{"A hexadecimal or binary number", true});
    std::size_t end = digitsFrom(text, 0);
    const std::string_view whole = text.substr(0, end);
    if (end + 1 < text.size() && text[end] == '.' && text[end + 1] >= '0' && text[end + 1] <= '9')
        end = digitsFrom(text, end + 1);
    end = exponentFrom(text, end);
    bool real = end != whole.size();
    const char suffix = end < text.size() ? text[end] : '\0';
    std::size_t length = end;
    if (suffix == 'd' || suffix == 'D' || ((suffix == 'L' || suffix == 'l') && !real))
        ++length;
    real = real || suffix == 'd' || suffix == 'D';
    if (length == end && suffix != '\0' && std::string_view("fFmMuU").find(suffix) != std::string_view::npos)
        return tl::unexpected(NumberFault{"A float, decimal or unsigned number", true});
    if (length < text.size() && isWord(text[length]))
        return tl::unexpected(NumberFault{"This is no number."});
    if (!real) {
        const auto value = wholeNumber(whole, length != end);
        if (!value)
            return tl::unexpected(value.error());
        return NumberLiteral{*value, length};
    }
    double number = 0;
    const auto read = std::from_chars(text.data(), text.data() + end, number);
    if (read.ec != std::errc{} || !std::isfinite(number))
        return tl::unexpected(NumberFault{"This number is outside the range of a double."});
    return NumberLiteral{number, length};
}

} // namespace gatehouse::gateway
