// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/rag/smoke/history.h"
#include "core/rag/smoke/results.h"
#include "core/table/table.h"

#include <string>
#include <vector>

/// How `smoke` writes its answers.
namespace gatehouse::cli {

/// Cases down, members across: an outcome each.
[[nodiscard]] Table smokeMatrix(const rag::smoke::Run& run);
/// One row for each ask.
[[nodiscard]] Table smokeRows(const rag::smoke::Run& run);
[[nodiscard]] Json smokeJson(const rag::smoke::Run& run);
/// What does not hold and why, and how each member compares with the primary; a line each.
[[nodiscard]] std::vector<std::string> smokeNotes(const rag::smoke::Run& run);
[[nodiscard]] Table historyTable(const std::vector<rag::smoke::Run>& runs);

} // namespace gatehouse::cli
