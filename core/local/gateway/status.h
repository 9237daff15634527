// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/quota/limitkeeper.h"
#include "core/local/gateway/topology.h"

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::local {

/// The body of /status:
/// {"gateway":"East US","time":…,"route":"aoai-pool","backends":[{"name","state","since","reason","retryAt",
/// "parkedUntil","consecutiveFailures","transitions":[{"at","from","to","reason"}]}]}. Times are ISO 8601;
/// since, retryAt and parkedUntil are null where there is none. Transitions are the true ones, oldest first.
/// "limits":[{"limit","kind","key","used","inFlight","overshootPeak","overshootTotal"}] are the counters, at
/// most 500, those that went over their limit first.
[[nodiscard]] std::string statusJson(const Topology& topology, const CircuitRecorder& recorder,
                                     std::string_view region, DateTime now,
                                     const std::vector<gateway::CounterStanding>& counters);

/// gatehouse_token_overshoot_tokens and …_peak_tokens: how far calls without max_tokens went over a rate.
[[nodiscard]] std::string overshootMetrics(const std::vector<gateway::CounterStanding>& counters);

/// gatehouse_circuit_state{backend}: 0 closed, 1 half-open, 2 open.
[[nodiscard]] std::string circuitMetrics(const Topology& topology);

} // namespace gatehouse::local
