// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QtCore/QFuture>

#include <stop_token>
#include <string>

namespace gatehouse::auth {

/// Which access token is wanted.
struct TokenRequest
{
    std::string scope = {};    ///< of one resource: "https://management.azure.com/.default"
    std::string tenantId = {}; ///< "" is the tenant that was signed in to
    std::string claims = {};   ///< JSON of a claims challenge: never answered from the cache
    /// The access token that a service has just refused with 401: the cache's answer is not used if it is
    /// this one.
    std::string rejected = {};
};

/// Gives access tokens; main thread. SignInRequired when a person has to sign in (again).
class TokenSource
{
public:
    TokenSource() = default;
    TokenSource(const TokenSource&) = delete;
    TokenSource& operator=(const TokenSource&) = delete;
    virtual ~TokenSource() = default;

    [[nodiscard]] virtual QFuture<Result<std::string>> token(TokenRequest request, std::stop_token stop) = 0;
};

} // namespace gatehouse::auth
