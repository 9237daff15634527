// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/azure/armclient.h"

#include "core/http/deferred.h"

#include <set>

namespace gatehouse::azure {

namespace {

constexpr const char* ArmName = "Azure Resource Manager";
constexpr std::size_t MaxPages = 500;
constexpr std::size_t MaxItems = 100'000;

tl::unexpected<Error> notReadable()
{
    return fail(Error::Kind::Parse, "The answer of Azure Resource Manager cannot be read.",
                "Try again; if it lasts, copy the details for support.");
}

/// Only what an ARM id may hold; nothing that leaves the path or climbs in it.
bool isPath(const std::string& path)
{
    return path.starts_with('/') && path.find("/..") == std::string::npos &&
           path.find_first_of("?#%\\ \r\n\"<>") == std::string::npos;
}

Result<ArmResource> readResource(const http::HttpResponse& response)
{
    ArmResource resource;
    resource.etag = ETag::from(response.headers);
    resource.accepted = response.status == 202;
    resource.operation = response.headers.text("Azure-AsyncOperation");
    if (response.body.empty())
        return resource;
    Result<Json> body = parseJson(response.body.text());
    if (!body)
        return notReadable();
    resource.body = std::move(*body);
    return resource;
}

http::HttpRequest withBody(http::HttpRequest request, const Json& body)
{
    request.body = dumpJson(body);
    request.headers.set("Content-Type", "application/json");
    return request;
}

} // namespace

std::optional<ETag> ETag::fromText(std::string text)
{
    if (text.empty() || text == "*" || text.find_first_of("\r\n") != std::string::npos)
        return std::nullopt;
    return ETag(std::move(text));
}

std::optional<ETag> ETag::from(const http::Headers& headers)
{
    return fromText(headers.text("ETag"));
}

struct ArmClient::Listing
{
    std::string url;
    std::string tenantId;
    std::stop_token stop;
    std::set<std::string> seen;
    std::vector<Json> items;
    http::Deferred<std::vector<Json>> deferred;
};

ArmClient::ArmClient(AuthorizedClient& client, std::string armOrigin, std::string armScope, QObject* parent)
    : QObject(parent)
    , m_client(client)
    , m_origin(std::move(armOrigin))
    , m_scope(std::move(armScope))
{}

Result<http::HttpRequest> ArmClient::requestFor(const std::string& method, const ArmPath& path) const
{
    if (!isPath(path.path))
        return fail(Error::Kind::InvalidInput, "The id of the Azure resource is not valid.",
                    "Check the profile.");
    http::HttpRequest request;
    request.method = method;
    request.url = m_origin + path.path + "?api-version=" + percentEncode(path.apiVersion);
    for (const auto& [name, value] : path.query)
        request.url += "&" + percentEncode(name) + "=" + percentEncode(value);
    request.headers.set("Accept", "application/json");
    request.maxBytes = 16U << 20U;
    request.lane = "arm";
    return request;
}

QFuture<Result<ArmResource>> ArmClient::send(const Result<http::HttpRequest>& request, const ArmPath& path,
                                             std::stop_token stop)
{
    if (!request)
        return http::settledFuture<ArmResource>(fail(request.error()));
    return m_client.send(*request, {m_scope, path.tenantId}, std::move(stop))
        .then(this, [this](const Result<http::HttpResponse>& response) -> Result<ArmResource> {
            if (!response)
                return fail(response.error());
            if (!response->ok())
                return fail(serviceError(*response, ArmName, m_client.clock().now()));
            return readResource(*response);
        });
}

QFuture<Result<ArmResource>> ArmClient::get(const ArmPath& path, std::stop_token stop)
{
    return send(requestFor("GET", path), path, std::move(stop));
}

QFuture<Result<Json>> ArmClient::query(const ArmPath& path, const Json& body, std::stop_token stop)
{
    Result<http::HttpRequest> request = requestFor("POST", path);
    if (request) {
        request = withBody(std::move(*request), body);
        request->repeatable = true;
    }
    return send(request, path, std::move(stop))
        .then(this, [](const Result<ArmResource>& resource) -> Result<Json> {
            if (!resource)
                return fail(resource.error());
            return resource->body;
        });
}

QFuture<Result<Json>> ArmClient::act(const ArmPath& path, std::stop_token stop)
{
    Result<http::HttpRequest> request = requestFor("POST", path);
    if (request) {
        request->headers.set("Content-Type", "application/json");
        request->maxAttempts = 1;
    }
    return send(request, path, std::move(stop))
        .then(this, [](const Result<ArmResource>& resource) -> Result<Json> {
            if (!resource)
                return fail(resource.error());
            return resource->body;
        });
}

QFuture<Result<ArmResource>> ArmClient::create(const ArmPath& path, const Json& body, std::stop_token stop)
{
    Result<http::HttpRequest> request = requestFor("PUT", path);
    if (request) {
        request = withBody(std::move(*request), body);
        request->headers.set("If-None-Match", "*");
    }
    return send(request, path, std::move(stop));
}

QFuture<Result<ArmResource>> ArmClient::replace(const ArmPath& path, const Json& body, const ETag& version,
                                                std::stop_token stop)
{
    Result<http::HttpRequest> request = requestFor("PUT", path);
    if (request) {
        request = withBody(std::move(*request), body);
        request->headers.set("If-Match", version.text());
    }
    return send(request, path, std::move(stop));
}

QFuture<Result<ArmResource>> ArmClient::patch(const ArmPath& path, const Json& body, const ETag& version,
                                              std::stop_token stop)
{
    Result<http::HttpRequest> request = requestFor("PATCH", path);
    if (request) {
        request = withBody(std::move(*request), body);
        request->headers.set("If-Match", version.text());
    }
    return send(request, path, std::move(stop));
}

QFuture<Result<ArmResource>> ArmClient::remove(const ArmPath& path, const ETag& version, std::stop_token stop)
{
    Result<http::HttpRequest> request = requestFor("DELETE", path);
    if (request)
        request->headers.set("If-Match", version.text());
    return send(request, path, std::move(stop));
}

QFuture<Result<Json>> ArmClient::operation(const std::string& url, std::stop_token stop)
{
    // The token goes nowhere else, whatever the header says.
    if (!http::isSameOrigin(url, m_origin))
        return http::settledFuture<Json>(
            fail(Error::Kind::Protocol, "Azure Resource Manager names another host to ask how far it is.",
                 "Read the resource to see what has become of it."));
    http::HttpRequest request;
    request.url = url;
    request.headers.set("Accept", "application/json");
    request.maxBytes = 16U << 20U;
    request.lane = "arm";
    return send(request, {}, std::move(stop))
        .then(this, [](const Result<ArmResource>& resource) -> Result<Json> {
            if (!resource)
                return fail(resource.error());
            return resource->body;
        });
}

QFuture<Result<std::vector<Json>>> ArmClient::list(const ArmPath& path, std::stop_token stop)
{
    const Result<http::HttpRequest> request = requestFor("GET", path);
    if (!request)
        return http::settledFuture<std::vector<Json>>(fail(request.error()));
    auto listing = std::make_shared<Listing>();
    listing->url = request->url;
    listing->tenantId = path.tenantId;
    listing->stop = std::move(stop);
    fetchPage(listing);
    return listing->deferred.future();
}

void ArmClient::fetchPage(const ListingPtr& listing)
{
    // The token goes nowhere else, whatever the next link says.
    const bool again = !listing->seen.insert(listing->url).second;
    if (again || listing->seen.size() > MaxPages || !http::isSameOrigin(listing->url, m_origin)) {
        listing->deferred.settle(fail(Error::Kind::Protocol,
                                      "The list from Azure Resource Manager does not end "
                                      "or leads to another host.",
                                      "Try again; if it lasts, copy the details for support."));
        return;
    }
    http::HttpRequest request;
    request.url = listing->url;
    request.headers.set("Accept", "application/json");
    request.maxBytes = 16U << 20U;
    request.lane = "arm";
    m_client.send(std::move(request), {m_scope, listing->tenantId}, listing->stop)
        .then(this, [this, listing](const Result<http::HttpResponse>& response) {
            if (!response)
                listing->deferred.settle(fail(response.error()));
            else
                takePage(listing, *response);
        });
}

void ArmClient::takePage(const ListingPtr& listing, const http::HttpResponse& response)
{
    if (!response.ok()) {
        listing->deferred.settle(fail(serviceError(response, ArmName, m_client.clock().now())));
        return;
    }
    const Result<Json> page = parseJson(response.body.text());
    const Json& value = page ? memberAt(*page, "value") : memberAt(Json(), "value");
    if (!value.is_array() || listing->items.size() + value.size() > MaxItems) {
        listing->deferred.settle(notReadable());
        return;
    }
    listing->items.insert(listing->items.end(), value.begin(), value.end());
    // Missing, null and "" all mean the end (contracts §4.1, §9).
    listing->url = textAt(*page, "nextLink");
    if (listing->url.empty())
        listing->deferred.settle(std::move(listing->items));
    else
        fetchPage(listing);
}

} // namespace gatehouse::azure
