// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/smoketables.h"

#include <algorithm>

namespace gatehouse::cli {

using namespace rag::smoke;

namespace {

constexpr std::size_t ShownOutcomes = 20;

std::string memberName(const std::string& backend)
{
    return backend.empty() ? "gateway" : backend;
}

std::string cellText(const Cell& cell)
{
    std::string text(nameOf(cell.worst->outcome));
    if (cell.rounds.total() > 1)
        text += " (" + std::to_string(cell.rounds.passed) + " of " + std::to_string(cell.rounds.total()) +
                " passed)";
    if (cell.worst->outcome == Outcome::Passed)
        text += ", " + std::to_string(cell.worst->total.count()) + " ms";
    return text;
}

std::string_view nameOf(MemberComparison::Answer answer)
{
    switch (answer) {
    case MemberComparison::Answer::Same:
        return "same";
    case MemberComparison::Answer::Differs:
        return "differs";
    case MemberComparison::Answer::Unknown:
        break;
    }
    return "unknown";
}

Json resultJson(const CaseResult& result)
{
    Json checks = Json::array();
    for (const CheckedAssertion& checked : result.checks) {
        const Verdict verdict = checked.finding.verdict;
        checks.push_back({{"assertion", checked.assertion},
                          {"verdict", verdict == Verdict::Holds   ? "holds"
                                      : verdict == Verdict::Fails ? "fails"
                                                                  : "unknown"},
                          {"sentence", checked.finding.sentence}});
    }
    Json cited = Json::array();
    for (const CitedPlace& place : result.cited)
        cited.push_back({{"document", place.document}, {"page", place.page ? Json(*place.page) : Json()}});
    Json json{{"case", result.name},
              {"backend", result.backend},
              {"round", result.round},
              {"outcome", nameOf(result.outcome)},
              {"why", result.why},
              {"answeredBy", result.answeredBy},
              {"answer", result.answer},
              {"grounded", result.grounded ? Json(*result.grounded) : Json()},
              {"simulated", result.simulated ? Json(*result.simulated) : Json()},
              {"cited", std::move(cited)},
              {"checks", std::move(checks)},
              {"milliseconds", result.total.count()},
              {"firstTokenMilliseconds", result.firstToken ? Json(result.firstToken->count()) : Json()},
              {"tokens", result.usage.source == rag::TokenUsage::Source::Unknown
                             ? Json()
                             : Json(result.usage.prompt + result.usage.completion)}};
    if (result.error)
        json["error"] = {{"kind", toString(result.error->kind)},
                         {"message", result.error->message},
                         {"code", result.error->serviceCode}};
    return json;
}

std::string summary(const Run& run)
{
    const Tally all = tally(run.results);
    std::string text = std::to_string(all.passed) + " of " + std::to_string(all.total()) + " passed";
    const auto add = [&text](int count, const char* word) {
        if (count > 0)
            text += ", " + std::to_string(count) + " " + word;
    };
    add(all.failed, "failed");
    add(all.unknown, "unknown");
    add(all.broken, "with an error");
    const bool simulated = std::any_of(run.results.begin(), run.results.end(),
                                       [](const CaseResult& result) { return result.simulated == true; });
    return text + (simulated ? ". The model is simulated." : ".");
}

void addComparison(const Run& run, std::vector<std::string>& notes)
{
    const std::vector<MemberComparison> all = compareWithPrimary(run);
    for (std::size_t i = 1; i < run.backends.size(); ++i) {
        const std::string& backend = run.backends[i];
        const auto answer = answersAsPrimary(all, backend);
        if (answer == MemberComparison::Answer::Same)
            notes.push_back(backend + " answers as " + run.backends.front() + " does.");
        else if (answer == MemberComparison::Answer::Differs)
            notes.push_back(backend + " does not answer as " + run.backends.front() + " does:");
        else
            notes.push_back("It is not known whether " + backend + " answers as " + run.backends.front() +
                            " does.");
        if (answer != MemberComparison::Answer::Differs)
            continue;
        for (const MemberComparison& one : all) {
            for (const std::string& difference : one.differences) {
                if (one.backend == backend && one.answer == MemberComparison::Answer::Differs)
                    notes.push_back("  " + one.name + ": " + difference);
            }
        }
    }
}

} // namespace

Table smokeMatrix(const Run& run)
{
    Table table("smoke");
    table.addColumn("case", ColumnType::String);
    for (const std::string& backend : run.backends)
        table.addColumn(memberName(backend), ColumnType::String);
    std::vector<std::string> names;
    const std::vector<Cell> all = cells(run);
    for (const Cell& cell : all) {
        if (std::find(names.begin(), names.end(), cell.name) == names.end())
            names.push_back(cell.name);
    }
    for (const std::string& name : names) {
        table.column(0).appendText(name);
        for (std::size_t i = 0; i < run.backends.size(); ++i) {
            const auto cell = std::find_if(all.begin(), all.end(), [&](const Cell& one) {
                return one.name == name && one.backend == run.backends[i];
            });
            table.column(i + 1).appendText(cell == all.end() ? "not asked" : cellText(*cell));
        }
    }
    return table;
}

Table smokeRows(const Run& run)
{
    Table table("smoke");
    for (const char* name : {"case", "backend", "round", "outcome", "why", "answeredBy", "milliseconds",
                             "firstTokenMilliseconds", "tokens"})
        table.addColumn(name, std::string_view(name) == "round" ||
                                      std::string_view(name).ends_with("seconds") ||
                                      std::string_view(name) == "tokens"
                                  ? ColumnType::Long
                                  : ColumnType::String);
    for (const CaseResult& result : run.results) {
        table.column(0).appendText(result.name);
        table.column(1).appendText(result.backend);
        table.column(2).appendInteger(result.round);
        table.column(3).appendText(nameOf(result.outcome));
        table.column(4).appendText(result.why);
        table.column(5).appendText(result.answeredBy);
        table.column(6).appendInteger(result.total.count());
        if (result.firstToken)
            table.column(7).appendInteger(result.firstToken->count());
        else
            table.column(7).appendNull();
        if (result.usage.source != rag::TokenUsage::Source::Unknown)
            table.column(8).appendInteger(result.usage.prompt + result.usage.completion);
        else
            table.column(8).appendNull();
    }
    return table;
}

Json smokeJson(const Run& run)
{
    Json results = Json::array();
    for (const CaseResult& result : run.results)
        results.push_back(resultJson(result));
    Json members = Json::array();
    const std::vector<MemberComparison> all = compareWithPrimary(run);
    for (std::size_t i = 1; i < run.backends.size(); ++i) {
        Json cases = Json::array();
        for (const MemberComparison& one : all) {
            if (one.backend == run.backends[i])
                cases.push_back(
                    {{"case", one.name}, {"answer", nameOf(one.answer)}, {"differences", one.differences}});
        }
        members.push_back({{"backend", run.backends[i]},
                           {"primary", run.backends.front()},
                           {"answer", nameOf(answersAsPrimary(all, run.backends[i]))},
                           {"cases", std::move(cases)}});
    }
    const Tally count = tally(run.results);
    return {{"suite", run.suite},       {"profile", run.profile}, {"at", formatDateTime(run.at)},
            {"backends", run.backends}, {"passed", count.passed}, {"failed", count.failed},
            {"unknown", count.unknown}, {"errors", count.broken}, {"results", std::move(results)},
            {"comparison", members}};
}

std::vector<std::string> smokeNotes(const Run& run)
{
    std::vector<std::string> notes;
    for (const Cell& cell : cells(run)) {
        if (cell.worst->outcome != Outcome::Passed)
            notes.push_back(std::string(nameOf(cell.worst->outcome)) + ": " + cell.name + " on " +
                            memberName(cell.backend) + ": " + cell.worst->why);
    }
    addComparison(run, notes);
    notes.push_back(summary(run));
    return notes;
}

Table historyTable(const std::vector<Run>& runs)
{
    Table table("history");
    table.addColumn("case", ColumnType::String);
    table.addColumn("backend", ColumnType::String);
    table.addColumn("runs", ColumnType::Long);
    table.addColumn("passed", ColumnType::Long);
    table.addColumn("changes", ColumnType::Long);
    table.addColumn("last", ColumnType::String);
    for (const CaseHistory& history : caseHistories(runs)) {
        table.column(0).appendText(history.name);
        table.column(1).appendText(memberName(history.backend));
        table.column(2).appendInteger(history.tally.total());
        table.column(3).appendInteger(history.tally.passed);
        table.column(4).appendInteger(history.changes);
        std::string last;
        const std::size_t from = history.outcomes.size() - std::min(history.outcomes.size(), ShownOutcomes);
        for (std::size_t i = from; i < history.outcomes.size(); ++i)
            last += nameOf(history.outcomes[i]).front();
        table.column(5).appendText(last);
    }
    return table;
}

} // namespace gatehouse::cli
