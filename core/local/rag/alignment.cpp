// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/rag/alignment.h"

#include "core/local/language/wordnet.h"
#include "core/local/language/words.h"
#include "core/local/language/wordvectors.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace gatehouse::local {

namespace {

// Of word vectors: below, two words have nothing to do with each other; above, they are as good as one.
constexpr double UnlikeCosine = 0.3;
constexpr double AlikeCosine = 0.8;

struct Asked
{
    std::string stem;
    WordVector vector = {};
    double weight = 1;
};

double nearness(const Asked& asked, const std::string& stem, const WordVector& vector)
{
    if (asked.stem == stem)
        return 1;
    const double near =
        (static_cast<double>(cosine(asked.vector, vector)) - UnlikeCosine) / (AlikeCosine - UnlikeCosine);
    return std::clamp(near, 0.0, 1.0);
}

/// How near a word is to each of the question's; looked up once for all passages.
class Nearness
{
public:
    explicit Nearness(const std::vector<Asked>& asked)
        : m_asked(asked)
    {}
    const std::vector<double>& of(const std::string& word)
    {
        const auto [found, isNew] = m_known.try_emplace(word);
        if (isNew && !isStopWord(word)) {
            const std::string stem = stemOf(word);
            const WordVector vector = WordVectors::builtIn().vectorOf(word);
            for (const Asked& one : m_asked)
                found->second.push_back(nearness(one, stem, vector));
        }
        return found->second;
    }

private:
    const std::vector<Asked>& m_asked;
    std::unordered_map<std::string, std::vector<double>> m_known;
};

} // namespace

std::vector<double> alignments(const std::vector<std::string>& words,
                               const std::vector<std::string_view>& passages)
{
    std::vector<Asked> asked;
    for (const std::string& word : words)
        asked.push_back(
            {stemOf(word), WordVectors::builtIn().vectorOf(word), WordNet::ofThisComputer().rarity(word)});
    Nearness nearest(asked);
    std::vector<std::vector<double>> best(passages.size(), std::vector<double>(asked.size(), 0.0));
    std::vector<double> held(asked.size(), 0.0);
    for (std::size_t p = 0; p < passages.size(); ++p) {
        for (const std::string& word : wordsOf(passages[p])) {
            const std::vector<double>& near = nearest.of(word);
            for (std::size_t i = 0; i < near.size(); ++i)
                best[p][i] = std::max(best[p][i], near[i]);
        }
        for (std::size_t i = 0; i < asked.size(); ++i)
            held[i] += best[p][i];
    }
    double total = 0;
    for (std::size_t i = 0; i < asked.size(); ++i) {
        asked[i].weight *= std::log(1 + (static_cast<double>(passages.size()) + 1) / (1 + held[i]));
        total += asked[i].weight;
    }
    std::vector<double> aligned(passages.size(), 0.0);
    for (std::size_t p = 0; p < passages.size() && total > 0; ++p)
        for (std::size_t i = 0; i < asked.size(); ++i)
            aligned[p] += asked[i].weight * best[p][i] / total;
    return aligned;
}

} // namespace gatehouse::local
