// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/upstream/httpendpoint.h"

#include "core/base/json.h"
#include "core/local/upstream/httpresponse.h"

#include <utility>

namespace gatehouse::local {

namespace {

constexpr std::size_t MaxAnswerBytes = 64U << 20U;

UpstreamAnswer noAnswer(std::string_view why)
{
    UpstreamAnswer answer;
    answer.failure = why;
    return answer;
}

/// A connection on loan from its pool.
class Loan
{
public:
    Loan(std::shared_ptr<HttpPool> pool, std::unique_ptr<HttpConnection> connection)
        : m_pool(std::move(pool))
        , m_connection(std::move(connection))
        , m_reader(std::make_unique<HttpResponseReader>(*m_connection))
    {}
    Loan(Loan&&) = default;
    Loan& operator=(Loan&&) = delete;
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;
    ~Loan()
    {
        if (m_connection == nullptr)
            return;
        if (m_reader->reusable())
            m_pool->giveBack(std::move(m_connection));
        else
            m_pool->forget(std::move(m_connection));
    }
    [[nodiscard]] HttpConnection& connection() { return *m_connection; }
    [[nodiscard]] HttpResponseReader& reader() { return *m_reader; }

private:
    std::shared_ptr<HttpPool> m_pool;
    std::unique_ptr<HttpConnection> m_connection;
    std::unique_ptr<HttpResponseReader> m_reader;
};

class HttpStream final : public UpstreamStream
{
public:
    explicit HttpStream(Loan loan)
        : m_loan(std::move(loan))
    {}
    [[nodiscard]] Read read(std::string& chunk) override
    {
        chunk.clear();
        switch (m_loan.reader().readPiece(chunk)) {
        case HttpResponseReader::Read::Data:
            return Read::Data;
        case HttpResponseReader::Read::End:
            return Read::End;
        case HttpResponseReader::Read::Failed:
            break;
        }
        return Read::Cut;
    }

private:
    Loan m_loan;
};

std::string withModel(std::string_view body, const std::string& model)
{
    auto json = parseJson(body);
    if (!json || !json->is_object())
        return std::string(body);
    (*json)["model"] = model;
    return dumpJson(*json);
}

} // namespace

HttpEndpoint::HttpEndpoint(HttpEndpointSettings settings)
    : m_settings(std::move(settings))
    , m_pool(std::make_shared<HttpPool>(m_settings.target))
{
    const HttpTarget& target = m_settings.target;
    const bool usual = target.port == (target.tls ? 443 : 80);
    m_headers = " HTTP/1.1\r\nHost: " + target.host + (usual ? "" : ":" + std::to_string(target.port)) +
                "\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\n";
    if (!m_settings.apiKey.empty())
        m_headers +=
            "api-key: " + m_settings.apiKey + "\r\nAuthorization: Bearer " + m_settings.apiKey + "\r\n";
}

std::string HttpEndpoint::render(const UpstreamRequest& request) const
{
    const std::string replaced =
        m_settings.model.empty() ? std::string() : withModel(request.body, m_settings.model);
    const std::string_view body = m_settings.model.empty() ? request.body : std::string_view(replaced);
    std::string text;
    text.reserve(512 + m_headers.size() + body.size());
    text.append("POST ").append(m_settings.target.path);
    if (m_settings.openAiPaths) {
        text.append("/").append(pathOf(request.operation));
    } else {
        text.append("/deployments/").append(request.deployment).append("/").append(pathOf(request.operation));
        if (!request.query.empty())
            text.append("?").append(request.query);
    }
    text.append(m_headers).append("x-ms-client-request-id: ").append(request.correlationId);
    if (request.headers != nullptr) {
        for (const auto& [name, value] : *request.headers)
            text.append("\r\n").append(name).append(": ").append(value);
    }
    text.append("\r\nContent-Length: ").append(std::to_string(body.size())).append("\r\n\r\n").append(body);
    return text;
}

UpstreamAnswer HttpEndpoint::call(const UpstreamRequest& request)
{
    const std::string text = render(request);
    for (bool fresh = false;; fresh = true) {
        HttpPool::Taken taken = m_pool->take(fresh);
        if (taken.connection == nullptr)
            return noAnswer(taken.failure);
        const bool reused = taken.reused;
        Loan loan(m_pool, std::move(taken.connection));
        if (request.limit)
            loan.connection().setReadLimit(request.limit);
        if (!loan.connection().writeAll(text) || !loan.reader().readHead()) {
            // A kept-alive connection that the server has closed meanwhile: the request never reached it.
            if (reused && !loan.reader().anyBytes() && !request.limit)
                continue;
            return noAnswer("the connection broke off");
        }
        const HttpHead& head = loan.reader().head();
        if (request.limit)
            loan.connection().setReadLimit(std::nullopt);
        UpstreamAnswer answer;
        answer.status = head.status;
        answer.contentType = head.contentType;
        answer.retryAfter = head.retryAfter;
        if (request.stream && head.status == 200 && head.contentType.starts_with("text/event-stream")) {
            answer.stream = std::make_unique<HttpStream>(std::move(loan));
            return answer;
        }
        if (!loan.reader().readAll(answer.body, MaxAnswerBytes))
            return noAnswer("the answer broke off");
        return answer;
    }
}

void HttpEndpoint::interrupt()
{
    m_pool->interrupt();
}

} // namespace gatehouse::local
