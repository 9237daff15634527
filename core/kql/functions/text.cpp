// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/functions/text.h"

#include "core/kql/lexer/strings.h"

namespace gatehouse::kql {

namespace {

/// The simple case mapping of the scripts that have one in a regular pattern. Full tables would need ICU.
std::uint32_t lowerOf(std::uint32_t c)
{
    if ((c >= 0xC0 && c <= 0xDE && c != 0xD7) || (c >= 0x391 && c <= 0x3AB && c != 0x3A2) ||
        (c >= 0x410 && c <= 0x42F))
        return c + 32;
    if (c >= 0x400 && c <= 0x40F)
        return c + 80;
    if (c >= 0x531 && c <= 0x556)
        return c + 48;
    if (c == 0x178)
        return 0xFF;
    const bool oddLower = (c >= 0x100 && c <= 0x137) || (c >= 0x14A && c <= 0x177) ||
                          (c >= 0x370 && c <= 0x373) || (c >= 0x460 && c <= 0x481) ||
                          (c >= 0x48A && c <= 0x4BF) || (c >= 0x4D0 && c <= 0x52F) ||
                          (c >= 0x1E00 && c <= 0x1EFF);
    const bool evenLower = (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E);
    if ((oddLower && c % 2 == 0 && c != 0x130 && c != 0x1E9E) || (evenLower && c % 2 == 1))
        return c + 1;
    return c;
}

std::uint32_t upperOf(std::uint32_t c)
{
    if ((c >= 0xE0 && c <= 0xFE && c != 0xF7) || (c >= 0x3B1 && c <= 0x3CB && c != 0x3C2) ||
        (c >= 0x430 && c <= 0x44F))
        return c - 32;
    if (c >= 0x450 && c <= 0x45F)
        return c - 80;
    if (c >= 0x561 && c <= 0x586)
        return c - 48;
    if (c == 0xFF)
        return 0x178;
    return c > 0xFF && lowerOf(c - 1) == c ? c - 1 : c;
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
