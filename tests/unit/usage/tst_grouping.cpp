// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/ledger/reservations.h"
#include "tests/support/testmain.h"
#include "tests/unit/usage/ledgerdraw.h"

using namespace gatehouse;
using namespace gatehouse::cost;
using namespace gatehouse::test;

namespace {

constexpr Pico One = 3'500'000'000; // what usageRow costs

struct Book
{
    MemoryArchive archive;
    Ledger ledger;
    ServiceFacts facts = someFacts();

    explicit Book(const std::vector<UsageRow>& rows, const PriceBook& prices = listPrices())
        : ledger(archive, {}, PriceVersions(prices))
    {
        if (!ledger.fold(rows))
            qFatal("the rows are bad");
    }
    Grouping by(CostDimension dimension, std::vector<CostFilter> filters = {}, Step step = Step::Daily,
                DayRange range = {day("2026-07-01"), day("2026-08-01")}) const
    {
        return group(ledger, facts, {dimension, range, periodBefore(range), step, std::move(filters)});
    }
};

/// "label requests dollars/One" of each row.
std::string rowsOf(const Grouping& grouping)
{
    std::string list;
    for (const CostRow& row : grouping.rows)
        list += (list.empty() ? "" : " | ") + row.label + " " + std::to_string(row.now.requests) + " " +
                toText(row.now.pico / One);
    return list;
}

} // namespace

class TestGrouping : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsNotKnownHasRowsOfItsOwn();
    void testTrafficIsApart();
    void anOwnerOwesItsOwnDays();
    void aCallsOwnTagCountsFirst();
    void aRenamedServiceIsOne();
    void theMonthBeforeIsAMonth();
    void weeksBeginOnMonday();
    void filtersNarrow();
    void reservationsAreSpreadOverTheirUsers();
    void anUnusedReservationIsARow();
    void daysOfAReservationMakeTheMonth();
    void lateRowsOfAClosedMonthAreARow();
    void aReservationOfAClosedMonthStays();
};

void TestGrouping::whatIsNotKnownHasRowsOfItsOwn()
{
    UsageRow unknown = usageRow("u", "2026-07-02T00:00:00Z", "checkout", {});
    unknown.source = TokenSource::Unknown;
    const Book book({usageRow("a", "2026-07-02T00:00:00Z"), usageRow("b", "2026-07-02T00:00:00Z", ""),
                     usageRow("c", "2026-07-02T00:00:00Z", "checkout", {5, 0, 5, 0}, "phi-4"), unknown});
    QCOMPARE(rowsOf(book.by(CostDimension::Service)),
             std::string("Checkout 1 1 | Unknown usage 1 0 | Unpriced 1 0 | Unattributed 1 1"));
    QCOMPARE(book.by(CostDimension::Service).now.requests, std::int64_t(4));
    QCOMPARE(rowsOf(book.by(CostDimension::Feature)),
             std::string("Unknown usage 1 0 | Unpriced 1 0 | Unattributed 2 2"));
}

void TestGrouping::testTrafficIsApart()
{
    UsageRow test = usageRow("t", "2026-07-02T00:00:00Z");
    test.feature = "gatehouse-smoke";
    const Book book({usageRow("a", "2026-07-02T00:00:00Z"), test});
    QCOMPARE(rowsOf(book.by(CostDimension::Model)), std::string("gpt-4o 1 1 | Test traffic 1 1"));
}

void TestGrouping::anOwnerOwesItsOwnDays()
{
    const Book book({usageRow("a", "2026-07-09T23:00:00Z"), usageRow("b", "2026-07-10T00:00:00Z"),
                     usageRow("c", "2026-07-11T00:00:00Z")});
    QCOMPARE(rowsOf(book.by(CostDimension::Team)), std::string("payments 2 2 | commerce 1 1"));
    QCOMPARE(rowsOf(book.by(CostDimension::CostCentre)), std::string("CC-2 2 2 | CC-1 1 1"));
    QCOMPARE(rowsOf(book.by(CostDimension::Service)), std::string("Checkout 3 3"));
}

void TestGrouping::aCallsOwnTagCountsFirst()
{
    UsageRow tagged = usageRow("a", "2026-07-02T00:00:00Z");
    tagged.owner = "eve";
    const Book book(
        {tagged, usageRow("b", "2026-07-02T00:00:00Z"), usageRow("c", "2026-07-02T00:00:00Z", "search")});
    QCOMPARE(rowsOf(book.by(CostDimension::Owner)), std::string("ada 1 1 | eve 1 1 | Unattributed 1 1"));
}

void TestGrouping::aRenamedServiceIsOne()
{
    const Book book({usageRow("a", "2026-07-02T00:00:00Z", "support"),
                     usageRow("b", "2026-07-20T00:00:00Z", "Support-Copilot")});
    QCOMPARE(rowsOf(book.by(CostDimension::Service)), std::string("support-copilot 2 2"));
    QCOMPARE(rowsOf(book.by(CostDimension::Model, {{CostDimension::Service, "support"}})),
             std::string("gpt-4o 2 2"));
    ServiceFacts facts;
    QVERIFY(facts.rename("a", "b") && facts.rename("b", "c"));
    QVERIFY(!facts.rename("c", "a")); // a circle
    QCOMPARE(facts.today("A"), std::string("c"));
}

void TestGrouping::theMonthBeforeIsAMonth()
{
    QVERIFY((periodBefore({day("2026-03-01"), day("2026-04-01")}) ==
             DayRange{day("2026-02-01"), day("2026-03-01")}));
    QVERIFY((periodBefore({day("2026-01-01"), day("2026-04-01")}) ==
             DayRange{day("2025-10-01"), day("2026-01-01")}));
    QVERIFY((periodBefore({day("2026-03-05"), day("2026-03-08")}) ==
             DayRange{day("2026-03-02"), day("2026-03-05")}));
    const Book book({usageRow("a", "2026-06-01T00:00:00Z"), usageRow("b", "2026-07-31T23:59:59Z")});
    const Grouping july = book.by(CostDimension::Service, {}, Step::Monthly);
    QCOMPARE(july.rows.front().before.requests, std::int64_t(1));
    QCOMPARE(july.rows.front().now.requests, std::int64_t(1));
    QCOMPARE(july.buckets.size(), std::size_t(1));
}

void TestGrouping::weeksBeginOnMonday()
{
    const Book book({usageRow("a", "2026-07-05T23:00:00Z"), usageRow("b", "2026-07-06T00:00:00Z")});
    const Grouping july = book.by(CostDimension::Service, {}, Step::Weekly);
    std::string starts;
    for (const Day start : july.buckets)
        starts += (starts.empty() ? "" : " | ") + dayText(start);
    QCOMPARE(starts, std::string("2026-07-01 | 2026-07-06 | 2026-07-13 | 2026-07-20 | 2026-07-27"));
    QVERIFY(july.rows.front().pico[0] == One && july.rows.front().pico[1] == One);
}

void TestGrouping::filtersNarrow()
{
    const Book book({usageRow("a", "2026-07-02T00:00:00Z"), usageRow("b", "2026-07-02T00:00:00Z", ""),
                     usageRow("c", "2026-07-02T00:00:00Z", "search", {5, 0, 5, 0}, "phi-4")});
    QCOMPARE(rowsOf(book.by(CostDimension::Model, {{CostDimension::Service, "CHECKOUT"}})),
             std::string("gpt-4o 1 1"));
    QCOMPARE(rowsOf(book.by(CostDimension::Model, {{CostDimension::Service, "", RowKind::Unattributed}})),
             std::string("gpt-4o 1 1"));
    QCOMPARE(rowsOf(book.by(CostDimension::Service, {{CostDimension::Model, "", RowKind::Unpriced}})),
             std::string("Unpriced 1 0"));
    QVERIFY(
        book.by(CostDimension::Model, {{CostDimension::Service, "search"}, {CostDimension::Model, "gpt-4o"}})
            .rows.empty());
}

void TestGrouping::reservationsAreSpreadOverTheirUsers()
{
    const auto prices =
        listPrices().withReservations({{"PTU", "east", 31 * One, Usd, day("2026-07-01"), day("2026-07-03")}});
    const Book book({usageRow("a", "2026-07-01T00:00:00Z", "checkout", {300, 0, 0, 0}),
                     usageRow("b", "2026-07-01T00:00:00Z", "search", {100, 0, 0, 0}),
                     usageRow("c", "2026-07-03T00:00:00Z", "search")},
                    *prices);
    const Grouping july = book.by(CostDimension::Service);
    QCOMPARE(july.rows.size(), std::size_t(3));
    QVERIFY(july.rows[0].label == "Search" && july.rows[0].now.pico == One / 4 + One);
    QVERIFY(july.rows[1].label == "Checkout" && july.rows[1].now.pico == One / 4 * 3);
    QVERIFY(july.rows[2].kind == RowKind::UnusedReservation && july.rows[2].now.pico == One);
    QVERIFY(july.now.pico == 3 * One);
    QCOMPARE(july.now.requests, std::int64_t(3));
}

void TestGrouping::anUnusedReservationIsARow()
{
    const auto prices = listPrices().withReservations({{"PTU", "ptu", 31 * One, Usd, day("2026-07-01"), {}}});
    const Book book({usageRow("a", "2026-07-01T00:00:00Z")}, *prices);
    QCOMPARE(rowsOf(book.by(CostDimension::Team)), std::string("commerce 1 1 | Unused reservation 0 31"));
}

void TestGrouping::daysOfAReservationMakeTheMonth()
{
    for (const char* month : {"2026-02", "2026-06", "2026-07", "2028-02"}) {
        Int128 sum = 0;
        const Month its = *parseMonth(month);
        for (Day at = firstDay(its); at < dayAfter(its); at += std::chrono::days{1})
            sum += dayPart(1'000'000'000'001, at);
        QVERIFY(sum == Int128{1'000'000'000'001});
    }
}

void TestGrouping::lateRowsOfAClosedMonthAreARow()
{
    Book book({usageRow("a", "2026-06-01T00:00:00Z")});
    QVERIFY(book.ledger.close(*parseMonth("2026-06")));
    QVERIFY(book.ledger.fold({usageRow("b", "2026-06-01T00:00:00Z"), usageRow("c", "2026-07-02T00:00:00Z")}));
    QCOMPARE(rowsOf(book.by(CostDimension::Service)), std::string("Checkout 1 1 | After close 1 1"));
}

void TestGrouping::aReservationOfAClosedMonthStays()
{
    const auto prices =
        listPrices().withReservations({{"PTU", "east", 31 * One, Usd, day("2026-07-01"), {}}});
    Book book({usageRow("a", "2026-09-02T00:00:00Z")}, *prices);
    const auto july = [&] { return book.by(CostDimension::Service).now.pico; };
    QVERIFY(july() == 31 * One);
    QVERIFY(book.ledger.close(*parseMonth("2026-07")));
    QVERIFY(book.ledger.addPrices(listPrices(), {}, "without") && book.ledger.reprice(2));
    QVERIFY(july() == 31 * One);
    const DayRange august{day("2026-08-01"), day("2026-09-01")};
    QVERIFY(book.by(CostDimension::Service, {}, Step::Daily, august).now.pico == 0);
}

GATEHOUSE_TEST_MAIN(TestGrouping)
#include "tst_grouping.moc"
