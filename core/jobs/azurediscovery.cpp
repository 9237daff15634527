// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/azurediscovery.h"

#include "core/base/encoding.h"

#include <algorithm>

namespace gatehouse::jobs {

namespace {

template <typename T>
void sortByName(std::vector<T>& items)
{
    std::sort(items.begin(), items.end(),
              [](const T& a, const T& b) { return toLower(a.name) < toLower(b.name); });
}

FoundResources sortOut(const std::vector<azure::ResourceInfo>& resources)
{
    FoundResources found;
    for (const azure::ResourceInfo& resource : resources) {
        FoundResource item{resource.id, resource.name, resource.resourceGroup, resource.location,
                           textAt(resource.properties, "customerId")};
        if (resource.type == "microsoft.operationalinsights/workspaces") {
            if (isGuid(item.workspaceGuid))
                found.workspaces.push_back(std::move(item));
        } else if (resource.type == "microsoft.apimanagement/service") {
            found.apimServices.push_back(std::move(item));
        } else if (resource.type == "microsoft.cognitiveservices/accounts") {
            found.aiAccounts.push_back(std::move(item));
        }
    }
    sortByName(found.workspaces);
    sortByName(found.apimServices);
    sortByName(found.aiAccounts);
    return found;
}

} // namespace

AzureDiscovery::AzureDiscovery(azure::DiscoveryClient& client, QObject* parent)
    : QObject(parent)
    , m_client(client)
{}

QFuture<Result<std::vector<Tenant>>> AzureDiscovery::tenants(std::stop_token stop)
{
    return m_client.tenants(std::move(stop))
        .then(this, [](const Result<std::vector<azure::TenantInfo>>& infos) -> Result<std::vector<Tenant>> {
            if (!infos)
                return fail(infos.error());
            std::vector<Tenant> tenants;
            for (const azure::TenantInfo& info : *infos)
                tenants.push_back({info.id, info.name.empty() ? info.domain : info.name, info.domain});
            sortByName(tenants);
            return tenants;
        });
}

QFuture<Result<std::vector<Subscription>>> AzureDiscovery::subscriptions(std::string tenantId,
                                                                         std::stop_token stop)
{
    return m_client.subscriptions(tenantId, std::move(stop))
        .then(this,
              [](const Result<std::vector<azure::SubscriptionInfo>>& infos)
                  -> Result<std::vector<Subscription>> {
                  if (!infos)
                      return fail(infos.error());
                  std::vector<Subscription> subscriptions;
                  for (const azure::SubscriptionInfo& info : *infos) {
                      // Disabled ones can still be read; deleted ones cannot.
                      if (!equalsIgnoreCase(info.state, "Deleted"))
                          subscriptions.push_back({info.id, info.name, info.tenantId});
                  }
                  sortByName(subscriptions);
                  return subscriptions;
              });
}

QFuture<Result<FoundResources>> AzureDiscovery::resources(std::string tenantId, std::string subscriptionId,
                                                          std::stop_token stop)
{
    return m_client.resources(tenantId, subscriptionId, std::move(stop))
        .then(this, [](const Result<std::vector<azure::ResourceInfo>>& resources) -> Result<FoundResources> {
            if (!resources)
                return fail(resources.error());
            return sortOut(*resources);
        });
}

} // namespace gatehouse::jobs
