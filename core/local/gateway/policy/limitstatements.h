// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/local/gateway/policy/evaluator.h"
#include "core/local/gateway/policy/outcome.h"

#include <string>
#include <utility>
#include <vector>

namespace gatehouse::local {

/// Adds what a counting policy asks for to the outcome's limits. The statement must outlive the outcome.
[[nodiscard]] Status addLimits(const CountLimit& limit, const PolicyEvaluator& evaluator,
                               const gateway::TokenDemand& demand, PolicyOutcome& outcome);

/// The limits of an outcome whose increment-condition is false once the answer is known, by their place. A
/// condition that cannot be worked out counts, as the call did happen.
[[nodiscard]] std::vector<std::size_t> uncountedLimits(const PolicyOutcome& outcome,
                                                       gateway::ExpressionContext context);

/// How a refusal is told and logged (Microsoft Learn, error handling in API Management; the token limits'
/// reason is UNVERIFIED).
struct PolicyRefusal
{
    std::string_view reason;
    std::string_view source;
    std::string message;
};
[[nodiscard]] PolicyRefusal refusalOf(const PolicyOutcome& outcome, const gateway::LimitRefusal& refusal);

/// The headers that the policies ask for: what is left of each limit.
[[nodiscard]] std::vector<std::pair<std::string, std::string>>
remainingHeaders(const PolicyOutcome& outcome, const std::vector<std::int64_t>& remaining);

} // namespace gatehouse::local
