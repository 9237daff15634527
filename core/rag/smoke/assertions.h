// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/rag/values.h"

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Smoke suites: questions with what must hold of their answers, run against each member of a pool.
namespace gatehouse::rag::smoke {

/// One thing that must hold of an answer.
struct Assertion
{
    enum class Kind {
        Contains,
        NotContains,
        Matches,       ///< an RE2 expression, found anywhere in the answer
        CitesPage,     ///< page, of document where that is given
        CitesDocument, ///< text names it
        Refuses,       ///< the documents do not say
        Answers,
        LatencyBelow,    ///< limit in milliseconds, to the last character
        FirstTokenBelow, ///< limit in milliseconds
        TokensBelow,     ///< limit in tokens
        JsonSchema,
        AnsweredBy ///< text is the backend
    };
    enum class Tokens { Total, Prompt, Completion };

    Kind kind = Kind::Contains;
    std::string text;
    bool caseSensitive = false; ///< Contains and NotContains; Matches says it in its expression
    int page = 0;
    std::string document;
    std::int64_t limit = 0;
    Tokens tokens = Tokens::Total;
    Json schema;
};

/// As a suite writes them, in the order of Assertion::Kind.
inline constexpr std::array<std::string_view, 12> AssertionNames{
    "contains", "notContains",  "matches",         "citesPage",   "citesDocument", "refuses",
    "answers",  "latencyBelow", "firstTokenBelow", "tokensBelow", "jsonSchema",    "answeredBy"};
[[nodiscard]] std::string_view nameOf(Assertion::Kind kind);
/// For people, bounded and without control characters: "contains “three months”".
[[nodiscard]] std::string describe(const Assertion& assertion);

/// A document of the suite as the backend knows it.
struct SuiteDocument
{
    std::string name; ///< its file's name
    std::string id;   ///< "" where the backend names none
};

/// What is known of one answer.
struct Observation
{
    std::string answer; ///< whole, UTF-8
    std::optional<Grounding> grounding;
    AnswerFacts facts;
    std::vector<SuiteDocument> documents;
};

enum class Verdict {
    Holds,
    Fails,
    Unknown ///< nobody can tell, which does not hold
};

struct Finding
{
    Verdict verdict = Verdict::Unknown;
    std::string sentence; ///< bounded, one line, without control characters
};

/// Never throws; any thread. An answer of 256 KB takes some milliseconds for an assertion.
[[nodiscard]] Finding check(const Assertion& assertion, const Observation& seen);

} // namespace gatehouse::rag::smoke
