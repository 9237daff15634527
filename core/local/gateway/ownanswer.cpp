// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/gateway/ownanswer.h"

#include <algorithm>

namespace gatehouse::local {

std::string retryAfterSeconds(gateway::Millis span)
{
    return std::to_string(std::max<std::int64_t>((span.count() + 999) / 1000, 1));
}

OwnAnswer refused(const Error& error)
{
    return {400,
            "invalid_request",
            error.message,
            "invalid_request_error",
            error.serviceCode,
            {"InvalidRequest", error.message, "validate-content", "inbound"},
            std::nullopt};
}

OwnAnswer noApiVersion()
{
    return {404,
            "404",
            "Resource not found: the query has no api-version.",
            "invalid_request_error",
            "api-version",
            {"OperationNotFound", "The request has no api-version.", "configuration", "inbound"},
            std::nullopt};
}

OwnAnswer noDeployment(std::string_view name)
{
    return {404,
            "DeploymentNotFound",
            "The API deployment for this resource does not exist. If you created it within the last 5 "
            "minutes, wait a "
            "moment and try again.",
            "invalid_request_error",
            {},
            {"DeploymentNotFound", "There is no deployment “" + std::string(name.substr(0, 64)) + "”.",
             "set-backend-service", "inbound"},
            std::nullopt};
}

OwnAnswer noBackend(gateway::Millis retryAfter, bool hasMembers)
{
    OwnAnswer answer;
    answer.status = 503;
    answer.code = "ServiceUnavailable";
    answer.type = "server_error";
    if (!hasMembers) {
        answer.message = "No backend serves this deployment.";
        answer.error = {"PoolIsInactive", "No member of the pool has this deployment.", "set-backend-service",
                        "backend"};
        return answer;
    }
    answer.message = "All backends are out of service for now. Try again after " +
                     retryAfterSeconds(retryAfter) + " seconds.";
    answer.error = {"PoolIsInactive", "The circuits of all backends are open.", "set-backend-service",
                    "backend"};
    answer.retryAfter = retryAfter;
    return answer;
}

OwnAnswer noAnswer(const UpstreamAnswer& upstream)
{
    return {502,
            "BackendConnectionFailure",
            "The model endpoint could not be reached.",
            "server_error",
            {},
            {"BackendConnectionFailure", "The backend gave no answer: " + upstream.failure + ".",
             "forward-request", "backend"},
            std::nullopt};
}

OwnAnswer stopping()
{
    return {503,
            "ServiceUnavailable",
            "The gateway is shutting down.",
            "server_error",
            {},
            {"GatewayStopping", "The gateway is shutting down.", "configuration", "backend"},
            gateway::Millis(1'000)};
}

OwnAnswer policyFailed(std::string message)
{
    return {500,
            "InternalServerError",
            "A policy of the gateway could not be worked out. Its administrator finds the reason in the log.",
            "server_error",
            {},
            {"ExpressionValueEvaluationFailure", std::move(message), "policy", "inbound"},
            std::nullopt};
}

OwnAnswer overLimit(PolicyRefusal told, const gateway::LimitRefusal& refusal)
{
    OwnAnswer answer;
    answer.status = refusal.status;
    answer.code = refusal.status == 403 ? "403" : "429";
    answer.type = refusal.status == 403 ? "insufficient_quota" : "rate_limit_exceeded";
    answer.message = told.message;
    answer.error = {told.reason, std::move(told.message), told.source, "inbound"};
    if (refusal.retryAfter)
        answer.retryAfter = std::chrono::seconds(gateway::retryAfterSeconds(*refusal.retryAfter));
    return answer;
}

OwnAnswer failedByOrder(int status)
{
    const std::string message = "The backend answered " + std::to_string(status) + ".";
    OwnAnswer answer;
    answer.status = status;
    answer.code = "BackendError";
    answer.message = message;
    answer.type = "server_error";
    answer.error = {"BackendError", message, "forward-request", "backend"};
    return answer;
}

OwnAnswer endedBy(const PolicyEnding& ending)
{
    OwnAnswer answer;
    answer.status = ending.status;
    if (!ending.refusal) {
        answer.body = ending.body;
        answer.contentType = ending.contentType;
        return answer;
    }
    answer.code = ending.status == 403 ? "content_filter" : "401";
    if (ending.source.starts_with("validate-"))
        answer.code = ending.status == 403 ? "403" : "401";
    answer.message = ending.message;
    answer.error = {ending.reason, ending.message, ending.source, "inbound"};
    return answer;
}

} // namespace gatehouse::local
