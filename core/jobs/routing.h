// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/datetime.h"
#include "core/base/json.h"
#include "core/base/result.h"
#include "core/gateway/health.h"
#include "core/gateway/routing/fragment.h"
#include "core/gateway/routing/lint.h"
#include "core/gateway/topology/drain.h"

#include <QtCore/QFuture>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace gatehouse::jobs {

/// The policy of the whole service or of one API, as far as routing depends on it.
struct RoutingPolicy
{
    std::string name; ///< of the API; "All APIs" for the service's own
    bool readable = true;
    bool includesFragment = false; ///< gatehouse-routing, in its inbound section
    std::string backend; ///< what its inbound section sends calls to by itself; "" where it does not say
    std::vector<gateway::LintFinding> retries;
};

/// Requests of the range that said the same of themselves.
struct SeenRequests
{
    gateway::RequestFacts facts; ///< what the log does not hold is unknown
    std::int64_t requests = 0;
};

/// Everything that the Routing page stands on; a value that never changes once it is out.
struct RoutingView
{
    TimeRange range;
    DateTime readAt;
    std::string serviceId; ///< ARM id of the API Management service

    std::vector<gateway::Backend> backends; ///< with their regions where those are known
    std::vector<gateway::Pool> pools;       ///< as they serve: without the drained members
    std::map<std::string, std::vector<gateway::DrainedMember>> drained; ///< by pool
    std::map<std::string, Json> properties;                             ///< of each backend and pool, as read
    std::vector<std::string> unreadable; ///< names of backends whose resource is of an unknown shape

    std::optional<Json> fragmentProperties; ///< empty: the service has no fragment gatehouse-routing
    gateway::RoutingFragment fragment;
    std::optional<Error> fragmentProblem; ///< it is there, and is no fragment that can be read
    std::vector<RoutingPolicy> policies;
    std::string policiesProblem; ///< why they could not be read

    std::shared_ptr<const gateway::HealthReport> health; ///< null: not known
    std::string healthProblem;
    std::vector<SeenRequests> seen; ///< the most frequent first
    std::string seenProblem;
    std::vector<std::string> queries;

    /// The first policy that includes the fragment; null when none does.
    [[nodiscard]] const RoutingPolicy* including() const
    {
        for (const RoutingPolicy& policy : policies) {
            if (policy.includesFragment)
                return &policy;
        }
        return nullptr;
    }
};

/// Where requests go (Routing). Reads alone: what is to change goes through ChangeService.
class RoutingService
{
public:
    virtual ~RoutingService() = default;
    /// Fails when the backends cannot be read; all else that is missing is said in the view.
    [[nodiscard]] virtual QFuture<Result<std::shared_ptr<const RoutingView>>> view(TimeRange range,
                                                                                   std::stop_token stop) = 0;
};

} // namespace gatehouse::jobs
