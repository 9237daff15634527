// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/language/paraphrases.h"

#include "core/base/files.h"
#include "core/local/language/words.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <unordered_map>
#include <utility>

namespace gatehouse::local {

namespace {

constexpr std::size_t MostWords = 3;  ///< of a phrase
constexpr std::size_t MostInRow = 64; ///< variants of one entry; a longer list is a hostile one
constexpr std::uint8_t MostFan = 40;  ///< a German word with more translations connects nothing

/// What stands in phrases for something else. Sorted.
constexpr auto Placeholders =
    std::to_array<std::string_view>({"a", "an", "be", "etc", "etw", "jdm", "jdn", "jds", "oneself", "s", "sb",
                                     "sein", "sich", "so", "sth", "the", "to"});

std::uint32_t hashOf(std::string_view text, std::uint32_t hash = 0x811c9dc5U)
{
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x01000193U;
    return hash;
}

/// Stems each word once.
class Stems
{
public:
    std::uint32_t of(std::string&& word)
    {
        const auto found = m_known.find(word);
        if (found != m_known.end())
            return found->second;
        const std::uint32_t hash = hashOf(stemOf(word));
        m_known.emplace(std::move(word), hash);
        return hash;
    }

private:
    std::unordered_map<std::string, std::uint32_t> m_known;
};

std::uint32_t chained(std::uint32_t hash, std::uint32_t next)
{
    return (hash * 0x9e3779b1U) ^ next;
}

/// The name of a phrase; 0: it has no word, or too many.
std::uint32_t keyOf(std::string_view phrase, Stems* stems)
{
    std::uint32_t key = 0;
    std::size_t count = 0;
    for (std::string& word : wordsOf(phrase)) {
        if (std::ranges::binary_search(Placeholders, word))
            continue;
        if (++count > MostWords)
            return 0;
        key = chained(key, stems != nullptr ? stems->of(std::move(word)) : hashOf(word));
    }
    return key;
}

/// Without what explains: (…), [the field], {the gender}, <another spelling>.
std::string withoutRemarks(std::string_view text)
{
    std::string plain;
    int depth = 0;
    for (const char c : text) {
        if (c == '(' || c == '[' || c == '{' || c == '<')
            ++depth;
        else if (c == ')' || c == ']' || c == '}' || c == '>')
            depth = std::max(0, depth - 1);
        else if (depth == 0)
            plain += c;
    }
    return plain;
}

std::vector<std::string_view> split(std::string_view text, char mark)
{
    std::vector<std::string_view> parts;
    while (parts.size() < MostInRow) {
        const std::size_t end = text.find(mark);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos)
            break;
        text.remove_prefix(end + 1);
    }
    return parts;
}

std::vector<std::uint32_t> keysOf(std::string_view variants, Stems* stems)
{
    std::vector<std::uint32_t> keys;
    for (const std::string_view variant : split(variants, ';'))
        if (const std::uint32_t key = keyOf(variant, stems); key != 0)
            keys.push_back(key);
    return keys;
}

using Pairs = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

/// "Urlaub {m}; Ferien {pl} | Urlaube {pl} :: leave; holiday | leaves"
void addEntry(std::string_view line, Stems& stems, Pairs& pairs)
{
    const std::size_t middle = line.find("::");
    if (line.starts_with('#') || middle == std::string_view::npos)
        return;
    const std::string german = withoutRemarks(line.substr(0, middle));
    const std::string english = withoutRemarks(line.substr(middle + 2));
    const auto left = split(german, '|');
    const auto right = split(english, '|');
    for (std::size_t i = 0; i < std::min(left.size(), right.size()); ++i) {
        const auto ours = keysOf(right[i], &stems);
        for (const std::uint32_t theirs : keysOf(left[i], nullptr))
            for (const std::uint32_t one : ours)
                pairs.emplace_back(theirs, one);
    }
}

} // namespace

Paraphrases::Paraphrases(const std::string& file)
{
    if (const auto text = readFile(file))
        learn(*text);
}

const Paraphrases& Paraphrases::ofThisComputer()
{
    static const Paraphrases one([] {
        const char* named = std::getenv("GATEHOUSE_DE_EN");
        return std::string(named != nullptr ? named : "/usr/share/trans/de-en");
    }());
    return one;
}

void Paraphrases::learn(std::string_view text)
{
    Pairs pairs; // German, English
    Stems stems;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        addEntry(text.substr(0, end), stems, pairs);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    std::ranges::sort(pairs);
    const auto rest = std::ranges::unique(pairs);
    pairs.erase(rest.begin(), rest.end());
    struct Known
    {
        std::uint32_t english, german;
        std::uint8_t fan;
    };
    std::vector<Known> known;
    for (auto row = pairs.begin(); row != pairs.end();) {
        const auto next =
            std::find_if(row, pairs.end(), [&](const auto& one) { return one.first != row->first; });
        const auto fan = next - row;
        if (fan > 1 && fan <= MostFan)
            for (auto one = row; one != next; ++one)
                known.push_back({one->second, one->first, static_cast<std::uint8_t>(fan)});
        row = next;
    }
    std::ranges::sort(known, [](const Known& a, const Known& b) {
        return std::pair(a.english, a.german) < std::pair(b.english, b.german);
    });
    m_english.reserve(known.size());
    m_german.reserve(known.size());
    m_fan.reserve(known.size());
    for (const Known& one : known) {
        m_english.push_back(one.english);
        m_german.push_back(one.german);
        m_fan.push_back(one.fan);
    }
}

std::vector<Paraphrases::Pivot> Paraphrases::pivotsOf(std::string_view words) const
{
    std::vector<Pivot> pivots;
    Stems stems;
    const std::uint32_t key = keyOf(words, &stems);
    const auto [first, last] = std::ranges::equal_range(m_english, key);
    for (auto at = first; at != last; ++at) {
        const auto i = static_cast<std::size_t>(at - m_english.begin());
        pivots.push_back({m_german[i], 2.0F / static_cast<float>(m_fan[i])});
    }
    return pivots;
}

double commonPivots(const std::vector<Paraphrases::Pivot>& a, const std::vector<Paraphrases::Pivot>& b)
{
    double chance = 1;
    auto left = a.begin();
    auto right = b.begin();
    while (left != a.end() && right != b.end()) {
        if (left->german < right->german)
            ++left;
        else if (right->german < left->german)
            ++right;
        else {
            chance *= 1 - std::min(0.9, static_cast<double>(left->weight));
            ++left;
            ++right;
        }
    }
    return 1 - chance;
}

} // namespace gatehouse::local
