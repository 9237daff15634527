// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/functions/text.h"

#include "core/kql/lexer/strings.h"

#include <clocale>
#include <cwctype>

namespace gatehouse::kql {

namespace {

/// The C library's Unicode tables. Where it has none only ASCII letters have two cases.
locale_t unicodeLocale()
{
    static const locale_t locale = [] {
        const locale_t plain = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
        return plain != nullptr ? plain : newlocale(LC_CTYPE_MASK, "en_US.UTF-8", nullptr);
    }();
    return locale;
}

/// The simple case mapping, one letter to one letter. Letters whose other case is two letters or none have
/// none.
std::uint32_t lowerOf(std::uint32_t c)
{
    constexpr std::uint32_t DottedI = 0x130;
    constexpr std::uint32_t SharpS = 0x1E9E;
    if (c == DottedI || c == SharpS || unicodeLocale() == nullptr)
        return c;
    return static_cast<std::uint32_t>(towlower_l(static_cast<wint_t>(c), unicodeLocale()));
}

std::uint32_t upperOf(std::uint32_t c)
{
    constexpr std::uint32_t DotlessI = 0x131;
    if (c == DotlessI || unicodeLocale() == nullptr)
        return c;
    return static_cast<std::uint32_t>(towupper_l(static_cast<wint_t>(c), unicodeLocale()));
}

std::uint32_t decode(std::string_view text, std::size_t at, std::size_t bytes)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
    switch (bytes) {
    case 2:
        return (byte(0) & 0x1FU) << 6U | (byte(1) & 0x3FU);
    case 3:
        return (byte(0) & 0x0FU) << 12U | (byte(1) & 0x3FU) << 6U | (byte(2) & 0x3FU);
    case 4:
        return (byte(0) & 0x07U) << 18U | (byte(1) & 0x3FU) << 12U | (byte(2) & 0x3FU) << 6U |
               (byte(3) & 0x3FU);
    default:
        return byte(0);
    }
}

template <typename Ascii, typename Other>
void mapCase(std::string_view text, std::string& out, Ascii ascii, Other other)
{
    out.resize(text.size());
    std::size_t i = 0;
    for (; i < text.size() && static_cast<unsigned char>(text[i]) < 0x80; ++i)
        out[i] = ascii(text[i]);
    if (i == text.size())
        return;
    out.resize(i);
    while (i < text.size()) {
        const std::size_t bytes = characterBytes(text, i);
        if (bytes == 1)
            out += ascii(text[i]);
        else
            appendUtf8(out, other(decode(text, i, bytes)));
        i += bytes;
    }
}

} // namespace

std::size_t characterBytes(std::string_view text, std::size_t offset)
{
    const auto lead = static_cast<unsigned char>(text[offset]);
    const std::size_t length = lead >= 0xF0 && lead < 0xF8   ? 4
                               : lead >= 0xE0 && lead < 0xF0 ? 3
                               : lead >= 0xC0 && lead < 0xE0 ? 2
                                                             : 1;
    for (std::size_t i = 1; i < length; ++i) {
        if (offset + i >= text.size() || (static_cast<unsigned char>(text[offset + i]) & 0xC0U) != 0x80U)
            return 1;
    }
    return length;
}

bool isTermCharacter(std::uint32_t codePoint)
{
    if (codePoint < 0x80)
        return (codePoint >= '0' && codePoint <= '9') || (codePoint >= 'a' && codePoint <= 'z') ||
               (codePoint >= 'A' && codePoint <= 'Z');
    return unicodeLocale() == nullptr || iswalnum_l(static_cast<wint_t>(codePoint), unicodeLocale()) != 0;
}

std::uint32_t codePointAt(std::string_view text, std::size_t offset)
{
    return decode(text, offset, characterBytes(text, offset));
}

std::size_t offsetOfCharacter(std::string_view text, std::int64_t count)
{
    std::size_t at = 0;
    for (; count > 0 && at < text.size(); --count)
        at += characterBytes(text, at);
    return at;
}

std::size_t codePointCount(std::string_view text)
{
    std::size_t count = 0;
    for (std::size_t i = 0; i < text.size(); i += characterBytes(text, i))
        ++count;
    return count;
}

void foldCase(std::string_view text, std::string& out)
{
    mapCase(
        text, out, [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }, lowerOf);
}

void upperCase(std::string_view text, std::string& out)
{
    mapCase(
        text, out, [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }, upperOf);
}

} // namespace gatehouse::kql
