// SPDX-License-Identifier: GPL-3.0-or-later
// Tenants, subscriptions, locations, resource groups and the plain listing of resources (contracts §7).
#include "core/base/encoding.h"
#include "core/local/arm/armcall.h"
#include "core/local/arm/render.h"
#include "core/local/arm/resourcestore.h"
#include "core/local/arm/seed.h"

#include <optional>

namespace gatehouse::local {

namespace {

std::string subscriptionPath()
{
    return "/subscriptions/" + std::string(seed::SubscriptionId);
}

Json subscriptionBody()
{
    return {{"id", subscriptionPath()},
            {"authorizationSource", "RoleBased"},
            {"managedByTenants", Json::array()},
            {"subscriptionId", seed::SubscriptionId},
            {"tenantId", seed::TenantId},
            {"displayName", seed::SubscriptionName},
            {"state", "Enabled"},
            {"subscriptionPolicies",
             {{"locationPlacementId", "Public_2014-09-01"},
              {"quotaId", "PayAsYouGo_2014-09-01"},
              {"spendingLimit", "Off"}}}};
}

Json tenantBody()
{
    return {{"id", "/tenants/" + std::string(seed::TenantId)},
            {"tenantId", seed::TenantId},
            {"countryCode", "US"},
            {"displayName", seed::TenantName},
            {"domains", Json::array({seed::TenantDomain})},
            {"defaultDomain", seed::TenantDomain},
            {"tenantCategory", "Home"},
            {"tenantType", "AAD"}};
}

Json groupBody()
{
    return {{"id", resourceGroupId()},
            {"name", seed::ResourceGroup},
            {"type", "Microsoft.Resources/resourceGroups"},
            {"location", seed::Location},
            {"tags", Json::object()},
            {"properties", {{"provisioningState", "Succeeded"}}}};
}

Json locationBody(const SeedRegion& region)
{
    return {{"id", subscriptionPath() + "/locations/" + region.location},
            {"name", region.location},
            {"type", "Region"},
            {"displayName", region.displayName},
            {"regionalDisplayName", region.displayName},
            {"metadata", {{"regionType", "Physical"}, {"regionCategory", "Recommended"}}}};
}

/// Answers 404 and false for another subscription (first parameter) or group (second).
bool isOurPlace(ArmCall& call)
{
    const std::vector<std::string>& parameters = call.exchange.parameters;
    if (!equalsIgnoreCase(parameters.at(0), seed::SubscriptionId)) {
        answerArmError(call.exchange.response, 404, "SubscriptionNotFound",
                       "The subscription '" + parameters[0] + "' could not be found.");
        return false;
    }
    if (parameters.size() > 1 && !equalsIgnoreCase(parameters[1], seed::ResourceGroup)) {
        answerArmError(call.exchange.response, 404, "ResourceGroupNotFound",
                       "Resource group '" + parameters[1] + "' could not be found.");
        return false;
    }
    return true;
}

/// The only filter that discovery needs: resourceType eq 'X'. Empty for any other text.
std::optional<std::string> typeOfFilter(std::string_view filter)
{
    static constexpr std::string_view Start = "resourceType eq '";
    if (!equalsIgnoreCase(filter.substr(0, Start.size()), Start) || filter.size() <= Start.size() ||
        filter.back() != '\'')
        return std::nullopt;
    const std::string_view type = filter.substr(Start.size(), filter.size() - Start.size() - 1);
    return type.find('\'') == std::string_view::npos ? std::optional<std::string>(type) : std::nullopt;
}

void listResources(ArmCall& call)
{
    if (!isOurPlace(call))
        return;
    const std::string filter = call.query("$filter");
    const std::optional<std::string> type = typeOfFilter(filter);
    if (!filter.empty() && !type)
        return answerArmError(call.exchange.response, 400, "InvalidFilterInQueryString",
                              "Only the filter resourceType eq '…' is supported here.");
    std::vector<Json> items;
    for (const ResourcePtr& resource : call.context.resources.all()) {
        if (!isTopLevel(*resource) || (type && !equalsIgnoreCase(*type, resource->type)))
            continue;
        Json item = {{"id", resource->id}, {"name", resource->name()}, {"type", resource->type}};
        for (const char* member : {"location", "kind", "sku", "tags"}) {
            if (const Json& value = memberAt(resource->body, member); !value.is_null())
                item[member] = value;
        }
        items.push_back(std::move(item));
    }
    answerList(call, items, false);
}

} // namespace

void addDiscoveryRoutes(Router& router, const ArmContext& context)
{
    addArmRoute(router, context, "GET", "/tenants",
                [](ArmCall& call) { answerList(call, {tenantBody()}, false); });
    addArmRoute(router, context, "GET", "/subscriptions", [](ArmCall& call) {
        answerArm(
            call, 200,
            {{"value", Json::array({subscriptionBody()})}, {"count", {{"type", "Total"}, {"value", 1}}}});
    });
    addArmRoute(router, context, "GET", "/subscriptions/{subscription}", [](ArmCall& call) {
        if (isOurPlace(call))
            answerArm(call, 200, subscriptionBody());
    });
    addArmRoute(router, context, "GET", "/subscriptions/{subscription}/locations", [](ArmCall& call) {
        if (!isOurPlace(call))
            return;
        std::vector<Json> locations;
        for (const SeedRegion& region : seedRegions())
            locations.push_back(locationBody(region));
        answerList(call, locations, false);
    });
    addArmRoute(router, context, "GET", "/subscriptions/{subscription}/resourceGroups", [](ArmCall& call) {
        if (isOurPlace(call))
            answerList(call, {groupBody()}, false);
    });
    addArmRoute(router, context, "GET", "/subscriptions/{subscription}/resourceGroups/{group}",
                [](ArmCall& call) {
                    if (isOurPlace(call))
                        answerArm(call, 200, groupBody());
                });
    addArmRoute(router, context, "GET", "/subscriptions/{subscription}/resources", listResources);
    addArmRoute(router, context, "GET", "/subscriptions/{subscription}/resourceGroups/{group}/resources",
                listResources);
}

} // namespace gatehouse::local
