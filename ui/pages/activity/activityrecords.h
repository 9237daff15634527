// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/changes.h"
#include "ui/models/recordmodel.h"
#include "ui/theme/tokens.h"

#include <vector>

/// The journal as a table.
namespace gatehouse::ui {

[[nodiscard]] std::vector<ColumnSpec> activityColumns();
/// A record's key is the entry's number.
[[nodiscard]] std::vector<Record> activityRecords(const std::vector<jobs::JournalEntry>& entries,
                                                  const Tokens& tokens);

} // namespace gatehouse::ui
