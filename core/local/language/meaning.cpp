// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/language/meaning.h"

#include "core/local/language/words.h"

#include <algorithm>
#include <array>

namespace gatehouse::local {

namespace {

constexpr std::size_t MostKnown = 10'000;
constexpr std::array<float, 5> SenseWeights = {1.0F, 0.9F, 0.75F, 0.6F, 0.5F}; ///< of the 1st, 2nd, … sense
constexpr int HypernymDepth = 3;
constexpr std::array<float, 3> HypernymWeights = {0.8F, 0.6F, 0.4F};
/// A kind with so many kinds of its own says little.
constexpr std::size_t ManyKinds = 40;
constexpr float GeneralFactor = 0.55F;
/// Of word vectors: below, two words have nothing to do with each other; above, as near as any can be.
constexpr double UnrelatedCosine = 0.35;
constexpr double SameCosine = 0.8;
constexpr double MostRelated = 0.75;
constexpr double GeneralWeight = 0.75;
constexpr double SynonymWeight = 0.95;
constexpr double GlossWeight = 0.9;
constexpr std::size_t ExplainedSenses = 2;
constexpr double SpellingWeight = 0.75;
constexpr double LeastRarity = 0.35; ///< of nearly every word
constexpr std::size_t LeastPrefix = 5;

void keepStrongest(std::vector<Meaning::Link>& links)
{
    std::ranges::sort(links, [](const Meaning::Link& a, const Meaning::Link& b) {
        return a.id != b.id ? a.id < b.id : a.weight > b.weight;
    });
    const auto rest = std::ranges::unique(links, {}, &Meaning::Link::id);
    links.erase(rest.begin(), rest.end());
}

/// The strongest way from one word to the other over a synset that both lists hold.
double bestCommon(const std::vector<Meaning::Link>& a, const std::vector<Meaning::Link>& b)
{
    double best = 0;
    auto left = a.begin();
    auto right = b.begin();
    while (left != a.end() && right != b.end()) {
        if (left->id < right->id) {
            ++left;
        } else if (right->id < left->id) {
            ++right;
        } else {
            best = std::max(best, static_cast<double>(left->weight) * right->weight);
            ++left;
            ++right;
        }
    }
    return best;
}

bool holds(const std::vector<std::string>& sorted, const std::string& stem)
{
    return std::ranges::binary_search(sorted, stem);
}

/// How much of the longer word the common beginning is.
double commonBeginning(std::string_view a, std::string_view b)
{
    const auto [end, other] = std::ranges::mismatch(a, b);
    const auto common = static_cast<std::size_t>(end - a.begin());
    return common < LeastPrefix
               ? 0.0
               : static_cast<double>(common) / static_cast<double>(std::max(a.size(), b.size()));
}

double distinctness(const Meaning& meaning)
{
    return std::max(0.0, (meaning.rarity - LeastRarity) / (1 - LeastRarity));
}

/// Words that stand together more often than any two do.
double related(const Meaning& a, const Meaning& b)
{
    const double near = (cosine(a.company, b.company) - UnrelatedCosine) / (SameCosine - UnrelatedCosine);
    return MostRelated * std::clamp(near, 0.0, 1.0);
}

struct Relation
{
    std::string_view symbol;
    float weight;
    bool own;
};

/// The relations that carry a meaning on (wninput(5WN)); hypernyms are walked apart.
constexpr Relation Relations[] = {
    {"+", 0.9F, true},   {"\\", 0.9F, true},  {"&", 0.8F, true},   {"$", 0.9F, true},   {"<", 0.9F, true},
    {"=", 0.7F, false},  {"*", 0.6F, false},  {">", 0.6F, false},  {"^", 0.55F, false}, {"#m", 0.5F, false},
    {"#s", 0.5F, false}, {"#p", 0.5F, false}, {"%m", 0.5F, false}, {"%s", 0.5F, false}, {"%p", 0.5F, false}};

bool isHypernym(std::string_view symbol)
{
    return symbol == "@" || symbol == "@i";
}

} // namespace

Meanings::Meanings(const WordNet& wordNet, const WordVectors& vectors)
    : m_wordNet(wordNet)
    , m_vectors(vectors)
{}

Meanings& Meanings::ofThisComputer()
{
    static Meanings one(WordNet::ofThisComputer(), WordVectors::builtIn());
    return one;
}

std::shared_ptr<const Meaning> Meanings::of(std::string_view word)
{
    {
        const std::lock_guard lock(m_mutex);
        const auto found = m_known.find(std::string(word));
        if (found != m_known.end())
            return found->second;
    }
    auto meaning = std::make_shared<const Meaning>(lookUp(word));
    const std::lock_guard lock(m_mutex);
    if (m_known.size() >= MostKnown) // words are others' texts: they must not fill the memory
        m_known.clear();
    return m_known.emplace(word, std::move(meaning)).first->second;
}

void Meanings::addSense(SynsetId id, float weight, bool explained, Meaning& meaning) const
{
    meaning.own.push_back({id, weight});
    const Synset synset = m_wordNet.read(id);
    meaning.instance =
        meaning.instance || std::ranges::any_of(synset.pointers, [](const Synset::Pointer& pointer) {
            return pointer.symbol == "@i";
        });
    for (const Synset::Pointer& pointer : synset.pointers)
        for (const Relation& relation : Relations)
            if (pointer.symbol == relation.symbol)
                (relation.own ? meaning.own : meaning.near)
                    .push_back({pointer.target, weight * relation.weight});
    // Upwards, level by level.
    std::vector<SynsetId> level = {id};
    for (int depth = 0; depth < HypernymDepth && !level.empty(); ++depth) {
        std::vector<SynsetId> above;
        for (const SynsetId one : level)
            for (const Synset::Pointer& pointer : m_wordNet.read(one).pointers)
                if (isHypernym(pointer.symbol))
                    above.push_back(pointer.target);
        for (const SynsetId one : above) {
            const auto kinds = static_cast<std::size_t>(std::ranges::count_if(
                m_wordNet.read(one).pointers, [](const auto& pointer) { return pointer.symbol == "~"; }));
            meaning.near.push_back({one, weight * HypernymWeights[static_cast<std::size_t>(depth)] *
                                             (kinds > ManyKinds ? GeneralFactor : 1.0F)});
        }
        level = std::move(above);
    }
    if (!explained)
        return;
    const std::string_view explanation = synset.gloss.substr(0, synset.gloss.find("; "));
    for (const std::string& word : wordsOf(explanation))
        if (!isStopWord(word) && m_wordNet.rarity(word) > LeastRarity)
            meaning.glossStems.push_back(stemOf(word));
}

Meaning Meanings::lookUp(std::string_view word) const
{
    Meaning meaning;
    meaning.word = word;
    meaning.stem = stemOf(word);
    meaning.rarity = m_wordNet.rarity(word);
    for (const PartOfSpeech part : AllParts) {
        for (const std::string& form : m_wordNet.baseForms(word, part)) {
            meaning.noun = meaning.noun || part == PartOfSpeech::Noun;
            meaning.rarity = std::min(meaning.rarity, m_wordNet.rarity(form));
            const std::vector<SynsetId> senses = m_wordNet.senses(form, part);
            for (std::size_t i = 0; i < std::min(senses.size(), SenseWeights.size()); ++i)
                addSense(senses[i], SenseWeights[i], i < ExplainedSenses, meaning);
        }
    }
    meaning.company = companyOf(word);
    keepStrongest(meaning.own);
    keepStrongest(meaning.near);
    std::ranges::sort(meaning.glossStems);
    const auto rest = std::ranges::unique(meaning.glossStems);
    meaning.glossStems.erase(rest.begin(), rest.end());
    return meaning;
}

WordVector Meanings::companyOf(std::string_view word) const
{
    WordVector company = m_vectors.vectorOf(word);
    // A word without a vector goes with what explains it, and with its synonyms.
    for (std::size_t part = 0; part < AllParts.size() && cosine(company, company) <= 0; ++part)
        for (const std::string& form : m_wordNet.baseForms(word, AllParts[part]))
            for (const SynsetId sense : m_wordNet.senses(form, AllParts[part])) {
                const Synset synset = m_wordNet.read(sense);
                std::string text(synset.gloss.substr(0, synset.gloss.find("; ")));
                for (const std::string_view synonym : synset.words)
                    text.append(" ").append(synonym);
                for (const std::string& one : wordsOf(text)) {
                    if (isStopWord(one))
                        continue;
                    const WordVector vector = m_vectors.vectorOf(one);
                    const auto weight = static_cast<float>(m_wordNet.rarity(one) * m_wordNet.rarity(one));
                    for (std::size_t d = 0; d < WordDimensions; ++d)
                        company[d] += weight * vector[d];
                }
            }
    normalise(company);
    return company;
}

bool Meanings::reaches(SynsetId from, SynsetId to) const
{
    std::vector<SynsetId> open = {from};
    for (std::size_t i = 0; i < open.size() && i < 64; ++i) {
        if (open[i] == to)
            return true;
        for (const Synset::Pointer& pointer : m_wordNet.read(open[i]).pointers)
            if (isHypernym(pointer.symbol))
                open.push_back(pointer.target);
    }
    return false;
}

bool Meanings::isKindOf(std::string_view word, std::string_view kind)
{
    const std::vector<SynsetId> kinds = m_wordNet.senses(kind, PartOfSpeech::Noun);
    if (kinds.empty())
        return false;
    constexpr std::size_t FirstSenses = 1;
    for (const std::string& form : m_wordNet.baseForms(word, PartOfSpeech::Noun)) {
        const std::vector<SynsetId> senses = m_wordNet.senses(form, PartOfSpeech::Noun);
        for (std::size_t i = 0; i < std::min(senses.size(), FirstSenses); ++i)
            if (reaches(senses[i], kinds.front()))
                return true;
    }
    return false;
}

double kindSimilarity(const Meaning& asked, const Meaning& said)
{
    if (asked.stem == said.stem)
        return 1;
    return std::max(SynonymWeight * bestCommon(asked.own, said.own), bestCommon(asked.own, said.near));
}

double similarity(const Meaning& asked, const Meaning& said)
{
    double best = kindSimilarity(asked, said);
    if (best >= 1)
        return best;
    if (!asked.instance)
        best = std::max(best, GeneralWeight * bestCommon(asked.near, said.own));
    // That "year" stands in an explanation says nothing; that "tenant" does, much.
    if (holds(asked.glossStems, said.stem))
        best = std::max(best, GlossWeight * distinctness(said));
    if (holds(said.glossStems, asked.stem))
        best = std::max(best, GlossWeight * distinctness(asked));
    best = std::max(best, related(asked, said));
    const double beginning = commonBeginning(asked.word, said.word);
    return beginning > 0.6 ? std::max(best, SpellingWeight * beginning) : best;
}

} // namespace gatehouse::local
