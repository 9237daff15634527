// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/datetime.h"
#include "core/gateway/inference.h"

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
    std::optional<double> errorShare;    ///< 0..1 of attempts with 5xx or no answer
    std::optional<double> throttledShare; ///< 0..1 with 429
    CircuitView reported; ///< source Unknown when the gateway does not report
    CircuitView inferred;
    bool disagree = false; ///< both are known and differ for longer than the reporting delay
    std::vector<CircuitSpan> timeline; ///< inferred, over the range

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
    bool finalAttemptsOnly = false; ///< attempt rows are missing; the inference saw final attempts only
    bool partial = false;
    std::string partialReason;
};

} // namespace gatehouse::gateway
