// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/cost/costview.h"
#include "tests/support/manualclock.h"
#include "tests/ui/fakes/fakecost.h"
#include "tests/ui/fakes/guitestmain.h"
#include "ui/pages/cost/costpage.h"
#include "ui/pages/cost/spendpanel.h"
#include "ui/theme/theme.h"

#include <QtGui/QPixmap>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <random>

/// A year of 40 services on the Spend view: how long it takes from another grouping, step or range to the
/// painted window. The ledger's own part is in it (cost_bench has it alone, with more rows). 100 ms.

namespace {

using namespace gatehouse;
using namespace gatehouse::test;

constexpr int Services = 40;
constexpr cost::Day Today{std::chrono::year{2026} / 10 / 31};

double millisecondsOf(const std::function<void()>& work)
{
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

template <typename T>
T need(Result<T> result)
{
    if (!result) {
        std::fprintf(stderr, "%s\n", result.error().message.c_str());
        std::exit(1);
    }
    return std::move(*result);
}

cost::PriceBook prices()
{
    const cost::Currency usd = need(cost::Currency::parse("USD"));
    std::vector<cost::Price> list;
    for (const char* model : {"gpt-4o", "gpt-4o-mini"}) {
        for (const cost::Direction direction : {cost::Direction::Input, cost::Direction::Output})
            list.push_back({{model, "", direction},
                            Today - std::chrono::days{800},
                            cost::PicoPerUnit * 3,
                            cost::Unit::Million,
                            usd});
    }
    return need(cost::PriceBook(usd).with(list));
}

std::vector<cost::UsageRow> rows()
{
    std::mt19937_64 random(7);
    std::vector<cost::UsageRow> rows;
    static const char* const models[] = {"gpt-4o", "gpt-4o-mini", "o4-preview"};
    for (int day = 0; day < 365; ++day) {
        for (int service = 0; service < Services; ++service) {
            for (int call = 0; call < 4; ++call) {
                const std::uint64_t drawn = random();
                cost::UsageRow row;
                row.id = std::to_string(rows.size()) + "-call";
                row.time = DateTime::fromUnixSeconds(
                    std::chrono::seconds((Today - std::chrono::days{day}).time_since_epoch()).count() +
                    static_cast<std::int64_t>(drawn % 43'200));
                row.seen = row.time + std::chrono::seconds(90);
                row.service = "service-" + std::to_string(service);
                row.model = models[drawn % 50 == 0 ? 2 : call % 2];
                row.backend = call % 3 == 0 ? "east-us" : "west-us";
                row.region = row.backend;
                row.feature = "feature-" + std::to_string(service % 7);
                row.tokens =
                    cost::tokensOf(row.model, 20'000 + static_cast<std::int64_t>(drawn % 90'000), 0, 7'000);
                rows.push_back(row);
            }
        }
    }
    return rows;
}

jobs::CostNotes notes()
{
    jobs::CostNotes notes;
    for (int i = 0; i < Services; ++i) {
        cost::ServiceTerms terms;
        terms.since = Today - std::chrono::days{500};
        terms.name = "Service " + std::to_string(i);
        terms.team = terms.owner = "team-" + std::to_string(i % 8);
        notes.terms["service-" + std::to_string(i)] = {terms};
    }
    return notes;
}

} // namespace

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    const DateTime now =
        DateTime::fromUnixSeconds(std::chrono::seconds(Today.time_since_epoch()).count() + 54'000);
    cost::MemoryArchive archive;
    cost::Ledger ledger(archive, {}, cost::PriceVersions(prices()));
    (void)need(ledger.fold(rows()));
    const jobs::CostNotes beside = notes();

    ManualClock clock(now);
    ui::Theme theme(application, false);
    ui::ViewContext context(clock);
    FakeCost fake;
    fake.day = Today;
    double answering = 0;
    jobs::ForecastPart forecast; // kept between views, as the service does
    fake.make = [&](const jobs::CostQuestion& question) {
        std::shared_ptr<const jobs::CostView> view;
        answering = millisecondsOf([&] { view = jobs::viewOf(ledger, beside, question, {}, now, forecast); });
        return CostAnswer(view);
    };
    jobs::Services services{};
    services.cost = &fake;
    ui::CostPresenter presenter(context);
    ui::CostPage page(theme, presenter);
    page.resize(1264, 824);
    page.show();
    presenter.setServices(&services);
    presenter.setActive(true);
    presenter.setPeriod(ui::CostPeriod::Year);
    QApplication::processEvents();

    std::vector<double> wholes;
    std::vector<double> redraws;
    const auto measure = [&](const std::function<void()>& change) {
        const double whole = millisecondsOf([&] {
            change();
            QApplication::processEvents();
            (void)page.grab();
        });
        wholes.push_back(whole);
        redraws.push_back(whole - answering);
    };
    for (int by = 9; by >= 0; --by)
        measure([&] { presenter.setDimension(static_cast<cost::CostDimension>(by)); });
    for (int step = 2; step >= 0; --step)
        measure([&] { presenter.setStep(static_cast<cost::Step>(step)); });
    for (const auto period : {ui::CostPeriod::Days90, ui::CostPeriod::LastMonth, ui::CostPeriod::Year})
        measure([&] { presenter.setPeriod(period); });
    if (presenter.state()->view->grouping.rows.size() < Services)
        return 1;
    const double redraw = *std::max_element(redraws.begin(), redraws.end());
    const double whole = *std::max_element(wholes.begin(), wholes.end());
    std::sort(wholes.begin(), wholes.end());
    std::sort(redraws.begin(), redraws.end());
    std::printf("redraw of chart, ranking and table: median %.1f ms, slowest of %zu %.1f ms\n",
                redraws[redraws.size() / 2], redraws.size(), redraw);
    std::printf("with the ledger's answer: median %.1f ms, slowest %.1f ms\n", wholes[wholes.size() / 2],
                whole);
    std::printf("ratio redraw_100ms %.3f\n", redraw / 100);
    presenter.setServices(nullptr);
    return 0;
}
