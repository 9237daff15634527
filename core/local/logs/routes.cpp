// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/logs/routes.h"

#include "core/base/encoding.h"
#include "core/kql/wire.h"
#include "core/local/arm/resourcestore.h"
#include "core/local/logs/logstore.h"
#include "core/local/logs/metadata.h"
#include "core/local/logs/queryrequest.h"
#include "core/local/logs/queryservice.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::local {

namespace {

constexpr std::size_t MaxQueryBody = 4U << 20U;
constexpr std::string_view QuerySuffix = "/query";

/// The Log Analytics API over one store. Shared by the routes' handlers.
class LogApi
{
public:
    LogApi(LogStore& logs, const ResourceStore& resources, const Clock& clock, const std::stop_token& stop)
        : m_logs(logs)
        , m_resources(resources)
        , m_clock(clock)
        , m_queries(logs, clock, stop)
    {}

    void queryWorkspace(Exchange& exchange);
    void queryResource(Exchange& exchange);
    void metadata(Exchange& exchange) const;

private:
    [[nodiscard]] bool knowsWorkspace(std::string_view name) const;
    [[nodiscard]] bool refuseWorkspace(std::string_view id, httplib::Response& response) const;
    void query(Exchange& exchange, const std::string& scope);

    LogStore& m_logs;
    const ResourceStore& m_resources;
    const Clock& m_clock;
    QueryService m_queries;
};

void giveError(httplib::Response& response, const Error& error, std::string_view kql = {})
{
    const std::string correlationId = randomGuid();
    response.set_header("x-ms-correlation-request-id", correlationId);
    answerJson(response, error.httpStatus != 0 ? error.httpStatus : 400,
               kql::encodeError(error, correlationId, kql));
}

int statusOf(const Error& error)
{
    if (error.httpStatus != 0)
        return error.httpStatus;
    return error.kind == Error::Kind::InvalidInput ? 400 : 503;
}

/// By guid, by name or by ARM id, as the "workspaces" of a request may name it.
bool LogApi::knowsWorkspace(std::string_view name) const
{
    const WorkspaceIdentity& identity = m_logs.identity();
    return equalsIgnoreCase(name, identity.workspaceId) || equalsIgnoreCase(name, identity.workspaceName) ||
           equalsIgnoreCase(name, identity.workspaceResourceId);
}

bool LogApi::refuseWorkspace(std::string_view id, httplib::Response& response) const
{
    if (equalsIgnoreCase(id, m_logs.identity().workspaceId))
        return false;
    if (isGuid(id))
        answerError(response, 404, "WorkspaceNotFoundError", "The workspace could not be found.");
    else
        answerError(response, 400, "FailedToResolveResource", "The workspace id in the path is not a GUID.");
    return true;
}

void LogApi::query(Exchange& exchange, const std::string& scope)
{
    httplib::Response& response = exchange.response;
    if (exchange.request.has_header("x-ms-client-request-id") &&
        equalsIgnoreCase(exchange.request.get_header_value("x-ms-return-client-request-id"), "true"))
        response.set_header("x-ms-client-request-id",
                            exchange.request.get_header_value("x-ms-client-request-id"));
    const auto request = QueryRequest::from(exchange.request, m_clock.now());
    if (!request) {
        giveError(response, request.error());
        return;
    }
    if (!*request) { // no Content-Type or no body: the service says nothing, successfully (contracts §2.1)
        response.status = 200;
        return;
    }
    if (!std::ranges::all_of((*request)->workspaces,
                             [this](const std::string& name) { return knowsWorkspace(name); })) {
        answerError(response, 400, "FailedToResolveResource",
                    "A workspace that the query names could not be found.");
        return;
    }
    if (!(*request)->preferences.applied.empty())
        response.set_header("Preference-Applied", (*request)->preferences.applied);
    auto answer = m_queries.run(**request, scope);
    if (!answer) {
        Error error = answer.error();
        error.httpStatus = statusOf(error);
        giveError(response, error, (*request)->query);
        return;
    }
    if (answer->age)
        response.set_header("Age", std::to_string(answer->age->count()));
    answerJson(response, 200, *answer->body);
}

void LogApi::queryWorkspace(Exchange& exchange)
{
    if (!refuseWorkspace(exchange.parameters.front(), exchange.response))
        query(exchange, {});
}

void LogApi::queryResource(Exchange& exchange)
{
    std::string resource = "/" + exchange.parameters.front();
    if (!toLower(resource).ends_with(QuerySuffix)) {
        answerError(exchange.response, 404, "PathNotFoundError", "The requested path does not exist");
        return;
    }
    resource.resize(resource.size() - QuerySuffix.size());
    const std::string below = toLower(resource) + "/";
    const auto all = m_resources.all();
    const bool known =
        m_resources.get(resource) != nullptr || std::ranges::any_of(all, [&below](const ResourcePtr& one) {
            return toLower(one->id).starts_with(below);
        });
    if (!known) {
        answerError(exchange.response, 404, "ResourceNotFoundError",
                    "The resource " + resource + " was not found");
        return;
    }
    query(exchange,
          equalsIgnoreCase(resource, m_logs.identity().workspaceResourceId) ? std::string() : resource);
}

void LogApi::metadata(Exchange& exchange) const
{
    if (!refuseWorkspace(exchange.parameters.front(), exchange.response))
        answerJson(exchange.response, 200, metadataJson(m_logs));
}

} // namespace

void addLogRoutes(Router& router, LogStore& logs, const ResourceStore& resources, const Clock& clock,
                  const std::stop_token& stop)
{
    const auto api = std::make_shared<LogApi>(logs, resources, clock, stop);
    for (const char* method : {"GET", "POST"}) {
        router.add({method, "/v1/workspaces/{workspace}/query", Access::Logs, MaxQueryBody,
                    [api](Exchange& exchange) { api->queryWorkspace(exchange); }});
        router.add({method, "/v1/workspaces/{workspace}/metadata", Access::Logs, MaxQueryBody,
                    [api](Exchange& exchange) { api->metadata(exchange); }});
        router.add(
            {method, "/v1/subscriptions/{rest...}", Access::Logs, MaxQueryBody, [api](Exchange& exchange) {
                 exchange.parameters.front().insert(0, "subscriptions/");
                 api->queryResource(exchange);
             }});
    }
}

} // namespace gatehouse::local
