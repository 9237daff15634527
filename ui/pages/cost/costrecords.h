// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/cost.h"
#include "ui/models/recordmodel.h"

#include <vector>

namespace gatehouse::ui {

class Theme;

/// The table of the Spend view: a record a row of the grouping, whose amounts sum to the total as shown,
/// those of the period before and the differences too.
enum SpendColumn {
    SpendName,
    SpendAmount,
    SpendShare,
    SpendBefore,
    SpendChange,
    SpendCalls,
    SpendTokens,
    SpendPerCall,
    SpendEstimated,
    SpendFailed,
    SpendAttempts,
    SpendFix
};
[[nodiscard]] std::vector<ColumnSpec> spendColumns();
[[nodiscard]] std::vector<Record> spendRecords(const jobs::CostView& view, const Theme& theme);
/// Amounts of money, whose sum is written with the view's digits.
[[nodiscard]] bool isMoneyColumn(int column);

/// What the button of a row does.
enum class SpendFixKind { None, AddPrice, AssignOwner, SayWhatIsMissing, ShowCalls, ShowReservations };
[[nodiscard]] SpendFixKind fixOf(const jobs::CostView& view, cost::RowKind kind);
[[nodiscard]] QString fixWord(SpendFixKind fix);

/// The single calls of a row.
[[nodiscard]] std::vector<ColumnSpec> callColumns();
[[nodiscard]] std::vector<Record> callRecords(const std::vector<jobs::BookedCall>& calls,
                                              cost::Currency currency, const Theme& theme);

} // namespace gatehouse::ui
