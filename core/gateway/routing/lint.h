// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/backend.h"
#include "core/gateway/routing/rules.h"

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::gateway {

enum class LintSeverity {
    Info,    ///< has no effect
    Warning, ///< works, but hardly as meant
    Error    ///< requests would fail, or the service would refuse it
};

/// One thing that is wrong with a plan, its pools or a retry.
struct LintFinding
{
    enum class Kind {
        UnreachableRule,
        NoTarget,
        UnknownTarget,
        NoHealthyMember,
        WeightNeverApplies,
        DuplicateName,
        DowngradeToSame,
        DowngradeNotAllowed,
        NoDefault,
        RetriesRefusal,
        RetryNotJudged
    };
    Kind kind = Kind::NoTarget;
    LintSeverity severity = LintSeverity::Warning;
    std::string rule; ///< "" for a pool or a retry
    std::string pool; ///< "" for what is no pool's
    std::string sentence;
    std::string mend;
};

/// Backends and pools are named without regard to letter case, as ARM does. unhealthy: names of backends that
/// cannot serve now (an open circuit, drained); what is not named is taken as healthy. Findings of rules come
/// first, in the plan's order, then those of pools.
[[nodiscard]] std::vector<LintFinding> lint(const RoutingPlan& plan, const std::vector<Backend>& backends,
                                            const std::vector<Pool>& pools,
                                            const std::vector<std::string>& unhealthy = {});

/// condition: the attribute of a policy's <retry>. It is tried with every status 400 to 499: repeating any
/// but 408 and 429 repeats a refusal. A condition that the embedded gateway cannot evaluate is said to be not
/// judged.
[[nodiscard]] std::vector<LintFinding> lintRetry(std::string_view condition);

} // namespace gatehouse::gateway
