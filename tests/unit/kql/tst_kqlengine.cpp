// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"

#ifndef Q_MOC_RUN // moc 6.4 cannot read <stop_token>
#include "core/kql/engine.h"
#include "memorycatalog.h"
#endif

using namespace gatehouse;

namespace {

kql::QueryOptions optionsAt(DateTime now)
{
    kql::QueryOptions options;
    options.now = now;
    return options;
}

} // namespace

class KqlEngineTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void scanIsAskedForUsedColumnsOnly();
    void timeFilterReachesTheScan_data();
    void timeFilterReachesTheScan();
    void apiTimespanFiltersEveryTable();
    void stopTokenCancels();
    void memoryBudgetFailsTheQuery_data();
    void memoryBudgetFailsTheQuery();
    void rowAndByteLimitsArePartial();
    void missingColumnOfAnOldChunkIsNull();
    void hostileQueriesAreRefused_data();
    void hostileQueriesAreRefused();
    void bindingEffortIsBounded();
    void aPlanHasNoRows();
    void manyGroupsKeepTheirSums();
    void statisticsCountScannedRows();
};

void KqlEngineTest::scanIsAskedForUsedColumnsOnly()
{
    const auto source = std::make_shared<test::MemorySource>(std::vector{test::makeRows(10)});
    const test::MemoryCatalog catalog(source);
    const auto options = optionsAt(DateTime::fromCivil(2026, 6, 2));
    QVERIFY(
        kql::execute("T | extend Twice = Value * 2, Other = Id | where Name == 'n1' | summarize sum(Twice)",
                     catalog, options));
    QCOMPARE(source->lastWanted, (std::vector<std::string>{"Name", "Value"}));
    QVERIFY(kql::execute("T | count", catalog, options));
    QCOMPARE(source->lastWanted.size(), std::size_t{1});
}

void KqlEngineTest::timeFilterReachesTheScan_data()
{
    QTest::addColumn<QString>("query");
    QTest::addColumn<qint64>("startSeconds");
    QTest::addColumn<qint64>("endSeconds"); // -1: to the end of time
    QTest::newRow("ago") << "T | where TimeGenerated >= ago(30s)" << qint64(30) << qint64(-1);
    QTest::newRow("two wheres") << "T | where TimeGenerated >= ago(30s) | where TimeGenerated < ago(10s)"
                                << qint64(30) << qint64(50);
    QTest::newRow("through extend") << "T | extend x = Id | where x > 1 and TimeGenerated >= ago(20s)"
                                    << qint64(40) << qint64(-1);
    QTest::newRow("renamed") << "T | project t = TimeGenerated | where t >= ago(20s)" << qint64(40)
                             << qint64(-1);
    QTest::newRow("swapped") << "T | where ago(20s) <= TimeGenerated" << qint64(40) << qint64(-1);
    QTest::newRow("above a limit it is not the scan's")
        << "T | take 5 | where TimeGenerated >= ago(20s)" << qint64(-1) << qint64(-1);
    QTest::newRow("or says nothing") << "T | where TimeGenerated >= ago(20s) or Id == 1" << qint64(-1)
                                     << qint64(-1);
}

void KqlEngineTest::timeFilterReachesTheScan()
{
    QFETCH(QString, query);
    QFETCH(qint64, startSeconds);
    QFETCH(qint64, endSeconds);
    const auto source = std::make_shared<test::MemorySource>(std::vector{test::makeRows(60)});
    const test::MemoryCatalog catalog(source);
    const DateTime start = DateTime::fromCivil(2026, 6, 1);
    QVERIFY(kql::execute(query.toStdString(), catalog, optionsAt(start + std::chrono::minutes(1))));
    QCOMPARE(source->lastRange.has_value(), startSeconds >= 0);
    if (startSeconds < 0)
        return;
    QCOMPARE((source->lastRange->start - start).count() / 10'000'000, startSeconds);
    if (endSeconds >= 0)
        QCOMPARE((source->lastRange->end - start).count() / 10'000'000, endSeconds);
}

void KqlEngineTest::apiTimespanFiltersEveryTable()
{
    const test::MemoryCatalog catalog(std::make_shared<test::MemorySource>(std::vector{test::makeRows(60)}));
    auto options = optionsAt(DateTime::fromCivil(2026, 6, 2));
    const DateTime start = DateTime::fromCivil(2026, 6, 1);
    options.timespan = TimeRange{start + std::chrono::seconds(10), start + std::chrono::seconds(20)};
    const auto execution = kql::execute("T | union T | count", catalog, options);
    QVERIFY(execution);
    QCOMPARE(execution->answer.primary().column(0).integerAt(0), qint64(20));
}

void KqlEngineTest::stopTokenCancels()
{
    const test::MemoryCatalog catalog(std::make_shared<test::MemorySource>(std::vector{test::makeRows(10)}));
    auto options = optionsAt(DateTime::fromCivil(2026, 6, 2));
    std::stop_source stop;
    options.stop = stop.get_token();
    stop.request_stop();
    const auto execution = kql::execute("T | summarize count() by Name", catalog, options);
    QVERIFY(!execution);
    QVERIFY(execution.error().cancelled());
}

void KqlEngineTest::memoryBudgetFailsTheQuery_data()
{
    QTest::addColumn<QString>("query");
    QTest::newRow("sort") << "range i from 1 to 1000000 step 1 | sort by i desc";
    QTest::newRow("summarize") << "range i from 1 to 1000000 step 1 | summarize count() by i";
    QTest::newRow("make_list") << "range i from 1 to 1000000 step 1 | summarize make_list(i)";
    QTest::newRow("cross product") << "range i from 1 to 3000 step 1 | extend k = 1 | join kind=inner (range "
                                      "j from 1 to 3000 step 1 | extend k = 1) on k | count";
    QTest::newRow("long strings") << "let a = strcat_array(repeat('0123456789', 100000), ''); range i from 1 "
                                     "to 100000 step 1 | extend s = strcat(a, i) | summarize max(s)";
    QTest::newRow("chosen strings") << "let a = strcat_array(repeat('0123456789', 100000), ''); range i from "
                                       "1 to 100000 step 1 | extend s = iff(i > 0, a, '') | sort by s asc";
    QTest::newRow("materialize") << "let m = materialize(range i from 1 to 1000000 step 1); m | count";
}

void KqlEngineTest::memoryBudgetFailsTheQuery()
{
    QFETCH(QString, query);
    const test::MemoryCatalog catalog(std::make_shared<test::MemorySource>(std::vector{test::makeRows(1)}));
    auto options = optionsAt(DateTime::fromCivil(2026, 6, 2));
    options.memoryBudget = 1U << 20U;
    const auto execution = kql::execute(query.toStdString(), catalog, options);
    QVERIFY(!execution);
    QVERIFY(execution.error().kind == Error::Kind::Unavailable);
}

void KqlEngineTest::rowAndByteLimitsArePartial()
{
    const test::MemoryCatalog catalog(std::make_shared<test::MemorySource>(std::vector{test::makeRows(100)}));
    auto options = optionsAt(DateTime::fromCivil(2026, 6, 2));
    options.maxRows = 7;
    const auto rows = kql::execute("T", catalog, options);
    QVERIFY(rows);
    QCOMPARE(rows->answer.primary().rowCount(), std::size_t{7});
    QVERIFY(rows->answer.partial);
    QCOMPARE(rows->answer.partial->serviceCode, std::string("-2133196797"));
    QVERIFY(rows->answer.partial->message.find("record count limit 7") != std::string::npos);
    options.maxRows = 1000;
    options.maxBytes = 500;
    const auto bytes = kql::execute("T", catalog, options);
    QVERIFY(bytes);
    QVERIFY(bytes->answer.primary().rowCount() > 0 && bytes->answer.primary().rowCount() < 20);
    QVERIFY(bytes->answer.partial);
}

void KqlEngineTest::missingColumnOfAnOldChunkIsNull()
{
    auto old = std::make_shared<Table>("T");
    old->addColumn("Id", ColumnType::Long).appendInteger(7);
    auto recent = std::make_shared<Table>("T");
    recent->addColumn("Id", ColumnType::Long).appendInteger(8);
    recent->addColumn("Extra", ColumnType::Long).appendInteger(1);
    const test::MemoryCatalog catalog(
        std::make_shared<test::MemorySource>(std::vector<std::shared_ptr<const Table>>{recent, old}));
    const auto execution = kql::execute("T | where isnull(Extra) | project Id", catalog,
                                        optionsAt(DateTime::fromCivil(2026, 6, 2)));
    QVERIFY(execution);
    QCOMPARE(execution->answer.primary().rowCount(), std::size_t{1});
    QCOMPARE(execution->answer.primary().column(0).integerAt(0), qint64(7));
}

void KqlEngineTest::hostileQueriesAreRefused_data()
{
    const auto repeat = [](const std::string& part, int count) {
        std::string text;
        for (int i = 0; i < count; ++i)
            text += part;
        return text;
    };
    QTest::addColumn<QString>("query");
    const auto row = [](const char* name, const std::string& query) {
        QTest::newRow(name) << QString::fromStdString(query);
    };
    // From the parts of a query: the head, then what is repeated, the middle, and what closes it.
    const auto add = [&](const char* name, const char* head, const char* open, int count, const char* middle,
                         const char* close) {
        std::string query = head;
        query += repeat(open, count);
        query += middle;
        query += repeat(close, count);
        row(name, query);
    };
    add("parentheses", "print ", "(", 100000, "1", ")");
    add("minus signs", "print ", "- ", 100000, "1", "");
    add("sum of many", "print 1", " + 1", 100000, "", "");
    add("member access", "print dynamic({})", ".a", 100000, "", "");
    add("stages", "T", " | where Id > 1", 20000, "", "");
    add("nested json", "print x = dynamic(", "[", 100000, "", "]");
    add("nested union", "", "union (", 5000, "T", ")");
    add("calls", "print ", "abs(", 50000, "1", ")");
    add("unfinished", "", "T | join (", 50000, "", "");
    add("let statements", "", "let a = T | take 1;", 20000, "a", "");
    row("a type for a value", "T | mv-expand typeof(long)");
    // Each definition uses the one before it twice.
    const auto chain = [](const QString& first, const QString& step, const QString& last) {
        QString query = first;
        for (int i = 1; i < 40; ++i)
            query += step.arg(QString::number(i), QString::number(i - 1));
        return query + last;
    };
    QTest::newRow("doubling tables") << chain(QStringLiteral("let t0 = T;"),
                                              QStringLiteral("let t%1 = union t%2, t%2;"),
                                              QStringLiteral("t39 | count"));
    QTest::newRow("doubling functions") << chain(QStringLiteral("let f0 = (x:long) { x + x };"),
                                                 QStringLiteral("let f%1 = (x:long) { f%2(x) + f%2(x) };"),
                                                 QStringLiteral("T | extend y = f39(Id)"));
}

void KqlEngineTest::hostileQueriesAreRefused()
{
    QFETCH(QString, query);
    const test::MemoryCatalog catalog(std::make_shared<test::MemorySource>(std::vector{test::makeRows(10)}));
    const auto execution =
        kql::execute(query.toStdString(), catalog, optionsAt(DateTime::fromCivil(2026, 6, 2)));
    QVERIFY(!execution);
    QVERIFY(execution.error().kind == Error::Kind::InvalidInput);
}

/// Functions that call the one before twice are bound 2^n times, however short the text is.
void KqlEngineTest::bindingEffortIsBounded()
{
    const test::MemoryCatalog catalog(std::make_shared<test::MemorySource>(std::vector{test::makeRows(1)}));
    const auto doubling = [&](int functions) {
        std::string query = "let f0 = (a: long) { a + 1 };\n";
        for (int i = 1; i <= functions; ++i) {
            const std::string last = "f" + std::to_string(i - 1) + "(a)";
            query += "let f" + std::to_string(i) + " = (a: long) { " + last + " + " + last + " };\n";
        }
        auto options = optionsAt(DateTime::fromCivil(2026, 6, 1));
        options.bindingSteps = 20'000;
        return kql::execute(query + "print f" + std::to_string(functions) + "(1)", catalog, options);
    };
    QVERIFY(doubling(4));
    const auto refused = doubling(30);
    QVERIFY(!refused);
    QCOMPARE(refused.error().serviceCode, std::string("SEM0001"));
}

/// What an editor asks for: columns, without running even what binding would run.
void KqlEngineTest::aPlanHasNoRows()
{
    const auto source = std::make_shared<test::MemorySource>(std::vector{test::makeRows(10)});
    const test::MemoryCatalog catalog(source);
    auto options = optionsAt(DateTime::fromCivil(2026, 6, 2));
    options.planOnly = true;
    const auto planned = kql::execute(
        "let m = toscalar(T | summarize max(Value)); T | where Value == m | project Name", catalog, options);
    QVERIFY(planned);
    QCOMPARE(planned->answer.tables.front().columnCount(), std::size_t{1});
    QCOMPARE(planned->answer.tables.front().rowCount(), std::size_t{0});
    QVERIFY(source->lastWanted.empty());
}

void KqlEngineTest::manyGroupsKeepTheirSums()
{
    const test::MemoryCatalog catalog(std::make_shared<test::MemorySource>(std::vector{test::makeRows(1)}));
    const auto execution = kql::execute("range i from 0 to 299999 step 1 | summarize n = count(), s = sum(i) "
                                        "by k = i % 50000, t = tostring(i % 7) "
                                        "| summarize groups = count(), n = sum(n), s = sum(s)",
                                        catalog, optionsAt(DateTime::fromCivil(2026, 6, 2)));
    QVERIFY(execution);
    const Table& table = execution->answer.primary();
    QCOMPARE(table.column(0).integerAt(0), qint64(300000));
    QCOMPARE(table.column(1).integerAt(0), qint64(300000));
    QCOMPARE(table.column(2).integerAt(0), qint64(300000) * 299999 / 2);
}

void KqlEngineTest::statisticsCountScannedRows()
{
    const test::MemoryCatalog catalog(
        std::make_shared<test::MemorySource>(std::vector{test::makeRows(100), test::makeRows(50)}));
    const auto execution =
        kql::execute("T | where Id < 5 | sort by Id", catalog, optionsAt(DateTime::fromCivil(2026, 6, 2)));
    QVERIFY(execution);
    QCOMPARE(execution->statistics.rowsScanned, std::uint64_t{150});
    QVERIFY(execution->statistics.bytesPeak > 0);
}

GATEHOUSE_TEST_MAIN(KqlEngineTest)
#include "tst_kqlengine.moc"
