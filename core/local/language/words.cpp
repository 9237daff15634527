// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/language/words.h"

#include <algorithm>
#include <array>

namespace gatehouse::local {

namespace {

/// Sorted.
constexpr std::array StopWords = std::to_array<std::string_view>(
    {"a",         "about",   "according", "actually",  "after",    "again",      "against",   "all",
     "along",     "already", "also",      "although",  "always",   "am",         "among",     "an",
     "and",       "another", "any",       "anybody",   "anyone",   "anything",   "are",       "around",
     "as",        "at",      "away",      "back",      "be",       "because",    "been",      "before",
     "being",     "between", "both",      "but",       "by",       "can",        "cannot",    "could",
     "did",       "do",      "does",      "doing",     "done",     "down",       "due",       "during",
     "each",      "either",  "else",      "etc",       "ever",     "every",      "for",       "from",
     "further",   "get",     "gets",      "getting",   "give",     "given",      "gives",     "go",
     "goes",      "got",     "had",       "happen",    "happens",  "has",        "have",      "having",
     "he",        "her",     "here",      "hers",      "herself",  "him",        "himself",   "his",
     "how",       "however", "i",         "if",        "in",       "instead",    "into",      "is",
     "it",        "its",     "itself",    "just",      "kind",     "let",        "like",      "ll",
     "made",      "make",    "makes",     "many",      "may",      "me",         "might",     "mine",
     "more",      "most",    "much",      "must",      "my",       "myself",     "need",      "needs",
     "neither",   "no",      "nor",       "not",       "now",      "of",         "off",       "often",
     "on",        "once",    "one",       "only",      "onto",     "or",         "other",     "others",
     "otherwise", "ought",   "our",       "ours",      "out",      "over",       "own",       "per",
     "please",    "rather",  "re",        "really",    "s",        "same",       "shall",     "she",
     "should",    "since",   "so",        "some",      "somebody", "someone",    "something", "sort",
     "still",     "such",    "t",         "take",      "taken",    "takes",      "tell",      "than",
     "that",      "the",     "their",     "theirs",    "them",     "themselves", "then",      "there",
     "these",     "they",    "this",      "those",     "though",   "through",    "thus",      "to",
     "together",  "too",     "toward",    "towards",   "under",    "until",      "up",        "upon",
     "us",        "use",     "used",      "uses",      "using",    "ve",         "very",      "via",
     "was",       "we",      "were",      "what",      "whatever", "when",       "whenever",  "where",
     "wherever",  "whether", "which",     "whichever", "while",    "who",        "whoever",   "whom",
     "whose",     "why",     "will",      "with",      "within",   "without",    "would",     "yet",
     "you",       "your",    "yours",     "yourself"});
static_assert(std::ranges::is_sorted(StopWords));

bool isLetter(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// How many bytes of a mark, not a letter, stand at this place: General Punctuation (U+2000 to U+206F) and
/// the Latin-1 marks. 0 for none.
std::size_t markAt(std::string_view text, std::size_t at)
{
    const auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    if (byte(at) == 0xe2U && (byte(at + 1) == 0x80U || byte(at + 1) == 0x81U))
        return 3;
    if (byte(at) == 0xc2U && byte(at + 1) >= 0x80U && byte(at + 1) <= 0xbfU)
        return 2;
    return 0;
}

bool isApostrophe(std::string_view text, std::size_t at, std::size_t& length)
{
    length = text[at] == '\'' ? 1 : 3;
    return text[at] == '\'' || text.substr(at, 3) == "\u2019";
}

} // namespace

std::vector<std::string> wordsOf(std::string_view utf8)
{
    std::vector<std::string> words;
    std::string word;
    bool possessive = false;
    const auto close = [&] {
        if (!word.empty())
            words.push_back(std::move(word));
        word.clear();
        possessive = false;
    };
    for (std::size_t i = 0; i < utf8.size();) {
        const auto c = static_cast<unsigned char>(utf8[i]);
        std::size_t length = 0;
        if (isLetter(c)) {
            if (!possessive || (c != 's' && c != 'S'))
                word += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
            ++i;
        } else if (!word.empty() && isApostrophe(utf8, i, length)) {
            possessive = true; // of the letters after it only an s is dropped
            i += length;
        } else if (const std::size_t mark = markAt(utf8, i); mark > 0 || c < 0x80U) {
            close();
            i += std::max<std::size_t>(mark, 1);
        } else {
            word += static_cast<char>(c);
            ++i;
        }
    }
    close();
    return words;
}

bool isStopWord(std::string_view word)
{
    return std::ranges::binary_search(StopWords, word);
}

} // namespace gatehouse::local
