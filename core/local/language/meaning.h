// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/local/language/wordnet.h"
#include "core/local/language/wordvectors.h"

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace gatehouse::local {

/// What is known of a word: its stem, what it may mean, and what is near to that.
struct Meaning
{
    struct Link
    {
        std::uint32_t id = 0;
        float weight = 0; ///< of at most 1
        auto operator<=>(const Link&) const = default;
    };
    std::string word;
    std::string stem;
    std::vector<Link> own;               ///< synsets that it is a word of, or that derive from one; by id
    std::vector<Link> near;              ///< what those are kinds, parts or signs of; by id
    bool instance = false;               ///< a single thing with a name ("Australia")
    std::vector<std::string> glossStems; ///< that its meanings are explained with; sorted
    WordVector company = {};             ///< which words it goes together with
    double rarity = 0.5;                 ///< in English, 0 … 1
    bool noun = false;
};

/// Looks words up and remembers them. Any thread. What it is given outlives it.
class Meanings
{
public:
    Meanings(const WordNet& wordNet, const WordVectors& vectors);
    [[nodiscard]] static Meanings& ofThisComputer();

    /// A word in lower case. Never null.
    [[nodiscard]] std::shared_ptr<const Meaning> of(std::string_view word);
    /// The first synset of its kind that a word belongs to; whether one of the word's first meanings lies
    /// below.
    [[nodiscard]] bool isKindOf(std::string_view word, std::string_view kind);

private:
    [[nodiscard]] Meaning lookUp(std::string_view word) const;
    void addSense(SynsetId id, float weight, bool explained, Meaning& meaning) const;
    [[nodiscard]] WordVector companyOf(std::string_view word) const;
    [[nodiscard]] bool reaches(SynsetId from, SynsetId to) const;

    const WordNet& m_wordNet;
    const WordVectors& m_vectors;
    std::mutex m_mutex;
    std::unordered_map<std::string, std::shared_ptr<const Meaning>> m_known;
};

/// How well a word of a text says what a word of a question means, 0 to 1: 1 for the same stem, less for
/// synonyms, kinds, explanations and spellings; a word that is more general than the one asked for says
/// little.
[[nodiscard]] double similarity(const Meaning& asked, const Meaning& said);
/// The same for synonyms and kinds alone: whether what is said can be named by what is asked ("which
/// vehicle": a lorry).
[[nodiscard]] double kindSimilarity(const Meaning& asked, const Meaning& said);

} // namespace gatehouse::local
