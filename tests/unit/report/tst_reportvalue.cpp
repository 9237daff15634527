// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/datetime.h"
#include "core/report/shown.h"
#include "tests/unit/report/examplereport.h"

#include <QtTest/QtTest>

#include <numeric>
#include <random>

using namespace gatehouse;
using namespace gatehouse::report;

namespace {

/// The digits of a shown figure, without its separators: "1 234.50" is 123450.
Int128 digitsOf(const std::string& shown)
{
    Int128 value = 0;
    for (const char c : shown) {
        if (c >= '0' && c <= '9')
            value = value * 10 + (c - '0');
    }
    return shown.starts_with('-') ? -value : value;
}

std::uint64_t chosenSeed()
{
    const std::uint64_t seed = qEnvironmentVariableIsSet("SEED") ? qEnvironmentVariable("SEED").toULongLong()
                                                                 : std::random_device()();
    qInfo("SEED=%llu", static_cast<unsigned long long>(seed));
    return seed;
}

} // namespace

class TestReportValue : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anExampleHoldsTogether_data()
    {
        QTest::addColumn<QString>("name");
        for (const std::string& name : test::exampleNames())
            QTest::newRow(name.c_str()) << QString::fromStdString(name);
    }

    void anExampleHoldsTogether()
    {
        QFETCH(QString, name);
        const Status good = check(test::exampleReport(name.toStdString()));
        QVERIFY2(good.has_value(), good ? "" : good.error().message.c_str());
    }

    void aTotalThatIsNotTheSumIsRefused()
    {
        Report report = test::exampleReport("full");
        std::get<Money>(report.tables[0].total->at(3)).pico += 1;
        const Status refused = check(report);
        QVERIFY(!refused);
        QVERIFY(refused.error().kind == Error::Kind::Internal);
    }

    void aTotalOfAPageThatIsNotTheSumIsRefused()
    {
        Report report = test::exampleReport("full");
        std::get<std::int64_t>(report.pages[2].tables[0].rows[1][1]) -= 1;
        QVERIFY(!check(report));
    }

    void whatDoesNotFitIsRefused_data()
    {
        QTest::addColumn<int>("what");
        QTest::newRow("a cell of another type") << 0;
        QTest::newRow("a row that is too short") << 1;
        QTest::newRow("no currency") << 2;
        QTest::newRow("the end before the start") << 3;
        QTest::newRow("an amount beyond all sense") << 4;
        QTest::newRow("a series of another length") << 5;
        QTest::newRow("two tables with one id") << 6;
        QTest::newRow("a figure of no table") << 7;
        QTest::newRow("a share that is given by hand") << 8;
        QTest::newRow("a negative bar") << 9;
        QTest::newRow("a table without columns") << 10;
    }

    void whatDoesNotFitIsRefused()
    {
        QFETCH(int, what);
        Report report = test::exampleReport("full");
        QVERIFY(check(report));
        Table& table = report.tables[0];
        switch (what) {
        case 0:
            table.rows[0][1] = std::string("12");
            break;
        case 1:
            table.rows[0].pop_back();
            break;
        case 2:
            report.currency.code = "usd";
            break;
        case 3:
            std::swap(report.period.first, report.period.last);
            break;
        case 4:
            table.rows[0][3] = Money{Int128{1'000'000'000'000'000'000} * 10'000'000'000};
            table.total->at(3) = Money{sumOf(table, 3)};
            break;
        case 5:
            std::get<StackedBars>(report.charts[0]).series[0].values.pop_back();
            break;
        case 6:
            report.tables[1].id = table.id;
            break;
        case 7:
            report.figures[0].of->table = "nothing";
            break;
        case 8:
            table.rows[0][4] = Fraction{0.5};
            break;
        case 9:
            std::get<Ranking>(report.charts[2]).bars[0].value = -1;
            break;
        default:
            table = Table{"x", "x", "", {}, {}, {}};
            break;
        }
        QVERIFY(!check(report));
    }

    void amountsAreWrittenExactly_data()
    {
        QTest::addColumn<qint64>("pico");
        QTest::addColumn<int>("digits");
        QTest::addColumn<QString>("text");
        QTest::newRow("zero") << qint64{0} << 0 << "0";
        QTest::newRow("least") << qint64{1} << 0 << "0.000000000001";
        QTest::newRow("below zero") << qint64{-1'500'000'000'000} << 2 << "-1.50";
        QTest::newRow("whole") << qint64{20'000'000'000'000} << 0 << "20";
        QTest::newRow("padded") << qint64{20'000'000'000'000} << 3 << "20.000";
        QTest::newRow("longer than asked") << qint64{1'234'567'000'000} << 2 << "1.234567";
    }

    void amountsAreWrittenExactly()
    {
        QFETCH(qint64, pico);
        QFETCH(int, digits);
        QTEST(QString::fromStdString(exactText(pico, digits)), "text");
    }

    void moneyIsRoundedAndGrouped()
    {
        const Currency usd{"USD", 2};
        QCOMPARE(moneyText(Int128{1'234'567'895'000'000'000}, usd), std::string("1 234 567.90 USD"));
        QCOMPARE(moneyText(300'000'000, usd), std::string("0.000300 USD"));
        QCOMPARE(moneyText(-2'500'000'000'000, Currency{"JPY", 0}), std::string("-3 JPY"));
        QCOMPARE(tickText(1'500'000), std::string("1.5 M"));
        QCOMPARE(tickText(0.0025), std::string("0.0025"));
    }

    void shownPartsMakeTheShownWhole()
    {
        std::mt19937_64 random(chosenSeed());
        for (int round = 0; round < 20'000; ++round) {
            std::vector<Int128> parts(random() % 40);
            const auto divisor = static_cast<Int128>(random() % 1'000'000 + 1);
            for (Int128& part : parts)
                part = static_cast<std::int64_t>(random() % 2'000'000) - 500'000;
            const std::vector<Int128> shown = roundedParts(parts, divisor);
            const Int128 sum = std::accumulate(parts.begin(), parts.end(), Int128{0});
            const Int128 twice = 2 * (sum < 0 ? -sum : sum) + divisor;
            const Int128 whole = twice / (2 * divisor) * (sum < 0 ? -1 : 1);
            QCOMPARE(std::accumulate(shown.begin(), shown.end(), Int128{0}) == whole, true);
            for (std::size_t i = 0; i < parts.size(); ++i) {
                const Int128 off = shown[i] * divisor - parts[i];
                QVERIFY(off < divisor && off > -divisor);
            }
        }
    }

    void columnsAsShownSumToTheTotalAsShown()
    {
        const std::uint64_t seed = chosenSeed();
        int shares = 0;
        for (std::uint64_t i = 0; i < 3000; ++i) {
            const Report report = test::randomReport(seed + i);
            QVERIFY(check(report));
            const Table& table = report.tables.front();
            for (const std::size_t column : {1U, 2U, 3U}) {
                const std::vector<std::string> texts = shownColumn(table, column, report.currency);
                QCOMPARE(texts.size(), table.rows.size() + 1);
                Int128 sum = 0;
                for (std::size_t row = 0; row < table.rows.size(); ++row)
                    sum += texts[row] == unknownText() ? 0 : digitsOf(texts[row]);
                if (texts.back() != unknownText())
                    QVERIFY2(sum == digitsOf(texts.back()), std::to_string(seed + i).c_str());
                shares += column == 3 && texts.back() != unknownText() ? 1 : 0;
            }
        }
        QVERIFY(shares > 2000);
    }

    void unknownIsSaidAndNeverZero()
    {
        Report report = test::exampleReport("full");
        Table& table = report.tables[0];
        table.rows[1][3] = std::monostate{};
        table.total->at(3) = Money{sumOf(table, 3)};
        QVERIFY(check(report));
        QCOMPARE(shownColumn(table, 3, report.currency)[1], unknownText());
        QCOMPARE(shownColumn(table, 4, report.currency)[1], unknownText());
        QCOMPARE(unknownNotes(table),
                 std::vector<std::string>{"Spend: one row is unknown (–) and in no sum."});
    }

    void textFromOutsideIsOneHarmlessLine()
    {
        QCOMPARE(plainText("a\r\nb\tc"), std::string("a  b c"));
        QCOMPARE(plainText("a\nb", true), std::string("a\nb"));
        QCOMPARE(plainText("user\xE2\x80\xAEgpj.exe"), std::string("usergpj.exe"));
        QCOMPARE(plainText(std::string("a\0b", 3)), std::string("a b"));
        QCOMPARE(plainText("x\xFFy"), std::string("x\xEF\xBF\xBDy"));
        QCOMPARE(plainText("\xEF\xBF\xBF"), std::string(" "));
        QCOMPARE(plainText("שלום é 中"), std::string("שלום é 中"));
    }

    void aNameHasOneColourAmongItsKind()
    {
        const Report report = test::exampleReport("full");
        const auto places = colourPlaces(report);
        QCOMPARE(places.at({"service", "claims-bot"}), 0);
        QCOMPARE(places.at({"service", "code-review"}), 1);
        QCOMPARE(places.at({"team", "Claims"}), 0);
        QVERIFY(!places.contains({"service", "Unpriced"}));
    }

    void daysAndPeriodsNameTheirZone()
    {
        const Report report = test::exampleReport("full");
        QCOMPARE(periodText(report.period), std::string("1 Nov 2026 – 26 Nov 2026 (Europe/Zurich)"));
        QCOMPARE(momentText(report.asOf), std::string("26 Nov 2026, 14:21 UTC"));
        QCOMPARE(isoDay(report.period.first), std::string("2026-11-01"));
    }
};

QTEST_GUILESS_MAIN(TestReportValue)
#include "tst_reportvalue.moc"
