// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json.h"
#include "core/local/arm/seed.h"
#include "core/local/identity/identity.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <array>

namespace gatehouse::local {

namespace {

EntraError grantError(std::string error, int code, std::string message)
{
    return {400, std::move(error), code, std::move(message), {}, {}};
}

EntraError pollError(DeviceCodes::Poll poll)
{
    switch (poll) {
    case DeviceCodes::Poll::Pending:
        return grantError("authorization_pending", 70016,
                          "OAuth 2.0 device flow error. Authorization is pending. Continue polling.");
    case DeviceCodes::Poll::SlowDown:
        return grantError(
            "slow_down", 70016,
            "OAuth 2.0 device flow error. The client polls too fast; add 5 seconds to the interval.");
    case DeviceCodes::Poll::Declined:
        return grantError("authorization_declined", 70018,
                          "OAuth 2.0 device flow error. The user declined the sign-in.");
    case DeviceCodes::Poll::Expired:
        return grantError(
            "expired_token", 70020,
            "The provided value for the input parameter 'device_code' is not valid. This device code "
            "has expired.");
    default:
        return grantError("bad_verification_code", 70019,
                          "The provided value for the input parameter 'device_code' is not valid.");
    }
}

/// RFC 7636 §4.6
bool verifierFits(const std::string& verifier, const std::string& challenge)
{
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest = {};
    SHA256(reinterpret_cast<const unsigned char*>(verifier.data()), verifier.size(), digest.data());
    const std::string computed =
        toBase64Url(std::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()));
    return computed.size() == challenge.size() &&
           CRYPTO_memcmp(computed.data(), challenge.data(), challenge.size()) == 0;
}

bool isForm(const httplib::Request& request)
{
    return equalsIgnoreCase(request.get_header_value("Content-Type").substr(0, 33),
                            "application/x-www-form-urlencoded");
}

} // namespace

void Identity::deviceCode(Exchange& exchange)
{
    if (!checkTenant(exchange))
        return;
    const FormFields form = decodeForm(exchange.request.body);
    const std::string client = fieldOf(form, "client_id");
    const std::string scope = fieldOf(form, "scope");
    bool continuousAccess = false;
    EntraError error;
    if (!isForm(exchange.request))
        return refuse(exchange, malformedRequest());
    if (client.empty())
        return refuse(exchange, missingParameter("client_id"));
    if (!equalsIgnoreCase(client, seed::ClientId))
        return refuse(exchange, unknownClient(client));
    if (scope.empty())
        return refuse(exchange, missingParameter("scope"));
    if (!parseScopes(scope, error))
        return refuse(exchange, error);
    if (!readClaims(fieldOf(form, "claims"), continuousAccess))
        return refuse(exchange, malformedRequest());
    const DeviceCodes::Issued issued = m_deviceCodes.issue(scope, continuousAccess);
    const std::string page = originFor(exchange.request) + "/devicelogin";
    answerJson(exchange.response, 200,
               dumpJson({{"user_code", issued.userCode},
                         {"device_code", issued.deviceCode},
                         {"verification_uri", page},
                         {"expires_in", DeviceCodes::Lifetime.count()},
                         {"interval", DeviceCodes::Interval.count()},
                         {"message", "To sign in, use a web browser to open the page " + page +
                                         " and enter the code " + issued.userCode + " to authenticate."}}));
    exchange.response.set_header("Cache-Control", "no-store, no-cache");
}

void Identity::token(Exchange& exchange)
{
    if (!checkTenant(exchange))
        return;
    const FormFields form = decodeForm(exchange.request.body);
    const std::string grant = fieldOf(form, "grant_type");
    const std::string client = fieldOf(form, "client_id");
    if (!isForm(exchange.request))
        return refuse(exchange, malformedRequest());
    if (grant.empty())
        return refuse(exchange, missingParameter("grant_type"));
    if (client.empty())
        return refuse(exchange, missingParameter("client_id"));
    if (!equalsIgnoreCase(client, seed::ClientId))
        return refuse(exchange, unknownClient(client));
    if (!fieldOf(form, "client_secret").empty() || !fieldOf(form, "client_assertion").empty())
        return refuse(exchange,
                      {401,
                       "invalid_client",
                       700025,
                       "Client is public so neither 'client_assertion' nor 'client_secret' should be "
                       "presented.",
                       {},
                       {}});
    if (grant == "urn:ietf:params:oauth:grant-type:device_code" || grant == "device_code")
        return deviceGrant(exchange, form);
    if (grant == "authorization_code")
        return codeGrant(exchange, form);
    if (grant == "refresh_token")
        return refreshGrant(exchange, form);
    refuse(exchange, grantError("unsupported_grant_type", 70003,
                                "The app requested an unsupported grant type '" + grant + "'."));
}

void Identity::deviceGrant(Exchange& exchange, const FormFields& form)
{
    const std::string code = fieldOf(form, "device_code");
    if (code.empty())
        return refuse(exchange, missingParameter("device_code"));
    const DeviceCodes::Outcome outcome = m_deviceCodes.poll(code);
    if (outcome.poll != DeviceCodes::Poll::Approved)
        return refuse(exchange, pollError(outcome.poll));
    const std::string scope = fieldOf(form, "scope");
    grantTokens(exchange, form, {outcome.persona, outcome.scope, outcome.continuousAccess},
                scope.empty() ? outcome.scope : scope, {});
}

void Identity::codeGrant(Exchange& exchange, const FormFields& form)
{
    const std::string code = fieldOf(form, "code");
    const std::string verifier = fieldOf(form, "code_verifier");
    if (code.empty())
        return refuse(exchange, missingParameter("code"));
    if (verifier.empty())
        return refuse(exchange, missingParameter("code_verifier"));
    AuthorizeCodes::Grant grant;
    switch (m_authorizeCodes.redeem(code, grant)) {
    case AuthorizeCodes::Redeem::Good:
        break;
    case AuthorizeCodes::Redeem::Used:
        return refuse(exchange,
                      grantError("invalid_grant", 54005,
                                 "OAuth2 Authorization code was already redeemed, please retry with a new "
                                 "valid code or use an existing refresh token."));
    case AuthorizeCodes::Redeem::Expired:
        return refuse(exchange,
                      grantError("invalid_grant", 70008,
                                 "The provided authorization code or refresh token has expired due to "
                                 "inactivity. Send a new interactive authorization request."));
    case AuthorizeCodes::Redeem::Unknown:
        return refuse(exchange, grantError("invalid_grant", 70000,
                                           "The provided value for the 'code' parameter is not valid."));
    }
    if (fieldOf(form, "redirect_uri") != grant.redirectUri)
        return refuse(exchange, grantError("invalid_grant", 500112,
                                           "The reply address does not match the reply address provided when "
                                           "requesting Authorization code."));
    if (!verifierFits(verifier, grant.codeChallenge))
        return refuse(exchange,
                      grantError("invalid_grant", 501481,
                                 "The Code_Verifier does not match the code_challenge supplied in the "
                                 "authorization request."));
    const std::string scope = fieldOf(form, "scope");
    grantTokens(exchange, form, {grant.persona, grant.scope, grant.continuousAccess},
                scope.empty() ? grant.scope : scope, grant.nonce);
}

void Identity::refreshGrant(Exchange& exchange, const FormFields& form)
{
    const std::string refreshToken = fieldOf(form, "refresh_token");
    if (refreshToken.empty())
        return refuse(exchange, missingParameter("refresh_token"));
    bool expired = false;
    const std::optional<Session> session = m_tokens.redeem(refreshToken, expired);
    if (!session && expired)
        return refuse(exchange, grantError("invalid_grant", 700082,
                                           "The refresh token has expired due to inactivity."));
    if (!session) {
        EntraError error =
            grantError("invalid_grant", 9002313, "Invalid request. Request is malformed or invalid.");
        error.suberror = "bad_token";
        return refuse(exchange, error);
    }
    const std::string scope = fieldOf(form, "scope");
    grantTokens(exchange, form, *session, scope.empty() ? session->scope : scope, {});
}

void Identity::grantTokens(Exchange& exchange, const FormFields& form, const Session& session,
                           std::string_view scope, const std::string& nonce)
{
    EntraError error;
    std::optional<ScopeRequest> scopes = parseScopes(scope, error);
    if (!scopes)
        return refuse(exchange, error);
    const std::string claims = fieldOf(form, "claims");
    bool continuousAccess = false;
    if (!readClaims(claims, continuousAccess))
        return refuse(exchange, malformedRequest());
    Session renewed = session;
    renewed.continuousAccess = session.continuousAccess || continuousAccess;
    if (fieldOf(form, "grant_type") == "refresh_token")
        scopes->offlineAccess = true; // every refresh rotates (contracts §1.6)
    TokenService::Options options;
    options.issuer = issuerFor(exchange.request);
    options.nonce = nonce;
    options.clientInfo = !fieldOf(form, "client_info").empty();
    answerJson(exchange.response, 200, dumpJson(m_tokens.answer(renewed, *scopes, options)));
    exchange.response.set_header("Cache-Control", "no-store, no-cache");
    exchange.response.set_header("Pragma", "no-cache");
}

} // namespace gatehouse::local
