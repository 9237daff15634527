// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/table/table.h"

namespace gatehouse::local {

/// A cell as ARM's own services write it: numbers as numbers, dynamic values as JSON, moments in ISO 8601.
[[nodiscard]] Json jsonAt(const Column& column, std::size_t row);

} // namespace gatehouse::local
