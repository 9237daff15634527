// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fakes/windowfixture.h"

#include "tests/ui/fakes/fakequotas.h"
#include "tests/ui/fakes/queryanswers.h"
#include "tests/ui/fakes/samplecost.h"
#include "tests/ui/fakes/samplereports.h"
#include "tests/ui/fakes/samplerouting.h"

#include <QtWidgets/QApplication>

namespace gatehouse::test {

WindowFixture::WindowFixture(QApplication& application)
    : clock(DateTime::fromCivil(2026, 6, 3) + std::chrono::hours(15) + std::chrono::minutes(7))
    , factory(world)
    , theme(application, false)
{
    world.account.emplace();
    world.account->name = "Platform admin";
    world.account->username = "admin@this.computer";
    world.account->stored = true;
}

WindowFixture::~WindowFixture()
{
    close();
}

void WindowFixture::open(const QString& page, const std::string& profile)
{
    close();
    store = std::make_unique<settings::SettingsStore>(directory.path().toStdString());
    workbench = std::make_unique<ui::Workbench>(*store, factory, clock, profile);
    window = std::make_unique<ui::MainWindow>(theme, *workbench, page, [this](const QString& address) {
        opened.append(address);
        return true;
    });
    if (workbench->settings().windowGeometry.empty())
        window->resize(1440, 900); // as on a usual screen; the one of this platform is small
    window->show();
    QApplication::setActiveWindow(window.get()); // offscreen nobody else makes it active, and keys need that
    workbench->start();
}

void WindowFixture::close()
{
    if (window)
        window->close();
    window.reset();
    workbench.reset();
}

void WindowFixture::answerWithSamples(bool hostile)
{
    world.usage.make = [hostile](usage::Dimension dimension, TimeRange range,
                                 const std::vector<usage::Filter>& filters) {
        return UsageAnswer(sampleReport(dimension, range, filters, hostile));
    };
    world.quotaBoard.boards.always(std::shared_ptr<const jobs::QuotaBoard>(sampleQuotaBoard(clock.now())));
    world.quotaBoard.impacts.always(std::shared_ptr<const jobs::QuotaImpact>(sampleQuotaImpact(clock.now())));
    world.workspace.answers.always(queryAnswer(tokenTable(), R"({"visualization":"timechart"})"));
    world.cost.make = [hostile](const jobs::CostQuestion& question) {
        return CostAnswer(sampleCost(question, hostile));
    };
    world.cost.makeCalls = [hostile](const jobs::CostQuestion& question, int most) {
        return sampleCostCalls(question, most, hostile);
    };
    world.cost.makeReport = [hostile](const jobs::CostQuestion& question) {
        return sampleCostReport(question, hostile);
    };
    world.cost.priceAnswers.always(sampleCostPrices());
    world.cost.budgetLists.always(sampleBudgets());
    world.routing.make = [hostile](TimeRange range) { return RoutingAnswer(sampleRouting(range, hostile)); };
    world.health.make = [hostile](TimeRange range) { return HealthAnswer(sampleHealth(range, hostile)); };
}

} // namespace gatehouse::test
