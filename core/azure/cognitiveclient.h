// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/azure/armclient.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::azure {

/// One private endpoint of an account.
struct PrivateEndpoint
{
    std::string name;
    std::string status; ///< "Approved", "Pending", "Rejected"; "" where the service does not say
};

/// One Azure OpenAI or Foundry account (contracts §6). An empty optional is what the service did not say.
struct AiAccount
{
    std::string id; ///< ARM id
    std::string name;
    std::string kind;     ///< "OpenAI", "AIServices", …
    std::string location; ///< "eastus"
    std::string endpoint;
    std::string customSubdomain;
    bool publicAccess = true;         ///< absent means Enabled
    std::string networkDefaultAction; ///< "Allow", "Deny"; "" without network rules
    bool keysOff = false;             ///< disableLocalAuth; absent means that keys work
    std::vector<PrivateEndpoint> privateEndpoints;
};

struct AiDeployment
{
    std::string name;
    std::string model;
    std::string modelVersion;
    std::string sku;                      ///< "Standard", "ProvisionedManaged", …
    std::optional<std::int64_t> capacity; ///< thousands of tokens per minute; of provisioned SKUs, PTUs
    std::string contentFilter;            ///< name of the RAI policy
    std::string state;                    ///< provisioningState

    [[nodiscard]] bool isProvisioned() const { return sku.find("Provisioned") != std::string::npos; }
};

/// What of a quota is used in one region of one subscription.
struct AiUsage
{
    std::string name;  ///< "OpenAI.Standard.gpt-4o": join it with models through their usageName only
    std::string title; ///< for people
    double used = 0;
    double limit = 0; ///< in thousands of tokens per minute where the name is of a Standard SKU
};

/// A SKU of a model that a region offers, and the quota that its deployments draw from.
struct AiModelSku
{
    std::string model;
    std::string version;
    std::string sku;
    std::string usageName;
};

/// Azure OpenAI accounts through ARM. Reads only. Main thread.
class CognitiveClient final : public QObject
{
public:
    explicit CognitiveClient(ArmClient& arm, QObject* parent = nullptr);

    /// Of the subscription, every kind.
    [[nodiscard]] QFuture<Result<std::vector<AiAccount>>> accounts(const std::string& subscriptionId,
                                                                   std::stop_token stop);
    [[nodiscard]] QFuture<Result<std::vector<AiDeployment>>> deployments(const std::string& accountId,
                                                                         std::stop_token stop);
    /// Quotas of the region with what is used of them.
    [[nodiscard]] QFuture<Result<std::vector<AiUsage>>>
    usages(const std::string& subscriptionId, const std::string& location, std::stop_token stop);
    [[nodiscard]] QFuture<Result<std::vector<AiModelSku>>>
    models(const std::string& subscriptionId, const std::string& location, std::stop_token stop);

private:
    ArmClient& m_arm;
};

} // namespace gatehouse::azure
