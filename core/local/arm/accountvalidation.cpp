// SPDX-License-Identifier: GPL-3.0-or-later
// What Cognitive Services demands of accounts, deployments and content filters (contracts §6), and Azure
// Monitor of diagnostic settings.
#include "core/base/encoding.h"
#include "core/local/arm/accounts.h"
#include "core/local/arm/fieldchecks.h"

#include <algorithm>
#include <array>

namespace gatehouse::local {

namespace {

constexpr std::string_view SystemManaged = "SystemManaged";

/// "…/accounts/a/deployments/d" → "…/accounts/a"
std::string ownerOf(const std::string& id)
{
    return id.substr(0, id.rfind('/', id.rfind('/') - 1));
}

/// What only the service itself sets stays as it was, whatever a write says.
void keepReadOnly(Json& properties, const Json& stored)
{
    for (const char* name : {"provisioningState", "endpoint", "endpoints", "dateCreated", "internalId",
                             "privateEndpointConnections"}) {
        properties.erase(name);
        if (stored.contains(name))
            properties[name] = stored[name];
    }
}

void checkQuota(const Json& body, const ValidationContext& context, Details& details)
{
    const Json& model = memberAt(memberAt(body, "properties"), "model");
    const std::string name = textAt(model, "name");
    const ResourcePtr account = context.resources.get(ownerOf(context.id));
    const std::string location = account == nullptr ? std::string() : textAt(account->body, "location");
    const auto quota = modelQuota(context.resources, location, name, context.id);
    if (!quota) {
        details.push_back({"DeploymentModelNotSupported",
                           "The model 'Format: " + textAt(model, "format") + ", Name: " + name +
                               ", Version: " + textAt(model, "version") +
                               "' of account deployment is not supported.",
                           {}});
        return;
    }
    const std::int64_t wanted = integerAt(memberAt(body, "sku"), "capacity");
    const std::int64_t left = quota->limit - quota->used;
    if (wanted > left)
        details.push_back({"InsufficientQuota",
                           "This operation require " + std::to_string(wanted) + " new capacity in quota " +
                               quota->title + ", which is bigger than the current available capacity " +
                               std::to_string(left) + ". The current quota usage is " +
                               std::to_string(quota->used) + " and the quota limit is " +
                               std::to_string(quota->limit) + " for quota " + quota->title + ".",
                           {}});
}

/// What follows from the capacity (thousands of tokens a minute).
void setRates(Json& properties, std::int64_t capacity)
{
    properties["currentCapacity"] = capacity;
    properties["rateLimits"] =
        Json::array({{{"key", "request"}, {"renewalPeriod", 10}, {"count", capacity}},
                     {{"key", "token"}, {"renewalPeriod", 60}, {"count", capacity * 1'000}}});
}

bool isSystemPolicy(const ResourceStore& resources, const std::string& id)
{
    const ResourcePtr policy = resources.get(id);
    return policy != nullptr && textAt(policy->properties(), "type") == SystemManaged;
}

void checkFilter(const Json& filter, const std::string& target, Details& details)
{
    Details own;
    requireText(filter, "name", 64, own);
    requireOneOf(filter, "source", {"Prompt", "Completion"}, own);
    allowOneOf(filter, "severityThreshold", {"Low", "Medium", "High"}, own);
    allowBool(filter, "enabled", own);
    allowBool(filter, "blocking", own);
    for (ErrorDetail& detail : own) {
        detail.target = target + "." + detail.target;
        details.push_back(std::move(detail));
    }
}

} // namespace

std::vector<ErrorDetail> validateAccount(Json& body, const ValidationContext& context)
{
    Details details;
    Json& properties = propertiesOf(body);
    const ResourcePtr stored = context.resources.get(context.id);
    if (stored == nullptr)
        return details;
    for (const char* name : {"location", "kind", "sku"}) // PATCH does not move an account
        body[name] = memberAt(stored->body, name);
    keepReadOnly(properties, stored->properties());
    if (memberAt(properties, "customSubDomainName") != memberAt(stored->properties(), "customSubDomainName"))
        complain(details, "customSubDomainName", "A subdomain cannot be changed once it is set.");
    allowOneOf(properties, "publicNetworkAccess", {"Enabled", "Disabled"}, details);
    allowBool(properties, "disableLocalAuth", details);
    allowBool(properties, "restrictOutboundNetworkAccess", details);
    allowBool(properties, "dynamicThrottlingEnabled", details);
    if (const Json& acls = memberAt(properties, "networkAcls"); !acls.is_null())
        requireOneOf(acls, "defaultAction", {"Allow", "Deny"}, details);
    if (!memberAt(body, "tags").is_object() && !memberAt(body, "tags").is_null())
        complain(details, "tags", "The field 'tags' must be an object of texts.");
    return details;
}

std::vector<ErrorDetail> validateDeployment(Json& body, const ValidationContext& context)
{
    Details details;
    Json& properties = propertiesOf(body);
    const Json& sku = memberAt(body, "sku");
    // Quotas on this computer are those of the Standard tier only.
    if (textAt(sku, "name") != "Standard")
        complain(details, "sku.name", "The field 'sku.name' must be Standard on this computer.");
    if (integerAt(sku, "capacity") < 1)
        complain(details, "sku.capacity", "The field 'sku.capacity' must be a whole number of at least 1.");
    if (textAt(memberAt(properties, "model"), "name").empty())
        complain(details, "properties.model.name", "The field 'properties.model.name' is missing.");
    allowOneOf(properties, "versionUpgradeOption",
               {"OnceNewDefaultVersionAvailable", "OnceCurrentVersionExpired", "NoAutoUpgrade"}, details);
    if (memberAt(properties, "raiPolicyName").is_null())
        properties["raiPolicyName"] = "Microsoft.DefaultV2";
    const std::string policy = textAt(properties, "raiPolicyName");
    if (context.resources.get(ownerOf(context.id) + "/raiPolicies/" + policy) == nullptr)
        complain(details, "properties.raiPolicyName",
                 "The content filter '" + policy + "' does not exist in this account.");
    if (details.empty())
        checkQuota(body, context, details);
    properties["provisioningState"] = "Succeeded";
    setRates(properties, integerAt(sku, "capacity"));
    return details;
}

std::vector<ErrorDetail> validateRaiPolicy(Json& body, const ValidationContext& context)
{
    Details details;
    Json& properties = propertiesOf(body);
    if (isSystemPolicy(context.resources, context.id)) {
        complain(details, "name", "A content filter of the system cannot be changed.");
        return details;
    }
    properties["type"] = "UserManaged";
    if (memberAt(properties, "mode").is_null())
        properties["mode"] = "Default";
    requireOneOf(properties, "mode", {"Default", "Deferred", "Blocking", "Asynchronous_filter"}, details);
    const std::string base = textAt(properties, "basePolicyName");
    if (!isSystemPolicy(context.resources, ownerOf(context.id) + "/raiPolicies/" + base))
        complain(details, "basePolicyName",
                 "The field 'basePolicyName' must be Microsoft.Default or Microsoft.DefaultV2.");
    const Json& filters = memberAt(properties, "contentFilters");
    if (!filters.is_null() && !filters.is_array())
        complain(details, "contentFilters", "The field 'contentFilters' must be a list.");
    for (std::size_t i = 0; filters.is_array() && i < filters.size(); ++i)
        checkFilter(filters[i], "contentFilters[" + std::to_string(i) + "]", details);
    return details;
}

std::vector<ErrorDetail> validateDiagnosticSetting(Json& body, const ValidationContext&)
{
    Details details;
    const Json& properties = propertiesOf(body);
    constexpr std::array Targets = {"workspaceId", "storageAccountId", "eventHubAuthorizationRuleId",
                                    "marketplacePartnerId"};
    if (std::all_of(Targets.begin(), Targets.end(),
                    [&](const char* name) { return textAt(properties, name).empty(); }))
        complain(details, "workspaceId",
                 "At least one destination must be given: 'workspaceId' and the like.");
    for (const char* list : {"logs", "metrics"}) {
        const Json& entries = memberAt(properties, list);
        if (!entries.is_null() && !entries.is_array())
            complain(details, list, std::string("The field '") + list + "' must be a list.");
        for (const Json& entry : entries.is_array() ? entries : Json::array()) {
            if ((textAt(entry, "category").empty() && textAt(entry, "categoryGroup").empty()) ||
                !memberAt(entry, "enabled").is_boolean())
                complain(details, list, "Each entry must have a category (or categoryGroup) and enabled.");
        }
    }
    return details;
}

std::string whyRaiPolicyStays(const ResourceStore& resources, const Resource& policy)
{
    if (textAt(policy.properties(), "type") == SystemManaged)
        return "A content filter of the system cannot be removed.";
    for (const ResourcePtr& deployment : resources.list(ownerOf(policy.id), DeploymentType)) {
        if (equalsIgnoreCase(textAt(deployment->properties(), "raiPolicyName"), policy.name()))
            return "The content filter is that of the deployment '" + deployment->name() +
                   "'. Give the deployment another one first.";
    }
    return {};
}

} // namespace gatehouse::local
