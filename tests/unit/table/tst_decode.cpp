// SPDX-License-Identifier: GPL-3.0-or-later
// Answers larger than one piece of the row decoder, and answers made at random, against a plain JSON parser.
// The wire's encodings have their contract tests.
#include "tests/support/testmain.h"

#include "core/base/json.h"
#include "core/table/queryanswer.h"
#include "tests/support/seed.h"

using namespace gatehouse;

namespace {

std::string answerOf(const std::string& columns, const std::string& rows, const std::string& more = {})
{
    std::string body = "{\"tables\":[{\"name\":\"T\",\"columns\":";
    body += columns + ",\"rows\":" + rows + more + "}]}";
    return body;
}

const std::string TextAndLong = R"([{"name":"S","type":"string"},{"name":"N","type":"long"}])";

/// Rows of TextAndLong, all with this text (as JSON writes it).
std::string manyRows(std::size_t count, const std::string& text, const std::string& between = ",")
{
    std::string rows = "[";
    for (std::size_t i = 0; i < count; ++i) {
        if (i != 0)
            rows += between;
        rows += "[\"";
        rows += text;
        rows += "\",";
        rows += std::to_string(i) + "]";
    }
    rows += "]";
    return rows;
}

/// Random JSON of the given depth, rich in what could be taken for the space between two rows.
Json randomJson(std::mt19937_64& random, int depth)
{
    switch (random() % (depth > 0 ? 7 : 4)) {
    case 0:
        return nullptr;
    case 1:
        return static_cast<std::int64_t>(random());
    case 2:
        return random() % 2 == 0 ? "],[" : "\"]\\";
    case 3:
        return random() % 2 == 0;
    default:
        break;
    }
    Json value = random() % 3 == 0 ? Json::object() : Json::array();
    for (std::uint64_t i = random() % 4; i > 0; --i) {
        if (value.is_object())
            value[std::to_string(i)] = randomJson(random, depth - 1);
        else
            value.push_back(randomJson(random, depth - 1));
    }
    return value;
}

std::string randomText(std::mt19937_64& random)
{
    constexpr const char* Parts[] = {"],[", "],\n[", "\"", "\\", "a", "é", "{", "\n", "]", "[[", "\\\"", " "};
    std::string text;
    for (std::uint64_t i = random() % 12; i > 0; --i)
        text += Parts[random() % std::size(Parts)];
    return text;
}

} // namespace

class TestDecode : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void rowsOverManyPieces_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("between");
        QTest::newRow("plain") << QByteArray("some text of a cell") << QByteArray(",");
        QTest::newRow("spread out") << QByteArray("some text") << QByteArray(" ,\r\n\t ");
        QTest::newRow("what looks like a row's end") << QByteArray("a],[b],[c") << QByteArray(",");
        QTest::newRow("with quotes as well") << QByteArray("\\\"],[\\\"],[\\\\") << QByteArray(",");
        QTest::newRow("longer than a piece") << QByteArray(300'000, 'x') << QByteArray(",");
    }

    void rowsOverManyPieces()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, between);
        const std::size_t count = text.size() > 1000 ? 20 : 60'000;
        const std::string rows = manyRows(count, text.toStdString(), between.toStdString());
        const auto answer = decodeQueryAnswer(answerOf(TextAndLong, rows));
        QVERIFY2(answer.has_value(), answer ? "" : answer.error().message.c_str());
        const Table& table = answer->primary();
        QCOMPARE(table.rowCount(), count);
        const QByteArray quoted = '"' + text + '"';
        const std::string expected = parseJson(quoted.toStdString())->get<std::string>();
        for (std::size_t row = 0; row < count; ++row) {
            if (table.column(0).textAt(row) != expected ||
                table.column(1).integerAt(row) != static_cast<std::int64_t>(row))
                QFAIL(qPrintable(QString::number(row)));
        }
    }

    void nestedArraysAreNotRows()
    {
        std::string rows = "[";
        for (int i = 0; i < 20'000; ++i) {
            rows += i == 0 ? "" : ",";
            rows += "[[[1],[2],[{\"a\":[3],\"b\":[[4],[5]]}]],";
            rows += std::to_string(i) + "]";
        }
        rows += "]";
        const auto answer =
            decodeQueryAnswer(answerOf(R"([{"name":"D","type":"dynamic"},{"name":"N","type":"int"}])", rows));
        QVERIFY2(answer.has_value(), answer ? "" : answer.error().message.c_str());
        QCOMPARE(answer->primary().rowCount(), std::size_t{20'000});
        for (std::size_t row = 0; row < 20'000; ++row) {
            if (answer->primary().column(0).textAt(row) != "[[1],[2],[{\"a\":[3],\"b\":[[4],[5]]}]]")
                QFAIL(qPrintable(QString::number(row)));
        }
    }

    void manyTablesAreReadInTurn()
    {
        std::string body = "{\"tables\":[";
        for (int i = 0; i < 3000; ++i) {
            body += i == 0 ? "" : ",";
            body += "{\"name\":\"T" + std::to_string(i) + "\",\"columns\":" + TextAndLong;
            body += ",\"rows\":" + manyRows(static_cast<std::size_t>(i % 4), "x") + "}";
        }
        body += "]}";
        const auto answer = decodeQueryAnswer(std::move(body));
        QVERIFY2(answer.has_value(), answer ? "" : answer.error().message.c_str());
        QCOMPARE(answer->tables.size(), std::size_t{3000});
        for (std::size_t i = 0; i < 3000; ++i)
            QCOMPARE(answer->tables[i].rowCount(), i % 4);
    }

    void aBadCellFarInsideIsNamedWithItsRow()
    {
        std::string rows = manyRows(50'000, "],[");
        const std::size_t at = rows.find(",43210]");
        rows.replace(at, 7, ",\"no\"]");
        const auto answer = decodeQueryAnswer(answerOf(TextAndLong, rows));
        QVERIFY(!answer);
        QVERIFY(answer.error().kind == Error::Kind::Protocol);
        QVERIFY2(answer.error().message.find("row 43211 of the table “T”") != std::string::npos,
                 answer.error().message.c_str());
        QVERIFY(answer.error().message.find("“N”") != std::string::npos);
    }

    void badJsonIsAParseError_data()
    {
        QTest::addColumn<QByteArray>("rows");
        QTest::newRow("bad escape") << QByteArray("[[\"\\q\",1]]");
        QTest::newRow("control character") << QByteArray("[[\"a\nb\",1]]");
        QTest::newRow("no UTF-8") << QByteArray("[[\"\xC3\x28\",1]]");
        QTest::newRow("leading zero") << QByteArray("[[\"a\",01]]");
        QTest::newRow("comma at the end of a row") << QByteArray("[[\"a\",1,]]");
        QTest::newRow("comma at the end of the rows") << QByteArray("[[\"a\",1],]");
        QTest::newRow("no comma between rows") << QByteArray("[[\"a\",1][\"b\",2]]");
        QTest::newRow("a brace for a bracket") << QByteArray("[[\"a\",1}]");
        QTest::newRow("a word") << QByteArray("[[\"a\",one]]");
        QTest::newRow("half a word") << QByteArray("[[\"a\",nul]]");
        QTest::newRow("unclosed text") << QByteArray("[[\"a,1]]");
    }

    void badJsonIsAParseError()
    {
        QFETCH(QByteArray, rows);
        // Alone, and behind enough good rows to be in a later piece.
        std::string behind = manyRows(20'000, "x");
        behind.back() = ',';
        behind += rows.toStdString().substr(1);
        for (const std::string& all : {rows.toStdString(), behind}) {
            const auto answer = decodeQueryAnswer(answerOf(TextAndLong, all));
            QVERIFY(!answer);
            QVERIFY2(answer.error().kind == Error::Kind::Parse, answer.error().message.c_str());
        }
    }

    void otherShapesAreProtocolErrors_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::newRow("an array") << QByteArray("[]");
        QTest::newRow("no tables") << QByteArray("{}");
        QTest::newRow("tables of another type") << QByteArray("{\"tables\":{}}");
        QTest::newRow("a table of another type") << QByteArray("{\"tables\":[1]}");
        QTest::newRow("tables twice") << QByteArray("{\"tables\":[],\"tables\":[]}");
        QTest::newRow("no rows") << QByteArray("{\"tables\":[{\"columns\":[]}]}");
        QTest::newRow("no columns") << QByteArray("{\"tables\":[{\"rows\":[]}]}");
        QTest::newRow("unknown type")
            << QByteArray("{\"tables\":[{\"columns\":[{\"name\":\"a\",\"type\":\"blob\"}],\"rows\":[]}]}");
        QTest::newRow("a row too short") << QByteArray(answerOf(TextAndLong, "[[\"a\"]]").c_str());
        QTest::newRow("a row too long") << QByteArray(answerOf(TextAndLong, "[[\"a\",1,2]]").c_str());
        QTest::newRow("a row that is none") << QByteArray(answerOf(TextAndLong, "[{}]").c_str());
        QTest::newRow("rows that are none") << QByteArray(answerOf(TextAndLong, "7").c_str());
        QTest::newRow("rows twice") << QByteArray(answerOf(TextAndLong, "[]", ",\"rows\":[]").c_str());
    }

    void otherShapesAreProtocolErrors()
    {
        QFETCH(QByteArray, body);
        const auto answer = decodeQueryAnswer(body.toStdString());
        QVERIFY(!answer);
        QVERIFY2(answer.error().kind == Error::Kind::Protocol, answer.error().message.c_str());
    }

    void whatIsNoAnswerIsSaid_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("white space") << QByteArray(" \r\n");
        QTest::newRow("HTML") << QByteArray("<html></html>");
        QTest::newRow("two documents") << QByteArray("{\"tables\":[]}{\"tables\":[]}");
        QTest::newRow("bare text") << QByteArray("tables");
        QTest::newRow("NUL") << QByteArray("\0", 1);
        QTest::newRow("a name that is no UTF-8") << QByteArray("{\"\xff\":1,\"tables\":[]}");
        QTest::newRow("brackets only") << QByteArray(100'000, '[');
    }

    void whatIsNoAnswerIsSaid()
    {
        QFETCH(QByteArray, body);
        const auto answer = decodeQueryAnswer(body.toStdString());
        QVERIFY(!answer);
        QVERIFY2(answer.error().kind == Error::Kind::Parse, answer.error().message.c_str());
    }

    void emptyTablesAreFine()
    {
        const auto answer =
            decodeQueryAnswer("\xEF\xBB\xBF {\"tables\" : [ {\"rows\":[ ],\"columns\":[ ]} ] } ");
        QVERIFY2(answer.has_value(), answer ? "" : answer.error().message.c_str());
        QCOMPARE(answer->primary().rowCount(), std::size_t{0});
        QVERIFY(decodeQueryAnswer("{\"tables\":[]}")->tables.empty());
        QVERIFY(decodeQueryAnswer("{\"t\\u0061bles\":[]}").has_value());
    }

    void anErrorWithoutTablesIsTheError()
    {
        const auto answer = decodeQueryAnswer("{\"error\":{\"code\":\"X\",\"message\":\"No.\"}}");
        QVERIFY(!answer);
        QCOMPARE(answer.error().serviceCode, std::string("X"));
    }

    void randomAnswersAgreeWithAPlainParser()
    {
        std::mt19937_64 random(test::seed());
        for (int round = 0; round < 60; ++round) {
            Json rows = Json::array();
            const std::uint64_t count = random() % 3000;
            for (std::uint64_t i = 0; i < count; ++i)
                rows.push_back(
                    {randomText(random), randomJson(random, 4), static_cast<std::int64_t>(random())});
            const std::string columns =
                R"([{"name":"S","type":"string"},{"name":"D","type":"dynamic"},{"name":"N","type":"long"}])";
            const auto answer = decodeQueryAnswer(answerOf(columns, dumpJson(rows, round % 3 - 1)));
            QVERIFY2(answer.has_value(), answer ? "" : answer.error().message.c_str());
            const Table& table = answer->primary();
            QCOMPARE(table.rowCount(), count);
            for (std::size_t row = 0; row < count; ++row) {
                const Json& cells = rows[row];
                const Json& dynamic = cells[1];
                QVERIFY(table.column(0).textAt(row) == cells[0].get<std::string>());
                QCOMPARE(table.column(1).isNull(row), dynamic.is_null());
                if (dynamic.is_string())
                    QVERIFY(table.column(1).textAt(row) == dynamic.get<std::string>());
                else if (!dynamic.is_null())
                    QVERIFY(*parseJson(table.column(1).textAt(row)) == dynamic);
                QCOMPARE(table.column(2).integerAt(row), cells[2].get<std::int64_t>());
            }
        }
    }

    void randomDamageIsNeverTakenForRows()
    {
        std::mt19937_64 random(test::seed());
        const std::string whole = answerOf(TextAndLong, manyRows(2'000, "x],[y"));
        for (int round = 0; round < 400; ++round) {
            std::string body = whole;
            for (std::uint64_t i = 1 + random() % 3; i > 0; --i)
                body[random() % body.size()] = "\"[]{},:\\0a "[random() % 11];
            const auto answer = decodeQueryAnswer(body);
            const auto plain = parseJson(body);
            if (!plain) {
                QVERIFY(!answer);
                QVERIFY2(answer.error().kind == Error::Kind::Parse ||
                             answer.error().kind == Error::Kind::Protocol,
                         answer.error().message.c_str());
            } else if (answer && !answer->tables.empty()) {
                QCOMPARE(answer->primary().rowCount(), plain->at("tables").at(0).at("rows").size());
            }
        }
    }
};

GATEHOUSE_TEST_MAIN(TestDecode)
#include "tst_decode.moc"
