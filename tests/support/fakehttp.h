// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/http/deferred.h"
#include "core/http/httpclient.h"

#include <deque>
#include <functional>
#include <vector>

namespace gatehouse::test {

/// The "fake reply" level: a client whose answers a test decides. It records every request. Without a handler
/// the calls stay open until the test answers them.
class FakeHttp final : public http::HttpClient
{
public:
    using Answer = Result<http::HttpResponse>;
    using Handler = std::function<Answer(const http::HttpRequest&)>;

    FakeHttp() = default;
    explicit FakeHttp(Handler handler)
        : m_handler(std::move(handler))
    {}

    void setHandler(Handler handler) { m_handler = std::move(handler); }

    [[nodiscard]] QFuture<Answer> send(http::HttpRequest request, std::stop_token stop) override
    {
        requests.push_back(request);
        http::Deferred<http::HttpResponse> deferred;
        stops.push_back(stop);
        if (m_handler)
            deferred.settle(m_handler(request));
        else
            open.push_back(deferred);
        return deferred.future();
    }

    /// Answers the oldest open call.
    void answer(Answer result)
    {
        const http::Deferred<http::HttpResponse> deferred = open.front();
        open.pop_front();
        deferred.settle(std::move(result));
    }

    std::vector<http::HttpRequest> requests;
    std::vector<std::stop_token> stops;
    std::deque<http::Deferred<http::HttpResponse>> open;

private:
    Handler m_handler;
};

inline http::HttpResponse response(int status, std::string body = {}, http::Headers headers = {})
{
    return {status, std::move(headers), std::move(body), 1};
}

inline tl::unexpected<Error> networkFailure()
{
    return fail(Error::Kind::Network, "cut");
}

} // namespace gatehouse::test
