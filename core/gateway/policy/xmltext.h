// SPDX-License-Identifier: GPL-3.0-or-later
// Characters, names and places of XML 1.0 as policy documents use it.
#pragma once

#include "core/base/error.h"

#include <string>
#include <string_view>

namespace gatehouse::gateway {

[[nodiscard]] inline bool isBlank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}
[[nodiscard]] bool isAllBlank(std::string_view text);
[[nodiscard]] std::string_view withoutBlanks(std::string_view text);

/// Letters beyond ASCII are all taken as part of a name.
[[nodiscard]] bool startsName(char c);
[[nodiscard]] bool continuesName(char c);
[[nodiscard]] bool isName(std::string_view text);

/// Where the first byte is that XML 1.0 does not allow (control characters, U+FFFE, U+FFFF, broken UTF-8);
/// npos when there is none.
[[nodiscard]] std::size_t firstForbidden(std::string_view text);
/// Whether it can stand between <!-- and -->.
[[nodiscard]] bool isCommentText(std::string_view text);

/// The length of the entity or character reference that text begins with (its first byte is '&'); 0 when it
/// is none that XML itself knows.
[[nodiscard]] std::size_t referenceLength(std::string_view text);
/// The value between quotes. Line ends and tabs are written as references, since a reader would make blanks
/// of them.
[[nodiscard]] std::string escapedAttribute(std::string_view value, char quote);

/// '@(…)' or '@{…}' at the start of a value: a policy expression, whole or not.
[[nodiscard]] bool startsExpression(std::string_view text);
[[nodiscard]] bool isWholeExpression(std::string_view text);

/// Line and column of a place; it costs what reading the text up to there costs.
[[nodiscard]] TextPosition placeIn(std::string_view text, std::size_t offset, std::size_t length);

/// 3 when the text begins with the byte order mark of UTF-8, else 0.
[[nodiscard]] std::size_t byteOrderMarkLength(std::string_view text);

} // namespace gatehouse::gateway
