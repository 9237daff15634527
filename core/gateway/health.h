// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/datetime.h"
#include "core/base/json.h"
#include "core/gateway/inference.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::gateway {

/// Where a circuit's state is known from.
enum class StateSource { Unknown, Inferred, Reported };

struct CircuitView
{
    CircuitState state = CircuitState::Closed;
    StateSource source = StateSource::Unknown;
    std::optional<DateTime> since;
    std::optional<DateTime> retryAt; ///< when an open circuit lets the next call through
    std::string reason;
    std::optional<DateTime> lastThrough = {}; ///< the newest logged call that it let through
};

/// The circuit of one instance of the gateway: each counts for itself (contracts §4.2).
struct InstanceCircuit
{
    std::string instance; ///< as the log names it: its region, or its role
    CircuitView circuit;  ///< inferred
    std::vector<CircuitSpan> timeline;
};

/// One backend as the Health page and `gatehouse-cli health` show it.
struct EndpointHealth
{
    std::string backend;
    std::string region;
    std::int64_t requests = 0; ///< attempts at this backend in the range
    std::optional<double> p50Ms;
    std::optional<double> p95Ms;
    std::optional<double> p99Ms;
    std::optional<double> errorShare;     ///< 0..1 of attempts with 5xx or no answer
    std::optional<double> throttledShare; ///< 0..1 with 429
    CircuitView reported;                 ///< source Unknown when the gateway does not report
    CircuitView inferred;
    bool disagree = false;             ///< both are known and differ for longer than the reporting delay
    std::vector<CircuitSpan> timeline; ///< inferred, over the range; not told in its gaps
    /// Each instance of the gateway that called it, where there are several: inferred and timeline are then
    /// the worst of them.
    std::vector<InstanceCircuit> instances;

    /// What is shown: reported where there is one.
    [[nodiscard]] const CircuitView& circuit() const
    {
        return reported.source == StateSource::Unknown ? inferred : reported;
    }
};

struct HealthReport
{
    TimeRange range;
    std::vector<EndpointHealth> endpoints; ///< in the pool's order of priority
    bool finalAttemptsOnly = false; ///< attempt rows are missing: a circuit is told only where that proves it
    bool partial = false;
    std::string partialReason;
    std::vector<std::string> queries; ///< the KQL that was asked, so that every figure can be traced
};

/// What the attempts at one backend add up to in the range (resources/kql/endpoint-figures).
struct EndpointFigures
{
    std::string backend;
    std::int64_t requests = 0;
    std::int64_t errors = 0;    ///< 5xx or no answer
    std::int64_t throttled = 0; ///< 429
    std::optional<double> p50Ms;
    std::optional<double> p95Ms;
    std::optional<double> p99Ms;
};

/// What a gateway itself says of one circuit.
struct ReportedCircuit
{
    std::string backend;
    CircuitState state = CircuitState::Closed;
    std::optional<DateTime> since; ///< empty where the gateway does not say (a gauge)
    std::optional<DateTime> retryAt;
    std::string reason;
};

/// Everything that a HealthReport is made of.
struct HealthInput
{
    TimeRange range;
    DateTime now;
    std::vector<Backend> backends; ///< what APIM has; empty when that cannot be read
    std::vector<Pool> pools;
    std::vector<EndpointFigures> figures;
    /// By backend and instance of the gateway; of attemptsRange, which begins before the range so that its
    /// first moment has a past.
    std::map<std::string, std::map<std::string, std::vector<LoggedAttempt>>> attempts;
    bool finalAttemptsOnly = false; ///< they are the last of each request; others are not logged
    TimeRange attemptsRange;
    std::vector<ReportedCircuit> reported;
    /// How far the log may be behind the gateway: two views that differ for less are not said to disagree.
    Ticks reportingDelay = std::chrono::minutes(5);
};

/// A backend of which no call was logged, or whose rule cannot be read, has no inferred state (source
/// Unknown). Backends that only the log knows come last, by name.
[[nodiscard]] HealthReport assembleHealth(const HealthInput& input);

/// From the gateway's /status document. Protocol when it is of another shape.
[[nodiscard]] Result<std::vector<ReportedCircuit>> circuitsFromStatus(const Json& status);
/// From gatehouse_circuit_state{backend="…"} 0|1|2 of a Prometheus text; other lines and values are passed
/// over.
[[nodiscard]] std::vector<ReportedCircuit> circuitsFromMetrics(std::string_view text);

} // namespace gatehouse::gateway
