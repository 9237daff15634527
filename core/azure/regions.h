// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace gatehouse::azure {

/// The display name of an Azure location, "eastus" → "East US", as `GET …/locations` gives it; a location
/// that this table does not have, or that already is a display name, comes back as it is.
[[nodiscard]] std::string regionName(std::string_view location);

} // namespace gatehouse::azure
