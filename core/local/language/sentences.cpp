// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/language/words.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace gatehouse::local {

namespace {

/// After which a full stop ends no sentence. Sorted, lower case.
constexpr std::array Abbreviations = std::to_array<std::string_view>(
    {"approx", "art", "ca", "cf",   "ch", "co",   "corp", "dept", "dr",  "eg",  "est", "etc", "fig",
     "gen",    "hon", "ie", "inc",  "jr", "lt",   "ltd",  "max",  "min", "mr",  "mrs", "ms",  "mt",
     "no",     "nos", "p",  "para", "pp", "prof", "sec",  "sr",   "st",  "vol", "vs"});
static_assert(std::ranges::is_sorted(Abbreviations));

bool isSpace(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && isSpace(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && isSpace(text.back()))
        text.remove_suffix(1);
    return text;
}

/// Whether the full stop at this place belongs to an abbreviation or an initial.
bool isAbbreviation(std::string_view text, std::size_t stop)
{
    std::size_t start = stop;
    while (start > 0 && std::isdigit(static_cast<unsigned char>(text[start - 1])) != 0)
        --start;
    if (start < stop && (start == 0 || text[start - 1] == '\n'))
        return true; // the number of a heading or of an item
    start = stop;
    while (start > 0 && std::isalpha(static_cast<unsigned char>(text[start - 1])) != 0)
        --start;
    std::string word(text.substr(start, stop - start));
    std::ranges::transform(word, word.begin(), [](unsigned char c) { return std::tolower(c); });
    if (word.size() == 1) // "J. Smith", "e.g."
        return std::isupper(static_cast<unsigned char>(text[start])) != 0 ||
               (start > 0 && text[start - 1] == '.');
    return std::ranges::binary_search(Abbreviations, word);
}

/// Whether a sentence ends with the mark at this place; end is set behind it and the closing quotes.
bool endsSentence(std::string_view text, std::size_t at, std::size_t& end)
{
    const char mark = text[at];
    if (mark != '.' && mark != '!' && mark != '?')
        return false;
    end = at + 1;
    while (end < text.size() &&
           (text[end] == '"' || text[end] == ')' || text[end] == '\'' || text[end] == mark))
        ++end;
    if (text.substr(end, 3) == "\u201d" || text.substr(end, 3) == "\u2019")
        end += 3;
    if (end < text.size() && !isSpace(text[end]))
        return false;
    if (mark != '.' || !isAbbreviation(text, at))
        return true;
    // "at 5 p.m. The shop": what comes next decides, and small letters go on.
    const std::string_view rest = trimmed(text.substr(end));
    return rest.empty();
}

/// A line break inside a paragraph that parts two lines rather than wraps one: what follows is an item of a
/// list, or the line before was far shorter than lines that wrap.
bool partsLines(std::string_view line, std::string_view next)
{
    if (next.empty())
        return true;
    const bool item =
        next.starts_with("- ") || next.starts_with("* ") || next.starts_with("\u2022") ||
        (std::isdigit(static_cast<unsigned char>(next.front())) != 0 && next.find_first_of(".)") < 3);
    constexpr std::size_t Short = 45;
    const bool capital = std::isupper(static_cast<unsigned char>(next.front())) != 0;
    return item || (line.size() < Short && capital);
}

void addSentences(std::string_view block, std::vector<std::string_view>& sentences)
{
    std::size_t start = 0;
    std::size_t lineStart = 0;
    const auto close = [&](std::size_t end) {
        const std::string_view sentence = trimmed(block.substr(start, end - start));
        if (!sentence.empty())
            sentences.push_back(sentence);
        start = end;
    };
    for (std::size_t i = 0; i < block.size(); ++i) {
        std::size_t end = 0;
        if (endsSentence(block, i, end)) {
            close(end);
            i = end - 1;
        } else if (block[i] == '\n') {
            const std::string_view rest = block.substr(i + 1);
            const std::string_view next = trimmed(rest.substr(0, rest.find('\n')));
            if (partsLines(trimmed(block.substr(lineStart, i - lineStart)), next))
                close(i);
            lineStart = i + 1;
        }
    }
    close(block.size());
}

} // namespace

std::vector<std::string_view> sentencesOf(std::string_view text)
{
    std::vector<std::string_view> sentences;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find("\n\n"), text.size());
        addSentences(text.substr(0, end), sentences);
        text.remove_prefix(std::min(end + 2, text.size()));
    }
    return sentences;
}

} // namespace gatehouse::local
