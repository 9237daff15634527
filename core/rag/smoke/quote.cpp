// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rag/smoke/quote.h"

#include "core/base/utf8.h"

namespace gatehouse::rag::smoke {

namespace {

constexpr std::size_t QuoteCharacters = 120;

/// The bytes of the character at the front of well-formed text.
std::size_t lengthAt(std::string_view text)
{
    const auto byte = static_cast<unsigned char>(text.front());
    if (byte < 0x80)
        return 1;
    return byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

/// White space, and what a terminal or a label would obey instead of showing it.
bool isBlank(std::string_view character)
{
    const auto first = static_cast<unsigned char>(character.front());
    if (character.size() == 1)
        return first <= 0x20 || first == 0x7F;
    if (character.size() == 2) {
        const auto second = static_cast<unsigned char>(character[1]);
        return (first == 0xC2 && second <= 0xA0) || character == "\xD8\x9C"; // C1 and no-break space; U+061C
    }
    if (character.size() != 3 || first != 0xE2)
        return character == "\xEF\xBB\xBF"; // U+FEFF
    const auto second = static_cast<unsigned char>(character[1]);
    const auto third = static_cast<unsigned char>(character[2]);
    // U+200B–200F, U+2028–202E, U+2060–206F.
    return (second == 0x80 && ((third >= 0x8B && third <= 0x8F) || (third >= 0xA8 && third <= 0xAE))) ||
           (second == 0x81 && third >= 0xA0 && third <= 0xAF);
}

} // namespace

std::string oneLine(std::string_view text, std::size_t maxCharacters)
{
    // Bounded before it is looked at: an answer may be large.
    const std::string valid = toValidUtf8(text.substr(0, maxCharacters * 8 + 64));
    bool whole = text.size() <= maxCharacters * 8 + 64;
    std::string line;
    bool gap = false;
    std::size_t characters = 0;
    for (std::string_view rest = valid; !rest.empty();) {
        const std::string_view character = rest.substr(0, lengthAt(rest));
        rest.remove_prefix(character.size());
        if (isBlank(character)) {
            gap = !line.empty();
            continue;
        }
        if (characters + (gap ? 1 : 0) >= maxCharacters) {
            whole = false;
            break;
        }
        characters += gap ? 2 : 1;
        line += gap ? " " : "";
        line += character;
        gap = false;
    }
    return whole ? line : line + "…";
}

std::string inQuotes(std::string_view text)
{
    return "“" + oneLine(text, QuoteCharacters) + "”";
}

} // namespace gatehouse::rag::smoke
