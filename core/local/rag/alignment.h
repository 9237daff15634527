// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::local {

/// How much of a question each passage speaks of, 0 to 1: each word of the question finds the word of the
/// passage that is nearest in meaning, and counts more the rarer it is in English and among these passages.
/// words: as searchTerms gives them.
[[nodiscard]] std::vector<double> alignments(const std::vector<std::string>& words,
                                             const std::vector<std::string_view>& passages);

} // namespace gatehouse::local
