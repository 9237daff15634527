// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/lexer/strings.h"

namespace gatehouse::kql {

namespace {

std::size_t prefixLength(std::string_view text)
{
    std::size_t at = 0;
    if (at < text.size() && (text[at] == 'h' || text[at] == 'H'))
        ++at;
    if (at < text.size() && text[at] == '@')
        ++at;
    return at;
}

int hexValue(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

std::optional<std::uint32_t> readHex(std::string_view text, std::size_t& at, std::size_t digits)
{
    if (at + digits > text.size())
        return std::nullopt;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
        const int digit = hexValue(text[at + i]);
        if (digit < 0)
            return std::nullopt;
        value = value * 16 + static_cast<std::uint32_t>(digit);
    }
    at += digits;
    return value;
}

/// at stands behind "\u"; joins surrogate pairs.
bool appendUnicodeEscape(std::string& out, std::string_view text, std::size_t& at)
{
    auto code = readHex(text, at, 4);
    if (!code)
        return false;
    if (*code >= 0xD800 && *code < 0xDC00 && text.substr(at).starts_with("\\u")) {
        std::size_t ahead = at + 2;
        const auto low = readHex(text, ahead, 4);
        if (low && *low >= 0xDC00 && *low < 0xE000) {
            at = ahead;
            code = 0x10000 + ((*code - 0xD800) << 10U) + (*low - 0xDC00);
        }
    }
    appendUtf8(out, *code);
    return true;
}

/// at stands behind the backslash.
bool appendEscape(std::string& out, std::string_view text, std::size_t& at)
{
    const char c = text[at++];
    switch (c) {
    case 'n':
        out += '\n';
        return true;
    case 't':
        out += '\t';
        return true;
    case 'r':
        out += '\r';
        return true;
    case 'a':
        out += '\a';
        return true;
    case 'b':
        out += '\b';
        return true;
    case 'f':
        out += '\f';
        return true;
    case 'v':
        out += '\v';
        return true;
    case '0':
        out += '\0';
        return true;
    case 'u':
        return appendUnicodeEscape(out, text, at);
    case 'U':
    case 'x': {
        const auto code = readHex(text, at, c == 'U' ? 8 : 2);
        if (code)
            appendUtf8(out, *code);
        return code.has_value();
    }
    default:
        out += c;
        return true;
    }
}

std::optional<StringLiteral> readFenced(std::string_view text, std::size_t at, std::string_view fence)
{
    const std::size_t end = text.find(fence, at + fence.size());
    if (end == std::string_view::npos)
        return std::nullopt;
    return StringLiteral{std::string(text.substr(at + fence.size(), end - at - fence.size())),
                         end + fence.size()};
}

} // namespace

void appendUtf8(std::string& out, std::uint32_t codePoint)
{
    if (codePoint > 0x10FFFF || (codePoint >= 0xD800 && codePoint < 0xE000))
        codePoint = 0xFFFD;
    if (codePoint < 0x80) {
        out += static_cast<char>(codePoint);
    } else if (codePoint < 0x800) {
        out += static_cast<char>(0xC0U | (codePoint >> 6U));
        out += static_cast<char>(0x80U | (codePoint & 0x3FU));
    } else if (codePoint < 0x10000) {
        out += static_cast<char>(0xE0U | (codePoint >> 12U));
        out += static_cast<char>(0x80U | ((codePoint >> 6U) & 0x3FU));
        out += static_cast<char>(0x80U | (codePoint & 0x3FU));
    } else {
        out += static_cast<char>(0xF0U | (codePoint >> 18U));
        out += static_cast<char>(0x80U | ((codePoint >> 12U) & 0x3FU));
        out += static_cast<char>(0x80U | ((codePoint >> 6U) & 0x3FU));
        out += static_cast<char>(0x80U | (codePoint & 0x3FU));
    }
}

bool stringLiteralStarts(std::string_view text)
{
    const std::size_t at = prefixLength(text);
    if (at >= text.size())
        return false;
    const std::string_view rest = text.substr(at);
    return rest[0] == '"' || rest[0] == '\'' || rest.starts_with("```") || rest.starts_with("~~~");
}

std::optional<StringLiteral> readStringLiteral(std::string_view text)
{
    std::size_t at = prefixLength(text);
    const bool verbatim = at > 0 && text[at - 1] == '@';
    if (text.substr(at).starts_with("```"))
        return readFenced(text, at, "```");
    if (text.substr(at).starts_with("~~~"))
        return readFenced(text, at, "~~~");
    const char quote = text[at++];
    StringLiteral literal;
    while (at < text.size()) {
        const char c = text[at++];
        if (c == quote) {
            if (!verbatim || at >= text.size() || text[at] != quote) {
                literal.length = at;
                return literal;
            }
            literal.value += quote; // a doubled quote in a verbatim string
            ++at;
        } else if (c == '\\' && !verbatim) {
            if (at >= text.size() || !appendEscape(literal.value, text, at))
                return std::nullopt;
        } else if ((c == '\n' || c == '\r') && !verbatim) {
            return std::nullopt;
        } else {
            literal.value += c;
        }
    }
    return std::nullopt;
}

} // namespace gatehouse::kql
