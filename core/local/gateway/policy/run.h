// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/quota/limitkeeper.h"
#include "core/local/gateway/policy/program.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace gatehouse::local {

/// What the inbound policies decided for one request.
struct PolicyOutcome
{
    std::string backendId;  ///< "" when no policy names one
    std::string deployment; ///< "" unless a policy rewrote the path
    std::map<std::string, gateway::ExpressionValue, std::less<>> variables;
    gateway::LimitedRequest limits;
    std::vector<const CountLimit*> sources; ///< of limits.limits, one each
};

/// Runs statements in a context. The statements must outlive the outcome. The error says which expression
/// failed (APIM answers 500 then).
[[nodiscard]] Result<PolicyOutcome> runPolicies(const PolicyBlock& block, gateway::ExpressionContext context,
                                                const gateway::TokenDemand& demand);

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
