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
#include "core/local/gateway/keyredactor.h"
#include "core/local/gateway/metrics.h"
#include "core/local/gateway/modelrequest.h"
#include "core/local/gateway/ownanswer.h"
#include "core/local/gateway/policy/requestcontext.h"
#include "core/local/gateway/policy/run.h"
#include "core/local/gateway/relaystream.h"
#include "core/local/gateway/requestrecord.h"
#include "core/local/gateway/status.h"
#include "core/local/gateway/topology.h"

#include <algorithm>
#include <atomic>

namespace gatehouse::local {

namespace {

/// Of what a caller writes into the path and the query.
constexpr std::size_t MaxLoggedName = 128;

/// The rule that chose, where one has said so.
std::string ruleOf(const PolicyOutcome& policy)
{
    const auto rule = policy.variables.find(gateway::RouteVariable);
    const auto* name = rule == policy.variables.end() ? nullptr : std::get_if<std::string>(&rule->second);
    return name == nullptr || *name == gateway::DefaultRoute ? std::string() : *name;
}

std::string routeOf(const PolicyOutcome& policy, const std::string& target)
{
    std::string rule = ruleOf(policy);
    return rule.empty() ? target : rule;
}

/// The pool or backend that the policies chose.
std::string targetOf(const PolicyOutcome& policy)
{
    return policy.backendId.empty() ? std::string(seed::PoolName) : policy.backendId;
}

/// The members that can serve under a name that a policy sends calls to.
const gateway::Pool& poolOf(const DeploymentRoute& route, const std::string& target)
{
    static const gateway::Pool nobody;
    const auto found = route.pools.find(target);
    return found == route.pools.end() ? nobody : found->second;
}

/// Whether the backend section says no more than "forward": the gateway's own retry rule holds then.
bool forwardsPlainly(const PolicyBlock& backend)
{
    return std::ranges::all_of(backend, [](const PolicyStatement& statement) {
        const auto* forward = std::get_if<ForwardRequest>(&statement.what);
        return forward != nullptr && forward->plain;
    });
}

/// What set-header gives to the backend.
HeaderList headersFor(const PolicyOutcome& policy)
{
    HeaderList headers;
    for (const auto& [name, value] : policy.requestHeaders) {
        if (value)
            headers.emplace_back(name, *value);
    }
    return headers;
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
    /// Runs the inbound policies and asks the limits; an answer where they end the call. A token that is not
    /// good comes before everything else, then a body that is wrong.
    std::optional<OwnAnswer> inbound(RequestRecord& record, const GatewayCall& call,
                                     const Result<ModelRequest>& request);
    std::optional<OwnAnswer> admit(RequestRecord& record);
    GatewayAnswer forward(RequestRecord record, const GatewayCall& call, const ModelRequest& request);
    /// Runs the backend section; an answer where it makes one itself.
    std::optional<OwnAnswer> attempt(RequestRecord& record, UpstreamRequest upstream, AttemptResult& result);
    std::optional<OwnAnswer> attemptByPolicy(RequestRecord& record, UpstreamRequest upstream,
                                             AttemptLoop& loop);
    std::optional<OwnAnswer> outbound(RequestRecord& record);
    void onError(RequestRecord& record, OwnAnswer& answer);
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
    record.asked = record.deployment;
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

std::optional<OwnAnswer> GatewayService::Parts::inbound(RequestRecord& record, const GatewayCall& call,
                                                        const Result<ModelRequest>& request)
{
    const Topology& now = *record.topology;
    if (!now.policies.problem.empty())
        return policyFailed(now.policies.problem);
    const auto subscription = now.subscriptions.find(record.apimSubscriptionId);
    const std::string& product =
        subscription == now.subscriptions.end() ? std::string() : subscription->second.product;
    record.program = &now.policies.programFor(product, record.operation);
    record.policy = std::make_unique<PolicyOutcome>();
    PolicyRun run;
    run.context = contextOf(record, options.region);
    if (request)
        run.demand = {request->estimatedPromptTokens, request->maxOutputTokens};
    run.operation = record.operation;
    run.body = call.body;
    run.credentials = call.credentials;
    run.tokens = with.tokens;
    run.now = with.clock.now();
    const Status done = runSection(record.program->inbound, run, *record.policy);
    const auto& ending = record.policy->ending;
    if (ending && !ending->counts)
        return endedBy(*ending);
    if (!request)
        return refused(request.error());
    if (!done)
        return policyFailed(done.error().message);
    return admit(record);
}

std::optional<OwnAnswer> GatewayService::Parts::admit(RequestRecord& record)
{
    PolicyOutcome& policy = *record.policy;
    gateway::LimitAdmission admission = limits.admit(gateway::Instant::of(with.clock), policy.limits);
    record.limitHeaders = remainingHeaders(policy, admission.remaining);
    if (!admission.allowed)
        return overLimit(refusalOf(policy, admission.refusal), admission.refusal);
    record.reservation = std::move(admission.reservation);
    return policy.ending ? std::optional(endedBy(*policy.ending)) : std::nullopt;
}

std::optional<OwnAnswer> GatewayService::Parts::outbound(RequestRecord& record)
{
    if (record.program->outbound.empty())
        return std::nullopt;
    PolicyRun run;
    run.context = contextOf(record, options.region);
    if (const Status done = runSection(record.program->outbound, run, *record.policy); !done)
        return policyFailed(done.error().message);
    return record.policy->ending ? std::optional(endedBy(*record.policy->ending)) : std::nullopt;
}

void GatewayService::Parts::onError(RequestRecord& record, OwnAnswer& answer)
{
    if (record.program == nullptr || record.program->onError.empty() || answer.error.reason.empty())
        return;
    PolicyRun run;
    run.context = contextOf(record, options.region);
    run.context.responseStatus = answer.status;
    run.context.lastError = {std::string(answer.error.source), std::string(answer.error.reason),
                             answer.error.message};
    record.policy->ending.reset();
    if (const Status done = runSection(record.program->onError, run, *record.policy); !done) {
        answer = policyFailed(done.error().message);
        return;
    }
    if (!record.policy->ending)
        return;
    LastError error = std::move(answer.error); // the answer is another, the reason for it is not
    answer = endedBy(*record.policy->ending);
    answer.error = std::move(error);
}

GatewayAnswer GatewayService::Parts::own(RequestRecord record, OwnAnswer own)
{
    onError(record, own);
    GatewayAnswer answer;
    answer.status = own.status;
    answer.body = own.body ? std::move(*own.body) : errorJson(own.code, own.message, own.type, own.param);
    answer.contentType = own.contentType;
    record.status = own.status;
    record.error = std::move(own.error);
    record.responseBytes = answer.body.size();
    answer.headers = answerHeaders(record);
    if (own.retryAfter)
        answer.headers.emplace_back("Retry-After", retryAfterSeconds(*own.retryAfter));
    if (record.policy != nullptr)
        applyHeaders(record.policy->answerHeaders, answer.headers);
    if (!requests.finish(record))
        return notLogged(record);
    return answer;
}

GatewayAnswer GatewayService::Parts::plain(RequestRecord record, AttemptResult result,
                                           const ModelRequest& request)
{
    UpstreamAnswer& upstream = result.answer;
    record.status = upstream.status;
    if (upstream.status >= 200 && upstream.status < 300) {
        const AnswerFacts facts =
            readAnswerFacts(record.operation, upstream.body, request.estimatedPromptTokens);
        record.tokenSource = facts.source;
        record.usage = facts.usage;
        if (record.operation == Operation::ChatCompletions)
            redactKeys(upstream.body);
    } else {
        record.error = {"BackendError", "The backend answered " + std::to_string(upstream.status) + ".",
                        "forward-request", "backend"};
    }
    record.responseBytes = upstream.body.size();
    if (auto ended = outbound(record))
        return own(std::move(record), std::move(*ended));
    GatewayAnswer answer;
    answer.status = upstream.status;
    answer.contentType = upstream.contentType.empty() ? "application/json" : std::move(upstream.contentType);
    answer.headers = answerHeaders(record);
    if (upstream.retryAfter)
        answer.headers.emplace_back("Retry-After", retryAfterSeconds(*upstream.retryAfter));
    applyHeaders(record.policy->answerHeaders, answer.headers);
    if (!requests.finish(record))
        return notLogged(record);
    answer.body = std::move(upstream.body);
    return answer;
}

GatewayAnswer GatewayService::Parts::streamed(RequestRecord record, AttemptResult result,
                                              const ModelRequest& request)
{
    record.status = result.answer.status;
    if (auto ended = outbound(record)) {
        record.tokenSource = TokenSource::Unknown; // nobody reads the stream to its end
        return own(std::move(record), std::move(*ended));
    }
    GatewayAnswer answer;
    answer.status = record.status;
    answer.contentType =
        result.answer.contentType.empty() ? "text/event-stream" : std::move(result.answer.contentType);
    answer.headers = answerHeaders(record);
    applyHeaders(record.policy->answerHeaders, answer.headers);
    answer.stream = std::make_unique<RelayStream>(std::move(record), std::move(result.answer.stream),
                                                  std::move(result.firstChunk), request.estimatedPromptTokens,
                                                  requests, with.clock);
    return answer;
}

std::optional<OwnAnswer> GatewayService::Parts::attemptByPolicy(RequestRecord& record,
                                                                UpstreamRequest upstream, AttemptLoop& loop)
{
    const DeploymentRoute& route = record.topology->deployments.find(record.deployment)->second;
    bool forwarded = false;
    bool hasMembers = true;
    PolicyRun run;
    run.context = contextOf(record, options.region);
    run.forward = [&](const ForwardOrder& order) {
        const std::string target = order.backendId.empty() ? std::string(seed::PoolName) : order.backendId;
        const gateway::Pool& pool = poolOf(route, target);
        forwarded = true;
        hasMembers = !pool.members.empty();
        record.route = routeOf(*record.policy, target);
        upstream.limit = order.limit;
        loop.once(pool, upstream);
        return loop.status();
    };
    run.sleep = [this](gateway::Millis pause) { return with.sleeper.sleep(pause); };
    const Status done = runSection(record.program->backend, run, *record.policy);
    if (run.stopped)
        return stopping();
    if (!done)
        return policyFailed(done.error().message);
    if (record.policy->ending)
        return endedBy(*record.policy->ending);
    if (!forwarded)
        return policyFailed("The backend section came to no forward-request.");
    if (loop.unavailable())
        return noBackend(loop.earliest(), hasMembers);
    return run.failedByOrder ? std::optional(failedByOrder(loop.status())) : std::nullopt;
}

std::optional<OwnAnswer> GatewayService::Parts::attempt(RequestRecord& record, UpstreamRequest upstream,
                                                        AttemptResult& result)
{
    const DeploymentRoute& route = record.topology->deployments.find(record.deployment)->second;
    const std::string target = targetOf(*record.policy);
    const gateway::Pool& pool = poolOf(route, target);
    record.route = routeOf(*record.policy, target);
    AttemptLoop::Observer observer;
    if (options.observer)
        observer = [&](const gateway::Choice& choice) {
            options.observer(
                {record.correlationId, ruleOf(*record.policy), targetOf(*record.policy), choice});
        };
    AttemptLoop loop(*record.topology, pool, with.clock, with.sleeper, draw(), std::move(observer));
    if (!forwardsPlainly(record.program->backend)) {
        auto ended = attemptByPolicy(record, upstream, loop);
        result = loop.take();
        record.attempts = std::move(result.attempts);
        return ended;
    }
    result = loop.run(upstream);
    record.attempts = std::move(result.attempts);
    if (result.end == AttemptResult::End::Stopped)
        return stopping();
    if (result.end == AttemptResult::End::Unavailable)
        return noBackend(result.retryAfter, !pool.members.empty());
    return std::nullopt;
}

GatewayAnswer GatewayService::Parts::forward(RequestRecord record, const GatewayCall& call,
                                             const ModelRequest& request)
{
    if (!record.policy->deployment.empty())
        record.deployment = record.policy->deployment.substr(0, MaxLoggedName);
    const auto deployment = record.topology->deployments.find(record.deployment);
    if (deployment == record.topology->deployments.end())
        return own(std::move(record), noDeployment(record.deployment));
    record.model = deployment->second.model;
    // Of the caller's query only this goes on: a key may travel in the rest.
    const std::string query = "api-version=" + percentEncode(record.apiVersion);
    const HeaderList headers = headersFor(*record.policy);
    UpstreamRequest upstream{call.operation,       record.deployment, query,    call.body,
                             record.correlationId, request.stream,    &headers, std::nullopt};
    AttemptResult result;
    if (auto ended = attempt(record, upstream, result))
        return own(std::move(record), std::move(*ended));
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
    if (request)
        record.stream = request->stream;
    if (auto ended = m_parts->inbound(record, call, request))
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
    return m_parts->metrics.text() + circuitMetrics(*m_parts->topology.current()) +
           overshootMetrics(m_parts->limits.standings(gateway::Instant::of(m_parts->with.clock)));
}

std::string GatewayService::status() const
{
    return statusJson(*m_parts->topology.current(), m_parts->recorder, m_parts->options.region,
                      m_parts->with.clock.now(),
                      m_parts->limits.standings(gateway::Instant::of(m_parts->with.clock)));
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

std::vector<gateway::SavedCounter> GatewayService::saveCounters() const
{
    return m_parts->limits.save();
}

void GatewayService::restoreCounters(const std::vector<gateway::SavedCounter>& counters)
{
    m_parts->limits.restore(counters);
}

} // namespace gatehouse::local
