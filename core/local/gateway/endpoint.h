// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/backend.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gatehouse::local {

enum class Operation { ChatCompletions, Embeddings };
/// "chat/completions", "embeddings"
[[nodiscard]] std::string_view pathOf(Operation operation);

/// What the gateway sends to an endpoint. Views live until call() returns.
struct UpstreamRequest
{
    Operation operation = Operation::ChatCompletions;
    std::string_view deployment;
    std::string_view query; ///< encoded: "api-version=2024-10-21"
    std::string_view body;
    std::string_view correlationId;
    bool stream = false;
    /// What a policy adds to the request's headers; none of those that sign in.
    const std::vector<std::pair<std::string, std::string>>* headers = nullptr;
    std::optional<std::chrono::milliseconds>
        limit; ///< of the time until the answer (a stream: its first byte)
};

/// The body of a streamed answer. One thread. Destroying it before its end hangs up.
class UpstreamStream
{
public:
    enum class Read { Data, End, Cut };

    UpstreamStream() = default;
    UpstreamStream(const UpstreamStream&) = delete;
    UpstreamStream& operator=(const UpstreamStream&) = delete;
    virtual ~UpstreamStream() = default;

    /// Waits for the next bytes and puts them in chunk (replacing what is there).
    [[nodiscard]] virtual Read read(std::string& chunk) = 0;
};

struct UpstreamAnswer
{
    int status = 0;      ///< 0: no answer (refused, timed out, cut before its end)
    std::string failure; ///< why there was no answer, in a few words; no URL
    std::optional<std::chrono::milliseconds> retryAfter;
    std::string contentType;
    std::string body;
    std::unique_ptr<UpstreamStream> stream; ///< set for a streamed 200; body is then empty
};

/// A model endpoint behind a backend: simulated in the process, or reached over HTTP. Any thread may call.
class Endpoint
{
public:
    Endpoint() = default;
    Endpoint(const Endpoint&) = delete;
    Endpoint& operator=(const Endpoint&) = delete;
    virtual ~Endpoint() = default;

    /// Blocks until the answer is in (for a stream: until its headers are). Never throws.
    [[nodiscard]] virtual UpstreamAnswer call(const UpstreamRequest& request) = 0;
};

/// Finds the endpoint that a backend points to. Any thread may call.
class EndpointDirectory
{
public:
    EndpointDirectory() = default;
    EndpointDirectory(const EndpointDirectory&) = delete;
    EndpointDirectory& operator=(const EndpointDirectory&) = delete;
    virtual ~EndpointDirectory() = default;

    /// Never null: a backend that points nowhere gets an endpoint that never answers.
    [[nodiscard]] virtual std::shared_ptr<Endpoint> endpointFor(const gateway::Backend& backend) = 0;
    /// The stack ends: calls in flight come back at once without an answer, and no new ones are made.
    virtual void interrupt() {}
};

} // namespace gatehouse::local
