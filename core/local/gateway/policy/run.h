// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/breaker.h"
#include "core/local/gateway/endpoint.h"
#include "core/local/gateway/policy/limitstatements.h"
#include "core/local/gateway/policy/outcome.h"

#include <functional>
#include <string>
#include <string_view>

namespace gatehouse::local {

/// What a forward-request of the backend section asks for.
struct ForwardOrder
{
    std::string backendId;                ///< "" when no policy names one
    std::optional<gateway::Millis> limit; ///< of the time until the answer begins
};

/// What the statements of a section work with, besides the outcome so far.
struct PolicyRun
{
    gateway::ExpressionContext context; ///< its variables and headers are filled in
    // The inbound section's:
    gateway::TokenDemand demand;
    Operation operation = Operation::ChatCompletions;
    std::string_view body;
    CredentialLookup credentials;
    TokenReader tokens;
    DateTime now;
    // The backend section's:
    /// Calls a backend once and answers its status; 502 for no answer, 503 where none could be called.
    std::function<int(const ForwardOrder& order)> forward;
    /// False when the stack ends.
    std::function<bool(gateway::Millis)> sleep;
    bool stopped = false;       ///< the stack ended meanwhile
    bool failedByOrder = false; ///< the answer goes to on-error, as fail-on-error-status-code says
};

/// Runs the statements of one section: they change the outcome, and an ending in it is where they stopped.
/// The statements must outlive the outcome. The error says which expression failed (APIM answers 500 then).
[[nodiscard]] Status runSection(const PolicyBlock& block, PolicyRun& run, PolicyOutcome& outcome);

/// Applies what set-header did; names compare without case.
void applyHeaders(const std::vector<HeaderChange>& changes,
                  std::vector<std::pair<std::string, std::string>>& headers);

} // namespace gatehouse::local
