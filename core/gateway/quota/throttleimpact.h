// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/quota/limits.h"

#include <array>
#include <map>
#include <string>
#include <vector>

namespace gatehouse::gateway {

/// A call as the log has it.
struct PastCall
{
    DateTime time;       ///< when it entered
    std::string service; ///< whose limits and counters hold for it
    std::int64_t promptTokens = 0;
    std::int64_t completionTokens = 0;
    std::optional<std::int64_t> maxTokens;
    int status = 200;  ///< 429 and 403 count as refused in the log, whoever refused
    Ticks duration{0}; ///< when its use became known, after time; 0 where the log does not say
    std::int64_t bytes = 0;
    std::string id; ///< for the examples
};

struct CallTally
{
    std::int64_t calls = 0;
    std::int64_t tokens = 0; ///< as logged; the log has none of a call that never reached a model

    bool operator==(const CallTally&) const = default;
};

/// A call that the draft would have refused.
struct ThrottledExample
{
    std::string id;
    DateTime time;
    std::int64_t tokens = 0;
    LimitKind limit = LimitKind::CallRate;
    std::optional<Ticks> retryAfter;
    int loggedStatus = 0;
};

struct ServiceImpact
{
    std::string service;
    CallTally seen;                   ///< all of the log
    CallTally refused;                ///< by the draft
    std::array<CallTally, 4> byLimit; ///< the refused, by LimitKind of the first limit that had no room
    CallTally refusedInLog;
    CallTally refusedAnew;                  ///< let through in the log, refused by the draft
    CallTally noLongerRefused;              ///< the other way round
    Overshoot overshoot;                    ///< of tokens-per-minute under the draft
    std::vector<ThrottledExample> examples; ///< the earliest
};

struct ThrottleImpact
{
    std::vector<ServiceImpact> services; ///< by name, each that is in the log
    ServiceImpact total;                 ///< its overshoot is the largest peak and the sum; no examples
};

/// Whom draft limits would have throttled: replays the log, in order of time, through the counters that the
/// gateway enforces with. A refused call uses nothing and is not tried again. Prompt estimates are taken as
/// right. A call that the log refused comes without the tokens that it would have used, so after a raise the
/// replay is on the low side. Counters begin empty with the first call. Several limits of one kind may be
/// given (an hourly and a monthly quota). Services without a draft are counted and never refused.
[[nodiscard]] ThrottleImpact throttleImpact(const std::vector<PastCall>& calls,
                                            const std::map<std::string, std::vector<LimitRule>>& drafts,
                                            std::size_t examplesPerService = 5);

} // namespace gatehouse::gateway
