// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/money/rates.h"
#include "core/usage/money/shown.h"
#include "tests/support/seed.h"
#include "tests/support/testmain.h"

#include <limits>
#include <numeric>

using namespace gatehouse;
using namespace gatehouse::cost;

namespace {

Currency currency(const char* code)
{
    return *Currency::parse(code);
}

Int128 sumOf(const std::vector<Int128>& parts)
{
    return std::accumulate(parts.begin(), parts.end(), Int128{0});
}

} // namespace

class TestMoney : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void amountsAreReadExactly_data();
    void amountsAreReadExactly();
    void whatIsNoAmountIsRefused_data();
    void whatIsNoAmountIsRefused();
    void amountsAreWrittenAsTheyAreRead();
    void shownPartsMakeTheShownWhole_data();
    void shownPartsMakeTheShownWhole();
    void randomPartsMakeTheirWhole();
    void groupsInGroupsMakeTheirWholes();
    void anAmountIsSpreadWithoutARest();
    void currenciesAreNotMixed();
    void aRateServesFromItsDayOn();
    void roundingIsHalfAwayFromZero();
    void daysAreDaysOfTheCalendar();
};

void TestMoney::amountsAreReadExactly_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<qint64>("pico");
    QTest::newRow("whole") << "3" << qint64(3'000'000'000'000);
    QTest::newRow("fraction") << "0.15" << qint64(150'000'000'000);
    QTest::newRow("smallest") << "0.000000000001" << qint64(1);
    QTest::newRow("exponent") << "1.5e-05" << qint64(15'000'000);
    QTest::newRow("exponent up") << "2E2" << qint64(200'000'000'000'000);
    QTest::newRow("zeros behind") << "0.1500000000000000000" << qint64(150'000'000'000);
    QTest::newRow("zeros before") << "000.5" << qint64(500'000'000'000);
    QTest::newRow("negative") << "-0.5" << qint64(-500'000'000'000);
    QTest::newRow("zero") << "0.000" << qint64(0);
    QTest::newRow("zero with exponent") << "0e99" << qint64(0);
}

void TestMoney::amountsAreReadExactly()
{
    QFETCH(QString, text);
    QFETCH(qint64, pico);
    const auto amount = parseAmount(text.toStdString());
    QVERIFY2(amount, amount ? "" : amount.error().message.c_str());
    QCOMPARE(qint64(*amount), pico);
}

void TestMoney::whatIsNoAmountIsRefused_data()
{
    QTest::addColumn<QString>("text");
    for (const char* text :
         {"",    " ",    "1 ",  " 1",  "+1",  "1,5",   "1,000.5",         ".5",          "5.",   "1e",
          "1e+", "0x10", "nan", "inf", "--1", "1.2.3", "0.0000000000001", "99999999999", "1e30", "1e999",
          "$1",  "1e1.5"})
        QTest::newRow(text) << text;
}

void TestMoney::whatIsNoAmountIsRefused()
{
    QFETCH(QString, text);
    const auto amount = parseAmount(text.toStdString());
    QVERIFY(!amount);
    QVERIFY(amount.error().kind == Error::Kind::InvalidInput);
}

void TestMoney::amountsAreWrittenAsTheyAreRead()
{
    std::mt19937_64 random(test::seed());
    for (int i = 0; i < 20'000; ++i) {
        const auto value = static_cast<Pico>(random()) >> (random() % 63);
        const auto back = parseAmount(exactText(value, static_cast<int>(random() % 4)));
        QVERIFY(back);
        QCOMPARE(*back, value);
    }
    QCOMPARE(exactText(1'500'000'000'000, 2), std::string("1.50"));
    QCOMPARE(exactText(-1), std::string("-0.000000000001"));
    QCOMPARE(shownText(-5, 2), std::string("-0.05"));
    QCOMPARE(shownText(12'345, 0), std::string("12345"));
    QCOMPARE(moneyText({PicoPerUnit / 2 * 25, currency("jpy")}), std::string("13 JPY"));
    QCOMPARE(toText(Int128{std::numeric_limits<std::int64_t>::max()} * 10),
             std::string("92233720368547758070"));
}

void TestMoney::shownPartsMakeTheShownWhole_data()
{
    QTest::addColumn<QList<qint64>>("parts"); // thousandths
    QTest::addColumn<QList<qint64>>("shown"); // hundredths
    QTest::newRow("three thirds") << QList<qint64>{3'333, 3'333, 3'334} << QList<qint64>{333, 333, 334};
    QTest::newRow("equal remainders go to the first") << QList<qint64>{5, 5} << QList<qint64>{1, 0};
    QTest::newRow("none") << QList<qint64>{} << QList<qint64>{};
    QTest::newRow("zero stays zero") << QList<qint64>{0, 4, 4, 4} << QList<qint64>{0, 1, 0, 0};
    QTest::newRow("a credit") << QList<qint64>{-1'005, 2'009} << QList<qint64>{-101, 201};
    QTest::newRow("exact") << QList<qint64>{1'000, 2'000} << QList<qint64>{100, 200};
}

void TestMoney::shownPartsMakeTheShownWhole()
{
    QFETCH(QList<qint64>, parts);
    QFETCH(QList<qint64>, shown);
    std::vector<Int128> exact;
    for (const qint64 part : parts)
        exact.push_back(Int128{part} * (PicoPerUnit / 1'000));
    const std::vector<Int128> is = shownParts(exact, 2);
    QCOMPARE(is.size(), std::size_t(shown.size()));
    for (int i = 0; i < shown.size(); ++i)
        QCOMPARE(qint64(is[std::size_t(i)]), shown[i]);
    QVERIFY(sumOf(is) == shownWhole(sumOf(exact), 2));
}

void TestMoney::randomPartsMakeTheirWhole()
{
    std::mt19937_64 random(test::seed());
    for (int round = 0; round < 5'000; ++round) {
        std::vector<Int128> parts(random() % 40);
        for (Int128& part : parts)
            part = random() % 5 == 0 ? Int128{0} : Int128{static_cast<Pico>(random()) >> (random() % 60)};
        const int digits = static_cast<int>(random() % 13);
        const std::vector<Int128> shown = shownParts(parts, digits);
        QVERIFY(sumOf(shown) == shownWhole(sumOf(parts), digits));
        Int128 step = PicoPerUnit;
        for (int i = 0; i < digits; ++i)
            step /= 10;
        for (std::size_t i = 0; i < parts.size(); ++i) {
            const Int128 off = shown[i] * step - parts[i];
            QVERIFY(off < step && off > -step);
            QVERIFY(parts[i] % step != 0 || off == 0);
        }
    }
}

void TestMoney::groupsInGroupsMakeTheirWholes()
{
    std::mt19937_64 random(test::seed());
    for (int round = 0; round < 2'000; ++round) {
        std::vector<std::vector<Int128>> groups(1 + random() % 6);
        std::vector<Int128> wholes;
        for (auto& group : groups) {
            group.resize(random() % 6);
            for (Int128& part : group)
                part = static_cast<Pico>(random() % 100'000'000'000'000);
            wholes.push_back(sumOf(group));
        }
        const std::vector<Int128> shown = shownParts(wholes, 2);
        for (std::size_t i = 0; i < groups.size(); ++i)
            QVERIFY(sumOf(shownPartsOf(shown[i], groups[i], 2)) == shown[i]);
    }
}

void TestMoney::anAmountIsSpreadWithoutARest()
{
    std::mt19937_64 random(test::seed());
    for (int round = 0; round < 5'000; ++round) {
        std::vector<std::int64_t> weights(1 + random() % 30);
        for (std::int64_t& weight : weights)
            weight = static_cast<std::int64_t>(random() % 3 == 0 ? 0 : random() >> (1 + random() % 62));
        const Int128 amount = Int128{static_cast<Pico>(random())} * static_cast<int>(random() % 1'000);
        const std::vector<Int128> parts = spread(amount, weights);
        QVERIFY(sumOf(parts) == amount);
        const bool allZero = std::all_of(weights.begin(), weights.end(), [](auto w) { return w == 0; });
        for (std::size_t i = 0; i < parts.size(); ++i)
            QVERIFY(allZero || weights[i] != 0 || parts[i] == 0);
    }
    QVERIFY(spread(100, {}).empty());
}

void TestMoney::currenciesAreNotMixed()
{
    QVERIFY(!add({1, currency("USD")}, {1, currency("EUR")}));
    QVERIFY((*add({1, currency("USD")}, {2, currency("usd")}) == Money{3, currency("USD")}));
    for (const char* code : {"", "US", "USDX", "U1D", "€"})
        QVERIFY(!Currency::parse(code));
    QCOMPARE(currency("JPY").digits(), 0);
    QCOMPARE(currency("KWD").digits(), 3);
    QCOMPARE(currency("CHF").digits(), 2);
}

void TestMoney::aRateServesFromItsDayOn()
{
    const Currency eur = currency("EUR");
    const Currency usd = currency("USD");
    const Day day = *parseDay("2026-10-05");
    Rates rates;
    QVERIFY(rates.add({eur, usd, day, *parseAmount("1.10")}));
    QVERIFY(rates.add({eur, usd, day + std::chrono::days{10}, *parseAmount("1.20")}));
    QVERIFY(rates.add({eur, usd, day, *parseAmount("1.10")})); // the same again
    QVERIFY(!rates.add({eur, usd, day, *parseAmount("1.11")}));
    QVERIFY(!rates.add({eur, usd, day, 0}));
    QVERIFY(!rates.add({usd, usd, day, PicoPerUnit}));
    const Money ten{Int128{10} * PicoPerUnit, eur};
    QVERIFY(!rates.convert(ten, usd, day - std::chrono::days{1}));
    QVERIFY(rates.convert(ten, usd, day)->pico == Int128{11} * PicoPerUnit);
    QVERIFY(rates.convert(ten, usd, day + std::chrono::days{9})->pico == Int128{11} * PicoPerUnit);
    QVERIFY(rates.convert(ten, usd, day + std::chrono::days{99})->pico == Int128{12} * PicoPerUnit);
    QVERIFY(!rates.convert({1, usd}, eur, day)); // never turned round
    QVERIFY(rates.convert({1, usd}, usd, day - std::chrono::days{999}));
}

void TestMoney::roundingIsHalfAwayFromZero()
{
    QVERIFY(roundedDiv(5, 2) == 3);
    QVERIFY(roundedDiv(-5, 2) == -3);
    QVERIFY(roundedDiv(4, 3) == 1);
    QVERIFY(roundedDiv(-4, 3) == -1);
    QVERIFY(!mulDiv(Int128{1} << 100, Int128{1} << 100, 3));
}

void TestMoney::daysAreDaysOfTheCalendar()
{
    for (const char* wrong :
         {"2026-02-29", "2026-13-01", "2026-00-10", "26-01-01", "2026/01/01", "2026-1-1", ""})
        QVERIFY2(!parseDay(wrong), wrong);
    QCOMPARE(dayText(*parseDay("2028-02-29")), std::string("2028-02-29"));
    QCOMPARE(daysIn(*parseMonth("2028-02")), 29);
    QCOMPARE(weekdayOf(*parseDay("2026-11-23")), 0); // a Monday
    QCOMPARE(dayText(weekOf(*parseDay("2026-11-29"))), std::string("2026-11-23"));
    QCOMPARE(monthText(monthOf(*parseDay("2026-12-31")) + std::chrono::months{1}), std::string("2027-01"));
    QVERIFY(utcDay(*parseDateTime("2026-11-26T23:59:59Z")) == *parseDay("2026-11-26"));
}

GATEHOUSE_TEST_MAIN(TestMoney)
#include "tst_money.moc"
