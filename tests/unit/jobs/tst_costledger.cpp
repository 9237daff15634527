// SPDX-License-Identifier: GPL-3.0-or-later
// First, since moc cannot read <compare> before a Qt header.
#include "tests/support/testmain.h"

#include "tests/unit/jobs/ledgerrig.h"

using namespace gatehouse;
using namespace gatehouse::test;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using Rig = LedgerRig;

namespace {

/// Five calls an hour for two weeks, then as many as the last hour is to have.
void addTwoWeeks(Rig& rig, int inTheLastHour)
{
    const DateTime lastHour = Noon - Ticks(hours(1));
    for (DateTime hour = Noon - Ticks(hours(14 * 24)); hour < Noon; hour += Ticks(hours(1))) {
        const int count = hour == lastHour ? inTheLastHour : 30;
        for (int i = 0; i < count; ++i)
            rig.add(std::to_string(hour.unixSeconds()) + "-" + std::to_string(i),
                    hour + Ticks(std::chrono::seconds(i)));
    }
    rig.clock.advance(minutes(10));
}

} // namespace

/// What the ledger keeps and answers: prices, budgets, closed months, reports, calls, alerts.
class TestCostLedger : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void anImportChangesNothingUntilItIsApplied();
    void budgetsAreKeptAndNeverOverlap();
    void onlyAMonthThatIsOverIsClosed();
    void aReportHasTheLedgersTotals();
    void filtersCountForCallsAsForRows();
    void callsOfASpanAreThoseThatBeganInIt();
    void servicesAreKnownWhateverIsAsked();
    void anAlertIsToldOnceOverRestarts();
    void anAnswerAtOnceSaysWhatWasNotLookedAt();
    void silenceIsFoundAlthoughNothingChanges();

private:
    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestCostLedger::anImportChangesNothingUntilItIsApplied()
{
    Rig rig(*m_folder);
    rig.add("a", Noon - Ticks(hours(1)), "new-model");
    const auto before = rig.view();
    QVERIFY(before);
    QCOMPARE((*before)->unpriced.size(), std::size_t{1});
    QCOMPARE((*before)->unpriced.front().model, std::string("new-model"));
    const std::string csv = "model,direction,price,unit,currency,validFrom\n"
                            "new-model,input,1,1M,USD,2026-01-01\nnew-model,output,2,1M,USD,2026-01-01\n";
    const auto draft = await(rig.ledger->importPrices(csv, jobs::PriceFormat::Csv, {}));
    QVERIFY(draft);
    QCOMPARE(draft->changes.size(), std::size_t{2});
    const auto prices = await(rig.ledger->prices({}));
    QVERIFY(prices);
    QCOMPARE(prices->versions->newest().number, 1);
    const auto applied = await(rig.ledger->applyPrices(*draft, "by hand"));
    QVERIFY(applied);
    QCOMPARE(applied->to, 2);
    const auto after = rig.view();
    QVERIFY(after);
    QVERIFY((*after)->unpriced.empty());
    QVERIFY((*after)->grouping.now.pico == cost::Int128{20'000'000}); // 10 × 1 + 5 × 2 millionths
    const auto late = await(rig.ledger->applyPrices(*draft, "again"));
    QVERIFY(!late);
    QVERIFY(late.error().kind == Error::Kind::Conflict);
    const auto wrong =
        await(rig.ledger->importPrices(csv + "x,input,-1,1M,USD,2026-01-01\n", jobs::PriceFormat::Csv, {}));
    QVERIFY(!wrong);
    QVERIFY(wrong.error().kind == Error::Kind::InvalidInput);
}

void TestCostLedger::budgetsAreKeptAndNeverOverlap()
{
    const cost::Currency dollars = *cost::Currency::parse("USD");
    const cost::Month june = *cost::parseMonth("2026-06");
    {
        Rig rig(*m_folder);
        rig.add("a", Noon - Ticks(days(2)));
        QVERIFY(await(QFuture<Status>(
            rig.ledger->setBudget({cost::BudgetScope::Team, "ann", OneCall / 2, dollars, june, {}}))));
        const Status overlap = await(QFuture<Status>(rig.ledger->setBudget(
            {cost::BudgetScope::Team, "ann", OneCall, dollars, *cost::parseMonth("2026-08"), {}})));
        QVERIFY(!overlap);
        QVERIFY(overlap.error().kind == Error::Kind::InvalidInput);
    }
    Rig rig(*m_folder);
    rig.add("a", Noon - Ticks(days(2)));
    const auto view = rig.view();
    QVERIFY(view);
    QCOMPARE((*view)->budgets.size(), std::size_t{1});
    QVERIFY((*view)->budgets.front().spent == cost::Int128{OneCall});
    QVERIFY((*view)->budgets.front().state == cost::BudgetState::Over);
    QVERIFY(await(rig.ledger->removeBudget(cost::BudgetScope::Team, "ann", june)));
    const Status gone = await(rig.ledger->removeBudget(cost::BudgetScope::Team, "ann", june));
    QVERIFY(!gone);
    QVERIFY(gone.error().kind == Error::Kind::NotFound);
}

void TestCostLedger::onlyAMonthThatIsOverIsClosed()
{
    Rig rig(*m_folder);
    rig.add("may", Noon - Ticks(days(12)));
    QVERIFY(rig.view());
    const Status early = await(rig.ledger->closeMonth(*cost::parseMonth("2026-06")));
    QVERIFY(!early);
    QVERIFY(early.error().kind == Error::Kind::InvalidInput);
    QVERIFY(await(rig.ledger->closeMonth(*cost::parseMonth("2026-05"))));
    const auto view = rig.view();
    QVERIFY(view);
    QVERIFY((*view)->closedThrough == cost::parseMonth("2026-05"));
}

void TestCostLedger::aReportHasTheLedgersTotals()
{
    Rig rig(*m_folder);
    for (int i = 0; i < 60; ++i)
        rig.add("id" + std::to_string(i), Noon - Ticks(hours(i * 3)), i % 7 == 0 ? "other" : "gpt-4o",
                i % 3 == 0 ? "search" : "billing");
    jobs::CostQuestion question;
    question.range = {*cost::parseDay("2026-06-01"), *cost::parseDay("2026-06-10")};
    const auto view = rig.view(question);
    QVERIFY(view);
    const auto report = await(rig.ledger->report({}, Noon, {}));
    QVERIFY2(report, report ? "" : report.error().message.c_str());
    QVERIFY((*report)->period.last == *cost::parseDay("2026-06-09"));
    cost::Int128 calls = 0;
    for (const report::Table& table : (*report)->tables) {
        if (!table.id.starts_with("by-"))
            continue;
        QVERIFY2(std::get<report::Money>((*table.total)[7]).pico == (*view)->grouping.now.pico,
                 table.id.c_str());
        QCOMPARE(std::get<std::int64_t>((*table.total)[1]), (*view)->grouping.now.requests);
    }
    const report::Table& rows = *(*report)->rows;
    QCOMPARE(static_cast<std::int64_t>(rows.rows.size()), (*view)->grouping.now.requests);
    for (const auto& row : rows.rows) {
        if (const auto* money = std::get_if<report::Money>(&row[18]))
            calls += money->pico;
    }
    QVERIFY(calls == (*view)->grouping.now.pico);
    QCOMPARE((*report)->pages.size(), std::size_t{1}); // ann's; nobody owns the other
    // The same data and moment, asked later by another program.
    Rig other(*m_folder);
    other.catalog = rig.catalog;
    other.clock.advance(hours(1));
    const auto again = await(other.ledger->report({}, Noon, {}));
    QVERIFY(again);
    QVERIFY(**again == **report);
}

void TestCostLedger::filtersCountForCallsAsForRows()
{
    Rig rig(*m_folder);
    for (int i = 0; i < 30; ++i)
        rig.add("id" + std::to_string(i), Noon - Ticks(hours(i)), i % 5 == 0 ? "other" : "gpt-4o",
                i % 3 == 0 ? "" : "billing");
    for (const cost::CostFilter& filter :
         {cost::CostFilter{cost::CostDimension::Service, "billing", cost::RowKind::Value},
          cost::CostFilter{cost::CostDimension::Owner, "", cost::RowKind::Unattributed},
          cost::CostFilter{cost::CostDimension::Model, "", cost::RowKind::Unpriced}}) {
        jobs::CostQuestion question;
        question.filters = {filter};
        const auto view = rig.view(question);
        QVERIFY(view);
        QVERIFY((*view)->grouping.now.requests > 0);
        const auto calls = await(rig.ledger->calls(question, 1'000, {}));
        QVERIFY(calls);
        QCOMPARE(static_cast<std::int64_t>(calls->size()), (*view)->grouping.now.requests);
        cost::Int128 sum = 0;
        for (const jobs::BookedCall& call : *calls)
            sum += call.cost;
        QVERIFY(sum == (*view)->grouping.now.pico);
    }
}

void TestCostLedger::callsOfASpanAreThoseThatBeganInIt()
{
    Rig rig(*m_folder);
    for (int i = 0; i < 10; ++i)
        rig.add("id" + std::to_string(i), Noon - Ticks(minutes(10 * (i + 1))));
    QVERIFY(rig.view());
    jobs::CostQuestion question;
    question.moments = TimeRange{Noon - Ticks(minutes(60)), Noon - Ticks(minutes(20))};
    const auto calls = await(rig.ledger->calls(question, 1'000, {}));
    QVERIFY(calls);
    QCOMPARE(calls->size(), std::size_t{4}); // 60, 50, 40 and 30 minutes ago
    QCOMPARE(QString::fromStdString(calls->front().row.id), QStringLiteral("id5"));
    QCOMPARE(QString::fromStdString(calls->back().row.id), QStringLiteral("id2"));
}

void TestCostLedger::servicesAreKnownWhateverIsAsked()
{
    Rig rig(*m_folder);
    rig.add("a", Noon - Ticks(days(20)), "gpt-4o", "Search");
    jobs::CostQuestion question;
    question.by = cost::CostDimension::Model;
    question.range = {cost::Day(std::chrono::year{2026} / 6 / 9),
                      cost::Day(std::chrono::year{2026} / 6 / 11)};
    const auto view = rig.view(question);
    QVERIFY(view);
    QCOMPARE((*view)->services.size(), std::size_t{2});
    QVERIFY((*view)->services[0].id == "billing" && (*view)->services[0].name == "Billing");
    QCOMPARE(QString::fromStdString((*view)->services[0].team), QStringLiteral("ann"));
    QCOMPARE(QString::fromStdString((*view)->services[1].id), QStringLiteral("search"));
    QVERIFY((*view)->services[1].team.empty());
}

void TestCostLedger::anAlertIsToldOnceOverRestarts()
{
    {
        Rig rig(*m_folder);
        addTwoWeeks(rig, 300);
        QVERIFY(await(rig.ledger->takeUntold({}))->empty()); // nothing was looked at yet
        const auto view = rig.view();
        QVERIFY2(view, view ? "" : view.error().message.c_str());
        QCOMPARE((*view)->alerts.alerts.size(), std::size_t{1});
        QVERIFY(!(*view)->alerts.alerts.front().told);
        const auto untold = await(rig.ledger->takeUntold({}));
        QVERIFY(untold);
        QCOMPARE(untold->size(), std::size_t{1});
        QVERIFY(untold->front().first.kind == cost::AnomalyKind::Launch);
        QVERIFY(await(rig.ledger->takeUntold({}))->empty());
    }
    Rig rig(*m_folder);
    addTwoWeeks(rig, 300);
    const auto view = rig.view();
    QVERIFY(view && (*view)->alerts.alerts.size() == 1);
    QVERIFY((*view)->alerts.alerts.front().told);
    QVERIFY(await(rig.ledger->takeUntold({}))->empty());
}

void TestCostLedger::anAnswerAtOnceSaysWhatWasNotLookedAt()
{
    {
        Rig rig(*m_folder);
        addTwoWeeks(rig, 300);
        QVERIFY(rig.view());
    }
    Rig rig(*m_folder);
    addTwoWeeks(rig, 300); // the clock, too
    jobs::CostQuestion question;
    question.fresh = false;
    question.atOnce = true;
    const auto first = rig.view(question);
    QVERIFY(first && (*first)->grouping.now.pico > 0);
    QVERIFY((*first)->forecast.has_value());
    QVERIFY(!(*first)->audited);
    QVERIFY((*first)->alerts.alerts.empty());
    question.atOnce = false;
    const auto whole = rig.view(question);
    QVERIFY(whole && (*whole)->audited);
    QCOMPARE((*whole)->alerts.alerts.size(), std::size_t{1});
    // What is known by then is said at once.
    question.atOnce = true;
    question.by = cost::CostDimension::Model;
    const auto next = rig.view(question);
    QVERIFY(next && (*next)->audited);
    QCOMPARE((*next)->alerts.alerts.size(), std::size_t{1});
    // The forecast of other filters is another one.
    question.filters = {{cost::CostDimension::Model, "no such model", cost::RowKind::Value}};
    const auto none = rig.view(question);
    QVERIFY(none);
    QVERIFY(!(*none)->forecast || (*none)->forecast->total < (*next)->forecast->total);
}

void TestCostLedger::silenceIsFoundAlthoughNothingChanges()
{
    Rig rig(*m_folder);
    addTwoWeeks(rig, 30);
    const auto before = rig.view();
    QVERIFY(before && (*before)->alerts.alerts.empty());
    rig.clock.advance(hours(1));
    const auto after = rig.view();
    QVERIFY(after);
    QCOMPARE((*after)->alerts.alerts.size(), std::size_t{1});
    QVERIFY((*after)->alerts.alerts.front().first.kind == cost::AnomalyKind::NoData);
}

GATEHOUSE_TEST_MAIN(TestCostLedger)
#include "tst_costledger.moc"
