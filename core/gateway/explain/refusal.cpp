// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/explain/refusal.h"

#include <array>
#include <utility>

namespace gatehouse::gateway {

namespace {

constexpr std::array<std::pair<std::string_view, Refusal>, 18> Reasons = {{
    {"Unauthorized", Refusal::Unauthorized},
    {"TokenNotPresent", Refusal::Unauthorized},
    {"TokenExpired", Refusal::Unauthorized},
    {"SubscriptionKeyNotFound", Refusal::Unauthorized},
    {"SubscriptionKeyInvalid", Refusal::Unauthorized},
    {"RequestTooLarge", Refusal::TooLarge},
    {"InvalidRequest", Refusal::Content},
    {"ContentFilter", Refusal::Content},
    {"DeploymentNotFound", Refusal::UnknownDeployment},
    {"OperationNotFound", Refusal::UnknownOperation},
    {"RateLimitExceeded", Refusal::CallRate},
    {"TokenLimitExceeded", Refusal::TokenRate},
    {"TokenQuotaExceeded", Refusal::TokenQuota},
    {"QuotaExceeded", Refusal::CallQuota},
    {"PoolIsInactive", Refusal::NoBackend},
    {"ExpressionValueEvaluationFailure", Refusal::PolicyFailed},
    {"GatewayStopping", Refusal::Stopping},
    {"BackendConnectionFailure", Refusal::None},
}};

std::string limitText(Refusal refusal, const std::string& service, const LimitSheet& limits)
{
    std::string text = "Refused by the limit on " + toString(*limitOf(refusal));
    std::string only;
    int found = 0;
    for (const LimitRule& rule : limits.of(service)) {
        if (kindOf(rule) == limitOf(refusal)) {
            only = describe(rule);
            ++found;
        }
    }
    if (found == 1 && limits.complete)
        text += " (" + only + ")";
    return text + ".";
}

std::string refusalText(Refusal refusal)
{
    switch (refusal) {
    case Refusal::Unauthorized:
        return "Refused at the door: no valid token or key.";
    case Refusal::TooLarge:
        return "Refused at the door: the request is too large.";
    case Refusal::Content:
        return "Refused by the content rules of the gateway.";
    case Refusal::UnknownDeployment:
        return "Refused: there is no such deployment.";
    case Refusal::UnknownOperation:
        return "Refused: there is no such operation.";
    case Refusal::NoBackend:
        return "Refused: no backend could be called.";
    case Refusal::PolicyFailed:
        return "Refused: a policy could not be worked out.";
    case Refusal::Stopping:
        return "Refused: the gateway was shutting down.";
    default:
        break;
    }
    return "Refused by the gateway.";
}

} // namespace

std::optional<LimitKind> limitOf(Refusal refusal)
{
    switch (refusal) {
    case Refusal::CallRate:
        return LimitKind::CallRate;
    case Refusal::TokenRate:
        return LimitKind::TokenRate;
    case Refusal::TokenQuota:
        return LimitKind::TokenQuota;
    case Refusal::CallQuota:
        return LimitKind::CallQuota;
    default:
        return std::nullopt;
    }
}

Refusal refusalOf(const LoggedRequest& request, const CallDetails& details)
{
    for (const auto& [reason, refusal] : Reasons) {
        if (details.errorReason == reason)
            return refusal;
    }
    const bool called = !request.attempts.empty() || !request.backend.empty();
    if (called || (request.status > 0 && request.status < 400))
        return Refusal::None;
    return request.status == 401 ? Refusal::Unauthorized : Refusal::Other;
}

Claim explainResult(const LoggedRequest& request, const CallDetails& details, Refusal refusal,
                    const LimitSheet& limits)
{
    const std::string status = std::to_string(request.status);
    Claim claim{Certainty::Logged, {}};
    if (isLimit(refusal))
        claim.sentence = limitText(refusal, details.service, limits);
    else if (refusal != Refusal::None)
        claim.sentence = refusalText(refusal);
    else if (request.status > 0 && request.status < 400)
        claim.sentence = "Served by “" + request.backend + "”.";
    else
        claim.sentence = "“" + request.backend + "” was called last, and did not serve it.";
    claim.sentence += " The caller got " + status + ".";
    if (!details.errorMessage.empty())
        claim.sentence += " The gateway wrote: " + details.errorMessage;
    return claim;
}

std::string_view toString(Refusal refusal)
{
    constexpr std::array<std::string_view, 14> Names = {"none",
                                                        "unauthorized",
                                                        "too large",
                                                        "content",
                                                        "unknown deployment",
                                                        "unknown operation",
                                                        "call rate",
                                                        "token rate",
                                                        "token quota",
                                                        "call quota",
                                                        "no backend",
                                                        "policy failed",
                                                        "shutting down",
                                                        "other"};
    return Names.at(static_cast<std::size_t>(refusal));
}

bool isLimit(Refusal refusal)
{
    return limitOf(refusal).has_value();
}

bool isBeforeRouting(Refusal refusal)
{
    return refusal != Refusal::None && refusal != Refusal::NoBackend && refusal != Refusal::Stopping &&
           refusal != Refusal::Other;
}

} // namespace gatehouse::gateway
