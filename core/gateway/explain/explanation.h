// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/datetime.h"
#include "core/gateway/balancer.h"
#include "core/gateway/routing/rules.h"

#include <optional>
#include <string>
#include <vector>

namespace gatehouse::gateway {

/// How sure a claim is.
enum class Certainty {
    Logged,   ///< a log row says so
    Inferred, ///< it follows from log rows and the setup that was in force
    Unknown   ///< the log does not prove it
};
/// "logged", "inferred", "unknown"
[[nodiscard]] std::string_view toString(Certainty certainty);

/// Why a backend was not taken for an attempt.
enum class NotTaken {
    Unknown,
    OpenCircuit,
    Parked, ///< its Retry-After had not passed
    AlreadyTried,
    LowerPriority,
    ZeroWeight,
    DrawByWeight,
    NoDeployment, ///< its account does not have the deployment
    NotInPool     ///< the route does not use it
};
/// "open circuit", "lower priority", …
[[nodiscard]] std::string_view toString(NotTaken reason);

struct ExplainedRule
{
    RuleTrace trace;
    Certainty certainty = Certainty::Unknown;
};

struct ExplainedCandidate
{
    std::string backend;
    int priority = 0; ///< 0: not a member
    int weight = 0;
    bool taken = false;
    NotTaken reason = NotTaken::Unknown; ///< when not taken
    Certainty certainty = Certainty::Unknown;
    /// 0..1, of the draw that this attempt was: what may be expected, since no log holds the draw itself.
    std::optional<double> expectedShare;
    std::string sentence;
};

/// One attempt with who else could have been called. Without a backend: the look for one that found none.
struct ExplainedAttempt
{
    std::string backend;
    DateTime start;
    Ticks duration{0};
    int status = 0; ///< 0: no answer
    bool cut = false;
    std::optional<Ticks> retryAfter;
    Certainty certainty = Certainty::Unknown;   ///< that it was made
    std::vector<ExplainedCandidate> candidates; ///< in the pool's order, then those outside of it
    std::string sentence;
};

enum class Refusal {
    None,
    Unauthorized,      ///< 401
    TooLarge,          ///< 413
    Content,           ///< 400 by the gateway's own checks
    UnknownDeployment, ///< 404
    UnknownOperation,  ///< 404
    CallRate,          ///< 429
    TokenRate,         ///< 429
    TokenQuota,        ///< 403
    CallQuota,         ///< 403
    NoBackend,         ///< 503: nobody could be called
    PolicyFailed,      ///< 500
    Stopping,          ///< 503
    Other              ///< refused for a reason that is none of these
};
[[nodiscard]] std::string_view toString(Refusal refusal);
/// Whether it is a limit's.
[[nodiscard]] bool isLimit(Refusal refusal);
/// Whether it came before the request was sent on its way.
[[nodiscard]] bool isBeforeRouting(Refusal refusal);

struct Claim
{
    Certainty certainty = Certainty::Unknown;
    std::string sentence;
};

/// A request's story, for people. What is Unknown has empty values.
struct Explanation
{
    std::string correlationId; ///< "" of a hypothetical request
    DateTime time;
    int status = 0;
    bool hypothetical = false;

    std::vector<ExplainedRule> rules; ///< one for each of the plan, in order
    std::optional<std::string> rule;  ///< that matched
    Claim route;                      ///< which rule, or that none did
    std::string target;               ///< pool or backend
    std::string deployment;
    bool everyAttempt = false; ///< false: final attempt only
    std::vector<ExplainedAttempt> attempts;
    std::string backend; ///< the final one
    Refusal refusal = Refusal::None;
    Claim result;
    std::vector<Claim> remarks; ///< what the log lacks, and what else is worth saying
};

} // namespace gatehouse::gateway
