// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rag/smoke/assertions.h"

#include "core/base/encoding.h"
#include "core/rag/smoke/citations.h"
#include "core/rag/smoke/quote.h"
#include "core/rag/smoke/schema.h"

#include <re2/re2.h>

#include <array>

namespace gatehouse::rag::smoke {

namespace {

constexpr std::size_t MaxJsonBytes = 1U << 20U;
/// Room for an automaton of the longest text that a suite may look for; without it the search is slow.
constexpr std::int64_t LiteralMemory = 32LL << 20U;
constexpr std::size_t BeforeMatch = 40; ///< characters of the answer that are quoted before what was found

/// A document's line breaks are no part of what an answer says.
std::string withSingleSpaces(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool noBreak = text.substr(i, 2) == "\xC2\xA0";
        const bool space = noBreak || text[i] == ' ' || (text[i] >= '\t' && text[i] <= '\r');
        i += noBreak ? 1 : 0;
        if (!space)
            out += text[i];
        else if (out.empty() || out.back() != ' ')
            out += ' ';
    }
    return out;
}

/// The answer around a place in it, which begins on a character.
std::string around(std::string_view text, std::size_t at)
{
    std::size_t from = at > BeforeMatch ? at - BeforeMatch : 0;
    while (from > 0 && (static_cast<unsigned char>(text[from]) & 0xC0U) == 0x80U)
        --from;
    return (from > 0 ? "“…" : "“") + inQuotes(text.substr(from)).substr(std::string_view("“").size());
}

std::string says(const Observation& seen)
{
    return seen.answer.empty() ? "The answer is empty." : "It says " + inQuotes(seen.answer) + ".";
}

/// Where the text stands; empty: nowhere.
std::optional<std::size_t> placeIn(std::string_view answer, const std::string& text, bool caseSensitive)
{
    RE2::Options options(RE2::Quiet);
    options.set_literal(true);
    options.set_case_sensitive(caseSensitive);
    options.set_max_mem(LiteralMemory);
    const RE2 wanted(text, options);
    re2::StringPiece found;
    const re2::StringPiece whole(answer.data(), answer.size());
    if (!wanted.Match(whole, 0, whole.size(), RE2::UNANCHORED, &found, 1))
        return std::nullopt;
    return static_cast<std::size_t>(found.data() - answer.data());
}

Finding checkContains(const Assertion& assertion, const Observation& seen)
{
    const std::string answer = withSingleSpaces(seen.answer);
    const auto at = placeIn(answer, withSingleSpaces(assertion.text), assertion.caseSensitive);
    if ((assertion.kind == Assertion::Kind::Contains) == at.has_value())
        return {Verdict::Holds, at ? "It says " + around(answer, *at) + "." : says(seen)};
    return {Verdict::Fails, at ? "It says " + around(answer, *at) + "."
                               : says(seen) + " That does not contain " + inQuotes(assertion.text) + "."};
}

Finding checkMatches(const Assertion& assertion, const Observation& seen)
{
    const RE2 pattern(assertion.text, RE2::Quiet);
    if (!pattern.ok())
        return {Verdict::Unknown, "The expression is not right: " + oneLine(pattern.error(), 120) + "."};
    re2::StringPiece found;
    if (!pattern.Match(seen.answer, 0, seen.answer.size(), RE2::UNANCHORED, &found, 1))
        return {Verdict::Fails, says(seen) + " That does not match " + inQuotes(assertion.text) + "."};
    return {Verdict::Holds,
            "It says " + around(seen.answer, static_cast<std::size_t>(found.data() - seen.answer.data())) +
                "."};
}

Finding checkGrounded(bool wanted, const Observation& seen)
{
    if (!seen.facts.grounded)
        return {Verdict::Unknown,
                "The backend does not say whether the documents answer this. " + says(seen)};
    const bool answered = *seen.facts.grounded;
    const std::string sentence =
        answered ? says(seen) : "It says that the documents do not say: " + inQuotes(seen.answer) + ".";
    if (answered && wanted && oneLine(seen.answer, 1).empty())
        return {Verdict::Fails, "The answer is empty."};
    return {answered == wanted ? Verdict::Holds : Verdict::Fails, sentence};
}

Finding checkBelow(std::chrono::milliseconds taken, std::int64_t limit, const std::string& what)
{
    const bool below = taken.count() < limit;
    return {below ? Verdict::Holds : Verdict::Fails, what + " took " + std::to_string(taken.count()) + " ms" +
                                                         (below ? ", below " : ", not below ") +
                                                         std::to_string(limit) + " ms."};
}

Finding checkTokens(const Assertion& assertion, const Observation& seen)
{
    const TokenUsage& usage = seen.facts.usage;
    if (usage.source == TokenUsage::Source::Unknown)
        return {Verdict::Unknown, "It is not known how many tokens it took."};
    std::int64_t count = usage.prompt + usage.completion;
    std::string unit = " tokens";
    if (assertion.tokens == Assertion::Tokens::Prompt) {
        count = usage.prompt;
        unit = " tokens of prompt";
    } else if (assertion.tokens == Assertion::Tokens::Completion) {
        count = usage.completion;
        unit = " tokens of answer";
    }
    const bool below = count < assertion.limit;
    return {below ? Verdict::Holds : Verdict::Fails,
            "It took " + std::to_string(count) + unit +
                (usage.source == TokenUsage::Source::Estimated ? " (estimated)" : "") +
                (below ? ", below " : ", not below ") + std::to_string(assertion.limit) + "."};
}

/// The JSON of an answer: as a whole, within a Markdown fence, or before the markers of citations.
Result<Json> jsonIn(const std::string& answer)
{
    const auto whole = parseJson(answer, MaxJsonBytes);
    if (whole)
        return whole;
    static const RE2 fence(R"re((?s)^\s*```(?:json|JSON)?\s*\n(.*?)\n?\s*```\s*(?:\[\d+\]\s*)*$)re",
                           RE2::Quiet);
    static const RE2 markers(R"re((?s)^(.*?)\s*(?:\[\d+\][\s.]*)+$)re", RE2::Quiet);
    std::string inner;
    if (RE2::FullMatch(answer, fence, &inner) || RE2::FullMatch(answer, markers, &inner)) {
        if (auto json = parseJson(inner, MaxJsonBytes))
            return json;
    }
    return whole;
}

Finding checkJson(const Assertion& assertion, const Observation& seen)
{
    const auto json = jsonIn(seen.answer);
    if (!json)
        return {Verdict::Fails, "The answer is no JSON. " + says(seen)};
    if (const auto wrong = violation(assertion.schema, *json))
        return {Verdict::Fails, oneLine(*wrong, 300) + ". " + says(seen)};
    return {Verdict::Holds, says(seen)};
}

Finding checkAnsweredBy(const Assertion& assertion, const Observation& seen)
{
    if (seen.facts.backend.empty())
        return {Verdict::Unknown, "The gateway does not say which backend answered."};
    const bool same = equalsIgnoreCase(seen.facts.backend, assertion.text);
    return {same ? Verdict::Holds : Verdict::Fails,
            "Answered by " + oneLine(seen.facts.backend, 80) +
                (same ? "." : ", not " + oneLine(assertion.text, 80) + ".")};
}

} // namespace

std::string_view nameOf(Assertion::Kind kind)
{
    return AssertionNames[static_cast<std::size_t>(kind)];
}

std::string describe(const Assertion& assertion)
{
    const std::string name(nameOf(assertion.kind));
    switch (assertion.kind) {
    case Assertion::Kind::Refuses:
    case Assertion::Kind::Answers:
    case Assertion::Kind::JsonSchema:
        return name;
    case Assertion::Kind::CitesPage:
        return name + " " + (assertion.document.empty() ? "" : oneLine(assertion.document, 80) + " ") +
               std::to_string(assertion.page);
    case Assertion::Kind::LatencyBelow:
    case Assertion::Kind::FirstTokenBelow:
        return name + " " + std::to_string(assertion.limit) + " ms";
    case Assertion::Kind::TokensBelow:
        return name + " " + std::to_string(assertion.limit);
    default:
        return name + " " + inQuotes(assertion.text);
    }
}

Finding check(const Assertion& assertion, const Observation& seen)
{
    switch (assertion.kind) {
    case Assertion::Kind::Contains:
    case Assertion::Kind::NotContains:
        return checkContains(assertion, seen);
    case Assertion::Kind::Matches:
        return checkMatches(assertion, seen);
    case Assertion::Kind::CitesPage:
        return checkCitesPage(assertion, seen);
    case Assertion::Kind::CitesDocument:
        return checkCitesDocument(assertion, seen);
    case Assertion::Kind::Refuses:
        return checkGrounded(false, seen);
    case Assertion::Kind::Answers:
        return checkGrounded(true, seen);
    case Assertion::Kind::LatencyBelow:
        return checkBelow(seen.facts.total, assertion.limit, "The answer");
    case Assertion::Kind::FirstTokenBelow:
        if (!seen.facts.firstToken)
            return {Verdict::Unknown, "It is not known when the first text came."};
        return checkBelow(*seen.facts.firstToken, assertion.limit, "The first text");
    case Assertion::Kind::TokensBelow:
        return checkTokens(assertion, seen);
    case Assertion::Kind::JsonSchema:
        return checkJson(assertion, seen);
    case Assertion::Kind::AnsweredBy:
        return checkAnsweredBy(assertion, seen);
    }
    return {};
}

} // namespace gatehouse::rag::smoke
