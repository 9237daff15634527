// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/upstream/textvector.h"

#include "core/local/gateway/draw.h"
#include "core/local/language/meaning.h"
#include "core/local/language/words.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

namespace gatehouse::local {

namespace {

constexpr int PlacesPerFeature = 4;
constexpr std::size_t MostLinks = 16; ///< of a word, each of both kinds

constexpr float StemWeight = 1.0F;
constexpr float OwnWeight = 0.2F;
constexpr float NearWeight = 0.1F;
constexpr float CompanyWeight = 3.0F;
constexpr float SpellingWeight = 0.1F;
constexpr std::size_t CompanyStep = 12; ///< between the places of a word vector's numbers
constexpr std::size_t MostKnown = 5'000;
constexpr double SmallWordWeight = 0.02;

/// FNV-1a, 64 bits.
std::uint64_t hashOf(std::string_view text, std::uint64_t hash = 0xcbf29ce484222325U)
{
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    return hash;
}

/// What a word adds to a vector: places of the dimensions that every text shares, before they are cut down.
struct WordFeatures
{
    std::shared_ptr<const Meaning> meaning;
    std::vector<std::pair<std::uint64_t, float>> features; ///< a random number for the place, and how much
};

class FeatureMaker
{
public:
    explicit FeatureMaker(WordFeatures& target)
        : m_target(target)
    {}

    void addWord()
    {
        const Meaning& meaning = *m_target.meaning;
        add(hashOf(meaning.stem, 1), StemWeight);
        addLinks(meaning.own, OwnWeight);
        addLinks(meaning.near, NearWeight);
        const std::string edged = "^" + meaning.stem + "$";
        for (std::size_t i = 0; i + 3 <= edged.size(); ++i)
            add(hashOf(std::string_view(edged).substr(i, 3), 3), SpellingWeight);
    }

private:
    void add(std::uint64_t feature, float weight)
    {
        std::uint64_t state = feature;
        for (int i = 0; i < PlacesPerFeature; ++i) {
            const std::uint64_t random = nextRandom(state);
            m_target.features.emplace_back(random, (random >> 63U) != 0 ? weight : -weight);
        }
    }
    void addLinks(std::vector<Meaning::Link> links, float weight)
    {
        std::ranges::stable_sort(links, std::greater(), &Meaning::Link::weight);
        if (links.size() > MostLinks)
            links.resize(MostLinks);
        for (const Meaning::Link& link : links)
            add(std::uint64_t{2} << 40U | link.id, weight * link.weight);
    }

    WordFeatures& m_target;
};

/// Remembers what words add. Any thread.
class FeatureCache
{
public:
    std::shared_ptr<const WordFeatures> of(const std::string& word)
    {
        {
            const std::lock_guard lock(m_mutex);
            if (const auto found = m_known.find(word); found != m_known.end())
                return found->second;
        }
        auto made = std::make_shared<WordFeatures>();
        made->meaning = Meanings::ofThisComputer().of(word);
        FeatureMaker(*made).addWord();
        const std::lock_guard lock(m_mutex);
        if (m_known.size() >= MostKnown)
            m_known.clear();
        return m_known.emplace(word, std::move(made)).first->second;
    }

private:
    std::mutex m_mutex;
    std::unordered_map<std::string, std::shared_ptr<const WordFeatures>> m_known;
};

void addWord(const WordFeatures& word, float weight, std::vector<float>& values)
{
    for (const auto& [place, amount] : word.features)
        values[place % values.size()] += weight * amount;
    const WordVector& company = word.meaning->company;
    std::size_t place = 0;
    for (const float value : company) {
        values[place] += weight * CompanyWeight * value;
        place += CompanyStep;
        if (place >= values.size())
            place %= values.size();
    }
}

void normalise(std::vector<float>& values)
{
    double length = 0;
    for (const float value : values)
        length += static_cast<double>(value) * value;
    if (length <= 0) {
        values.front() = 1.0F;
        return;
    }
    const auto scale = static_cast<float>(1.0 / std::sqrt(length));
    for (float& value : values)
        value *= scale;
}

} // namespace

const char* textVectorFingerprint()
{
    return WordNet::ofThisComputer().available() ? "fp_simulated_3_wordnet" : "fp_simulated_3";
}

std::vector<float> textVector(std::string_view text, std::size_t dimensions)
{
    std::map<std::string, int> counts;
    for (std::string& word : wordsOf(text))
        ++counts[std::move(word)];
    static FeatureCache cache;
    std::vector<float> values(dimensions, 0.0F);
    for (const auto& [word, count] : counts) {
        const auto features = cache.of(word);
        const double weight = isStopWord(word) ? SmallWordWeight : features->meaning->rarity;
        addWord(*features, static_cast<float>(weight * (1 + std::log(count))), values);
    }
    normalise(values);
    return values;
}

} // namespace gatehouse::local
