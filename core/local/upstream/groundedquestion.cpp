// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/upstream/groundedquestion.h"

#include "core/local/language/halves.h"
#include "core/local/language/words.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <span>

namespace gatehouse::local {

namespace {

using Words = std::span<const std::string>;

constexpr double LightWeight = 0.25;
constexpr double NotNounFactor = 0.8;
constexpr double BorrowedFactor = 0.4;
/// Rarities of English words lie above this.
constexpr double LeastRarity = 0.35;
constexpr double CommonWeight = 0.3; ///< of the most common word
constexpr std::size_t LeastTerms = 1;

// Sorted.
/// Words that shape a question more than they say what it is about.
constexpr auto LightWords = std::to_array<std::string_view>(
    {"allow",     "allowed",  "amount",   "anybody",   "apply",  "applies",  "available",  "belong",
     "belongs",   "big",      "case",     "come",      "comes",  "concern",  "deal",       "document",
     "documents", "exactly",  "exist",    "exists",    "far",    "find",     "frequently", "happened",
     "high",      "involve",  "involved", "keep",      "kinds",  "know",     "large",      "length",
     "level",     "long",     "look",     "main",      "matter", "maximum",  "mean",       "mention",
     "mentioned", "minimum",  "name",     "named",     "new",    "number",   "occur",      "occurs",
     "part",      "people",   "period",   "permitted", "person", "possible", "put",        "quickly",
     "relate",    "required", "say",      "says",      "soon",   "specific", "state",      "stated",
     "text",      "thing",    "things",   "time",      "times",  "total",    "type",       "want",
     "way",       "work"});
constexpr auto AmountWords = std::to_array<std::string_view>(
    {"amount",  "capacity", "depth",  "distance",    "figure",     "height",   "length", "limit",
     "maximum", "minimum",  "number", "percentage",  "proportion", "quantity", "rate",   "share",
     "size",    "speed",    "sum",    "temperature", "value",      "weight",   "width"});
constexpr auto MoneyWords =
    std::to_array<std::string_view>({"charge", "cost", "costs", "discount", "fare", "fee", "fees", "price",
                                     "rent", "salary", "tariff", "wage"});
/// Of these, the ones that say no more than that a figure is asked for.
constexpr auto LightAmounts = std::to_array<std::string_view>(
    {"amount", "cost", "figure", "length", "maximum", "minimum", "number", "percentage", "price",
     "proportion", "quantity", "rate", "size", "sum", "value"});
constexpr auto MomentWords = std::to_array<std::string_view>(
    {"date", "day", "days", "deadline", "hour", "hours", "month", "season", "time", "weekday", "year"});
constexpr auto DayWords = std::to_array<std::string_view>({"date", "day", "days", "weekday"});
constexpr auto PlaceWords = std::to_array<std::string_view>(
    {"building", "city", "country", "floor", "location", "place", "room", "town", "where"});
constexpr auto ReasonWords =
    std::to_array<std::string_view>({"cause", "causes", "explanation", "purpose", "reason"});
template <std::size_t N>
constexpr bool has(const std::array<std::string_view, N>& list, std::string_view word)
{
    return std::ranges::find(list, word) != list.end();
}

AnswerKind kindOfHow(std::string_view next)
{
    if (next == "many")
        return AnswerKind::Count;
    if (next == "old" || next == "young")
        return AnswerKind::Age;
    if (next == "expensive" || next == "costly" || next == "cheap")
        return AnswerKind::Money;
    if (next == "long" || next == "soon" || next == "quickly")
        return AnswerKind::Duration;
    if (next == "often" || next == "frequently" || next == "regularly")
        return AnswerKind::Frequency;
    static constexpr auto Degrees = std::to_array<std::string_view>(
        {"big",  "close", "cold", "deep", "far",  "fast",  "heavy", "high",  "hot",  "large",
         "late", "loud",  "low",  "much", "near", "small", "tall",  "thick", "warm", "wide"});
    return has(Degrees, next) ? AnswerKind::Amount : AnswerKind::Anything;
}

/// What "which …" and "what …" ask for, by the noun.
AnswerKind kindOfNoun(std::string_view noun)
{
    if (has(MoneyWords, noun))
        return AnswerKind::Money;
    if (noun == "age")
        return AnswerKind::Age;
    if (has(AmountWords, noun))
        return AnswerKind::Amount;
    if (has(DayWords, noun)) // moments, but no lengths of time
        return AnswerKind::Date;
    if (has(MomentWords, noun))
        return AnswerKind::Moment;
    if (noun == "period" || noun == "duration")
        return AnswerKind::Duration;
    if (has(ReasonWords, noun))
        return AnswerKind::Reason;
    if (has(PlaceWords, noun))
        return AnswerKind::Place;
    if (noun == "name")
        return AnswerKind::Name;
    return AnswerKind::Anything;
}

bool asksForMoney(Words words)
{
    static constexpr auto Paying = std::to_array<std::string_view>(
        {"budget",  "charge", "charged",   "charges", "cheap",   "cost",   "costs",
         "deposit", "earn",   "expensive", "fare",    "fee",     "fees",   "fine",
         "money",   "owe",    "paid",      "pay",     "payable", "pays",   "penalty",
         "price",   "prices", "rent",      "salary",  "spend",   "tariff", "wage"});
    return std::ranges::any_of(words, [](const std::string& word) { return has(Paying, word); });
}

/// Where the words ask, and for what; the noun of "which airline" is the focus.
AnswerKind kindOf(Words words, std::optional<std::size_t>& focus)
{
    for (const char* telephone : {"phone", "telephone"})
        if (const auto at = std::ranges::find(words, telephone);
            at != words.end() && at + 1 != words.end() && *(at + 1) == "number")
            return AnswerKind::Telephone;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string& word = words[i];
        const std::string next = i + 1 < words.size() ? words[i + 1] : std::string();
        if (word == "who" || word == "whom" || word == "whose")
            return AnswerKind::Person;
        if (word == "why")
            return AnswerKind::Reason;
        if (word == "where")
            return AnswerKind::Place;
        if (word == "when")
            return next == "was" || next == "were" || next == "did" ? AnswerKind::Date : AnswerKind::Moment;
        if (word == "how") {
            const AnswerKind kind = kindOfHow(next);
            for (std::size_t at = i + 2; kind == AnswerKind::Count && at < words.size() && !focus; ++at)
                if (!isStopWord(words[at]) && Meanings::ofThisComputer().of(words[at])->noun &&
                    (at + 1 == words.size() || isStopWord(words[at + 1]) ||
                     !Meanings::ofThisComputer().of(words[at + 1])->noun))
                    focus = at; // "how many solar panels": the last noun of the row
            return kind == AnswerKind::Amount && asksForMoney(words) ? AnswerKind::Money : kind;
        }
        if (word == "what" || word == "which") {
            for (std::size_t at = i + 1; at < std::min(i + 5, words.size()); ++at) {
                if (isStopWord(words[at]) && at == i + 1 && word == "what")
                    break; // "what does …", "what is the price …"
                if (isStopWord(words[at]))
                    continue;
                if (words[at].ends_with("ed")) // "what reduced …": a verb, and nothing is named
                    break;
                if (!Meanings::ofThisComputer().of(words[at])->noun)
                    continue;
                const AnswerKind kind = kindOfNoun(words[at]);
                if (kind == AnswerKind::Anything)
                    focus = at;
                return kind;
            }
            // "what is the price of …": the first noun says it too.
            for (std::size_t at = i + 1; at < std::min(i + 5, words.size()); ++at)
                if (const AnswerKind kind = kindOfNoun(words[at]); kind != AnswerKind::Anything)
                    return kind;
            const bool costs = std::ranges::find(words, "cost") != words.end() ||
                               std::ranges::find(words, "costs") != words.end();
            return costs ? AnswerKind::Money : AnswerKind::Anything;
        }
    }
    return AnswerKind::Anything;
}

/// The words that are written with a capital, but for the question's first: names, mostly.
std::set<std::string> namesIn(std::string_view question)
{
    std::set<std::string> names;
    for (std::size_t at = question.find(' '); at != std::string_view::npos; at = question.find(' ', at)) {
        question.remove_prefix(at + 1);
        at = 0;
        if (!question.empty() && question.front() >= 'A' && question.front() <= 'Z')
            for (std::string& word : wordsOf(question.substr(0, question.find(' '))))
                names.insert(std::move(word));
    }
    return names;
}

QuestionPart readPart(Words words, const std::set<std::string>& names)
{
    QuestionPart part;
    std::optional<std::size_t> focus;
    part.kind = kindOf(words, focus);
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (isStopWord(words[i]))
            continue;
        QuestionTerm term;
        term.meaning = Meanings::ofThisComputer().of(words[i]);
        const auto same = [&](const QuestionTerm& other) {
            return other.meaning->stem == term.meaning->stem;
        };
        if (std::ranges::any_of(part.terms, same))
            continue;
        const double rare = std::max(0.0, (term.meaning->rarity - LeastRarity) / (1 - LeastRarity));
        term.weight = CommonWeight + (1 - CommonWeight) * rare;
        if (!term.meaning->noun)
            term.weight *= NotNounFactor;
        if (has(LightWords, words[i]) || has(LightAmounts, words[i]) || has(MomentWords, words[i]) ||
            has(ReasonWords, words[i]))
            term.weight *= LightWeight;
        term.name = names.contains(words[i]);
        term.focus = focus == i && !has(LightWords, words[i]);
        part.terms.push_back(std::move(term));
    }
    return part;
}

/// "…, and who pays it?": what the second half is about stands in the first.
void borrow(const QuestionPart& from, Words words, QuestionPart& part)
{
    static constexpr auto Pointing = std::to_array<std::string_view>(
        {"he", "her", "him", "it", "its", "she", "their", "them", "there", "they", "this"});
    const bool points =
        std::ranges::any_of(words, [](const std::string& word) { return has(Pointing, word); });
    if (!points && part.terms.size() > LeastTerms)
        return;
    for (QuestionTerm term : from.terms) {
        term.weight *= BorrowedFactor;
        term.focus = false;
        part.terms.push_back(std::move(term));
    }
}

} // namespace

ReadQuestion readQuestion(std::string_view question)
{
    const std::vector<std::string> words = wordsOf(question);
    const std::set<std::string> names = namesIn(question);
    ReadQuestion read;
    read.whole = readPart(words, names);
    const std::size_t second = secondQuestion(words);
    if (second == 0)
        return read;
    const Words all(words);
    QuestionPart first = readPart(all.first(second), names);
    QuestionPart other = readPart(all.subspan(second), names);
    if (first.terms.empty() || other.terms.empty())
        return read;
    borrow(first, all.subspan(second), other);
    first.whole = other.whole = false;
    read.halves = {std::move(first), std::move(other)};
    return read;
}

} // namespace gatehouse::local
