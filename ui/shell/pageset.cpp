// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/pageset.h"

#include "ui/pages/activity/activitypage.h"
#include "ui/pages/ask/askpage.h"
#include "ui/pages/cost/costpage.h"
#include "ui/pages/health/healthpage.h"
#include "ui/pages/overview/overviewpage.h"
#include "ui/pages/query/querypage.h"
#include "ui/pages/quotas/quotaspage.h"
#include "ui/pages/routing/explainpanel.h"
#include "ui/pages/routing/paritypanel.h"
#include "ui/pages/routing/replaypanel.h"
#include "ui/pages/routing/routingpage.h"
#include "ui/pages/usage/usagepage.h"
#include "ui/shell/costviews.h"
#include "ui/shell/openexternal.h"
#include "ui/shell/workbench.h"

namespace gatehouse::ui {

PageSet makePages(Theme& theme, Workbench& workbench)
{
    PageSet set;
    auto* const usage = new UsagePage(theme, workbench.usage());
    set.cost = makeCostPage(theme, workbench, *usage);
    set.health = new HealthPage(theme, workbench.health(), workbench.posture());
    set.quotas = new QuotasPage(theme, workbench.quotas());
    set.routing = new RoutingPage(theme, workbench.routing());
    set.explain = new ExplainPanel(theme, workbench.explain());
    set.replay = new ReplayPanel(theme, workbench.replay());
    set.routing->addView(RoutingPage::tr("Explain"), set.explain);
    set.routing->addView(RoutingPage::tr("Replay"), set.replay);
    set.routing->addView(RoutingPage::tr("Failover"), new ParityPanel(theme, workbench.parity()));
    set.pages = {
        new OverviewPage(theme, workbench.overview()),
        usage,
        set.cost,
        set.health,
        set.quotas,
        set.routing,
        new AskPage(theme,
                    {workbench.ask(), workbench.compare(), workbench.smoke(), workbench.answerPrices()},
                    openChosenLink),
        new QueryPage(theme, workbench.query()),
        new ActivityPage(theme, workbench.activity()),
    };
    return set;
}

} // namespace gatehouse::ui
