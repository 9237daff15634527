// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"

#include "core/base/json.h"
#include "core/table/queryanswer.h"
#include "tests/contract/fixtures.h"

#include <cmath>

using namespace gatehouse;
using gatehouse::test::contractBody;

namespace {

QString shown(const std::string& text)
{
    return QString::fromStdString(text);
}

/// Every value of the tree, by its pointer.
void collect(const Json& value, const Json::json_pointer& at, std::vector<Json::json_pointer>& out)
{
    out.push_back(at);
    if (value.is_array()) {
        for (std::size_t i = 0; i < value.size(); ++i)
            collect(value[i], at / i, out);
    } else if (value.is_object()) {
        for (const auto& [key, member] : value.items())
            collect(member, at / key, out);
    }
}

Json nested(int depth)
{
    Json value = 1;
    for (int i = 0; i < depth; ++i)
        value = Json::array({value});
    return value;
}

/// Tables that are handed out must be whole: every column as long as the others.
bool consistent(const QueryAnswer& answer)
{
    for (const Table& table : answer.tables) {
        for (const Column& column : table.columns()) {
            if (column.size() != table.rowCount())
                return false;
        }
    }
    return true;
}

} // namespace

class TestContractQueryAnswer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyTypeIsReadToTheLetter()
    {
        const auto answer = decodeQueryAnswer(contractBody("query-alltypes.json"));
        QVERIFY2(answer.has_value(), answer ? "" : answer.error().message.c_str());
        QVERIFY(!answer->partial);
        const Table& table = answer->primary();
        QCOMPARE(shown(table.name()), QStringLiteral("PrimaryResult"));
        QCOMPARE(table.rowCount(), std::size_t{4});
        const auto cell = [&](const char* column, std::size_t row) {
            return shown(table.find(column)->displayAt(row));
        };
        QCOMPARE(cell("When", 0), QStringLiteral("2026-02-28T23:59:59.1234567Z"));
        QCOMPARE(cell("When", 1), QStringLiteral("2026-03-01T00:00:00Z"));
        QCOMPARE(cell("When", 3), QStringLiteral("2026-03-01T00:00:00.1Z"));
        QCOMPARE(cell("Flag", 0), QStringLiteral("true"));
        QCOMPARE(cell("Id", 0), QStringLiteral("6f0c2d8e-51a7-4c1b-9d0e-2b7a4f3c8e91"));
        QCOMPARE(cell("Small", 1), QStringLiteral("2147483647"));
        QCOMPARE(cell("Large", 0), QStringLiteral("9007199254740993")); // a double would say …992
        QCOMPARE(cell("Large", 1), QStringLiteral("-9223372036854775808"));
        QCOMPARE(table.find("Share")->realAt(0), 0.5);
        QVERIFY(std::isnan(table.find("Share")->realAt(1)));
        QVERIFY(!table.find("Share")->isNull(1));
        QVERIFY(std::isinf(table.find("Share")->realAt(3)));
        QCOMPARE(cell("Name", 1), QString::fromUtf8("line\nbreak é 😀"));
        QCOMPARE(cell("Span", 0), QStringLiteral("00:00:10"));
        QCOMPARE(cell("Span", 1), QStringLiteral("-1.02:03:04.0000005"));
        QCOMPARE(cell("Price", 0), QStringLiteral("0.10101"));
        QCOMPARE(cell("Price", 1), QStringLiteral("12.50"));
        QCOMPARE(cell("Price", 3), QStringLiteral("-79228162514264337593543950335"));
        QCOMPARE(cell("Bag", 0), QStringLiteral("{\"a\":[1,2]}"));
        QCOMPARE(cell("Bag", 1), QStringLiteral("{\"b\": {\"c\": null}}"));
        QCOMPARE(cell("Bag", 3), QStringLiteral("not json"));
        QCOMPARE(shown(answer->render), QStringLiteral("{\"visualization\":\"table\",\"yMin\":\"NaN\"}"));
        QVERIFY(shown(answer->statistics).contains(QLatin1String("executionTime")));
    }

    void aRowOfNullsIsNullEverywhereButInText()
    {
        const auto answer = decodeQueryAnswer(contractBody("query-alltypes.json"));
        for (const Column& column : answer->primary().columns())
            QCOMPARE(column.isNull(2), column.type() != ColumnType::String);
        QCOMPARE(answer->primary().find("Name")->textAt(2), std::string_view());
    }

    void aPartialAnswerKeepsItsRowsAndItsReason()
    {
        const auto answer = decodeQueryAnswer(contractBody("query-partial.json"));
        QVERIFY(answer.has_value());
        QCOMPARE(answer->tables.size(), std::size_t{2});
        QCOMPARE(answer->tables[0].column(1).integerAt(1), std::int64_t{30});
        QCOMPARE(answer->tables[1].column(0).realAt(0), 1.5); // its rows came before its columns
        QVERIFY(answer->tables[1].column(0).isNull(1));
        QVERIFY(answer->partial.has_value());
        QCOMPARE(shown(answer->partial->serviceCode), QStringLiteral("-2133196797"));
        QVERIFY(shown(answer->partial->message).contains(QLatin1String("record limit")));
        QVERIFY(!shown(answer->partial->message).contains(QLatin1String("/limits")));
        QCOMPARE(answer->partial->httpStatus, 0);
    }

    void aBodyCutAnywhereIsNeverAnAnswer_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name : {"query-alltypes.json", "query-partial.json"})
            QTest::newRow(name) << name;
    }

    void aBodyCutAnywhereIsNeverAnAnswer()
    {
        QFETCH(QString, name);
        const std::string body = contractBody(name.toStdString());
        QVERIFY(decodeQueryAnswer(body).has_value());
        for (std::size_t length = 0; length < body.size(); ++length) {
            const auto answer = decodeQueryAnswer(body.substr(0, length));
            QVERIFY2(!answer, qPrintable(QString::number(length)));
            QVERIFY2(answer.error().kind == Error::Kind::Parse, qPrintable(shown(answer.error().message)));
            QVERIFY(!answer.error().message.empty() && !answer.error().advice.empty());
        }
    }

    void mixedUpTypesAreErrorsOrWholeAnswers_data() { aBodyCutAnywhereIsNeverAnAnswer_data(); }

    void mixedUpTypesAreErrorsOrWholeAnswers()
    {
        QFETCH(QString, name);
        const Json body = *parseJson(contractBody(name.toStdString()));
        const Json replacements[] = {
            nullptr,   true, 0, -1, 1e308, "", Json::array(), Json::object(), std::uint64_t{1} << 63U,
            nested(65)};
        std::vector<Json::json_pointer> places;
        collect(body, Json::json_pointer(), places);
        int refused = 0;
        for (const Json::json_pointer& place : places) {
            for (const Json& replacement : replacements) {
                Json changed = body;
                changed[place] = replacement;
                const auto answer = decodeQueryAnswer(dumpJson(changed));
                if (answer) {
                    QVERIFY2(consistent(*answer), place.to_string().c_str());
                } else {
                    ++refused;
                    QVERIFY(!answer.error().message.empty());
                }
            }
        }
        QVERIFY(refused > 100);
    }

    void aCellOfAnotherTypeIsNamed_data()
    {
        QTest::addColumn<int>("column");
        QTest::addColumn<QByteArray>("cell");
        const auto row = [](int column, const char* cell) {
            QTest::addRow("%d %s", column, cell) << column << QByteArray(cell);
        };
        row(0, "1");
        row(0, "\"yesterday\"");
        row(0, "\"2026-13-01T00:00:00Z\"");
        row(1, "\"true\"");
        row(1, "1");
        row(2, "7");
        row(3, "1.5");
        row(3, "\"1\"");
        row(4, "9223372036854775808");
        row(4, "1e3");
        row(5, "\"nan\"");
        row(5, "true");
        row(6, "5");
        row(6, "{}");
        row(7, "\"PT1H\"");
        row(7, "10");
        row(8, "\"1,5\"");
        row(8, "true");
    }

    void aCellOfAnotherTypeIsNamed()
    {
        QFETCH(int, column);
        QFETCH(QByteArray, cell);
        Json body = *parseJson(contractBody("query-alltypes.json"));
        body["tables"][0]["rows"][3][static_cast<std::size_t>(column)] = *parseJson(cell.toStdString());
        const auto answer = decodeQueryAnswer(dumpJson(body));
        QVERIFY(!answer);
        QVERIFY2(answer.error().kind == Error::Kind::Protocol, answer.error().message.c_str());
        const QString message = shown(answer.error().message);
        const std::string name = body["tables"][0]["columns"][static_cast<std::size_t>(column)]["name"];
        QVERIFY2(message.contains(shown(name)), qPrintable(message));
        QVERIFY2(message.contains(QLatin1String("row 4")) && message.contains(QLatin1String("PrimaryResult")),
                 qPrintable(message));
    }
};

GATEHOUSE_TEST_MAIN(TestContractQueryAnswer)
#include "tst_contract_queryanswer.moc"
