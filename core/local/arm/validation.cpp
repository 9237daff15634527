// SPDX-License-Identifier: GPL-3.0-or-later
// What the types of contracts §4 demand of their properties. Each function names every field that is
// wrong, as APIM does, and brings short ids into their full form.
#include "core/base/encoding.h"
#include "core/gateway/backend.h"
#include "core/local/arm/fieldchecks.h"
#include "core/local/arm/policyreferences.h"
#include "core/local/gateway/policy/policyset.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace gatehouse::local {

namespace {

void checkPoolMembers(Json& pool, const ValidationContext& context, Details& details)
{
    Json& services = pool["services"];
    if (!services.is_array() || services.empty())
        return complain(details, "pool.services", "A pool must have at least one service.");
    for (std::size_t i = 0; i < services.size(); ++i) {
        Json& service = services[i];
        const std::string target = "pool.services[" + std::to_string(i) + "].id";
        const std::string id = textAt(service, "id");
        if (id.empty()) {
            complain(details, target, "The field 'id' is missing.");
            continue;
        }
        const std::string full = fullId(id, context);
        const ResourcePtr member = context.resources.get(full);
        if (member == nullptr || !equalsIgnoreCase(member->type, "Microsoft.ApiManagement/service/backends"))
            complain(details, target, "The backend '" + id + "' does not exist.");
        else if (gateway::isPool(member->body))
            complain(details, target, "The backend '" + id + "' is a pool; a pool cannot be in another one.");
        else
            service["id"] = member->id;
    }
}

/// What the gateway could not obey is refused here, with its line.
template <typename Compile>
void checkDocument(const Json& properties, Compile compile, const ValidationContext& context,
                   Details& details)
{
    if (!details.empty())
        return;
    if (const auto compiled = compile(policyXml(properties), surroundingsIn(context.resources, context.id));
        !compiled)
        complain(details, "value", toString(compiled.error()));
}

} // namespace

std::vector<ErrorDetail> validateBackend(Json& body, const ValidationContext& context)
{
    Details details;
    Json& properties = propertiesOf(body);
    if (const std::string type = textAt(properties, "type"); type.empty())
        properties["type"] = properties.contains("pool") ? "Pool" : "Single";
    requireOneOf(properties, "type", {"Single", "Pool"}, details);
    // The gateway reads resources with the same functions, so what passes here is what it can obey.
    if (gateway::isPool(body)) {
        checkPoolMembers(properties["pool"], context, details);
        if (const auto pool = gateway::poolFromArm(body); details.empty() && !pool)
            complain(details, "pool", pool.error().message);
        return details;
    }
    const std::string url = textAt(properties, "url");
    if (url.empty() || url.size() > 2'000 ||
        (url.substr(0, 7) != "http://" && url.substr(0, 8) != "https://"))
        complain(details, "url", "The field 'url' must be an http or https URL of at most 2000 characters.");
    requireOneOf(properties, "protocol", {"http", "soap"}, details);
    if (const auto backend = gateway::backendFromArm(body); details.empty() && !backend)
        complain(details, "circuitBreaker", backend.error().message);
    return details;
}

std::vector<ErrorDetail> validateProduct(Json& body, const ValidationContext&)
{
    Details details;
    Json& properties = propertiesOf(body);
    requireText(properties, "displayName", 300, details);
    if (!properties.contains("state"))
        properties["state"] = "notPublished";
    requireOneOf(properties, "state", {"notPublished", "published"}, details);
    return details;
}

std::vector<ErrorDetail> validateSubscription(Json& body, const ValidationContext& context)
{
    Details details;
    Json& properties = propertiesOf(body);
    requireText(properties, "displayName", 100, details);
    const std::string scope = textAt(properties, "scope");
    const std::string full = fullId(scope, context);
    const bool allApis = equalsIgnoreCase(full, context.serviceId + "/apis");
    if (scope.empty() || (!allApis && context.resources.get(full) == nullptr))
        complain(details, "scope",
                 "The field 'scope' must name a product, an API or all APIs of this service.");
    else
        properties["scope"] = full;
    if (!properties.contains("state"))
        properties["state"] = "active";
    requireOneOf(properties, "state",
                 {"suspended", "active", "expired", "submitted", "rejected", "cancelled"}, details);
    if (!properties.contains("createdDate"))
        properties["createdDate"] = context.createdAt;
    return details;
}

std::vector<ErrorDetail> validateApi(Json& body, const ValidationContext&)
{
    Details details;
    Json& properties = propertiesOf(body);
    requireText(properties, "displayName", 300, details);
    if (!memberAt(properties, "path").is_string())
        complain(details, "path", "The field 'path' is missing.");
    if (!properties.contains("apiRevision"))
        properties.update({{"apiRevision", "1"}, {"isCurrent", true}});
    return details;
}

std::vector<ErrorDetail> validatePolicy(Json& body, const ValidationContext& context)
{
    Details details;
    Json& properties = propertiesOf(body);
    if (context.id.substr(context.id.rfind('/') + 1) != "policy")
        complain(details, "policyId", "The name of a policy is always 'policy'.");
    if (!properties.contains("format"))
        properties["format"] = "xml";
    requireOneOf(properties, "format", {"xml", "rawxml"}, details);
    checkDocument(properties, compilePolicy, context, details);
    return details;
}

std::vector<ErrorDetail> validateFragment(Json& body, const ValidationContext& context)
{
    Details details;
    Json& properties = propertiesOf(body);
    if (!properties.contains("format"))
        properties["format"] = "xml";
    requireOneOf(properties, "format", {"xml", "rawxml"}, details);
    checkDocument(properties, compileFragment, context, details);
    if (details.empty()) {
        const std::string id = context.id.substr(context.id.rfind('/') + 1);
        const std::string text = policyXml(properties);
        const std::string broken = policyBrokenBy(context.resources, [&](PolicySurroundings& around) {
            around.fragment = [&, stored = around.fragment](std::string_view wanted) {
                return equalsIgnoreCase(wanted, id) ? std::optional(text) : stored(wanted);
            };
        });
        if (!broken.empty())
            complain(details, "value", broken);
    }
    properties["provisioningState"] = "Succeeded";
    return details;
}

std::vector<ErrorDetail> validateDiagnostic(Json& body, const ValidationContext& context)
{
    Details details;
    Json& properties = propertiesOf(body);
    const std::string logger = textAt(properties, "loggerId");
    if (logger.empty() || context.resources.get(fullId(logger, context)) == nullptr)
        complain(details, "loggerId", "The field 'loggerId' must name a logger of this service.");
    else
        properties["loggerId"] = fullId(logger, context);
    const Json& llm = memberAt(properties, "largeLanguageModel");
    if (!llm.is_null())
        requireOneOf(llm, "logs", {"enabled", "disabled"}, details);
    return details;
}

/// APIM refuses to leave a pool with a dangling id.
std::string whyBackendStays(const ResourceStore& resources, const Resource& backend)
{
    for (const ResourcePtr& other : resources.listByType(backend.type)) {
        for (const Json& service : memberAt(memberAt(other->properties(), "pool"), "services")) {
            if (equalsIgnoreCase(textAt(service, "id"), backend.id))
                return "The backend is a member of the pool '" + other->name() +
                       "'. Take it out of the pool first.";
        }
    }
    return {};
}

std::string whyFragmentStays(const ResourceStore& resources, const Resource& fragment)
{
    const auto users = documentsIncluding(resources, fragment.name());
    return users.empty() ? std::string()
                         : "The fragment is included by " + describeDocument(*users.front()) +
                               ". Take it out there first.";
}

} // namespace gatehouse::local
