// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/ui/costrig.h"

namespace gatehouse::test {

/// Hours before three in the afternoon of 3 June 2026.
inline DateTime at(int hoursAgo)
{
    return DateTime::fromCivil(2026, 6, 3) + std::chrono::hours(15 - hoursAgo);
}

inline cost::Alert alert(cost::AnomalyKind kind, const char* service, int hoursAgo, int lasted = 1)
{
    cost::Alert one;
    one.first = {kind,    service, "gpt-4o", "bulk-import", false, at(hoursAgo), Ticks(std::chrono::hours(1)),
                 900'000, 300'000, false};
    one.peak = 930'000;
    one.until = at(hoursAgo - lasted);
    return one;
}

/// One of each kind, oldest first, as the ledger has them.
inline std::vector<cost::Alert> eachKind()
{
    return {alert(cost::AnomalyKind::LongerPrompts, "sub-docs", 60),
            alert(cost::AnomalyKind::ModelSwitch, "sub-hr", 40),
            alert(cost::AnomalyKind::RetryStorm, "sub-search", 30),
            alert(cost::AnomalyKind::Launch, "sub-support", 3, 2), alert(cost::AnomalyKind::NoData, "", 1)};
}

/// A presenter on the sample's ledger with alerts of the test's.
struct AnomalyRig : CostRig
{
    AnomalyRig()
    {
        ledger.make = [this](const jobs::CostQuestion& question) -> CostAnswer {
            auto view = std::make_shared<jobs::CostView>(*sampleCost(question));
            view->alerts = list;
            return std::shared_ptr<const jobs::CostView>(view);
        };
        ledger.makeCalls = [](const jobs::CostQuestion& question, int most) {
            return sampleCostCalls(question, most);
        };
        ledger.untold.always(std::vector<cost::Alert>());
    }

    cost::AlertList list{eachKind(), {}};
};

} // namespace gatehouse::test
