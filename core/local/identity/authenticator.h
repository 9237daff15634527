// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/local/http/router.h"
#include "core/local/identity/tokenservice.h"

#include <string>

namespace gatehouse::local {

class ResourceStore;

/// Who calls: checks signature, issuer, audience, life time, revocation and roles of the bearer token of
/// every call, and takes an APIM subscription key for the gateway. Any thread.
class TokenAuthenticator final : public Authenticator
{
public:
    /// origin: "http://127.0.0.1:43117"; tokens issued under its localhost spelling are as good.
    TokenAuthenticator(const TokenService& tokens, const ResourceStore& resources, const std::string& origin);

    [[nodiscard]] Result<Caller> authenticate(const httplib::Request& request, Access access) const override;
    [[nodiscard]] std::string challenge(const Error& refusal) const override;

private:
    [[nodiscard]] Result<Caller> callerOfToken(std::string_view token, Access access) const;
    [[nodiscard]] Status checkAudience(const TokenClaims& claims, Access access) const;
    [[nodiscard]] Status checkTimes(const TokenClaims& claims, const Persona& persona) const;

    const TokenService& m_tokens;
    const ResourceStore& m_resources;
    std::string m_issuer;
    std::string m_localhostIssuer;
    std::string m_authorizationUri;
};

} // namespace gatehouse::local
