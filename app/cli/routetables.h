// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/routing/lint.h"
#include "core/jobs/explain.h"
#include "core/table/table.h"

#include <vector>

/// How `route` writes its answers.
namespace gatehouse::cli {

[[nodiscard]] Table explanationTable(const gateway::Explanation& story);
/// The backends before and after.
[[nodiscard]] Table replayTable(const jobs::ReplayOutcome& outcome);
/// Rules, pools, backends and what is wrong with them.
[[nodiscard]] Table routeTable(const gateway::ExplainSetup& setup);
[[nodiscard]] Json routeJson(const gateway::ExplainSetup& setup);
[[nodiscard]] std::vector<gateway::LintFinding> findings(const gateway::ExplainSetup& setup);

} // namespace gatehouse::cli
