// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/parity/parity.h"

/// The points one by one; parity.cpp puts them together.
namespace gatehouse::gateway {

[[nodiscard]] ParityLine compareResidency(const ParitySide& primary, const ParitySide& candidate);
[[nodiscard]] ParityLine compareModels(const ParitySide& primary, const ParitySide& candidate);
[[nodiscard]] ParityLine compareFilters(const ParitySide& primary, const ParitySide& candidate);
[[nodiscard]] ParityLine compareLogging(const ParitySide& primary, const ParitySide& candidate);
[[nodiscard]] ParityLine compareTools(const ParitySide& primary, const ParitySide& candidate);
[[nodiscard]] ParityLine compareIdentity(const ParitySide& primary, const ParitySide& candidate);
[[nodiscard]] ParityLine comparePrivateEndpoints(const ParitySide& primary, const ParitySide& candidate);
[[nodiscard]] ParityLine compareLimits(const ParitySide& primary, const ParitySide& candidate,
                                       const Reading<std::vector<LimitFacts>>& limits);

} // namespace gatehouse::gateway
