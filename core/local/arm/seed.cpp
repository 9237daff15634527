// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/arm/seed.h"

#include "core/gateway/directory/servicedirectory.h"
#include "core/gateway/policy/quotasheet.h"
#include "core/gateway/routing/fragment.h"
#include "core/local/arm/accounts.h"
#include "core/local/arm/apimtypes.h"
#include "core/local/arm/namedvalues.h"
#include "core/local/arm/seedparts.h"
#include "core/local/sample/profiles.h"

#include <algorithm>
#include <array>
#include <utility>

namespace gatehouse::local {

namespace {

/// What the seed holds grows with the product. A store remembers which version it got, so that what was added
/// since is added to it, and what its owner removed stays away.
constexpr int SeedVersion = 2;
constexpr const char* ServicePolicy =
    "<policies>\r\n\t<inbound />\r\n\t<backend>\r\n\t\t<forward-request />\r\n"
    "\t</backend>\r\n\t<outbound />\r\n\t<on-error />\r\n</policies>";
constexpr const char* ApiPolicy =
    "<policies>\r\n\t<inbound>\r\n\t\t<base />\r\n"
    "\t\t<include-fragment fragment-id=\"gatehouse-quotas\" />\r\n"
    "\t\t<set-backend-service backend-id=\"aoai-pool\" />\r\n"
    "\t\t<include-fragment fragment-id=\"gatehouse-routing\" />\r\n"
    "\t</inbound>\r\n\t<backend>\r\n\t\t<base />\r\n\t</backend>\r\n\t<outbound>\r\n\t\t<base "
    "/>\r\n\t</outbound>\r\n"
    "\t<on-error>\r\n\t\t<base />\r\n\t</on-error>\r\n</policies>";

void seedWorkspace(Seeder& seeder)
{
    seeder.put(workspaceResourceId(), "Microsoft.OperationalInsights/workspaces",
               {{"location", seed::Location},
                {"tags", Json::object()},
                {"properties",
                 {{"customerId", seed::WorkspaceId},
                  {"provisioningState", "Succeeded"},
                  {"retentionInDays", 30},
                  {"sku", {{"name", "PerGB2018"}}},
                  {"createdDate", CreatedAt},
                  {"publicNetworkAccessForIngestion", "Enabled"},
                  {"publicNetworkAccessForQuery", "Enabled"}}}});
}

void seedGroups(Seeder& seeder)
{
    for (const auto& [id, name] : {std::pair("administrators", "Administrators"),
                                   std::pair("developers", "Developers"), std::pair("guests", "Guests")})
        seeder.properties(apimResourceId() + "/groups/" + id, "Microsoft.ApiManagement/service/groups",
                          {{"displayName", name},
                           {"description", std::string(name) + " is a built-in group."},
                           {"builtIn", true},
                           {"type", "system"},
                           {"externalId", nullptr}});
}

void seedService(Seeder& seeder)
{
    seeder.put(apimResourceId(), "Microsoft.ApiManagement/service",
               {{"location", seed::LocationName},
                {"sku", {{"name", "StandardV2"}, {"capacity", 1}}},
                {"tags", Json::object()},
                {"properties",
                 {{"provisioningState", "Succeeded"},
                  {"targetProvisioningState", ""},
                  {"createdAtUtc", CreatedAt},
                  {"publisherName", "Contoso"},
                  {"publisherEmail", "platform@contoso.localhost"},
                  {"platformVersion", "stv2.1"},
                  {"publicNetworkAccess", "Enabled"},
                  {"virtualNetworkType", "None"},
                  {"additionalLocations", nullptr},
                  {"hostnameConfigurations", Json::array()}}}});
    seeder.put(apimResourceId() + "/providers/Microsoft.Insights/diagnosticSettings/to-log-analytics",
               DiagnosticSettingType,
               {{"properties",
                 {{"workspaceId", workspaceResourceId()},
                  {"logAnalyticsDestinationType", "Dedicated"},
                  {"logs", Json::array({{{"category", "GatewayLogs"}, {"enabled", true}},
                                        {{"category", "GatewayLlmLogs"}, {"enabled", true}}})},
                  {"metrics", Json::array({{{"category", "AllMetrics"}, {"enabled", true}}})}}}});
}

void seedBackends(Seeder& seeder)
{
    constexpr const char* Type = "Microsoft.ApiManagement/service/backends";
    const Json rule = {{"name", "openai-errors"},
                       {"failureCondition",
                        {{"count", 5},
                         {"interval", "PT1M"},
                         {"statusCodeRanges", Json::array({{{"min", 500}, {"max", 599}}})}}},
                       {"tripDuration", "PT30S"},
                       {"acceptRetryAfter", false}};
    Json members = Json::array();
    for (const SeedRegion& region : seedRegions()) {
        const std::string id = apimResourceId() + "/backends/" + region.backend;
        seeder.properties(
            id, Type,
            {{"title", "Azure OpenAI in " + region.displayName},
             {"type", "Single"},
             {"url", "https://" + region.backend + ".openai.azure.com/openai"},
             {"protocol", "http"},
             {"resourceId", std::string(seed::ArmAudience) + accountResourceId(region.backend)},
             {"credentials", {{"managedIdentity", {{"resource", "https://cognitiveservices.azure.com"}}}}},
             {"tls", {{"validateCertificateChain", true}, {"validateCertificateName", true}}},
             {"circuitBreaker", {{"rules", Json::array({rule})}}}});
        members.push_back({{"id", id}, {"priority", region.priority}, {"weight", 1}});
    }
    seeder.properties(apimResourceId() + "/backends/" + std::string(seed::PoolName), Type,
                      {{"title", "Azure OpenAI, nearest region first"},
                       {"type", "Pool"},
                       {"url", nullptr},
                       {"protocol", nullptr},
                       {"pool", {{"services", std::move(members)}}}});
}

void seedProductAndSubscriptions(Seeder& seeder)
{
    const std::string product = apimResourceId() + "/products/" + std::string(seed::ProductId);
    seeder.properties(product, "Microsoft.ApiManagement/service/products",
                      {{"displayName", "AI platform"},
                       {"description", "Models behind the gateway, for the company's own microservices."},
                       {"terms", ""},
                       {"subscriptionRequired", true},
                       {"approvalRequired", false},
                       {"subscriptionsLimit", nullptr},
                       {"state", "published"}});
    for (const SeedService& service : seedServices()) {
        seeder.properties(apimResourceId() + "/subscriptions/" + service.id,
                          "Microsoft.ApiManagement/service/subscriptions",
                          {{"ownerId", apimResourceId() + "/users/1"},
                           {"scope", product},
                           {"displayName", service.displayName},
                           {"state", "active"},
                           {"createdDate", CreatedAt},
                           {"startDate", CreatedAt},
                           {"expirationDate", nullptr},
                           {"endDate", nullptr},
                           {"notificationDate", nullptr},
                           {"stateComment", "Team: " + service.team},
                           {"allowTracing", false}});
        seeder.items.back().drawKeys = true;
    }
}

void seedApi(Seeder& seeder)
{
    const std::string service = apimResourceId();
    const std::string api = service + "/apis/" + std::string(seed::ApiId);
    const std::string logger = service + "/loggers/azuremonitor";
    seeder.properties(api, "Microsoft.ApiManagement/service/apis",
                      {{"displayName", "Azure OpenAI"},
                       {"path", "openai"},
                       {"protocols", Json::array({"https"})},
                       {"serviceUrl", nullptr},
                       {"type", "http"},
                       {"apiRevision", "1"},
                       {"isCurrent", true},
                       {"subscriptionRequired", true},
                       {"subscriptionKeyParameterNames", {{"header", "api-key"}, {"query", "api-key"}}}});
    seeder.properties(logger, "Microsoft.ApiManagement/service/loggers",
                      {{"loggerType", "azureMonitor"}, {"isBuffered", true}, {"resourceId", nullptr}});
    const Json messages = {{"messages", "all"}, {"maxSizeInBytes", 32'768}};
    const Json always = {{"loggerId", logger},
                         {"alwaysLog", "allErrors"},
                         {"logClientIp", true},
                         {"verbosity", "information"},
                         {"sampling", {{"samplingType", "fixed"}, {"percentage", 100.0}}}};
    Json llm = always;
    llm["largeLanguageModel"] = {{"logs", "enabled"}, {"requests", messages}, {"responses", messages}};
    seeder.properties(service + "/diagnostics/azuremonitor", "Microsoft.ApiManagement/service/diagnostics",
                      llm);
    seeder.properties(api + "/diagnostics/azuremonitor", "Microsoft.ApiManagement/service/apis/diagnostics",
                      std::move(llm));
    seeder.properties(service + "/policyFragments/gatehouse-quotas", FragmentType,
                      {{"description", "Limits of each service. Gatehouse writes it."},
                       {"format", "xml"},
                       {"value", gateway::emptyQuotaFragment().text()},
                       {"provisioningState", "Succeeded"}});
    seeder.properties(service + "/policyFragments/" + std::string(gateway::RoutingFragmentId), FragmentType,
                      {{"description", "Where each request goes. Gatehouse writes it."},
                       {"format", "xml"},
                       {"value", gateway::writeRoutingFragment({}).value_or("<fragment />")},
                       {"provisioningState", "Succeeded"}});
    seeder.properties(service + "/policies/policy", "Microsoft.ApiManagement/service/policies",
                      {{"format", "rawxml"}, {"value", ServicePolicy}});
    seeder.properties(api + "/policies/policy", "Microsoft.ApiManagement/service/apis/policies",
                      {{"format", "rawxml"}, {"value", ApiPolicy}});
}

/// Which cost centre pays for an owner's services.
std::string costCentreOf(std::string_view owner)
{
    static constexpr std::array<std::pair<std::string_view, const char*>, 7> Centres = {{
        {"commerce", "CC-1100"},
        {"customer-care", "CC-1200"},
        {"knowledge", "CC-2100"},
        {"risk", "CC-3100"},
        {"engineering", "CC-4100"},
        {"people", "CC-5100"},
        {"finance", "CC-6100"},
    }};
    for (const auto& [name, centre] : Centres) {
        if (name == owner)
            return centre;
    }
    return {};
}

/// The directory says of each service what its calls in the sample history say of themselves.
void seedDirectory(Seeder& seeder)
{
    gateway::ServiceDirectory directory;
    for (const ServiceProfile& profile : serviceProfiles()) {
        const std::string subscription(profile.subscription);
        if (!subscription.empty())
            directory.set({subscription, subscription, std::string(profile.feature), "production",
                           std::string(profile.owner), costCentreOf(profile.owner),
                           std::string(profile.sensitivity)});
    }
    seeder.properties(apimResourceId() + "/namedValues/" + gateway::DirectoryNamedValue,
                      NamedValueType.data(),
                      {{"displayName", gateway::DirectoryNamedValue},
                       {"value", gateway::writeDirectory(directory).value_or("")},
                       {"secret", false},
                       {"tags", Json::array({"gatehouse"})},
                       {"provisioningState", "Succeeded"}});
}

} // namespace

const std::vector<SeedService>& seedServices()
{
    static const std::vector<SeedService> Services = {
        {"checkout-assistant", "Checkout assistant", "Commerce"},
        {"support-copilot", "Support copilot", "Customer care"},
        {"document-search", "Document search", "Knowledge"},
        {"fraud-review", "Fraud review", "Risk"},
        {"product-copy", "Product copy", "Commerce"},
        {"code-review-bot", "Code review bot", "Engineering"},
        {"hr-assistant", "HR assistant", "People"},
        {"translation-hub", "Translation hub", "Knowledge"},
        {"forecast-notes", "Forecast notes", "Finance"},
        {"meeting-summaries", "Meeting summaries", "Engineering"},
    };
    return Services;
}

const std::vector<SeedRegion>& seedRegions()
{
    static const std::vector<SeedRegion> Regions = {
        {"eastus", "East US", "aoai-eastus", 1},
        {"westus", "West US", "aoai-westus", 2},
        {"westeurope", "West Europe", "aoai-westeurope", 3},
    };
    return Regions;
}

const std::vector<SeedDeployment>& seedDeployments()
{
    static const std::vector<SeedDeployment> Deployments = {
        {"gpt-4o", "gpt-4o", "2024-11-20", "OpenAI", 300},
        {"gpt-4o-mini", "gpt-4o-mini", "2024-07-18", "OpenAI", 1'000},
        {"text-embedding-3-small", "text-embedding-3-small", "1", "OpenAI", 500},
        {"phi-4", "Phi-4", "7", "Microsoft", 100},
    };
    return Deployments;
}

std::string resourceGroupId()
{
    return "/subscriptions/" + std::string(seed::SubscriptionId) + "/resourceGroups/" +
           std::string(seed::ResourceGroup);
}

std::string apimResourceId()
{
    return resourceGroupId() + "/providers/Microsoft.ApiManagement/service/" + std::string(seed::ApimService);
}

std::string workspaceResourceId()
{
    return resourceGroupId() + "/providers/Microsoft.OperationalInsights/workspaces/" +
           std::string(seed::WorkspaceName);
}

std::string accountResourceId(std::string_view account)
{
    return resourceGroupId() + "/providers/Microsoft.CognitiveServices/accounts/" + std::string(account);
}

Status seedResources(ResourceStore& store)
{
    const bool isNew = store.get(apimResourceId()) == nullptr;
    const int version = isNew ? 0 : std::max(1, store.seedVersion());
    if (version >= SeedVersion)
        return {};
    Seeder seeder;
    if (version < 1) {
        seedService(seeder);
        seedWorkspace(seeder);
        seedModels(seeder);
        seedBackends(seeder);
        seedProductAndSubscriptions(seeder);
        seedApi(seeder);
    }
    seedAccounts(seeder);
    seedContentFilters(seeder);
    seedAccountLogs(seeder);
    seedGroups(seeder);
    seedDirectory(seeder);
    // The accounts of the first version could not be edited; anything else that is there is its owner's.
    std::erase_if(seeder.items, [&](const ResourceStore::New& item) {
        return item.type != AccountType && store.get(item.id) != nullptr;
    });
    return store.putAll(std::move(seeder.items), SeedVersion);
}

} // namespace gatehouse::local
