// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/upstream/simulatedendpoint.h"

#include "core/local/gateway/draw.h"
#include "core/local/gateway/jsontext.h"
#include "core/local/upstream/faultyendpoint.h"

#include <chrono>
#include <utility>

namespace gatehouse::local {

namespace {

using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr double SlowShare = 0.02; ///< of calls that take much longer, as real ones do
constexpr double SlowFactor = 4.0;

struct Pace
{
    double firstMs;    ///< to the first token
    double perTokenMs; ///< after it
};

Pace paceOf(std::string_view model)
{
    if (model.find("embedding") != std::string_view::npos)
        return {18, 0.02};
    if (model.find("mini") != std::string_view::npos)
        return {90, 1.2};
    return {160, 2.4};
}

double distanceOf(std::string_view location)
{
    if (location == "eastus")
        return 1.0;
    return location == "westus" ? 1.18 : 1.42;
}

UpstreamAnswer ended()
{
    UpstreamAnswer answer;
    answer.failure = "the stack is ending";
    return answer;
}

/// Waits as long as the answer takes; says why there is none where the caller's patience is shorter.
std::optional<UpstreamAnswer> waitFor(std::chrono::nanoseconds span, const UpstreamRequest& request,
                                      Sleeper& sleeper)
{
    const bool late = request.limit && span > *request.limit;
    if (!sleeper.sleep(late ? *request.limit : span))
        return ended();
    if (!late)
        return std::nullopt;
    UpstreamAnswer answer;
    answer.failure = "it took too long";
    return answer;
}

UpstreamAnswer jsonAnswer(int status, std::string body)
{
    UpstreamAnswer answer;
    answer.status = status;
    answer.contentType = "application/json";
    answer.body = std::move(body);
    return answer;
}

/// The events of an answer at the pace of its tokens.
class SimulatedStream final : public UpstreamStream
{
public:
    SimulatedStream(std::vector<std::string> events, std::chrono::nanoseconds pause, Sleeper& sleeper)
        : m_events(std::move(events))
        , m_pause(pause)
        , m_sleeper(sleeper)
    {}
    [[nodiscard]] Read read(std::string& chunk) override
    {
        if (m_next == m_events.size())
            return Read::End;
        if (m_next > 0 && !m_sleeper.sleep(m_pause))
            return Read::Cut;
        chunk = std::move(m_events[m_next++]);
        return Read::Data;
    }

private:
    std::vector<std::string> m_events;
    std::chrono::nanoseconds m_pause;
    Sleeper& m_sleeper;
    std::size_t m_next = 0;
};

} // namespace

SimulatedEndpoint::SimulatedEndpoint(Settings settings, const Clock& clock, Sleeper& sleeper)
    : m_settings(std::move(settings))
    , m_distance(distanceOf(m_settings.location))
    , m_clock(clock)
    , m_sleeper(sleeper)
    , m_random(m_settings.seed)
{}

UpstreamAnswer SimulatedEndpoint::call(const UpstreamRequest& request)
{
    const auto model = m_settings.deployments.find(request.deployment);
    if (model == m_settings.deployments.end())
        return jsonAnswer(404, errorJson("DeploymentNotFound",
                                         "The API deployment for this resource does not exist.",
                                         "invalid_request_error"));
    const auto body = parseJson(request.body, 64U << 20U);
    if (!body)
        return jsonAnswer(
            400, errorJson("invalid_request", "The body is not valid JSON.", "invalid_request_error"));
    // Each call takes its own step of the sequence, so that no lock is needed.
    std::uint64_t random = m_random.fetch_add(0x9e3779b97f4a7c15U, std::memory_order_relaxed);
    const double fate = nextUnit(random);
    if (fate < m_settings.noise.throttled + m_settings.noise.failed) {
        if (!m_sleeper.sleep(std::chrono::milliseconds(12)))
            return ended();
        const bool throttled = fate < m_settings.noise.throttled;
        return errorAnswer(throttled ? 429 : 500,
                           throttled ? 1 + static_cast<int>(nextRandom(random) % 4) : 0);
    }
    // Most calls are a little slower than the fastest, few are much slower.
    const double spread = nextUnit(random);
    double factor = m_distance * (0.8 + 0.6 * spread * spread);
    if (nextUnit(random) < SlowShare)
        factor *= SlowFactor;
    return request.operation == Operation::Embeddings ? embed(*body, model->second, factor)
                                                      : chat(request, *body, model->second, factor);
}

UpstreamAnswer SimulatedEndpoint::chat(const UpstreamRequest& request, const Json& body,
                                       const SimulatedModel& model, double factor)
{
    const Pace pace = paceOf(model.name);
    const SimulatedCompletion completion = completeChat(body, model, m_clock.now().unixSeconds());
    const Milliseconds first(pace.firstMs * factor);
    const Milliseconds rest(pace.perTokenMs * factor * static_cast<double>(completion.usage.completion));
    const Milliseconds before = request.stream ? first : first + rest;
    if (auto none = waitFor(std::chrono::duration_cast<std::chrono::nanoseconds>(before), request, m_sleeper))
        return std::move(*none);
    if (!request.stream)
        return jsonAnswer(200, chatJson(completion, model));
    UpstreamAnswer answer;
    answer.status = 200;
    answer.contentType = "text/event-stream";
    std::vector<std::string> events = chatEvents(completion, model);
    const auto pause = rest / static_cast<double>(events.size());
    answer.stream = std::make_unique<SimulatedStream>(
        std::move(events), std::chrono::duration_cast<std::chrono::nanoseconds>(pause), m_sleeper);
    return answer;
}

UpstreamAnswer SimulatedEndpoint::embed(const Json& body, const SimulatedModel& model, double factor)
{
    const Pace pace = paceOf(model.name);
    std::string json = embeddingsJson(body, model);
    const Milliseconds time(factor * pace.firstMs);
    if (!m_sleeper.sleep(std::chrono::duration_cast<std::chrono::nanoseconds>(time)))
        return ended();
    return jsonAnswer(200, std::move(json));
}

} // namespace gatehouse::local
