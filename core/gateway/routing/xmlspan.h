// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <pugixml.hpp>

#include <string>
#include <string_view>

namespace gatehouse::gateway {

/// Where a node stands in the text that it was parsed from. Needs a document that pugixml accepted, read as
/// UTF-8 from exactly this text.
struct XmlSpan
{
    std::size_t begin = 0;
    std::size_t end = 0;

    [[nodiscard]] std::string_view of(std::string_view xml) const { return xml.substr(begin, end - begin); }
};

/// From the node's "<" to behind its last ">"; of a text node only the beginning is true.
[[nodiscard]] XmlSpan spanOf(const pugi::xml_node& node, std::string_view xml);
/// Counted from 1.
[[nodiscard]] int lineAt(std::string_view xml, std::size_t offset);
/// For a value within double quotes.
[[nodiscard]] std::string escapedAttribute(std::string_view text);

} // namespace gatehouse::gateway
