// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/datetime.h"
#include "core/base/error.h"
#include "core/rag/smoke/citations.h"
#include "core/rag/smoke/suite.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::rag::smoke {

/// In the order of weight: the last of several asks of the same case is the one to tell of.
enum class Outcome {
    Passed,
    Unknown, ///< something cannot be told, and nothing failed
    Broken,  ///< there is no whole answer: transport, sign-in, a refusing backend
    Failed   ///< an assertion does not hold
};

/// "passed", "unknown", "error", "failed": as files and tables write it.
[[nodiscard]] std::string_view nameOf(Outcome outcome);

struct CheckedAssertion
{
    std::string assertion; ///< describe()
    Finding finding;
};

/// One question asked once.
struct CaseResult
{
    std::string name;    ///< of the case
    std::string backend; ///< the member that it is for; "": whoever the gateway chose
    int round = 1;       ///< of repeat
    Outcome outcome = Outcome::Broken;
    std::string why;                      ///< what does not hold; empty when it passed
    std::vector<CheckedAssertion> checks; ///< empty where no member answered, or another one
    std::optional<Error> error;           ///< set when it is Broken

    std::string answeredBy; ///< "" where the gateway does not say
    std::string answer;     ///< at most MaxAnswer bytes of it
    std::optional<bool> grounded;
    std::optional<bool> simulated;
    std::vector<CitedPlace> cited;
    TokenUsage usage;
    std::optional<std::chrono::milliseconds> firstToken;
    std::chrono::milliseconds total{0};

    static constexpr std::size_t MaxAnswer = 4'000;
};

/// A suite that was run once. Results stand case by case, within a case by member, then by round.
struct Run
{
    std::string suite;
    std::string profile;
    DateTime at;
    std::vector<std::string> backends; ///< the primary first; {""}: whoever the gateway chose
    std::vector<CaseResult> results;
};

/// The business tag x-gh-task that sends a question to a backend, where a routing rule says so.
[[nodiscard]] std::string testTask(const std::string& backend);

/// Checks an answer to a case that was sent to a member. Any thread.
[[nodiscard]] CaseResult judge(const Case& asked, const std::string& backend, const Observation& seen);
/// The same for one that did not come. What is known of it by then is in seen.
[[nodiscard]] CaseResult broken(const Case& asked, const std::string& backend, const Observation& seen,
                                const Error& error);

struct Tally
{
    int passed = 0;
    int unknown = 0;
    int broken = 0;
    int failed = 0;
    [[nodiscard]] int total() const { return passed + unknown + broken + failed; }
    void add(Outcome outcome);
};
[[nodiscard]] Tally tally(const std::vector<CaseResult>& results);

/// A case against a member, all rounds of it.
struct Cell
{
    std::string name;
    std::string backend;
    Tally rounds;
    const CaseResult* worst = nullptr; ///< of the run, which must outlive it
};
/// In the order of the results.
[[nodiscard]] std::vector<Cell> cells(const Run& run);

/// A member beside the primary, for one case: the same verdict on each assertion, the same word on whether
/// the documents say it, and a citation in common.
struct MemberComparison
{
    enum class Answer { Same, Differs, Unknown };
    std::string name; ///< of the case
    std::string backend;
    Answer answer = Answer::Unknown;
    std::vector<std::string> differences; ///< sentences; of Unknown: why
};
/// Nothing without a second member.
[[nodiscard]] std::vector<MemberComparison> compareWithPrimary(const Run& run);

/// What the comparisons say of one member: Unknown when any of its cases cannot be told and none differs.
[[nodiscard]] MemberComparison::Answer answersAsPrimary(const std::vector<MemberComparison>& all,
                                                        const std::string& backend);

} // namespace gatehouse::rag::smoke
