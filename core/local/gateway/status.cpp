// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/gateway/status.h"

#include "core/base/json.h"
#include "core/local/gateway/metrics.h"

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
                       DateTime now)
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
                         {"backends", std::move(backends)}});
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

} // namespace gatehouse::local
