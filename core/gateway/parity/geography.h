// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace gatehouse::gateway {

/// Where data of a region stays at rest, "eastus" → "United States", as Microsoft draws its geographies; ""
/// for a region that is not in the table.
[[nodiscard]] std::string geographyOf(std::string_view region);

} // namespace gatehouse::gateway
