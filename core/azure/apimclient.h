// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/azure/armclient.h"
#include "core/gateway/backend.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::azure {

struct ApimBackends
{
    std::vector<gateway::Backend> backends;
    std::vector<gateway::Pool> pools;
    std::vector<std::string> unreadable; ///< names whose resource is of a shape that we do not know
};

/// One diagnostic of the service (contracts §4.4).
struct ApimDiagnostic
{
    std::string name; ///< "azuremonitor", "applicationinsights"
    std::optional<double> samplingPercentage;
    bool logsModels = false; ///< largeLanguageModel.logs is enabled
};

/// A subscription of the service: a caller with keys of its own.
struct ApimSubscription
{
    std::string id; ///< the last segment, as logs have it
    std::string displayName;
    std::string state;   ///< "active", "suspended", …
    std::string product; ///< id of the product; "" when it is for all APIs or for one
};

struct ApimProduct
{
    std::string id;
    std::string displayName;
};

/// A policy fragment as it stood at one version.
struct PolicyFragment
{
    std::string xml; ///< expressions escaped (contracts §4.3, format=xml)
    std::string description;
    ETag version;
};

/// The policy of one scope, as the service tells it.
struct ApimPolicy
{
    std::string resourceId;
    std::string name; ///< of the API; "All APIs" for the service's own
    std::string xml;
};

/// An API Management service through ARM (contracts §4). Main thread.
class ApimClient final : public QObject
{
public:
    explicit ApimClient(ArmClient& arm, QObject* parent = nullptr);

    [[nodiscard]] QFuture<Result<ApimBackends>> backends(const std::string& serviceId, std::stop_token stop);
    /// Backends and pools as they stand: {id, name, properties}.
    [[nodiscard]] QFuture<Result<std::vector<Json>>> backendResources(const std::string& serviceId,
                                                                      std::stop_token stop);
    /// Subscription id (the last segment, as logs have it) to display name, for those that have one.
    [[nodiscard]] QFuture<Result<std::map<std::string, std::string>>>
    subscriptionNames(const std::string& serviceId, std::stop_token stop);
    [[nodiscard]] QFuture<Result<std::vector<ApimSubscription>>> subscriptions(const std::string& serviceId,
                                                                               std::stop_token stop);
    [[nodiscard]] QFuture<Result<std::vector<ApimProduct>>> products(const std::string& serviceId,
                                                                     std::stop_token stop);
    /// The ids of the APIs.
    [[nodiscard]] QFuture<Result<std::vector<std::string>>> apis(const std::string& serviceId,
                                                                 std::stop_token stop);
    /// The policy of a scope ("" the service, "/apis/a", "/products/p") in the format xml; "" where the scope
    /// has none of its own.
    [[nodiscard]] QFuture<Result<std::string>> policy(const std::string& serviceId, const std::string& scope,
                                                      std::stop_token stop);
    [[nodiscard]] QFuture<Result<std::vector<ApimDiagnostic>>> diagnostics(const std::string& serviceId,
                                                                           std::stop_token stop);

    /// NotFound when there is no such fragment; Protocol when the service names no version of it.
    [[nodiscard]] QFuture<Result<PolicyFragment>>
    fragment(const std::string& serviceId, const std::string& fragmentId, std::stop_token stop);
    /// The resource as it stands, its text in the format xml. NotFound when there is no such fragment.
    [[nodiscard]] QFuture<Result<Json>> fragmentResource(const std::string& serviceId,
                                                         const std::string& fragmentId, std::stop_token stop);
    /// The policies of the service and of its current APIs (the first 40), those that have one.
    [[nodiscard]] QFuture<Result<std::vector<ApimPolicy>>> apiPolicies(const std::string& serviceId,
                                                                       std::stop_token stop);
    /// Puts the text in the place of this version. Conflict when it is no longer the one in force. The
    /// service may still be working on it when the future finishes (202): read it again to see.
    [[nodiscard]] QFuture<Status> replaceFragment(const std::string& serviceId, const std::string& fragmentId,
                                                  const PolicyFragment& fragment, std::stop_token stop);

private:
    ArmClient& m_arm;
};

} // namespace gatehouse::azure
