// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/upstream/groundedtext.h"

#include "core/local/gateway/policy/promptscreen.h"
#include "core/local/language/words.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace gatehouse::local {

namespace {

// All sorted, so that they can be searched by halving.
constexpr auto Numbers = std::to_array<std::string_view>(
    {"double",   "dozen",    "eight",   "eighteen", "eighty",  "eleven", "fifteen", "fifth",     "fifty",
     "five",     "forty",    "four",    "fourteen", "fourth",  "half",   "hundred", "million",   "nine",
     "nineteen", "ninety",   "none",    "one",      "quarter", "second", "seven",   "seventeen", "seventy",
     "single",   "six",      "sixteen", "sixth",    "sixty",   "ten",    "tenth",   "third",     "thirteen",
     "thirty",   "thousand", "three",   "triple",   "twelve",  "twenty", "twice",   "two"});
constexpr auto TimeUnits = std::to_array<std::string_view>(
    {"afternoon", "century",  "day",    "days",    "decade",  "decades",  "evening", "fortnight",
     "hour",      "hours",    "minute", "minutes", "month",   "months",   "morning", "night",
     "nights",    "quarter",  "season", "second",  "seconds", "semester", "term",    "week",
     "weekend",   "weekends", "weeks",  "year",    "years"});
constexpr auto Moments = std::to_array<std::string_view>(
    {"afternoon", "annually", "april",    "august",  "autumn",   "beforehand", "christmas", "clock",
     "daily",     "december", "easter",   "evening", "february", "friday",     "january",   "july",
     "june",      "midnight", "monday",   "morning", "noon",     "november",   "october",   "saturday",
     "september", "spring",   "summer",   "sunday",  "thursday", "today",      "tomorrow",  "tuesday",
     "wednesday", "weekday",  "weekdays", "weekend", "weekends", "winter",     "yesterday"});
constexpr auto Conditions =
    std::to_array<std::string_view>({"after", "before", "during", "if", "once", "provided", "unless", "until",
                                     "when", "whenever", "while", "within"});
constexpr auto Currencies = std::to_array<std::string_view>(
    {"cent",    "cents", "charge",  "crown", "crowns", "dollar", "dollars",  "eur",   "euro",   "euros",
     "expense", "franc", "francs",  "free",  "gbp",    "krone",  "kroner",   "krona", "kronor", "nothing",
     "pence",   "penny", "percent", "pound", "pounds", "rupees", "sixpence", "usd",   "yen"});
constexpr auto Frequencies =
    std::to_array<std::string_view>({"annual", "annually", "daily", "each", "every", "hourly", "monthly",
                                     "once", "per", "quarterly", "times", "twice", "weekly", "yearly"});
constexpr auto Reasons = std::to_array<std::string_view>({"as", "because", "cause", "caused", "causes", "due",
                                                          "hence", "otherwise", "owing", "prevent", "reason",
                                                          "since", "so", "thanks", "therefore", "thus"});
constexpr auto Places =
    std::to_array<std::string_view>({"at", "behind", "below", "beneath", "beside", "floor", "in", "inside",
                                     "near", "on", "outside", "room", "under", "where"});

template <std::size_t N>
constexpr bool has(const std::array<std::string_view, N>& sorted, std::string_view word)
{
    return std::ranges::binary_search(sorted, word);
}

bool isNumber(std::string_view word)
{
    return std::isdigit(static_cast<unsigned char>(word.front())) != 0 || has(Numbers, word);
}

/// A word with a capital that no beginning of a sentence explains.
bool holdsName(std::string_view text)
{
    bool first = true;
    for (std::size_t i = 0; i < text.size();) {
        while (i < text.size() && std::isalnum(static_cast<unsigned char>(text[i])) == 0)
            ++i;
        const std::size_t start = i;
        while (i < text.size() && (std::isalnum(static_cast<unsigned char>(text[i])) != 0 || text[i] == '-'))
            ++i;
        const std::string_view word = text.substr(start, i - start);
        const auto at = [&](std::size_t index) { return static_cast<unsigned char>(word[index]); };
        if (!first && word.size() > 1 && std::isupper(at(0)) != 0 && std::islower(at(1)) != 0)
            return true;
        first = first && word.empty();
    }
    return false;
}

bool isYear(std::string_view word)
{
    return word.size() == 4 && (word.starts_with("1") || word.starts_with("20")) &&
           std::ranges::all_of(word, [](unsigned char c) { return std::isdigit(c) != 0; });
}

/// The words that follow a number closely: "684 persons", "two thousand old volumes".
std::vector<std::shared_ptr<const Meaning>> countedIn(const std::vector<std::string>& words)
{
    constexpr std::size_t Reach = 3;
    std::vector<std::shared_ptr<const Meaning>> counted;
    for (std::size_t i = 0; i < words.size(); ++i)
        if (isNumber(words[i]) && !isYear(words[i]))
            for (std::size_t at = i + 1; at < std::min(i + 1 + Reach, words.size()); ++at)
                if (!isStopWord(words[at]) && !isNumber(words[at]))
                    counted.push_back(Meanings::ofThisComputer().of(words[at]));
    return counted;
}

bool holdsLongNumber(std::string_view text)
{
    constexpr int LeastDigits = 5;
    int digits = 0;
    for (const char c : text) {
        const bool joins = digits > 0 && (c == ' ' || c == '-' || c == '/');
        digits = std::isdigit(static_cast<unsigned char>(c)) != 0 ? digits + 1 : joins ? digits : 0;
        if (digits >= LeastDigits)
            return true;
    }
    return false;
}

SentenceFacts factsOf(std::string_view text, const std::vector<std::string>& words)
{
    SentenceFacts facts;
    bool unit = false;
    for (const std::string& word : words) {
        facts.number = facts.number || isNumber(word);
        unit = unit || has(TimeUnits, word);
        facts.money = facts.money || has(Currencies, word);
        facts.date = facts.date || has(Moments, word) || isYear(word) || word == "ago";
        facts.age = facts.age || word == "age" || word == "aged" || word == "old" || word == "born" ||
                    word == "years";
        facts.moment = facts.moment || facts.date || has(Conditions, word);
        facts.frequency = facts.frequency || has(Frequencies, word);
        facts.reason = facts.reason || has(Reasons, word);
        facts.place = facts.place || has(Places, word);
        facts.person =
            facts.person || (!isStopWord(word) && Meanings::ofThisComputer().isKindOf(word, "causal_agent"));
    }
    for (const std::string_view sign : {"\u20ac", "$", "\u00a3", "%", "\u00a5"})
        facts.money = facts.money || text.find(sign) != std::string_view::npos;
    // These months are other words, too, but for their capital.
    facts.date = facts.date || text.find(" May") != std::string_view::npos ||
                 text.find(" March") != std::string_view::npos;
    facts.moment = facts.moment || facts.date;
    facts.age = facts.age && facts.number;
    facts.money = facts.money && (facts.number || std::ranges::find(words, "free") != words.end() ||
                                  std::ranges::find(words, "nothing") != words.end() ||
                                  std::ranges::find(words, "expense") != words.end());
    facts.duration = unit && (facts.number || facts.frequency || facts.moment);
    facts.moment = facts.moment || facts.duration;
    facts.frequency = facts.frequency && (unit || facts.number || facts.moment);
    facts.name = holdsName(text);
    facts.longNumber = holdsLongNumber(text);
    return facts;
}

/// Of a sentence that tells an assistant what to do. The list of phrases is the gateway's own; these are the
/// words by which texts address a model.
bool isInstruction(std::string_view text, const std::vector<std::string>& words)
{
    if (holdsInjectionPhrase(text))
        return true;
    static constexpr auto Addressed =
        std::to_array<std::string_view>({"assistant", "chatbot", "llm", "prompt", "system", "ai"});
    static constexpr auto Orders =
        std::to_array<std::string_view>({"answer", "disregard", "execute", "follow", "forget", "ignore",
                                         "instruction", "instructions", "must", "obey", "output", "override",
                                         "pretend", "print", "reply", "respond", "reveal", "say", "says"});
    const auto any = [&](const auto& list) {
        return std::ranges::any_of(
            words, [&](const std::string& word) { return std::ranges::find(list, word) != list.end(); });
    };
    return any(Addressed) && any(Orders);
}

std::string inOneLine(std::string_view text)
{
    std::string line;
    for (const char c : text) {
        const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
        if (!space)
            line += c;
        else if (!line.empty() && line.back() != ' ')
            line += ' ';
    }
    return line;
}

bool pointsBack(const std::vector<std::string>& words)
{
    static constexpr auto Pronouns = std::to_array<std::string_view>(
        {"he", "her", "his", "it", "its", "she", "that", "their", "these", "they", "this", "those"});
    return !words.empty() && has(Pronouns, words.front());
}

bool isHeading(std::string_view text, std::size_t words)
{
    constexpr std::size_t MostWords = 10;
    const char last = text.back();
    return words <= MostWords && last != '.' && last != '!' && last != '?' && last != ';' && last != ',' &&
           last != ':';
}

} // namespace

std::vector<PassageSentence> readPassages(const GroundedPrompt& prompt)
{
    std::vector<PassageSentence> sentences;
    std::size_t paragraph = 0;
    for (std::size_t i = 0; i < prompt.passages.size(); ++i) {
        std::string_view rest = prompt.passages[i];
        while (!rest.empty()) {
            const std::size_t end = std::min(rest.find("\n\n"), rest.size());
            for (const std::string_view text : sentencesOf(rest.substr(0, end))) {
                PassageSentence sentence;
                sentence.passage = i;
                sentence.paragraph = paragraph;
                sentence.text = inOneLine(text);
                const std::vector<std::string> words = wordsOf(text);
                for (const std::string& word : words)
                    if (!isStopWord(word))
                        sentence.words.push_back(Meanings::ofThisComputer().of(word));
                sentence.facts = factsOf(sentence.text, words);
                sentence.counted = countedIn(words);
                sentence.pointsBack = pointsBack(words);
                sentence.heading = isHeading(sentence.text, words.size());
                sentence.instruction = isInstruction(sentence.text, words);
                for (const auto& word : sentence.words)
                    for (std::size_t d = 0; d < WordDimensions; ++d)
                        sentence.company[d] +=
                            static_cast<float>(word->rarity * word->rarity) * word->company[d];
                sentences.push_back(std::move(sentence));
            }
            rest.remove_prefix(std::min(end + 2, rest.size()));
            ++paragraph;
        }
    }
    return sentences;
}

} // namespace gatehouse::local
