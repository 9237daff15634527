// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/report.h"
#include "core/usage/timeseries.h"
#include "tests/support/testmain.h"

#include <cmath>
#include <numeric>

using namespace gatehouse;
using namespace gatehouse::usage;
using std::chrono::hours;
using std::chrono::minutes;

namespace {

const DateTime Noon = DateTime::fromCivil(2026, 6, 1) + Ticks(hours(12));
const TimeRange Hour{Noon - Ticks(hours(1)), Noon};

Table totalsTable(bool withKey)
{
    Table table("PrimaryResult");
    if (withKey)
        table.addColumn("Key", ColumnType::String);
    table.addColumn("Period", ColumnType::String);
    for (const char* name : {"Requests", "Failed", "Throttled", "PromptTokens", "CompletionTokens",
                             "TotalTokens", "EstimatedTokens", "UnknownUsage"})
        table.addColumn(name, ColumnType::Long);
    table.addColumn("P95Ms", ColumnType::Long);
    return table;
}

/// requests, failed, throttled, prompt, completion, total, estimated, unknown, p95
using Figures = std::array<std::int64_t, 9>;

void addRow(Table& table, std::optional<std::string> key, std::string_view period, const Figures& figures)
{
    std::size_t column = 0;
    if (key)
        table.column(column++).appendText(*key);
    table.column(column++).appendText(period);
    for (const std::int64_t figure : figures)
        table.column(column++).appendInteger(figure);
}

Table overTimeTable()
{
    Table table("PrimaryResult");
    table.addColumn("Key", ColumnType::String);
    table.addColumn("Bucket", ColumnType::DateTime);
    for (const char* name : {"Requests", "TotalTokens", "EstimatedTokens", "UnknownUsage"})
        table.addColumn(name, ColumnType::Long);
    return table;
}

void addBucket(Table& table, const std::string& key, DateTime start, std::int64_t requests,
               std::int64_t tokens, std::int64_t estimated = 0, std::int64_t unknown = 0)
{
    table.column(0).appendText(key);
    table.column(1).appendInteger(start.sinceYearOne.count());
    table.column(2).appendInteger(requests);
    table.column(3).appendInteger(tokens);
    table.column(4).appendInteger(estimated);
    table.column(5).appendInteger(unknown);
}

std::string keyOf(int number)
{
    std::string key = "k";
    return key.append(std::to_string(number));
}

Table extentTable(std::optional<TimeRange> extent)
{
    Table table("PrimaryResult");
    Column& first = table.addColumn("FirstSeen", ColumnType::DateTime);
    if (extent)
        first.appendInteger(extent->start.sinceYearOne.count());
    else
        first.appendNull();
    Column& last = table.addColumn("LastSeen", ColumnType::DateTime);
    if (extent)
        last.appendInteger(extent->end.sinceYearOne.count());
    else
        last.appendNull();
    return table;
}

} // namespace

class TestUsageReport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void rowsSumToTotals();
    void rowsAreOrderedByTokens();
    void percentilesComeFromTheirOwnQuestion();
    void emptyWorkspaceIsNoError();
    void missingColumnIsNamed_data();
    void missingColumnIsNamed();
    void bucketsCoverTheRange();
    void quietBucketIsZeroAndUnknownTimeIsAGap();
    void bucketOfUnknownUsageIsAGapOfTokensOnly();
    void elevenKeysBecomeTenAndOther();
    void otherIsNotUnattributed();
    void estimatedShareIsOfTheTokens();
};

void TestUsageReport::rowsSumToTotals()
{
    Table byKey = totalsTable(true);
    addRow(byKey, "a", "now", {10, 1, 1, 100, 50, 150, 50, 2, 80});
    addRow(byKey, "b", "now", {5, 0, 0, 1, 2, 3, 0, 0, 20});
    addRow(byKey, "", "now", {1, 1, 0, 0, 0, 0, 0, 0, 5});
    addRow(byKey, "a", "before", {7, 7, 0, 70, 30, 100, 0, 0, 60});
    addRow(byKey, "gone", "before", {3, 0, 0, 9, 1, 10, 0, 0, 60});
    const Table totals = totalsTable(false);
    const Table overTime = overTimeTable();
    const Table extent = extentTable(Hour);

    const auto report =
        buildReport(Dimension::Service, Hour, {byKey, totals, overTime, extent}, {{"a", "Alpha"}});
    QVERIFY(report);
    QCOMPARE(report->rows.size(), std::size_t(3));
    Totals sum;
    for (const Row& row : report->rows)
        sum += row.totals;
    QCOMPARE(sum.totalTokens, report->totals.totalTokens);
    QCOMPARE(report->totals.requests, std::int64_t(16));
    QCOMPARE(report->totals.failed, std::int64_t(2));
    QCOMPARE(report->totals.totalTokens, std::int64_t(153));
    QCOMPARE(report->totals.estimatedTokens, std::int64_t(50));
    QCOMPARE(report->totals.unknownUsage, std::int64_t(2));
    QCOMPARE(report->before.requests, std::int64_t(10));
    QCOMPARE(report->before.totalTokens, std::int64_t(110));
    QCOMPARE(report->rows[0].label, std::string("Alpha"));
    QCOMPARE(report->rows[2].label, std::string("Unattributed"));
    QCOMPARE(report->rows[0].totals.p95Ms, std::optional(80.0));
}

void TestUsageReport::rowsAreOrderedByTokens()
{
    Table byKey = totalsTable(true);
    addRow(byKey, "few", "now", {100, 0, 0, 0, 0, 10, 0, 0, 1});
    addRow(byKey, "z-same", "now", {5, 0, 0, 0, 0, 500, 0, 0, 1});
    addRow(byKey, "a-same", "now", {5, 0, 0, 0, 0, 500, 0, 0, 1});
    addRow(byKey, "busier", "now", {6, 0, 0, 0, 0, 500, 0, 0, 1});
    const Table totals = totalsTable(false);
    const Table overTime = overTimeTable();
    const Table extent = extentTable(Hour);
    const auto report = buildReport(Dimension::Model, Hour, {byKey, totals, overTime, extent}, {});
    QVERIFY(report);
    std::vector<std::string> keys;
    for (const Row& row : report->rows)
        keys.push_back(row.key);
    QCOMPARE(keys, (std::vector<std::string>{"busier", "a-same", "z-same", "few"}));
}

void TestUsageReport::percentilesComeFromTheirOwnQuestion()
{
    const Table byKey = totalsTable(true);
    Table totals = totalsTable(false);
    addRow(totals, std::nullopt, "before", {999, 0, 0, 0, 0, 0, 0, 0, 321});
    addRow(totals, std::nullopt, "now", {999, 0, 0, 0, 0, 0, 0, 0, 123});
    const Table overTime = overTimeTable();
    const Table extent = extentTable(Hour);
    const auto report = buildReport(Dimension::Service, Hour, {byKey, totals, overTime, extent}, {});
    QVERIFY(report);
    QCOMPARE(report->totals.p95Ms, std::optional(123.0));
    QCOMPARE(report->before.p95Ms, std::optional(321.0));
    QCOMPARE(report->totals.requests, std::int64_t(0)); // counts are summed from the rows alone
}

void TestUsageReport::emptyWorkspaceIsNoError()
{
    const Table byKey = totalsTable(true);
    const Table totals = totalsTable(false);
    const Table overTime = overTimeTable();
    const Table extent = extentTable(std::nullopt);
    const auto report = buildReport(Dimension::Service, Hour, {byKey, totals, overTime, extent}, {});
    QVERIFY(report);
    QVERIFY(report->rows.empty());
    QVERIFY(!report->totals.p95Ms);
    QVERIFY(!report->totals.errorRate());
    QVERIFY(report->tokens.series.empty());
    QCOMPARE(report->tokens.buckets.size(), std::size_t(60));
}

void TestUsageReport::missingColumnIsNamed_data()
{
    QTest::addColumn<int>("table");
    QTest::addColumn<QString>("column");
    QTest::newRow("by key") << 0 << "Key";
    QTest::newRow("totals") << 1 << "Period";
    QTest::newRow("over time") << 2 << "Key";
    QTest::newRow("extent") << 3 << "FirstSeen";
}

void TestUsageReport::missingColumnIsNamed()
{
    QFETCH(int, table);
    QFETCH(QString, column);
    std::array<Table, 4> tables{totalsTable(true), totalsTable(false), overTimeTable(), extentTable(Hour)};
    tables[std::size_t(table)].column(0).rename("Renamed");
    const auto report =
        buildReport(Dimension::Service, Hour, {tables[0], tables[1], tables[2], tables[3]}, {});
    QVERIFY(!report);
    QVERIFY(report.error().kind == Error::Kind::Protocol);
    QVERIFY(QString::fromStdString(report.error().message).contains(column));
}

void TestUsageReport::bucketsCoverTheRange()
{
    // From half past a minute to half past another: 60 minutes touch 61 buckets.
    const TimeRange skewed{Hour.start + Ticks(std::chrono::seconds(30)),
                           Hour.end + Ticks(std::chrono::seconds(30))};
    const auto series = buildSeries(Dimension::Service, skewed, overTimeTable(), skewed, {});
    QVERIFY(series);
    QCOMPARE(series->tokens.buckets.size(), std::size_t(61));
    QVERIFY(series->tokens.buckets.front() == Hour.start);
    QVERIFY(series->tokens.buckets.back() == Hour.end);
    QVERIFY(series->tokens.bucket == Ticks(minutes(1)));
}

void TestUsageReport::quietBucketIsZeroAndUnknownTimeIsAGap()
{
    Table table = overTimeTable();
    addBucket(table, "a", Hour.start + Ticks(minutes(20)), 2, 30);
    addBucket(table, "a", Hour.start + Ticks(minutes(40)), 1, 12);
    const TimeRange extent{Hour.start + Ticks(minutes(10)) + Ticks(5),
                           Hour.start + Ticks(minutes(50)) + Ticks(5)};
    const auto series = buildSeries(Dimension::Service, Hour, table, extent, {});
    QVERIFY(series);
    for (const TimeSeries* drawn : {&series->tokens, &series->requests}) {
        const std::vector<double>& values = drawn->series.at(0).values;
        QVERIFY(std::isnan(values.at(9)));
        QCOMPARE(values.at(10), 0.0);
        QCOMPARE(values.at(30), 0.0);
        QCOMPARE(values.at(50), 0.0);
        QVERIFY(std::isnan(values.at(51)));
    }
    QCOMPARE(series->tokens.series[0].values[20], 30.0);
    QCOMPARE(series->requests.series[0].values[40], 1.0);
}

void TestUsageReport::bucketOfUnknownUsageIsAGapOfTokensOnly()
{
    Table table = overTimeTable();
    addBucket(table, "a", Hour.start, 3, 0, 0, 3);
    addBucket(table, "a", Hour.start + Ticks(minutes(1)), 3, 40, 0, 1);
    const auto series = buildSeries(Dimension::Service, Hour, table, Hour, {});
    QVERIFY(series);
    QVERIFY(std::isnan(series->tokens.series[0].values[0]));
    QCOMPARE(series->tokens.series[0].values[1], 40.0);
    QCOMPARE(series->requests.series[0].values[0], 3.0);
}

void TestUsageReport::elevenKeysBecomeTenAndOther()
{
    for (const int keys : {10, 11, 14}) {
        Table table = overTimeTable();
        for (int key = 0; key < keys; ++key)
            addBucket(table, keyOf(key), Hour.start, 1, 100 + key);
        const auto series = buildSeries(Dimension::Model, Hour, table, Hour, {});
        QVERIFY(series);
        const std::vector<Series>& drawn = series->tokens.series;
        QCOMPARE(drawn.size(), std::size_t(std::min(keys, 11)));
        QCOMPARE(drawn.front().key, keyOf(keys - 1));
        QCOMPARE(drawn.back().other, keys > 10);
        const double sum = std::accumulate(drawn.begin(), drawn.end(), 0.0,
                                           [](double s, const Series& one) { return s + one.total; });
        QCOMPARE(sum, keys * 100 + keys * (keys - 1) / 2.0);
    }
}

void TestUsageReport::otherIsNotUnattributed()
{
    Table table = overTimeTable();
    addBucket(table, "", Hour.start, 1, 1'000'000);
    for (int key = 0; key < 11; ++key)
        addBucket(table, keyOf(key), Hour.start, 1, 100 + key);
    const auto series = buildSeries(Dimension::Service, Hour, table, Hour, {});
    QVERIFY(series);
    const Series& first = series->tokens.series.front();
    const Series& last = series->tokens.series.back();
    QCOMPARE(first.label, std::string("Unattributed"));
    QVERIFY(!first.other);
    QCOMPARE(last.label, std::string("Other"));
    QVERIFY(last.other);
    QCOMPARE(last.total, 201.0); // k0 and k1
}

void TestUsageReport::estimatedShareIsOfTheTokens()
{
    Table table = overTimeTable();
    addBucket(table, "a", Hour.start, 1, 300, 300);
    addBucket(table, "a", Hour.start + Ticks(minutes(5)), 1, 100, 0);
    const auto series = buildSeries(Dimension::Service, Hour, table, Hour, {});
    QVERIFY(series);
    QCOMPARE(series->tokens.series[0].estimatedShare, 0.75);
    QCOMPARE(series->tokens.series[0].total, 400.0);
}

GATEHOUSE_TEST_MAIN(TestUsageReport)
#include "tst_usagereport.moc"
