// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/budgets/budget.h"
#include "tests/support/testmain.h"
#include "tests/unit/usage/ledgerdraw.h"

using namespace gatehouse;
using namespace gatehouse::cost;
using namespace gatehouse::test;

namespace {

constexpr Pico One = 3'500'000'000; // what usageRow costs

Budget budget(BudgetScope scope, const char* key, Pico amount, const char* since = "2026-06",
              const char* until = "")
{
    return {scope, key, amount, Usd, *parseMonth(since), parseMonth(until)};
}

/// Two calls of checkout and one of search each day from May on.
struct Book
{
    MemoryArchive archive;
    Ledger ledger{archive, {}, PriceVersions(listPrices())};
    ServiceFacts facts = someFacts();

    explicit Book(const char* until)
    {
        std::vector<UsageRow> rows;
        for (DateTime at = moment("2026-05-01"); at < moment(until); at += std::chrono::hours(24)) {
            for (const char* service : {"checkout", "Checkout", "search"}) {
                rows.push_back(usageRow(std::to_string(rows.size()), "2026-05-01", service));
                rows.back().time = at;
            }
        }
        if (!ledger.fold(rows))
            qFatal("the rows are bad");
    }
};

} // namespace

class TestBudget : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void budgetsThatOverlapAreRefused_data();
    void budgetsThatOverlapAreRefused();
    void budgetsThatAreNoneAreRefused();
    void theBudgetOfTheMonthIsFound();
    void whatIsSpentIsExact();
    void theDayItRunsOutIsFound();
    void aTeamsBudgetFollowsTheServices();
    void withoutHistoryThereIsNoForecast();
};

void TestBudget::budgetsThatOverlapAreRefused_data()
{
    QTest::addColumn<QString>("firstEnd");
    QTest::addColumn<QString>("secondKey");
    QTest::addColumn<QString>("secondStart");
    QTest::addColumn<bool>("good");
    QTest::newRow("same months") << ""
                                 << "checkout"
                                 << "2026-06" << false;
    QTest::newRow("another case") << ""
                                  << "CHECKOUT"
                                  << "2027-06" << false;
    QTest::newRow("one month") << "2026-09"
                               << "checkout"
                               << "2026-08" << false;
    QTest::newRow("one after the other") << "2026-09"
                                         << "checkout"
                                         << "2026-09" << true;
    QTest::newRow("another service") << ""
                                     << "search"
                                     << "2026-06" << true;
}

void TestBudget::budgetsThatOverlapAreRefused()
{
    QFETCH(QString, firstEnd);
    QFETCH(QString, secondKey);
    QFETCH(QString, secondStart);
    const std::vector<Budget> budgets = {
        budget(BudgetScope::Service, "checkout", One, "2026-06", firstEnd.toStdString().c_str()),
        budget(BudgetScope::Service, secondKey.toStdString().c_str(), One, secondStart.toStdString().c_str()),
        budget(BudgetScope::Team, "checkout", One), budget(BudgetScope::Everything, "", One)};
    QTEST(checkBudgets(budgets, listPrices()).has_value(), "good");
}

void TestBudget::budgetsThatAreNoneAreRefused()
{
    const PriceBook book = listPrices();
    QVERIFY(!checkBudgets({budget(BudgetScope::Team, "a", 0)}, book));
    QVERIFY(!checkBudgets({budget(BudgetScope::Team, "a", -1)}, book));
    QVERIFY(!checkBudgets({budget(BudgetScope::Team, "", One)}, book));
    QVERIFY(!checkBudgets({budget(BudgetScope::Everything, "a", One)}, book));
    QVERIFY(!checkBudgets({budget(BudgetScope::Team, "a", One, "2026-06", "2026-06")}, book));
    Budget foreign = budget(BudgetScope::Team, "a", One);
    foreign.currency = *Currency::parse("EUR");
    QVERIFY(!checkBudgets({foreign}, book));
    QVERIFY(
        checkBudgets({foreign}, *book.withRates({{foreign.currency, Usd, day("2026-06-01"), PicoPerUnit}})));
    QVERIFY(
        !checkBudgets({foreign}, *book.withRates({{foreign.currency, Usd, day("2026-06-02"), PicoPerUnit}})));
}

void TestBudget::theBudgetOfTheMonthIsFound()
{
    const std::vector<Budget> budgets = {budget(BudgetScope::Team, "a", 1, "2026-06", "2026-08"),
                                         budget(BudgetScope::Team, "a", 2, "2026-08")};
    QVERIFY(findBudget(budgets, BudgetScope::Team, "A", *parseMonth("2026-05")) == nullptr);
    QCOMPARE(findBudget(budgets, BudgetScope::Team, "A", *parseMonth("2026-07"))->monthly, Pico{1});
    QCOMPARE(findBudget(budgets, BudgetScope::Team, "A", *parseMonth("2028-07"))->monthly, Pico{2});
    QVERIFY(findBudget(budgets, BudgetScope::Service, "a", *parseMonth("2026-07")) == nullptr);
}

void TestBudget::whatIsSpentIsExact()
{
    const Book book("2026-07-11");
    const auto status = statusOf(book.ledger, book.facts, budget(BudgetScope::Service, "checkout", 100 * One),
                                 day("2026-07-11"));
    QVERIFY(status);
    QVERIFY(status->spent == 20 * One && status->limit == 100 * One);
    QVERIFY(status->state == BudgetState::Within && !status->runsOut);
    QVERIFY(std::abs(status->forecast->total - 62 * 0.0035) < 1e-9); // every day is like the others
    QVERIFY(statusOf(book.ledger, book.facts, budget(BudgetScope::Everything, "", One), day("2026-07-11"))
                ->spent == 30 * One);
}

void TestBudget::theDayItRunsOutIsFound()
{
    const Book book("2026-07-11");
    const auto at = [&](Pico amount) {
        return *statusOf(book.ledger, book.facts, budget(BudgetScope::Service, "checkout", amount),
                         day("2026-07-11"));
    };
    QVERIFY(at(50 * One - 1).state == BudgetState::Exceeds && at(50 * One - 1).runsOut == day("2026-07-25"));
    QVERIFY(at(62 * One + 1).state == BudgetState::AtRisk && !at(62 * One + 1).runsOut &&
            at(62 * One + 1).earliest);
    QVERIFY(at(10 * One).state == BudgetState::Over && at(10 * One).runsOut == day("2026-07-05"));
}

void TestBudget::aTeamsBudgetFollowsTheServices()
{
    const Book book("2026-07-21"); // checkout goes to another team on the 10th
    const auto spent = [&](const char* team) {
        return statusOf(book.ledger, book.facts, budget(BudgetScope::Team, team, One), day("2026-07-21"))
            ->spent;
    };
    QVERIFY(spent("commerce") == 18 * One && spent("payments") == 22 * One && spent("knowledge") == 20 * One);
}

void TestBudget::withoutHistoryThereIsNoForecast()
{
    const Book book("2026-05-01");
    const auto status =
        statusOf(book.ledger, book.facts, budget(BudgetScope::Everything, "", One), day("2026-07-01"));
    QVERIFY(status && !status->forecast && status->spent == 0 && status->state == BudgetState::Within);
}

GATEHOUSE_TEST_MAIN(TestBudget)
#include "tst_budget.moc"
