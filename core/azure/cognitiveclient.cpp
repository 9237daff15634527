// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/azure/cognitiveclient.h"

#include "core/gateway/backend.h"

namespace gatehouse::azure {

namespace {

constexpr const char* CognitiveApiVersion = "2025-09-01";

std::string providerPath(const std::string& subscriptionId)
{
    return "/subscriptions/" + subscriptionId + "/providers/Microsoft.CognitiveServices";
}

std::optional<double> numberAt(const Json& object, const char* name)
{
    const Json& value = memberAt(object, name);
    return value.is_number() ? std::optional(value.get<double>()) : std::nullopt;
}

std::optional<AiAccount> readAccount(const Json& item)
{
    const Json& properties = memberAt(item, "properties");
    AiAccount account;
    account.id = textAt(item, "id");
    account.name = textAt(item, "name", std::string(gateway::lastSegment(account.id)));
    account.kind = textAt(item, "kind");
    account.location = textAt(item, "location");
    account.endpoint = textAt(properties, "endpoint");
    account.customSubdomain = textAt(properties, "customSubDomainName");
    account.publicAccess = !equalsIgnoreCase(textAt(properties, "publicNetworkAccess"), "Disabled");
    account.networkDefaultAction = textAt(memberAt(properties, "networkAcls"), "defaultAction");
    const Json& keysOff = memberAt(properties, "disableLocalAuth");
    account.keysOff = keysOff.is_boolean() && keysOff.get<bool>();
    const Json& endpoints = memberAt(properties, "privateEndpointConnections");
    if (endpoints.is_array()) {
        for (const Json& endpoint : endpoints) {
            const Json& link =
                memberAt(memberAt(endpoint, "properties"), "privateLinkServiceConnectionState");
            account.privateEndpoints.push_back({textAt(endpoint, "name"), textAt(link, "status")});
        }
    }
    return account.id.empty() ? std::nullopt : std::optional(std::move(account));
}

std::optional<AiDeployment> readDeployment(const Json& item)
{
    const Json& properties = memberAt(item, "properties");
    const Json& model = memberAt(properties, "model");
    const Json& sku = memberAt(item, "sku");
    AiDeployment deployment;
    deployment.name = textAt(item, "name", std::string(gateway::lastSegment(textAt(item, "id"))));
    deployment.model = textAt(model, "name");
    deployment.modelVersion = textAt(model, "version");
    deployment.sku = textAt(sku, "name");
    if (const auto capacity = numberAt(sku, "capacity"))
        deployment.capacity = static_cast<std::int64_t>(*capacity);
    deployment.contentFilter = textAt(properties, "raiPolicyName");
    deployment.state = textAt(properties, "provisioningState");
    return deployment.name.empty() ? std::nullopt : std::optional(std::move(deployment));
}

/// A quota without figures tells nothing.
std::optional<AiUsage> readUsage(const Json& item)
{
    const Json& name = memberAt(item, "name");
    const auto used = numberAt(item, "currentValue");
    const auto limit = numberAt(item, "limit");
    AiUsage usage{textAt(name, "value"), textAt(name, "localizedValue"), used.value_or(0), limit.value_or(0)};
    if (usage.title.empty())
        usage.title = usage.name;
    return usage.name.empty() || !used || !limit ? std::nullopt : std::optional(std::move(usage));
}

std::vector<AiModelSku> readModel(const Json& item)
{
    const Json& model = memberAt(item, "model");
    const Json& skus = memberAt(model, "skus");
    std::vector<AiModelSku> read;
    if (!skus.is_array())
        return read;
    for (const Json& sku : skus) {
        AiModelSku one{textAt(model, "name"), textAt(model, "version"), textAt(sku, "name"),
                       textAt(sku, "usageName")};
        if (!one.model.empty() && !one.usageName.empty())
            read.push_back(std::move(one));
    }
    return read;
}

template <typename T>
QFuture<Result<std::vector<T>>> readAll(QFuture<Result<std::vector<Json>>> items, QObject* context,
                                        std::optional<T> (*read)(const Json&))
{
    return items.then(context, [read](const Result<std::vector<Json>>& listed) -> Result<std::vector<T>> {
        if (!listed)
            return fail(listed.error());
        std::vector<T> all;
        for (const Json& item : *listed) {
            if (auto one = read(item))
                all.push_back(std::move(*one));
        }
        return all;
    });
}

} // namespace

CognitiveClient::CognitiveClient(ArmClient& arm, QObject* parent)
    : QObject(parent)
    , m_arm(arm)
{}

QFuture<Result<std::vector<AiAccount>>> CognitiveClient::accounts(const std::string& subscriptionId,
                                                                  std::stop_token stop)
{
    return readAll(m_arm.list({providerPath(subscriptionId) + "/accounts", CognitiveApiVersion, {}, {}},
                              std::move(stop)),
                   this, readAccount);
}

QFuture<Result<std::vector<AiDeployment>>> CognitiveClient::deployments(const std::string& accountId,
                                                                        std::stop_token stop)
{
    return readAll(m_arm.list({accountId + "/deployments", CognitiveApiVersion, {}, {}}, std::move(stop)),
                   this, readDeployment);
}

QFuture<Result<std::vector<AiUsage>>>
CognitiveClient::usages(const std::string& subscriptionId, const std::string& location, std::stop_token stop)
{
    return readAll(m_arm.list({providerPath(subscriptionId) + "/locations/" + location + "/usages",
                               CognitiveApiVersion,
                               {},
                               {}},
                              std::move(stop)),
                   this, readUsage);
}

QFuture<Result<std::vector<AiModelSku>>>
CognitiveClient::models(const std::string& subscriptionId, const std::string& location, std::stop_token stop)
{
    return m_arm
        .list({providerPath(subscriptionId) + "/locations/" + location + "/models",
               CognitiveApiVersion,
               {},
               {}},
              std::move(stop))
        .then(this, [](const Result<std::vector<Json>>& items) -> Result<std::vector<AiModelSku>> {
            if (!items)
                return fail(items.error());
            std::vector<AiModelSku> all;
            for (const Json& item : *items) {
                for (AiModelSku& sku : readModel(item))
                    all.push_back(std::move(sku));
            }
            return all;
        });
}

} // namespace gatehouse::azure
