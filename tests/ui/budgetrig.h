// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/ui/costrig.h"

namespace gatehouse::test {

/// The month of the sample.
inline constexpr cost::Month June = std::chrono::year{2026} / 6;

/// A presenter on screen, on the sample's ledger with its budgets.
struct BudgetRig : CostRig
{
    explicit BudgetRig(bool hostile = false)
        : CostRig(hostile)
    {
        ledger.budgetLists.always(sampleBudgets());
        presenter.setActive(true);
    }
};

/// So many dollars a month.
inline cost::Budget budget(cost::BudgetScope scope, const char* key, cost::Month since,
                           std::int64_t units = 100)
{
    return {scope, key, units * cost::PicoPerUnit, *cost::Currency::parse("USD"), since, {}};
}

} // namespace gatehouse::test
