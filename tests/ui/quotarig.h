// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/manualclock.h"
#include "tests/ui/fakes/fakechanges.h"
#include "tests/ui/fakes/fakequotas.h"
#include "ui/pages/quotas/quotaspresenter.h"

namespace gatehouse::test {

/// A presenter with its services, unlocked.
struct QuotaRig
{
    QuotaRig()
        : clock(DateTime::fromCivil(2026, 6, 3) + std::chrono::hours(15))
        , context(clock)
        , lock(clock)
        , flow(lock)
        , presenter(context, flow)
        , board(sampleQuotaBoard(clock.now()))
    {
        services.quotaBoard = &quotas;
        writes.addTo(services);
        serve();
        quotas.impacts.always(std::shared_ptr<const jobs::QuotaImpact>(sampleQuotaImpact(clock.now())));
        lock.setServices(&services);
        flow.setServices(&services);
        presenter.setServices(&services);
        presenter.setActive(true);
        lock.unlock();
    }
    ~QuotaRig() { presenter.setServices(nullptr); }

    void serve() { quotas.boards.always(std::shared_ptr<const jobs::QuotaBoard>(board)); }
    /// What stands in the sheet on the service from now on.
    void changeOutside(const gateway::ServiceQuota& quota)
    {
        auto changed = std::make_shared<jobs::QuotaBoard>(*board);
        const auto document = gateway::PolicyDocument::parse(textAt(*changed->fragment, "value"),
                                                             gateway::PolicyDocument::Root::Fragment);
        changed->fragment =
            Json{{"format", "xml"}, {"value", gateway::setServiceQuota(*document, quota)->text()}};
        for (jobs::QuotaBoardRow& row : changed->rows) {
            if (row.service == quota.service)
                row.quota = quota;
        }
        board = changed;
        serve();
        presenter.refresh();
    }
    [[nodiscard]] ui::QuotaRowView rowOf(const std::string& service) const
    {
        const auto state = presenter.state();
        for (const ui::QuotaRowView& view : state->rows) {
            if (view.row.service == service)
                return view;
        }
        return {};
    }

    ManualClock clock;
    FakeQuotaBoard quotas;
    FakeWrites writes;
    jobs::Services services;
    ui::ViewContext context;
    ui::EditLock lock;
    ui::ChangeFlow flow;
    ui::QuotasPresenter presenter;
    std::shared_ptr<jobs::QuotaBoard> board;
};

} // namespace gatehouse::test
