// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/gateway/topology/fieldproblem.h"

#include <string>
#include <vector>

namespace gatehouse::gateway {

/// A backend's circuit breaker rule as it is typed (contracts §4.2: one rule a backend).
struct BreakerDraft
{
    bool hasRule = true;       ///< false: the backend has no rule, and its circuit never opens on Azure
    std::string name;          ///< of the rule
    bool byPercentage = false; ///< else by number of failures
    std::string amount;        ///< failures 1..100,000, or percent 1..100
    std::string interval;      ///< ISO 8601: "PT1M"
    std::string statuses;      ///< "429, 500-599": 1 to 10 ranges within 200..599
    std::string tripDuration;  ///< ISO 8601
    bool acceptRetryAfter = false;

    bool operator==(const BreakerDraft&) const = default;
};

inline constexpr const char* BreakerPlace = "circuitBreaker.rules[0]";

/// The rule that stands in a backend's properties; where there is none, what is usual, with hasRule false.
[[nodiscard]] BreakerDraft breakerDraft(const Json& backendProperties);
/// Everything that the service would refuse. The places end in name, count, percentage, interval,
/// statusCodeRanges or tripDuration.
[[nodiscard]] std::vector<FieldProblem> problemsOf(const BreakerDraft& draft);
/// The properties with this rule alone. What the draft does not know (errorReasons) stays. InvalidInput with
/// the place of the first problem.
[[nodiscard]] Result<Json> withBreaker(const Json& backendProperties, const BreakerDraft& draft);

} // namespace gatehouse::gateway
