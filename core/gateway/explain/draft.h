// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/explain/explain.h"

#include "core/base/json.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::gateway {

/// A draft of routes, as a file holds it. What it does not name stays as it is.
///
///   {"rules": [{"name": "secret stays in Europe", "match": {"sensitivity": ["secret"]},
///               "budgetUsedAbove": 80, "pool": "aoai-westeurope", "enabled": true, "note": "CHG-7",
///               "downgrade": {"deployment": "gpt-4o-mini", "qualityAllows": true}}],
///    "defaultPool": "aoai-pool",
///    "pools": {"aoai-pool": [{"backend": "aoai-eastus", "priority": 1, "weight": 3}]},
///    "breakers": {"aoai-eastus": {"name": "…", "failureCondition": {…}, "tripDuration": "PT30S"}}}
///
/// rules replaces all rules. match names task, sensitivity, geography, environment, application or model. A
/// breaker is a rule of ARM's circuitBreaker, or null to take it away.
struct RoutingDraft
{
    std::optional<std::vector<RoutingRule>> rules;
    std::optional<std::string> defaultPool;
    std::map<std::string, std::vector<PoolMember>> pools;
    std::map<std::string, Json> breakers;

    [[nodiscard]] bool isEmpty() const { return !rules && !defaultPool && pools.empty() && breakers.empty(); }
};

/// InvalidInput or Parse with the place ("rules[2].pool") of the first thing that is wrong.
[[nodiscard]] Result<RoutingDraft> readDraft(std::string_view json);

/// The setup with the draft in it. InvalidInput for a backend or pool that does not exist.
[[nodiscard]] Result<ExplainSetup> withDraft(ExplainSetup setup, const RoutingDraft& draft);

} // namespace gatehouse::gateway
