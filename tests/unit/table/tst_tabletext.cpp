// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json.h"
#include "core/table/tabletext.h"
#include "tests/support/testmain.h"

#include <limits>

using namespace gatehouse;

namespace {

/// One row of every type and one of nulls.
Table everyType()
{
    Table table("T");
    table.addColumn("Flag", ColumnType::Bool).appendBool(true);
    table.addColumn("Small", ColumnType::Int).appendInteger(-7);
    table.addColumn("Large", ColumnType::Long).appendInteger(9'007'199'254'740'993);
    table.addColumn("Share", ColumnType::Real).appendReal(2);
    table.addColumn("Price", ColumnType::Decimal).appendText("0.10");
    table.addColumn("Time", ColumnType::DateTime)
        .appendInteger(parseDateTime("2026-06-01T08:00:00.5Z")->sinceYearOne.count());
    table.addColumn("Span", ColumnType::Timespan).appendInteger(parseTimespan("1.02:03:04")->count());
    table.addColumn("Id", ColumnType::Guid).appendText("aaaaaaaa-2222-3333-4444-555555555555");
    table.addColumn("a name", ColumnType::String).appendText("say \"hi\"\\\n|x");
    table.addColumn("Bag", ColumnType::Dynamic).appendText(R"({"a":[1,2]})");
    for (std::size_t i = 0; i < table.columnCount(); ++i)
        table.column(i).appendNull();
    return table;
}

Table texts(const std::vector<std::string>& values)
{
    Table table("T");
    Column& column = table.addColumn("Name", ColumnType::String);
    for (const std::string& value : values)
        column.appendText(value);
    return table;
}

} // namespace

class TestTableText : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void jsonKeepsTypesAndOrder()
    {
        const std::string text = tableText(everyType(), TableFormat::JsonText);
        const auto value = parseJson(text);
        QVERIFY(value.has_value());
        QCOMPARE(value->size(), std::size_t(2));
        const Json& row = (*value)[0];
        QVERIFY(boolAt(row, "Flag"));
        QCOMPARE(integerAt(row, "Large"), std::int64_t(9'007'199'254'740'993));
        QVERIFY(row["Share"].is_number_float());
        QCOMPARE(textAt(row, "Price"), std::string("0.10"));
        QCOMPARE(textAt(row, "Time"), std::string("2026-06-01T08:00:00.5Z"));
        QCOMPARE(textAt(row, "a name"), std::string("say \"hi\"\\\n|x"));
        QCOMPARE(row["Bag"]["a"][1].get<int>(), 2);
        QVERIFY((*value)[1]["Bag"].is_null());
        QCOMPARE(textAt((*value)[1], "a name", "?"), std::string()); // a string is never null
        QVERIFY(text.find("\"Flag\"") < text.find("\"Bag\""));
    }

    void anEmptyTableIsAnEmptyList()
    {
        QCOMPARE(tableText(texts({}), TableFormat::JsonText), std::string("[]\n"));
        QCOMPARE(tableText(texts({}), TableFormat::Csv), std::string("Name\r\n"));
    }

    void jsonMendsWhatIsNoUtf8()
    {
        const std::string text = tableText(texts({"\xff\x01"}), TableFormat::JsonText);
        QVERIFY(parseJson(text).has_value());
        QVERIFY(text.find("\xEF\xBF\xBD\\u0001") != std::string::npos);
    }

    void spreadsheetsSeeNoFormula()
    {
        const Table table = texts({"=1+1", "\xEF\xBC\x9Dx", "a;b", "a\tb"});
        QCOMPARE(tableText(table, TableFormat::Csv),
                 std::string("Name\r\n'=1+1\r\n'\xEF\xBC\x9Dx\r\n\"a;b\"\r\na\tb\r\n"));
        QCOMPARE(tableText(table, TableFormat::Tsv),
                 std::string("Name\r\n'=1+1\r\n'\xEF\xBC\x9Dx\r\na;b\r\na b\r\n"));
    }

    void markdownKeepsItsColumns()
    {
        Table table = texts({"a|b\nc"});
        table.addColumn("N", ColumnType::Long).appendInteger(5);
        QCOMPARE(tableText(table, TableFormat::Markdown),
                 std::string("| Name | N |\n|---|---:|\n| a\\|b c | 5 |\n"));
    }

    void datatableIsKql()
    {
        const std::string text = tableText(everyType(), TableFormat::Datatable);
        QVERIFY(text.starts_with("datatable(Flag:bool, Small:int, Large:long, Share:real, Price:decimal, "
                                 "Time:datetime, Span:timespan, Id:guid, [\"a name\"]:string, Bag:dynamic)"));
        for (const char* const part :
             {"true, int(-7), 9007199254740993, real(2), decimal(0.10), datetime(2026-06-01T08:00:00.5Z)",
              "timespan(1.02:03:04), guid(aaaaaaaa-2222-3333-4444-555555555555)",
              "\"say \\\"hi\\\"\\\\\\n|x\", dynamic({\"a\":[1,2]})", "bool(null), int(null), long(null)"})
            QVERIFY2(text.find(part) != std::string::npos, part);
    }

    void onlyTheRowsAndColumnsThatWereAskedFor()
    {
        Table table = texts({"a", "b", "c"});
        Column& number = table.addColumn("N", ColumnType::Long);
        for (int i = 0; i < 3; ++i)
            number.appendInteger(i);
        QCOMPARE(tableText(table, TableFormat::Csv, rowNumbers({2, 0}), {1, 0}),
                 std::string("N,Name\r\n2,c\r\n0,a\r\n"));
    }

    void cellsBecomeAWhere_data()
    {
        QTest::addColumn<QList<int>>("cells"); // column, row, …
        QTest::addColumn<bool>("exclude");
        QTest::addColumn<QByteArray>("clause");
        QTest::newRow("text") << QList<int>{8, 0} << false
                              << QByteArray("| where [\"a name\"] == \"say \\\"hi\\\"\\\\\\n|x\"");
        QTest::newRow("number") << QList<int>{2, 0} << true
                                << QByteArray("| where Large != 9007199254740993");
        QTest::newRow("null") << QList<int>{2, 1} << false << QByteArray("| where isnull(Large)");
        QTest::newRow("empty text") << QList<int>{8, 1} << true
                                    << QByteArray("| where isnotempty([\"a name\"])");
        QTest::newRow("value or null") << QList<int>{2, 0, 2, 1} << false
                                       << QByteArray("| where (Large == 9007199254740993 or isnull(Large))");
        QTest::newRow("dynamic") << QList<int>{9, 0} << false
                                 << QByteArray("| where tostring(Bag) == \"{\\\"a\\\":[1,2]}\"");
        QTest::newRow("two columns") << QList<int>{0, 0, 1, 0} << false
                                     << QByteArray("| where Flag == true and Small == int(-7)");
        QTest::newRow("nothing") << QList<int>{} << false << QByteArray();
    }
    void cellsBecomeAWhere()
    {
        QFETCH(QList<int>, cells);
        QFETCH(bool, exclude);
        QFETCH(QByteArray, clause);
        const Table table = everyType();
        std::vector<CellPlace> places;
        for (qsizetype i = 0; i + 1 < cells.size(); i += 2)
            places.push_back({static_cast<std::size_t>(cells[i]), static_cast<std::uint32_t>(cells[i + 1])});
        QCOMPARE(QByteArray::fromStdString(kqlWhere(table, places, exclude)), clause);
    }

    void severalValuesAreAList()
    {
        const Table table = texts({"a", "b", "a"});
        QCOMPARE(kqlWhere(table, {{0, 0}, {0, 1}, {0, 2}}, true),
                 std::string("| where Name !in (\"a\", \"b\")"));
    }

private:
    static std::optional<std::vector<std::uint32_t>> rowNumbers(std::vector<std::uint32_t> rows)
    {
        return rows;
    }
};

GATEHOUSE_TEST_MAIN(TestTableText)
#include "tst_tabletext.moc"
