// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/usage/money/money.h"

#include <vector>

namespace gatehouse::cost {

/// The amount as a whole number of 10^-digits (0..12) of its currency, rounded half away from zero.
[[nodiscard]] Int128 shownWhole(Int128 pico, int digits);

/// The parts as they are shown: their sum is shownWhole of their sum, each is less than one step away from
/// its exact value, and a part that needs no rounding keeps its value. The steps that are over go to the
/// largest remainders (of equal ones to the first).
[[nodiscard]] std::vector<Int128> shownParts(const std::vector<Int128>& parts, int digits);

/// The same for parts of a whole that is shown already (a group inside a group). shown must be the whole's
/// exact value rounded up or down to a step, as shownParts gives it.
[[nodiscard]] std::vector<Int128> shownPartsOf(Int128 shown, const std::vector<Int128>& parts, int digits);

/// An amount cut into as many parts as there are weights, in proportion (equal ones when all are 0), so that
/// the parts sum to it exactly. Weights are not negative.
[[nodiscard]] std::vector<Int128> spread(Int128 pico, const std::vector<std::int64_t>& weights);

} // namespace gatehouse::cost
