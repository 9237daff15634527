// SPDX-License-Identifier: GPL-3.0-or-later
// The seeded Cognitive Services accounts: what they are, what they deploy, how they filter and log.
#include "core/local/arm/accounts.h"
#include "core/local/arm/seed.h"
#include "core/local/arm/seedparts.h"

namespace gatehouse::local {

namespace {

constexpr const char* DefaultFilter = "Microsoft.DefaultV2";
constexpr const char* OwnFilter = "contoso-strict";

/// Where the accounts differ, so that the posture of each has something to say: one is closed to the public
/// network, one takes keys and is not logged.
Json accountProperties(const SeedRegion& region)
{
    const std::string endpoint = "https://" + region.backend + ".openai.azure.com/";
    const bool closed = region.location == "westeurope";
    Json connections = Json::array();
    if (closed) {
        const std::string name = region.backend + "-private";
        connections.push_back(
            {{"id", accountResourceId(region.backend) + "/privateEndpointConnections/" + name},
             {"name", name},
             {"type", "Microsoft.CognitiveServices/accounts/privateEndpointConnections"},
             {"location", region.location},
             {"properties",
              {{"privateEndpoint",
                {{"id", resourceGroupId() + "/providers/Microsoft.Network/privateEndpoints/" + name}}},
               {"privateLinkServiceConnectionState",
                {{"status", "Approved"}, {"description", "Auto-Approved"}, {"actionsRequired", "None"}}},
               {"provisioningState", "Succeeded"},
               {"groupIds", Json::array({"account"})}}}});
    }
    return {{"provisioningState", "Succeeded"},
            {"endpoint", endpoint},
            {"endpoints", {{"OpenAI Language Model Instance API", endpoint}}},
            {"customSubDomainName", region.backend},
            {"publicNetworkAccess", closed ? "Disabled" : "Enabled"},
            {"networkAcls", {{"defaultAction", closed ? "Deny" : "Allow"}}},
            {"privateEndpointConnections", std::move(connections)},
            {"disableLocalAuth", region.location != "westus"},
            {"dateCreated", CreatedAt}};
}

Json contentFilters(const char* promptThreshold)
{
    Json filters = Json::array();
    for (const char* name : {"Hate", "Sexual", "Violence", "Selfharm"}) {
        for (const char* source : {"Prompt", "Completion"})
            filters.push_back(
                {{"name", name},
                 {"severityThreshold", std::string_view(source) == "Prompt" ? promptThreshold : "Medium"},
                 {"blocking", true},
                 {"enabled", true},
                 {"source", source}});
    }
    filters.push_back({{"name", "Jailbreak"}, {"blocking", true}, {"enabled", true}, {"source", "Prompt"}});
    return filters;
}

} // namespace

void seedAccounts(Seeder& seeder)
{
    for (const SeedRegion& region : seedRegions())
        seeder.put(accountResourceId(region.backend), AccountType.data(),
                   {{"location", region.location},
                    {"kind", "OpenAI"},
                    {"sku", {{"name", "S0"}}},
                    {"tags", Json::object()},
                    {"properties", accountProperties(region)}});
}

void seedModels(Seeder& seeder)
{
    for (const SeedRegion& region : seedRegions()) {
        for (const SeedDeployment& deployment : seedDeployments()) {
            const Json tokens = {
                {"key", "token"}, {"renewalPeriod", 60}, {"count", deployment.capacity * 1'000}};
            const Json requests = {{"key", "request"}, {"renewalPeriod", 10}, {"count", deployment.capacity}};
            // One region filters more than the others, which a look at parity finds.
            const bool strict = region.location == "westeurope" && deployment.name == "gpt-4o";
            seeder.put(accountResourceId(region.backend) + "/deployments/" + deployment.name,
                       DeploymentType.data(),
                       {{"sku", {{"name", "Standard"}, {"capacity", deployment.capacity}}},
                        {"properties",
                         {{"model",
                           {{"format", deployment.format},
                            {"name", deployment.model},
                            {"version", deployment.version}}},
                          {"provisioningState", "Succeeded"},
                          {"versionUpgradeOption", "OnceNewDefaultVersionAvailable"},
                          {"currentCapacity", deployment.capacity},
                          {"rateLimits", Json::array({requests, tokens})},
                          {"raiPolicyName", strict ? OwnFilter : DefaultFilter}}}});
        }
    }
}

void seedContentFilters(Seeder& seeder)
{
    for (const SeedRegion& region : seedRegions()) {
        const std::string policies = accountResourceId(region.backend) + "/raiPolicies/";
        for (const char* name : {"Microsoft.Default", DefaultFilter})
            seeder.properties(policies + name, RaiPolicyType.data(),
                              {{"mode", "Default"},
                               {"type", "SystemManaged"},
                               {"contentFilters", contentFilters("Medium")}});
        seeder.properties(policies + OwnFilter, RaiPolicyType.data(),
                          {{"mode", "Blocking"},
                           {"type", "UserManaged"},
                           {"basePolicyName", DefaultFilter},
                           {"contentFilters", contentFilters("Low")}});
    }
}

void seedAccountLogs(Seeder& seeder)
{
    for (const SeedRegion& region : seedRegions()) {
        if (region.location == "westus")
            continue;
        seeder.properties(accountResourceId(region.backend) +
                              "/providers/Microsoft.Insights/diagnosticSettings/to-log-analytics",
                          DiagnosticSettingType,
                          {{"workspaceId", workspaceResourceId()},
                           {"logs", Json::array({{{"category", "Audit"}, {"enabled", true}},
                                                 {{"category", "RequestResponse"}, {"enabled", true}}})},
                           {"metrics", Json::array({{{"category", "AllMetrics"}, {"enabled", true}}})}});
    }
}

} // namespace gatehouse::local
