// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse {

/// One line of a comparison of two texts.
struct DiffLine
{
    enum class Kind {
        Same,
        Removed, ///< only in the text before
        Added,   ///< only in the text after
        Gap      ///< of foldUnchanged(): hidden lines that are the same
    };
    Kind kind = Kind::Same;
    std::string text; ///< without its line feed
    int before = 0;   ///< the line's number from 1 in the text before; 0 where it is not in it
    int after = 0;
    int hidden = 0; ///< of a Gap: how many lines
};

/// What makes the one text the other, line by line: joined by line feeds, the lines that are Same or Removed
/// are before, those that are Same or Added are after. The shortest such list (Myers) up to maxEdits lines
/// removed and added; beyond that what lies between the first and the last difference is replaced as a
/// whole, so that two texts without anything in common cost no more than reading them.
[[nodiscard]] std::vector<DiffLine> diffLines(std::string_view before, std::string_view after,
                                              int maxEdits = 500);

/// The same without the lines that are further than context lines from any difference.
[[nodiscard]] std::vector<DiffLine> foldUnchanged(const std::vector<DiffLine>& lines, int context = 3);

} // namespace gatehouse
