// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/azure/authorizedclient.h"

#include "core/base/encoding.h"
#include "core/http/challenge.h"
#include "core/http/deferred.h"

#include <algorithm>

namespace gatehouse::azure {

namespace {

Error refusedTwice(const http::HttpResponse& response, const std::string& claims, DateTime now)
{
    constexpr std::string_view Refused = "The service does not accept the sign-in.";
    constexpr std::string_view AsksForMore = "The service asks for a new sign-in.";
    Error error = serviceError(response, "The service", now);
    error.kind = Error::Kind::SignInRequired;
    error.message = std::string(claims.empty() ? Refused : AsksForMore);
    error.advice = std::string("Sign in again.");
    error.claims = claims;
    return error;
}

} // namespace

struct AuthorizedClient::Call
{
    http::HttpRequest request;
    Audience audience;
    std::stop_token stop;
    http::Deferred<http::HttpResponse> deferred;
    auth::TokenRequest wish;
    std::string token;
    int attempts = 0; // of all layers
    bool renewed = false;
};

AuthorizedClient::AuthorizedClient(http::HttpClient& http, auth::TokenSource& tokens, const Clock& clock,
                                   QObject* parent)
    : QObject(parent)
    , m_http(http)
    , m_tokens(tokens)
    , m_clock(clock)
{}

QFuture<Result<http::HttpResponse>> AuthorizedClient::send(http::HttpRequest request,
                                                           const Audience& audience, std::stop_token stop)
{
    auto call = std::make_shared<Call>();
    call->request = std::move(request);
    if (!call->request.headers.has("x-ms-client-request-id")) {
        call->request.headers.add("x-ms-client-request-id", randomGuid());
        call->request.headers.add("x-ms-return-client-request-id", "true");
    }
    call->audience = audience;
    call->stop = std::move(stop);
    call->wish.scope = audience.scope;
    call->wish.tenantId = audience.tenantId;
    authorize(call);
    return call->deferred.future();
}

void AuthorizedClient::authorize(const CallPtr& call)
{
    m_tokens.token(call->wish, call->stop).then(this, [this, call](const Result<std::string>& token) {
        if (!token) {
            call->deferred.settle(fail(token.error()));
            return;
        }
        call->token = *token;
        dispatch(call);
    });
}

void AuthorizedClient::dispatch(const CallPtr& call)
{
    http::HttpRequest request = call->request;
    request.headers.set("Authorization", "Bearer " + call->token);
    request.maxAttempts = std::max(1, call->request.maxAttempts - call->attempts);
    m_http.send(std::move(request), call->stop)
        .then(this, [this, call](const Result<http::HttpResponse>& response) {
            if (!response)
                call->deferred.settle(fail(response.error()));
            else
                take(call, *response);
        });
}

void AuthorizedClient::take(const CallPtr& call, const http::HttpResponse& response)
{
    call->attempts += response.attempts;
    if (response.status != 401) {
        http::HttpResponse answer = response;
        answer.attempts = call->attempts;
        call->deferred.settle(std::move(answer));
        return;
    }
    const std::string claims = http::claimsChallengeOf(response.headers);
    if (call->renewed || call->attempts >= call->request.maxAttempts) {
        call->deferred.settle(fail(refusedTwice(response, claims, m_clock.now())));
        return;
    }
    call->renewed = true;
    call->wish.claims = claims;
    call->wish.rejected = call->token;
    authorize(call);
}

} // namespace gatehouse::azure
