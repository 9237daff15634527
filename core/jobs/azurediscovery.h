// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/azure/discoveryclient.h"
#include "core/jobs/services.h"

namespace gatehouse::jobs {

/// Discovery over ARM: lists by name, without what cannot be used (disabled subscriptions, workspaces without
/// an id). Main thread.
class AzureDiscovery final : public QObject, public Discovery
{
public:
    explicit AzureDiscovery(azure::DiscoveryClient& client, QObject* parent = nullptr);

    [[nodiscard]] QFuture<Result<std::vector<Tenant>>> tenants(std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<std::vector<Subscription>>> subscriptions(std::string tenantId,
                                                                           std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<FoundResources>> resources(std::string tenantId, std::string subscriptionId,
                                                            std::stop_token stop) override;

private:
    azure::DiscoveryClient& m_client;
};

} // namespace gatehouse::jobs
