// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/result.h"
#include "core/local/identity/personas.h"
#include "core/local/identity/scopes.h"
#include "core/local/identity/signingkey.h"

#include <array>
#include <atomic>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::local {

/// Somebody's sign-in, from which access tokens for any resource are made.
struct Session
{
    const Persona* persona = nullptr;
    std::string scope;             ///< of its first request: what a refresh without a scope asks for
    bool continuousAccess = false; ///< the client can answer claims challenges (xms_cc: cp1)
};

/// What an access token says, as far as the stack looks.
struct TokenClaims
{
    std::string issuer;
    std::string audience;
    std::string objectId;
    std::string tenantId;
    std::string name;
    std::int64_t issuedAt = 0; ///< Unix seconds, like the next two
    std::int64_t notBefore = 0;
    std::int64_t expires = 0;
    std::vector<std::string> roles;
    bool continuousAccess = false;
};

/// Makes and reads the tokens of the stack. Any thread. Refresh tokens are sealed texts that survive a
/// restart; as in Entra each use gives a new one and the old one stays good for its 90 days.
class TokenService
{
public:
    /// All three must outlive it.
    TokenService(const SigningKey& key, const Clock& clock);

    /// What of a token request shapes its answer.
    struct Options
    {
        std::string issuer;
        std::string nonce;
        bool clientInfo = false;
    };
    /// The body of contracts §1.5.
    [[nodiscard]] Json answer(const Session& session, const ScopeRequest& scopes,
                              const Options& options) const;
    /// The sign-in behind a refresh token. Empty for anything that is not one; expired says whether it was.
    [[nodiscard]] std::optional<Session> redeem(std::string_view refreshToken, bool& expired) const;

    /// The claims of a token that this stack signed, whatever they are.
    [[nodiscard]] std::optional<TokenClaims> read(std::string_view token) const;

    /// All claims of such a token, as JSON.
    [[nodiscard]] std::optional<Json> claimsOf(std::string_view token) const;

    /// From now on this persona's tokens are answered with a claims challenge until they are renewed (§1.8).
    void revoke(const Persona& persona);
    /// The earliest iat that a token of this persona may have, Unix seconds; 0 when nothing was revoked.
    [[nodiscard]] std::int64_t revokedBefore(const Persona& persona) const;

    [[nodiscard]] DateTime now() const { return m_clock.now(); }

private:
    [[nodiscard]] Json accessClaims(const Session& session, const ScopeRequest& scopes,
                                    const Options& options, std::int64_t lifetime) const;
    [[nodiscard]] Json identityClaims(const Session& session, const Options& options) const;

    const SigningKey& m_key;
    const Clock& m_clock;
    std::array<std::atomic<std::int64_t>, 3> m_revokedBefore{}; // by position in personas()
};

} // namespace gatehouse::local
