// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/language/halves.h"

#include "core/local/language/words.h"

#include <algorithm>
#include <array>

namespace gatehouse::local {

namespace {

constexpr auto Asking =
    std::to_array<std::string_view>({"can", "could", "did", "do", "does", "how", "is", "may", "must", "what",
                                     "when", "where", "which", "who", "whom", "whose", "why"});

bool asks(std::string_view word)
{
    return std::ranges::find(Asking, word) != Asking.end();
}

} // namespace

std::size_t secondQuestion(std::span<const std::string> words)
{
    constexpr std::size_t LeastWords = 3;
    for (std::size_t i = LeastWords; i + LeastWords < words.size() + 1; ++i) {
        const bool joined = words[i - 1] == "and" || words[i - 1] == "while";
        if (joined && asks(words[i]))
            return i;
        const bool prepositionBefore =
            i + 1 < words.size() && joined && asks(words[i + 1]) && isStopWord(words[i]);
        if (prepositionBefore) // "and in which year"
            return i;
    }
    if (!words.empty() && (words.front() == "compare" || std::ranges::find(words, "compared") != words.end()))
        for (std::size_t i = LeastWords; i + 1 < words.size(); ++i)
            if (words[i] == "with" || words[i] == "and" || words[i] == "versus" || words[i] == "to")
                return i;
    return 0;
}

} // namespace gatehouse::local
