// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::settings {

/// Hosts and audiences of a cloud (contracts §0); nothing is derived from anything else.
/// Origins have a scheme and no trailing slash; scopes are what a token request sends.
struct Cloud
{
    std::string id; ///< "public", "usgov", "china", "local"
    std::string name;
    std::string loginOrigin;
    std::string armOrigin;
    std::string armScope;
    std::string logsOrigin;
    std::string logsScope;
    std::string gatewayScope; ///< "" where the profile's gateway decides
};

/// The three Azure clouds. "local" is not among them: its origin is known only while the stack runs.
[[nodiscard]] const std::vector<Cloud>& azureClouds();
[[nodiscard]] std::optional<Cloud> azureCloud(std::string_view id);

/// A place to look at: a cloud, an application registration, a workspace and a gateway. Holds no secret.
struct Profile
{
    std::string name; ///< unique; "This computer" is always there and cannot be removed
    std::string cloudId = "public";
    std::string tenantId; ///< GUID, domain or "organizations"
    std::string clientId;
    std::string subscriptionId;
    std::string workspaceId;         ///< customerId GUID
    std::string workspaceResourceId; ///< ARM id
    std::string apimResourceId;      ///< ARM id
    std::string gatewayUrl;
    std::string
        accountKey; ///< "oid.tid" of the account whose token the keychain holds; "" when none is stored

    [[nodiscard]] bool isLocal() const { return cloudId == "local"; }
    bool operator==(const Profile&) const = default;
};

inline constexpr std::string_view LocalProfileName = "This computer";

/// Null pointer-free check of what a person or a file gave: name set and unique is the store's business; this
/// checks each field's form and answers InvalidInput that names the field.
[[nodiscard]] Status validate(const Profile& profile);

} // namespace gatehouse::settings
