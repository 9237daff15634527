// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/azure/apimclient.h"

#include "core/http/deferred.h"

namespace gatehouse::azure {

namespace {

// Older versions leave out managed identities and the logging of models (contracts §4).
constexpr const char* ApimApiVersion = "2024-06-01-preview";

ArmPath pathOf(const std::string& serviceId, const char* what)
{
    return {serviceId + what, ApimApiVersion, {}, {}};
}

ApimBackends readBackends(const std::vector<Json>& items)
{
    ApimBackends found;
    for (const Json& item : items) {
        if (gateway::isPool(item)) {
            if (auto pool = gateway::poolFromArm(item)) {
                found.pools.push_back(std::move(*pool));
                continue;
            }
        } else if (auto backend = gateway::backendFromArm(item)) {
            found.backends.push_back(std::move(*backend));
            continue;
        }
        found.unreadable.push_back(textAt(item, "name"));
    }
    return found;
}

ApimDiagnostic readDiagnostic(const Json& item)
{
    const Json& properties = memberAt(item, "properties");
    ApimDiagnostic diagnostic;
    diagnostic.name = toLower(textAt(item, "name", std::string(gateway::lastSegment(textAt(item, "id")))));
    const Json& percentage = memberAt(memberAt(properties, "sampling"), "percentage");
    if (percentage.is_number())
        diagnostic.samplingPercentage = percentage.get<double>();
    diagnostic.logsModels =
        equalsIgnoreCase(textAt(memberAt(properties, "largeLanguageModel"), "logs"), "enabled");
    return diagnostic;
}

std::string nameOf(const Json& item)
{
    return textAt(item, "name", std::string(gateway::lastSegment(textAt(item, "id"))));
}

/// "…/products/{id}", whole or only its end (contracts §4.4).
std::string productOf(const std::string& scope)
{
    constexpr std::string_view Products = "/products/";
    const std::size_t at = toLower(scope).rfind(Products);
    return at == std::string::npos ? std::string() : scope.substr(at + Products.size());
}

ApimSubscription readSubscription(const Json& item)
{
    const Json& properties = memberAt(item, "properties");
    return {nameOf(item), textAt(properties, "displayName"), textAt(properties, "state"),
            productOf(textAt(properties, "scope"))};
}

/// What read makes of each item that has a name.
template <typename T>
QFuture<Result<std::vector<T>>> named(QFuture<Result<std::vector<Json>>> items, QObject* context,
                                      T (*read)(const Json&))
{
    return items.then(context, [read](const Result<std::vector<Json>>& listed) -> Result<std::vector<T>> {
        if (!listed)
            return fail(listed.error());
        std::vector<T> all;
        for (const Json& item : *listed) {
            if (!nameOf(item).empty())
                all.push_back(read(item));
        }
        return all;
    });
}

/// Policies on their way, in the order of their scopes.
struct PolicyRound
{
    std::vector<ApimPolicy> policies;
    std::size_t pending = 0;
    std::optional<Error> error;
    http::Deferred<std::vector<ApimPolicy>> done;

    void settle()
    {
        if (--pending > 0)
            return;
        if (error)
            return done.settle(fail(*error));
        std::erase_if(policies, [](const ApimPolicy& policy) { return policy.xml.empty(); });
        done.settle(std::move(policies));
    }
};

constexpr std::size_t MaxPolicyScopes = 41; // the service's own, and of 40 APIs

} // namespace

ApimClient::ApimClient(ArmClient& arm, QObject* parent)
    : QObject(parent)
    , m_arm(arm)
{}

QFuture<Result<ApimBackends>> ApimClient::backends(const std::string& serviceId, std::stop_token stop)
{
    return m_arm.list(pathOf(serviceId, "/backends"), std::move(stop))
        .then(this, [](const Result<std::vector<Json>>& items) -> Result<ApimBackends> {
            if (!items)
                return fail(items.error());
            return readBackends(*items);
        });
}

QFuture<Result<std::vector<Json>>> ApimClient::backendResources(const std::string& serviceId,
                                                                std::stop_token stop)
{
    return m_arm.list(pathOf(serviceId, "/backends"), std::move(stop));
}

QFuture<Result<std::map<std::string, std::string>>>
ApimClient::subscriptionNames(const std::string& serviceId, std::stop_token stop)
{
    return m_arm.list(pathOf(serviceId, "/subscriptions"), std::move(stop))
        .then(this, [](const Result<std::vector<Json>>& items) -> Result<std::map<std::string, std::string>> {
            if (!items)
                return fail(items.error());
            std::map<std::string, std::string> names;
            for (const Json& item : *items) {
                const std::string id =
                    textAt(item, "name", std::string(gateway::lastSegment(textAt(item, "id"))));
                const std::string name = textAt(memberAt(item, "properties"), "displayName");
                if (!id.empty() && !name.empty())
                    names[id] = name;
            }
            return names;
        });
}

QFuture<Result<std::vector<ApimSubscription>>> ApimClient::subscriptions(const std::string& serviceId,
                                                                         std::stop_token stop)
{
    return named(m_arm.list(pathOf(serviceId, "/subscriptions"), std::move(stop)), this, readSubscription);
}

QFuture<Result<std::vector<ApimProduct>>> ApimClient::products(const std::string& serviceId,
                                                               std::stop_token stop)
{
    return named<ApimProduct>(
        m_arm.list(pathOf(serviceId, "/products"), std::move(stop)), this, [](const Json& item) {
            return ApimProduct{nameOf(item), textAt(memberAt(item, "properties"), "displayName")};
        });
}

QFuture<Result<std::vector<std::string>>> ApimClient::apis(const std::string& serviceId, std::stop_token stop)
{
    return named(m_arm.list(pathOf(serviceId, "/apis"), std::move(stop)), this, nameOf);
}

QFuture<Result<std::string>> ApimClient::policy(const std::string& serviceId, const std::string& scope,
                                                std::stop_token stop)
{
    return m_arm
        .get({serviceId + scope + "/policies/policy", ApimApiVersion, {{"format", "xml"}}, {}},
             std::move(stop))
        .then(this, [](const Result<ArmResource>& resource) -> Result<std::string> {
            if (!resource && resource.error().kind == Error::Kind::NotFound)
                return std::string(); // inherited (contracts §4.3)
            if (!resource)
                return fail(resource.error());
            return textAt(memberAt(resource->body, "properties"), "value");
        });
}

QFuture<Result<std::vector<ApimDiagnostic>>> ApimClient::diagnostics(const std::string& serviceId,
                                                                     std::stop_token stop)
{
    return m_arm.list(pathOf(serviceId, "/diagnostics"), std::move(stop))
        .then(this, [](const Result<std::vector<Json>>& items) -> Result<std::vector<ApimDiagnostic>> {
            if (!items)
                return fail(items.error());
            std::vector<ApimDiagnostic> diagnostics;
            for (const Json& item : *items)
                diagnostics.push_back(readDiagnostic(item));
            return diagnostics;
        });
}

QFuture<Result<PolicyFragment>> ApimClient::fragment(const std::string& serviceId,
                                                     const std::string& fragmentId, std::stop_token stop)
{
    ArmPath path{serviceId + "/policyFragments/" + fragmentId, ApimApiVersion, {{"format", "xml"}}, {}};
    return m_arm.get(path, std::move(stop))
        .then(this, [](const Result<ArmResource>& resource) -> Result<PolicyFragment> {
            if (!resource)
                return fail(resource.error());
            const Json& properties = memberAt(resource->body, "properties");
            if (!resource->etag)
                return fail(Error::Kind::Protocol, "The service names no version of the policy fragment.",
                            "It cannot be changed safely.");
            return PolicyFragment{textAt(properties, "value"), textAt(properties, "description"),
                                  *resource->etag};
        });
}

QFuture<Result<Json>> ApimClient::fragmentResource(const std::string& serviceId,
                                                   const std::string& fragmentId, std::stop_token stop)
{
    ArmPath path{serviceId + "/policyFragments/" + fragmentId, ApimApiVersion, {{"format", "xml"}}, {}};
    return m_arm.get(path, std::move(stop))
        .then(this, [](const Result<ArmResource>& resource) -> Result<Json> {
            if (!resource)
                return fail(resource.error());
            return resource->body;
        });
}

QFuture<Result<std::vector<ApimPolicy>>> ApimClient::apiPolicies(const std::string& serviceId,
                                                                 std::stop_token stop)
{
    const auto round = std::make_shared<PolicyRound>();
    auto future = round->done.future();
    m_arm.list(pathOf(serviceId, "/apis"), stop)
        .then(this, [this, round, serviceId, stop](const Result<std::vector<Json>>& apis) {
            if (!apis)
                return round->done.settle(fail(apis.error()));
            round->policies.push_back({serviceId + "/policies/policy", "All APIs", {}});
            for (const Json& api : *apis) {
                const std::string id = serviceId + "/apis/" + textAt(api, "name");
                if (boolAt(memberAt(api, "properties"), "isCurrent", true) &&
                    round->policies.size() < MaxPolicyScopes)
                    round->policies.push_back(
                        {id + "/policies/policy",
                         textAt(memberAt(api, "properties"), "displayName", textAt(api, "name")),
                         {}});
            }
            round->pending = round->policies.size();
            for (std::size_t i = 0; i < round->policies.size(); ++i) {
                m_arm.get({round->policies[i].resourceId, ApimApiVersion, {{"format", "xml"}}, {}}, stop)
                    .then(this, [round, i](const Result<ArmResource>& policy) {
                        // 404: none at this scope (contracts §4.3).
                        if (policy)
                            round->policies[i].xml = textAt(memberAt(policy->body, "properties"), "value");
                        else if (policy.error().kind != Error::Kind::NotFound)
                            round->error = policy.error();
                        round->settle();
                    });
            }
        });
    return future;
}

QFuture<Status> ApimClient::replaceFragment(const std::string& serviceId, const std::string& fragmentId,
                                            const PolicyFragment& fragment, std::stop_token stop)
{
    Json properties = {{"format", "xml"}, {"value", fragment.xml}};
    if (!fragment.description.empty())
        properties["description"] = fragment.description;
    return m_arm
        .replace({serviceId + "/policyFragments/" + fragmentId, ApimApiVersion, {}, {}},
                 {{"properties", std::move(properties)}}, fragment.version, std::move(stop))
        .then(this, [](const Result<ArmResource>& written) -> Status {
            if (!written)
                return fail(written.error());
            return {};
        });
}

} // namespace gatehouse::azure
