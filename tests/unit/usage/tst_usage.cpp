// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/report.h"
#include "core/usage/usage.h"
#include "tests/support/testmain.h"

using namespace gatehouse;
using namespace gatehouse::usage;
using std::chrono::hours;
using std::chrono::minutes;

class TestUsage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void dimensionsHaveNames();
    void labels_data();
    void labels();
    void bucketFollowsTheRange_data();
    void bucketFollowsTheRange();
    void errorRateIsUnknownWithoutRequests();
    void tokensAreUnknownOnlyWhenNobodyKnowsAny();
    void sumsForgetPercentiles();
    void changesAgainstThePeriodBefore();
    void changesAreEmptyWithoutComparison();
    void periodBeforeTouchesTheRange();
};

void TestUsage::dimensionsHaveNames()
{
    for (const Dimension dimension : {Dimension::Service, Dimension::Model, Dimension::Backend})
        QCOMPARE(dimensionFrom(toString(dimension)), std::optional(dimension));
    QCOMPARE(dimensionFrom("SERVICE"), std::optional(Dimension::Service));
    QVERIFY(!dimensionFrom("team"));
    QVERIFY(!dimensionFrom(""));
}

void TestUsage::labels_data()
{
    QTest::addColumn<int>("dimension");
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("label");
    QTest::newRow("display name") << int(Dimension::Service) << "billing-bot"
                                  << "Billing bot";
    QTest::newRow("another case") << int(Dimension::Service) << "BILLING-Bot"
                                  << "Billing bot";
    QTest::newRow("unknown id") << int(Dimension::Service) << "search"
                                << "search";
    QTest::newRow("nameless id") << int(Dimension::Service) << "unnamed"
                                 << "unnamed";
    QTest::newRow("token only") << int(Dimension::Service) << ""
                                << "Unattributed";
    QTest::newRow("model") << int(Dimension::Model) << "gpt-4o"
                           << "gpt-4o";
    QTest::newRow("model named as a service") << int(Dimension::Model) << "billing-bot"
                                              << "billing-bot";
    QTest::newRow("no model") << int(Dimension::Model) << ""
                              << "(none)";
    QTest::newRow("no backend") << int(Dimension::Backend) << ""
                                << "(none)";
}

void TestUsage::labels()
{
    QFETCH(int, dimension);
    QFETCH(QString, key);
    QFETCH(QString, label);
    const ServiceNames names{{"Billing-Bot", "Billing bot"}, {"unnamed", ""}};
    QCOMPARE(QString::fromStdString(labelFor(Dimension(dimension), key.toStdString(), names)), label);
}

void TestUsage::bucketFollowsTheRange_data()
{
    QTest::addColumn<qint64>("rangeMinutes");
    QTest::addColumn<qint64>("bucketMinutes");
    QTest::newRow("15 m") << qint64(15) << qint64(1);
    QTest::newRow("1 h") << qint64(60) << qint64(1);
    QTest::newRow("just over 1 h") << qint64(61) << qint64(5);
    QTest::newRow("6 h") << qint64(360) << qint64(5);
    QTest::newRow("24 h") << qint64(1440) << qint64(15);
    QTest::newRow("7 d") << qint64(7 * 1440) << qint64(60);
    QTest::newRow("30 d") << qint64(30 * 1440) << qint64(240);
    QTest::newRow("90 d") << qint64(90 * 1440) << qint64(1440);
}

void TestUsage::bucketFollowsTheRange()
{
    QFETCH(qint64, rangeMinutes);
    QFETCH(qint64, bucketMinutes);
    const DateTime end = DateTime::fromCivil(2026, 6, 1);
    const TimeRange range{end - Ticks(minutes(rangeMinutes)), end};
    QCOMPARE(bucketFor(range).count(), Ticks(minutes(bucketMinutes)).count());
}

void TestUsage::errorRateIsUnknownWithoutRequests()
{
    Totals totals;
    QVERIFY(!totals.errorRate());
    totals.requests = 8;
    QCOMPARE(totals.errorRate(), std::optional(0.0));
    totals.failed = 2;
    QCOMPARE(totals.errorRate(), std::optional(0.25));
}

void TestUsage::tokensAreUnknownOnlyWhenNobodyKnowsAny()
{
    Totals totals;
    totals.requests = 3;
    QVERIFY(totals.tokensKnown());
    totals.unknownUsage = 3;
    QVERIFY(!totals.tokensKnown());
    totals.totalTokens = 10;
    QVERIFY(totals.tokensKnown());
}

void TestUsage::sumsForgetPercentiles()
{
    Totals a{10, 1, 1, 100, 50, 150, 20, 2, 80.0};
    const Totals b{5, 2, 0, 10, 5, 15, 15, 1, 90.0};
    a += b;
    QCOMPARE(a.requests, std::int64_t(15));
    QCOMPARE(a.failed, std::int64_t(3));
    QCOMPARE(a.throttled, std::int64_t(1));
    QCOMPARE(a.promptTokens, std::int64_t(110));
    QCOMPARE(a.completionTokens, std::int64_t(55));
    QCOMPARE(a.totalTokens, std::int64_t(165));
    QCOMPARE(a.estimatedTokens, std::int64_t(35));
    QCOMPARE(a.unknownUsage, std::int64_t(3));
    QVERIFY(!a.p95Ms);
}

void TestUsage::changesAgainstThePeriodBefore()
{
    Totals before;
    before.requests = 100;
    before.failed = 1;
    before.totalTokens = 1000;
    before.p95Ms = 200;
    Totals now = before;
    now.requests = 150;
    now.failed = 6;
    now.totalTokens = 500;
    now.p95Ms = 250;
    const Changes changes = changesOf(now, before);
    QCOMPARE(changes.requests, std::optional(0.5));
    QCOMPARE(changes.tokens, std::optional(-0.5));
    QCOMPARE(changes.p95, std::optional(0.25));
    QVERIFY(changes.errorRate);
    QCOMPARE(*changes.errorRate, 0.03);
}

void TestUsage::changesAreEmptyWithoutComparison()
{
    Totals now;
    now.requests = 5;
    now.totalTokens = 7;
    now.p95Ms = 3;
    const Changes fromNothing = changesOf(now, Totals());
    QVERIFY(!fromNothing.requests);
    QVERIFY(!fromNothing.tokens);
    QVERIFY(!fromNothing.errorRate);
    QVERIFY(!fromNothing.p95);

    Totals nobodyKnows;
    nobodyKnows.requests = 5;
    nobodyKnows.unknownUsage = 5;
    QVERIFY(!changesOf(nobodyKnows, now).tokens);
    QVERIFY(changesOf(nobodyKnows, now).requests);
}

void TestUsage::periodBeforeTouchesTheRange()
{
    const DateTime end = DateTime::fromCivil(2026, 6, 8);
    const TimeRange range{end - Ticks(hours(24)), end};
    const TimeRange before = periodBefore(range);
    QVERIFY(before.end == range.start);
    QVERIFY(before.length() == range.length());
}

GATEHOUSE_TEST_MAIN(TestUsage)
#include "tst_usage.moc"
