// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/local/arm/resourcestore.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::local {

inline constexpr std::string_view NamedValueType = "Microsoft.ApiManagement/service/namedValues";
inline constexpr std::size_t MaxNamedValueLength = 4'096; ///< characters, as APIM's own (contracts §4.4)

/// The text of a named value, secret or not.
[[nodiscard]] std::string namedValueText(const Resource& namedValue);

/// The named value that a policy means with {{displayName}}; null when there is none. Names compare without
/// case.
[[nodiscard]] ResourcePtr findNamedValue(const ResourceStore& resources, std::string_view displayName);

} // namespace gatehouse::local
