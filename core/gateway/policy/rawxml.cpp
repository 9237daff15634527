// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/policy/rawxml.h"

#include <array>
#include <utility>

namespace gatehouse::gateway {

namespace {

constexpr std::array<std::pair<std::string_view, char>, 5> Entities = {
    {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}}};

bool beginsExpression(std::string_view text)
{
    return text.starts_with("@(") || text.starts_with("@{");
}

/// Behind a C# string or character that begins here.
std::size_t skipQuoted(std::string_view text, std::size_t at)
{
    const bool verbatim = at > 0 && text[at - 1] == '@' && text[at] == '"';
    const char quote = text[at];
    for (std::size_t i = at + 1; i < text.size(); ++i) {
        if (!verbatim && text[i] == '\\') {
            ++i;
        } else if (text[i] == quote) {
            if (!verbatim || i + 1 >= text.size() || text[i + 1] != quote)
                return i + 1;
            ++i;
        }
    }
    return text.size();
}

/// Behind the bracket that closes the expression at the start of text; npos when none does.
std::size_t expressionEnd(std::string_view text)
{
    int depth = 0;
    for (std::size_t i = 1; i < text.size();) {
        const char c = text[i];
        if (c == '"' || c == '\'') {
            i = skipQuoted(text, i);
            continue;
        }
        if (c == '(' || c == '{' || c == '[')
            ++depth;
        else if ((c == ')' || c == '}' || c == ']') && --depth == 0)
            return i + 1;
        ++i;
    }
    return std::string_view::npos;
}

void appendEscaped(std::string& xml, std::string_view expression)
{
    for (const char c : expression) {
        switch (c) {
        case '&':
            xml += "&amp;";
            break;
        case '<':
            xml += "&lt;";
            break;
        case '"':
            xml += "&quot;";
            break;
        default:
            xml += c;
        }
    }
}

/// Whether an expression may begin behind this: a quote of an attribute, or the end of a tag and blanks.
bool mayBegin(std::string_view before)
{
    const std::size_t last = before.find_last_not_of(" \t\r\n");
    return last != std::string_view::npos && (before[last] == '>' || before.ends_with('"'));
}

std::string decoded(std::string_view text)
{
    std::string plain;
    while (!text.empty()) {
        bool entity = false;
        for (const auto& [name, character] : Entities) {
            if (text.starts_with(name)) {
                plain += character;
                text.remove_prefix(name.size());
                entity = true;
                break;
            }
        }
        if (!entity) {
            plain += text.front();
            text.remove_prefix(1);
        }
    }
    return plain;
}

} // namespace

std::string xmlFromRaw(std::string_view raw)
{
    std::string xml;
    for (std::size_t i = 0; i < raw.size();) {
        const std::string_view rest = raw.substr(i);
        const std::size_t end = beginsExpression(rest) && mayBegin(raw.substr(0, i)) ? expressionEnd(rest)
                                                                                     : std::string_view::npos;
        if (end == std::string_view::npos) {
            xml += raw[i++];
            continue;
        }
        const std::string_view expression = rest.substr(0, end);
        // Escaped already: the editor takes both.
        if (expression.find('"') == std::string_view::npos &&
            expression.find('&') != std::string_view::npos && expression.find("&&") == std::string_view::npos)
            xml += expression;
        else
            appendEscaped(xml, expression);
        i += end;
    }
    return xml;
}

std::string rawFromXml(std::string_view xml)
{
    std::string raw;
    for (std::size_t i = 0; i < xml.size();) {
        const std::string_view rest = xml.substr(i);
        if (!beginsExpression(rest) || !mayBegin(xml.substr(0, i))) {
            raw += xml[i++];
            continue;
        }
        // In XML a literal quote or < ends the attribute or the text.
        const std::size_t end = std::min(rest.find_first_of("\"<"), rest.size());
        raw += decoded(rest.substr(0, end));
        i += end;
    }
    return raw;
}

} // namespace gatehouse::gateway
