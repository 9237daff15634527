// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::local {

class ResourceStore;

/// The fixed names of the seeded state (INTERFACES). They are the same in every data directory, so that
/// scripts, profiles and sample history agree; secrets (keys, signing key) are made anew for each directory.
namespace seed {

inline constexpr std::string_view TenantId = "6f1c7f0e-2b64-4c0b-9a57-3d0f5f4b8e21";
inline constexpr std::string_view TenantName = "Contoso (this computer)";
inline constexpr std::string_view TenantDomain = "contoso.localhost";
inline constexpr std::string_view ClientId = "0d2b6a54-7c1e-4e6f-8f3d-51c9a7e4b602";
inline constexpr std::string_view SubscriptionId = "b7a3f9c2-41d8-4f7a-9e35-8c6d2a10f4e7";
inline constexpr std::string_view SubscriptionName = "AI platform";
inline constexpr std::string_view ResourceGroup = "rg-ai-gateway";
inline constexpr std::string_view ApimService = "apim-gatehouse";
inline constexpr std::string_view Location = "eastus"; ///< of the APIM service, the workspace and the gateway
inline constexpr std::string_view LocationName = "East US";
inline constexpr std::string_view WorkspaceName = "log-ai-gateway";
/// The GUID that queries name (customerId).
inline constexpr std::string_view WorkspaceId = "c4e81d5b-93f2-4a6e-b0d7-2f9a6c3e7158";
inline constexpr std::string_view PoolName = "aoai-pool";
inline constexpr std::string_view ApiId = "azure-openai";
inline constexpr std::string_view ProductId = "ai-platform";

inline constexpr std::string_view ArmAudience = "https://management.azure.com";
inline constexpr std::string_view LogsAudience = "https://api.loganalytics.io";
inline constexpr std::string_view GatewayAudience = "api://gatehouse-gateway";
inline constexpr std::string_view RagAudience = "api://gatehouse-rag";

} // namespace seed

/// A microservice: one APIM subscription. id is what the logs call ApimSubscriptionId.
struct SeedService
{
    std::string id;
    std::string displayName;
    std::string team;
};

/// A region: one Cognitive Services account and the backend that points to it; both have the same name.
struct SeedRegion
{
    std::string location;    ///< "eastus"
    std::string displayName; ///< "East US"
    std::string backend;     ///< "aoai-eastus"
    int priority;            ///< in the pool; 1 serves first
};

/// A model deployment; each region has all of them. "phi-4" is the model that no price list names.
struct SeedDeployment
{
    std::string name;
    std::string model;
    std::string version;
    std::string format; ///< "OpenAI", or the publisher of another model
    int capacity;       ///< thousands of tokens per minute
};

[[nodiscard]] const std::vector<SeedService>& seedServices();
[[nodiscard]] const std::vector<SeedRegion>& seedRegions();
[[nodiscard]] const std::vector<SeedDeployment>& seedDeployments();

/// ARM ids of the seeded resources, in Azure's own spelling.
[[nodiscard]] std::string resourceGroupId();
[[nodiscard]] std::string apimResourceId();
[[nodiscard]] std::string workspaceResourceId();
[[nodiscard]] std::string accountResourceId(std::string_view account);

/// Writes the seeded resources into a store that does not have them, all or none. A store that an earlier
/// version seeded gets what was added since; what was edited or removed in it stays so.
[[nodiscard]] Status seedResources(ResourceStore& store);

} // namespace gatehouse::local
