// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/auth/entraclient.h"

#include "core/http/deferred.h"
#include "core/http/retryafter.h"

#include <algorithm>

namespace gatehouse::auth {

namespace {

constexpr const char* DeviceGrant = "urn:ietf:params:oauth:grant-type:device_code";

http::HttpRequest formRequest(std::string url, const FormFields& fields)
{
    http::HttpRequest request;
    request.method = "POST";
    request.url = std::move(url);
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                       {"Accept", "application/json"},
                       {"client-request-id", randomGuid()},
                       {"return-client-request-id", "true"}};
    request.body = encodeForm(fields);
    request.deadline = std::chrono::seconds(30);
    request.maxBytes = 1U << 20U;
    request.lane = "sign-in";
    return request;
}

/// Only what a person may be sent to: https, or this computer.
bool isSafeVerificationUri(const std::string& uri)
{
    const std::string origin = http::originOf(uri);
    return origin.starts_with("https://") || origin.starts_with("http://127.0.0.1:") ||
           origin.starts_with("http://localhost:");
}

Result<DeviceCodeReply> readDeviceCode(const http::HttpResponse& response, DateTime now)
{
    constexpr const char* NotReadable = "The sign-in service's answer cannot be read.";
    const Result<Json> body = parseJson(response.body, 1U << 20U);
    if (!body || !body->is_object()) {
        const auto kind = response.status >= 500 ? Error::Kind::Unavailable : Error::Kind::Parse;
        return fail(kind, NotReadable, "Check the cloud and the tenant in the profile and try again.");
    }
    if (!response.ok()) {
        OAuthError refused = readOAuthError(*body, response.status);
        refused.retryAfter = http::retryAfterOf(response.headers, now);
        return fail(toError(refused));
    }
    DeviceCodeReply reply;
    reply.userCode = textAt(*body, "user_code");
    reply.deviceCode = textAt(*body, "device_code");
    reply.verificationUri = textAt(*body, "verification_uri");
    reply.expiresIn =
        std::chrono::seconds(std::clamp<std::int64_t>(integerAt(*body, "expires_in", 900), 1, 86'400));
    reply.interval = std::chrono::seconds(std::clamp<std::int64_t>(integerAt(*body, "interval", 5), 1, 600));
    if (reply.userCode.empty() || reply.deviceCode.empty() || !isSafeVerificationUri(reply.verificationUri))
        return fail(Error::Kind::Protocol, NotReadable, "Try again in a moment.");
    return reply;
}

} // namespace

std::string withOpenIdScopes(const std::string& scope)
{
    return scope + " openid profile offline_access";
}

EntraClient::EntraClient(http::HttpClient& http, const Clock& clock, Authority authority)
    : m_http(http)
    , m_clock(clock)
    , m_authority(std::move(authority))
{}

std::string EntraClient::endpoint(const std::string& tenantId, const std::string& name) const
{
    const std::string& tenant = tenantId.empty() ? m_authority.tenantId : tenantId;
    return m_authority.loginOrigin + "/" + percentEncode(tenant) + "/oauth2/v2.0/" + name;
}

std::string EntraClient::authorizeUrl(const FormFields& fields) const
{
    return endpoint({}, "authorize") + "?" + encodeForm(fields);
}

QFuture<Result<DeviceCodeReply>> EntraClient::deviceCode(const std::string& scope, const std::string& claims,
                                                         std::stop_token stop)
{
    http::HttpRequest request = formRequest(endpoint({}, "devicecode"), {{"client_id", m_authority.clientId},
                                                                         {"scope", withOpenIdScopes(scope)},
                                                                         {"claims", mergeClaims(claims)}});
    request.repeatable = true;
    return m_http.send(std::move(request), std::move(stop))
        .then([clock = &m_clock](const Result<http::HttpResponse>& response) -> Result<DeviceCodeReply> {
            if (!response)
                return fail(response.error());
            return readDeviceCode(*response, clock->now());
        });
}

QFuture<Result<TokenReply>> EntraClient::pollDeviceCode(const std::string& deviceCode, std::stop_token stop)
{
    // One attempt: the flow itself comes again.
    return postToken({},
                     {{"grant_type", DeviceGrant},
                      {"client_id", m_authority.clientId},
                      {"device_code", deviceCode},
                      {"claims", mergeClaims({})},
                      {"client_info", "1"}},
                     1, std::move(stop));
}

QFuture<Result<TokenReply>> EntraClient::redeemCode(const std::string& code, const std::string& redirectUri,
                                                    const std::string& verifier, const std::string& scope,
                                                    std::stop_token stop)
{
    // One attempt: a code can be redeemed once.
    return postToken({},
                     {{"grant_type", "authorization_code"},
                      {"client_id", m_authority.clientId},
                      {"code", code},
                      {"redirect_uri", redirectUri},
                      {"code_verifier", verifier},
                      {"scope", withOpenIdScopes(scope)},
                      {"claims", mergeClaims({})},
                      {"client_info", "1"}},
                     1, std::move(stop));
}

QFuture<Result<TokenReply>> EntraClient::refresh(const std::string& refreshToken, const std::string& scope,
                                                 const std::string& tenantId, const std::string& claims,
                                                 std::stop_token stop)
{
    // Two attempts: a reply that was lost after the service rotated the token is worth one more with the old.
    return postToken(tenantId,
                     {{"grant_type", "refresh_token"},
                      {"client_id", m_authority.clientId},
                      {"refresh_token", refreshToken},
                      {"scope", withOpenIdScopes(scope)},
                      {"claims", mergeClaims(claims)},
                      {"client_info", "1"}},
                     2, std::move(stop));
}

QFuture<Result<TokenReply>> EntraClient::postToken(const std::string& tenantId, FormFields fields,
                                                   int maxAttempts, std::stop_token stop)
{
    http::HttpRequest request = formRequest(endpoint(tenantId, "token"), fields);
    request.maxAttempts = maxAttempts;
    request.repeatable = maxAttempts > 1;
    request.headers.add("x-ms-lib-capability", "retry-after, h429");
    return m_http.send(std::move(request), std::move(stop))
        .then([clock = &m_clock](const Result<http::HttpResponse>& response) -> Result<TokenReply> {
            if (!response)
                return fail(response.error());
            Result<TokenReply> reply = readTokenReply(response->body, response->status);
            if (reply && !reply->tokens)
                reply->refused.retryAfter = http::retryAfterOf(response->headers, clock->now());
            return reply;
        });
}

} // namespace gatehouse::auth
