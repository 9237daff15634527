// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/posture/facts.h"

#include "core/base/encoding.h"
#include "core/gateway/backend.h"
#include "core/gateway/policy/limits.h"

#include <algorithm>
#include <array>
#include <map>

namespace gatehouse::gateway {

namespace {

void sortUnique(std::vector<std::string>& texts)
{
    std::ranges::sort(texts);
    texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
}

Status needsProperties(const Json& resource)
{
    if (!textAt(resource, "id").empty() && memberAt(resource, "properties").is_object())
        return {};
    return fail(Error::Kind::Parse, "A resource of Azure is of a shape that is not known.",
                "Try again; if it lasts, copy the details for support.");
}

std::string nameOf(const Json& resource)
{
    return textAt(resource, "name", std::string(lastSegment(textAt(resource, "id"))));
}

std::string joined(const std::vector<std::string>& parts, std::string_view between)
{
    std::string text;
    for (const std::string& part : parts) {
        if (!text.empty())
            text += between;
        text += part;
    }
    return text;
}

/// The list where the resource has it; a resource that leaves it out has not said.
Reading<std::vector<PrivateEndpoint>> endpointsWithin(const Json& properties)
{
    const Json& connections = memberAt(properties, "privateEndpointConnections");
    if (!connections.is_array())
        return Reading<std::vector<PrivateEndpoint>>::unread(
            "The service does not list its private endpoints.");
    return endpointFacts(connections);
}

/// Off only when the service says so: absent means that everybody may come (contracts §6).
NetworkAccess networkOf(const Json& properties)
{
    if (equalsIgnoreCase(textAt(properties, "publicNetworkAccess"), "Disabled"))
        return NetworkAccess::Off;
    const bool denies =
        equalsIgnoreCase(textAt(memberAt(properties, "networkAcls"), "defaultAction"), "Deny");
    return denies ? NetworkAccess::SelectedNetworks : NetworkAccess::Everywhere;
}

Reading<std::vector<std::string>> oldProtocolsOf(const Json& properties)
{
    static constexpr std::array<std::pair<std::string_view, const char*>, 3> Old{
        {{"Microsoft.WindowsAzure.ApiManagement.Gateway.Security.Protocols.Ssl30", "SSL 3.0"},
         {"Microsoft.WindowsAzure.ApiManagement.Gateway.Security.Protocols.Tls10", "TLS 1.0"},
         {"Microsoft.WindowsAzure.ApiManagement.Gateway.Security.Protocols.Tls11", "TLS 1.1"}}};
    const Json& custom = memberAt(properties, "customProperties");
    std::vector<std::string> on;
    bool said = false;
    for (const auto& [key, title] : Old) {
        const std::string value = textAt(custom, key);
        said = said || !value.empty();
        if (equalsIgnoreCase(value, "true"))
            on.emplace_back(title);
    }
    if (!said)
        return Reading<std::vector<std::string>>::unread("The service does not list its TLS protocols.");
    return on;
}

} // namespace

std::string hostOf(std::string_view url)
{
    const std::size_t scheme = url.find("://");
    if (scheme == std::string_view::npos)
        return {};
    const std::string_view rest = url.substr(scheme + 3);
    return toLower(rest.substr(0, rest.find_first_of("/:?#")));
}

std::string FilterPolicyFacts::gaps() const
{
    static constexpr std::array<std::string_view, 4> Harms{"hate", "sexual", "violence", "selfharm"};
    static constexpr std::array<std::string_view, 2> Sources{"Prompt", "Completion"};
    std::vector<std::string> open;
    for (const std::string_view harm : Harms) {
        for (const std::string_view source : Sources) {
            const bool blocked = std::ranges::any_of(rules, [&](const FilterRule& rule) {
                return equalsIgnoreCase(rule.name, harm) && equalsIgnoreCase(rule.source, source) &&
                       rule.enabled && rule.blocking;
            });
            if (!blocked)
                open.push_back(std::string(harm) + " in " + (source == "Prompt" ? "prompts" : "completions"));
        }
    }
    return joined(open, ", ");
}

std::string FilterPolicyFacts::content() const
{
    std::string text = "mode " + toLower(mode);
    for (const FilterRule& rule : rules) {
        text += "; " + toLower(rule.name) + " in " + toLower(rule.source) + ": ";
        if (!rule.enabled)
            text += "off";
        else
            text += (rule.blocking ? "blocks from " : "notes from ") +
                    (rule.threshold.empty() ? std::string("any") : toLower(rule.threshold));
    }
    for (const std::string& list : blocklists)
        text += "; list " + list;
    return text;
}

bool LogSettings::has(std::string_view category) const
{
    return std::ranges::any_of(categories, [&](const std::string& one) {
        return equalsIgnoreCase(one, category) || equalsIgnoreCase(one, "allLogs");
    });
}

std::string describe(const std::vector<PrivateEndpoint>& endpoints)
{
    std::map<std::string, int> counts;
    for (const PrivateEndpoint& endpoint : endpoints)
        ++counts[endpoint.status.empty() ? "of unknown state" : toLower(endpoint.status)];
    std::vector<std::string> parts;
    for (const auto& [status, count] : counts)
        parts.push_back(std::to_string(count) + " " + status);
    return parts.empty() ? "none" : joined(parts, ", ");
}

bool anyApproved(const std::vector<PrivateEndpoint>& endpoints)
{
    return std::ranges::any_of(endpoints, [](const PrivateEndpoint& endpoint) {
        return equalsIgnoreCase(endpoint.status, "Approved");
    });
}

std::string BackendAccess::credentialText() const
{
    switch (credential) {
    case Credential::ManagedIdentity:
        return "managed identity" + (client.empty() ? std::string() : " " + client) +
               (audience.empty() ? std::string() : " for " + audience);
    case Credential::Key:
        return "a key in the backend";
    case Credential::None:
        break;
    }
    return "none in the backend";
}

Result<AccountFacts> accountFacts(const Json& account)
{
    if (const Status shape = needsProperties(account); !shape)
        return fail(shape.error());
    const Json& properties = memberAt(account, "properties");
    AccountFacts facts;
    facts.id = textAt(account, "id");
    facts.name = nameOf(account);
    facts.location = toLower(textAt(account, "location"));
    facts.host = hostOf(textAt(properties, "endpoint"));
    facts.network = networkOf(properties);
    facts.keysOff = boolAt(properties, "disableLocalAuth");
    facts.subdomain = textAt(properties, "customSubDomainName");
    facts.privateEndpoints = endpointsWithin(properties);
    return facts;
}

DeploymentFacts deploymentFacts(const Json& deployment)
{
    const Json& properties = memberAt(deployment, "properties");
    const Json& model = memberAt(properties, "model");
    return {nameOf(deployment), textAt(model, "name"), textAt(model, "version"),
            textAt(memberAt(deployment, "sku"), "name"), textAt(properties, "raiPolicyName")};
}

FilterPolicyFacts filterFacts(const Json& raiPolicy)
{
    const Json& properties = memberAt(raiPolicy, "properties");
    FilterPolicyFacts facts;
    facts.name = nameOf(raiPolicy);
    facts.mode = textAt(properties, "mode");
    for (const Json& filter : memberAt(properties, "contentFilters")) {
        if (!filter.is_object())
            continue;
        facts.rules.push_back({textAt(filter, "name"), textAt(filter, "source"),
                               textAt(filter, "severityThreshold"), boolAt(filter, "enabled"),
                               boolAt(filter, "blocking")});
    }
    for (const Json& list : memberAt(properties, "customBlocklists")) {
        if (!list.is_object())
            continue;
        facts.blocklists.push_back(textAt(list, "blocklistName") + " in " + toLower(textAt(list, "source")) +
                                   (boolAt(list, "blocking") ? " blocks" : " notes"));
    }
    std::ranges::sort(facts.rules);
    sortUnique(facts.blocklists);
    return facts;
}

LogSettings logFacts(const std::vector<Json>& settings)
{
    LogSettings facts;
    for (const Json& setting : settings) {
        const Json& properties = memberAt(setting, "properties");
        bool any = false;
        for (const Json& log : memberAt(properties, "logs")) {
            if (!boolAt(log, "enabled"))
                continue;
            const std::string category = textAt(log, "category", textAt(log, "categoryGroup"));
            if (category.empty())
                continue;
            any = true;
            facts.categories.push_back(category);
        }
        const std::string workspace = toLower(textAt(properties, "workspaceId"));
        if (any && !workspace.empty())
            facts.workspaces.push_back(workspace);
    }
    sortUnique(facts.categories);
    sortUnique(facts.workspaces);
    return facts;
}

std::vector<PrivateEndpoint> endpointFacts(const Json& connections)
{
    std::vector<PrivateEndpoint> endpoints;
    if (!connections.is_array())
        return endpoints;
    for (const Json& connection : connections) {
        const Json& state = memberAt(memberAt(connection, "properties"), "privateLinkServiceConnectionState");
        endpoints.push_back({nameOf(connection), textAt(state, "status")});
    }
    return endpoints;
}

Result<GatewayFacts> gatewayFacts(const Json& service)
{
    if (const Status shape = needsProperties(service); !shape)
        return fail(shape.error());
    const Json& properties = memberAt(service, "properties");
    GatewayFacts facts;
    facts.id = textAt(service, "id");
    facts.name = nameOf(service);
    facts.sku = textAt(memberAt(service, "sku"), "name");
    facts.network = networkOf(properties);
    facts.virtualNetwork = textAt(properties, "virtualNetworkType");
    facts.privateEndpoints = endpointsWithin(properties);
    facts.oldProtocols = oldProtocolsOf(properties);
    return facts;
}

std::optional<BackendAccess> backendAccess(const Json& backend)
{
    if (isPool(backend))
        return std::nullopt;
    const Json& properties = memberAt(backend, "properties");
    const Json& credentials = memberAt(properties, "credentials");
    BackendAccess access;
    access.name = nameOf(backend);
    access.host = hostOf(textAt(properties, "url"));
    // Written as a URL of Resource Manager or as a plain id.
    const std::string resource = textAt(properties, "resourceId");
    const std::size_t start = toLower(resource).find("/subscriptions/");
    if (start != std::string::npos)
        access.accountId = resource.substr(start);
    const Json& identity = memberAt(credentials, "managedIdentity");
    const auto holds = [&](const char* member) {
        const Json& value = memberAt(credentials, member);
        return (value.is_object() || value.is_array()) && !value.empty();
    };
    if (identity.is_object()) {
        access.credential = Credential::ManagedIdentity;
        access.audience = textAt(identity, "resource");
        access.client = toLower(textAt(identity, "clientId"));
    } else if (holds("header") || holds("query") || holds("authorization") || holds("certificate") ||
               holds("certificateIds")) {
        access.credential = Credential::Key;
    }
    return access;
}

bool modelLogging(const std::vector<Json>& diagnostics)
{
    return std::ranges::any_of(diagnostics, [](const Json& diagnostic) {
        const Json& models = memberAt(memberAt(diagnostic, "properties"), "largeLanguageModel");
        return equalsIgnoreCase(nameOf(diagnostic), "azuremonitor") &&
               equalsIgnoreCase(textAt(models, "logs"), "enabled");
    });
}

std::vector<LimitFacts> limitFacts(const std::string& place, const PolicyDocument& document)
{
    std::vector<LimitFacts> found;
    for (const PolicyLimit& limit : readLimits(document)) {
        LimitFacts facts;
        facts.policy = limit.element.name();
        facts.counterKey = limit.element.attribute("counter-key").value_or("");
        facts.place = place;
        std::vector<std::string> conditions;
        for (const PolicyStep& step : limit.element.path()) {
            facts.afterBackend = facts.afterBackend || step.element == "backend" ||
                                 step.element == "outbound" || step.element == "on-error";
            if (!step.condition.empty())
                conditions.push_back(step.condition);
            else if (step.element == "otherwise")
                conditions.emplace_back("otherwise");
        }
        facts.conditions = joined(conditions, " and ");
        found.push_back(std::move(facts));
    }
    return found;
}

} // namespace gatehouse::gateway
