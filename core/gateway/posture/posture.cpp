// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/posture/posture.h"

#include "core/base/encoding.h"

#include <algorithm>

namespace gatehouse::gateway {

namespace {

/// A command that sets one property of a resource.
std::string setProperty(const std::string& id, const std::string& assignment)
{
    return "az resource update --ids " + shellQuoted(id) + " --set properties." + assignment;
}

std::string networkText(NetworkAccess access)
{
    switch (access) {
    case NetworkAccess::Off:
        return "off";
    case NetworkAccess::SelectedNetworks:
        return "selected networks only";
    case NetworkAccess::Everywhere:
        break;
    }
    return "from everywhere";
}

PostureLine line(std::string name, std::string value, std::string standard, bool holds, std::string remedy)
{
    return {std::move(name), std::move(value), std::move(standard), holds ? Accord::Holds : Accord::Differs,
            holds ? std::string() : std::move(remedy)};
}

PostureLine unread(std::string name, const std::string& why, std::string standard, std::string remedy)
{
    return {std::move(name), "not known: " + why, std::move(standard), Accord::Unknown, std::move(remedy)};
}

PostureLine privateEndpointLine(const Reading<std::vector<PrivateEndpoint>>& endpoints,
                                const std::string& resource)
{
    const std::string name = "Private endpoint";
    const std::string standard = "at least one, approved";
    if (!endpoints)
        return unread(name, endpoints.why, standard,
                      "Look at Networking, Private endpoint connections in the portal.");
    const bool waits = std::ranges::any_of(*endpoints, [](const PrivateEndpoint& endpoint) {
        return equalsIgnoreCase(endpoint.status, "Pending");
    });
    return line(name, describe(*endpoints), standard, anyApproved(*endpoints),
                waits ? "Approve the connection that waits: portal, " + resource +
                            ", Networking, Private endpoint connections."
                      : "Portal, " + resource +
                            ", Networking, Private endpoint connections, + Private endpoint.");
}

PostureLine logLine(const Reading<LogSettings>& logs, const std::string& name, const std::string& category,
                    const std::string& remedy)
{
    const std::string standard = category + " goes to a workspace";
    if (!logs)
        return unread(name, logs.why, standard,
                      "Ask for the role Monitoring Reader on the resource to see its diagnostic settings.");
    if (logs->categories.empty())
        return line(name, "nothing is logged", standard, false, remedy);
    std::string value;
    for (const std::string& one : logs->categories)
        value += (value.empty() ? "" : ", ") + one;
    if (logs->workspaces.empty())
        value += ", but to no workspace";
    return line(name, value, standard, logs->has(category) && !logs->workspaces.empty(), remedy);
}

PostureLine filterLine(const AccountFacts& account, const DeploymentFacts& deployment)
{
    const std::string name = "Content filter of " + deployment.name;
    const std::string standard = "blocks hate, sexual, violence and self-harm both ways";
    const std::string where = "Azure AI Foundry, " + account.name + ", Guardrails: ";
    if (deployment.filterPolicy.empty())
        return unread(name, "The deployment names no policy, so the service's default applies.", standard,
                      where + "choose a policy for the deployment " + deployment.name + ".");
    if (account.filters) {
        for (const FilterPolicyFacts& policy : *account.filters) {
            if (!equalsIgnoreCase(policy.name, deployment.filterPolicy))
                continue;
            const std::string gaps = policy.gaps();
            return line(name, policy.name + (gaps.empty() ? ", blocks all four" : ", lets pass: " + gaps),
                        standard, gaps.empty(), where + "turn blocking on in " + policy.name + ".");
        }
    }
    // What Microsoft's own policies block is Microsoft's to say, and is not in every list of policies.
    if (toLower(deployment.filterPolicy).starts_with("microsoft."))
        return line(name, deployment.filterPolicy + ", Microsoft's own", standard, true, {});
    const std::string why = account.filters ? "The account lists no such policy." : account.filters.why;
    return unread(name, deployment.filterPolicy + ". " + why, standard,
                  where + "look at what " + deployment.filterPolicy + " blocks.");
}

PostureLine credentialLine(const BackendAccess& backend)
{
    const std::string name = "Credential of " + backend.name;
    const std::string standard = "managed identity";
    const std::string remedy = "Portal, Backends, " + backend.name +
                               ", Authorization credentials: Managed identity; give the identity the role "
                               "Cognitive Services OpenAI User on the account.";
    if (backend.credential == Credential::None)
        return unread(name, "The backend holds none; a policy may add it.", standard, remedy);
    return line(name, backend.credentialText(), standard, backend.credential == Credential::ManagedIdentity,
                remedy);
}

void addGatewayLogs(const GatewayFacts& gateway, std::vector<PostureLine>& lines)
{
    const std::string settings = "Portal, " + gateway.name + ", Diagnostic settings: send ";
    lines.push_back(logLine(gateway.logs, "Log of requests", "GatewayLogs",
                            settings + "“Logs related to ApiManagement Gateway” to the workspace."));
    lines.push_back(logLine(gateway.logs, "Log of model calls", "GatewayLlmLogs",
                            settings + "“Logs related to generative AI gateway” to the workspace."));
    const std::string remedy = "Portal, APIs, the API, Settings, Azure Monitor: turn on “Log LLM messages”.";
    if (gateway.logsModels)
        lines.push_back(line("Tokens of models", *gateway.logsModels ? "logged" : "not logged", "logged",
                             *gateway.logsModels, remedy));
    else
        lines.push_back(unread("Tokens of models", gateway.logsModels.why, "logged", remedy));
}

} // namespace

std::string shellQuoted(const std::string& text)
{
    constexpr std::string_view Safe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-";
    if (!text.empty() && text.find_first_not_of(Safe) == std::string::npos)
        return text;
    std::string quoted = "'";
    for (const char c : text)
        quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return quoted + "'";
}

PostureResource accountPosture(const AccountFacts& account)
{
    PostureResource resource{account.id, account.name, "Azure OpenAI", {}};
    std::vector<PostureLine>& lines = resource.lines;
    lines.push_back(line("Public network access", networkText(account.network), "off, or selected networks",
                         account.network != NetworkAccess::Everywhere,
                         setProperty(account.id, "publicNetworkAccess=Disabled")));
    lines.push_back(privateEndpointLine(account.privateEndpoints, account.name));
    lines.push_back(line("Keys", account.keysOff ? "off" : "on", "off, Entra ID alone", account.keysOff,
                         setProperty(account.id, "disableLocalAuth=true")));
    lines.push_back(line("Custom subdomain", account.subdomain.empty() ? "none" : account.subdomain,
                         "set, as Entra ID needs it", !account.subdomain.empty(),
                         setProperty(account.id, "customSubDomainName=NAME")));
    lines.push_back(
        logLine(account.logs, "Log of the account", "Audit",
                "Portal, " + account.name + ", Diagnostic settings: send “Audit Logs” to a workspace."));
    if (!account.deployments)
        lines.push_back(unread("Content filters", account.deployments.why, "a policy on each deployment",
                               "Ask for the role Cognitive Services User on the account."));
    else
        for (const DeploymentFacts& deployment : *account.deployments)
            lines.push_back(filterLine(account, deployment));
    return resource;
}

PostureResource gatewayPosture(const GatewayFacts& gateway)
{
    PostureResource resource{gateway.id, gateway.name, "API Management", {}};
    std::vector<PostureLine>& lines = resource.lines;
    const bool internal = equalsIgnoreCase(gateway.virtualNetwork, "Internal");
    lines.push_back(line(
        "Public network access", internal ? "the virtual network alone" : networkText(gateway.network),
        "off, or the virtual network alone", internal || gateway.network == NetworkAccess::Off,
        setProperty(gateway.id, "publicNetworkAccess=Disabled") + " # needs an approved private endpoint"));
    lines.push_back(privateEndpointLine(gateway.privateEndpoints, gateway.name));
    if (gateway.virtualNetwork.empty())
        lines.push_back(unread("Virtual network", "The service does not say.", "External or Internal",
                               "Look at Network in the portal."));
    else
        lines.push_back(line("Virtual network", gateway.virtualNetwork, "External or Internal",
                             !equalsIgnoreCase(gateway.virtualNetwork, "None"),
                             "Portal, " + gateway.name + ", Network: join a virtual network."));
    const std::string protocols = "Portal, " + gateway.name +
                                  ", Protocols + ciphers: turn off what is older "
                                  "than TLS 1.2.";
    if (!gateway.oldProtocols) {
        lines.push_back(unread("TLS", gateway.oldProtocols.why, "1.2 and later alone", protocols));
    } else {
        std::string on;
        for (const std::string& protocol : *gateway.oldProtocols)
            on += (on.empty() ? "" : ", ") + protocol;
        lines.push_back(line("TLS", on.empty() ? "1.2 and later alone" : on + " on", "1.2 and later alone",
                             on.empty(), protocols));
    }
    addGatewayLogs(gateway, lines);
    if (!gateway.backends)
        lines.push_back(unread("Credentials of the backends", gateway.backends.why, "managed identity",
                               "Ask for the role API Management Service Reader Role."));
    else
        for (const BackendAccess& backend : *gateway.backends)
            lines.push_back(credentialLine(backend));
    return resource;
}

} // namespace gatehouse::gateway
