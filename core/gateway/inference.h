// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/datetime.h"
#include "core/gateway/backend.h"

#include <optional>
#include <string>
#include <vector>

namespace gatehouse::gateway {

/// One logged attempt at a backend: an AppDependencies row, or, where those are missing, the final attempt
/// that a GatewayLogs row shows.
struct LoggedAttempt
{
    DateTime start;
    Ticks duration{0};
    int status = 0; ///< 0: no answer
    Ticks retryAfter{0};
    bool cut = false; ///< the stream broke off at the end of duration; status is the one it began with
    /// Of a stream that broke off after it had begun well: when its first byte came. status is 0 then, and
    /// duration ends with the break.
    std::optional<Ticks> firstByte = std::nullopt;
};

struct CircuitSpan
{
    CircuitState state = CircuitState::Closed;
    DateTime start;
    DateTime end; ///< the end of the range for the last one
    std::string reason;
};

struct InferredCircuit
{
    std::vector<CircuitSpan> timeline; ///< covers the asked range without holes, oldest first
    DateTime openUntil;                ///< of the last span when it is open
    int probesSeen = 0;                ///< attempts in the range that went through a half-open circuit
};

/// Rebuilds a backend's circuit by replaying its own rule over the attempts that were logged. It reads
/// nothing else: the gateway's real state never comes here, so the two can be compared. Attempts may come in
/// any order; those before the range only tell in which state it begins, and what ended after it is left out.
/// A circuit counts as open until a call is seen to go through: half-open begins with that call, not with the
/// end of the trip.
///
/// An attempt that went through although the replay says "not yet" proves the replay wrong (a gateway that
/// was restarted, an operator, a changed rule): the circuit is taken as closed from then on. Half a second of
/// doubt is given to clocks and rounding at both ends of a trip.
[[nodiscard]] InferredCircuit inferCircuit(const Backend& backend, std::vector<LoggedAttempt> attempts,
                                           TimeRange range);

} // namespace gatehouse::gateway
