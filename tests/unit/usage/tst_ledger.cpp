// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"
#include "tests/unit/usage/ledgerdraw.h"

#include <limits>

using namespace gatehouse;
using namespace gatehouse::cost;
using namespace gatehouse::test;

namespace {

/// A ledger in memory. 1,000 in and 100 out of gpt-4o cost 0.0035 USD.
struct Book
{
    MemoryArchive archive;
    Ledger ledger;

    explicit Book(Days days = {}, const PriceBook& prices = listPrices())
        : ledger(archive, std::move(days), PriceVersions(prices))
    {}
    Folded fold(const std::vector<UsageRow>& rows)
    {
        const auto folded = ledger.fold(rows);
        return folded ? *folded : Folded{999, 999, 999, 999};
    }
    /// Requests and amount booked on a day.
    std::pair<std::int64_t, Pico> on(const char* text, std::optional<bool> afterClose = std::nullopt) const
    {
        Measures sum;
        for (const Cell& cell : ledger.cells()) {
            if (Day(std::chrono::days(cell.key.day)) == day(text) &&
                (!afterClose || cell.key.afterClose == *afterClose))
                sum += cell.sum;
        }
        return {sum.requests, static_cast<Pico>(sum.pico)};
    }
};

using Found = std::pair<std::int64_t, Pico>;
constexpr Pico One = 3'500'000'000; // what usageRow costs

} // namespace

class TestLedger : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aRowCountsOnce();
    void aLateRowCountsOnItsOwnDay();
    void theVersionSeenLastCounts();
    void anAmendmentMayMoveToAnotherDay();
    void badRowsBookNothing_data();
    void badRowsBookNothing();
    void unknownIsNotZero();
    void aMonthThatIsClosedNeverChanges();
    void aClosedRowIsAmendedInTheOpenMonth();
    void closingIsForGood();
    void repricingChangesOpenMonthsOnly();
    void repricingSaysWhatChanges();
    void aPriceInMidMonthCountsFromItsDay();
    void daysAreThoseOfTheZone_data();
    void daysAreThoseOfTheZone();
    void aMonthOfSummerTimeLosesNoHour();
    void anUnknownZoneIsRefused();
    void aFailedWriteChangesNothing();
    void fingerprintsMayCollide();
};

void TestLedger::aRowCountsOnce()
{
    Book book;
    const UsageRow row = usageRow("a", "2026-06-10T10:00:00Z");
    const Folded first = book.fold({row, row});
    QCOMPARE(first.added, std::size_t(1));
    QCOMPARE(first.duplicates, std::size_t(1));
    UsageRow again = row;
    again.seen += std::chrono::hours(5); // read again later
    QCOMPARE(book.fold({again}).duplicates, std::size_t(1));
    QCOMPARE(book.on("2026-06-10"), Found(1, One));
}

void TestLedger::aLateRowCountsOnItsOwnDay()
{
    Book book;
    UsageRow late = usageRow("late", "2026-06-10T23:59:59Z");
    late.seen = moment("2026-06-12T00:00:00Z");
    book.fold({usageRow("a", "2026-06-11T10:00:00Z"), late});
    QCOMPARE(book.on("2026-06-10"), Found(1, One));
    QCOMPARE(book.on("2026-06-12"), Found(0, 0));
}

void TestLedger::theVersionSeenLastCounts()
{
    Book book;
    const UsageRow row = usageRow("a", "2026-06-10T10:00:00Z");
    UsageRow twice = usageRow("a", "2026-06-10T10:00:00Z", "checkout", {2'000, 0, 200, 0});
    twice.seen = row.seen + std::chrono::minutes(1);
    book.fold({row});
    QCOMPARE(book.fold({twice}).amended, std::size_t(1));
    QCOMPARE(book.on("2026-06-10"), Found(1, 2 * One));
    QCOMPARE(book.fold({row}).duplicates, std::size_t(1)); // the older version comes again
    QCOMPARE(book.on("2026-06-10"), Found(1, 2 * One));
    Book other;
    other.fold({twice, row});
    QCOMPARE(other.on("2026-06-10"), Found(1, 2 * One));
}

void TestLedger::anAmendmentMayMoveToAnotherDay()
{
    Book book;
    book.fold({usageRow("a", "2026-06-10T23:59:59Z")});
    book.fold({usageRow("a", "2026-06-11T00:00:01Z", "support")});
    QCOMPARE(book.on("2026-06-10"), Found(0, 0));
    QCOMPARE(book.on("2026-06-11"), Found(1, One));
}

void TestLedger::badRowsBookNothing_data()
{
    QTest::addColumn<int>("which");
    int which = 0;
    for (const char* name : {"no id", "negative", "too many", "tokens of unknown usage", "tokens of none",
                             "long text", "status", "time", "attempts"})
        QTest::newRow(name) << which++;
}

void TestLedger::badRowsBookNothing()
{
    QFETCH(int, which);
    UsageRow bad = usageRow("bad", "2026-06-10T10:00:00Z");
    switch (which) {
    case 0:
        bad.id.clear();
        break;
    case 1:
        bad.tokens[2] = -1;
        break;
    case 2:
        bad.tokens[0] = std::numeric_limits<std::int64_t>::max();
        break;
    case 3:
        bad.source = TokenSource::Unknown;
        break;
    case 4:
        bad.source = TokenSource::None;
        break;
    case 5:
        bad.service.assign(513, 'x');
        break;
    case 6:
        bad.status = 1'000;
        break;
    case 7:
        bad.time = {};
        break;
    default:
        bad.attempts = -1;
    }
    Book book;
    const auto folded = book.ledger.fold({usageRow("good", "2026-06-10T10:00:00Z"), bad});
    QVERIFY(!folded);
    QVERIFY(folded.error().kind == Error::Kind::InvalidInput);
    QCOMPARE(book.ledger.total().requests, std::int64_t(0));
    QCOMPARE(book.fold({usageRow("good", "2026-06-10T10:00:00Z")}).added, std::size_t(1));
}

void TestLedger::unknownIsNotZero()
{
    Book book;
    UsageRow unknown = usageRow("u", "2026-06-10T10:00:00Z", "checkout", {});
    unknown.source = TokenSource::Unknown;
    UsageRow none = usageRow("n", "2026-06-10T10:00:00Z", "checkout", {});
    none.source = TokenSource::None;
    none.status = 503;
    book.fold({unknown, none, usageRow("p", "2026-06-10T10:00:00Z", "checkout", {1, 0, 0, 0}, "phi-4")});
    std::map<Standing, std::int64_t> requests;
    for (const Cell& cell : book.ledger.cells())
        requests[cell.key.standing] += cell.sum.requests;
    QCOMPARE(requests[Standing::UnknownUsage], std::int64_t(1));
    QCOMPARE(requests[Standing::Unpriced], std::int64_t(1));
    QCOMPARE(requests[Standing::Priced], std::int64_t(1));
}

void TestLedger::aMonthThatIsClosedNeverChanges()
{
    Book book;
    book.fold({usageRow("a", "2026-06-10T10:00:00Z"), usageRow("b", "2026-07-02T10:00:00Z")});
    QVERIFY(book.ledger.close(*parseMonth("2026-06")));
    const Folded late = book.fold({usageRow("late", "2026-06-30T10:00:00Z")});
    QCOMPARE(late.added, std::size_t(1));
    QCOMPARE(late.afterClose, std::size_t(1));
    QCOMPARE(book.on("2026-06-30"), Found(0, 0));
    QCOMPARE(book.on("2026-07-01", true), Found(1, One));
    QCOMPARE(book.fold({usageRow("late", "2026-06-30T10:00:00Z")}).duplicates, std::size_t(1));
    QCOMPARE(book.ledger.total().requests, std::int64_t(3));
}

void TestLedger::aClosedRowIsAmendedInTheOpenMonth()
{
    Book book;
    book.fold({usageRow("a", "2026-06-10T10:00:00Z")});
    QVERIFY(book.ledger.close(*parseMonth("2026-06")));
    UsageRow more = usageRow("a", "2026-06-10T10:00:00Z", "checkout", {3'000, 0, 300, 0});
    more.seen += std::chrono::hours(1);
    QCOMPARE(book.fold({more}).amended, std::size_t(1));
    QCOMPARE(book.on("2026-06-10"), Found(1, One));
    QCOMPARE(book.on("2026-07-01", true), Found(0, 2 * One)); // −1 call and +1 call, the difference
    QCOMPARE(book.fold({more}).duplicates, std::size_t(1));
    more.tokens = {4'000, 0, 400, 0};
    more.seen += std::chrono::hours(1);
    book.fold({more});
    QCOMPARE(book.on("2026-07-01"), Found(0, 3 * One));
    QVERIFY(book.ledger.close(*parseMonth("2026-07")));
    more.tokens = {1'000, 0, 100, 0};
    more.seen += std::chrono::hours(1);
    book.fold({more});
    QCOMPARE(book.on("2026-08-01"), Found(0, -3 * One)); // a credit
    QVERIFY(book.ledger.total().pico == One);
    QCOMPARE(book.ledger.total().requests, std::int64_t(1));
}

void TestLedger::closingIsForGood()
{
    Book book;
    book.fold({usageRow("a", "2026-06-10T10:00:00Z")});
    QVERIFY(book.ledger.close(*parseMonth("2026-06")));
    QVERIFY(book.ledger.close(*parseMonth("2026-05")));
    QVERIFY(book.ledger.closed(*parseMonth("2026-06")) && book.ledger.closed(*parseMonth("2025-01")));
    QVERIFY(!book.ledger.closed(*parseMonth("2026-07")));
}

void TestLedger::repricingChangesOpenMonthsOnly()
{
    Book book;
    book.fold({usageRow("a", "2026-06-10T10:00:00Z"), usageRow("b", "2026-07-10T10:00:00Z")});
    QVERIFY(book.ledger.close(*parseMonth("2026-06")));
    const auto dearer =
        listPrices().with({price("gpt-4o", Direction::Input, "5"), price("gpt-4o", Direction::Output, "20")});
    QCOMPARE(*book.ledger.addPrices(*dearer, {}, "twice as dear"), 2);
    QCOMPARE(book.on("2026-07-10"), Found(1, One)); // only reprice prices
    QVERIFY(book.ledger.reprice(2));
    QCOMPARE(book.on("2026-06-10"), Found(1, One));
    QCOMPARE(book.on("2026-07-10"), Found(1, 2 * One));
    QCOMPARE(book.ledger.pricesOf(*parseMonth("2026-06")).number, 1);
    QCOMPARE(book.ledger.pricesOf(*parseMonth("2026-07")).number, 2);
    book.fold({usageRow("c", "2026-07-11T10:00:00Z")});
    QCOMPARE(book.on("2026-07-11"), Found(1, 2 * One));
    QVERIFY(!book.ledger.reprice(3));
}

void TestLedger::repricingSaysWhatChanges()
{
    Book book;
    book.fold({usageRow("a", "2026-06-10T10:00:00Z"),
               usageRow("b", "2026-06-10T10:00:00Z", "x", {10, 0, 10, 0}, "phi-4"),
               usageRow("c", "2026-06-10T10:00:00Z", "x", {10, 0, 10, 0}, "gpt-4o-mini")});
    const auto next =
        listPrices().with({price("gpt-4o", Direction::Input, "5"), price("gpt-4o", Direction::Output, "20"),
                           price("phi-4", Direction::Input, "1"), price("phi-4", Direction::Output, "1")});
    QVERIFY(book.ledger.addPrices(*next, {}, "next"));
    const auto repriced = book.ledger.reprice(2);
    QVERIFY(repriced);
    QCOMPARE(repriced->lines.size(), std::size_t(2));
    QCOMPARE(repriced->lines[0].model, std::string("gpt-4o"));
    QVERIFY(repriced->lines[0].before == One && repriced->lines[0].after == 2 * One);
    QCOMPARE(repriced->lines[1].nowUnpriced, std::int64_t(-1));
}

void TestLedger::aPriceInMidMonthCountsFromItsDay()
{
    const auto prices = listPrices().with({price("gpt-4o", Direction::Input, "5", "2026-06-15"),
                                           price("gpt-4o", Direction::Output, "20", "2026-06-15")});
    Book book({}, *prices);
    book.fold({usageRow("a", "2026-06-14T23:59:59Z"), usageRow("b", "2026-06-15T00:00:00Z")});
    QCOMPARE(book.on("2026-06-14"), Found(1, One));
    QCOMPARE(book.on("2026-06-15"), Found(1, 2 * One));
}

void TestLedger::daysAreThoseOfTheZone_data()
{
    QTest::addColumn<QString>("zone");
    QTest::addColumn<QString>("time");
    QTest::addColumn<QString>("day");
    QTest::newRow("utc") << "UTC"
                         << "2026-06-30T23:30:00Z"
                         << "2026-06-30";
    QTest::newRow("berlin in summer") << "Europe/Berlin"
                                      << "2026-06-30T22:00:00Z"
                                      << "2026-07-01";
    QTest::newRow("berlin before midnight") << "Europe/Berlin"
                                            << "2026-06-30T21:59:59Z"
                                            << "2026-06-30";
    QTest::newRow("berlin in winter") << "Europe/Berlin"
                                      << "2026-12-31T22:59:59Z"
                                      << "2026-12-31";
    QTest::newRow("berlin at new year") << "Europe/Berlin"
                                        << "2026-12-31T23:00:00Z"
                                        << "2027-01-01";
    QTest::newRow("kathmandu") << "Asia/Kathmandu"
                               << "2026-06-30T18:15:00Z"
                               << "2026-07-01";
    QTest::newRow("new york") << "America/New_York"
                              << "2026-07-01T03:59:59Z"
                              << "2026-06-30";
}

void TestLedger::daysAreThoseOfTheZone()
{
    QFETCH(QString, zone);
    QFETCH(QString, time);
    const auto days = Days::of(zone.toStdString());
    QVERIFY(days);
    QTEST(QString::fromStdString(dayText(days->dayOf(*parseDateTime(time.toStdString())))), "day");
}

void TestLedger::aMonthOfSummerTimeLosesNoHour()
{
    // March 2026 in Berlin has 743 hours, October 745; with one call every hour each day has what it has.
    for (const auto& [month, hours] : {std::pair("2026-03", 743), std::pair("2026-10", 745)}) {
        Book book(*Days::of("Europe/Berlin"));
        std::vector<UsageRow> rows;
        for (DateTime at = moment("2026-02-25"); at < moment("2026-11-05"); at += std::chrono::hours(1)) {
            rows.push_back(usageRow(formatDateTime(at), "2026-02-25"));
            rows.back().time = at;
        }
        book.fold(rows);
        std::int64_t inMonth = 0;
        for (const Cell& cell : book.ledger.cells())
            inMonth +=
                monthOf(Day(std::chrono::days(cell.key.day))) == *parseMonth(month) ? cell.sum.requests : 0;
        QCOMPARE(inMonth, std::int64_t(hours));
        QCOMPARE(book.ledger.total().requests, std::int64_t(rows.size()));
    }
    Book book(*Days::of("Europe/Berlin"));
    book.fold({usageRow("a", "2026-03-29T00:30:00Z"), usageRow("b", "2026-03-29T01:00:00Z"),
               usageRow("c", "2026-10-25T00:30:00Z"), usageRow("d", "2026-10-25T01:30:00Z")});
    QCOMPARE(book.on("2026-03-29").first, std::int64_t(2)); // 01:30 and 03:00
    QCOMPARE(book.on("2026-10-25").first, std::int64_t(2)); // 02:30 twice
}

void TestLedger::anUnknownZoneIsRefused()
{
    QVERIFY(!Days::of("Middle-earth/Shire"));
    QVERIFY(!Days::of("../../etc/passwd"));
    QVERIFY(!Days::of(""));
}

void TestLedger::aFailedWriteChangesNothing()
{
    class FullArchive final : public Archive
    {
    public:
        std::size_t size() const override { return memory.size(); }
        Result<Booking> at(std::size_t number) override { return memory.at(number); }
        Status visit(Day from, const Visitor& visitor) override { return memory.visit(from, visitor); }
        Status write(const LedgerChange& change) override
        {
            return full ? Status(fail(Error::Kind::Storage, "The disk is full.")) : memory.write(change);
        }
        MemoryArchive memory;
        bool full = false;
    };
    FullArchive archive;
    Ledger ledger(archive, {}, PriceVersions(listPrices()));
    QVERIFY(ledger.fold({usageRow("a", "2026-06-10T10:00:00Z")}));
    const auto cells = cellsOf(ledger);
    archive.full = true;
    QVERIFY(!ledger.fold({usageRow("b", "2026-06-10T10:00:00Z", "new-service")}));
    QVERIFY(!ledger.close(*parseMonth("2026-06")));
    QVERIFY(!ledger.addPrices(PriceBook(Usd), {}, "none"));
    QVERIFY(cellsOf(ledger) == cells && !ledger.closed(*parseMonth("2026-06")));
    QCOMPARE(ledger.prices().newest().number, 1);
    archive.full = false;
    QVERIFY(ledger.addPrices(PriceBook(Usd), {}, "none"));
    archive.full = true;
    QVERIFY(!ledger.reprice(2));
    QVERIFY(cellsOf(ledger) == cells);
    archive.full = false;
    const auto folded = ledger.fold({usageRow("b", "2026-06-10T10:00:00Z", "new-service")});
    QCOMPARE(folded->added, std::size_t(1));
    QVERIFY(ledger.total().pico == 2 * One);
}

void TestLedger::fingerprintsMayCollide()
{
    IdIndex index;
    for (std::uint32_t i = 0; i < 1'000; ++i)
        index.insert(i % 7, i);
    std::vector<std::uint32_t> found;
    index.find(3, [&](std::uint32_t number) {
        found.push_back(number);
        return false;
    });
    QCOMPARE(found.size(), std::size_t(143));
    index.move(3, 10, 5'000);
    bool moved = false;
    index.find(3, [&](std::uint32_t number) {
        moved = moved || number == 5'000;
        return number == 10;
    });
    QVERIFY(moved);
}

GATEHOUSE_TEST_MAIN(TestLedger)
#include "tst_ledger.moc"
