// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace pugi {
class xml_node;
}

namespace gatehouse::local {

/// The text below a node of WordprocessingML, paragraphs parted by blank lines, a table's row on a line. The
/// depth of the tree must have been checked before. Names are compared without their prefix.
[[nodiscard]] std::string wordText(const pugi::xml_node& root);

} // namespace gatehouse::local
