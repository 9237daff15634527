// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/local/language/wordnet.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace gatehouse::local {

inline constexpr std::size_t GlossDimensions = 512;
using GlossVector = std::array<float, GlossDimensions>;

/// Which words go together, learnt from the 117,000 explanations of WordNet: each word gets a vector of what
/// stands beside it there (random indexing, Kanerva 2000), and each meaning one of the words that explain it
/// (gloss vectors, Patwardhan and Pedersen 2006). Built once, about 16 MB. Constant from then on; any thread.
class GlossVectors
{
public:
    explicit GlossVectors(const WordNet& wordNet);
    [[nodiscard]] static const GlossVectors& ofThisComputer();

    /// Of length 1, or all zero for a word that nothing is known of. Lower case.
    [[nodiscard]] GlossVector vectorOf(std::string_view word) const;

private:
    void learn();
    void addStem(std::string_view stem, float weight, GlossVector& sum) const;
    void addText(std::string_view text, float weight, GlossVector& sum) const;

    const WordNet& m_wordNet;
    std::unordered_map<std::string, std::uint32_t> m_ids; // stem → place
    std::vector<float> m_weights;                         // how rare each stem is
    std::vector<std::int8_t> m_values;                    // a vector after the other
};

/// -1 to 1; 0 where nothing is known.
[[nodiscard]] float cosine(const GlossVector& a, const GlossVector& b);

} // namespace gatehouse::local
