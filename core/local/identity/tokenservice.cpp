// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/identity/tokenservice.h"

#include "core/base/encoding.h"
#include "core/local/arm/seed.h"

#include <openssl/sha.h>

namespace gatehouse::local {

namespace {

constexpr std::int64_t Lifetime = 3'600;
/// With continuous access evaluation tokens live a day: the service ends them by challenge instead (§1.5).
constexpr std::int64_t ContinuousLifetime = 86'399;
constexpr std::int64_t IdentityLifetime = 3'600;
constexpr std::int64_t RefreshLifetime = 90LL * 86'400;
constexpr std::int64_t Backdated = 300; ///< Entra sets iat and nbf five minutes back for slow clocks

/// Pairwise: the same person has another sub in each application.
std::string subjectOf(const Persona& persona)
{
    const std::string text = std::string(persona.objectId) + "/" + std::string(seed::ClientId);
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest = {};
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
    return toBase64Url(std::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()));
}

std::size_t positionOf(const Persona& persona)
{
    return static_cast<std::size_t>(&persona - personas().data());
}

std::optional<TokenClaims> readClaims(std::string_view encoded)
{
    const std::optional<std::string> text = fromBase64(encoded);
    const Result<Json> json = parseJson(text.value_or(""), 16U << 10U, 8);
    if (!json)
        return std::nullopt;
    TokenClaims claims;
    claims.issuer = textAt(*json, "iss");
    claims.audience = textAt(*json, "aud");
    claims.objectId = textAt(*json, "oid");
    claims.tenantId = textAt(*json, "tid");
    claims.name = textAt(*json, "name");
    claims.issuedAt = integerAt(*json, "iat");
    claims.notBefore = integerAt(*json, "nbf");
    claims.expires = integerAt(*json, "exp");
    for (const Json& role : memberAt(*json, "roles")) {
        if (role.is_string())
            claims.roles.push_back(role.get<std::string>());
    }
    claims.continuousAccess = memberAt(*json, "xms_cc").is_array();
    return claims;
}

} // namespace

TokenService::TokenService(const SigningKey& key, const Clock& clock)
    : m_key(key)
    , m_clock(clock)
{}

Json TokenService::accessClaims(const Session& session, const ScopeRequest& scopes, const Options& options,
                                std::int64_t lifetime) const
{
    const Persona& persona = *session.persona;
    const std::int64_t now = m_clock.now().unixSeconds();
    Json claims = {{"aud", scopes.audience},
                   {"iss", options.issuer},
                   {"iat", now},
                   {"nbf", now - Backdated},
                   {"exp", now + lifetime},
                   {"azp", seed::ClientId},
                   {"azpacr", "0"},
                   {"name", persona.name},
                   {"oid", persona.objectId},
                   {"preferred_username", persona.username},
                   {"scp", scopes.permission},
                   {"sub", subjectOf(persona)},
                   {"tid", seed::TenantId},
                   {"uti", toBase64Url(randomBytes(16))},
                   {"ver", "2.0"}};
    if (scopes.audience == seed::GatewayAudience && persona.usesGateway)
        claims["roles"] = Json::array({"AI.User"});
    if (session.continuousAccess)
        claims["xms_cc"] = Json::array({"cp1"});
    return claims;
}

Json TokenService::identityClaims(const Session& session, const Options& options) const
{
    const Persona& persona = *session.persona;
    const std::int64_t now = m_clock.now().unixSeconds();
    Json claims = {{"aud", seed::ClientId},
                   {"iss", options.issuer},
                   {"iat", now - Backdated},
                   {"nbf", now - Backdated},
                   {"exp", now + IdentityLifetime},
                   {"name", persona.name},
                   {"oid", persona.objectId},
                   {"preferred_username", persona.username},
                   {"sub", subjectOf(persona)},
                   {"tid", seed::TenantId},
                   {"uti", toBase64Url(randomBytes(16))},
                   {"ver", "2.0"}};
    if (!options.nonce.empty())
        claims["nonce"] = options.nonce;
    return claims;
}

Json TokenService::answer(const Session& session, const ScopeRequest& scopes, const Options& options) const
{
    const std::int64_t lifetime = session.continuousAccess ? ContinuousLifetime : Lifetime;
    Json body = {{"token_type", "Bearer"},
                 {"scope", scopes.granted},
                 {"expires_in", lifetime},
                 {"ext_expires_in", lifetime},
                 {"access_token", m_key.sign(accessClaims(session, scopes, options, lifetime))}};
    if (session.continuousAccess)
        body["refresh_in"] = lifetime / 2;
    if (scopes.openId)
        body["id_token"] = m_key.sign(identityClaims(session, options));
    if (scopes.offlineAccess)
        body["refresh_token"] = m_key.seal({{"use", "refresh"},
                                            {"oid", session.persona->objectId},
                                            {"scope", session.scope},
                                            {"cae", session.continuousAccess},
                                            {"exp", m_clock.now().unixSeconds() + RefreshLifetime},
                                            {"uti", toBase64Url(randomBytes(16))}});
    if (options.clientInfo)
        body["client_info"] =
            toBase64Url(dumpJson({{"uid", session.persona->objectId}, {"utid", seed::TenantId}}));
    return body;
}

std::optional<Session> TokenService::redeem(std::string_view refreshToken, bool& expired) const
{
    expired = false;
    const std::optional<Json> content = m_key.unseal(refreshToken);
    if (!content || textAt(*content, "use") != "refresh")
        return std::nullopt;
    Session session;
    session.persona = personaByObjectId(textAt(*content, "oid"));
    session.scope = textAt(*content, "scope");
    session.continuousAccess = boolAt(*content, "cae");
    expired = integerAt(*content, "exp") <= m_clock.now().unixSeconds();
    return session.persona == nullptr || expired ? std::nullopt : std::optional(session);
}

std::optional<TokenClaims> TokenService::read(std::string_view token) const
{
    const std::optional<std::string_view> encoded = m_key.verify(token);
    if (!encoded)
        return std::nullopt;
    // Every signature is verified, but a connection, which has a thread to itself, mostly carries one token
    // over and over: what its claims say is read once.
    thread_local std::string lastEncoded;
    thread_local std::optional<TokenClaims> lastClaims;
    if (lastEncoded != *encoded) {
        lastClaims = readClaims(*encoded);
        lastEncoded = *encoded;
    }
    return lastClaims;
}

std::optional<Json> TokenService::claimsOf(std::string_view token) const
{
    const std::optional<std::string_view> encoded = m_key.verify(token);
    const std::optional<std::string> text = encoded ? fromBase64(*encoded) : std::nullopt;
    Result<Json> json = parseJson(text.value_or(""), 16U << 10U, 8);
    return json && json->is_object() ? std::optional(std::move(*json)) : std::nullopt;
}

void TokenService::revoke(const Persona& persona)
{
    m_revokedBefore.at(positionOf(persona)) = m_clock.now().unixSeconds();
}

std::int64_t TokenService::revokedBefore(const Persona& persona) const
{
    return m_revokedBefore.at(positionOf(persona));
}

} // namespace gatehouse::local
