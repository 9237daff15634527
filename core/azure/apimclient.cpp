// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/azure/apimclient.h"

namespace gatehouse::azure {

namespace {

// Older versions leave out managed identities and the logging of models (contracts §4).
constexpr const char* ApiVersion = "2024-06-01-preview";

ArmPath pathOf(const std::string& serviceId, const char* what)
{
    return {serviceId + what, ApiVersion, {}, {}};
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
    ArmPath path{serviceId + "/policyFragments/" + fragmentId, ApiVersion, {{"format", "xml"}}, {}};
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

QFuture<Status> ApimClient::replaceFragment(const std::string& serviceId, const std::string& fragmentId,
                                            const PolicyFragment& fragment, std::stop_token stop)
{
    Json properties = {{"format", "xml"}, {"value", fragment.xml}};
    if (!fragment.description.empty())
        properties["description"] = fragment.description;
    return m_arm
        .replace({serviceId + "/policyFragments/" + fragmentId, ApiVersion, {}, {}},
                 {{"properties", std::move(properties)}}, fragment.version, std::move(stop))
        .then(this, [](const Result<ArmResource>& written) -> Status {
            if (!written)
                return fail(written.error());
            return {};
        });
}

} // namespace gatehouse::azure
