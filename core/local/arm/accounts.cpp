// SPDX-License-Identifier: GPL-3.0-or-later
// What Cognitive Services answers for a location: quotas in use and models on offer (contracts §6).
#include "core/local/arm/accounts.h"

#include "core/base/encoding.h"
#include "core/local/arm/armcall.h"
#include "core/local/arm/seed.h"

namespace gatehouse::local {

namespace {

/// Quotas are somewhat above what the seed uses, so that the bars on screen are neither empty nor full.
constexpr std::int64_t QuotaPercent = 150;
constexpr std::int64_t MaxAccounts = 30;

bool isOurSubscription(ArmCall& call)
{
    if (equalsIgnoreCase(call.exchange.parameters.at(0), seed::SubscriptionId))
        return true;
    answerArmError(call.exchange.response, 404, "SubscriptionNotFound",
                   "The subscription '" + call.exchange.parameters.at(0) + "' could not be found.");
    return false;
}

std::string usageNameOf(const SeedDeployment& deployment)
{
    return "OpenAI.Standard." + deployment.model;
}

std::string titleOf(const SeedDeployment& deployment)
{
    return "Tokens Per Minute (thousands) - " + deployment.model + " - Standard";
}

/// Capacity that the deployments of a model hold in a location, but for one.
std::int64_t capacityInUse(const ResourceStore& store, std::string_view location, std::string_view model,
                           std::string_view exceptId)
{
    std::int64_t sum = 0;
    for (const ResourcePtr& account : store.listByType(AccountType)) {
        if (!equalsIgnoreCase(textAt(account->body, "location"), location))
            continue;
        for (const ResourcePtr& deployment : store.list(account->id, DeploymentType)) {
            if (equalsIgnoreCase(textAt(memberAt(deployment->properties(), "model"), "name"), model) &&
                !equalsIgnoreCase(deployment->id, exceptId))
                sum += integerAt(memberAt(deployment->body, "sku"), "capacity");
        }
    }
    return sum;
}

Json usage(const std::string& name, const std::string& title, std::int64_t used, std::int64_t limit)
{
    return {{"name", {{"value", name}, {"localizedValue", title}}},
            {"currentValue", used},
            {"limit", limit},
            {"unit", "Count"}};
}

void answerUsages(ArmCall& call)
{
    if (!isOurSubscription(call))
        return;
    const std::string& location = call.exchange.parameters.at(1);
    std::int64_t accounts = 0;
    for (const ResourcePtr& account : call.context.resources.listByType(AccountType))
        accounts += equalsIgnoreCase(textAt(account->body, "location"), location) ? 1 : 0;
    std::vector<Json> items = {
        usage("AccountCount", "Cognitive Services total account limit", accounts, MaxAccounts)};
    for (const SeedDeployment& deployment : seedDeployments()) {
        const ModelQuota quota =
            modelQuota(call.context.resources, location, deployment.model).value_or(ModelQuota());
        items.push_back(usage(usageNameOf(deployment), quota.title, quota.used, quota.limit));
    }
    answerList(call, items, false);
}

void answerModels(ArmCall& call)
{
    if (!isOurSubscription(call))
        return;
    std::vector<Json> items;
    for (const SeedDeployment& deployment : seedDeployments()) {
        const bool embeds = deployment.name.find("embedding") != std::string::npos;
        const Json capabilities = {{embeds ? "embeddings" : "chatCompletion", "true"}};
        const Json sku = {
            {"name", "Standard"},
            {"usageName", usageNameOf(deployment)},
            {"capacity",
             {{"minimum", 1}, {"maximum", deployment.capacity * QuotaPercent / 100}, {"step", 1}}}};
        items.push_back({{"kind", "OpenAI"},
                         {"skuName", "S0"},
                         {"model",
                          {{"format", deployment.format},
                           {"name", deployment.model},
                           {"version", deployment.version},
                           {"isDefaultVersion", true},
                           {"lifecycleStatus", "GenerallyAvailable"},
                           {"maxCapacity", deployment.capacity * QuotaPercent / 100},
                           {"capabilities", capabilities},
                           {"skus", Json::array({sku})}}}});
    }
    answerList(call, items, false);
}

} // namespace

std::optional<ModelQuota> modelQuota(const ResourceStore& resources, std::string_view location,
                                     std::string_view model, std::string_view exceptId)
{
    for (const SeedDeployment& deployment : seedDeployments()) {
        if (equalsIgnoreCase(deployment.model, model))
            return ModelQuota{titleOf(deployment), capacityInUse(resources, location, model, exceptId),
                              deployment.capacity * QuotaPercent / 100};
    }
    return std::nullopt;
}

void addAccountRoutes(Router& router, const ArmContext& context)
{
    const std::string base =
        "/subscriptions/{subscription}/providers/Microsoft.CognitiveServices/locations/{location}";
    addArmRoute(router, context, "GET", (base + "/usages").c_str(), answerUsages);
    addArmRoute(router, context, "GET", (base + "/models").c_str(), answerModels);
}

} // namespace gatehouse::local
