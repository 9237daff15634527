// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/http/headers.h"

#include <QtCore/QFuture>

#include <chrono>
#include <stop_token>
#include <string>

namespace gatehouse::http {

/// One request, as a value.
struct HttpRequest
{
    std::string method = "GET";
    std::string url; ///< absolute, already percent-encoded; used as it stands
    Headers headers;
    std::string body;
    /// From the sending of one attempt to its last byte.
    std::chrono::milliseconds deadline{60'000};
    /// Of the decompressed body; more is a Protocol error.
    std::size_t maxBytes = 128U << 20U;
    /// Besides GET and HEAD: the request may be sent again although it may have been received (a query).
    bool repeatable = false;
    /// Of one action of the user, the first included (RetryingClient).
    int maxAttempts = 3;
    /// What a Retry-After of this service holds back besides the same host: "logs", "arm", …
    std::string lane;
};

/// An answer with whatever status; the body is decompressed and whole.
struct HttpResponse
{
    int status = 0;
    Headers headers;
    std::string body;
    int attempts = 1;

    [[nodiscard]] bool ok() const { return status >= 200 && status < 300; }
};

/// Sends requests. A layer (network, retry, a test's canned answers) behind one interface; main thread.
/// The future always finishes: with an answer of any status, or with Network, Timeout, Protocol or Cancelled.
class HttpClient
{
public:
    HttpClient() = default;
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;
    virtual ~HttpClient() = default;

    [[nodiscard]] virtual QFuture<Result<HttpResponse>> send(HttpRequest request, std::stop_token stop) = 0;
};

/// "http://127.0.0.1:43117": scheme, host and port in lower case; "" when the text is no absolute http(s)
/// URL.
[[nodiscard]] std::string originOf(const std::string& url);
/// Both are absolute URLs of one origin.
[[nodiscard]] bool isSameOrigin(const std::string& a, const std::string& b);
/// "/path?query" of an absolute URL; "" when it is none.
[[nodiscard]] std::string pathOf(const std::string& url);

} // namespace gatehouse::http
