// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/connectionchecks.h"

#include "core/base/encoding.h"
#include "core/http/deferred.h"
#include "core/jobs/question.h"

#include <algorithm>
#include <array>

namespace gatehouse::jobs {

namespace {

using Verdict = Check::Verdict;

/// An action that pages need on the API Management service, and the role that has it.
struct NeededAction
{
    std::string_view action;
    std::string_view name;
    std::string_view remedy;
};

constexpr std::string_view ReaderRole =
    "Assign “API Management Service Reader Role” on the API Management service.";

constexpr std::array<NeededAction, 3> NeededActions = {{
    {"Microsoft.ApiManagement/service/backends/read", "Read the backends and their circuit rules",
     ReaderRole},
    {"Microsoft.ApiManagement/service/subscriptions/read", "Read the names of the microservices", ReaderRole},
    {"Microsoft.Insights/metrics/read", "Read the metrics of the gateway",
     "Assign “Monitoring Reader” on the API Management service."},
}};

/// A table that pages read, and what turns its telemetry on.
struct NeededTable
{
    std::string_view table;
    std::string_view name;
    std::string_view kql;
    std::string_view remedy;
};

constexpr std::array<NeededTable, 3> NeededTables = {{
    {"ApiManagementGatewayLogs", "Gateway requests are logged",
     "ApiManagementGatewayLogs | where TimeGenerated > ago(1d) | summarize Rows = count()",
     "In the API Management service, Diagnostic settings: send “Logs related to ApiManagement Gateway” to "
     "this "
     "workspace, resource-specific tables."},
    {"ApiManagementGatewayLlmLog", "Tokens of the models are logged",
     "ApiManagementGatewayLlmLog | where TimeGenerated > ago(1d) | where DeploymentName != '' "
     "| summarize Rows = count()",
     "In the API's settings, Azure Monitor: turn on “Log LLM messages”, and in Diagnostic settings send "
     "“Logs "
     "related to generative AI gateway” to this workspace."},
    {"AppDependencies", "Each attempt at a backend is logged",
     "AppDependencies | where TimeGenerated > ago(1d) | summarize Rows = count()",
     "Connect the API Management service to an Application Insights component of this workspace and turn it "
     "on "
     "for the API, with 100 % sampling. Without it circuits are inferred from final attempts only."},
}};

Check makeCheck(std::string_view name, Verdict verdict, std::string detail, std::string_view remedy = {})
{
    Check check;
    check.name = std::string(name);
    check.verdict = verdict;
    check.detail = std::move(detail);
    check.remedy = std::string(remedy);
    return check;
}

Check checkOfRows(const NeededTable& needed, const QueryAnswer& answer)
{
    const Table& table = answer.primary();
    const Column* rows = table.find("Rows");
    const std::int64_t count = rows != nullptr && rows->size() > 0 ? rows->integerAt(0) : 0;
    if (count > 0)
        return makeCheck(needed.name, Verdict::Holds, std::to_string(count) + " rows in the last day");
    return makeCheck(needed.name, Verdict::Unknown, "No row in the last day: no traffic, or it is off.",
                     needed.remedy);
}

Check checkOfFailure(const NeededTable& needed, const Error& error)
{
    if (isMissingTable(error, needed.table)) {
        std::string detail("The workspace has no table ");
        detail += needed.table;
        detail += '.';
        return makeCheck(needed.name, Verdict::Fails, std::move(detail), needed.remedy);
    }
    return makeCheck(needed.name, Verdict::Unknown, error.message, error.advice);
}

const azure::ApimDiagnostic* find(const std::vector<azure::ApimDiagnostic>& all, std::string_view name)
{
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const azure::ApimDiagnostic& item) { return item.name == name; });
    return found == all.end() ? nullptr : &*found;
}

} // namespace

struct ConnectionChecks::Run
{
    std::stop_token stop;
    std::vector<Check> checks;
    http::Deferred<std::vector<Check>> deferred;
    bool workspaceWorks = false;
};

ConnectionChecks::ConnectionChecks(Parts parts, QObject* parent)
    : QObject(parent)
    , m_parts(std::move(parts))
{}

QFuture<Result<std::vector<Check>>> ConnectionChecks::run(std::stop_token stop)
{
    auto run = std::make_shared<Run>();
    run->stop = std::move(stop);
    checkWorkspace(run);
    return run->deferred.future();
}

/// True when nothing more can be found out.
bool ConnectionChecks::stopsAt(const RunPtr& run, const Error& error)
{
    if (!error.cancelled() && error.kind != Error::Kind::SignInRequired)
        return false;
    run->deferred.settle(fail(error));
    return true;
}

void ConnectionChecks::checkWorkspace(const RunPtr& run)
{
    m_parts.workspace.ask({.kql = "print Works = 1", .timespan = std::nullopt, .fresh = true}, run->stop)
        .then(this, [this, run](const Result<QueryAnswerPtr>& answer) {
            constexpr std::string_view Name = "Query the workspace";
            if (answer) {
                run->workspaceWorks = true;
                run->checks.push_back(makeCheck(Name, Verdict::Holds, "The workspace answers."));
            } else if (stopsAt(run, answer.error())) {
                return;
            } else if (answer.error().kind == Error::Kind::Denied) {
                run->checks.push_back(
                    makeCheck(Name, Verdict::Fails, answer.error().message,
                              "Assign “Log Analytics Reader” on the workspace; it takes up to "
                              "an hour to work."));
            } else {
                run->checks.push_back(
                    makeCheck(Name, Verdict::Fails, answer.error().message, answer.error().advice));
            }
            checkPermissions(run);
        });
}

void ConnectionChecks::checkPermissions(const RunPtr& run)
{
    if (m_parts.apimResourceId.empty()) {
        run->checks.push_back(makeCheck("Read the API Management service", Verdict::Unknown,
                                        "The profile names no API Management service.",
                                        "Pick one in the profile to see names and circuits."));
        checkTable(run, 0);
        return;
    }
    m_parts.permissions.permissions(m_parts.apimResourceId, run->stop)
        .then(this, [this, run](const Result<azure::PermissionSet>& allowed) {
            if (!allowed && stopsAt(run, allowed.error()))
                return;
            for (const NeededAction& needed : NeededActions) {
                if (!allowed) {
                    const bool denied = allowed.error().kind == Error::Kind::Denied;
                    run->checks.push_back(makeCheck(needed.name, denied ? Verdict::Fails : Verdict::Unknown,
                                                    allowed.error().message, needed.remedy));
                } else if (allowed->allows(needed.action)) {
                    run->checks.push_back(makeCheck(needed.name, Verdict::Holds, std::string(needed.action)));
                } else {
                    std::string detail("Missing: ");
                    detail += needed.action;
                    run->checks.push_back(
                        makeCheck(needed.name, Verdict::Fails, std::move(detail), needed.remedy));
                }
            }
            checkDiagnostics(run);
        });
}

void ConnectionChecks::checkDiagnostics(const RunPtr& run)
{
    m_parts.apim.diagnostics(m_parts.apimResourceId, run->stop)
        .then(this, [this, run](const Result<std::vector<azure::ApimDiagnostic>>& diagnostics) {
            constexpr std::string_view Name = "The gateway logs what models are asked";
            constexpr std::string_view Remedy =
                "In the API's settings, Azure Monitor: turn on “Log LLM messages”.";
            if (!diagnostics) {
                if (stopsAt(run, diagnostics.error()))
                    return;
                run->checks.push_back(makeCheck(Name, Verdict::Unknown, diagnostics.error().message, Remedy));
            } else if (const auto* monitor = find(*diagnostics, "azuremonitor"); monitor == nullptr) {
                // It may be on for single APIs, which only the log itself shows.
                run->checks.push_back(makeCheck(Name, Verdict::Unknown,
                                                "The service has no Azure Monitor diagnostic for all APIs.",
                                                Remedy));
            } else {
                run->checks.push_back(makeCheck(Name, monitor->logsModels ? Verdict::Holds : Verdict::Fails,
                                                monitor->logsModels ? "LLM logging is on for all APIs."
                                                                    : "LLM logging is off for all APIs.",
                                                monitor->logsModels ? std::string_view() : Remedy));
            }
            checkTable(run, 0);
        });
}

void ConnectionChecks::checkTable(const RunPtr& run, std::size_t index)
{
    if (index == NeededTables.size()) {
        run->deferred.settle(std::move(run->checks));
        return;
    }
    const NeededTable& needed = NeededTables.at(index);
    if (!run->workspaceWorks) {
        run->checks.push_back(makeCheck(needed.name, Verdict::Unknown, "The workspace cannot be queried."));
        checkTable(run, index + 1);
        return;
    }
    m_parts.workspace
        .ask({.kql = std::string(needed.kql), .timespan = std::nullopt, .fresh = true}, run->stop)
        .then(this, [this, run, index](const Result<QueryAnswerPtr>& answer) {
            const NeededTable& asked = NeededTables.at(index);
            if (!answer && stopsAt(run, answer.error()))
                return;
            run->checks.push_back(answer ? checkOfRows(asked, **answer)
                                         : checkOfFailure(asked, answer.error()));
            checkTable(run, index + 1);
        });
}

} // namespace gatehouse::jobs
