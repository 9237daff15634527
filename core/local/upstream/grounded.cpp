// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/upstream/grounded.h"

#include "core/local/language/words.h"

#include <set>

namespace gatehouse::local {

namespace {

std::set<std::string> stems(std::string_view text)
{
    std::set<std::string> all;
    for (const std::string& word : wordsOf(text))
        if (!isStopWord(word))
            all.insert(stemOf(word));
    return all;
}

} // namespace

std::string answerFromPassages(const GroundedPrompt& prompt)
{
    const std::set<std::string> asked = stems(prompt.question);
    std::string best;
    std::size_t most = 1;
    for (std::size_t i = 0; i < prompt.passages.size(); ++i)
        for (const std::string_view sentence : sentencesOf(prompt.passages[i])) {
            std::size_t shared = 0;
            for (const std::string& stem : stems(sentence))
                shared += asked.contains(stem) ? 1 : 0;
            if (shared > most) {
                most = shared;
                best = std::string(sentence) + " [" + std::to_string(i + 1) + "]";
            }
        }
    return best.empty() ? std::string(NotInDocuments) + "." : best;
}

} // namespace gatehouse::local
