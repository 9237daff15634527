// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::local {

enum class PartOfSpeech : std::uint8_t { Noun, Verb, Adjective, Adverb };
inline constexpr std::array AllParts = {PartOfSpeech::Noun, PartOfSpeech::Verb, PartOfSpeech::Adjective,
                                        PartOfSpeech::Adverb};

/// A synset: its part of speech and its place in that part's file.
using SynsetId = std::uint32_t;

/// A synset's line of the data file, read.
struct Synset
{
    struct Pointer
    {
        std::string_view symbol; ///< "@" hypernym, "+" derivation, … (wninput(5WN))
        SynsetId target = 0;
    };
    std::vector<std::string_view> words; ///< lower case or names, '_' between words
    std::vector<Pointer> pointers;
    std::string_view gloss;
};

/// The WordNet 3 database (Princeton University) as its files are, mapped into memory: nothing is read before
/// it is asked for. Without the files nothing is found, and words mean only themselves. Any thread.
class WordNet
{
public:
    /// The one of this computer: $WNSEARCHDIR, or where the systems' packages put it. Opened at first use.
    [[nodiscard]] static const WordNet& ofThisComputer();
    /// directory: with index.noun, data.noun, …
    explicit WordNet(const std::string& directory);
    WordNet(const WordNet&) = delete;
    WordNet& operator=(const WordNet&) = delete;
    ~WordNet();

    [[nodiscard]] bool available() const { return m_available; }
    /// The senses of a base form, most frequent first.
    [[nodiscard]] std::vector<SynsetId> senses(std::string_view lemma, PartOfSpeech part) const;
    /// What the word may be a form of, itself among it, where WordNet knows it: "geese" → goose.
    [[nodiscard]] std::vector<std::string> baseForms(std::string_view word, PartOfSpeech part) const;
    [[nodiscard]] Synset read(SynsetId id) const;
    /// Every synset's explanation with its examples.
    void eachGloss(const std::function<void(std::string_view gloss)>& visit) const;
    /// How rare a word is in English, 0 (in every text) to 1 (in none), from how many of the 117,000 glosses
    /// hold it. 0.5 for every word without the files.
    [[nodiscard]] double rarity(std::string_view word) const;

private:
    class File;
    struct Frequencies;
    [[nodiscard]] const File& index(PartOfSpeech part) const;
    [[nodiscard]] const File& data(PartOfSpeech part) const;
    [[nodiscard]] std::string_view indexLine(std::string_view lemma, PartOfSpeech part) const;

    bool m_available = false;
    std::array<std::unique_ptr<File>, 4> m_index;
    std::array<std::unique_ptr<File>, 4> m_data;
    std::array<std::unique_ptr<File>, 4> m_exceptions;
    std::unique_ptr<Frequencies> m_frequencies;
};

} // namespace gatehouse::local
