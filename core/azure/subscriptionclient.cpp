// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/azure/subscriptionclient.h"

#include "core/gateway/backend.h"

namespace gatehouse::azure {

namespace {

constexpr const char* SubscriptionApiVersion = "2024-05-01";

ArmPath pathOf(const std::string& serviceId, const std::string& rest)
{
    return {serviceId + "/subscriptions" + rest, SubscriptionApiVersion, {}, {}};
}

} // namespace

SubscriptionClient::SubscriptionClient(ArmClient& arm, QObject* parent)
    : QObject(parent)
    , m_arm(arm)
{}

QFuture<Result<std::vector<KeyedSubscription>>> SubscriptionClient::list(const std::string& serviceId,
                                                                         std::stop_token stop)
{
    return m_arm.list(pathOf(serviceId, {}), std::move(stop))
        .then(this, [](const Result<std::vector<Json>>& items) -> Result<std::vector<KeyedSubscription>> {
            if (!items)
                return fail(items.error());
            std::vector<KeyedSubscription> found;
            for (const Json& item : *items) {
                const Json& properties = memberAt(item, "properties");
                KeyedSubscription one;
                one.id = textAt(item, "name", std::string(gateway::lastSegment(textAt(item, "id"))));
                one.name = textAt(properties, "displayName", one.id);
                one.scope = textAt(properties, "scope");
                one.state = textAt(properties, "state");
                if (!one.id.empty())
                    found.push_back(std::move(one));
            }
            return found;
        });
}

QFuture<Result<ApimKeys>> SubscriptionClient::keys(const std::string& serviceId,
                                                   const std::string& subscription, std::stop_token stop)
{
    return m_arm
        .query(pathOf(serviceId, "/" + subscription + "/listSecrets"), Json::object(), std::move(stop))
        .then(this, [](const Result<Json>& answer) -> Result<ApimKeys> {
            if (!answer)
                return fail(answer.error());
            ApimKeys keys{textAt(*answer, "primaryKey"), textAt(*answer, "secondaryKey")};
            if (keys.primary.empty() || keys.secondary.empty())
                return fail(Error::Kind::Protocol, "The service does not show the keys of this subscription.",
                            "Try again; if it lasts, copy the details for support.");
            return keys;
        });
}

QFuture<Status> SubscriptionClient::regenerate(const std::string& serviceId, const std::string& subscription,
                                               bool primary)
{
    const char* const action = primary ? "/regeneratePrimaryKey" : "/regenerateSecondaryKey";
    return m_arm.act(pathOf(serviceId, "/" + subscription + action), {})
        .then(this, [](const Result<Json>& done) -> Status {
            if (!done)
                return fail(done.error());
            return {};
        });
}

} // namespace gatehouse::azure
