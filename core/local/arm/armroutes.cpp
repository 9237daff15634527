// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/encoding.h"
#include "core/local/arm/armcall.h"
#include "core/local/arm/resourcestore.h"
#include "core/local/arm/seed.h"

namespace gatehouse::local {

namespace {

bool isOurs(ArmCall& call, const ArmPath& path)
{
    if (!equalsIgnoreCase(path.subscription, seed::SubscriptionId)) {
        answerArmError(call.exchange.response, 404, "SubscriptionNotFound",
                       "The subscription '" + path.subscription + "' could not be found.");
        return false;
    }
    if (!path.resourceGroup.empty() && !equalsIgnoreCase(path.resourceGroup, seed::ResourceGroup)) {
        answerArmError(call.exchange.response, 404, "ResourceGroupNotFound",
                       "Resource group '" + path.resourceGroup + "' could not be found.");
        return false;
    }
    return true;
}

/// What hangs on a resource or a group without being one: permissions and metrics. False for anything else.
bool handleExtension(ArmCall& call, const ArmPath& path)
{
    if (equalsIgnoreCase(path.type, "Microsoft.Authorization/permissions")) {
        answerPermissions(call);
        return true;
    }
    const bool metrics = equalsIgnoreCase(path.type, "Microsoft.Insights/metrics");
    if (!metrics && !equalsIgnoreCase(path.type, "Microsoft.Insights/metricDefinitions"))
        return false;
    if (call.method() != "GET")
        answerArmError(call.exchange.response, 405, "MethodNotAllowed", "Metrics can only be read.");
    else if (metrics)
        answerMetrics(call, path.providerScope);
    else
        answerMetricDefinitions(call, path.providerScope);
    return true;
}

void handleAny(ArmCall& call)
{
    const std::optional<ArmPath> path = parseArmPath("/subscriptions/" + call.exchange.parameters.at(0));
    if (!path)
        return answerArmError(call.exchange.response, 404, "InvalidRequestUri",
                              "There is no resource at this path.");
    if (!isOurs(call, *path) || (path->collection && handleExtension(call, *path)))
        return;
    std::unique_lock<std::mutex> writer;
    if (call.method() != "GET" && call.method() != "HEAD")
        writer = call.context.resources.oneWriter();
    if (call.method() == "POST" && path->collection && handleAction(call, *path))
        return;
    if (handleComputedList(call, *path))
        return;
    handleResource(call, *path);
}

} // namespace

void addArmRoutes(Router& router, const ArmContext& context)
{
    addDiscoveryRoutes(router, context);
    addResourceGraphRoutes(router, context);
    addAccountRoutes(router, context);
    addArmRoute(router, context, "*", "/subscriptions/{rest...}", handleAny);
}

} // namespace gatehouse::local
