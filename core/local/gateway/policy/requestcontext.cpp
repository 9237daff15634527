// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/gateway/policy/requestcontext.h"

#include "core/base/encoding.h"
#include "core/local/arm/seed.h"
#include "core/local/gateway/requestrecord.h"
#include "core/local/gateway/topology.h"

namespace gatehouse::local {

gateway::ExpressionContext contextOf(const RequestRecord& record, const std::string& region)
{
    gateway::ExpressionContext context;
    context.header = [&record](std::string_view name) -> std::optional<std::string> {
        for (const auto& [header, value] : record.headers) {
            if (equalsIgnoreCase(header, name))
                return value;
        }
        return std::nullopt;
    };
    context.query = [&record](std::string_view name) {
        return name == "api-version" ? std::optional(record.apiVersion) : std::nullopt;
    };
    context.matchedParameter = [&record](std::string_view name) {
        return name == "deployment-id" ? std::optional(record.deployment) : std::nullopt;
    };
    context.method = "POST";
    context.path = "/openai/deployments/" + record.deployment + "/" + std::string(pathOf(record.operation));
    context.ipAddress = record.callerIp;
    const auto found = record.topology->subscriptions.find(record.apimSubscriptionId);
    if (found != record.topology->subscriptions.end()) {
        context.subscription = {found->first, found->second.name};
        if (!found->second.product.empty())
            context.product = {found->second.product, found->second.product};
    }
    if (!record.userId.empty())
        context.user = {record.userId, record.userId};
    if (record.status != 0)
        context.responseStatus = record.status;
    context.utcNow = record.start;
    context.requestId = record.correlationId;
    context.region = region;
    context.apiId = seed::ApiId;
    context.operationId = operationIdOf(record.operation);
    return context;
}

} // namespace gatehouse::local
