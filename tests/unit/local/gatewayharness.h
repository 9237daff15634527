// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/local/arm/resourcestore.h"
#include "core/local/arm/seed.h"
#include "core/local/gateway/circuit.h"
#include "core/local/gateway/gatewayservice.h"
#include "core/local/logs/logstore.h"
#include "tests/support/manualclock.h"

#include <QtCore/QTemporaryDir>

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace gatehouse::local::test {

using gatehouse::test::ManualClock;

/// Moves the clock instead of waiting, and remembers how long it would have waited.
class ManualSleeper final : public Sleeper
{
public:
    explicit ManualSleeper(ManualClock& clock)
        : m_clock(clock)
    {}
    bool sleep(std::chrono::nanoseconds span) override
    {
        waited.push_back(std::chrono::duration_cast<std::chrono::milliseconds>(span).count());
        m_clock.advance(span);
        return !stopped;
    }
    std::vector<std::int64_t> waited; ///< ms
    bool stopped = false;

private:
    ManualClock& m_clock;
};

/// A stream of given pieces; "!" stands for a cut.
class ScriptedStream final : public UpstreamStream
{
public:
    explicit ScriptedStream(std::vector<std::string> pieces)
        : m_pieces(pieces.begin(), pieces.end())
    {}
    [[nodiscard]] Read read(std::string& chunk) override
    {
        if (m_pieces.empty())
            return Read::End;
        chunk = m_pieces.front();
        m_pieces.pop_front();
        return chunk == "!" ? Read::Cut : Read::Data;
    }

private:
    std::deque<std::string> m_pieces;
};

/// What a scripted endpoint answers once.
struct Reply
{
    int status = 200;
    std::string body;
    int retryAfter = 0; ///< seconds
    int tookMs = 10;
    std::vector<std::string> stream; ///< not empty: a streamed answer

    static Reply failing(int code, int after = 0)
    {
        return {code, R"({"error":{"code":"x"}})", after, 10, {}};
    }
    static Reply streaming(std::vector<std::string> pieces) { return {200, {}, 0, 10, std::move(pieces)}; }
};

inline constexpr const char* ChatBody =
    R"({"id":"a","object":"chat.completion","model":"gpt-4o-2024-11-20","choices":[{"index":0,"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}],"usage":{"prompt_tokens":11,"completion_tokens":7,"total_tokens":18}})";
inline constexpr const char* ChatRequest = R"({"messages":[{"role":"user","content":"Hi there"}]})";
inline constexpr const char* StreamRequest =
    R"({"messages":[{"role":"user","content":"Hi there"}],"stream":true})";

/// Answers from a list, then for ever with a good chat completion.
class ScriptedEndpoint final : public Endpoint
{
public:
    explicit ScriptedEndpoint(ManualClock& clock)
        : m_clock(clock)
    {}
    [[nodiscard]] UpstreamAnswer call(const UpstreamRequest& request) override
    {
        ++calls;
        lastBody = request.body;
        lastQuery = request.query;
        lastHeaders = request.headers == nullptr ? HeaderList() : *request.headers;
        Reply reply{200, ChatBody, 0, 10, {}};
        if (!replies.empty()) {
            reply = replies.front();
            replies.pop_front();
        } else if (fallback) {
            reply = *fallback;
        }
        m_clock.advance(std::chrono::milliseconds(reply.tookMs));
        UpstreamAnswer answer;
        answer.status = reply.status;
        answer.failure = reply.status == 0 ? "the connection was refused" : "";
        answer.contentType = reply.stream.empty() ? "application/json" : "text/event-stream";
        answer.body = reply.body;
        if (reply.retryAfter > 0)
            answer.retryAfter = std::chrono::seconds(reply.retryAfter);
        if (!reply.stream.empty())
            answer.stream = std::make_unique<ScriptedStream>(reply.stream);
        return answer;
    }

    std::deque<Reply> replies;
    std::optional<Reply> fallback;
    int calls = 0;
    std::string lastBody;
    std::string lastQuery;
    HeaderList lastHeaders;

private:
    ManualClock& m_clock;
};

/// A gateway over the seeded resources, with scripted endpoints and a clock that stands still.
class GatewayHarness final : public EndpointDirectory
{
public:
    GatewayHarness()
        : sleeper(clock)
    {
        const std::string path = directory.path().toStdString();
        resources = *ResourceStore::open(path + "/resources.sqlite");
        seeded = seedResources(*resources);
        logs = *LogStore::open({path + "/logs.sqlite", identity(), std::chrono::hours(24 * 90), 4'000'000});
        gateway = std::make_unique<GatewayService>(GatewayParts{*resources, *logs, *this, clock, sleeper});
    }
    ~GatewayHarness() override = default;

    static WorkspaceIdentity identity()
    {
        return {std::string(seed::WorkspaceId),
                std::string(seed::WorkspaceName),
                workspaceResourceId(),
                "eastus",
                std::string(seed::SubscriptionId),
                apimResourceId(),
                resourceGroupId() + "/providers/Microsoft.ContainerService/managedClusters/aks-applications"};
    }

    [[nodiscard]] std::shared_ptr<Endpoint> endpointFor(const gateway::Backend& backend) override
    {
        return at(backend.name);
    }
    std::shared_ptr<ScriptedEndpoint> at(const std::string& backend)
    {
        auto& endpoint = m_endpoints[backend];
        if (endpoint == nullptr)
            endpoint = std::make_shared<ScriptedEndpoint>(clock);
        return endpoint;
    }
    std::shared_ptr<ScriptedEndpoint> east() { return at("aoai-eastus"); }
    std::shared_ptr<ScriptedEndpoint> west() { return at("aoai-westus"); }
    std::shared_ptr<ScriptedEndpoint> europe() { return at("aoai-westeurope"); }

    GatewayAnswer chat(std::string_view body = ChatRequest, std::string_view deployment = "gpt-4o")
    {
        GatewayCall call;
        call.deployment = deployment;
        call.apiVersion = "2024-10-21";
        call.body = body;
        call.caller.subscriptionId = "checkout-assistant";
        call.headers = {{"x-gh-application", "checkout"}};
        call.callerIp = "127.0.0.1";
        return gateway->handle(call);
    }

    /// All rows of a table, the wanted columns only.
    [[nodiscard]] Table rows(const std::string& table, const std::vector<std::string>& columns) const
    {
        const auto source = logs->find(table);
        Table all(table);
        for (const std::string& name : columns)
            for (const kql::SchemaColumn& column : source->schema())
                if (column.name == name)
                    all.addColumn(column.name, column.type);
        for (const auto& chunk : source->scan(std::nullopt, columns))
            for (std::size_t row = 0; row < chunk->rowCount(); ++row)
                for (std::size_t i = 0; i < all.columnCount(); ++i)
                    all.column(i).appendFrom(*chunk->find(all.column(i).name()), row);
        return all;
    }
    /// The column of a table as text, one value a row.
    [[nodiscard]] std::vector<std::string> column(const std::string& table, const std::string& name) const
    {
        const Table all = rows(table, {name});
        std::vector<std::string> values;
        for (std::size_t row = 0; row < all.rowCount(); ++row)
            values.push_back(all.column(0).displayAt(row));
        return values;
    }

    QTemporaryDir directory;
    ManualClock clock;
    ManualSleeper sleeper;
    Status seeded;
    std::unique_ptr<ResourceStore> resources;
    std::unique_ptr<LogStore> logs;
    std::unique_ptr<GatewayService> gateway;

private:
    std::map<std::string, std::shared_ptr<ScriptedEndpoint>> m_endpoints;
};

/// The value of an answer's header; "" when it is not there.
inline std::string headerOf(const GatewayAnswer& answer, const std::string& name)
{
    for (const auto& [key, value] : answer.headers)
        if (key == name)
            return value;
    return {};
}

} // namespace gatehouse::local::test
