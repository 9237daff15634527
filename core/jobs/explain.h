// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/gateway/explain/explain.h"
#include "core/gateway/explain/setup.h"
#include "core/gateway/explain/trafficreplay.h"

#include <QtCore/QFuture>

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace gatehouse::jobs {

/// The resources that are in force, as a draft that is to be applied starts from them.
struct SetupNow
{
    std::string serviceId; ///< ARM id
    gateway::SetupResources resources;
    gateway::ExplainSetup setup;
};

struct ReplayProgress
{
    double fraction = 0;       ///< 0..1
    std::int64_t requests = 0; ///< read so far
};

/// A replay with what limits its worth.
struct ReplayOutcome
{
    gateway::TrafficReplay replay;
    bool finalAttemptsOnly = false; ///< the workspace has no attempt rows
    bool partial = false;           ///< the service left rows out
    std::string partialReason;
    std::vector<std::string> queries;
};

/// Explains requests and replays drafts (Routing, `gatehouse-cli route`). Main thread.
class ExplainService
{
public:
    ExplainService() = default;
    ExplainService(const ExplainService&) = delete;
    ExplainService& operator=(const ExplainService&) = delete;
    virtual ~ExplainService() = default;

    using ExplanationPtr = std::shared_ptr<const gateway::Explanation>;
    using ReplayPtr = std::shared_ptr<const ReplayOutcome>;

    /// The story of a logged request. NotFound when the workspace has none of that correlation id.
    [[nodiscard]] virtual QFuture<Result<ExplanationPtr>> explain(std::string correlationId,
                                                                  std::stop_token stop) = 0;
    /// What would be done with a request that nobody has sent.
    [[nodiscard]] virtual QFuture<Result<ExplanationPtr>> hypothetical(gateway::RequestFacts facts,
                                                                       std::stop_token stop) = 0;
    /// The setup that is in force: what a draft starts from.
    [[nodiscard]] virtual QFuture<Result<SetupNow>> setup(std::stop_token stop) = 0;
    /// The logged traffic of a range under a draft; without one under what was in force at its time, which
    /// gives the past back. progress is called on the main thread.
    [[nodiscard]] virtual QFuture<Result<ReplayPtr>>
    replay(std::optional<gateway::ExplainSetup> draft, TimeRange range,
           std::function<void(const ReplayProgress&)> progress, std::stop_token stop) = 0;
};

} // namespace gatehouse::jobs
