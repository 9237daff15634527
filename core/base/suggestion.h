// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse {

/// " Did you mean 'X'?" with the candidate that is nearest, or nothing when none is near.
[[nodiscard]] std::string didYouMean(std::string_view name, const std::vector<std::string_view>& candidates);

} // namespace gatehouse
