// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/backend.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::gateway {

/// Why a member was not taken, as Explain says it.
enum class PassReason { OpenCircuit, Parked, AlreadyTried, LowerPriority, ZeroWeight, DrawByWeight };
/// "open circuit", "parked by Retry-After", "already tried", "lower priority", "weight 0", "draw by weight"
[[nodiscard]] std::string_view toString(PassReason reason);

struct Passed
{
    std::string backend;
    PassReason reason = PassReason::OpenCircuit;
};

struct Choice
{
    std::string backend;        ///< "" when none can be taken
    std::vector<Passed> passed; ///< the other members, in the pool's order
};

/// What the balancer may ask about a member; pure, so that replay and the live gateway share it.
struct MemberState
{
    bool admits = true;    ///< its circuit would admit a call
    bool parked = false;   ///< its Retry-After has not passed
    bool tried = false;    ///< by this call already
    bool overlong = false; ///< it is parked for longer than a call may wait, so as good as out

    [[nodiscard]] bool out() const { return !admits || overlong; }
};

/// Picks a member: among those that admit, are not parked and were not tried, the lowest priority number,
/// then by weight with draw in [0,1). A group of lower priority is used only when the higher one has nobody
/// left. Members that are parked or tried are taken (in that order of preference) only when no other admits.
/// A weight of 0 is drawn only when every other in its group is out; a group of zeros shares evenly.
[[nodiscard]] Choice choose(const Pool& pool, const std::function<MemberState(const std::string&)>& stateOf,
                            double draw);

} // namespace gatehouse::gateway
