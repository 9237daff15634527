// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"

#ifndef Q_MOC_RUN // moc 6.4 cannot read <stop_token>
#include "core/base/json.h"
#include "core/kql/wire.h"
#endif

#include <limits>

using namespace gatehouse;

class KqlWireTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cellsFollowTheContract();
    void brokenUtf8IsReplaced();
    void partialErrorStandsBesideTheRows();
    void renderAndStatisticsOnDemand();
    void errorsAreNested_data();
    void errorsAreNested();
};

void KqlWireTest::cellsFollowTheContract()
{
    QueryAnswer answer;
    Table& table = answer.tables.emplace_back("PrimaryResult");
    table.addColumn("b", ColumnType::Bool).appendBool(true);
    table.addColumn("l", ColumnType::Long).appendInteger(std::numeric_limits<std::int64_t>::min());
    table.addColumn("r", ColumnType::Real).appendReal(std::numeric_limits<double>::quiet_NaN());
    table.addColumn("m", ColumnType::Decimal).appendText("0.10101");
    const DateTime moment = DateTime::fromCivil(2015, 12, 31) + std::chrono::hours(23) + Ticks(9'000'000);
    table.addColumn("d", ColumnType::DateTime).appendInteger(moment.sinceYearOne.count());
    table.addColumn("t", ColumnType::Timespan).appendInteger(Ticks(std::chrono::seconds(10)).count());
    table.addColumn("s", ColumnType::String).appendText("a\"\\\n\x01");
    table.addColumn("j", ColumnType::Dynamic).appendText("{\"a\":1}");
    table.addColumn("p", ColumnType::Dynamic).appendText("\"plain\"");
    table.addColumn("n", ColumnType::Guid).appendNull();
    table.addColumn("e", ColumnType::String).appendNull();
    const std::string body = kql::encodeAnswer(answer, false, std::nullopt);
    const std::string rows = body.substr(body.find("\"rows\":"));
    const std::string expected =
        R"("rows":[[true,-9223372036854775808,"NaN","0.10101","2015-12-31T23:00:00.9Z","00:00:10",)"
        R"("a\"\\\n\u0001","{\"a\":1}","plain",null,""]]}]})"; // outside of the macro: moc cannot read raw
                                                               // strings there
    QCOMPARE(rows, expected);
    QVERIFY(parseJson(body));
}

void KqlWireTest::brokenUtf8IsReplaced()
{
    QueryAnswer answer;
    Table& table = answer.tables.emplace_back("PrimaryResult");
    table.addColumn("s", ColumnType::String)
        .appendText("a\xff"
                    "b\xc3\xa9\xe2\x82");
    const auto body = parseJson(kql::encodeAnswer(answer, false, std::nullopt));
    QVERIFY(body);
    QCOMPARE((*body)["tables"][0]["rows"][0][0].get<std::string>(),
             std::string("a\xef\xbf\xbd"
                         "b\xc3\xa9\xef\xbf\xbd\xef\xbf\xbd"));
}

void KqlWireTest::partialErrorStandsBesideTheRows()
{
    QueryAnswer answer;
    answer.tables.emplace_back("PrimaryResult").addColumn("x", ColumnType::Long).appendInteger(1);
    Error partial;
    partial.serviceCode = "-2133196797";
    partial.message = "Query result set has exceeded the internal record count limit 1";
    answer.partial = partial;
    const auto body = parseJson(kql::encodeAnswer(answer, false, std::nullopt));
    QVERIFY(body);
    const Json& error = (*body)["error"];
    QCOMPARE(error["code"].get<std::string>(), std::string("PartialError"));
    const Json& inner = error["details"][0]["innererror"];
    QCOMPARE(inner["code"].get<std::string>(), partial.serviceCode);
    QCOMPARE(inner["message"].get<std::string>(), partial.message);
    QCOMPARE(inner["severityName"].get<std::string>(), std::string("Error"));
    QCOMPARE((*body)["tables"][0]["rows"][0][0].get<int>(), 1);
}

void KqlWireTest::renderAndStatisticsOnDemand()
{
    QueryAnswer answer;
    answer.tables.emplace_back("PrimaryResult").addColumn("x", ColumnType::Long);
    answer.render = R"({"visualization":"piechart"})";
    kql::QueryStatistics statistics;
    statistics.rowsScanned = 12;
    const auto full = parseJson(kql::encodeAnswer(answer, true, statistics));
    QVERIFY(full);
    QCOMPARE((*full)["render"]["visualization"].get<std::string>(), std::string("piechart"));
    QCOMPARE((*full)["statistics"]["query"]["inputDatasetStatistics"]["rows"]["scanned"].get<int>(), 12);
    const auto bare = parseJson(kql::encodeAnswer(answer, false, std::nullopt));
    QVERIFY(bare);
    QVERIFY(!bare->contains("render") && !bare->contains("statistics") && !bare->contains("error"));
}

void KqlWireTest::errorsAreNested_data()
{
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("family");
    QTest::newRow("syntax") << "SYN0002"
                            << "SyntaxError";
    QTest::newRow("semantic") << "SEM0100"
                              << "SemanticError";
}

void KqlWireTest::errorsAreNested()
{
    QFETCH(QString, code);
    QFETCH(QString, family);
    Error error;
    error.kind = Error::Kind::InvalidInput;
    error.serviceCode = code.toStdString();
    error.message = "what is wrong";
    error.position = TextPosition{12, 3, 2, 1};
    const std::string text =
        kql::encodeError(error, "6a1b5b30-5c3a-40ad-9a7c-c9c15f28ebc9", "StormEvents\nFoo bar");
    const auto body = parseJson(text);
    QVERIFY(body);
    const Json& outer = (*body)["error"];
    QCOMPARE(outer["code"].get<std::string>(), std::string("BadArgumentError"));
    QCOMPARE(outer["innererror"]["code"].get<std::string>(), family.toStdString());
    const Json& inner = outer["innererror"]["innererror"];
    QCOMPARE(inner["code"].get<std::string>(), error.serviceCode);
    QCOMPARE(inner["line"].get<int>(), 2);
    QCOMPARE(inner["pos"].get<int>(), 0); // counted from 0
    QCOMPARE(inner["token"].get<std::string>(), std::string("Foo"));
    QCOMPARE(text.find("Syntax") != std::string::npos, family == QLatin1String("SyntaxError"));
}

GATEHOUSE_TEST_MAIN(KqlWireTest)
#include "tst_kqlwire.moc"
