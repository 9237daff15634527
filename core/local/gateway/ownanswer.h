// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/breaker.h"
#include "core/local/gateway/policy/limitstatements.h"
#include "core/local/gateway/requestrecord.h"

#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::local {

/// An answer that the gateway makes itself.
struct OwnAnswer
{
    int status = 500;
    std::string_view code;
    std::string message;
    std::string_view type = "invalid_request_error";
    std::string param;
    LastError error; ///< without a reason nothing went wrong
    std::optional<gateway::Millis> retryAfter;
    std::optional<std::string> body = {}; ///< in place of the error's JSON
    std::string contentType = "application/json";
};

/// Whole seconds, at least one.
[[nodiscard]] std::string retryAfterSeconds(gateway::Millis span);

[[nodiscard]] OwnAnswer refused(const Error& error);
[[nodiscard]] OwnAnswer noApiVersion();
[[nodiscard]] OwnAnswer noDeployment(std::string_view name);
[[nodiscard]] OwnAnswer noBackend(gateway::Millis retryAfter, bool hasMembers);
[[nodiscard]] OwnAnswer noAnswer(const UpstreamAnswer& upstream);
[[nodiscard]] OwnAnswer stopping();
/// An expression could not be worked out, or a stored policy cannot be obeyed; the message is for the log.
[[nodiscard]] OwnAnswer policyFailed(std::string message);
[[nodiscard]] OwnAnswer overLimit(PolicyRefusal told, const gateway::LimitRefusal& refusal);
/// fail-on-error-status-code met an answer of 400 or more.
[[nodiscard]] OwnAnswer failedByOrder(int status);
/// What a policy answered by itself.
[[nodiscard]] OwnAnswer endedBy(const PolicyEnding& ending);

} // namespace gatehouse::local
