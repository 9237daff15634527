// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/local/language/meaning.h"
#include "core/local/rag/prompt.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::local {

/// What kinds of facts a sentence holds.
struct SentenceFacts
{
    bool number = false;
    bool longNumber = false; ///< of many digits: a telephone number
    bool money = false;      ///< an amount, or that it costs nothing
    bool duration = false;   ///< a number of units of time
    bool moment = false;     ///< a date, a time of day, or a condition
    bool date = false;       ///< a year, a month, a day
    bool age = false;
    bool frequency = false;
    bool person = false; ///< a name, or a word for somebody
    bool name = false;
    bool reason = false;
    bool place = false;
};

struct PassageSentence
{
    std::size_t passage = 0; ///< from 0
    std::size_t paragraph = 0;
    std::string text; ///< in one line
    std::vector<std::shared_ptr<const Meaning>> words;
    WordVector company = {}; ///< of all its words
    SentenceFacts facts;
    std::vector<std::shared_ptr<const Meaning>> counted; ///< what a number stands before
    bool heading = false;
    bool pointsBack = false;  ///< begins with a word for what the sentence before is about
    bool instruction = false; ///< speaks to an assistant, not to a reader: never part of an answer
};

/// The sentences of all passages in their order.
[[nodiscard]] std::vector<PassageSentence> readPassages(const GroundedPrompt& prompt);

} // namespace gatehouse::local
