// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/upstream/grounded.h"

#include "core/local/language/words.h"
#include "core/local/upstream/groundedscore.h"

#include <algorithm>

namespace gatehouse::local {

namespace {

/// A second sentence of another passage that is nearly as likely (in log odds) is given too.
constexpr double AsGood = 2;

/// A text of a passage as a text and nothing more: no mark of it makes a citation, a link or a picture.
std::string asText(std::string_view sentence)
{
    std::string text;
    for (std::size_t i = 0; i < sentence.size(); ++i) {
        const char c = sentence[i];
        if (c == '[')
            text += '(';
        else if (c == ']')
            text += ')';
        else if (c == '!' && i + 1 < sentence.size() && sentence[i + 1] == '[')
            continue;
        else if (c == '<' || c == '>' || c == '`')
            text += '\'';
        else
            text += c;
    }
    return text;
}

void add(std::vector<std::size_t>& chosen, std::size_t sentence)
{
    if (std::ranges::find(chosen, sentence) == chosen.end())
        chosen.push_back(sentence);
}

/// The sentences that answer one part; none: the passages do not say.
std::vector<std::size_t> answersOf(const QuestionPart& part, const std::vector<PassageSentence>& sentences)
{
    const std::vector<ScoredSentence> ranked = rankSentences(part, sentences);
    std::vector<std::size_t> chosen;
    if (!isAnswered(part, ranked))
        return chosen;
    chosen.push_back(ranked.front().sentence);
    for (const ScoredSentence& next : ranked) {
        if (next.score < ranked.front().score - AsGood)
            break;
        if (sentences[next.sentence].passage != sentences[chosen.front()].passage &&
            sentences[next.sentence].text != sentences[chosen.front()].text) {
            chosen.push_back(next.sentence);
            break;
        }
    }
    return chosen;
}

} // namespace

std::string answerFromPassages(const GroundedPrompt& prompt)
{
    const ReadQuestion question = readQuestion(prompt.question);
    const std::vector<PassageSentence> sentences = readPassages(prompt);
    std::vector<std::size_t> chosen;
    bool missing = false;
    for (const QuestionPart& half : question.halves) {
        const std::vector<std::size_t> found = answersOf(half, sentences);
        missing = missing || found.empty();
        for (const std::size_t sentence : found)
            add(chosen, sentence);
    }
    if (question.halves.empty())
        chosen = answersOf(question.whole, sentences);
    std::string text;
    for (const std::size_t sentence : chosen) {
        text += text.empty() ? "" : " ";
        text += asText(sentences[sentence].text);
        text += " [" + std::to_string(sentences[sentence].passage + 1) + "]";
    }
    if (text.empty())
        return std::string(NotInDocuments).append(" anything about this.");
    if (missing)
        text.append(" ").append(NotInDocuments).append(" the rest.");
    return text;
}

} // namespace gatehouse::local
