// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/table/rows.h"
#include "tests/support/testmain.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

using namespace gatehouse;

namespace {

RowNumbers sorted(const Table& table, bool descending, std::size_t column = 0)
{
    return sortedBy(table.column(column), allRows(table), descending).value();
}

Table texts(const std::vector<std::string>& values)
{
    Table table("T");
    Column& column = table.addColumn("Name", ColumnType::String);
    for (const std::string& value : values)
        column.appendText(value);
    return table;
}

/// Texts that share beginnings of every length, some of them equal, some with bytes of zero.
std::vector<std::string> hardTexts(std::size_t count)
{
    std::mt19937 random(7);
    const std::vector<std::string> heads{"", "request-", "https://gateway.example/openai/deployments/", "é",
                                         "zz"};
    std::vector<std::string> values;
    for (std::size_t i = 0; i < count; ++i) {
        std::string value = heads[random() % heads.size()];
        const std::size_t length = random() % 12;
        for (std::size_t c = 0; c < length; ++c)
            value += static_cast<char>(random() % 3 == 0 ? 0 : 'a' + random() % 3);
        values.push_back(value);
    }
    return values;
}

RowFilter filterOf(const Table& table, const char* typed, std::optional<std::size_t> column = 0)
{
    return parseRowFilter(table, column, typed).value();
}

} // namespace

class TestRows : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void textIsSortedByItsBytes_data()
    {
        QTest::addColumn<bool>("descending");
        QTest::newRow("up") << false;
        QTest::newRow("down") << true;
    }
    void textIsSortedByItsBytes()
    {
        QFETCH(bool, descending);
        const std::vector<std::string> values = hardTexts(5000);
        const RowNumbers rows = sorted(texts(values), descending);
        RowNumbers expected = allRows(texts(values));
        std::stable_sort(expected.begin(), expected.end(), [&](std::uint32_t a, std::uint32_t b) {
            return descending ? values[b] < values[a] : values[a] < values[b];
        });
        QVERIFY(rows == expected);
    }

    void numbersAreSortedWithNullsLast()
    {
        std::mt19937_64 random(3);
        Table table("T");
        Column& whole = table.addColumn("Whole", ColumnType::Long);
        Column& real = table.addColumn("Real", ColumnType::Real);
        for (int i = 0; i < 3000; ++i) {
            if (i % 11 == 0) {
                whole.appendNull();
                real.appendReal(std::nan(""));
                continue;
            }
            whole.appendInteger(static_cast<std::int64_t>(random()));
            real.appendReal(
                std::ldexp(static_cast<double>(static_cast<std::int64_t>(random())), i % 80 - 100));
        }
        for (const bool descending : {false, true}) {
            for (std::size_t column = 0; column < 2; ++column) {
                const RowNumbers rows = sorted(table, descending, column);
                const auto missing = static_cast<std::size_t>((3000 + 10) / 11);
                for (std::size_t i = 0; i < rows.size(); ++i)
                    QCOMPARE(rows[i] % 11 == 0, i >= rows.size() - missing);
                for (std::size_t i = 1; i < rows.size() - missing; ++i) {
                    const bool fine =
                        column == 0 ? (descending ? whole.integerAt(rows[i - 1]) >= whole.integerAt(rows[i])
                                                  : whole.integerAt(rows[i - 1]) <= whole.integerAt(rows[i]))
                                    : (descending ? real.realAt(rows[i - 1]) >= real.realAt(rows[i])
                                                  : real.realAt(rows[i - 1]) <= real.realAt(rows[i]));
                    QVERIFY(fine);
                }
            }
        }
    }

    void equalOnesKeepTheirOrder()
    {
        Table table("T");
        Column& column = table.addColumn("Flag", ColumnType::Bool);
        for (int i = 0; i < 1000; ++i)
            column.appendBool(i % 2 == 0);
        const RowNumbers rows = sorted(table, true);
        for (std::uint32_t i = 0; i < 500; ++i)
            QCOMPARE(rows[i], i * 2);
    }

    void aStoppedSortGivesNothing()
    {
        std::stop_source stop;
        stop.request_stop();
        const Table table = texts(hardTexts(1000));
        QVERIFY(!sortedBy(table.column(0), allRows(table), false, stop.get_token()));
        QVERIFY(!filtered(table, allRows(table), {filterOf(table, "a")}, stop.get_token()));
        QVERIFY(!facetsOf(table.column(0), allRows(table), 5, stop.get_token()));
    }

    void filters_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<int>("column");
        QTest::addColumn<QList<int>>("rows");
        QTest::newRow("part") << "WEST" << 0 << QList<int>{0, 2};
        QTest::newRow("not part") << "! west" << 0 << QList<int>{1, 3};
        QTest::newRow("exactly") << "= West US" << 0 << QList<int>{0};
        QTest::newRow("not exactly") << "!= West US" << 0 << QList<int>{1, 2, 3};
        QTest::newRow("empty") << "=" << 0 << QList<int>{3};
        QTest::newRow("greater") << "> 1" << 1 << QList<int>{2};
        QTest::newRow("at least") << ">=1" << 1 << QList<int>{1, 2};
        QTest::newRow("null") << "= " << 1 << QList<int>{3};
        QTest::newRow("digits in a number") << "2" << 1 << QList<int>{2};
        QTest::newRow("before") << "< 2026-06-02" << 2 << QList<int>{0};
        QTest::newRow("any column") << "2026-06-03" << -1 << QList<int>{2};
        QTest::newRow("a sign in text is text") << "> 1" << -1 << QList<int>{};
    }
    void filters()
    {
        QFETCH(QString, typed);
        QFETCH(int, column);
        QFETCH(QList<int>, rows);
        Table table = texts({"West US", "East US", "West Europe", ""});
        Column& number = table.addColumn("N", ColumnType::Long);
        Column& time = table.addColumn("T", ColumnType::DateTime);
        for (int i = 0; i < 4; ++i) {
            if (i == 3)
                number.appendNull();
            else
                number.appendInteger(i);
            time.appendInteger(
                DateTime::fromCivil(2026, 6, static_cast<unsigned>(i + 1)).sinceYearOne.count());
        }
        const auto where = column < 0 ? std::nullopt : std::optional(static_cast<std::size_t>(column));
        const RowNumbers kept =
            filtered(table, allRows(table), {filterOf(table, typed.toStdString().c_str(), where)}).value();
        QCOMPARE(QList<int>(kept.begin(), kept.end()), rows);
    }

    void anOperandOfAnotherTypeIsRefused()
    {
        Table table("T");
        table.addColumn("N", ColumnType::Long).appendInteger(1);
        const auto filter = parseRowFilter(table, 0, "> many");
        QVERIFY(!filter && filter.error().kind == Error::Kind::InvalidInput);
    }

    void facetsCountEveryValue()
    {
        const std::vector<std::string> values = hardTexts(20'000);
        const Table table = texts(values);
        std::map<std::string, std::uint32_t> expected;
        for (const std::string& value : values)
            ++expected[value];
        const Facets facets = facetsOf(table.column(0), allRows(table), 1'000'000).value();
        QCOMPARE(facets.distinct, expected.size());
        std::uint32_t before = UINT32_MAX;
        for (const Facet& facet : facets.top) {
            QCOMPARE(facet.count, expected[values[facet.row]]);
            QVERIFY(facet.count <= before);
            before = facet.count;
        }
        QCOMPARE(facetsOf(table.column(0), allRows(table), 3)->top.size(), std::size_t(3));
    }

    void nullsAreAValueOfTheirOwn()
    {
        Table table("T");
        Column& column = table.addColumn("N", ColumnType::Long);
        column.appendInteger(0);
        column.appendNull();
        column.appendNull();
        const Facets facets = facetsOf(column, allRows(table), 10).value();
        QCOMPARE(facets.distinct, std::size_t(2));
        QCOMPARE(facets.top.front().count, 2U);
        QVERIFY(column.isNull(facets.top.front().row));
    }

    void emptyColumnsAreFound()
    {
        Table table = texts({"", ""});
        Column& number = table.addColumn("N", ColumnType::Long);
        number.appendNull();
        number.appendInteger(1);
        QVERIFY(emptyColumns(table) == (std::vector<bool>{true, false}));
    }

    void sumsAreExactWhileTheyFit()
    {
        Table table("T");
        Column& column = table.addColumn("N", ColumnType::Long);
        column.appendInteger(9'007'199'254'740'993);
        column.appendInteger(2);
        column.appendNull();
        CellSummary summary;
        summary.add(column, allRows(table));
        QCOMPARE(summary.cells, std::size_t(3));
        QCOMPARE(summary.numbers, std::size_t(2));
        QCOMPARE(summary.wholeSum.value(), std::int64_t(9'007'199'254'740'995));
        QCOMPARE(summary.smallest, 2.0);
        column.appendInteger(std::numeric_limits<std::int64_t>::max());
        CellSummary large;
        large.add(column, allRows(table));
        QVERIFY(!large.wholeSum && large.sum > 9e18);
    }
};

GATEHOUSE_TEST_MAIN(TestRows)
#include "tst_rows.moc"
