// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kql/execution/context.h"

namespace gatehouse::kql {

/// Appends a JSON value converted to the column's type; what does not convert is null.
void appendFromJson(Evaluation& evaluation, Column& out, std::string_view json);
/// The row function that converts between two types; null when they are the same or there is none.
[[nodiscard]] RowFunction castFunction(ColumnType from, ColumnType to);

} // namespace gatehouse::kql
