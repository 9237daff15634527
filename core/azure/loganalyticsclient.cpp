// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/azure/loganalyticsclient.h"

#include "core/base/encoding.h"
#include "core/base/json.h"
#include "core/http/deferred.h"

#include <QtConcurrent/QtConcurrentRun>

#include <algorithm>
#include <charconv>

namespace gatehouse::azure {

namespace {

constexpr const char* LogAnalyticsName = "Log Analytics";
constexpr int WaitSeconds = 180;
constexpr std::size_t MaxBytes = 256U << 20U; // the service stops at about 100 MiB of rows

http::HttpRequest requestFor(const std::string& origin, const LogQuery& query)
{
    http::HttpRequest request;
    request.method = "POST";
    request.url = origin + "/v1/workspaces/" + percentEncode(query.workspaceId) + "/query";
    Json body = {{"query", query.kql}};
    if (query.timespan)
        body["timespan"] = formatTimeRange(*query.timespan);
    request.body = dumpJson(body);
    // Without the content type the service answers 200 with nothing.
    request.headers.set("Content-Type", "application/json");
    std::string prefer = "wait=" + std::to_string(WaitSeconds);
    if (query.statistics)
        prefer += ", include-statistics=true";
    if (query.render)
        prefer += ", include-render=true";
    request.headers.set("Prefer", prefer);
    if (query.fresh)
        request.headers.set("Cache-Control", "no-cache");
    request.deadline = std::chrono::seconds(WaitSeconds + 10);
    request.maxBytes = MaxBytes;
    request.repeatable = true;
    request.lane = "logs";
    return request;
}

http::HttpRequest metadataRequest(const std::string& origin, const std::string& workspaceId)
{
    constexpr std::size_t MaxMetadata = 64U << 20U; // a workspace with every solution has some MB of it
    http::HttpRequest request;
    request.method = "GET";
    request.url = origin + "/v1/workspaces/" + percentEncode(workspaceId) + "/metadata";
    request.deadline = std::chrono::seconds(60);
    request.maxBytes = MaxMetadata;
    request.repeatable = true;
    request.lane = "logs";
    return request;
}

std::chrono::seconds ageOf(const http::Headers& headers)
{
    const std::string text = headers.text("Age");
    int seconds = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    return std::chrono::seconds(code == std::errc() ? std::max(0, seconds) : 0);
}

/// On a pool thread.
Result<QueryAnswerPtr> decode(const http::Body& body, std::chrono::seconds age)
{
    Result<QueryAnswer> answer = decodeQueryAnswer(body.text());
    if (!answer)
        return fail(answer.error());
    answer->age = age;
    return std::make_shared<const QueryAnswer>(std::move(*answer));
}

} // namespace

Result<std::vector<LogTableInfo>> decodeLogMetadata(std::string_view body)
{
    constexpr std::size_t MaxMetadata = 64U << 20U;
    const Result<Json> document = parseJson(body, MaxMetadata);
    if (!document)
        return fail(document.error());
    const Json& list = memberAt(*document, "tables");
    if (!list.is_array())
        return fail(Error::Kind::Protocol, "Log Analytics described no tables.");
    std::vector<LogTableInfo> tables;
    for (const Json& item : list) {
        LogTableInfo table{textAt(item, "name"), textAt(item, "description"), {}};
        const Json& columns = memberAt(item, "columns");
        if (table.name.empty() || !columns.is_array())
            continue;
        for (const Json& column : columns) {
            const std::string name = textAt(column, "name");
            const auto type = columnTypeFrom(textAt(column, "type"));
            if (!name.empty() && type)
                table.columns.push_back({name, *type});
        }
        tables.push_back(std::move(table));
    }
    return tables;
}

LogAnalyticsClient::LogAnalyticsClient(AuthorizedClient& client, std::string logsOrigin,
                                       std::string logsScope, QObject* parent)
    : QObject(parent)
    , m_client(client)
    , m_origin(std::move(logsOrigin))
    , m_scope(std::move(logsScope))
{}

QFuture<Result<QueryAnswerPtr>> LogAnalyticsClient::query(const LogQuery& query, std::stop_token stop)
{
    if (!isGuid(query.workspaceId)) {
        return http::settledFuture<QueryAnswerPtr>(fail(Error::Kind::InvalidInput,
                                                        "The profile names no workspace.",
                                                        "Pick a workspace in the profile."));
    }
    http::Deferred<QueryAnswerPtr> deferred;
    m_client.send(requestFor(m_origin, query), {m_scope}, std::move(stop))
        .then(this, [this, deferred](const Result<http::HttpResponse>& response) {
            if (!response)
                deferred.settle(fail(response.error()));
            else
                take(*response,
                     [deferred](Result<QueryAnswerPtr> answer) { deferred.settle(std::move(answer)); });
        });
    return deferred.future();
}

QFuture<Result<std::vector<LogTableInfo>>> LogAnalyticsClient::metadata(const std::string& workspaceId,
                                                                        std::stop_token stop)
{
    if (!isGuid(workspaceId)) {
        return http::settledFuture<std::vector<LogTableInfo>>(fail(Error::Kind::InvalidInput,
                                                                   "The profile names no workspace.",
                                                                   "Pick a workspace in the profile."));
    }
    http::Deferred<std::vector<LogTableInfo>> deferred;
    m_client.send(metadataRequest(m_origin, workspaceId), {m_scope}, std::move(stop))
        .then(this, [this, deferred](const Result<http::HttpResponse>& response) {
            if (!response) {
                deferred.settle(fail(response.error()));
                return;
            }
            if (response->status != 200) {
                deferred.settle(fail(serviceError(*response, LogAnalyticsName, m_client.clock().now())));
                return;
            }
            QtConcurrent::run([body = response->body] {
                return decodeLogMetadata(body.text());
            }).then(this, [deferred](const Result<std::vector<LogTableInfo>>& tables) {
                deferred.settle(tables);
            });
        });
    return deferred.future();
}

void LogAnalyticsClient::take(const http::HttpResponse& response,
                              const std::function<void(Result<QueryAnswerPtr>)>& done)
{
    if (response.status == 204) {
        done(std::make_shared<const QueryAnswer>()); // the workspace has no data
        return;
    }
    if (response.status != 200) {
        done(fail(serviceError(response, LogAnalyticsName, m_client.clock().now())));
        return;
    }
    if (response.body.empty()) {
        done(fail(Error::Kind::Protocol, "Log Analytics answered with nothing.",
                  "Try again; a proxy may have removed the request's body."));
        return;
    }
    QtConcurrent::run(&decode, response.body, ageOf(response.headers)).then(this, done);
}

} // namespace gatehouse::azure
