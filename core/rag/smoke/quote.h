// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace gatehouse::rag::smoke {

/// At most maxCharacters of a hostile text, as one line: runs of white space and of control characters
/// (C0, C1, those that turn the direction of writing, line separators) become one space. "…" where it was
/// cut.
[[nodiscard]] std::string oneLine(std::string_view text, std::size_t maxCharacters);

/// “the text”, as one line of at most 120 characters.
[[nodiscard]] std::string inQuotes(std::string_view text);

} // namespace gatehouse::rag::smoke
