// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace gatehouse::kql {

/// out becomes the text in lower case, letters beyond ASCII (Latin, Greek, Cyrillic, …) included.
void foldCase(std::string_view text, std::string& out);
void upperCase(std::string_view text, std::string& out);

/// Code points; a byte that is no UTF-8 counts as one.
[[nodiscard]] std::size_t codePointCount(std::string_view text);
/// The bytes of the character at an offset.
[[nodiscard]] std::size_t characterBytes(std::string_view text, std::size_t offset);
[[nodiscard]] std::uint32_t codePointAt(std::string_view text, std::size_t offset);
/// The byte offset of the count-th character, or the end.
[[nodiscard]] std::size_t offsetOfCharacter(std::string_view text, std::int64_t count);

/// Letters and digits of any script: what terms are made of.
[[nodiscard]] bool isTermCharacter(std::uint32_t codePoint);

/// The has operator over texts of one case: part stands in text with no letter or digit on either side.
[[nodiscard]] bool hasWholeTerm(std::string_view text, std::string_view part);

} // namespace gatehouse::kql
