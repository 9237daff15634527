// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/backend.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::gateway {

/// What one member of a pool gets.
struct MemberShare
{
    /// 0..1 of the pool's calls, from priority, weight and the circuits as they are now.
    double expected = 0;
    /// 0..1 of the attempts at the pool's members in a range; empty without any. A log does not say through
    /// which pool an attempt came, so a backend of two pools counts in both.
    std::optional<double> seen;
    std::int64_t attempts = 0;
};

/// One for each member, in order. Calls go to the lowest priority number that has a member that can serve,
/// and there by weight; a group of zeros shares evenly (balancer.h). mayServe: false where the circuit is
/// known to be open; what is not known counts as serving. attempts: logged in the range.
[[nodiscard]] std::vector<MemberShare>
sharesOf(const Pool& pool, const std::function<bool(const std::string& backend)>& mayServe,
         const std::function<std::int64_t(const std::string& backend)>& attempts);

} // namespace gatehouse::gateway
