// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/language/glossvectors.h"

#include "core/local/language/words.h"

#include <algorithm>
#include <cmath>

namespace gatehouse::local {

namespace {

constexpr int PlacesPerWord = 8;
constexpr std::size_t LeastGlosses = 2; ///< a stem that stands in fewer has learnt nothing
constexpr std::size_t MostSenses = 4;
constexpr float SenseDecay = 0.25F;
constexpr float OwnWeight = 10.0F;
constexpr float SynonymWeight = 0.5F;
constexpr float GeneralGlossWeight = 0.4F;

std::uint64_t hashOf(std::string_view text)
{
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    return hash;
}

void addIndex(std::string_view stem, float weight, GlossVector& sum)
{
    std::uint64_t state = hashOf(stem);
    for (int i = 0; i < PlacesPerWord; ++i) {
        state = state * 6364136223846793005U + 1442695040888963407U;
        sum[(state >> 33U) % GlossDimensions] += (state >> 63U) != 0 ? weight : -weight;
    }
}

void normalise(GlossVector& vector)
{
    float length = 0;
    for (const float value : vector)
        length += value * value;
    if (length <= 0)
        return;
    const float scale = 1 / std::sqrt(length);
    for (float& value : vector)
        value *= scale;
}

} // namespace

GlossVectors::GlossVectors(const WordNet& wordNet)
    : m_wordNet(wordNet)
{
    if (wordNet.available())
        learn();
}

const GlossVectors& GlossVectors::ofThisComputer()
{
    static const GlossVectors one(WordNet::ofThisComputer());
    return one;
}

void GlossVectors::learn()
{
    // Each gloss as the places of its stems; a word is stemmed once, however often it stands somewhere.
    std::unordered_map<std::string, std::uint32_t> places; // of a word as it is written
    constexpr std::uint32_t Small = ~0U;                   // it says nothing
    std::vector<std::uint32_t> glosses;
    std::vector<std::size_t> starts;
    std::vector<std::uint32_t> counts;
    std::vector<std::string> stems;
    m_wordNet.eachGloss([&](std::string_view gloss) {
        starts.push_back(glosses.size());
        for (std::string& word : wordsOf(gloss)) {
            const auto [found, isNew] = places.try_emplace(word, Small);
            if (isNew && word.size() > 1 && !isStopWord(word)) {
                const auto [stem, stemIsNew] =
                    m_ids.try_emplace(stemOf(word), static_cast<std::uint32_t>(stems.size()));
                if (stemIsNew) {
                    stems.push_back(stem->first);
                    counts.push_back(0);
                }
                found->second = stem->second;
            }
            if (found->second == Small)
                continue;
            glosses.push_back(found->second);
            ++counts[found->second];
        }
    });
    const auto total = static_cast<float>(starts.size());
    for (const std::uint32_t count : counts)
        m_weights.push_back(std::log(total / static_cast<float>(count + 1)) / std::log(total));
    std::vector<GlossVector> sums(stems.size(), GlossVector{});
    starts.push_back(glosses.size());
    for (std::size_t i = 0; i + 1 < starts.size(); ++i) {
        GlossVector all = {};
        for (std::size_t at = starts[i]; at < starts[i + 1]; ++at)
            addIndex(stems[glosses[at]], m_weights[glosses[at]] * m_weights[glosses[at]], all);
        for (std::size_t at = starts[i]; at < starts[i + 1]; ++at)
            for (std::size_t d = 0; d < GlossDimensions; ++d)
                sums[glosses[at]][d] += all[d];
    }
    // What all words have in common tells none from another.
    GlossVector mean = {};
    for (std::size_t i = 0; i < sums.size(); ++i) {
        normalise(sums[i]);
        for (std::size_t d = 0; d < GlossDimensions; ++d)
            mean[d] += sums[i][d] / static_cast<float>(sums.size());
    }
    m_values.assign(sums.size() * GlossDimensions, 0);
    for (std::size_t i = 0; i < sums.size(); ++i) {
        if (counts[i] < LeastGlosses)
            continue;
        for (std::size_t d = 0; d < GlossDimensions; ++d)
            sums[i][d] -= mean[d];
        normalise(sums[i]);
        for (std::size_t d = 0; d < GlossDimensions; ++d)
            m_values[i * GlossDimensions + d] =
                static_cast<std::int8_t>(std::lround(std::clamp(sums[i][d] * 254.0F, -127.0F, 127.0F)));
    }
}

void GlossVectors::addStem(std::string_view stem, float weight, GlossVector& sum) const
{
    const auto found = m_ids.find(std::string(stem));
    if (found == m_ids.end())
        return;
    const float scale = weight * m_weights[found->second] * m_weights[found->second];
    const std::int8_t* values = m_values.data() + std::size_t{found->second} * GlossDimensions;
    for (std::size_t d = 0; d < GlossDimensions; ++d)
        sum[d] += scale * static_cast<float>(values[d]);
}

void GlossVectors::addText(std::string_view text, float weight, GlossVector& sum) const
{
    for (const std::string& word : wordsOf(text))
        if (!isStopWord(word))
            addStem(stemOf(word), weight, sum);
}

GlossVector GlossVectors::vectorOf(std::string_view word) const
{
    GlossVector sum = {};
    if (m_values.empty())
        return sum;
    addStem(stemOf(word), OwnWeight, sum);
    for (const PartOfSpeech part : AllParts)
        for (const std::string& form : m_wordNet.baseForms(word, part)) {
            const std::vector<SynsetId> senses = m_wordNet.senses(form, part);
            for (std::size_t i = 0; i < std::min(senses.size(), MostSenses); ++i) {
                const float weight = 1.0F / (1.0F + SenseDecay * 4 * static_cast<float>(i));
                const Synset synset = m_wordNet.read(senses[i]);
                addText(synset.gloss, weight, sum);
                for (const std::string_view synonym : synset.words)
                    addText(std::string(synonym), weight * SynonymWeight, sum);
                for (const Synset::Pointer& pointer : synset.pointers)
                    if (pointer.symbol == "@")
                        addText(m_wordNet.read(pointer.target).gloss, weight * GeneralGlossWeight, sum);
            }
        }
    normalise(sum);
    return sum;
}

float cosine(const GlossVector& a, const GlossVector& b)
{
    float sum = 0;
    for (std::size_t d = 0; d < GlossDimensions; ++d)
        sum += a[d] * b[d];
    return sum;
}

} // namespace gatehouse::local
