// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::auth {

/// A success body of the token endpoint (contracts §1.5). Access tokens are opaque: nothing reads them.
struct Tokens
{
    std::string accessToken;
    std::string refreshToken; ///< "" when none came: the old one stays
    std::string idToken;
    /// Never less than a minute, so that no answer makes a storm: the service's 401 tells what is really
    /// over.
    std::chrono::seconds lifetime{0};
    std::optional<std::chrono::seconds> refreshIn;
};

/// A refusal of Entra as a value (contracts §1.3, §1.4). Code decides by error, suberror and the numbers,
/// never by the description.
struct OAuthError
{
    std::string error; ///< "authorization_pending", "invalid_grant", …
    std::string suberror;
    std::vector<int> codes; ///< 53003 of AADSTS53003
    std::string claims;     ///< JSON text to repeat in the next interactive sign-in
    std::string traceId;
    std::string correlationId;
    int httpStatus = 0;
    std::optional<std::chrono::milliseconds> retryAfter;

    [[nodiscard]] bool has(int code) const;
};

/// Success is a top-level access_token, nothing else. Parse or Protocol when the body is neither that nor an
/// OAuth error.
struct TokenReply
{
    std::optional<Tokens> tokens;
    OAuthError refused; ///< when there are no tokens
};
[[nodiscard]] Result<TokenReply> readTokenReply(std::string_view body, int httpStatus);
/// The error of a body that is known to be none of success; error is "" when the body is no OAuth error.
[[nodiscard]] OAuthError readOAuthError(const Json& body, int httpStatus);

/// The refusal in plain words, with what to do next; kind is SignInRequired, Denied, Throttled, Unavailable
/// or InvalidInput (a mistake in the app registration).
[[nodiscard]] Error toError(const OAuthError& refused);

/// Device code is blocked by policy here, but signing in with the browser may work (contracts §1.9).
[[nodiscard]] bool offersBrowser(const OAuthError& refused);
/// The refresh token will never work again (expired, revoked, tied to a blocked flow): once confirmed, forget
/// it.
[[nodiscard]] bool endsRefreshToken(const OAuthError& refused);
/// A person has to do something in a sign-in (MFA, consent, claims); the refresh token may stay good.
[[nodiscard]] bool needsInteraction(const OAuthError& refused);

/// The challenge's claims with our xms_cc capability merged in; "" asks for the capability alone (contracts
/// §1.8).
[[nodiscard]] std::string mergeClaims(const std::string& challenge);

} // namespace gatehouse::auth
