// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/quota/limitkeeper.h"
#include "core/local/gateway/policy/program.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gatehouse::local {

/// An answer that a policy gave by itself, which ends the call.
struct PolicyEnding
{
    int status = 200;
    std::string message; ///< of a refusal, for people; the body is the gateway's error then
    std::string contentType = "text/plain";
    std::string body; ///< of return-response
    bool refusal = false;
    bool counts = true; ///< for the limits that stand before it
    std::string_view reason;
    std::string_view source; ///< as long as the program lives
};

/// What a set-header did to the answer's headers, in order.
struct HeaderChange
{
    std::string name;
    SetHeader::WhenThere whenThere = SetHeader::WhenThere::Override;
    std::string value;
};

/// What the policies decided for one request so far.
struct PolicyOutcome
{
    std::string backendId;  ///< "" when no policy names one
    std::string deployment; ///< "" unless a policy rewrote the path
    std::map<std::string, gateway::ExpressionValue, std::less<>> variables;
    /// What set-header made of the request's headers; empty values are deleted ones.
    std::map<std::string, std::optional<std::string>, std::less<>> requestHeaders; ///< by lower-case name
    std::vector<HeaderChange> answerHeaders;
    std::optional<PolicyEnding> ending;
    gateway::LimitedRequest limits;
    std::vector<const CountLimit*> sources; ///< of limits.limits, one each
};

} // namespace gatehouse::local
