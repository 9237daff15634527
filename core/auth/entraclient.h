// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/auth/oauth.h"
#include "core/base/clock.h"
#include "core/base/encoding.h"
#include "core/http/httpclient.h"

#include <QtCore/QFuture>

#include <stop_token>
#include <string>

namespace gatehouse::auth {

/// Where and as what the program signs in.
struct Authority
{
    std::string loginOrigin; ///< "https://login.microsoftonline.com"
    std::string tenantId;    ///< GUID, domain or "organizations"
    std::string clientId;
};

/// An answer of /devicecode (contracts §1.2).
struct DeviceCodeReply
{
    std::string userCode;
    std::string deviceCode;
    std::string verificationUri;
    std::chrono::seconds expiresIn{900};
    std::chrono::seconds interval{5};
};

/// Entra ID's OAuth2 endpoints, v2.0 (contracts §1): one method per call, no state. Every call asks for the
/// claims-challenge capability cp1. A refusal is a value; an Error is about the way there. Main thread.
class EntraClient
{
public:
    /// The client must outlive this and must be the one that retries.
    EntraClient(http::HttpClient& http, const Clock& clock, Authority authority);

    [[nodiscard]] const Authority& authority() const { return m_authority; }

    /// Errors of Entra come as Error here, since every one of them ends the flow.
    [[nodiscard]] QFuture<Result<DeviceCodeReply>>
    deviceCode(const std::string& scope, const std::string& claims, std::stop_token stop);
    [[nodiscard]] QFuture<Result<TokenReply>> pollDeviceCode(const std::string& deviceCode,
                                                             std::stop_token stop);
    [[nodiscard]] QFuture<Result<TokenReply>> redeemCode(const std::string& code,
                                                         const std::string& redirectUri,
                                                         const std::string& verifier,
                                                         const std::string& scope, std::stop_token stop);
    /// tenantId "" is the authority's. claims is a challenge's JSON or "".
    [[nodiscard]] QFuture<Result<TokenReply>> refresh(const std::string& refreshToken,
                                                      const std::string& scope, const std::string& tenantId,
                                                      const std::string& claims, std::stop_token stop);
    /// The page of the authorization code flow; fields are appended as its query.
    [[nodiscard]] std::string authorizeUrl(const FormFields& fields) const;

private:
    [[nodiscard]] std::string endpoint(const std::string& tenantId, const std::string& name) const;
    [[nodiscard]] QFuture<Result<TokenReply>> postToken(const std::string& tenantId, FormFields fields,
                                                        int maxAttempts, std::stop_token stop);

    http::HttpClient& m_http;
    const Clock& m_clock;
    Authority m_authority;
};

/// scope with the OpenID scopes that give an id_token and a refresh token.
[[nodiscard]] std::string withOpenIdScopes(const std::string& scope);

} // namespace gatehouse::auth
