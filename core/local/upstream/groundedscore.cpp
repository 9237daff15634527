// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/upstream/groundedscore.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

namespace gatehouse::local {

namespace {

// How much a word counts that stands near the sentence rather than in it.
constexpr double BesideFactor = 0.7;
constexpr double PronounFactor = 0.95; ///< "It begins …": what it is stands before
constexpr double ParagraphFactor = 0.6;
constexpr double HeadingFactor = 0.65;
constexpr double PassageFactor = 0.5;

constexpr double LeastCover = 0.35; ///< below it a word is missing
constexpr double LeastAnswerScore = 0.0;
constexpr double WeightyWord = 0.4;
/// A word that one passage alone holds weighs more than one that all hold.
constexpr double SameWord = 0.9;
constexpr double MostConcentrated = 1.3;
constexpr double LeastConcentrated = 0.6;
constexpr double LeastKind = 0.5;
constexpr double LeastCounted = 0.45;
constexpr double LeastSimilarity = 0.3; ///< below it two words have nothing to do with each other

// Fitted to the questions of tests/data/rag/tuning and everyday: which of the sentences stands in the passage
// with the answer (a conditional logit; a passage that was found first is likelier) …
double rankScore(const ScoredSentence& s, const PassageSentence& sentence)
{
    return 1.86 * s.direct + 1.21 * s.direct * s.direct + 1.17 * s.covered + 1.09 * s.covered * s.covered +
           1.05 * s.exact + 0.54 * s.exact * s.exact + 0.59 * s.exactAround - 0.59 * s.elsewhere -
           1.20 * s.missing + 0.59 * s.weakest + 0.99 * s.rarest + 0.69 * s.topic +
           0.62 / (1.0 + static_cast<double>(sentence.passage)) -
           0.21 * std::log(1.0 + static_cast<double>(sentence.words.size()));
}

/// … and whether the best of them is one (a logistic regression; the constant is lower by 0.6, where a right
/// answer that is refused is as bad as an absent one that is given).
double answerScore(const ScoredSentence& s, AnswerKind kind)
{
    return -1.81 + 1.00 * s.direct + 0.79 * s.covered - 0.07 * s.exactAround - 0.50 * s.elsewhere -
           0.53 * s.missing + 0.50 * s.weakest + 1.08 * s.rarest + 0.62 * s.topic +
           (kind == AnswerKind::Anything ? 0.0 : 0.65);
}

/// For each term, how near the nearest word of each sentence is to it.
using Table = std::vector<std::vector<double>>;

Table similarities(const QuestionPart& part, const std::vector<PassageSentence>& sentences)
{
    Table table(part.terms.size(), std::vector<double>(sentences.size(), 0.0));
    for (std::size_t term = 0; term < part.terms.size(); ++term)
        for (std::size_t i = 0; i < sentences.size(); ++i)
            for (const auto& word : sentences[i].words) {
                const double near = similarity(*part.terms[term].meaning, *word);
                if (near >= LeastSimilarity)
                    table[term][i] = std::max(table[term][i], near);
            }
    return table;
}

bool fits(AnswerKind kind, const PassageSentence& sentence)
{
    const SentenceFacts& facts = sentence.facts;
    switch (kind) {
    case AnswerKind::Anything:
        return true;
    case AnswerKind::Person:
        return facts.person || facts.name;
    case AnswerKind::Moment:
        return facts.moment;
    case AnswerKind::Duration:
        return facts.duration;
    case AnswerKind::Amount:
        return facts.number || facts.money;
    case AnswerKind::Date:
        return facts.date;
    case AnswerKind::Money:
        return facts.money;
    case AnswerKind::Count:
        return facts.number;
    case AnswerKind::Age:
        return facts.age;
    case AnswerKind::Frequency:
        return facts.frequency || facts.duration;
    case AnswerKind::Place:
        return facts.place || facts.name;
    case AnswerKind::Reason:
        return facts.reason;
    }
    return true;
}

/// "Which airline": an airline must be named, by its kind or by its name; "how many rooms": rooms be counted.
bool holds(const Meaning& focus, AnswerKind kind, const PassageSentence& sentence)
{
    if (kind == AnswerKind::Count)
        return std::ranges::any_of(
            sentence.counted, [&](const auto& word) { return similarity(focus, *word) >= LeastCounted; });
    if (std::ranges::any_of(sentence.words,
                            [&](const auto& word) { return kindSimilarity(focus, *word) >= LeastKind; }))
        return true;
    static constexpr std::array<const char*, 6> Named = {"person",   "organization", "location",
                                                         "artifact", "animal",       "event"};
    return sentence.facts.name && std::ranges::any_of(Named, [&](const char* kindOfName) {
               return Meanings::ofThisComputer().isKindOf(focus.word, kindOfName);
           });
}

bool holdsFocus(const QuestionPart& part, const PassageSentence& sentence)
{
    return std::ranges::all_of(part.terms, [&](const QuestionTerm& term) {
        return !term.focus || holds(*term.meaning, part.kind, sentence);
    });
}

/// The sentence's place among the others, and what each term finds there.
class Scorer
{
public:
    Scorer(const QuestionPart& part, const std::vector<PassageSentence>& sentences)
        : m_part(part)
        , m_sentences(sentences)
        , m_table(similarities(part, sentences))
    {
        for (std::size_t term = 0; term < part.terms.size(); ++term) {
            const QuestionTerm& one = part.terms[term];
            m_weights.push_back(one.weight * concentration(term));
            m_total += m_weights.back();
            for (std::size_t d = 0; d < WordDimensions; ++d)
                m_company[d] += static_cast<float>(one.weight) * one.meaning->company[d];
        }
    }

    [[nodiscard]] ScoredSentence score(std::size_t i) const
    {
        ScoredSentence scored;
        scored.sentence = i;
        double heaviest = 0;
        scored.weakest = 1;
        for (std::size_t term = 0; term < m_part.terms.size(); ++term) {
            const double weight = m_weights[term] / m_total;
            const double around = std::max(m_table[term][i], nearby(term, i));
            scored.direct += weight * m_table[term][i];
            scored.covered += weight * around;
            if (m_table[term][i] >= SameWord)
                scored.exact += weight;
            const bool here = m_holders[term].contains(m_sentences[i].passage);
            scored.exactAround += here ? weight : 0;
            scored.elsewhere += !here && !m_holders[term].empty() ? weight : 0;
            if (m_part.terms[term].weight >= WeightyWord)
                scored.weakest = std::min(scored.weakest, around);
            if (weight > heaviest) {
                heaviest = weight;
                scored.rarest = around;
            }
            if (around < LeastCover)
                scored.missing += weight;
        }
        scored.topic = topicOf(i);
        scored.score = rankScore(scored, m_sentences[i]);
        return scored;
    }

private:
    /// A word that only few of the passages hold says more about where the answer is.
    [[nodiscard]] double concentration(std::size_t term)
    {
        std::set<std::size_t> holders;
        std::size_t passages = 1;
        for (std::size_t i = 0; i < m_sentences.size(); ++i) {
            passages = std::max(passages, m_sentences[i].passage + 1);
            if (m_table[term][i] >= SameWord)
                holders.insert(m_sentences[i].passage);
        }
        const double share = static_cast<double>(holders.size()) / static_cast<double>(passages);
        m_holders.push_back(std::move(holders));
        return m_holders.back().empty() ? 1.0
                                        : MostConcentrated - share * (MostConcentrated - LeastConcentrated);
    }
    /// How much the words around here go together with those of the question.
    [[nodiscard]] double topicOf(std::size_t at) const
    {
        WordVector around = {};
        for (std::size_t i = at < 1 ? 0 : at - 1; i < std::min(at + 2, m_sentences.size()); ++i)
            if (m_sentences[i].passage == m_sentences[at].passage)
                for (std::size_t d = 0; d < WordDimensions; ++d)
                    around[d] += (i == at ? 1.0F : 0.4F) * m_sentences[i].company[d];
        const float lengths = std::sqrt(cosine(around, around) * cosine(m_company, m_company));
        return lengths <= 0 ? 0 : std::max(0.0F, cosine(around, m_company) / lengths);
    }
    [[nodiscard]] double nearby(std::size_t term, std::size_t at) const
    {
        double best = 0;
        const PassageSentence& here = m_sentences[at];
        for (std::size_t i = 0; i < m_sentences.size(); ++i) {
            const PassageSentence& there = m_sentences[i];
            if (there.passage != here.passage || i == at)
                continue;
            double factor = PassageFactor;
            if (there.paragraph == here.paragraph)
                factor = i + 1 == at || at + 1 == i ? BesideFactor : ParagraphFactor;
            if (i + 1 == at && here.pointsBack)
                factor = PronounFactor;
            best = std::max(best, factor * m_table[term][i]);
        }
        // The heading that is above: the last one before.
        for (std::size_t i = at; i-- > 0 && m_sentences[i].passage == here.passage;)
            if (m_sentences[i].heading)
                return std::max(best, HeadingFactor * m_table[term][i]);
        return best;
    }

    const QuestionPart& m_part;
    const std::vector<PassageSentence>& m_sentences;
    Table m_table;
    std::vector<std::set<std::size_t>> m_holders; // of each term: the passages that hold the word itself
    std::vector<double> m_weights;
    WordVector m_company = {};
    double m_total = 0;
};

} // namespace

std::vector<ScoredSentence> rankSentences(const QuestionPart& part,
                                          const std::vector<PassageSentence>& sentences)
{
    std::vector<ScoredSentence> ranked;
    if (part.terms.empty())
        return ranked;
    const Scorer scorer(part, sentences);
    for (std::size_t i = 0; i < sentences.size(); ++i)
        if (!sentences[i].heading && !sentences[i].instruction && fits(part.kind, sentences[i]) &&
            holdsFocus(part, sentences[i]))
            ranked.push_back(scorer.score(i));
    std::ranges::stable_sort(ranked, [](const auto& a, const auto& b) { return a.score > b.score; });
    return ranked;
}

bool isAnswer(const ScoredSentence& scored, AnswerKind kind)
{
    return answerScore(scored, kind) >= LeastAnswerScore;
}

} // namespace gatehouse::local
