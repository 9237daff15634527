// SPDX-License-Identifier: GPL-3.0-or-later
// M. F. Porter, "An algorithm for suffix stripping", Program 14(3), 1980.
#include "core/local/language/words.h"

#include <algorithm>
#include <span>
#include <utility>

namespace gatehouse::local {

namespace {

class Stemmer
{
public:
    explicit Stemmer(std::string_view word)
        : m_word(word)
    {}

    std::string run()
    {
        plurals();
        pastAndGerund();
        finalY();
        replaceLong();
        replaceShort();
        removeLast();
        finalE();
        return std::move(m_word);
    }

private:
    using Pair = std::pair<std::string_view, std::string_view>;

    [[nodiscard]] bool isConsonant(std::size_t i) const
    {
        switch (m_word[i]) {
        case 'a':
        case 'e':
        case 'i':
        case 'o':
        case 'u':
            return false;
        case 'y':
            return i == 0 || !isConsonant(i - 1);
        default:
            return true;
        }
    }
    /// How often a vowel is followed by a consonant in the first letters.
    [[nodiscard]] int measure(std::size_t length) const
    {
        int count = 0;
        bool vowel = false;
        for (std::size_t i = 0; i < length; ++i) {
            const bool consonant = isConsonant(i);
            if (consonant && vowel)
                ++count;
            vowel = !consonant;
        }
        return count;
    }
    [[nodiscard]] bool hasVowel(std::size_t length) const
    {
        for (std::size_t i = 0; i < length; ++i)
            if (!isConsonant(i))
                return true;
        return false;
    }
    [[nodiscard]] bool endsDouble() const
    {
        const std::size_t size = m_word.size();
        return size >= 2 && m_word[size - 1] == m_word[size - 2] && isConsonant(size - 1);
    }
    /// consonant, vowel, consonant that is not w, x or y.
    [[nodiscard]] bool endsCvc(std::size_t length) const
    {
        if (length < 3 || !isConsonant(length - 1) || isConsonant(length - 2) || !isConsonant(length - 3))
            return false;
        const char last = m_word[length - 1];
        return last != 'w' && last != 'x' && last != 'y';
    }
    [[nodiscard]] bool ends(std::string_view suffix) const { return m_word.ends_with(suffix); }
    [[nodiscard]] std::size_t before(std::string_view suffix) const { return m_word.size() - suffix.size(); }
    void cut(std::size_t count) { m_word.resize(m_word.size() - count); }

    void plurals()
    {
        if (ends("sses") || ends("ies"))
            cut(2);
        else if (ends("s") && !ends("ss"))
            cut(1);
    }
    void pastAndGerund()
    {
        if (ends("eed")) {
            if (measure(before("eed")) > 0)
                cut(1);
            return;
        }
        const std::string_view suffix = ends("ed") ? "ed" : "ing";
        if (!ends(suffix) || !hasVowel(before(suffix)))
            return;
        cut(suffix.size());
        if (ends("at") || ends("bl") || ends("iz"))
            m_word += 'e';
        else if (endsDouble() && !ends("l") && !ends("s") && !ends("z"))
            cut(1);
        else if (measure(m_word.size()) == 1 && endsCvc(m_word.size()))
            m_word += 'e';
    }
    void finalY()
    {
        if (ends("y") && hasVowel(m_word.size() - 1))
            m_word.back() = 'i';
    }
    void replaceFirst(std::span<const Pair> pairs)
    {
        for (const auto& [suffix, with] : pairs) {
            if (!ends(suffix))
                continue;
            if (measure(before(suffix)) > 0) {
                cut(suffix.size());
                m_word += with;
            }
            return;
        }
    }
    void replaceLong()
    {
        static constexpr Pair Pairs[] = {
            {"ational", "ate"}, {"tional", "tion"}, {"enci", "ence"}, {"anci", "ance"}, {"izer", "ize"},
            {"abli", "able"},   {"alli", "al"},     {"entli", "ent"}, {"eli", "e"},     {"ousli", "ous"},
            {"ization", "ize"}, {"ation", "ate"},   {"ator", "ate"},  {"alism", "al"},  {"iveness", "ive"},
            {"fulness", "ful"}, {"ousness", "ous"}, {"aliti", "al"},  {"iviti", "ive"}, {"biliti", "ble"}};
        replaceFirst(Pairs);
    }
    void replaceShort()
    {
        static constexpr Pair Pairs[] = {{"icate", "ic"}, {"ative", ""}, {"alize", "al"}, {"iciti", "ic"},
                                         {"ical", "ic"},  {"ful", ""},   {"ness", ""}};
        replaceFirst(Pairs);
    }
    void removeLast()
    {
        static constexpr std::string_view Suffixes[] = {"al",  "ance",  "ence", "er",  "ic",  "able", "ible",
                                                        "ant", "ement", "ment", "ent", "ion", "ou",   "ism",
                                                        "ate", "iti",   "ous",  "ive", "ize"};
        for (const std::string_view suffix : Suffixes) {
            if (!ends(suffix))
                continue;
            const std::size_t length = before(suffix);
            const bool allowed =
                suffix != "ion" || (length > 0 && (m_word[length - 1] == 's' || m_word[length - 1] == 't'));
            if (allowed && measure(length) > 1)
                cut(suffix.size());
            return;
        }
    }
    void finalE()
    {
        if (ends("e")) {
            const int count = measure(m_word.size() - 1);
            if (count > 1 || (count == 1 && !endsCvc(m_word.size() - 1)))
                cut(1);
        }
        if (ends("ll") && measure(m_word.size()) > 1)
            cut(1);
    }

    std::string m_word;
};

} // namespace

std::string stemOf(std::string_view word)
{
    const bool english = std::ranges::all_of(word, [](char c) { return c >= 'a' && c <= 'z'; });
    return word.size() <= 2 || !english ? std::string(word) : Stemmer(word).run();
}

} // namespace gatehouse::local
