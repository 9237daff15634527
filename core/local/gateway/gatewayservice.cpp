// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/gateway/gatewayservice.h"

#include "core/base/encoding.h"
#include "core/gateway/routing/rules.h"
#include "core/local/arm/seed.h"
#include "core/local/gateway/answerfacts.h"
#include "core/local/gateway/attempts.h"
#include "core/local/gateway/circuit.h"
#include "core/local/gateway/draw.h"
#include "core/local/gateway/jsontext.h"
#include "core/local/gateway/metrics.h"
#include "core/local/gateway/modelrequest.h"
#include "core/local/gateway/policy/requestcontext.h"
#include "core/local/gateway/policy/run.h"
#include "core/local/gateway/relaystream.h"
#include "core/local/gateway/requestrecord.h"
#include "core/local/gateway/status.h"
#include "core/local/gateway/topology.h"

#include <atomic>

namespace gatehouse::local {

namespace {

/// Of what a caller writes into the path and the query.
constexpr std::size_t MaxLoggedName = 128;

std::string retryAfterSeconds(gateway::Millis span)
{
    return std::to_string(std::max<std::int64_t>((span.count() + 999) / 1000, 1));
}

/// An answer that the gateway makes itself.
struct OwnAnswer
{
    int status = 500;
    std::string_view code;
    std::string message;
    std::string_view type = "invalid_request_error";
    std::string param;
    LastError error;
    std::optional<gateway::Millis> retryAfter;
};

OwnAnswer refused(const Error& error)
{
    return {400,
            "invalid_request",
            error.message,
            "invalid_request_error",
            error.serviceCode,
            {"InvalidRequest", error.message, "validate-content", "inbound"},
            std::nullopt};
}

OwnAnswer noApiVersion()
{
    return {404,
            "404",
            "Resource not found: the query has no api-version.",
            "invalid_request_error",
            "api-version",
            {"OperationNotFound", "The request has no api-version.", "configuration", "inbound"},
            std::nullopt};
}

OwnAnswer noDeployment(std::string_view name)
{
    return {404,
            "DeploymentNotFound",
            "The API deployment for this resource does not exist. If you created it within the last 5 "
            "minutes, wait a "
            "moment and try again.",
            "invalid_request_error",
            {},
            {"DeploymentNotFound", "There is no deployment “" + std::string(name.substr(0, 64)) + "”.",
             "set-backend-service", "inbound"},
            std::nullopt};
}

OwnAnswer noBackend(gateway::Millis retryAfter, bool hasMembers)
{
    OwnAnswer answer;
    answer.status = 503;
    answer.code = "ServiceUnavailable";
    answer.type = "server_error";
    if (!hasMembers) {
        answer.message = "No backend serves this deployment.";
        answer.error = {"PoolIsInactive", "No member of the pool has this deployment.", "set-backend-service",
                        "backend"};
        return answer;
    }
    answer.message = "All backends are out of service for now. Try again after " +
                     retryAfterSeconds(retryAfter) + " seconds.";
    answer.error = {"PoolIsInactive", "The circuits of all backends are open.", "set-backend-service",
                    "backend"};
    answer.retryAfter = retryAfter;
    return answer;
}

OwnAnswer noAnswer(const UpstreamAnswer& upstream)
{
    return {502,
            "BackendConnectionFailure",
            "The model endpoint could not be reached.",
            "server_error",
            {},
            {"BackendConnectionFailure", "The backend gave no answer: " + upstream.failure + ".",
             "forward-request", "backend"},
            std::nullopt};
}

OwnAnswer stopping()
{
    return {503,
            "ServiceUnavailable",
            "The gateway is shutting down.",
            "server_error",
            {},
            {"GatewayStopping", "The gateway is shutting down.", "configuration", "backend"},
            gateway::Millis(1'000)};
}

OwnAnswer policyFailed(std::string message)
{
    return {500,
            "InternalServerError",
            "A policy of the gateway could not be worked out. Its administrator finds the reason in the log.",
            "server_error",
            {},
            {"ExpressionValueEvaluationFailure", std::move(message), "policy", "inbound"},
            std::nullopt};
}

OwnAnswer overLimit(PolicyRefusal told, const gateway::LimitRefusal& refusal)
{
    OwnAnswer answer;
    answer.status = refusal.status;
    answer.code = refusal.status == 403 ? "403" : "429";
    answer.type = refusal.status == 403 ? "insufficient_quota" : "rate_limit_exceeded";
    answer.message = told.message;
    answer.error = {told.reason, std::move(told.message), told.source, "inbound"};
    if (refusal.retryAfter)
        answer.retryAfter = std::chrono::seconds(gateway::retryAfterSeconds(*refusal.retryAfter));
    return answer;
}

/// The rule that chose, where one has said so; else what was chosen.
std::string routeOf(const PolicyOutcome& policy, const std::string& target)
{
    const auto rule = policy.variables.find(gateway::RouteVariable);
    const auto* name = rule == policy.variables.end() ? nullptr : std::get_if<std::string>(&rule->second);
    return name == nullptr || name->empty() || *name == gateway::DefaultRoute ? target : *name;
}

GatewayAnswer notLogged(const RequestRecord& record)
{
    GatewayAnswer answer;
    answer.status = 503;
    answer.headers = answerHeaders(record);
    answer.headers.emplace_back("Retry-After", "5");
    answer.body =
        errorJson("LogStoreUnavailable",
                  "The gateway cannot write its log, so it gives no answer that would go unrecorded. "
                  "Free some disk space.",
                  "server_error");
    return answer;
}

} // namespace

struct GatewayService::Parts
{
    Parts(const GatewayParts& given, GatewayOptions chosen)
        : with(given)
        , options(std::move(chosen))
        , topology(given.resources, given.endpoints, recorder, given.clock)
        , requests(given.logs, metrics, given.clock, options)
        , random(options.seed)
    {}

    RequestRecord begin(const GatewayCall& call);
    /// Runs the inbound policies; an answer where they end the call.
    std::optional<OwnAnswer> inbound(RequestRecord& record, const ModelRequest& request);
    GatewayAnswer forward(RequestRecord record, const GatewayCall& call, const ModelRequest& request);
    GatewayAnswer own(RequestRecord record, OwnAnswer answer);
    GatewayAnswer plain(RequestRecord record, AttemptResult result, const ModelRequest& request);
    GatewayAnswer streamed(RequestRecord record, AttemptResult result, const ModelRequest& request);
    double draw();

    GatewayParts with;
    GatewayOptions options;
    CircuitRecorder recorder;
    GatewayMetrics metrics;
    TopologyKeeper topology;
    RequestRecorder requests;
    gateway::LimitKeeper limits;
    std::atomic<std::uint64_t> random;
};

/// Lock-free: every caller takes its own step of the sequence.
double GatewayService::Parts::draw()
{
    std::uint64_t state = random.fetch_add(0x9e3779b97f4a7c15U, std::memory_order_relaxed);
    return nextUnit(state);
}

RequestRecord GatewayService::Parts::begin(const GatewayCall& call)
{
    RequestRecord record;
    record.start = with.clock.now();
    record.began = with.clock.monotonic();
    record.correlationId = options.makeId ? options.makeId() : randomGuid();
    record.operation = call.operation;
    record.deployment = call.deployment.substr(0, MaxLoggedName);
    record.apiVersion = call.apiVersion.substr(0, MaxLoggedName);
    record.apimSubscriptionId = call.caller.subscriptionId;
    record.userId = call.caller.objectId;
    record.callerIp = call.callerIp;
    record.headers = call.headers;
    record.requestBytes = call.body.size();
    record.topology = topology.current();
    record.route = record.topology->route;
    return record;
}

std::optional<OwnAnswer> GatewayService::Parts::inbound(RequestRecord& record, const ModelRequest& request)
{
    const Topology& topology = *record.topology;
    if (!topology.policies.problem.empty())
        return policyFailed(topology.policies.problem);
    const auto subscription = topology.subscriptions.find(record.apimSubscriptionId);
    const std::string& product =
        subscription == topology.subscriptions.end() ? std::string() : subscription->second.product;
    auto outcome =
        runPolicies(topology.policies.blockFor(product, record.operation), contextOf(record, options.region),
                    {request.estimatedPromptTokens, request.maxOutputTokens});
    if (!outcome)
        return policyFailed(outcome.error().message);
    record.policy = std::make_unique<const PolicyOutcome>(std::move(*outcome));
    gateway::LimitAdmission admission = limits.admit(gateway::Instant::of(with.clock), record.policy->limits);
    record.limitHeaders = remainingHeaders(*record.policy, admission.remaining);
    if (!admission.allowed)
        return overLimit(refusalOf(*record.policy, admission.refusal), admission.refusal);
    record.reservation = std::move(admission.reservation);
    return std::nullopt;
}

GatewayAnswer GatewayService::Parts::own(RequestRecord record, OwnAnswer own)
{
    GatewayAnswer answer;
    answer.status = own.status;
    answer.body = errorJson(own.code, own.message, own.type, own.param);
    record.status = own.status;
    record.error = std::move(own.error);
    record.responseBytes = answer.body.size();
    answer.headers = answerHeaders(record);
    if (own.retryAfter)
        answer.headers.emplace_back("Retry-After", retryAfterSeconds(*own.retryAfter));
    if (!requests.finish(record))
        return notLogged(record);
    return answer;
}

GatewayAnswer GatewayService::Parts::plain(RequestRecord record, AttemptResult result,
                                           const ModelRequest& request)
{
    UpstreamAnswer& upstream = result.answer;
    record.status = upstream.status;
    record.responseBytes = upstream.body.size();
    if (upstream.status >= 200 && upstream.status < 300) {
        const AnswerFacts facts =
            readAnswerFacts(record.operation, upstream.body, request.estimatedPromptTokens);
        record.tokenSource = facts.source;
        record.usage = facts.usage;
    } else {
        record.error = {"BackendError", "The backend answered " + std::to_string(upstream.status) + ".",
                        "forward-request", "backend"};
    }
    GatewayAnswer answer;
    answer.status = upstream.status;
    answer.contentType = upstream.contentType.empty() ? "application/json" : std::move(upstream.contentType);
    answer.headers = answerHeaders(record);
    if (upstream.retryAfter)
        answer.headers.emplace_back("Retry-After", retryAfterSeconds(*upstream.retryAfter));
    if (!requests.finish(record))
        return notLogged(record);
    answer.body = std::move(upstream.body);
    return answer;
}

GatewayAnswer GatewayService::Parts::streamed(RequestRecord record, AttemptResult result,
                                              const ModelRequest& request)
{
    record.status = result.answer.status;
    GatewayAnswer answer;
    answer.status = record.status;
    answer.contentType =
        result.answer.contentType.empty() ? "text/event-stream" : std::move(result.answer.contentType);
    answer.headers = answerHeaders(record);
    answer.stream = std::make_unique<RelayStream>(std::move(record), std::move(result.answer.stream),
                                                  std::move(result.firstChunk), request.estimatedPromptTokens,
                                                  requests, with.clock);
    return answer;
}

GatewayAnswer GatewayService::Parts::forward(RequestRecord record, const GatewayCall& call,
                                             const ModelRequest& request)
{
    static const gateway::Pool nobody;
    const PolicyOutcome& policy = *record.policy;
    if (!policy.deployment.empty())
        record.deployment = policy.deployment.substr(0, MaxLoggedName);
    const auto deployment = record.topology->deployments.find(record.deployment);
    if (deployment == record.topology->deployments.end())
        return own(std::move(record), noDeployment(record.deployment));
    record.model = deployment->second.model;
    const std::string target = policy.backendId.empty() ? std::string(seed::PoolName) : policy.backendId;
    record.route = routeOf(policy, target);
    const auto found = deployment->second.pools.find(target);
    const gateway::Pool& pool = found == deployment->second.pools.end() ? nobody : found->second;

    AttemptLoop loop(*record.topology, pool, with.clock, with.sleeper, draw());
    // Of the caller's query only this goes on: a key may travel in the rest.
    const std::string query = "api-version=" + percentEncode(record.apiVersion);
    AttemptResult result =
        loop.run({call.operation, record.deployment, query, call.body, record.correlationId, request.stream});
    record.attempts = std::move(result.attempts);
    if (result.end == AttemptResult::End::Stopped)
        return own(std::move(record), stopping());
    if (result.end == AttemptResult::End::Unavailable)
        return own(std::move(record), noBackend(result.retryAfter, !pool.members.empty()));
    if (result.answer.status == 0)
        return own(std::move(record), noAnswer(result.answer));
    if (result.answer.stream != nullptr)
        return streamed(std::move(record), std::move(result), request);
    return plain(std::move(record), std::move(result), request);
}

GatewayService::GatewayService(const GatewayParts& parts, GatewayOptions options)
    : m_parts(std::make_unique<Parts>(parts, std::move(options)))
{}

GatewayService::~GatewayService() = default;

GatewayAnswer GatewayService::handle(const GatewayCall& call)
{
    RequestRecord record = m_parts->begin(call);
    const auto found = record.topology->deployments.find(call.deployment);
    record.deploymentKnown = found != record.topology->deployments.end();
    if (record.deploymentKnown)
        record.model = found->second.model;
    if (call.apiVersion.empty())
        return m_parts->own(std::move(record), noApiVersion());
    if (!record.deploymentKnown)
        return m_parts->own(std::move(record), noDeployment(call.deployment));
    const auto request = readModelRequest(call.operation, call.body);
    if (!request)
        return m_parts->own(std::move(record), refused(request.error()));
    record.stream = request->stream;
    if (auto ended = m_parts->inbound(record, *request))
        return m_parts->own(std::move(record), std::move(*ended));
    return m_parts->forward(std::move(record), call, *request);
}

GatewayAnswer GatewayService::refuse(const GatewayCall& call, int status, std::string_view code,
                                     std::string_view message)
{
    RequestRecord record = m_parts->begin(call);
    OwnAnswer answer;
    answer.status = status;
    answer.code = code;
    answer.message = message;
    answer.error = {status == 413 ? "RequestTooLarge" : "Unauthorized", std::string(message),
                    status == 413 ? "configuration" : "validate-jwt", "inbound"};
    return m_parts->own(std::move(record), std::move(answer));
}

std::string GatewayService::metrics() const
{
    return m_parts->metrics.text() + circuitMetrics(*m_parts->topology.current());
}

std::string GatewayService::status() const
{
    return statusJson(*m_parts->topology.current(), m_parts->recorder, m_parts->options.region,
                      m_parts->with.clock.now());
}

std::vector<std::string> GatewayService::backendNames() const
{
    std::vector<std::string> names;
    for (const auto& [name, backend] : m_parts->topology.current()->backends)
        names.push_back(name);
    return names;
}

const CircuitRecorder& GatewayService::recorder() const
{
    return m_parts->recorder;
}

} // namespace gatehouse::local
