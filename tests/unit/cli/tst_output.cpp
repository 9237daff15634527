// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/output.h"
#include "tests/support/testmain.h"

#include <sstream>

using namespace gatehouse;
using namespace gatehouse::cli;

namespace {

Table sample()
{
    Table table("T");
    Column& service = table.addColumn("Service", ColumnType::String);
    Column& tokens = table.addColumn("Tokens", ColumnType::Long);
    Column& share = table.addColumn("Share", ColumnType::Real);
    service.appendText("Checkout");
    tokens.appendInteger(9'007'199'254'740'993);
    share.appendReal(0.5);
    service.appendText("=cmd|' /C calc'!A0");
    tokens.appendNull();
    share.appendReal(std::numeric_limits<double>::quiet_NaN());
    return table;
}

std::string printed(Format format)
{
    std::ostringstream out;
    std::ostringstream err;
    Output(out, err, format).table(sample());
    return out.str();
}

} // namespace

class OutputTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void csvCells_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("number");
        QTest::addColumn<QByteArray>("cell");
        QTest::newRow("plain") << QByteArray("a b") << false << QByteArray("a b");
        QTest::newRow("comma") << QByteArray("a,b") << false << QByteArray("\"a,b\"");
        QTest::newRow("quote") << QByteArray("a\"b") << false << QByteArray("\"a\"\"b\"");
        QTest::newRow("line break") << QByteArray("a\nb") << false << QByteArray("\"a\nb\"");
        QTest::newRow("formula") << QByteArray("=1+1") << false << QByteArray("'=1+1");
        QTest::newRow("plus") << QByteArray("+1") << false << QByteArray("'+1");
        QTest::newRow("minus text") << QByteArray("-a") << false << QByteArray("'-a");
        QTest::newRow("minus number") << QByteArray("-5") << true << QByteArray("-5");
        QTest::newRow("at") << QByteArray("@SUM(A1)") << false << QByteArray("'@SUM(A1)");
        QTest::newRow("tab") << QByteArray("\t=1") << false << QByteArray("'\t=1");
        QTest::newRow("return") << QByteArray("\r=1") << false << QByteArray("\"'\r=1\"");
        QTest::newRow("nul") << QByteArray("\0=1", 3) << false << QByteArray("'\0=1", 4);
        QTest::newRow("full width equals") << QByteArray("\xEF\xBC\x9D"
                                                         "1")
                                           << false
                                           << QByteArray("'\xEF\xBC\x9D"
                                                         "1");
        QTest::newRow("empty") << QByteArray() << false << QByteArray();
    }
    void csvCells()
    {
        QFETCH(QByteArray, text);
        QFETCH(bool, number);
        QFETCH(QByteArray, cell);
        QCOMPARE(QByteArray::fromStdString(csvCell(text.toStdString(), number)), cell);
    }

    void terminalText_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("shown");
        QTest::newRow("plain") << QByteArray("Größe") << QByteArray("Größe");
        QTest::newRow("escape") << QByteArray("\x1b[2J") << QByteArray("\\x1b[2J");
        QTest::newRow("return") << QByteArray("a\rb") << QByteArray("a\\x0db");
        QTest::newRow("c1") << QByteArray("\xC2\x9B"
                                          "31m")
                            << QByteArray("\\x9b31m");
        QTest::newRow("delete") << QByteArray("\x7f") << QByteArray("\\x7f");
    }
    void terminalText()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, shown);
        QCOMPARE(QByteArray::fromStdString(forTerminal(text.toStdString())), shown);
    }

    void csvTable()
    {
        QCOMPARE(
            QByteArray::fromStdString(printed(Format::Csv)),
            QByteArray(
                "Service,Tokens,Share\r\nCheckout,9007199254740993,0.5\r\n'=cmd|' /C calc'!A0,,NaN\r\n"));
    }

    void jsonTable()
    {
        const auto value = parseJson(printed(Format::Json));
        QVERIFY(value.has_value());
        QCOMPARE(value->size(), std::size_t(2));
        QCOMPARE(integerAt((*value)[0], "Tokens"), std::int64_t(9'007'199'254'740'993));
        QVERIFY(memberAt((*value)[1], "Tokens").is_null());
        QCOMPARE(textAt((*value)[1], "Share"), std::string("NaN"));
    }

    void alignedTable()
    {
        const std::string text = printed(Format::Table);
        QVERIFY(text.find("Checkout            9007199254740993    0.5\n") != std::string::npos);
    }

    void errorIsOneLine()
    {
        std::ostringstream out;
        std::ostringstream err;
        Error error;
        error.kind = Error::Kind::Denied;
        error.message = "Not allowed.\nReally \x1b[31mnot.";
        error.advice = "Ask for a role.";
        error.serviceCode = "AuthorizationFailed";
        Output(out, err, Format::Table).error(error);
        QCOMPARE(
            QByteArray::fromStdString(err.str()),
            QByteArray(
                "gatehouse-cli: Not allowed. Really \\x1b[31mnot. Ask for a role. (AuthorizationFailed)\n"));
        QVERIFY(out.str().empty());
        QCOMPARE(static_cast<int>(exitStatusFor(error)), 3);
    }

    void errorSaysItsPosition()
    {
        std::ostringstream out;
        std::ostringstream err;
        Error error;
        error.message = "expected an expression";
        error.advice = "Correct it.";
        error.serviceCode = "SYN0002";
        error.position = TextPosition{0, 1, 2, 7};
        Output(out, err, Format::Table).error(error);
        QCOMPARE(
            QByteArray::fromStdString(err.str()),
            QByteArray("gatehouse-cli: expected an expression. Correct it. (SYN0002, line 2 column 7)\n"));
    }

    void underlinesTheFault()
    {
        std::ostringstream out;
        std::ostringstream err;
        TextPosition position;
        position.line = 2;
        position.column = 9;
        position.length = 3;
        Output(out, err, Format::Table).underline("T\n| where Fox == 1\n| take 1", position);
        QCOMPARE(QByteArray::fromStdString(err.str()), QByteArray("| where Fox == 1\n        ^^^\n"));
    }

    void underlineBeyondTheTextIsQuiet()
    {
        std::ostringstream out;
        std::ostringstream err;
        TextPosition position;
        position.line = 9;
        Output(out, err, Format::Table).underline("T", position);
        position.line = 1;
        position.column = 100;
        Output(out, err, Format::Table).underline("T", position);
        QVERIFY(err.str().empty());
    }
};

GATEHOUSE_TEST_MAIN(OutputTest)
#include "tst_output.moc"
