// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/identity/scopes.h"

#include "core/base/encoding.h"
#include "core/local/arm/seed.h"
#include "core/local/identity/entraerror.h"

#include <array>

namespace gatehouse::local {

namespace {

constexpr std::string_view GraphAudience = "00000003-0000-0000-c000-000000000000";

struct Resource
{
    std::string_view audience; ///< what a scope may name
    std::string_view tokenAudience;
    std::string_view permission;
};

constexpr std::array<Resource, 6> Resources = {{
    {seed::ArmAudience, seed::ArmAudience, "user_impersonation"},
    {"https://management.core.windows.net", seed::ArmAudience, "user_impersonation"},
    {seed::LogsAudience, seed::LogsAudience, "Data.Read"},
    {"https://api.loganalytics.azure.com", seed::LogsAudience, "Data.Read"},
    {seed::GatewayAudience, seed::GatewayAudience, "user_impersonation"},
    {seed::RagAudience, seed::RagAudience, "user_impersonation"},
}};

EntraError invalidScope(std::string_view scope)
{
    return {400,
            "invalid_scope",
            70011,
            "The provided request must include a 'scope' input parameter. The provided value for the input "
            "parameter "
            "'scope' is not valid. The scope " +
                std::string(scope) + " is not valid.",
            {},
            {}};
}

EntraError unknownResource(std::string_view resource)
{
    return {
        400,
        "invalid_resource",
        500011,
        "The resource principal named " + std::string(resource) + " was not found in the tenant named " +
            std::string(seed::TenantName) +
            ". This can happen if the application has not been installed by the administrator of the tenant.",
        {},
        {}};
}

const Resource* findResource(std::string_view name)
{
    for (const Resource& resource : Resources) {
        if (equalsIgnoreCase(resource.audience, name))
            return &resource;
    }
    return nullptr;
}

bool isOpenIdScope(std::string_view scope, ScopeRequest& request)
{
    request.openId = request.openId || scope == "openid";
    request.offlineAccess = request.offlineAccess || scope == "offline_access";
    return scope == "openid" || scope == "profile" || scope == "email" || scope == "offline_access";
}

/// Takes one resource scope in.
bool takeScope(std::string_view scope, ScopeRequest& request, EntraError& error)
{
    const std::size_t slash = scope.rfind('/');
    if (slash == std::string_view::npos || slash == 0) {
        error = invalidScope(scope);
        return false;
    }
    std::string_view name = scope.substr(0, slash);
    if (name.back() == '/') // "X//.default": the resource's own id ends in a slash
        name.remove_suffix(1);
    const std::string_view permission = scope.substr(slash + 1);
    const Resource* resource = findResource(name);
    if (resource == nullptr) {
        error = unknownResource(name);
        return false;
    }
    if (permission != ".default" && permission != resource->permission) {
        error = {400,
                 "invalid_scope",
                 650053,
                 "The application asked for scope '" + std::string(permission) +
                     "' that doesn't exist on the resource '" + std::string(name) + "'.",
                 {},
                 {}};
        return false;
    }
    if (!request.audience.empty() && request.audience != resource->tokenAudience) {
        error = {
            400,
            "invalid_request",
            28000,
            "Provided value for the input parameter scope is not valid because it contains more than one "
            "resource.",
            {},
            {}};
        return false;
    }
    request.audience = resource->tokenAudience;
    request.permission = resource->permission;
    if (!request.granted.empty())
        request.granted += ' ';
    request.granted += scope;
    if (permission == ".default")
        request.granted += " " + std::string(scope.substr(0, slash + 1)) + request.permission;
    return true;
}

} // namespace

std::optional<ScopeRequest> parseScopes(std::string_view scope, EntraError& error)
{
    ScopeRequest request;
    while (!scope.empty()) {
        const std::string_view word = scope.substr(0, scope.find(' '));
        scope.remove_prefix(std::min(scope.size(), word.size() + 1));
        if (word.empty() || isOpenIdScope(word, request))
            continue;
        if (!takeScope(word, request, error))
            return std::nullopt;
    }
    if (request.audience.empty()) {
        request.audience = GraphAudience;
        request.permission = "openid profile";
        request.granted = "openid profile";
    }
    return request;
}

} // namespace gatehouse::local
