// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/local/upstream/groundedquestion.h"
#include "core/local/upstream/groundedtext.h"

#include <cstddef>
#include <vector>

namespace gatehouse::local {

/// How well a sentence answers a part of a question: shares of the question's weight, 0 to 1, unless it says
/// otherwise. "Around" is the sentence, the others of its passage and the heading above.
struct ScoredSentence
{
    std::size_t sentence = 0;
    double direct = 0;  ///< that the sentence itself covers, with whatever is near in meaning
    double exact = 0;   ///< whose very words or synonyms the sentence holds
    double weak = 0;    ///< that is not covered well around
    double unsure = 0;  ///< of nouns alone, that is covered less than by half around
    double missing = 0; ///< that nothing around covers
    double topic = 0;   ///< how much the words here go together with the question's
    double score = 0;   ///< to compare sentences with: log odds
};

/// The sentences that hold the kind of fact that is asked for and name what "which …" asks for, best first.
[[nodiscard]] std::vector<ScoredSentence> rankSentences(const QuestionPart& part,
                                                        const std::vector<PassageSentence>& sentences);

/// Whether the best of the ranked says enough of what was asked to be given as the answer.
[[nodiscard]] bool isAnswered(const QuestionPart& part, const std::vector<ScoredSentence>& ranked);

} // namespace gatehouse::local
