// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/store/ledgerbytes.h"
#include "core/usage/store/ledgerstore.h"
#include "tests/support/seed.h"
#include "tests/support/testmain.h"
#include "tests/unit/usage/ledgerdraw.h"

#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>

using namespace gatehouse;
using namespace gatehouse::cost;
using namespace gatehouse::test;

class TestLedgerStore : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QVERIFY(m_folder.isValid()); }
    void aLedgerIsLoadedAsItWas();
    void whatIsLoadedGoesOn();
    void bytesAreReadAsTheyWereWritten();
    void damagedBytesAreRefused();
    void whoDidNotSeeTheOthersChangeCannotWrite();
    void aDamagedFileIsSaidSo();
    void aFileOfALaterVersionIsRefused();
    void anotherZoneIsRefused();

private:
    std::string path()
    {
        return (m_folder.path() + QString::fromLatin1("/%1.db").arg(++m_count)).toStdString();
    }

    QTemporaryDir m_folder;
    int m_count = 0;
};

void TestLedgerStore::aLedgerIsLoadedAsItWas()
{
    Random random(seed());
    for (int i = 0; i < 20; ++i) {
        const std::string file = path();
        const PriceVersions prices(drawBook(random));
        MemoryArchive memory;
        Ledger twin(memory, {}, prices);
        std::vector<Cell> cells;
        {
            auto store = LedgerStore::open(file);
            QVERIFY(store);
            auto ledger = (*store)->load({}, prices);
            QVERIFY(ledger);
            for (int batch = 0; batch < 4; ++batch) {
                std::vector<UsageRow> rows(random() % 30);
                for (UsageRow& row : rows)
                    row = drawRow(random, 40);
                QVERIFY(ledger->fold(rows) && twin.fold(rows));
                if (batch == 2) {
                    QVERIFY(ledger->close(*parseMonth("2026-06")) && twin.close(*parseMonth("2026-06")));
                    const PriceBook next = drawBook(random);
                    const auto number = ledger->addPrices(next, {}, "next");
                    QVERIFY(number && twin.addPrices(next, {}, "next"));
                    QVERIFY(ledger->reprice(*number) && twin.reprice(*number));
                }
            }
            cells = cellsOf(*ledger);
            QVERIFY(cells == cellsOf(twin));
        }
        auto store = LedgerStore::open(file);
        auto ledger = (*store)->load({}, PriceVersions(PriceBook(Usd)));
        QVERIFY(ledger);
        QVERIFY(cellsOf(*ledger) == cells && ledger->state() == twin.state());
        Measures booked;
        QVERIFY((*store)->visit(Day::min(), [&](std::size_t number, const Booking& booking) {
            booked += measuresOf(booking);
            return booking == memory.all()[number] ? Status{}
                                                   : Status(fail(Error::Kind::Internal, "differs"));
        }));
        QVERIFY(booked == ledger->total());
    }
}

void TestLedgerStore::whatIsLoadedGoesOn()
{
    const std::string file = path();
    const PriceVersions prices(listPrices());
    UsageRow amended = usageRow("a", "2026-06-10T10:00:00Z", "checkout", {2'000, 0, 200, 0});
    amended.seen += std::chrono::hours(1);
    for (int round = 0; round < 3; ++round) {
        auto store = LedgerStore::open(file);
        auto ledger = (*store)->load({}, prices);
        QVERIFY(ledger);
        const auto folded =
            ledger->fold({usageRow("a", "2026-06-10T10:00:00Z"), usageRow("b", "2026-06-11T10:00:00Z")});
        QVERIFY(folded);
        QCOMPARE(folded->added, std::size_t(round == 0 ? 2 : 0));
        if (round == 1) {
            QVERIFY(ledger->close(*parseMonth("2026-06")));
            QCOMPARE(ledger->fold({amended})->amended, std::size_t(1));
        }
        if (round == 2)
            QCOMPARE(ledger->fold({amended})->duplicates,
                     std::size_t(1)); // it is the amended one that counts
        QCOMPARE(ledger->total().requests, std::int64_t(2));
    }
}

void TestLedgerStore::bytesAreReadAsTheyWereWritten()
{
    Random random(seed());
    const auto number = [&] { return static_cast<std::int64_t>(random()) >> (random() % 64); };
    for (int i = 0; i < 5'000; ++i) {
        Booking booking;
        booking.id.assign(random() % 50, static_cast<char>(random()));
        booking.time = {Ticks(number() / 2)};
        booking.seen = booking.time + Ticks(number() / 2);
        for (auto& tag : booking.tags)
            tag = static_cast<TextId>(random() >> (random() % 64));
        for (auto& count : booking.tokens)
            count = number();
        booking.source = static_cast<TokenSource>(random() % 4);
        booking.standing = static_cast<Standing>(random() % 3);
        booking.attempts = static_cast<int>(random() % 99);
        booking.booked = Day{std::chrono::days{static_cast<int>(random() % 40'000) - 9'000}};
        booking.afterClose = random() % 2 == 0;
        booking.reversal = random() % 2 == 0;
        booking.cost = number();
        std::string bytes;
        writeBooking(booking, bytes);
        QVERIFY(readBooking(bytes) == booking);
        Cell cell{keyOf(booking), measuresOf(booking)};
        cell.sum.pico = Int128{number()} * number();
        bytes.clear();
        writeCell(cell, bytes);
        QVERIFY(readCell(bytes) == cell);
    }
}

void TestLedgerStore::damagedBytesAreRefused()
{
    Booking booking;
    booking.id = "0f8fad5b-d9cb-469f-a165-70867728950e";
    booking.tokens = {100'000, 0, 5'000, 0};
    std::string bytes;
    writeBooking(booking, bytes);
    for (std::size_t cut = 0; cut < bytes.size(); ++cut)
        QVERIFY(!readBooking(bytes.substr(0, cut)));
    QVERIFY(!readBooking(bytes + "x"));
    Random random(seed());
    for (int i = 0; i < 20'000; ++i) {
        std::string wrong = bytes;
        wrong[random() % wrong.size()] = static_cast<char>(random());
        (void)readBooking(wrong); // whatever it answers, it answers
    }
    QVERIFY(!readState("{}") && !readState("") && !readState(R"({"closedVersions":{"2026-13":1}})"));
}

void TestLedgerStore::whoDidNotSeeTheOthersChangeCannotWrite()
{
    const std::string file = path();
    auto first = LedgerStore::open(file);
    auto ours = (*first)->load({}, PriceVersions(listPrices()));
    auto second = LedgerStore::open(file);
    auto theirs = (*second)->load({}, PriceVersions(listPrices()));
    QVERIFY(ours && theirs);
    QVERIFY(theirs->fold({usageRow("a", "2026-06-10T10:00:00Z")}));
    const auto refused = ours->fold({usageRow("a", "2026-06-10T10:00:00Z")});
    QVERIFY(!refused && refused.error().kind == Error::Kind::Conflict);
    QCOMPARE(ours->total().requests, std::int64_t(0));
    ours = (*first)->load({}, PriceVersions(listPrices()));
    QCOMPARE(ours->fold({usageRow("a", "2026-06-10T10:00:00Z")})->duplicates, std::size_t(1));
}

void TestLedgerStore::aDamagedFileIsSaidSo()
{
    const std::string file = path();
    QFile damaged(QString::fromStdString(file));
    QVERIFY(damaged.open(QIODevice::WriteOnly));
    damaged.write(QByteArray(4'096, 'x'));
    damaged.close();
    const auto store = LedgerStore::open(file);
    QVERIFY(!store);
    QCOMPARE(store.error().serviceCode, std::string("corrupt"));
}

void TestLedgerStore::aFileOfALaterVersionIsRefused()
{
    const std::string file = path();
    QVERIFY(LedgerStore::open(file));
    {
        auto database = Database::open(file);
        QVERIFY((*database)->execute("UPDATE meta SET value=2 WHERE name='version';"));
    }
    const auto store = LedgerStore::open(file);
    QVERIFY(!store && store.error().kind == Error::Kind::InvalidInput);
}

void TestLedgerStore::anotherZoneIsRefused()
{
    auto store = LedgerStore::open(path());
    QCOMPARE(*(*store)->zone(), std::string());
    QVERIFY((*store)->load(*Days::of("Europe/Berlin"), PriceVersions(listPrices())));
    QCOMPARE(*(*store)->zone(), std::string("Europe/Berlin"));
    QVERIFY(!(*store)->load({}, PriceVersions(listPrices())));
}

GATEHOUSE_TEST_MAIN(TestLedgerStore)
#include "tst_ledgerstore.moc"
