// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/gateway/policy/namedvaluetext.h"

#include <algorithm>

namespace gatehouse::local {

namespace {

constexpr std::size_t MaxName = 256;

/// The name in a text that begins with "{{"; empty where it is something else.
std::string_view nameAt(std::string_view text)
{
    const std::size_t end = text.find("}}", 2);
    if (end == std::string_view::npos || end == 2 || end > MaxName + 2)
        return {};
    const std::string_view name = text.substr(2, end - 2);
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
               c == '-' || c == '_';
    };
    return std::ranges::all_of(name, fits) ? name : std::string_view{};
}

std::string escaped(std::string_view value)
{
    std::string text;
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
        case '"':
            text += "&quot;";
            break;
        case '\'':
            text += "&apos;";
            break;
        default:
            text += c;
        }
    }
    return text;
}

TextPosition positionAt(std::string_view text, std::size_t offset)
{
    const std::string_view before = text.substr(0, offset);
    TextPosition position;
    position.line = static_cast<int>(std::ranges::count(before, '\n')) + 1;
    const std::size_t lineStart = before.rfind('\n') + 1; // npos + 1 is 0
    position.column = static_cast<int>(std::ranges::count_if(
                          before.substr(lineStart),
                          [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; })) +
                      1;
    return position;
}

} // namespace

tl::expected<std::string, gateway::PolicyProblem>
withNamedValues(const std::string& xml,
                const std::function<std::optional<std::string>(std::string_view name)>& valueOf)
{
    std::string result;
    std::size_t copied = 0;
    for (std::size_t at = xml.find("{{"); at != std::string::npos; at = xml.find("{{", at)) {
        const std::size_t comment = xml.rfind("<!--", at);
        if (comment != std::string::npos && comment >= copied) {
            const std::size_t end = xml.find("-->", comment);
            if (end == std::string::npos || end > at) {
                at = std::min(end, xml.size());
                continue;
            }
        }
        const std::string_view name = nameAt(std::string_view(xml).substr(at));
        if (name.empty()) {
            at += 2;
            continue;
        }
        const auto value = valueOf ? valueOf(name) : std::nullopt;
        if (!value)
            return tl::unexpected(gateway::PolicyProblem{
                "{{" + std::string(name) + "}}", "", positionAt(xml, at),
                "There is no named value '" + std::string(name) + "'.", "Create the named value first."});
        result.append(xml, copied, at - copied).append(escaped(*value));
        at += name.size() + 4;
        copied = at;
    }
    return copied == 0 ? xml : result.append(xml, copied);
}

} // namespace gatehouse::local
