// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::local {

/// The words of a text in their order: runs of letters and digits, ASCII in lower case, an apostrophe inside
/// dropped with the s after it. Bytes beyond ASCII count as letters, but for typographic marks.
[[nodiscard]] std::vector<std::string> wordsOf(std::string_view utf8);

/// Whether an English word carries grammar rather than meaning ("the", "which", "does"). Lower case.
[[nodiscard]] bool isStopWord(std::string_view word);

/// The stem of an English word in lower case (Porter 1980): "relations" and "related" both become "relat".
/// Words with other letters are returned as they are.
[[nodiscard]] std::string stemOf(std::string_view word);

/// The sentences of a text. An abbreviation or a decimal point ends none; a line that is set apart (a
/// heading, an item of a list) is a sentence of its own. Views into the text, trimmed, never empty.
[[nodiscard]] std::vector<std::string_view> sentencesOf(std::string_view text);

} // namespace gatehouse::local
