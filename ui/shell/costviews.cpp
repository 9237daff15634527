// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/costviews.h"

#include "ui/pages/cost/anomalypanel.h"
#include "ui/pages/cost/budgetpanel.h"
#include "ui/pages/cost/costpage.h"
#include "ui/pages/cost/pricepanel.h"
#include "ui/pages/cost/reportpanel.h"
#include "ui/shell/workbench.h"

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

void addBudgets(const Theme& theme, Workbench& workbench, CostPage& page)
{
    auto* const budgets = new BudgetPanel(theme, workbench.cost());
    page.addView(u"budgets"_s, CostPage::tr("Budgets"), budgets,
                 [budgets] { return budgets->desk().reading(); });
    QObject::connect(budgets, &BudgetPanel::told, &page, &Page::told);
    QObject::connect(budgets, &BudgetPanel::shown, &page, &Page::workEnded);
    QObject::connect(&page, &CostPage::exampleShown, budgets, &BudgetPanel::showExample);
}

void addAnomalies(const Theme& theme, Workbench& workbench, CostPage& page, Page& usage)
{
    auto* const anomalies = new AnomalyPanel(theme, workbench.cost(), [&workbench] {
        return QString::fromStdString(workbench.profile().workspaceResourceId);
    });
    page.addView(u"anomalies"_s, CostPage::tr("Anomalies"), anomalies,
                 [anomalies] { return anomalies->desk().reading(); });
    QObject::connect(anomalies, &AnomalyPanel::told, &page, &Page::told);
    QObject::connect(anomalies, &AnomalyPanel::explainRequested, &page, &Page::explainRequested);
    QObject::connect(anomalies, &AnomalyPanel::shown, &page, &Page::workEnded);
    QObject::connect(anomalies, &AnomalyPanel::usageRequested, &usage, &Page::pageRequested);
}

void addPrices(const Theme& theme, Workbench& workbench, CostPage& page)
{
    auto* const prices = new PricePanel(theme, workbench.cost());
    page.addView(u"prices"_s, CostPage::tr("Prices"), prices, [prices] { return prices->desk().working(); });
    QObject::connect(&prices->desk(), &PriceDesk::changed, &page, &Page::workEnded);
    QObject::connect(prices, &PricePanel::told, &page, &Page::told);
    QObject::connect(prices, &PricePanel::summaryChanged, &page, &Page::summaryChanged);
    QObject::connect(&page, &CostPage::priceRequested, prices, [prices](const QString& model) {
        prices->addPriceFor(model.toStdString(), {}, cost::Direction::Input);
    });
}

void addReports(const Theme& theme, Workbench& workbench, CostPage& page)
{
    auto* const reports = new ReportPanel(theme, workbench.cost());
    page.addView(u"reports"_s, CostPage::tr("Reports"), reports,
                 [reports] { return reports->desk().working(); });
    QObject::connect(&reports->desk(), &ReportDesk::changed, &page, &Page::workEnded);
    QObject::connect(reports, &ReportPanel::told, &page, &Page::told);
}

} // namespace

CostPage* makeCostPage(Theme& theme, Workbench& workbench, Page& usage)
{
    auto* const page = new CostPage(theme, workbench.cost());
    addBudgets(theme, workbench, *page);
    addAnomalies(theme, workbench, *page, usage);
    addPrices(theme, workbench, *page);
    addReports(theme, workbench, *page);
    return page;
}

} // namespace gatehouse::ui
