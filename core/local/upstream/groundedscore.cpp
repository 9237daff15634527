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

// A word that is covered less is not covered well, by less than half, or not at all.
constexpr double WellCovered = 0.6;
constexpr double HalfCovered = 0.5;
constexpr double LeastCover = 0.35;
/// A word that one passage alone holds weighs more than one that all hold.
constexpr double SameWord = 0.9;
constexpr double MostConcentrated = 1.3;
constexpr double LeastConcentrated = 0.6;
constexpr double LeastKind = 0.5;
constexpr double LeastCounted = 0.45;
constexpr double LeastSimilarity = 0.3; ///< below it two words have nothing to do with each other

// Fitted to the questions of tests/data/rag/tuning, everyday, samples and colleagues: which of the sentences
// stands in the passage with the answer (a conditional logit) …
double rankScore(const ScoredSentence& s, const PassageSentence& sentence)
{
    return 8.51 * s.topic + 8.08 * s.exact * s.exact - 5.11 * s.weak - 3.54 * s.missing +
           (sentence.facts.number ? 0.78 : 0.0) -
           0.64 * std::log(1.0 + static_cast<double>(sentence.words.size()));
}

/// … and whether the best of them is one (a logistic regression; the constant is higher by 0.5, where
/// refusing an answer that is there costs more than giving one that is not): the log of the odds. What holds
/// of many words is less a matter of chance, few sentences of the kind that is asked for seldom hold the
/// fact, and a name says what is asked about, not what is asked.
double answerScore(const ScoredSentence& s, const QuestionPart& part, std::size_t candidates)
{
    double total = 0;
    double names = 0;
    for (const QuestionTerm& term : part.terms) {
        total += term.weight;
        names += term.name ? term.weight : 0;
    }
    return -4.48 + 2.00 * std::log(1.0 + static_cast<double>(part.terms.size())) + 2.37 * s.direct -
           2.49 * s.unsure - 2.36 * names / total + 0.40 * std::log(static_cast<double>(candidates)) +
           (part.kind == AnswerKind::Anything ? 0.0 : 0.47);
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
    case AnswerKind::Name:
        return facts.name;
    case AnswerKind::Telephone:
        return facts.longNumber;
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
        for (std::size_t term = 0; term < m_part.terms.size(); ++term) {
            const double weight = m_weights[term] / m_total;
            const double here = m_table[term][i];
            const double around = std::max(here, nearby(term, i));
            scored.direct += weight * here;
            scored.exact += here >= SameWord ? weight : 0;
            scored.weak += around < WellCovered ? weight : 0;
            scored.unsure += around < HalfCovered && m_part.terms[term].meaning->noun ? weight : 0;
            scored.missing += around < LeastCover ? weight : 0;
        }
        scored.topic = topicOf(i);
        scored.score = rankScore(scored, m_sentences[i]);
        return scored;
    }

private:
    /// A word that only few of the passages hold says more about where the answer is.
    [[nodiscard]] double concentration(std::size_t term) const
    {
        std::set<std::size_t> holders;
        std::size_t passages = 1;
        for (std::size_t i = 0; i < m_sentences.size(); ++i) {
            passages = std::max(passages, m_sentences[i].passage + 1);
            if (m_table[term][i] >= SameWord)
                holders.insert(m_sentences[i].passage);
        }
        const double share = static_cast<double>(holders.size()) / static_cast<double>(passages);
        return holders.empty() ? 1.0 : MostConcentrated - share * (MostConcentrated - LeastConcentrated);
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

bool isAnswered(const QuestionPart& part, const std::vector<ScoredSentence>& ranked)
{
    return !ranked.empty() && answerScore(ranked.front(), part, ranked.size()) >= 0;
}

} // namespace gatehouse::local
