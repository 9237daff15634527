// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/identity/authenticator.h"

#include "core/base/encoding.h"
#include "core/local/arm/resourcestore.h"
#include "core/local/arm/seed.h"

#include <algorithm>

namespace gatehouse::local {

namespace {

constexpr std::int64_t ClockSkew = 300; ///< seconds, what Microsoft's own validators allow

tl::unexpected<Error> refuse(int status, std::string code, std::string message)
{
    Error error;
    error.kind = status == 403 ? Error::Kind::Denied : Error::Kind::SignInRequired;
    error.httpStatus = status;
    error.serviceCode = std::move(code);
    error.message = std::move(message);
    return fail(std::move(error));
}

tl::unexpected<Error> missing(Access access)
{
    switch (access) {
    case Access::Logs:
        return refuse(401, "AuthenticationFailed",
                      "The request has no bearer token in its Authorization header.");
    case Access::Gateway:
        return refuse(
            401, "401",
            "Access denied due to missing credentials. Send a subscription key as api-key, or a bearer "
            "token with the role AI.User.");
    default:
        return refuse(
            401, "AuthenticationFailed",
            "Authentication failed. The 'Authorization' header is missing or is not a bearer token.");
    }
}

std::string_view audienceOf(Access access)
{
    switch (access) {
    case Access::Logs:
        return seed::LogsAudience;
    case Access::Gateway:
        return seed::GatewayAudience;
    case Access::Rag:
        return seed::RagAudience;
    default:
        return seed::ArmAudience;
    }
}

std::string localhostSpelling(const std::string& origin)
{
    std::string text = origin;
    const std::size_t host = text.find("127.0.0.1");
    return host == std::string::npos ? text : text.replace(host, 9, "localhost");
}

/// The token of "Bearer …"; empty for anything else.
std::string_view bearerOf(const httplib::Request& request)
{
    const auto header = request.headers.find("Authorization");
    if (header == request.headers.end())
        return {};
    const std::string_view value = header->second;
    if (value.size() < 8 || !equalsIgnoreCase(value.substr(0, 7), "Bearer "))
        return {};
    return value.substr(7);
}

std::string_view keyOf(const httplib::Request& request)
{
    for (const char* name : {"api-key", "Ocp-Apim-Subscription-Key"}) {
        const auto header = request.headers.find(name);
        if (header != request.headers.end())
            return header->second;
    }
    return {};
}

} // namespace

TokenAuthenticator::TokenAuthenticator(const TokenService& tokens, const ResourceStore& resources,
                                       const std::string& origin)
    : m_tokens(tokens)
    , m_resources(resources)
    , m_issuer(origin + "/" + std::string(seed::TenantId) + "/v2.0")
    , m_localhostIssuer(localhostSpelling(m_issuer))
    , m_authorizationUri(origin + "/" + std::string(seed::TenantId) + "/oauth2/v2.0/authorize")
{}

Status TokenAuthenticator::checkAudience(const TokenClaims& claims, Access access) const
{
    if (claims.audience == audienceOf(access))
        return {};
    if (access == Access::Logs)
        return refuse(
            403, "InvalidAuthenticationTokenAudience",
            "The provided authentication is not valid for this resource: the token has another audience.");
    return refuse(401, "InvalidAuthenticationTokenAudience",
                  "The access token was issued for another audience; this one is '" +
                      std::string(audienceOf(access)) + "'.");
}

Status TokenAuthenticator::checkTimes(const TokenClaims& claims, const Persona& persona) const
{
    const std::int64_t now = m_tokens.now().unixSeconds();
    if (claims.expires + ClockSkew <= now)
        return refuse(401, "ExpiredAuthenticationToken", "The access token expired.");
    if (claims.notBefore - ClockSkew > now)
        return refuse(401, "InvalidAuthenticationToken", "The access token is not valid yet.");
    const std::int64_t revokedBefore = m_tokens.revokedBefore(persona);
    if (claims.issuedAt >= revokedBefore)
        return {};
    if (!claims.continuousAccess)
        return refuse(401, "InvalidAuthenticationToken", "The session behind the access token was revoked.");
    Error error;
    error.kind = Error::Kind::SignInRequired;
    error.httpStatus = 401;
    error.serviceCode = "InvalidAuthenticationToken";
    error.message = "Continuous access evaluation resulted in a challenge.";
    error.claims = dumpJson(
        {{"access_token", {{"nbf", {{"essential", true}, {"value", std::to_string(revokedBefore)}}}}}});
    return fail(std::move(error));
}

Result<Caller> TokenAuthenticator::callerOfToken(std::string_view token, Access access) const
{
    std::optional<TokenClaims> claims = m_tokens.read(token);
    if (!claims)
        return refuse(401, "InvalidAuthenticationToken",
                      "The access token is invalid: its signature does not hold.");
    const Persona* persona = personaByObjectId(claims->objectId);
    if ((claims->issuer != m_issuer && claims->issuer != m_localhostIssuer) || persona == nullptr)
        return refuse(401, "InvalidAuthenticationToken", "The access token is from another issuer.");
    if (claims->tenantId != seed::TenantId)
        return refuse(401, "InvalidAuthenticationTokenTenant", "The access token is from another tenant.");
    if (Status fits = checkAudience(*claims, access); !fits)
        return fail(fits.error());
    if (Status fits = checkTimes(*claims, *persona); !fits)
        return fail(fits.error());
    if (access == Access::ArmAdmin && !persona->writesResources)
        return refuse(403, "AuthorizationFailed",
                      "The client '" + std::string(persona->username) + "' with object id '" +
                          claims->objectId + "' does not have authorization to perform this action.");
    const bool hasRole =
        std::find(claims->roles.begin(), claims->roles.end(), "AI.User") != claims->roles.end();
    if (access == Access::Gateway && !hasRole)
        return refuse(403, "403", "The token does not carry the role AI.User.");
    Caller caller;
    caller.objectId = std::move(claims->objectId);
    caller.name = std::move(claims->name);
    caller.persona = persona->key;
    caller.roles = std::move(claims->roles);
    return caller;
}

Result<Caller> TokenAuthenticator::authenticate(const httplib::Request& request, Access access) const
{
    if (access == Access::Open)
        return Caller{};
    const std::string_view token = bearerOf(request);
    std::string_view key = access == Access::Gateway ? keyOf(request) : std::string_view();
    // OpenAI's clients send a key as the bearer as well; a JWT has dots, a key has none.
    if (key.empty() && access == Access::Gateway && !token.empty() &&
        token.find('.') == std::string_view::npos)
        key = token;
    if (!key.empty()) {
        std::optional<std::string> subscription = m_resources.subscriptionForKey(key);
        if (!subscription)
            return refuse(
                401, "401",
                "Access denied due to invalid subscription key. Make sure to provide a valid key for an "
                "active subscription.");
        Caller caller;
        caller.subscriptionId = std::move(*subscription);
        if (token.empty() || key == token)
            return caller;
        // A token beside the key must be good too; the key then says whose spending it is.
        Result<Caller> withToken = callerOfToken(token, access);
        if (withToken)
            withToken->subscriptionId = std::move(caller.subscriptionId);
        return withToken;
    }
    if (token.empty())
        return missing(access);
    return callerOfToken(token, access);
}

std::string TokenAuthenticator::challenge(const Error& refusal) const
{
    std::string text = "Bearer realm=\"\", authorization_uri=\"" + m_authorizationUri + "\"";
    if (!refusal.claims.empty())
        return text + ", error=\"insufficient_claims\", claims=\"" + toBase64(refusal.claims) + "\"";
    if (refusal.serviceCode == "AuthenticationFailed" || refusal.serviceCode == "401")
        return text;
    return text + ", error=\"invalid_token\", error_description=\"" + refusal.message + "\"";
}

} // namespace gatehouse::local
