// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/gateway/balancer.h"
#include "core/gateway/quota/limitkeeper.h"
#include "core/local/gateway/credentials.h"
#include "core/local/gateway/endpoint.h"
#include "core/local/gateway/sleeper.h"
#include "core/local/http/router.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gatehouse::local {

class LogStore;
class ResourceStore;
class CircuitRecorder;

using HeaderList = std::vector<std::pair<std::string, std::string>>;

/// One call of the data plane, without its transport. Views live until handle() returns.
struct GatewayCall
{
    Operation operation = Operation::ChatCompletions;
    std::string_view deployment;
    std::string_view apiVersion;
    std::string_view body;
    Caller caller;
    HeaderList headers; ///< business tags (x-gh-*), user-agent; never a key or a token
    std::string callerIp;
    CredentialLookup credentials;
};

/// A streamed answer on its way to the client. One thread. Destroying it before Last counts as a client that
/// left.
class AnswerStream
{
public:
    enum class Step {
        More,
        Last, ///< chunk holds the last bytes; the log rows are committed
        Cut   ///< the backend hung up: end the client's stream as cut; the log rows are committed
    };

    AnswerStream() = default;
    AnswerStream(const AnswerStream&) = delete;
    AnswerStream& operator=(const AnswerStream&) = delete;
    virtual ~AnswerStream() = default;

    [[nodiscard]] virtual Step next(std::string& chunk) = 0;
};

struct GatewayAnswer
{
    int status = 200;
    std::string contentType = "application/json";
    HeaderList headers; ///< x-gh-*, x-ms-request-id, Retry-After
    std::string body;
    std::unique_ptr<AnswerStream> stream; ///< body is empty then
};

/// The truth of one choice among backends. For tests that hold Explain to it: nothing of it becomes a log
/// row.
struct SeenChoice
{
    std::string correlationId;
    std::string route;  ///< the rule that matched; "" where none did
    std::string target; ///< the pool or backend that the policies chose
    gateway::Choice choice;
};

struct GatewayOptions
{
    std::string region = "East US";                  ///< of this gateway instance, as its log rows say
    std::uint64_t seed = 1;                          ///< draws by weight
    std::function<std::string()> makeId;             ///< CorrelationIds; empty: random GUIDs
    std::function<void(const SeenChoice&)> observer; ///< empty but in tests; called by any thread
    bool waitForCommit = true; ///< false only while history is made: the maker waits once, at the end
};

/// What the gateway works with; all of it outlives the service.
struct GatewayParts
{
    const ResourceStore& resources;
    LogStore& logs;
    EndpointDirectory& endpoints;
    const Clock& clock;
    Sleeper& sleeper;
    TokenReader tokens = {}; ///< without one no token is good for validate-jwt
};

/// The gateway: a thin pipeline of parse → choose → attempt → record over the APIM resources as they are now.
/// Callers are authenticated before they come here. Any thread may call; a call blocks until its answer is
/// known and its log rows are committed (for a stream: until its first byte).
class GatewayService
{
public:
    GatewayService(const GatewayParts& parts, GatewayOptions options = {});
    GatewayService(const GatewayService&) = delete;
    GatewayService& operator=(const GatewayService&) = delete;
    ~GatewayService();

    [[nodiscard]] GatewayAnswer handle(const GatewayCall& call);
    /// A call that was turned away before its body was read (401, 403, 413): logged like every other.
    [[nodiscard]] GatewayAnswer refuse(const GatewayCall& call, int status, std::string_view code,
                                       std::string_view message);

    /// Prometheus text (names in INTERFACES).
    [[nodiscard]] std::string metrics() const;
    /// JSON: per backend its circuit's state, since when, why, until when, and its last transitions.
    [[nodiscard]] std::string status() const;
    /// The backends that exist now, by name.
    [[nodiscard]] std::vector<std::string> backendNames() const;
    /// The circuits' true transitions, for /status and for tests; no log row is made from it.
    [[nodiscard]] const CircuitRecorder& recorder() const;

    /// The quotas' counters, to be kept over a restart.
    [[nodiscard]] std::vector<gateway::SavedCounter> saveCounters() const;
    /// Before the first call.
    void restoreCounters(const std::vector<gateway::SavedCounter>& counters);

private:
    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

} // namespace gatehouse::local
