// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/topology/shares.h"
#include "core/jobs/routing.h"

#include <string>
#include <vector>

namespace gatehouse::ui {

/// One member of a pool as it is drawn.
struct MemberPicture
{
    std::string backend;
    std::string region; ///< "" not known
    int priority = 1;
    int weight = 1;
    bool drained = false; ///< it left the pool and can be restored; priority and weight are what it had
    bool exists = true;   ///< false: the pool names a backend that is not there
    gateway::CircuitView circuit;
    gateway::MemberShare share; ///< nothing for one that is drained, but the attempts
    std::string breaker;        ///< "5 failures in PT1M open it for PT30S"
};

/// One pool with its members from the highest priority down, the drained ones last; or, with name "", the
/// backends that are in no pool.
struct PoolPicture
{
    std::string name;
    std::string title;
    std::vector<MemberPicture> members;
    std::vector<std::string> usedBy; ///< rules of the plan that send to it, and what else does, for people
};

/// Pools in the order of their names, then the backends without a pool.
[[nodiscard]] std::vector<PoolPicture> picturesOf(const jobs::RoutingView& view,
                                                  const gateway::RoutingPlan& plan);
/// Backends that cannot serve now, as far as is known: their circuit is open.
[[nodiscard]] std::vector<std::string> unhealthyBackends(const jobs::RoutingView& view);

} // namespace gatehouse::ui
