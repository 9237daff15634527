// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/routing/replay.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::gateway {

/// What the log holds of a request beside its route (LoggedRequest). Times as the log rounds them.
struct CallDetails
{
    std::string correlationId;
    std::string service;              ///< the caller's APIM subscription; "" for a caller with a token alone
    std::optional<std::string> route; ///< x-gh-route, as the gateway answered; absent: not logged
    std::optional<int> attemptCount;  ///< x-gh-attempts; absent: not logged
    std::optional<int> backendStatus; ///< of the final attempt; absent: no answer, or no attempt
    std::string errorReason;          ///< of the LastError columns; "" for a request that did not fail
    std::string errorSource;
    std::string errorMessage;
    Ticks total{0};         ///< from the request's first byte to the answer's last
    Ticks backendTime{0};   ///< of it: waiting for backends
    std::int64_t bytes = 0; ///< request and answer
    bool sampled = false;   ///< an attempt row stands for several, so that others may be missing
};

/// Requests of the log; details has one for each request, at the same place.
struct LoggedTraffic
{
    std::vector<LoggedRequest> requests;
    std::vector<CallDetails> details;
};

} // namespace gatehouse::gateway
