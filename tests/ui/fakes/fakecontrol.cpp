// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fakes/fakecontrol.h"

namespace gatehouse::test {

namespace {

using namespace gateway;

AccountFacts account(const std::string& name, const std::string& region)
{
    AccountFacts facts;
    facts.id = "/subscriptions/s/resourceGroups/rg-ai/providers/Microsoft.CognitiveServices/accounts/" + name;
    facts.name = name;
    facts.location = region;
    facts.host = name + ".openai.azure.com";
    facts.network = NetworkAccess::Off;
    facts.keysOff = true;
    facts.subdomain = name;
    facts.privateEndpoints = std::vector<PrivateEndpoint>{{"pe", "Approved"}};
    facts.deployments = std::vector<DeploymentFacts>{
        {"gpt-4o", "gpt-4o", "2024-11-20", "Standard", "Microsoft.DefaultV2"},
        {"gpt-4o-mini", "gpt-4o-mini", "2024-07-18", "Standard", "Microsoft.DefaultV2"}};
    facts.logs = LogSettings{{"Audit", "RequestResponse"}, {"/w"}};
    facts.retentionDays = 90;
    return facts;
}

} // namespace

std::shared_ptr<const jobs::PostureReport> samplePosture(DateTime now)
{
    const auto inDays = [now](int days) { return now + Ticks(std::chrono::hours(24 * days)); };
    GatewayFacts gateway;
    gateway.id = "/subscriptions/s/resourceGroups/rg-ai/providers/Microsoft.ApiManagement/service/apim-ai";
    gateway.name = "apim-ai";
    gateway.virtualNetwork = "None";
    gateway.privateEndpoints = std::vector<PrivateEndpoint>{};
    gateway.logs = LogSettings{{"GatewayLlmLogs", "GatewayLogs"}, {"/w"}};
    gateway.logsModels = true;
    gateway.limits = std::vector<LimitFacts>{
        {"llm-token-limit", "@(context.Subscription.Id)", "fragment gatehouse-quotas", "", false}};
    std::vector<AccountFacts> accounts{account("aoai-eastus", "eastus"), account("aoai-westus", "westus"),
                                       account("aoai-westeurope", "westeurope"),
                                       account("aoai-eastus2", "eastus2")};
    accounts[3].deployments = Reading<std::vector<DeploymentFacts>>::unread(
        "You may not read Microsoft.CognitiveServices/accounts/deployments/read.");
    accounts[2].keysOff = false;
    std::vector<BackendAccess> backends;
    for (const AccountFacts& one : accounts) {
        BackendAccess access;
        access.name = one.name;
        access.host = one.host;
        access.credential = Credential::ManagedIdentity;
        access.audience = "https://cognitiveservices.azure.com";
        backends.push_back(std::move(access));
    }
    gateway.backends = backends;
    const std::vector<Pool> pools{
        {"aoai-pool",
         {{"aoai-eastus", 1, 1}, {"aoai-westus", 2, 1}, {"aoai-westeurope", 3, 1}, {"aoai-eastus2", 4, 1}}},
        {"overflow", {{"aoai-eastus", 1, 1}, {"aoai-westeurope", 2, 1}}}};
    auto report = std::make_shared<jobs::PostureReport>();
    report->readAt = now;
    report->entriesId = gateway.id + "/namedValues/gatehouse-parity";
    for (const AccountFacts& one : accounts)
        report->entries.put(ToolDeclaration{one.name, "none", "Ann Example"});
    const std::string facts = checkPools(pools, gateway, accounts, {}, report->entries, now)[0].facts;
    report->entries.put(
        Certificate{"aoai-pool", "aoai-eastus", "aoai-westus", "Ann Example", now, inDays(90), facts});
    for (const ParityPoint point : {ParityPoint::Residency, ParityPoint::Identity})
        report->entries.put(ParityException{"overflow", "aoai-eastus", "aoai-westeurope", point,
                                            "Bob Example", "agreed with data protection", inDays(20)});
    report->entriesBase =
        Json{{"displayName", "gatehouse-parity"}, {"value", *writeParityRegister(report->entries)}};
    report->parity = checkPools(pools, gateway, accounts, {}, report->entries, now);
    report->resources.push_back(gatewayPosture(gateway));
    for (const AccountFacts& one : accounts)
        report->resources.push_back(accountPosture(one));
    return report;
}

} // namespace gatehouse::test
