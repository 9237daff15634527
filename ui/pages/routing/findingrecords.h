// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/recordmodel.h"
#include "ui/pages/routing/routingpresenter.h"
#include "ui/theme/tokens.h"

namespace gatehouse::ui {

/// What is wrong, or worth knowing, as rows of a table. A row's key is its place in the list.
[[nodiscard]] std::vector<ColumnSpec> findingColumns();
[[nodiscard]] std::vector<Record> findingRecords(const RoutingState& state, const Tokens& tokens);
/// "▲ 1 error, 2 warnings", "● nothing is wrong".
[[nodiscard]] QString findingWords(const RoutingState& state);
/// The rule that the row is about; -1: none.
[[nodiscard]] int ruleOfFinding(const RoutingState& state, int row);

} // namespace gatehouse::ui
