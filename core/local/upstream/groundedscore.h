// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/local/upstream/groundedquestion.h"
#include "core/local/upstream/groundedtext.h"

#include <cstddef>
#include <vector>

namespace gatehouse::local {

/// How well a sentence answers a part of a question: shares of the question's weight, 0 to 1, unless it says
/// otherwise.
struct ScoredSentence
{
    std::size_t sentence = 0;
    double direct = 0;      ///< that the sentence itself covers, with whatever is near in meaning
    double covered = 0;     ///< the same with what stands around it
    double exact = 0;       ///< whose very words or synonyms the sentence holds
    double exactAround = 0; ///< the same of its passage
    double elsewhere = 0;   ///< whose words other passages hold and this one does not
    double missing = 0;     ///< that nothing here or around covers
    double weakest = 0;     ///< how well the least covered weighty word is covered
    double rarest = 0;      ///< how well the weightiest word is covered
    double topic = 0;       ///< how much the words here go together with the question's
    double score = 0;       ///< to compare sentences with
};

/// The sentences that hold the kind of fact that is asked for and name what "which …" asks for, best first.
[[nodiscard]] std::vector<ScoredSentence> rankSentences(const QuestionPart& part,
                                                        const std::vector<PassageSentence>& sentences);

/// Whether the sentence says enough of what was asked, for a fact of that kind, to be given as the answer.
[[nodiscard]] bool isAnswer(const ScoredSentence& scored, AnswerKind kind);

} // namespace gatehouse::local
