// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/inference.h"

#include <vector>

namespace gatehouse::gateway {

/// What a log of final attempts alone proves of a circuit: the spans in which it was open for certain, oldest
/// first. Attempts that a retry hid may have changed the circuit at any time, so nothing else is claimed; no
/// span means that the log does not tell, never that the circuit was closed.
///
/// The proof: a rule by count, and as many failures as it takes that began within one interval and one trip,
/// all but the first after the first had ended. Had the circuit been open in between, the last could not have
/// been let through; had it been half-open, the first failure would have opened it. So it was closed, and the
/// last failure opened it if a hidden one had not done so while that last call ran. It stays open at least
/// for one trip from the beginning of that call. Half a second of doubt is given at both ends.
[[nodiscard]] std::vector<CircuitSpan> provenOpen(const Backend& backend, std::vector<LoggedAttempt> finals,
                                                  TimeRange range);

} // namespace gatehouse::gateway
