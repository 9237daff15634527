// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/upstream/textvector.h"

#include "core/local/gateway/draw.h"
#include "core/local/language/meaning.h"
#include "core/local/language/words.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <string>

namespace gatehouse::local {

namespace {

constexpr int PlacesPerFeature = 4;
constexpr std::size_t MostLinks = 16; ///< of a word, each of both kinds

constexpr double OwnWeight = 0.2;
constexpr double NearWeight = 0.1;
constexpr double CompanyWeight = 3.0;
constexpr double SpellingWeight = 0.1;
constexpr double SmallWordWeight = 0.02;

/// FNV-1a, 64 bits.
std::uint64_t hashOf(std::string_view text, std::uint64_t hash = 0xcbf29ce484222325U)
{
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    return hash;
}

class Sum
{
public:
    explicit Sum(std::size_t dimensions)
        : m_values(dimensions, 0.0)
    {}

    void addWord(const Meaning& meaning, double weight)
    {
        addFeature(hashOf(meaning.stem, 1), weight);
        addLinks(meaning.own, 2, weight * OwnWeight);
        addLinks(meaning.near, 2, weight * NearWeight);
        for (std::size_t d = 0; d < GlossDimensions; ++d)
            m_values[d * 3 % m_values.size()] += weight * CompanyWeight * meaning.company[d];
        const std::string edged = "^" + meaning.stem + "$";
        for (std::size_t i = 0; i + 3 <= edged.size(); ++i)
            addFeature(hashOf(std::string_view(edged).substr(i, 3), 3), weight * SpellingWeight);
    }

    [[nodiscard]] std::vector<float> normalised() const
    {
        double length = 0;
        for (const double value : m_values)
            length += value * value;
        std::vector<float> vector(m_values.size(), 0.0F);
        if (length <= 0) {
            vector.front() = 1.0F;
            return vector;
        }
        const double scale = 1.0 / std::sqrt(length);
        std::ranges::transform(m_values, vector.begin(),
                               [scale](double value) { return static_cast<float>(value * scale); });
        return vector;
    }

private:
    void addFeature(std::uint64_t feature, double weight)
    {
        std::uint64_t state = feature;
        for (int i = 0; i < PlacesPerFeature; ++i) {
            const std::uint64_t random = nextRandom(state);
            m_values[random % m_values.size()] += (random >> 63U) != 0 ? weight : -weight;
        }
    }
    void addLinks(const std::vector<Meaning::Link>& links, std::uint64_t kind, double weight)
    {
        std::vector<Meaning::Link> strongest = links;
        std::ranges::stable_sort(strongest, std::greater(), &Meaning::Link::weight);
        if (strongest.size() > MostLinks)
            strongest.resize(MostLinks);
        for (const Meaning::Link& link : strongest)
            addFeature(kind << 40U | link.id, weight * link.weight);
    }

    std::vector<double> m_values;
};

} // namespace

const char* textVectorFingerprint()
{
    return WordNet::ofThisComputer().available() ? "fp_simulated_2_wordnet" : "fp_simulated_2";
}

std::vector<float> textVector(std::string_view text, std::size_t dimensions)
{
    std::map<std::string, int> counts;
    for (std::string& word : wordsOf(text))
        ++counts[std::move(word)];
    Sum sum(dimensions);
    for (const auto& [word, count] : counts) {
        const auto meaning = Meanings::ofThisComputer().of(word);
        const double rare = meaning->rarity;
        sum.addWord(*meaning, (isStopWord(word) ? SmallWordWeight : rare) * (1 + std::log(count)));
    }
    return sum.normalised();
}

} // namespace gatehouse::local
