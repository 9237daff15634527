// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/gateway/requestrecord.h"

#include "core/local/arm/seed.h"
#include "core/local/gateway/jsontext.h"
#include "core/local/gateway/metrics.h"
#include "core/local/gateway/policy/requestcontext.h"
#include "core/local/gateway/topology.h"
#include "core/local/logs/logstore.h"

namespace gatehouse::local {

namespace {

constexpr std::string_view RoleName = "apim-gatehouse";

std::int64_t milliseconds(std::chrono::nanoseconds span)
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(span).count();
}

std::string_view backendOf(const RequestRecord& record)
{
    return record.attempts.empty() ? std::string_view{}
                                   : std::string_view(record.attempts.back().backend->backend.name);
}

std::string_view productOf(const RequestRecord& record)
{
    const auto found = record.topology->subscriptions.find(record.apimSubscriptionId);
    return found == record.topology->subscriptions.end() ? std::string_view{}
                                                         : std::string_view(found->second.product);
}

std::string requestHeadersJson(const RequestRecord& record)
{
    std::string json = "{";
    for (const auto& [name, value] : record.headers)
        appendMember(json, name, value);
    json += '}';
    return json;
}

std::string responseHeadersJson(const RequestRecord& record)
{
    std::string json = "{";
    appendMember(json, "x-gh-attempts", std::to_string(record.attempts.size()));
    appendMember(json, "x-gh-backend", backendOf(record));
    appendMember(json, "x-gh-route", record.route);
    appendMember(json, "x-gh-token-source", toString(record.tokenSource));
    json += '}';
    return json;
}

std::string attemptProperties(const RequestRecord& record, std::size_t index)
{
    const Attempt& attempt = record.attempts[index];
    std::string json = "{";
    appendMember(json, "attempt", std::to_string(index + 1));
    appendMember(json, "deployment", record.deployment);
    if (attempt.retryAfter)
        appendMember(json, "retryAfter", std::to_string((attempt.retryAfter->count() + 999) / 1000));
    if (attempt.cut) {
        appendMember(json, "cutAfterStatus", std::to_string(attempt.status));
        const std::chrono::duration<double, std::milli> firstByte = attempt.firstByte;
        appendMember(json, "firstByteMs", std::to_string(firstByte.count()));
    }
    if (!attempt.failure.empty())
        appendMember(json, "failure", attempt.failure);
    json += '}';
    return json;
}

/// The parts of the rows that several of them share.
struct Shared
{
    std::string path;
    std::string operationName;
};

void addAttempt(RowBatch& batch, const RequestRecord& record, std::size_t index, const Shared& shared)
{
    const Attempt& attempt = record.attempts[index];
    const std::string id = record.correlationId.substr(0, 8) + "-" + std::to_string(index + 1);
    // A stream that broke off counts for its circuit as a failure, so its row must say so.
    const std::string code = attempt.cut ? "0" : std::to_string(attempt.status);
    const std::string url = attempt.backend->backend.url + shared.path;
    const std::string properties = attemptProperties(record, index);
    DependencyRow row;
    row.time = attempt.start;
    row.operationId = record.correlationId;
    row.id = id;
    row.target = attempt.backend->backend.name;
    row.name = shared.operationName;
    row.data = url;
    row.operationName = operationIdOf(record.operation);
    row.roleName = RoleName;
    row.resultCode = code;
    row.properties = properties;
    row.durationMs = std::chrono::duration<double, std::milli>(attempt.duration).count();
    row.success = !attempt.cut && attempt.status >= 200 && attempt.status < 400;
    batch.add(row);
}

void addGatewayRow(RowBatch& batch, const RequestRecord& record, std::chrono::nanoseconds total,
                   std::string_view region, const Shared& shared)
{
    const std::string requestHeaders = requestHeadersJson(record);
    const std::string responseHeaders = responseHeadersJson(record);
    const std::string url = "/openai/deployments/" + record.asked + "/" +
                            std::string(pathOf(record.operation)) + "?api-version=" + record.apiVersion;
    GatewayRow row;
    row.time = record.start;
    row.correlationId = record.correlationId;
    row.apiId = seed::ApiId;
    row.apimSubscriptionId = record.apimSubscriptionId;
    row.productId = productOf(record);
    row.userId = record.userId;
    row.method = "POST";
    row.url = url;
    row.operationId = operationIdOf(record.operation);
    row.region = region;
    row.callerIp = record.callerIp;
    row.requestHeaders = requestHeaders;
    row.responseHeaders = responseHeaders;
    row.lastErrorReason = record.error.reason;
    row.lastErrorMessage = record.error.message;
    row.lastErrorSource = record.error.source;
    row.lastErrorSection = record.error.section;
    row.responseCode = record.status;
    std::chrono::nanoseconds backendTime = record.streamed;
    for (const Attempt& attempt : record.attempts)
        backendTime += attempt.duration;
    std::string backendUrl;
    if (!record.attempts.empty()) {
        const Attempt& last = record.attempts.back();
        backendUrl = last.backend->backend.url + shared.path;
        row.backendId = last.backend->backend.name;
        row.backendUrl = backendUrl;
        if (last.status != 0)
            row.backendResponseCode = last.status;
    }
    row.totalMs = milliseconds(total);
    row.backendMs = milliseconds(backendTime);
    row.requestBytes = static_cast<std::int64_t>(record.requestBytes);
    row.responseBytes = static_cast<std::int64_t>(record.responseBytes);
    batch.add(row);
}

void addLlmRow(RowBatch& batch, const RequestRecord& record, std::string_view region)
{
    LlmRow row;
    row.time = record.start;
    row.correlationId = record.correlationId;
    row.requestId = record.correlationId;
    row.region = region;
    row.apiVersion = record.apiVersion;
    row.deployment = record.deployment;
    row.model = record.model;
    row.stream = record.stream;
    if (record.tokenSource != TokenSource::Unknown) {
        row.promptTokens = record.usage.prompt;
        row.completionTokens = record.usage.completion;
        row.totalTokens = record.usage.total;
    }
    batch.add(row);
}

} // namespace

RequestRecorder::RequestRecorder(LogStore& logs, GatewayMetrics& metrics, const Clock& clock,
                                 const GatewayOptions& options)
    : m_logs(logs)
    , m_metrics(metrics)
    , m_clock(clock)
    , m_options(options)
{}

void RequestRecorder::settle(RequestRecord& record) const
{
    if (!record.reservation.holds())
        return;
    gateway::LimitUsage used;
    used.tokens = record.usage.total;
    used.bytes = static_cast<std::int64_t>(record.requestBytes + record.responseBytes);
    record.reservation.settle(gateway::Instant::of(m_clock), used,
                              uncountedLimits(*record.policy, contextOf(record, m_options.region)));
}

Status RequestRecorder::finish(RequestRecord& record)
{
    settle(record);
    const std::chrono::nanoseconds total = m_clock.monotonic() - record.began;
    Shared shared;
    shared.path = "/deployments/" + record.deployment + "/";
    shared.path += pathOf(record.operation);
    shared.operationName = "POST " + shared.path;
    RowBatch batch;
    addGatewayRow(batch, record, total, m_options.region, shared);
    addLlmRow(batch, record, m_options.region);
    for (std::size_t i = 0; i < record.attempts.size(); ++i)
        addAttempt(batch, record, i, shared);
    const LogStore::Ticket ticket = m_logs.append(batch);

    for (const Attempt& attempt : record.attempts)
        m_metrics.countAttempt(attempt.backend->backend.name);
    MeasuredRequest measured;
    measured.backend = backendOf(record);
    measured.deployment = record.deploymentKnown ? std::string_view(record.deployment) : std::string_view{};
    measured.service = record.apimSubscriptionId;
    measured.code = record.status;
    measured.promptTokens = record.usage.prompt;
    measured.completionTokens = record.usage.completion;
    measured.duration = total;
    m_metrics.count(measured);
    return m_options.waitForCommit ? m_logs.wait(ticket) : Status{};
}

std::string_view operationIdOf(Operation operation)
{
    return operation == Operation::ChatCompletions ? "ChatCompletions_Create" : "Embeddings_Create";
}

HeaderList answerHeaders(const RequestRecord& record)
{
    const std::string_view backend = backendOf(record);
    HeaderList headers = {{"x-gh-backend", backend.empty() ? "none" : std::string(backend)},
                          {"x-gh-attempts", std::to_string(record.attempts.size())},
                          {"x-gh-route", record.route.empty() ? "none" : record.route},
                          {"x-ms-request-id", record.correlationId}};
    headers.insert(headers.end(), record.limitHeaders.begin(), record.limitHeaders.end());
    return headers;
}

} // namespace gatehouse::local
