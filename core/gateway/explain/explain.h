// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/explain/explanation.h"
#include "core/gateway/explain/limitsheet.h"
#include "core/gateway/explain/loggedcall.h"

#include <map>

namespace gatehouse::gateway {

/// What was in force when the request came.
struct ExplainSetup
{
    ReplaySetup routing;
    /// What the policies around the fragment choose where no rule does; "" when that is not known.
    std::string policyTarget;
    /// What the rules see of the budget where the log does not say it: 0 when no policy sets the variable.
    std::optional<int> budgetUsed;
    bool fragmentOnly = true; ///< false: others wrote into the routing policy, so rules alone prove nothing
    bool deploymentsKnown = true; ///< false: who has which deployment is not known
    bool retryKnown = false;      ///< the gateway's retry rule is the one that routing.retry says
    LimitSheet limits;
    std::string version; ///< for people: "since 2026-06-03 10:12 (Anna Ek)"; "" when it never changed
};

/// What the log holds around the request.
struct LogNeighbourhood
{
    /// The attempts at each backend before the request and until it ended, in any order, without the
    /// request's own. Backends with none may be missing.
    std::map<std::string, std::vector<LoggedAttempt>> attempts;
    /// Every attempt since then is in the list. Absent: attempts are missing, so circuits cannot be told.
    std::optional<DateTime> completeSince;
    bool fromTheBeginning = false; ///< nothing was ever sent there before completeSince
    bool severalInstances = false; ///< several gateways with circuits of their own wrote the log
};

struct ExplainInput
{
    LoggedRequest request; ///< its attempts: the attempt rows; empty when there are none
    CallDetails details;
    ExplainSetup setup;
    LogNeighbourhood log;
};

/// Tells a logged request's story from its rows, the setup that was in force and the rows around it; reads
/// nothing else. Pure. Each claim says how sure it is: what the rows cannot prove is Unknown, be it that
/// attempts are missing, that a header was not logged, or that a circuit changed within half a second.
[[nodiscard]] Explanation explain(const ExplainInput& input);

/// The same for a request that nobody has sent: rules, target and candidates, all circuits closed.
[[nodiscard]] Explanation explainHypothetical(const ExplainSetup& setup, const RequestFacts& facts);

} // namespace gatehouse::gateway
