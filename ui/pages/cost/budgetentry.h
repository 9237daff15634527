// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/usage/budgets/budget.h"

#include <QtCore/QString>

#include <optional>

namespace gatehouse::ui {

/// A budget as a person types it.
struct BudgetEntry
{
    cost::BudgetScope scope = cost::BudgetScope::Everything;
    QString key; ///< the service's id or the team's name; ignored for everything
    QString amount;
    QString currency;
    cost::Month since;
    std::optional<cost::Month> until; ///< the first month without it
};

/// InvalidInput with what is wrong and how it is written right: no amount or one that is not more than 0, no
/// currency, no service or team, an end that is not after the beginning. Whether the currency has a rate and
/// whether another budget overlaps is the ledger's to say.
[[nodiscard]] Result<cost::Budget> budgetFrom(const BudgetEntry& entry);

} // namespace gatehouse::ui
