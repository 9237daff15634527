// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/manualclock.h"
#include "tests/ui/fakes/fakecost.h"
#include "tests/ui/fakes/samplecost.h"
#include "ui/pages/cost/costpresenter.h"

namespace gatehouse::test {

/// A presenter on the sample's ledger.
struct CostRig
{
    explicit CostRig(bool hostile = false)
        : clock(sampleCostNow())
        , context(clock)
        , presenter(context)
    {
        ledger.make = [hostile](const jobs::CostQuestion& question) {
            return CostAnswer(sampleCost(question, hostile));
        };
        ledger.changes.always(Status());
        services.cost = &ledger;
        presenter.setServices(&services);
    }
    ~CostRig() { presenter.setServices(nullptr); }

    ManualClock clock;
    ui::ViewContext context;
    FakeCost ledger;
    jobs::Services services;
    ui::CostPresenter presenter;
};

} // namespace gatehouse::test
