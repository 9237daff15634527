// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/gateway/policy/document.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What Azure Resource Manager says about accounts and the gateway, as values (contracts §4, §6). Pure: the
/// JSON was read elsewhere. Remote text stays as it came.
namespace gatehouse::gateway {

/// Something that was read, or why it was not. What was not read is never taken for absent.
template <typename T>
struct Reading
{
    std::optional<T> value;
    std::string why = "It was not read."; ///< a sentence; of no meaning with a value

    Reading() = default;
    Reading(T read) // a value is a reading
        : value(std::move(read))
    {}
    [[nodiscard]] static Reading unread(std::string why)
    {
        Reading reading;
        reading.why = std::move(why);
        return reading;
    }
    explicit operator bool() const { return value.has_value(); }
    const T& operator*() const { return *value; }
    const T* operator->() const { return &*value; }
};

/// Texts are "" where the service does not say.
struct DeploymentFacts
{
    std::string name;
    std::string model;
    std::string version;
    std::string sku;          ///< Standard, GlobalStandard, DataZoneStandard, …
    std::string filterPolicy; ///< raiPolicyName
};

/// One rule of a content filter policy.
struct FilterRule
{
    std::string name;      ///< Hate, Sexual, Violence, Selfharm, Jailbreak, …
    std::string source;    ///< Prompt or Completion
    std::string threshold; ///< Low, Medium, High; "" for filters that know none
    bool enabled = false;
    bool blocking = false;

    auto operator<=>(const FilterRule&) const = default;
};

struct FilterPolicyFacts
{
    std::string name;
    std::string mode;
    std::vector<FilterRule> rules; ///< sorted
    std::vector<std::string> blocklists;

    /// Blocks hate, sexual, violence and self-harm in prompts and completions: what it lets pass, for people;
    /// "" when it lets none of them pass.
    [[nodiscard]] std::string gaps() const;
    /// All that decides what is blocked, in one order, whatever order the service lists it in.
    [[nodiscard]] std::string content() const;
};

/// All diagnostic settings of a resource together.
struct LogSettings
{
    std::vector<std::string> categories; ///< enabled categories and groups; sorted
    std::vector<std::string> workspaces; ///< where they go: ARM ids in lower case; sorted

    /// The category, or the group "allLogs".
    [[nodiscard]] bool has(std::string_view category) const;
};

struct PrivateEndpoint
{
    std::string name;
    std::string status; ///< Approved, Pending, Rejected
};

/// "2 approved, 1 pending"; "none".
[[nodiscard]] std::string describe(const std::vector<PrivateEndpoint>& endpoints);
[[nodiscard]] bool anyApproved(const std::vector<PrivateEndpoint>& endpoints);

enum class NetworkAccess { Everywhere, SelectedNetworks, Off };

/// One Azure OpenAI (Cognitive Services) account.
struct AccountFacts
{
    std::string id;
    std::string name;
    std::string location;
    std::string host; ///< of its endpoint, lower case
    NetworkAccess network = NetworkAccess::Everywhere;
    bool keysOff = false;
    std::string subdomain;
    Reading<std::vector<PrivateEndpoint>> privateEndpoints;
    Reading<std::vector<DeploymentFacts>> deployments;
    Reading<std::vector<FilterPolicyFacts>> filters;
    Reading<LogSettings> logs;
    Reading<int> retentionDays; ///< of the workspaces that the logs go to; the shortest
};

enum class Credential { None, ManagedIdentity, Key };

/// One backend of the gateway, and how it proves who it is to the endpoint.
struct BackendAccess
{
    std::string name;
    std::string host;      ///< lower case
    std::string accountId; ///< ARM id from its resourceId; "" when it names none
    Credential credential = Credential::None;
    std::string audience; ///< of the managed identity
    std::string client;   ///< client id of a user-assigned identity; "" is the system's

    [[nodiscard]] std::string credentialText() const;
};

/// One limit on tokens, calls or bandwidth, as it stands in a policy document.
struct LimitFacts
{
    std::string policy; ///< "llm-token-limit"
    std::string counterKey;
    std::string place;      ///< "API openai"
    std::string conditions; ///< of the <when> branches around it, joined by " and "
    bool afterBackend =
        false; ///< in the section backend, outbound or on-error: the backend is chosen by then
};

/// The API Management service.
struct GatewayFacts
{
    std::string id;
    std::string name;
    std::string sku;
    NetworkAccess network = NetworkAccess::Everywhere;
    std::string virtualNetwork; ///< None, External, Internal; "" when it does not say
    Reading<std::vector<PrivateEndpoint>> privateEndpoints;
    Reading<std::vector<std::string>> oldProtocols; ///< of the clients' side that are on: "TLS 1.0"
    Reading<LogSettings> logs;
    Reading<bool> logsModels; ///< the diagnostic azuremonitor logs requests and answers of models
    Reading<std::vector<BackendAccess>> backends;
    Reading<std::vector<LimitFacts>> limits;
};

/// Parse when it has no id or no properties.
[[nodiscard]] Result<AccountFacts> accountFacts(const Json& account);
[[nodiscard]] DeploymentFacts deploymentFacts(const Json& deployment);
[[nodiscard]] FilterPolicyFacts filterFacts(const Json& raiPolicy);
/// Of the whole list of a resource's diagnostic settings.
[[nodiscard]] LogSettings logFacts(const std::vector<Json>& settings);
[[nodiscard]] std::vector<PrivateEndpoint> endpointFacts(const Json& connections);
/// Parse when it has no id or no properties.
[[nodiscard]] Result<GatewayFacts> gatewayFacts(const Json& service);
/// Empty for a pool.
[[nodiscard]] std::optional<BackendAccess> backendAccess(const Json& backend);
/// Whether one of the service's diagnostics logs models.
[[nodiscard]] bool modelLogging(const std::vector<Json>& diagnostics);
[[nodiscard]] std::vector<LimitFacts> limitFacts(const std::string& place, const PolicyDocument& document);

/// "https://x.openai.azure.com/openai" → "x.openai.azure.com"; "" for what is no URL.
[[nodiscard]] std::string hostOf(std::string_view url);

} // namespace gatehouse::gateway
