// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/upstream/faultyendpoint.h"

#include "core/local/gateway/jsontext.h"

#include <chrono>
#include <utility>

namespace gatehouse::local {

namespace {

/// Breaks off after so many bytes.
class CutStream final : public UpstreamStream
{
public:
    CutStream(std::unique_ptr<UpstreamStream> inner, std::size_t bytes)
        : m_inner(std::move(inner))
        , m_left(bytes)
    {}
    [[nodiscard]] Read read(std::string& chunk) override
    {
        if (m_left == 0)
            return Read::Cut;
        const Read read = m_inner->read(chunk);
        if (read == Read::Data && chunk.size() > m_left)
            chunk.resize(m_left);
        m_left -= read == Read::Data ? chunk.size() : 0;
        return read;
    }

private:
    std::unique_ptr<UpstreamStream> m_inner;
    std::size_t m_left;
};

UpstreamAnswer cut(UpstreamAnswer answer, std::size_t bytes)
{
    if (answer.stream != nullptr) {
        answer.stream = std::make_unique<CutStream>(std::move(answer.stream), bytes);
    } else if (answer.status != 0 && answer.body.size() > bytes) {
        answer = UpstreamAnswer{};
        answer.failure = "the answer broke off";
    }
    return answer;
}

} // namespace

UpstreamAnswer errorAnswer(int status, int retryAfterSeconds)
{
    UpstreamAnswer answer;
    answer.status = status;
    answer.contentType = "application/json";
    std::string message = "The server had an error while processing the request.";
    if (status == 429)
        message = "Requests have exceeded the rate limit of this deployment.";
    if (retryAfterSeconds > 0) {
        answer.retryAfter = std::chrono::seconds(retryAfterSeconds);
        message += " Please retry after " + std::to_string(retryAfterSeconds) + " seconds.";
    }
    answer.body =
        errorJson(std::to_string(status), message, status == 429 ? "rate_limit_error" : "server_error");
    return answer;
}

FaultyEndpoint::FaultyEndpoint(std::string backend, std::shared_ptr<Endpoint> inner, FaultBoard& faults,
                               Sleeper& sleeper)
    : m_backend(std::move(backend))
    , m_inner(std::move(inner))
    , m_faults(faults)
    , m_sleeper(sleeper)
{}

UpstreamAnswer FaultyEndpoint::call(const UpstreamRequest& request)
{
    const auto fault = m_faults.draw(m_backend);
    if (!fault)
        return m_inner->call(request);
    const std::chrono::milliseconds latency(fault->latencyMs);
    if (request.limit && latency > *request.limit) {
        UpstreamAnswer answer;
        answer.failure = m_sleeper.sleep(*request.limit) ? "it took too long" : "the stack is ending";
        return answer;
    }
    if (fault->latencyMs > 0 && !m_sleeper.sleep(std::chrono::milliseconds(fault->latencyMs))) {
        UpstreamAnswer answer;
        answer.failure = "the stack is ending";
        return answer;
    }
    if (fault->down) {
        UpstreamAnswer answer;
        answer.failure = "the connection was refused";
        return answer;
    }
    if (fault->status != 0)
        return errorAnswer(fault->status, fault->retryAfter);
    if (fault->cutAfterBytes > 0)
        return cut(m_inner->call(request), static_cast<std::size_t>(fault->cutAfterBytes));
    return m_inner->call(request);
}

} // namespace gatehouse::local
