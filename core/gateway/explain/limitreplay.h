// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/explain/explain.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace gatehouse::gateway {

/// A setup and from when on it held. Lists of them are in the order of time; the first one holds for whatever
/// came before it too.
struct SetupVersion
{
    DateTime since;
    ExplainSetup setup;
};
[[nodiscard]] const ExplainSetup& setupAt(const std::vector<SetupVersion>& versions, DateTime moment);

struct ReplayedLimit
{
    enum class Outcome : std::uint8_t {
        Same,       ///< let through, or refused, as in the log
        MayBeSame,  ///< refused in the log; that the same limit refused it again depends on what was not
                    ///< logged
        Refused,    ///< let through in the log
        LetThrough, ///< refused in the log
        NotAsked    ///< turned away before the limits
    };
    Outcome outcome = Outcome::Same;
    std::optional<LimitKind> kind; ///< of the limit that refuses, or refused
};

/// Whom the limits let through and whom not: the log's calls in the order of time through the counters that
/// the gateway enforces with, which survive a change of version. inForce is what held when the log was
/// written, replayed what is asked about; the same list twice reproduces the past.
///
/// A call reserves tokens by its prompt and max_tokens, which no log holds: calls in flight count nothing
/// here. So what is refused here for tokens was surely refused, and what the log refused for tokens while the
/// same limit holds is believed (MayBeSame). What a call that is let through only here would have used is
/// unknown and counts nothing.
[[nodiscard]] std::vector<ReplayedLimit> replayLimits(const std::vector<SetupVersion>& inForce,
                                                      const std::vector<SetupVersion>& replayed,
                                                      const LoggedTraffic& traffic);

} // namespace gatehouse::gateway
