// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace gatehouse::local {

/// Text as a person reads it: valid UTF-8, lines end in \n, no control characters but \n and \t, none that
/// are invisible and steer (direction overrides, zero width spaces, tags, soft hyphens), ligatures as
/// letters, no blanks at the end of lines, at most one blank line, none at the start and end.
[[nodiscard]] std::string cleanText(std::string_view text);

/// Lines of a page that follow each other are joined to paragraphs, where they are running text.
[[nodiscard]] std::string joinLines(std::string_view text);

} // namespace gatehouse::local
