// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::kql::language {

/// "bin(value, roundTo)": names of parameters from the descriptions, or their types from the registry.
/// Empty for an unknown function; aggregates and the functions that the binder itself knows are known too.
[[nodiscard]] std::string signatureOf(std::string_view function);
/// What a function does, in one sentence; "" where nobody has described it.
[[nodiscard]] std::string_view descriptionOf(std::string_view function);
[[nodiscard]] bool isKnownFunction(std::string_view name);

/// The names that somebody may write, in the order of their use; operators of the registry are not among
/// them.
[[nodiscard]] const std::vector<std::string_view>& knownScalars();
[[nodiscard]] const std::vector<std::string_view>& knownAggregates();
/// Both.
[[nodiscard]] const std::vector<std::string_view>& knownFunctions();

} // namespace gatehouse::kql::language
