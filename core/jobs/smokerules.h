// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/changes.h"
#include "core/jobs/explain.h"

#include <string>
#include <vector>

/// The routing rules that send a smoke test's question to one backend: "test <backend>" takes the task
/// gatehouse-test:<backend> to it, before all other rules.
namespace gatehouse::jobs {

/// The members of a pool, the primary first. InvalidInput when there is no such pool, or it has none.
[[nodiscard]] Result<std::vector<std::string>> poolMembers(const SetupNow& now, const std::string& pool);

/// Puts the rules for these backends before all others of the plan and leaves everything else as it is.
/// InvalidInput for a backend that does not exist.
[[nodiscard]] Result<ChangeSet> addTestRules(const SetupNow& now, const std::vector<std::string>& backends);
/// Takes them away again; a rule that only has the name stays.
[[nodiscard]] Result<ChangeSet> removeTestRules(const SetupNow& now,
                                                const std::vector<std::string>& backends);

/// Whether a policy includes the fragment that the rules stand in; without one they do nothing.
[[nodiscard]] bool routingIncluded(const SetupNow& now);

} // namespace gatehouse::jobs
