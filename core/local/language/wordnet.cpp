// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/language/wordnet.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <fcntl.h>
#include <mutex>
#include <span>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <unordered_map>
#include <utility>

namespace gatehouse::local {

namespace {

constexpr std::uint32_t PartShift = 28;
constexpr std::uint32_t OffsetMask = (1U << PartShift) - 1;

constexpr std::array<const char*, 4> PartNames = {"noun", "verb", "adj", "adv"};
/// Where packages put the files: Debian's wordnet-base, Fedora, Homebrew.
constexpr std::array<const char*, 5> Places = {"/usr/share/wordnet", "/usr/share/wordnet-3.0/dict",
                                               "/usr/share/wordnet/dict", "/opt/homebrew/opt/wordnet/dict",
                                               "/usr/local/opt/wordnet/dict"};

std::size_t indexOf(PartOfSpeech part)
{
    return static_cast<std::size_t>(part);
}

/// The next word of a line; the line begins after it.
std::string_view take(std::string_view& line)
{
    const std::size_t end = std::min(line.find(' '), line.size());
    const std::string_view word = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
    return word;
}

std::uint32_t number(std::string_view text, int base = 10)
{
    std::uint32_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value, base);
    return value;
}

SynsetId idOf(PartOfSpeech part, std::string_view offset)
{
    return (static_cast<std::uint32_t>(part) << PartShift) | (number(offset) & OffsetMask);
}

PartOfSpeech partOf(std::string_view letter)
{
    switch (letter.empty() ? 'n' : letter.front()) {
    case 'v':
        return PartOfSpeech::Verb;
    case 'a':
    case 's':
        return PartOfSpeech::Adjective;
    case 'r':
        return PartOfSpeech::Adverb;
    default:
        return PartOfSpeech::Noun;
    }
}

using Rule = std::pair<std::string_view, std::string_view>;

/// morphy(7WN): endings, and what stands in their place.
std::span<const Rule> rulesOf(PartOfSpeech part)
{
    static constexpr Rule Nouns[] = {{"s", ""},      {"ses", "s"},   {"xes", "x"},   {"zes", "z"},
                                     {"ches", "ch"}, {"shes", "sh"}, {"men", "man"}, {"ies", "y"}};
    static constexpr Rule Verbs[] = {{"s", ""},   {"ies", "y"}, {"es", "e"},  {"es", ""},
                                     {"ed", "e"}, {"ed", ""},   {"ing", "e"}, {"ing", ""}};
    static constexpr Rule Adjectives[] = {{"er", ""}, {"est", ""}, {"er", "e"}, {"est", "e"}};
    switch (part) {
    case PartOfSpeech::Noun:
        return Nouns;
    case PartOfSpeech::Verb:
        return Verbs;
    case PartOfSpeech::Adjective:
        return Adjectives;
    case PartOfSpeech::Adverb:
        break;
    }
    return {};
}

bool isLowerLetter(char c)
{
    return c >= 'a' && c <= 'z';
}

} // namespace

/// One file, mapped. Lines that are sorted by their first word are found by halving.
class WordNet::File
{
public:
    explicit File(const std::string& path)
    {
        const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        struct stat facts = {};
        if (descriptor >= 0 && ::fstat(descriptor, &facts) == 0 && facts.st_size > 0) {
            m_size = static_cast<std::size_t>(facts.st_size);
            m_bytes = ::mmap(nullptr, m_size, PROT_READ, MAP_PRIVATE, descriptor, 0);
            if (m_bytes == MAP_FAILED)
                m_bytes = nullptr;
        }
        if (descriptor >= 0)
            ::close(descriptor);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File()
    {
        if (m_bytes != nullptr)
            ::munmap(m_bytes, m_size);
    }

    [[nodiscard]] std::string_view text() const
    {
        return m_bytes == nullptr ? std::string_view()
                                  : std::string_view(static_cast<const char*>(m_bytes), m_size);
    }
    [[nodiscard]] std::string_view lineAt(std::size_t offset) const
    {
        const std::string_view all = text();
        return offset >= all.size() ? std::string_view()
                                    : all.substr(offset, all.find('\n', offset) - offset);
    }
    /// What follows the key on its line; empty when there is none.
    [[nodiscard]] std::string_view find(std::string_view key) const
    {
        const std::string_view all = text();
        std::size_t low = 0;
        std::size_t high = all.size();
        while (low < high) {
            const std::size_t middle = low + (high - low) / 2;
            const std::size_t start = middle == 0 ? 0 : all.rfind('\n', middle - 1) + 1; // npos + 1 is 0
            std::string_view line = lineAt(start);
            const std::size_t next = start + line.size() + 1;
            const std::string_view word =
                take(line); // the licence's lines begin with blanks: before all words
            if (word == key)
                return line;
            if (word < key)
                low = next;
            else
                high = start;
        }
        return {};
    }

private:
    void* m_bytes = nullptr;
    std::size_t m_size = 0;
};

struct WordNet::Frequencies
{
    std::once_flag once;
    std::unordered_map<std::string_view, std::uint32_t> glosses; // that hold the word, as it is written
    double total = 0;
};

const WordNet& WordNet::ofThisComputer()
{
    static const WordNet one([]() -> std::string {
        if (const char* place = std::getenv("WNSEARCHDIR"))
            return place;
        for (const char* place : Places)
            if (::access((std::string(place) + "/data.noun").c_str(), R_OK) == 0)
                return place;
        return Places.front();
    }());
    return one;
}

WordNet::WordNet(const std::string& directory)
    : m_frequencies(std::make_unique<Frequencies>())
{
    m_available = true;
    for (const PartOfSpeech part : AllParts) {
        const std::size_t i = indexOf(part);
        m_index[i] = std::make_unique<File>(directory + "/index." + PartNames[i]);
        m_data[i] = std::make_unique<File>(directory + "/data." + PartNames[i]);
        m_exceptions[i] = std::make_unique<File>(directory + "/" + PartNames[i] + ".exc");
        m_available = m_available && !m_index[i]->text().empty() && !m_data[i]->text().empty();
    }
}

WordNet::~WordNet() = default;

const WordNet::File& WordNet::index(PartOfSpeech part) const
{
    return *m_index[indexOf(part)];
}

const WordNet::File& WordNet::data(PartOfSpeech part) const
{
    return *m_data[indexOf(part)];
}

std::string_view WordNet::indexLine(std::string_view lemma, PartOfSpeech part) const
{
    return lemma.empty() ? std::string_view() : index(part).find(lemma);
}

std::vector<SynsetId> WordNet::senses(std::string_view lemma, PartOfSpeech part) const
{
    // pos synset_cnt p_cnt [symbol…] sense_cnt tagsense_cnt offset…
    std::string_view line = indexLine(lemma, part);
    std::vector<SynsetId> ids;
    if (line.empty())
        return ids;
    take(line);
    const std::uint32_t count = number(take(line));
    for (std::uint32_t left = number(take(line)) + 2; left > 0 && !line.empty(); --left)
        take(line);
    while (ids.size() < count && !line.empty())
        ids.push_back(idOf(part, take(line)));
    return ids;
}

std::vector<std::string> WordNet::baseForms(std::string_view word, PartOfSpeech part) const
{
    std::vector<std::string> forms;
    const auto add = [&](std::string_view form) {
        if (std::ranges::find(forms, form) == forms.end() && !indexLine(form, part).empty())
            forms.emplace_back(form);
    };
    for (std::string_view line = m_exceptions[indexOf(part)]->find(word); !line.empty();)
        add(take(line));
    add(word);
    for (const auto& [ending, with] : rulesOf(part)) {
        if (!word.ends_with(ending) || word.size() <= ending.size() + 1)
            continue;
        const std::string stem = std::string(word.substr(0, word.size() - ending.size())).append(with);
        add(stem);
        // "stopped": the doubled consonant belongs to the ending.
        const std::size_t size = stem.size();
        if (with.empty() && size > 2 && stem[size - 1] == stem[size - 2])
            add(std::string_view(stem).substr(0, size - 1));
    }
    return forms;
}

Synset WordNet::read(SynsetId id) const
{
    // offset lex_filenum ss_type w_cnt(hex) {word lex_id}… p_cnt {symbol offset pos source/target}… … | gloss
    const auto part = static_cast<PartOfSpeech>(id >> PartShift);
    std::string_view line = data(part).lineAt(id & OffsetMask);
    Synset synset;
    const std::size_t bar = line.find(" | ");
    if (bar != std::string_view::npos)
        synset.gloss = line.substr(bar + 3);
    line = line.substr(0, bar);
    for (int i = 0; i < 3; ++i)
        take(line);
    for (std::uint32_t left = number(take(line), 16); left > 0 && !line.empty(); --left) {
        synset.words.push_back(take(line));
        take(line);
    }
    for (std::uint32_t left = number(take(line)); left > 0 && !line.empty(); --left) {
        const std::string_view symbol = take(line);
        const std::string_view offset = take(line);
        synset.pointers.push_back({symbol, idOf(partOf(take(line)), offset)});
        take(line);
    }
    return synset;
}

void WordNet::eachGloss(const std::function<void(std::string_view)>& visit) const
{
    for (const PartOfSpeech part : AllParts) {
        const std::string_view text = data(part).text();
        for (std::size_t bar = text.find(" | "); bar != std::string_view::npos; bar = text.find(" | ", bar)) {
            const std::size_t end = std::min(text.find('\n', bar), text.size());
            visit(text.substr(bar + 3, end - bar - 3));
            bar = end;
        }
    }
}

double WordNet::rarity(std::string_view word) const
{
    if (!m_available)
        return 0.5;
    Frequencies& known = *m_frequencies;
    std::call_once(known.once, [&] {
        eachGloss([&known](std::string_view gloss) {
            known.total += 1;
            for (std::size_t i = 0; i < gloss.size();) {
                const std::size_t start = i;
                while (i < gloss.size() && isLowerLetter(gloss[i]))
                    ++i;
                if (i > start)
                    ++known.glosses[gloss.substr(start, i - start)];
                else
                    ++i;
            }
        });
    });
    const auto found = known.glosses.find(word);
    const double count = found == known.glosses.end() ? 0 : found->second;
    return std::log((known.total + 1) / (count + 1)) / std::log(known.total + 1);
}

} // namespace gatehouse::local
