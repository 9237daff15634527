// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"

#include "core/table/table.h"

#include <cmath>

using namespace gatehouse;

class TestTable : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void typeNames_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("type");
        const auto row = [](const char* name, const char* type) {
            QTest::newRow(name) << QByteArray(name) << QByteArray(type);
        };
        for (const char* name :
             {"bool", "int", "long", "real", "decimal", "datetime", "timespan", "guid", "string", "dynamic"})
            row(name, name);
        row("Boolean", "bool");
        row("double", "real");
        row("date", "datetime");
        row("time", "timespan");
        row("uniqueid", "guid");
        row("uuid", "guid");
        row("System.SByte", "bool");
        row("System.Int64", "long");
        row("System.Data.SqlTypes.SqlDecimal", "decimal");
        row("System.Object", "dynamic");
        row("blob", "");
        row("", "");
    }

    void typeNames()
    {
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, type);
        const auto found = columnTypeFrom(name.toStdString());
        QCOMPARE(found ? std::string(toString(*found)) : std::string(), type.toStdString());
    }

    void theMaskOfNullsBeginsWithTheFirstNull()
    {
        Column column("c", ColumnType::Long);
        for (int i = 0; i < 200; ++i) {
            if (i == 70 || i == 128)
                column.appendNull();
            else
                column.appendInteger(i);
        }
        QCOMPARE(column.nullCount(), std::size_t{2});
        for (std::size_t i = 0; i < 200; ++i)
            QCOMPARE(column.isNull(i), i == 70 || i == 128);
        QVERIFY(std::isnan(column.numberAt(70)));
        QCOMPARE(column.displayAt(70), std::string());
        QCOMPARE(column.integerAt(199), std::int64_t{199});
    }

    void aStringIsNeverNull()
    {
        Column column("c", ColumnType::String);
        column.appendNull();
        QVERIFY(!column.isNull(0));
        QCOMPARE(column.textAt(0), std::string_view());
    }

    void truncateForgetsTheRest_data()
    {
        QTest::addColumn<int>("type");
        QTest::addColumn<int>("rows");
        for (int type = 0; type < 10; ++type) {
            for (const int rows : {0, 1, 63, 64, 65, 100})
                QTest::addRow("%d %d", type, rows) << type << rows;
        }
    }

    void truncateForgetsTheRest()
    {
        QFETCH(int, type);
        QFETCH(int, rows);
        const auto fill = [&](Column& column, int from, int to) {
            for (int i = from; i < to; ++i) {
                if (i % 7 == 3)
                    column.appendNull();
                else if (column.type() == ColumnType::Bool)
                    column.appendBool(i % 2 == 0);
                else if (column.type() == ColumnType::Real)
                    column.appendReal(i);
                else if (column.type() >= ColumnType::Guid || column.type() == ColumnType::Decimal)
                    column.appendText(std::to_string(i));
                else
                    column.appendInteger(i);
            }
        };
        Column cut("c", static_cast<ColumnType>(type));
        fill(cut, 0, 100);
        cut.truncate(static_cast<std::size_t>(rows));
        Column whole("c", static_cast<ColumnType>(type));
        fill(whole, 0, rows);
        // What is appended afterwards must come out as if nothing had been there.
        fill(cut, rows, 150);
        fill(whole, rows, 150);
        QCOMPARE(cut.size(), std::size_t{150});
        QCOMPARE(cut.nullCount(), whole.nullCount());
        for (std::size_t row = 0; row < 150; ++row) {
            QCOMPARE(cut.isNull(row), whole.isNull(row));
            QCOMPARE(cut.displayAt(row), whole.displayAt(row));
        }
    }

    void numbersOfEachType()
    {
        const auto number = [](ColumnType type, auto&& append) {
            Column column("c", type);
            append(column);
            return column.numberAt(0);
        };
        QCOMPARE(number(ColumnType::Bool, [](Column& c) { c.appendBool(true); }), 1.0);
        QCOMPARE(number(ColumnType::Timespan, [](Column& c) { c.appendInteger(15'000'000); }), 1.5);
        QCOMPARE(number(ColumnType::Decimal, [](Column& c) { c.appendText("2.25"); }), 2.25);
        const std::int64_t ticks = (DateTime::fromUnixSeconds(10) + Ticks(5'000'000)).sinceYearOne.count();
        QCOMPARE(number(ColumnType::DateTime, [&](Column& c) { c.appendInteger(ticks); }), 10.5);
        QVERIFY(std::isnan(number(ColumnType::String, [](Column& c) { c.appendText("5"); })));
    }

    void realsAreShownAsTheWireWritesThem()
    {
        Column column("c", ColumnType::Real);
        for (const double value : {0.1, 1e300, std::nan(""), HUGE_VAL, -HUGE_VAL})
            column.appendReal(value);
        QCOMPARE(column.displayAt(0), std::string("0.1"));
        QCOMPARE(column.displayAt(1), std::string("1e+300"));
        QCOMPARE(column.displayAt(2), std::string("NaN"));
        QCOMPARE(column.displayAt(3), std::string("Infinity"));
        QCOMPARE(column.displayAt(4), std::string("-Infinity"));
    }

    void columnsAreFoundByTheirExactName()
    {
        Table table("t");
        table.addColumn("Tokens", ColumnType::Long).appendInteger(4);
        QCOMPARE(table.rowCount(), std::size_t{1});
        QVERIFY(table.find("Tokens") != nullptr);
        QVERIFY(table.find("tokens") == nullptr);
        Column copy("x", ColumnType::Long);
        copy.appendFrom(*table.find("Tokens"), 0);
        QCOMPARE(copy.integerAt(0), std::int64_t{4});
    }
};

GATEHOUSE_TEST_MAIN(TestTable)
#include "tst_table.moc"
