// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::local {

struct EntraError;

/// What a scope parameter asks for: one resource at most, and the OpenID scopes.
struct ScopeRequest
{
    std::string audience;   ///< the resource, without a trailing slash
    std::string permission; ///< its delegated permission: the scp claim
    std::string granted;    ///< the scope of the answer: as asked, and the permission's full name
    bool openId = false;
    bool offlineAccess = false;
};

/// Reads a scope parameter (contracts §1.6): "X/.default", "X//.default", "X/permission", openid, profile,
/// email, offline_access. Without a resource it is a token for Microsoft Graph, which nothing here accepts.
/// Empty with error set when it names an unknown resource, two resources, or none of those forms.
[[nodiscard]] std::optional<ScopeRequest> parseScopes(std::string_view scope, EntraError& error);

} // namespace gatehouse::local
