// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/explain/circuitwitness.h"
#include "core/gateway/explain/explanation.h"

#include <map>

namespace gatehouse::gateway {

/// The backends of a setup as the log tells of them.
using Witnesses = std::map<std::string, CircuitWitness>;

/// One look for a backend: what the balancer chose among, when, and what came of it.
struct Choosing
{
    DateTime at;
    DateTime until; ///< the latest that it may have happened; equal to at where that is known
    std::size_t attempt = 0;
    std::string chosen;             ///< "": nobody could be called
    std::vector<std::string> tried; ///< by the request before
    bool triedKnown = true;         ///< false: earlier attempts are not in the log
};

/// Why each backend was not taken: the members of the pool in its order, then the setup's other backends.
/// Whatever the log leaves open is gone through: a reason is given only where all that fits the choice gives
/// the same one.
[[nodiscard]] std::vector<ExplainedCandidate>
explainCandidates(const ReplaySetup& setup, const std::string& target, const std::string& deployment,
                  const Witnesses& witnesses, const Choosing& choosing);

/// The pool that a target names, or the single backend as a pool of one; empty when it is neither.
[[nodiscard]] std::optional<Pool> poolOf(const ReplaySetup& setup, const std::string& target);

} // namespace gatehouse::gateway
