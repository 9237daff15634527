// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/gateway/status.h"

#include "core/base/json.h"
#include "core/local/gateway/metrics.h"

#include <algorithm>
#include <tuple>

namespace gatehouse::local {

namespace {

Json timeOrNull(const std::optional<DateTime>& moment)
{
    return moment ? Json(formatDateTime(*moment)) : Json(nullptr);
}

Json transitionsOf(const CircuitRecorder& recorder, const std::string& backend)
{
    Json list = Json::array();
    for (const RecordedTransition& transition : recorder.transitions(backend))
        list.push_back({{"at", formatDateTime(transition.at)},
                        {"from", gateway::toString(transition.from)},
                        {"to", gateway::toString(transition.to)},
                        {"reason", transition.reason}});
    return list;
}

constexpr std::size_t MaxShownCounters = 500; ///< a caller may make as many as it has keys

/// Those over their limit first, then those most used.
Json limitsOf(std::vector<gateway::CounterStanding> counters)
{
    const auto before = [](const gateway::CounterStanding& a, const gateway::CounterStanding& b) {
        if (a.standing.overshoot.total != b.standing.overshoot.total)
            return a.standing.overshoot.total > b.standing.overshoot.total;
        if (a.standing.used != b.standing.used)
            return a.standing.used > b.standing.used;
        return std::tie(a.identity, a.counterKey) < std::tie(b.identity, b.counterKey);
    };
    std::ranges::sort(counters, before);
    counters.resize(std::min(counters.size(), MaxShownCounters));
    Json list = Json::array();
    for (const gateway::CounterStanding& counter : counters)
        list.push_back({{"limit", counter.identity},
                        {"kind", gateway::toString(counter.kind)},
                        {"key", counter.counterKey},
                        {"used", counter.standing.used},
                        {"inFlight", counter.standing.inFlight},
                        {"overshootPeak", counter.standing.overshoot.peak},
                        {"overshootTotal", counter.standing.overshoot.total}});
    return list;
}

int stateNumber(gateway::CircuitState state)
{
    switch (state) {
    case gateway::CircuitState::Closed:
        return 0;
    case gateway::CircuitState::HalfOpen:
        return 1;
    case gateway::CircuitState::Open:
        break;
    }
    return 2;
}

} // namespace

std::string statusJson(const Topology& topology, const CircuitRecorder& recorder, std::string_view region,
                       DateTime now, const std::vector<gateway::CounterStanding>& counters)
{
    Json backends = Json::array();
    for (const auto& [name, serving] : topology.backends) {
        const CircuitSnapshot circuit = serving.circuit->snapshot();
        backends.push_back({{"name", name},
                            {"state", gateway::toString(circuit.state)},
                            {"since", timeOrNull(circuit.since)},
                            {"reason", circuit.reason},
                            {"retryAt", timeOrNull(circuit.retryAt)},
                            {"parkedUntil", timeOrNull(circuit.parkedUntil)},
                            {"consecutiveFailures", circuit.consecutiveFailures},
                            {"transitions", transitionsOf(recorder, name)}});
    }
    return dumpJson(Json{{"gateway", region},
                         {"time", formatDateTime(now)},
                         {"route", topology.route},
                         {"backends", std::move(backends)},
                         {"limits", limitsOf(counters)}});
}

std::string circuitMetrics(const Topology& topology)
{
    std::string text = "# HELP gatehouse_circuit_state 0 closed, 1 half-open, 2 open.\n"
                       "# TYPE gatehouse_circuit_state gauge\n";
    for (const auto& [name, serving] : topology.backends)
        text += "gatehouse_circuit_state{backend=\"" + labelValue(name) + "\"} " +
                std::to_string(stateNumber(serving.circuit->snapshot().state)) + "\n";
    return text;
}

std::string overshootMetrics(const std::vector<gateway::CounterStanding>& counters)
{
    std::int64_t peak = 0;
    std::int64_t total = 0;
    for (const gateway::CounterStanding& counter : counters) {
        peak = std::max(peak, counter.standing.overshoot.peak);
        total += counter.standing.overshoot.total;
    }
    return "# HELP gatehouse_token_overshoot_tokens Tokens used beyond a rate by calls that did not say how "
           "long "
           "their answers may be; of the counters that are in memory.\n"
           "# TYPE gatehouse_token_overshoot_tokens gauge\n"
           "gatehouse_token_overshoot_tokens " +
           std::to_string(total) +
           "\n# HELP gatehouse_token_overshoot_peak_tokens The most by which one rate was over.\n"
           "# TYPE gatehouse_token_overshoot_peak_tokens gauge\n"
           "gatehouse_token_overshoot_peak_tokens " +
           std::to_string(peak) + "\n";
}

} // namespace gatehouse::local
