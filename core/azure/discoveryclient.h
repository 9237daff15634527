// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/azure/armclient.h"

#include <string>
#include <vector>

namespace gatehouse::azure {

struct TenantInfo
{
    std::string id;
    std::string name;
    std::string domain;
};

struct SubscriptionInfo
{
    std::string id;
    std::string name;
    std::string tenantId;
    std::string state;
};

/// A resource as Resource Graph or a plain listing shows it.
struct ResourceInfo
{
    std::string id;
    std::string name;
    std::string type; ///< lower case
    std::string location;
    std::string resourceGroup;
    Json properties;
};

/// What the signed-in user can read (contracts §7). Main thread.
class DiscoveryClient final : public QObject
{
public:
    explicit DiscoveryClient(ArmClient& arm, QObject* parent = nullptr);

    [[nodiscard]] QFuture<Result<std::vector<TenantInfo>>> tenants(std::stop_token stop);
    /// Only those of that tenant: a token is for one tenant.
    [[nodiscard]] QFuture<Result<std::vector<SubscriptionInfo>>> subscriptions(const std::string& tenantId,
                                                                               std::stop_token stop);
    /// APIM services, workspaces, AI accounts and Application Insights components of the subscription, over
    /// all pages of Resource Graph; where that is not allowed, by plain lists.
    [[nodiscard]] QFuture<Result<std::vector<ResourceInfo>>>
    resources(const std::string& tenantId, const std::string& subscriptionId, std::stop_token stop);

private:
    struct Search;
    using SearchPtr = std::shared_ptr<Search>;

    void askGraph(const SearchPtr& search);
    void takeGraph(const SearchPtr& search, const Result<Json>& page);
    void listPlainly(const SearchPtr& search, std::size_t typeIndex);

    ArmClient& m_arm;
};

} // namespace gatehouse::azure
