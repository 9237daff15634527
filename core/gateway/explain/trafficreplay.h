// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/explain/limitreplay.h"

#include <map>
#include <stop_token>
#include <string>
#include <utility>

namespace gatehouse::gateway {

/// Tokens a minute that a deployment of a backend may use, by backend and deployment.
using Capacities = std::map<std::pair<std::string, std::string>, std::int64_t>;

struct ReplayQuestion
{
    std::vector<SetupVersion> inForce;  ///< when the log was written; one at least
    std::vector<SetupVersion> replayed; ///< what is asked about: a draft, or inForce itself
    TimeRange range; ///< whose requests are judged; others of the list only lead the circuits there
    Capacities capacities;
    std::size_t examples = 10;
};

/// What became of one request.
struct ReplayedCall
{
    enum class Outcome : std::uint8_t {
        Same,
        Moved,     ///< to another backend, or with another end
        Throttled, ///< a limit would refuse it now
        Freed,     ///< no limit would refuse it any more; where it goes then is assumed
        Unproven,  ///< what decided was not logged; taken as it was
        NotRouted, ///< refused before it was routed, as in the log
        NotJudged  ///< outside of the range
    };
    Outcome outcome = Outcome::Same;
    ReplayedRequest::Cause cause = ReplayedRequest::Cause::None;
    std::int32_t backend = -1; ///< in TrafficReplay::backends; -1: none
    std::int32_t status = 0;
    std::optional<LimitKind> limit;
};

struct MovedExample
{
    std::size_t request = 0; ///< in the list that was given
    std::string correlationId;
    DateTime time;
    std::string from; ///< "": no backend
    std::string to;
    int statusBefore = 0;
    int statusAfter = 0;
    std::string why;
};

/// A minute in which a deployment was asked for more than it has.
struct CapacityExcess
{
    std::string backend;
    std::string deployment;
    DateTime minute;
    std::int64_t tokens = 0;
    std::int64_t capacity = 0;
    bool inLogToo = false;
};

struct TrafficReplay
{
    std::vector<ReplayedCall> calls; ///< one for each request, in the same order
    std::vector<ReplayShare> backends;
    std::int64_t judged = 0;
    std::int64_t same = 0;
    std::int64_t moved = 0;
    std::int64_t throttled = 0;
    std::int64_t freed = 0;
    std::int64_t unproven = 0;
    std::int64_t notRouted = 0;
    std::int64_t limitsBelieved = 0; ///< of same: refusals that depend on tokens that were not logged
    ReplayRefusals before;
    ReplayRefusals after;
    std::int64_t throttledAvoided = 0;  ///< 429 in the log, and no more
    std::int64_t throttledCaused = 0;   ///< 429 now, and not in the log
    std::int64_t tokensUnknown = 0;     ///< failed in the log, would succeed: what they would use is unknown
    std::vector<MovedExample> examples; ///< the first that change, oldest first
    std::vector<CapacityExcess> excesses; ///< under what is replayed, oldest first
    std::int64_t excessMinutesBefore = 0;
};

/// Replays routes, circuits and limits: each request under the version that held when it came, the circuits
/// going on from one version to the next where their rule stays. In the log's weighted draws the logged
/// backend is taken, which must be a legal candidate. Cost is not told: Gatehouse has no prices yet.
/// Cancelled when stopped; InvalidInput as replay().
[[nodiscard]] Result<TrafficReplay>
replayTraffic(const ReplayQuestion& question, const LoggedTraffic& traffic, const std::stop_token& stop = {});

} // namespace gatehouse::gateway
