// SPDX-License-Identifier: GPL-3.0-or-later
// Lists of what is not stored by itself but follows from other resources (contracts §4.3, §4.4, §6). On this
// computer every product has every API and every group: the embedded gateway takes a product's key for all.
#include "core/base/encoding.h"
#include "core/local/arm/accounts.h"
#include "core/local/arm/armcall.h"
#include "core/local/arm/filter.h"
#include "core/local/arm/policyreferences.h"
#include "core/local/arm/render.h"
#include "core/local/arm/resourcestore.h"
#include "core/local/arm/seed.h"

#include <algorithm>
#include <array>

namespace gatehouse::local {

namespace {

constexpr std::string_view ServiceType = "Microsoft.ApiManagement/service";
constexpr std::string_view ProductType = "Microsoft.ApiManagement/service/products";

std::vector<Json> children(const ArmContext& context, std::string_view type)
{
    std::vector<Json> items;
    for (const ResourcePtr& resource : context.resources.list(apimResourceId(), type))
        items.push_back(renderResource(*resource, context.origin));
    return items;
}

std::vector<Json> productApis(const ArmContext& context, const Resource&)
{
    return children(context, "Microsoft.ApiManagement/service/apis");
}

std::vector<Json> productGroups(const ArmContext& context, const Resource&)
{
    return children(context, "Microsoft.ApiManagement/service/groups");
}

std::vector<Json> productSubscriptions(const ArmContext& context, const Resource& product)
{
    std::vector<Json> items = children(context, "Microsoft.ApiManagement/service/subscriptions");
    std::erase_if(items, [&](const Json& item) {
        return !equalsIgnoreCase(textAt(memberAt(item, "properties"), "scope"), product.id);
    });
    return items;
}

std::vector<Json> everyPolicy(const ArmContext& context, const Resource& service)
{
    std::vector<Json> items;
    for (const ResourcePtr& policy : allPolicies(context.resources)) {
        const std::string name = toHex(policy->id.substr(service.id.size()));
        items.push_back({{"id", service.id + "/allPolicies/" + name},
                         {"name", name},
                         {"type", "Microsoft.ApiManagement/service/allPolicies"},
                         {"properties",
                          {{"referencePolicyId", policy->id.substr(service.id.size())},
                           {"complianceState", "Compliant"}}}});
    }
    return items;
}

std::vector<Json> none(const ArmContext&, const Resource&)
{
    return {};
}

std::vector<Json> privateEndpoints(const ArmContext&, const Resource& account)
{
    std::vector<Json> items;
    for (const Json& connection : memberAt(account.properties(), "privateEndpointConnections"))
        items.push_back(connection);
    return items;
}

struct ComputedList
{
    std::string_view owner; ///< type of the resource that has the list
    std::string_view name;
    std::vector<Json> (*items)(const ArmContext& context, const Resource& owner);
};

constexpr std::array<ComputedList, 6> Lists = {{
    {ProductType, "apis", productApis},
    {ProductType, "groups", productGroups},
    {ProductType, "subscriptions", productSubscriptions},
    {ServiceType, "allPolicies", everyPolicy},
    {ServiceType, "policyRestrictions", none},
    {AccountType, "privateEndpointConnections", privateEndpoints},
}};

/// A member of a list: HEAD says whether it is there, PUT that it stays. What follows from other resources
/// cannot be taken away here.
void answerMember(ArmCall& call, const ArmPath& path, const std::vector<Json>& items)
{
    const auto found = std::find_if(items.begin(), items.end(), [&](const Json& item) {
        return equalsIgnoreCase(textAt(item, "name"), path.last);
    });
    if (found == items.end())
        return answerArmError(call.exchange.response, 404, "ResourceNotFound", "Resource not found.");
    if (call.method() == "HEAD")
        call.exchange.response.status = 204;
    else if (call.method() == "GET")
        answerArm(call, 200, *found);
    else if (!authorize(call, path.type + (call.method() == "DELETE" ? "/delete" : "/write"), path.id))
        return;
    else if (call.method() == "PUT")
        answerArm(call, 200, *found);
    else
        answerArmError(call.exchange.response, 405, "OperationNotAllowed",
                       "On this computer the resources of type '" + path.type + "' are fixed.");
}

void answerItems(ArmCall& call, const ArmPath& path, std::vector<Json> items)
{
    if (call.method() != "GET" && call.method() != "HEAD")
        return answerArmError(call.exchange.response, 405, "MethodNotAllowed", "A list can only be read.");
    if (const std::string text = call.query("$filter"); !text.empty()) {
        const auto filter = parseListFilter(text);
        if (!filter)
            return answerArmError(
                call.exchange.response, 400, "InvalidFilterInQueryString",
                "This filter is not supported here. Write field eq 'value', joined by and.");
        std::erase_if(items, [&](const Json& item) { return !filter->matches(item); });
    }
    answerList(call, items, path.type.starts_with(ServiceType));
}

} // namespace

bool handleComputedList(ArmCall& call, const ArmPath& path)
{
    for (const ComputedList& list : Lists) {
        if (!equalsIgnoreCase(path.type, std::string(list.owner) + "/" + std::string(list.name)))
            continue;
        std::string owner = path.id.substr(0, path.id.rfind('/'));
        if (!path.collection)
            owner.resize(owner.rfind('/'));
        const ResourcePtr resource = call.context.resources.get(owner);
        if (resource == nullptr) {
            answerArmError(call.exchange.response, 404, "ResourceNotFound",
                           "The resource that this list belongs to was not found.");
            return true;
        }
        std::vector<Json> items = list.items(call.context, *resource);
        if (path.collection)
            answerItems(call, path, std::move(items));
        else
            answerMember(call, path, items);
        return true;
    }
    return false;
}

} // namespace gatehouse::local
