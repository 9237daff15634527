// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/local/gateway/answerfacts.h"
#include "core/local/gateway/attempts.h"
#include "core/local/gateway/gatewayservice.h"
#include "core/local/gateway/policy/run.h"
#include "core/local/gateway/tokens.h"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::local {

class GatewayMetrics;
class LogStore;

/// Why a request failed, in the words of the log's LastError columns.
struct LastError
{
    std::string_view reason; ///< "" when it did not fail; of our own constants
    std::string message;
    std::string_view source;
    std::string_view section;
};

/// All that is known of a request when it ends.
struct RequestRecord
{
    DateTime start;
    std::chrono::nanoseconds began{0}; ///< monotonic
    std::string correlationId;
    Operation operation = Operation::ChatCompletions;
    std::string asked;      ///< the deployment that the URL names
    std::string deployment; ///< that serves it: another one after a downgrade
    bool deploymentKnown = false;
    std::string model;
    std::string apiVersion;
    std::string route;
    std::string apimSubscriptionId;
    std::string userId;
    std::string callerIp;
    HeaderList headers;
    bool stream = false;
    std::size_t requestBytes = 0;
    std::size_t responseBytes = 0;
    int status = 0;
    TopologyPtr topology; ///< what the attempts point into
    std::vector<Attempt> attempts;
    std::chrono::nanoseconds streamed{0}; ///< from the first byte of a stream to its end
    LastError error;
    TokenSource tokenSource = TokenSource::Measured;
    gateway::TokenUsage usage;
    const PolicyProgram* program = nullptr; ///< of the topology; null when the request did not come that far
    std::unique_ptr<PolicyOutcome> policy;  ///< there when program is
    gateway::LimitReservation reservation;
    HeaderList limitHeaders; ///< what is left of the limits, as the policies ask for it
};

/// Turns a finished request into its log rows and counters: one GatewayLogs row, one LlmLog row, one
/// AppDependencies row for each attempt. Any thread.
class RequestRecorder
{
public:
    RequestRecorder(LogStore& logs, GatewayMetrics& metrics, const Clock& clock,
                    const GatewayOptions& options);

    /// Settles the record's reservation. Returns when the rows are committed, or with Storage.
    [[nodiscard]] Status finish(RequestRecord& record);

private:
    void settle(RequestRecord& record) const;

    LogStore& m_logs;
    GatewayMetrics& m_metrics;
    const Clock& m_clock;
    GatewayOptions m_options;
};

/// "ChatCompletions_Create": the operation of the API, in ARM and in the log.
[[nodiscard]] std::string_view operationIdOf(Operation operation);

/// x-gh-backend, x-gh-attempts, x-gh-route, x-ms-request-id, and what is left of the limits.
[[nodiscard]] HeaderList answerHeaders(const RequestRecord& record);

} // namespace gatehouse::local
