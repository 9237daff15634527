// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/gateway/inference.h"
#include "core/gateway/routing/rules.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::gateway {

struct BackendAttempt
{
    std::string backend;
    LoggedAttempt attempt;
};

/// One request as the log tells it. Where no attempts were logged, the final one of its GatewayLogs row
/// stands for them.
struct LoggedRequest
{
    DateTime time;
    RequestFacts facts;
    std::vector<BackendAttempt> attempts; ///< in the order of their starts
    std::string backend;                  ///< the final one; "": none
    std::string deployment;               ///< that served it; "": not logged
    int status = 0;                       ///< that the caller got
    std::int64_t tokens = 0;
};

/// The gateway's retry rule. The defaults are the embedded gateway's; a gateway without a retry has
/// maxAttempts 1.
struct ReplayRetry
{
    int maxAttempts = 3;         ///< 1..50, in all; 429, 5xx and no answer are tried again
    Millis pause{2'000};         ///< before the last attempt, and before a backend is called again
    Millis maxPause{10'000};     ///< for which a call waits, at most
    bool retryAfterParks = true; ///< a Retry-After keeps its backend out while there is another
};

/// What is replayed: rules, pools and breakers, in force or drafted.
struct ReplaySetup
{
    RoutingPlan plan;
    std::vector<Pool> pools; ///< of at most 30 members; a rule may name a single backend instead
    std::vector<Backend> backends;
    /// By backend: the deployments that it has. A backend that is not named has all.
    std::map<std::string, std::vector<std::string>> deployments;
    ReplayRetry retry;
    std::size_t examples = 10;
    /// Requests outside of it are taken as they were (Unproven), to lead the circuits there. Absent: all are
    /// judged.
    std::optional<TimeRange> judged;
    /// Backends whose circuits began only then, by their names. What ended before does not count.
    std::map<std::string, DateTime> begins;
};

struct ReplayedRequest
{
    enum class Outcome : std::uint8_t {
        Same,     ///< every attempt that was logged is one that the setup may make
        Moved,    ///< it would go elsewhere: cause, and what follows from it
        Unproven, ///< its rule depends on something that was not logged; taken as it was
        NotRouted ///< refused before it was routed; taken as it was
    };
    enum class Cause : std::uint8_t {
        None,
        NotInPool,     ///< the logged backend is no member, or has not the deployment
        CircuitOpen,   ///< its circuit would be open
        Parked,        ///< its Retry-After has not passed, another could serve
        Tried,         ///< it was tried already, another could serve
        LowerPriority, ///< a higher priority could serve
        ZeroWeight,    ///< weight 0, and another of its priority could serve
        Deployment,    ///< the same backend, but another deployment
        MoreToTry,     ///< it failed although another backend could have been tried
        CouldServe     ///< it was refused for want of a backend, but one could serve
    };
    Outcome outcome = Outcome::Same;
    Cause cause = Cause::None;
    std::int16_t backend = -1; ///< the final one, in ReplayReport::backends; -1: none
    std::int32_t rule = -1;    ///< of the plan; -1: the default, or not routed
    std::int32_t status = 0;   ///< of a moved request: assumed
};

/// What a backend served. Requests count where they ended, tokens with them.
struct ReplayShare
{
    std::string backend;
    std::int64_t requestsBefore = 0;
    std::int64_t requestsAfter = 0;
    std::int64_t tokensBefore = 0;
    std::int64_t tokensAfter = 0;
};

struct ReplayRefusals
{
    std::int64_t throttled = 0; ///< 429
    std::int64_t failed = 0;    ///< 5xx and no answer
};

struct ReplayExample
{
    std::size_t request = 0; ///< in the list that was given
    std::string sentence;
};

struct ReplayReport
{
    std::vector<ReplayedRequest> requests; ///< one for each that was given, in the same order
    std::vector<ReplayShare> backends;
    std::int64_t same = 0;
    std::int64_t moved = 0;
    std::int64_t unproven = 0;
    std::int64_t notRouted = 0;
    ReplayRefusals before;
    ReplayRefusals after;
    /// Moved requests that failed in the log and are assumed to succeed: how many tokens they would have used
    /// is unknown, so tokensAfter lacks them.
    std::int64_t tokensUnknown = 0;
    std::vector<ReplayExample> examples; ///< the first that would move, oldest first
};

/// For people, to follow a colon: "its route does …".
[[nodiscard]] std::string whyMoved(ReplayedRequest::Cause cause);

/// Walks over the requests in the order of time, with one breaker for each backend, and follows the log as
/// long as the setup may do what it did: a weighted draw takes the logged backend. So the setup in force
/// reproduces a history that it made. Where it may not, the request moves: it goes on by the setup's own
/// choice, the draw being a fixed function of its place in the list.
///
/// What a moved request meets is assumed: what one of the last eight logged attempts at that backend met,
/// drawn among those that ended within the minute before, else success; a request that was refused for its
/// own sake (another 4xx) is refused again. Half a second of doubt (at most a quarter of the trip) is given
/// around every change of a circuit or a parking, as inferCircuit does, since log and gateway round their
/// clocks differently. A call that ended without another attempt moves only if every backend that it may have
/// waited for could serve it.
///
/// InvalidInput for a pool of more than 30 members or a retry rule outside its range.
[[nodiscard]] Result<ReplayReport> replay(const ReplaySetup& setup,
                                          const std::vector<LoggedRequest>& requests);

} // namespace gatehouse::gateway
