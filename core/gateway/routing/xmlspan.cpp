// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/routing/xmlspan.h"

#include <algorithm>

namespace gatehouse::gateway {

namespace {

std::size_t behind(std::string_view xml, std::string_view mark, std::size_t from)
{
    const std::size_t found = xml.find(mark, from);
    return found == std::string_view::npos ? xml.size() : found + mark.size();
}

/// Behind the ">" of the tag at from; an attribute's value may hold one as well.
std::size_t behindTag(std::string_view xml, std::size_t from)
{
    char quote = '\0';
    for (std::size_t at = from; at < xml.size(); ++at) {
        const char c = xml[at];
        if (quote != '\0')
            quote = c == quote ? '\0' : quote;
        else if (c == '"' || c == '\'')
            quote = c;
        else if (c == '>')
            return at + 1;
    }
    return xml.size();
}

std::size_t endOf(std::string_view xml, std::size_t begin)
{
    int depth = 0;
    for (std::size_t at = begin; at < xml.size(); at = std::min(xml.find('<', at), xml.size())) {
        const std::string_view rest = xml.substr(at);
        if (rest.starts_with("<!--")) {
            at = behind(xml, "-->", at + 4);
        } else if (rest.starts_with("<![CDATA[")) {
            at = behind(xml, "]]>", at);
        } else if (rest.starts_with("<?")) {
            at = behind(xml, "?>", at);
        } else {
            const bool closes = rest.starts_with("</");
            at = behindTag(xml, at);
            if (closes)
                --depth;
            else if (xml[at - 2] != '/')
                ++depth;
        }
        if (depth <= 0)
            return at;
    }
    return xml.size();
}

std::size_t openingLength(pugi::xml_node_type type)
{
    switch (type) {
    case pugi::node_element:
        return 1;
    case pugi::node_comment:
        return 4;
    case pugi::node_pi:
    case pugi::node_declaration:
        return 2;
    case pugi::node_cdata:
        return 9;
    default:
        return 0;
    }
}

} // namespace

XmlSpan spanOf(const pugi::xml_node& node, std::string_view xml)
{
    const auto offset = static_cast<std::size_t>(std::max<std::ptrdiff_t>(node.offset_debug(), 0));
    const std::size_t begin = std::min(offset - std::min(offset, openingLength(node.type())), xml.size());
    return {begin, endOf(xml, begin)};
}

int lineAt(std::string_view xml, std::size_t offset)
{
    const std::string_view before = xml.substr(0, offset);
    return 1 + static_cast<int>(std::count(before.begin(), before.end(), '\n'));
}

std::string escapedAttribute(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '"')
            out += "&quot;";
        else
            out += c;
    }
    return out;
}

} // namespace gatehouse::gateway
