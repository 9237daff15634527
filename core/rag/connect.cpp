// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rag/connect.h"

#include "core/base/utf8.h"

#include <cstdio>

namespace gatehouse::rag {

namespace {

/// How a language writes a character by its number.
enum class Escapes { Python, Script, CSharp, Yaml };

void appendCode(std::string& out, char32_t c, Escapes escapes)
{
    std::array<char, 16> code{};
    if (c <= 0xFFFFU)
        std::snprintf(code.data(), code.size(), "\\u%04X", static_cast<unsigned>(c));
    else if (escapes == Escapes::Script)
        std::snprintf(code.data(), code.size(), "\\u{%X}", static_cast<unsigned>(c));
    else
        std::snprintf(code.data(), code.size(), "\\U%08X", static_cast<unsigned>(c));
    out += code.data();
}

/// Double quotes, backslash escapes, and numbers for all that is not printable ASCII: one form that Python,
/// JavaScript, C# and YAML read alike.
std::string quoted(std::string_view text, Escapes escapes)
{
    const std::string valid = toValidUtf8(text);
    std::string out = "\"";
    for (std::size_t at = 0; at < valid.size();) {
        const auto lead = static_cast<unsigned char>(valid[at]);
        const std::size_t length = lead < 0x80U ? 1 : lead < 0xE0U ? 2 : lead < 0xF0U ? 3 : 4;
        char32_t c = length == 1 ? lead : lead & (0x7FU >> length);
        for (std::size_t i = 1; i < length; ++i)
            c = (c << 6U) | (static_cast<unsigned char>(valid[at + i]) & 0x3FU);
        if (c == U'"' || c == U'\\')
            (out += '\\') += static_cast<char>(c);
        else if (c >= 0x20U && c < 0x7FU)
            out += static_cast<char>(c);
        else
            appendCode(out, c, escapes);
        at += length;
    }
    return out + '"';
}

} // namespace

std::string pythonLiteral(std::string_view text)
{
    return quoted(text, Escapes::Python);
}

std::string scriptLiteral(std::string_view text)
{
    return quoted(text, Escapes::Script);
}

std::string csharpLiteral(std::string_view text)
{
    return quoted(text, Escapes::CSharp);
}

std::string yamlLiteral(std::string_view text)
{
    return quoted(text, Escapes::Yaml);
}

std::string shellWord(std::string_view text)
{
    std::string out = "'";
    for (const char c : toValidUtf8(text)) {
        if (c == '\'')
            out += "'\\''";
        else if (static_cast<unsigned char>(c) >= 0x20U && c != 0x7F)
            out += c;
    }
    return out + "'";
}

std::string headerValue(std::string_view text)
{
    std::string out;
    for (const char c : text.substr(0, 256))
        out += c >= 0x20 && c < 0x7F ? c : '?';
    return out;
}

std::string kubernetesName(std::string_view text, std::string_view fallback)
{
    std::string out;
    for (const char c : text) {
        const bool upper = c >= 'A' && c <= 'Z';
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || upper)
            out += upper ? static_cast<char>(c - 'A' + 'a') : c;
        else if (!out.empty() && out.back() != '-')
            out += '-';
        if (out.size() == 63)
            break;
    }
    while (!out.empty() && out.back() == '-')
        out.pop_back();
    return out.empty() ? std::string(fallback) : out;
}

} // namespace gatehouse::rag
