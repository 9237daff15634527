// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rag/smoke/results.h"

#include "core/base/encoding.h"
#include "core/base/utf8.h"
#include "core/rag/smoke/quote.h"

#include <algorithm>
#include <map>

namespace gatehouse::rag::smoke {

namespace {

constexpr std::size_t BackendCharacters = 80;
constexpr std::size_t MessageCharacters = 300;

CaseResult resultOf(const Case& asked, const std::string& backend, const Observation& seen)
{
    CaseResult result;
    result.name = asked.name;
    result.backend = backend;
    result.answeredBy = oneLine(seen.facts.backend, BackendCharacters);
    result.answer = toValidUtf8(seen.answer.substr(0, CaseResult::MaxAnswer));
    result.grounded = seen.facts.grounded;
    result.simulated = seen.facts.simulated;
    result.cited = citedPlaces(seen);
    result.usage = seen.facts.usage;
    result.firstToken = seen.facts.firstToken;
    result.total = seen.facts.total;
    return result;
}

/// Why nothing is known of the member; empty when it answered itself.
std::string notTheMember(const std::string& backend, const std::string& answeredBy)
{
    if (backend.empty() || equalsIgnoreCase(backend, answeredBy))
        return {};
    const std::string needed =
        " A routing rule for task " + testTask(backend) + " is needed; --prepare makes it.";
    if (answeredBy.empty())
        return "It is not known who answered." + needed;
    return "Answered by " + oneLine(answeredBy, BackendCharacters) + "." + needed;
}

const char* word(Verdict verdict)
{
    return verdict == Verdict::Holds ? "holds" : verdict == Verdict::Fails ? "fails" : "is not known";
}

const char* word(bool grounded)
{
    return grounded ? "answers" : "says that the documents do not say";
}

std::string places(const std::vector<CitedPlace>& cited)
{
    std::string text;
    for (std::size_t i = 0; i < std::min<std::size_t>(cited.size(), 3); ++i)
        text += (i == 0 ? "" : ", ") + toText(cited[i]);
    return cited.empty() ? "nothing" : cited.size() > 3 ? text + ", …" : text;
}

bool overlap(const std::vector<CitedPlace>& a, const std::vector<CitedPlace>& b)
{
    return (a.empty() && b.empty()) || std::any_of(a.begin(), a.end(), [&](const CitedPlace& place) {
               return std::find(b.begin(), b.end(), place) != b.end();
           });
}

void addDifference(MemberComparison& comparison, std::string sentence)
{
    auto& all = comparison.differences;
    if (std::find(all.begin(), all.end(), sentence) == all.end())
        all.push_back(std::move(sentence));
}

/// One round of the primary and the member.
void compare(const CaseResult& primary, const CaseResult& member, MemberComparison& comparison)
{
    // A case without checks has no answer of that member.
    for (const CaseResult* one : {&primary, &member}) {
        if (one->checks.empty())
            return addDifference(comparison, "No answer of " + one->backend + " to compare: " + one->why);
    }
    const std::size_t before = comparison.differences.size();
    for (std::size_t i = 0; i < std::min(primary.checks.size(), member.checks.size()); ++i) {
        const Verdict first = primary.checks[i].finding.verdict;
        const Verdict second = member.checks[i].finding.verdict;
        if (first != second)
            addDifference(comparison, primary.checks[i].assertion + " " + word(first) +
                                          " for the primary and " + word(second) + " here.");
    }
    const bool known = primary.grounded && member.grounded;
    if (known && *primary.grounded != *member.grounded)
        addDifference(comparison, std::string("The primary ") + word(*primary.grounded) + ", this one " +
                                      word(*member.grounded) + ".");
    if (!overlap(primary.cited, member.cited))
        addDifference(comparison, "The primary cites " + places(primary.cited) + ", this one " +
                                      places(member.cited) + ".");
    if (comparison.differences.size() > before)
        comparison.answer = MemberComparison::Answer::Differs;
}

} // namespace

std::string_view nameOf(Outcome outcome)
{
    switch (outcome) {
    case Outcome::Passed:
        return "passed";
    case Outcome::Unknown:
        return "unknown";
    case Outcome::Broken:
        return "error";
    case Outcome::Failed:
        break;
    }
    return "failed";
}

std::string testTask(const std::string& backend)
{
    return "gatehouse-test:" + backend;
}

CaseResult judge(const Case& asked, const std::string& backend, const Observation& seen)
{
    CaseResult result = resultOf(asked, backend, seen);
    result.outcome = Outcome::Passed;
    result.why = notTheMember(backend, seen.facts.backend);
    if (!result.why.empty()) {
        result.outcome = Outcome::Unknown;
        return result;
    }
    for (const Assertion& assertion : asked.assertions) {
        result.checks.push_back({describe(assertion), check(assertion, seen)});
        const CheckedAssertion& checked = result.checks.back();
        const Outcome outcome = checked.finding.verdict == Verdict::Holds   ? Outcome::Passed
                                : checked.finding.verdict == Verdict::Fails ? Outcome::Failed
                                                                            : Outcome::Unknown;
        if (outcome > result.outcome) {
            result.outcome = outcome;
            result.why = checked.assertion + ": " + checked.finding.sentence;
        }
    }
    return result;
}

CaseResult broken(const Case& asked, const std::string& backend, const Observation& seen, const Error& error)
{
    CaseResult result = resultOf(asked, backend, seen);
    result.outcome = Outcome::Broken;
    result.error = error;
    result.why = oneLine(error.message, MessageCharacters);
    return result;
}

void Tally::add(Outcome outcome)
{
    switch (outcome) {
    case Outcome::Passed:
        ++passed;
        break;
    case Outcome::Unknown:
        ++unknown;
        break;
    case Outcome::Broken:
        ++broken;
        break;
    case Outcome::Failed:
        ++failed;
        break;
    }
}

Tally tally(const std::vector<CaseResult>& results)
{
    Tally all;
    for (const CaseResult& result : results)
        all.add(result.outcome);
    return all;
}

std::vector<Cell> cells(const Run& run)
{
    std::vector<Cell> all;
    std::map<std::pair<std::string_view, std::string_view>, std::size_t> known;
    for (const CaseResult& result : run.results) {
        const auto place = known.emplace(
            std::pair<std::string_view, std::string_view>(result.name, result.backend), all.size());
        if (place.second)
            all.push_back({result.name, result.backend, {}, &result});
        Cell& cell = all[place.first->second];
        cell.rounds.add(result.outcome);
        if (result.outcome > cell.worst->outcome)
            cell.worst = &result;
    }
    return all;
}

std::vector<MemberComparison> compareWithPrimary(const Run& run)
{
    std::vector<MemberComparison> all;
    if (run.backends.size() < 2)
        return all;
    for (const CaseResult& member : run.results) {
        if (member.backend == run.backends.front())
            continue;
        if (all.empty() || all.back().name != member.name || all.back().backend != member.backend)
            all.push_back({member.name, member.backend, MemberComparison::Answer::Same, {}});
        MemberComparison& comparison = all.back();
        const auto primary = std::find_if(run.results.begin(), run.results.end(), [&](const CaseResult& one) {
            return one.name == member.name && one.backend == run.backends.front() &&
                   one.round == member.round;
        });
        if (primary != run.results.end())
            compare(*primary, member, comparison);
        else
            addDifference(comparison, "The primary was not asked.");
    }
    for (MemberComparison& comparison : all) {
        if (comparison.answer == MemberComparison::Answer::Same && !comparison.differences.empty())
            comparison.answer = MemberComparison::Answer::Unknown;
    }
    return all;
}

MemberComparison::Answer answersAsPrimary(const std::vector<MemberComparison>& all,
                                          const std::string& backend)
{
    auto answer = MemberComparison::Answer::Same;
    bool any = false;
    for (const MemberComparison& one : all) {
        if (one.backend != backend)
            continue;
        any = true;
        if (one.answer == MemberComparison::Answer::Differs)
            return one.answer;
        if (one.answer == MemberComparison::Answer::Unknown)
            answer = one.answer;
    }
    return any ? answer : MemberComparison::Answer::Unknown;
}

} // namespace gatehouse::rag::smoke
