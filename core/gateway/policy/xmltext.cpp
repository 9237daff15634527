// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/policy/xmltext.h"

#include "core/base/utf8.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

namespace gatehouse::gateway {

namespace {

constexpr std::string_view Blanks = " \t\r\n";

bool isXmlCharacter(std::uint32_t code)
{
    return code == 0x9 || code == 0xA || code == 0xD || (code >= 0x20 && code <= 0xD7FF) ||
           (code >= 0xE000 && code <= 0xFFFD) || (code >= 0x10000 && code <= 0x10FFFF);
}

bool isCharacterReference(std::string_view digits)
{
    const bool hex = digits.starts_with('x');
    if (hex)
        digits.remove_prefix(1);
    std::uint32_t code = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), code, hex ? 16 : 10);
    return error == std::errc() && end == digits.data() + digits.size() && isXmlCharacter(code);
}

} // namespace

bool isAllBlank(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), isBlank);
}

std::string_view withoutBlanks(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(Blanks);
    return first == std::string_view::npos ? std::string_view()
                                           : text.substr(first, text.find_last_not_of(Blanks) - first + 1);
}

bool startsName(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' ||
           static_cast<unsigned char>(c) >= 0x80;
}

bool continuesName(char c)
{
    return startsName(c) || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

bool isName(std::string_view text)
{
    return !text.empty() && startsName(text.front()) && std::all_of(text.begin(), text.end(), continuesName);
}

std::size_t firstForbidden(std::string_view text)
{
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const bool isNoCharacter = text.substr(i).starts_with("\xEF\xBF\xBE") || // U+FFFE
                                   text.substr(i).starts_with("\xEF\xBF\xBF");   // U+FFFF
        if ((byte < 0x20 && !isBlank(text[i])) || isNoCharacter)
            return i;
    }
    if (isValidUtf8(text))
        return std::string_view::npos;
    const std::string mended = toValidUtf8(text);
    const auto [differs, other] = std::mismatch(text.begin(), text.end(), mended.begin(), mended.end());
    return static_cast<std::size_t>(differs - text.begin());
}

bool isCommentText(std::string_view text)
{
    return text.find("--") == std::string_view::npos && !text.ends_with('-') &&
           firstForbidden(text) == std::string_view::npos;
}

std::size_t referenceLength(std::string_view text)
{
    const std::size_t end = text.find(';');
    if (end == std::string_view::npos)
        return 0;
    const std::string_view name = text.substr(1, end - 1);
    const bool known = name == "amp" || name == "lt" || name == "gt" || name == "quot" || name == "apos" ||
                       (name.starts_with('#') && isCharacterReference(name.substr(1)));
    return known ? end + 1 : 0;
}

std::string escapedAttribute(std::string_view value, char quote)
{
    std::string text;
    text.reserve(value.size());
    for (const char c : value) {
        switch (c) {
        case '&':
            text += "&amp;";
            break;
        case '<':
            text += "&lt;";
            break;
        case '>':
            text += "&gt;";
            break;
        case '\t':
            text += "&#x9;";
            break;
        case '\n':
            text += "&#xA;";
            break;
        case '\r':
            text += "&#xD;";
            break;
        default:
            if (c != quote)
                text += c;
            else
                text += c == '"' ? "&quot;" : "&apos;";
        }
    }
    return text;
}

bool startsExpression(std::string_view text)
{
    text = withoutBlanks(text);
    return text.starts_with("@(") || text.starts_with("@{");
}

bool isWholeExpression(std::string_view text)
{
    text = withoutBlanks(text);
    return (text.starts_with("@(") && text.ends_with(')')) || (text.starts_with("@{") && text.ends_with('}'));
}

TextPosition placeIn(std::string_view text, std::size_t offset, std::size_t length)
{
    TextPosition place;
    place.offset = std::min(offset, text.size());
    place.length = std::min(length, text.size() - place.offset);
    for (std::size_t i = byteOrderMarkLength(text); i < place.offset; ++i) {
        if (text[i] == '\n') {
            ++place.line;
            place.column = 1;
        } else if ((static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U) {
            ++place.column;
        }
    }
    return place;
}

std::size_t byteOrderMarkLength(std::string_view text)
{
    return text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
}

} // namespace gatehouse::gateway
