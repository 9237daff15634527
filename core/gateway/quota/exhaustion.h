// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/quota/quotawindow.h"

#include <string>
#include <vector>

namespace gatehouse::gateway {

/// Tokens (or calls) that were used from this moment on; one call, or one bin of a series.
struct UsedAt
{
    DateTime time;
    std::int64_t tokens = 0;
};

struct ExhaustionInput
{
    std::int64_t limit = 0;
    std::int64_t used = 0; ///< in the window so far
    QuotaWindow window;    ///< that now lies in
    DateTime now;
    std::vector<UsedAt> today; ///< in any order; what lies outside the UTC day up to now is left out
};

struct Exhaustion
{
    enum class State {
        Unknown,        ///< too little data; reason says what is missing
        Exhausted,      ///< nothing is left now
        InThisWindow,   ///< at `at`
        NotInThisWindow ///< the window ends first
    };

    State state = State::Unknown;
    std::optional<DateTime> at;          ///< InThisWindow only
    std::optional<double> tokensPerHour; ///< today's pace, where it is known
    std::string reason;                  ///< one sentence when Unknown
};

/// When a quota will be used up at today's pace: what was used today, divided by the time since today's first
/// use, goes on until the limit is reached. The pace is unknown with fewer than three entries that used
/// something today, and before 15 minutes have passed since the first of them. No use at all is unknown too:
/// a log that is late looks the same.
[[nodiscard]] Exhaustion exhaustion(const ExhaustionInput& input);

} // namespace gatehouse::gateway
