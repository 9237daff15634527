// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fakes/guitestmain.h"
#include "tests/ui/pricevalues.h"
#include "ui/models/recordmodel.h"
#include "ui/pages/cost/pricedesk.h"
#include "ui/pages/cost/priceentry.h"
#include "ui/pages/cost/pricerecords.h"
#include "ui/theme/tokens.h"

#include <QtTest/QAbstractItemModelTester>

using namespace gatehouse;
using namespace gatehouse::test;
using namespace gatehouse::ui;
using namespace Qt::StringLiterals;

/// What is typed as a price or a term, and how two price books differ; without a window.
class TestPriceEntries : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pricesAreCheckedAtTheDoor_data();
    void pricesAreCheckedAtTheDoor();
    void discountsAreCheckedAtTheDoor_data();
    void discountsAreCheckedAtTheDoor();
    void capacityIsCheckedAtTheDoor();
    void aDifferenceNamesEveryKindOfTerm();
    void aTermIsRemovedByItsPlace();
};

void TestPriceEntries::pricesAreCheckedAtTheDoor_data()
{
    QTest::addColumn<QString>("model");
    QTest::addColumn<QString>("amount");
    QTest::addColumn<QString>("currency");
    QTest::addColumn<QString>("since");
    QTest::addColumn<bool>("good");
    QTest::newRow("a price") << u"gpt-4o"_s << u"2.50"_s << u"USD"_s << u"2026-06-01"_s << true;
    QTest::newRow("blanks around it")
        << u" gpt-4o "_s << u" 2.50 "_s << u" usd "_s << u" 2026-06-01 "_s << true;
    QTest::newRow("a comma") << u"gpt-4o"_s << u"2,50"_s << u"USD"_s << u"2026-06-01"_s << true;
    QTest::newRow("twelve places") << u"m"_s << u"0.000000000001"_s << u"USD"_s << u"2026-06-01"_s << true;
    QTest::newRow("zero") << u"gpt-4o"_s << u"0"_s << u"USD"_s << u"2026-06-01"_s << false;
    QTest::newRow("negative") << u"gpt-4o"_s << u"-1"_s << u"USD"_s << u"2026-06-01"_s << false;
    QTest::newRow("thousands") << u"gpt-4o"_s << u"1,000.50"_s << u"USD"_s << u"2026-06-01"_s << false;
    QTest::newRow("13 places") << u"m"_s << u"0.0000000000001"_s << u"USD"_s << u"2026-06-01"_s << false;
    QTest::newRow("words") << u"gpt-4o"_s << u"two"_s << u"USD"_s << u"2026-06-01"_s << false;
    QTest::newRow("no amount") << u"gpt-4o"_s << QString() << u"USD"_s << u"2026-06-01"_s << false;
    QTest::newRow("no model") << u"  "_s << u"1"_s << u"USD"_s << u"2026-06-01"_s << false;
    QTest::newRow("no currency") << u"gpt-4o"_s << u"1"_s << u"US"_s << u"2026-06-01"_s << false;
    QTest::newRow("no such day") << u"gpt-4o"_s << u"1"_s << u"USD"_s << u"2026-02-30"_s << false;
    QTest::newRow("another order") << u"gpt-4o"_s << u"1"_s << u"USD"_s << u"01.06.2026"_s << false;
}

void TestPriceEntries::pricesAreCheckedAtTheDoor()
{
    QFETCH(QString, model);
    QFETCH(QString, amount);
    QFETCH(QString, currency);
    QFETCH(QString, since);
    QFETCH(bool, good);
    const PriceEntry entry{model, {}, cost::Direction::Output, amount, cost::Unit::Thousand, currency, since};
    const auto price = priceOf(entry);
    QCOMPARE(price.has_value(), good);
    if (!good) {
        QVERIFY(price.error().kind == Error::Kind::InvalidInput);
        QVERIFY(!price.error().message.empty() && !price.error().advice.empty());
        return;
    }
    QVERIFY(price->key.model == model.trimmed().toStdString());
    QVERIFY(price->unit == cost::Unit::Thousand);
    const auto again = priceOf(entryOf(*price));
    QVERIFY(again && *again == *price);
}

void TestPriceEntries::discountsAreCheckedAtTheDoor_data()
{
    QTest::addColumn<QString>("percent");
    QTest::addColumn<QString>("until");
    QTest::addColumn<qint64>("millionths"); // -1: refused
    QTest::newRow("a tenth") << u"10"_s << QString() << qint64{100'000};
    QTest::newRow("with its sign") << u"12.5 %"_s << u"2026-12-01"_s << qint64{125'000};
    QTest::newRow("the smallest") << u"0.0001"_s << QString() << qint64{1};
    QTest::newRow("everything") << u"100"_s << QString() << qint64{1'000'000};
    QTest::newRow("more than everything") << u"100.1"_s << QString() << qint64{-1};
    QTest::newRow("too fine") << u"0.00001"_s << QString() << qint64{-1};
    QTest::newRow("nothing") << u"0"_s << QString() << qint64{-1};
    QTest::newRow("ends before it begins") << u"10"_s << u"2026-06-01"_s << qint64{-1};
}

void TestPriceEntries::discountsAreCheckedAtTheDoor()
{
    QFETCH(QString, percent);
    QFETCH(QString, until);
    QFETCH(qint64, millionths);
    const auto discount = discountOf({{}, {}, percent, u"2026-06-01"_s, until});
    QCOMPARE(discount ? qint64{discount->millionths} : qint64{-1}, millionths);
    QVERIFY(!discount || discount->until.has_value() == !until.isEmpty());
}

void TestPriceEntries::capacityIsCheckedAtTheDoor()
{
    const MonthlyEntry entry{u"PTU west"_s, u"ptu-west"_s, u"8000"_s, u"USD"_s, u"2026-06-01"_s, {}};
    const auto reservation = reservationOf(entry);
    QVERIFY(reservation && reservation->monthly == 8'000 * cost::PicoPerUnit);
    MonthlyEntry wrong = entry;
    wrong.backend.clear();
    QVERIFY(!reservationOf(wrong));
    QVERIFY(runningOf(wrong)); // infrastructure serves no backend
    wrong.name = u" "_s;
    QVERIFY(!runningOf(wrong));
    wrong = entry;
    wrong.amount = u"0"_s;
    QVERIFY(!reservationOf(wrong));
}

void TestPriceEntries::aDifferenceNamesEveryKindOfTerm()
{
    const cost::PriceBook empty(dollars());
    cost::PriceBook book = *empty.with({priced("gpt-4o", "2.50", "2026-06-01")});
    book = *book.withDiscounts({{"gpt-4o", "", 100'000, day("2026-06-01"), {}}});
    book = *book.withReservations(
        {{"PTU west", "ptu-west", 8'000 * cost::PicoPerUnit, dollars(), day("2026-06-01"), {}}});
    book = *book.withRunningCosts({{"Nodes", 300 * cost::PicoPerUnit, dollars(), day("2026-06-01"), {}}});
    QVERIFY(priceLines(book, book).empty());
    const std::vector<PriceLine> lines = priceLines(empty, book);
    QCOMPARE(lines.size(), std::size_t{4});
    QCOMPARE(lines.front().what, std::string("gpt-4o, input"));
    QCOMPARE(lines.front().after, std::string("2.50 USD / 1M"));
    for (const PriceLine& line : lines)
        QVERIFY2(line.before.empty() && !line.after.empty(), line.what.c_str());
    for (const PriceLine& line : priceLines(book, empty))
        QVERIFY2(!line.before.empty() && line.after.empty(), line.what.c_str());
    const cost::PriceBook other = *book.withDiscounts({{"gpt-4o", "", 200'000, day("2026-06-01"), {}}});
    const std::vector<PriceLine> changed = priceLines(book, other);
    QCOMPARE(changed.size(), std::size_t{1});
    QVERIFY(changed.front().before.starts_with("10 %") && changed.front().after.starts_with("20 %"));
}

void TestPriceEntries::aTermIsRemovedByItsPlace()
{
    cost::PriceBook book(dollars());
    book = *book.withDiscounts(
        {{"a", "", 100'000, day("2026-06-01"), {}}, {"b", "", 200'000, day("2026-06-01"), {}}});
    const auto without = withoutTerm(book, u"discount:0"_s);
    QVERIFY(without && without->discounts().size() == 1 &&
            without->discounts().front().model == book.discounts()[1].model);
    for (const QString& wrong : {u"discount:2"_s, u"discount:"_s, u"rate:0"_s, u"running:0"_s, QString()})
        QVERIFY2(!withoutTerm(book, wrong), qPrintable(wrong));
    RecordModel model(termColumns());
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setRecords(termRecords(book, day("2026-06-03"), lightTokens()));
    QCOMPARE(model.rowCount(), 2);
}

GATEHOUSE_WINDOW_TEST_MAIN(TestPriceEntries)
#include "tst_priceentries.moc"
