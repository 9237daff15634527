// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/expression/value.h"

#include "core/base/utf8.h"

#include <array>
#include <charconv>
#include <cstdlib>

namespace gatehouse::gateway {

namespace {

/// The shortest digits that read back as the same number, laid out as .NET does: an exponent from 1E+15 on
/// and below 1E-04.
std::string doubleText(double number)
{
    std::array<char, 32> buffer{};
    const auto written =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, std::chars_format::scientific);
    const std::string_view text(buffer.data(), static_cast<std::size_t>(written.ptr - buffer.data()));
    const std::size_t mark = text.find('e');
    const int exponent = std::atoi(std::string(text.substr(mark + 1)).c_str());
    if (exponent >= 15 || exponent < -4) {
        std::string out(text.substr(0, mark));
        out += exponent < 0 ? "E-" : "E+";
        const std::string digits = std::to_string(std::abs(exponent));
        return out + (digits.size() < 2 ? "0" : "") + digits;
    }
    const auto fixed =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, std::chars_format::fixed);
    return {buffer.data(), fixed.ptr};
}

std::string unicodeEscape(unsigned code)
{
    constexpr std::string_view Hex = "0123456789abcdef";
    std::string out = "\\u";
    for (int shift = 12; shift >= 0; shift -= 4)
        out += Hex[(code >> static_cast<unsigned>(shift)) & 0xFU];
    return out;
}

/// The escape of a character that neither a C# literal nor XML can hold, or "". at is advanced over it.
std::string forbiddenEscape(std::string_view text, std::size_t& at)
{
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x20 || byte == 0x7F) {
        ++at;
        return unicodeEscape(byte);
    }
    // C1 controls; U+2028 and U+2029, which end a line in C#; U+FFFE and U+FFFF, which XML forbids.
    for (const unsigned code : {0x2028U, 0x2029U, 0xFFFEU, 0xFFFFU}) {
        const std::array<char, 3> bytes{static_cast<char>(0xE0U | (code >> 12U)),
                                        static_cast<char>(0x80U | ((code >> 6U) & 0x3FU)),
                                        static_cast<char>(0x80U | (code & 0x3FU))};
        if (text.substr(at).starts_with(std::string_view(bytes.data(), bytes.size()))) {
            at += bytes.size();
            return unicodeEscape(code);
        }
    }
    if (byte == 0xC2 && at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xA0) {
        const auto code = static_cast<unsigned char>(text[at + 1]);
        at += 2;
        return unicodeEscape(code);
    }
    return {};
}

bool isPlainAttribute(std::string_view text)
{
    if (text.empty() || text.front() == '@' || text.front() == ' ' || text.back() == ' ' ||
        text.find("{{") != std::string_view::npos)
        return false;
    for (std::size_t at = 0; at < text.size();) {
        if (!forbiddenEscape(text, at).empty())
            return false;
        ++at;
    }
    return true;
}

} // namespace

std::string typeName(const ExpressionValue& value)
{
    constexpr std::array<const char*, 6> Names = {"null", "bool", "int", "long", "double", "string"};
    return Names.at(value.index());
}

std::string toText(const ExpressionValue& value)
{
    if (const auto* text = std::get_if<std::string>(&value))
        return *text;
    if (const auto* truth = std::get_if<bool>(&value))
        return *truth ? "True" : "False";
    if (const auto* small = std::get_if<std::int32_t>(&value))
        return std::to_string(*small);
    if (const auto* large = std::get_if<std::int64_t>(&value))
        return std::to_string(*large);
    if (const auto* real = std::get_if<double>(&value))
        return doubleText(*real);
    return {};
}

std::string literalText(std::string_view text)
{
    const std::string valid = toValidUtf8(text);
    const std::string_view rest = valid;
    std::string out = "\"";
    for (std::size_t at = 0; at < rest.size();) {
        if (const std::string escape = forbiddenEscape(rest, at); !escape.empty()) {
            out += escape;
            continue;
        }
        const char c = rest[at++];
        if (c == '"' || c == '\\')
            out += '\\';
        if (c == '{' && out.back() == '{')
            out += unicodeEscape('{');
        else
            out += c;
    }
    return out + '"';
}

std::string expressionText(std::string_view text)
{
    return "@(" + literalText(text) + ")";
}

std::string attributeText(std::string_view text)
{
    const std::string valid = toValidUtf8(text);
    return isPlainAttribute(valid) ? valid : expressionText(valid);
}

} // namespace gatehouse::gateway
