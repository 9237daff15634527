// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/azure/gatewayclient.h"

namespace gatehouse::azure {

namespace {

constexpr const char* GatewayName = "The gateway";

} // namespace

GatewayClient::GatewayClient(AuthorizedClient& client, std::string origin, std::string scope, QObject* parent)
    : QObject(parent)
    , m_client(client)
    , m_origin(std::move(origin))
    , m_scope(std::move(scope))
{}

QFuture<Result<std::string>> GatewayClient::send(const std::string& method, const char* path,
                                                 std::string body, std::stop_token stop)
{
    http::HttpRequest request;
    request.method = method;
    request.url = m_origin + path;
    request.body = std::move(body);
    if (!request.body.empty())
        request.headers.set("Content-Type", "application/json");
    request.deadline = std::chrono::seconds(15);
    request.maxBytes = 16U << 20U;
    request.lane = "gateway";
    return m_client.send(std::move(request), {m_scope}, std::move(stop))
        .then(this, [this](const Result<http::HttpResponse>& response) -> Result<std::string> {
            if (!response)
                return fail(response.error());
            if (!response->ok())
                return fail(serviceError(*response, GatewayName, m_client.clock().now()));
            return response->body.text();
        });
}

QFuture<Result<std::string>> GatewayClient::metricsText(std::stop_token stop)
{
    return send("GET", "/metrics", {}, std::move(stop));
}

QFuture<Result<Json>> GatewayClient::getJson(const char* path, std::stop_token stop)
{
    return send("GET", path, {}, std::move(stop))
        .then(this, [](const Result<std::string>& body) -> Result<Json> {
            if (!body)
                return fail(body.error());
            return parseJson(*body);
        });
}

QFuture<Result<Json>> GatewayClient::status(std::stop_token stop)
{
    return getJson("/status", std::move(stop));
}

QFuture<Result<Json>> GatewayClient::faults(std::stop_token stop)
{
    return getJson("/faults", std::move(stop));
}

QFuture<Status> GatewayClient::setFaults(const Json& document, std::stop_token stop)
{
    return send("PUT", "/faults", dumpJson(document), std::move(stop))
        .then(this, [](const Result<std::string>& body) -> Status {
            if (!body)
                return fail(body.error());
            return {};
        });
}

} // namespace gatehouse::azure
