// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/azure/discoveryclient.h"

#include "core/http/deferred.h"

#include <algorithm>
#include <array>
#include <set>

namespace gatehouse::azure {

namespace {

constexpr const char* GraphQuery =
    "resources | where type in~ ('microsoft.apimanagement/service','microsoft.cognitiveservices/accounts',"
    "'microsoft.operationalinsights/workspaces','microsoft.insights/components') "
    "| project id,name,type,kind,location,resourceGroup,subscriptionId,tenantId,properties | order by id asc";
constexpr std::size_t MaxGraphPages = 100;

/// Lists that give whole resources; the generic one leaves the properties out.
struct PlainList
{
    const char* path;
    const char* apiVersion;
};
constexpr std::array<PlainList, 3> PlainLists = {{
    {"/providers/Microsoft.OperationalInsights/workspaces", "2023-09-01"},
    {"/providers/Microsoft.ApiManagement/service", "2024-05-01"},
    {"/providers/Microsoft.CognitiveServices/accounts", "2025-09-01"},
}};

/// The segment after this one, compared without case: "/resourceGroups/rg/" → "rg".
std::string segmentAfter(const std::string& id, std::string_view name)
{
    const std::string folded = toLower(id);
    std::string wanted = toLower(name);
    wanted += '/';
    const std::size_t at = folded.find(wanted);
    if (at == std::string::npos || at == 0 || folded[at - 1] != '/')
        return {};
    const std::size_t start = at + wanted.size();
    return id.substr(start, std::min(id.find('/', start), id.size()) - start);
}

ResourceInfo readResource(const Json& object)
{
    ResourceInfo resource;
    resource.id = textAt(object, "id");
    resource.name = textAt(object, "name");
    resource.type = toLower(textAt(object, "type"));
    resource.location = textAt(object, "location");
    resource.resourceGroup = textAt(object, "resourceGroup", segmentAfter(resource.id, "resourceGroups"));
    resource.properties = memberAt(object, "properties");
    return resource;
}

/// Resource Graph itself is the trouble, not the sign-in or the way there.
bool isGraphRefused(const Error& error)
{
    return error.kind == Error::Kind::Denied || error.kind == Error::Kind::NotFound ||
           error.kind == Error::Kind::InvalidInput || error.kind == Error::Kind::Http ||
           error.kind == Error::Kind::Conflict;
}

} // namespace

struct DiscoveryClient::Search
{
    std::string tenantId;
    std::string subscriptionId;
    std::stop_token stop;
    std::string skipToken;
    std::set<std::string> seenTokens;
    std::vector<ResourceInfo> found;
    http::Deferred<std::vector<ResourceInfo>> deferred;
};

DiscoveryClient::DiscoveryClient(ArmClient& arm, QObject* parent)
    : QObject(parent)
    , m_arm(arm)
{}

QFuture<Result<std::vector<TenantInfo>>> DiscoveryClient::tenants(std::stop_token stop)
{
    return m_arm.list({"/tenants", "2022-12-01", {}, {}}, std::move(stop))
        .then(this, [](const Result<std::vector<Json>>& items) -> Result<std::vector<TenantInfo>> {
            if (!items)
                return fail(items.error());
            std::vector<TenantInfo> tenants;
            for (const Json& item : *items) {
                TenantInfo tenant{textAt(item, "tenantId"), textAt(item, "displayName"),
                                  textAt(item, "defaultDomain")};
                if (!tenant.id.empty())
                    tenants.push_back(std::move(tenant));
            }
            return tenants;
        });
}

QFuture<Result<std::vector<SubscriptionInfo>>> DiscoveryClient::subscriptions(const std::string& tenantId,
                                                                              std::stop_token stop)
{
    return m_arm.list({"/subscriptions", "2022-12-01", {}, tenantId}, std::move(stop))
        .then(this, [](const Result<std::vector<Json>>& items) -> Result<std::vector<SubscriptionInfo>> {
            if (!items)
                return fail(items.error());
            std::vector<SubscriptionInfo> subscriptions;
            for (const Json& item : *items) {
                SubscriptionInfo info{textAt(item, "subscriptionId"), textAt(item, "displayName"),
                                      textAt(item, "tenantId"), textAt(item, "state")};
                if (!info.id.empty())
                    subscriptions.push_back(std::move(info));
            }
            return subscriptions;
        });
}

QFuture<Result<std::vector<ResourceInfo>>> DiscoveryClient::resources(const std::string& tenantId,
                                                                      const std::string& subscriptionId,
                                                                      std::stop_token stop)
{
    auto search = std::make_shared<Search>();
    search->tenantId = tenantId;
    search->subscriptionId = subscriptionId;
    search->stop = std::move(stop);
    askGraph(search);
    return search->deferred.future();
}

void DiscoveryClient::askGraph(const SearchPtr& search)
{
    Json options = {{"$top", 1000}, {"resultFormat", "objectArray"}};
    if (!search->skipToken.empty())
        options["$skipToken"] = search->skipToken;
    const Json body = {{"subscriptions", Json::array({search->subscriptionId})},
                       {"query", GraphQuery},
                       {"options", std::move(options)}};
    m_arm
        .query({"/providers/Microsoft.ResourceGraph/resources", "2022-10-01", {}, search->tenantId}, body,
               search->stop)
        .then(this, [this, search](const Result<Json>& page) { takeGraph(search, page); });
}

void DiscoveryClient::takeGraph(const SearchPtr& search, const Result<Json>& page)
{
    if (!page) {
        if (search->found.empty() && isGraphRefused(page.error()))
            listPlainly(search, 0);
        else
            search->deferred.settle(fail(page.error()));
        return;
    }
    const Json& data = memberAt(*page, "data");
    if (!data.is_array()) {
        listPlainly(search, 0);
        return;
    }
    for (const Json& item : data)
        search->found.push_back(readResource(item));
    // resultTruncated is a text and may stay "false" between pages: the skip token alone says whether there
    // is more.
    search->skipToken = textAt(*page, "$skipToken");
    const bool again = !search->skipToken.empty() && !search->seenTokens.insert(search->skipToken).second;
    if (search->skipToken.empty() || again || search->seenTokens.size() > MaxGraphPages)
        search->deferred.settle(std::move(search->found));
    else
        askGraph(search);
}

void DiscoveryClient::listPlainly(const SearchPtr& search, std::size_t typeIndex)
{
    if (typeIndex == 0)
        search->found.clear();
    if (typeIndex == PlainLists.size()) {
        search->deferred.settle(std::move(search->found));
        return;
    }
    const PlainList& plain = PlainLists.at(typeIndex);
    m_arm
        .list(
            {"/subscriptions/" + search->subscriptionId + plain.path, plain.apiVersion, {}, search->tenantId},
            search->stop)
        .then(this, [this, search, typeIndex](const Result<std::vector<Json>>& items) {
            if (!items && !isGraphRefused(items.error())) {
                search->deferred.settle(fail(items.error()));
                return;
            }
            if (items) {
                for (const Json& item : *items)
                    search->found.push_back(readResource(item));
            }
            listPlainly(search, typeIndex + 1);
        });
}

} // namespace gatehouse::azure
