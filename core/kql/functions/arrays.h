// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kql/execution/context.h"

#include <optional>
#include <string>
#include <vector>

namespace gatehouse::kql {

/// The JSON of each element of a dynamic array; empty when the value is none.
[[nodiscard]] std::optional<std::vector<std::string>> elementsOf(Evaluation& evaluation, const Datum& value);
/// Appends an array of JSON values; one that is larger than a value may be is null.
void appendArray(Evaluation& evaluation, Column& out, const std::vector<std::string>& elements);

} // namespace gatehouse::kql
