// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/auth/tokensource.h"
#include "core/base/clock.h"
#include "core/http/httpclient.h"

#include <QtCore/QObject>

#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

namespace gatehouse::azure {

/// For whom a request is authorised.
struct Audience
{
    std::string scope;
    std::string tenantId = {}; ///< "" is the tenant that was signed in to
};

/// Sends requests with an access token. A 401 is answered once: with a token for the claims that the service
/// asks for (contracts §1.8), or else with a renewed one; the second 401 is SignInRequired, never a loop. All
/// attempts of all layers stay within HttpRequest::maxAttempts. Main thread.
class AuthorizedClient final : public QObject
{
public:
    /// Both must outlive this; http is the client that retries.
    AuthorizedClient(http::HttpClient& http, auth::TokenSource& tokens, const Clock& clock,
                     QObject* parent = nullptr);

    /// An answer of any status but 401. Adds a client request id unless the request has one.
    [[nodiscard]] QFuture<Result<http::HttpResponse>> send(http::HttpRequest request,
                                                           const Audience& audience, std::stop_token stop);

    [[nodiscard]] const Clock& clock() const { return m_clock; }

private:
    struct Call;
    using CallPtr = std::shared_ptr<Call>;

    void authorize(const CallPtr& call);
    void dispatch(const CallPtr& call);
    void take(const CallPtr& call, const http::HttpResponse& response);

    http::HttpClient& m_http;
    auth::TokenSource& m_tokens;
    const Clock& m_clock;
};

/// The error of an answer that is no success, by its status first: what happened, what to do, and every id
/// that support asks for. service is its name in a sentence: "Log Analytics".
[[nodiscard]] Error serviceError(const http::HttpResponse& response, std::string_view service, DateTime now);

} // namespace gatehouse::azure
