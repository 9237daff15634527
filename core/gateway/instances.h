// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/health.h"

namespace gatehouse::gateway {

/// Several instances of a gateway, each with a circuit of its own, as one: at every moment the state that
/// keeps most calls away (open, then half-open), and a reason that names who differs. One instance is given
/// back as it is; none is Unknown. Instances whose circuit is not known count only where no other is.
[[nodiscard]] InstanceCircuit combine(const std::vector<InstanceCircuit>& instances);
/// Whether two of them are known to be in different states.
[[nodiscard]] bool differ(const std::vector<InstanceCircuit>& instances);

} // namespace gatehouse::gateway
