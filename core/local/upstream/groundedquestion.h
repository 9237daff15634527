// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/local/language/meaning.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::local {

/// What an answer has to hold.
enum class AnswerKind {
    Anything,
    Person,
    Moment,
    Date,
    Duration,
    Amount,
    Money,
    Count,
    Age,
    Frequency,
    Place,
    Reason,
    Name,
    Telephone
};

/// A word of a question that matters, and how much.
struct QuestionTerm
{
    std::shared_ptr<const Meaning> meaning;
    double weight = 1;
    bool name = false;  ///< written with a capital: "Vienna"
    bool focus = false; ///< "which AIRLINE", "how many AIRLINES": the answer must be one, or count them
};

/// A question, or one half of a question that asks two things.
struct QuestionPart
{
    AnswerKind kind = AnswerKind::Anything;
    std::vector<QuestionTerm> terms;
    bool whole = true; ///< no half
};

/// The question as it is asked, and its halves where it asks two things ("…, and who …", "compare … with …").
struct ReadQuestion
{
    QuestionPart whole;
    std::vector<QuestionPart> halves; ///< none or two
};

[[nodiscard]] ReadQuestion readQuestion(std::string_view question);

} // namespace gatehouse::local
