// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/routetables.h"

#include "app/cli/routecommand.h"

namespace gatehouse::cli {

namespace {

Json claimJson(const gateway::Claim& claim)
{
    return {{"certainty", toString(claim.certainty)}, {"sentence", claim.sentence}};
}

Json candidateJson(const gateway::ExplainedCandidate& one)
{
    Json json = {{"backend", one.backend},
                 {"taken", one.taken},
                 {"certainty", toString(one.certainty)},
                 {"sentence", one.sentence}};
    json["reason"] = one.taken ? Json(nullptr) : Json(toString(one.reason));
    json["priority"] = one.priority == 0 ? Json(nullptr) : Json(one.priority);
    json["weight"] = one.priority == 0 ? Json(nullptr) : Json(one.weight);
    json["expectedShare"] = one.expectedShare ? Json(*one.expectedShare) : Json(nullptr);
    return json;
}

Json attemptJson(const gateway::ExplainedAttempt& attempt)
{
    Json candidates = Json::array();
    for (const gateway::ExplainedCandidate& one : attempt.candidates)
        candidates.push_back(candidateJson(one));
    return {{"backend", attempt.backend.empty() ? Json(nullptr) : Json(attempt.backend)},
            {"start", formatDateTime(attempt.start)},
            {"durationMs", std::chrono::duration<double, std::milli>(attempt.duration).count()},
            {"status", attempt.status},
            {"cut", attempt.cut},
            {"certainty", toString(attempt.certainty)},
            {"sentence", attempt.sentence},
            {"candidates", std::move(candidates)}};
}

void addRow(Table& table, std::initializer_list<std::string_view> cells)
{
    std::size_t column = 0;
    for (const std::string_view cell : cells)
        table.column(column++).appendText(cell);
}

Table withColumns(const char* name, std::initializer_list<const char*> columns)
{
    Table table(name);
    for (const char* column : columns)
        table.addColumn(column, ColumnType::String);
    return table;
}

} // namespace

Json explanationJson(const gateway::Explanation& story)
{
    Json rules = Json::array();
    for (const gateway::ExplainedRule& one : story.rules)
        rules.push_back({{"rule", one.trace.rule},
                         {"certainty", toString(one.certainty)},
                         {"sentence", one.trace.sentence}});
    Json attempts = Json::array();
    for (const gateway::ExplainedAttempt& attempt : story.attempts)
        attempts.push_back(attemptJson(attempt));
    Json remarks = Json::array();
    for (const gateway::Claim& remark : story.remarks)
        remarks.push_back(claimJson(remark));
    return {{"correlationId", story.correlationId},
            {"time", formatDateTime(story.time)},
            {"status", story.status},
            {"rules", std::move(rules)},
            {"rule", story.rule ? Json(*story.rule) : Json(nullptr)},
            {"route", claimJson(story.route)},
            {"target", story.target.empty() ? Json(nullptr) : Json(story.target)},
            {"deployment", story.deployment},
            {"everyAttempt", story.everyAttempt},
            {"attempts", std::move(attempts)},
            {"backend", story.backend.empty() ? Json(nullptr) : Json(story.backend)},
            {"refusal", toString(story.refusal)},
            {"result", claimJson(story.result)},
            {"remarks", std::move(remarks)}};
}

Json replayJson(const jobs::ReplayOutcome& outcome)
{
    const gateway::TrafficReplay& replay = outcome.replay;
    Json backends = Json::array();
    for (const gateway::ReplayShare& one : replay.backends)
        backends.push_back({{"backend", one.backend},
                            {"requestsBefore", one.requestsBefore},
                            {"requestsAfter", one.requestsAfter},
                            {"tokensBefore", one.tokensBefore},
                            {"tokensAfter", one.tokensAfter}});
    Json examples = Json::array();
    for (const gateway::MovedExample& one : replay.examples)
        examples.push_back({{"correlationId", one.correlationId},
                            {"time", formatDateTime(one.time)},
                            {"from", one.from},
                            {"to", one.to},
                            {"statusBefore", one.statusBefore},
                            {"statusAfter", one.statusAfter},
                            {"why", one.why}});
    Json excesses = Json::array();
    for (const gateway::CapacityExcess& one : replay.excesses)
        excesses.push_back({{"backend", one.backend},
                            {"deployment", one.deployment},
                            {"minute", formatDateTime(one.minute)},
                            {"tokens", one.tokens},
                            {"capacity", one.capacity},
                            {"inLogToo", one.inLogToo}});
    return {{"requests", replay.judged},
            {"same", replay.same},
            {"moved", replay.moved},
            {"throttled", replay.throttled},
            {"freed", replay.freed},
            {"unproven", replay.unproven},
            {"notRouted", replay.notRouted},
            {"limitsBelieved", replay.limitsBelieved},
            {"throttledAvoided", replay.throttledAvoided},
            {"throttledCaused", replay.throttledCaused},
            {"failedBefore", replay.before.failed},
            {"failedAfter", replay.after.failed},
            {"tokensUnknown", replay.tokensUnknown},
            {"backends", std::move(backends)},
            {"examples", std::move(examples)},
            {"capacityExceeded", std::move(excesses)},
            {"capacityExceededMinutesBefore", replay.excessMinutesBefore},
            {"finalAttemptsOnly", outcome.finalAttemptsOnly},
            {"partial", outcome.partial}};
}

Table explanationTable(const gateway::Explanation& story)
{
    Table table = withColumns("explanation", {"step", "what", "certainty", "why"});
    for (const gateway::ExplainedRule& one : story.rules)
        addRow(table, {"rule", one.trace.rule, toString(one.certainty), one.trace.sentence});
    addRow(table, {"route", story.target, toString(story.route.certainty), story.route.sentence});
    for (std::size_t i = 0; i < story.attempts.size(); ++i) {
        const gateway::ExplainedAttempt& attempt = story.attempts[i];
        addRow(table, {"attempt " + std::to_string(i + 1), attempt.backend, toString(attempt.certainty),
                       attempt.sentence});
        for (const gateway::ExplainedCandidate& one : attempt.candidates) {
            if (!one.taken)
                addRow(table, {"  not taken", one.backend, toString(one.certainty), one.sentence});
        }
    }
    addRow(table, {"result", story.backend, toString(story.result.certainty), story.result.sentence});
    for (const gateway::Claim& remark : story.remarks)
        addRow(table, {"remark", "", toString(remark.certainty), remark.sentence});
    return table;
}

Table replayTable(const jobs::ReplayOutcome& outcome)
{
    const gateway::TrafficReplay& replay = outcome.replay;
    Table table("replay");
    table.addColumn("backend", ColumnType::String);
    for (const char* name : {"requestsBefore", "requestsAfter", "tokensBefore", "tokensAfter"})
        table.addColumn(name, ColumnType::Long);
    for (const gateway::ReplayShare& one : replay.backends) {
        table.column(0).appendText(one.backend);
        table.column(1).appendInteger(one.requestsBefore);
        table.column(2).appendInteger(one.requestsAfter);
        table.column(3).appendInteger(one.tokensBefore);
        table.column(4).appendInteger(one.tokensAfter);
    }
    return table;
}

Table routeTable(const gateway::ExplainSetup& setup)
{
    Table table = withColumns("routes", {"kind", "name", "detail"});
    for (const gateway::RoutingRule& rule : setup.routing.plan.rules)
        addRow(table, {"rule", rule.name, "to " + rule.pool + (rule.enabled ? "" : ", switched off")});
    addRow(table, {"default", setup.routing.plan.defaultPool, ""});
    for (const gateway::Pool& pool : setup.routing.pools) {
        std::string members;
        for (const gateway::PoolMember& member : pool.members)
            members += (members.empty() ? "" : ", ") + member.backend + " (priority " +
                       std::to_string(member.priority) + ", weight " + std::to_string(member.weight) + ")";
        addRow(table, {"pool", pool.name, members});
    }
    for (const gateway::Backend& backend : setup.routing.backends)
        addRow(table, {"backend", backend.name, backend.url});
    for (const gateway::LintFinding& finding : findings(setup))
        addRow(table,
               {finding.severity == gateway::LintSeverity::Error ? "error" : "warning",
                finding.rule.empty() ? finding.pool : finding.rule, finding.sentence + " " + finding.mend});
    return table;
}

Json routeJson(const gateway::ExplainSetup& setup)
{
    Json rules = Json::array();
    for (const gateway::RoutingRule& rule : setup.routing.plan.rules)
        rules.push_back(
            {{"name", rule.name}, {"pool", rule.pool}, {"enabled", rule.enabled}, {"note", rule.note}});
    Json pools = Json::object();
    for (const gateway::Pool& pool : setup.routing.pools) {
        Json members = Json::array();
        for (const gateway::PoolMember& member : pool.members)
            members.push_back(
                {{"backend", member.backend}, {"priority", member.priority}, {"weight", member.weight}});
        pools[pool.name] = std::move(members);
    }
    Json backends = Json::array();
    for (const gateway::Backend& backend : setup.routing.backends)
        backends.push_back({{"name", backend.name}, {"url", backend.url}});
    Json lint = Json::array();
    for (const gateway::LintFinding& finding : findings(setup))
        lint.push_back({{"severity", finding.severity == gateway::LintSeverity::Error ? "error" : "warning"},
                        {"rule", finding.rule},
                        {"pool", finding.pool},
                        {"sentence", finding.sentence},
                        {"mend", finding.mend}});
    return {{"rules", std::move(rules)},
            {"defaultPool", setup.routing.plan.defaultPool},
            {"pools", std::move(pools)},
            {"backends", std::move(backends)},
            {"lint", std::move(lint)}};
}

std::vector<gateway::LintFinding> findings(const gateway::ExplainSetup& setup)
{
    return gateway::lint(setup.routing.plan, setup.routing.backends, setup.routing.pools);
}

} // namespace gatehouse::cli
