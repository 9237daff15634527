// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/azure/authorizedclient.h"
#include "core/base/encoding.h"
#include "core/base/json.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::azure {

/// The version of a resource as its service named it. There is none that matches everything: "*" cannot be
/// made.
class ETag
{
public:
    /// Empty when the answer has none, or "*".
    [[nodiscard]] static std::optional<ETag> from(const http::Headers& headers);
    [[nodiscard]] static std::optional<ETag> fromText(std::string text);
    [[nodiscard]] const std::string& text() const { return m_text; }
    bool operator==(const ETag&) const = default;

private:
    explicit ETag(std::string text)
        : m_text(std::move(text))
    {}
    std::string m_text;
};

struct ArmResource
{
    Json body;
    std::optional<ETag> etag;   ///< of the ETag header; most services have none
    bool accepted = false;      ///< 202: the service still works on it
    std::string operation = {}; ///< where it says how far it is: Azure-AsyncOperation; may be ""
};

/// One path of Azure Resource Manager: "/subscriptions/…" and its api-version.
struct ArmPath
{
    std::string path;
    std::string apiVersion;
    FormFields query = {}; ///< "$filter" and the like, not encoded
    std::string tenantId = {};
};

/// Azure Resource Manager (contracts §9): api-version on every call, lists over all their pages (the next
/// link is followed only on the same origin, and never twice), errors of every shape. A write says which
/// version it replaces; there is no other way to write but act(), for what has none. Main thread.
class ArmClient final : public QObject
{
public:
    ArmClient(AuthorizedClient& client, std::string armOrigin, std::string armScope,
              QObject* parent = nullptr);

    [[nodiscard]] QFuture<Result<ArmResource>> get(const ArmPath& path, std::stop_token stop);
    /// "value" of all pages. Protocol for a next link that leads elsewhere or in a circle.
    [[nodiscard]] QFuture<Result<std::vector<Json>>> list(const ArmPath& path, std::stop_token stop);
    /// An action that reads (a query): may be sent again.
    [[nodiscard]] QFuture<Result<Json>> query(const ArmPath& path, const Json& body, std::stop_token stop);

    /// An action that writes and knows no version (a key is drawn anew). Sent once, whatever comes back: not
    /// again after a lost reply, a 429, or a 401. Whoever calls it finds out by reading what became of it.
    [[nodiscard]] QFuture<Result<Json>> act(const ArmPath& path, std::stop_token stop);

    /// Conflict when it is there already.
    [[nodiscard]] QFuture<Result<ArmResource>> create(const ArmPath& path, const Json& body,
                                                      std::stop_token stop);
    /// Conflict when the version is no longer this one; nothing is written then.
    [[nodiscard]] QFuture<Result<ArmResource>> replace(const ArmPath& path, const Json& body,
                                                       const ETag& version, std::stop_token stop);
    [[nodiscard]] QFuture<Result<ArmResource>> patch(const ArmPath& path, const Json& body,
                                                     const ETag& version, std::stop_token stop);
    [[nodiscard]] QFuture<Result<ArmResource>> remove(const ArmPath& path, const ETag& version,
                                                      std::stop_token stop);
    /// The document of ArmResource::operation. Protocol when it leads to another host.
    [[nodiscard]] QFuture<Result<Json>> operation(const std::string& url, std::stop_token stop);

private:
    struct Listing;
    using ListingPtr = std::shared_ptr<Listing>;

    void fetchPage(const ListingPtr& listing);
    void takePage(const ListingPtr& listing, const http::HttpResponse& response);
    [[nodiscard]] Result<http::HttpRequest> requestFor(const std::string& method, const ArmPath& path) const;
    [[nodiscard]] QFuture<Result<ArmResource>> send(const Result<http::HttpRequest>& request,
                                                    const ArmPath& path, std::stop_token stop);

    AuthorizedClient& m_client;
    std::string m_origin;
    std::string m_scope;
};

} // namespace gatehouse::azure
