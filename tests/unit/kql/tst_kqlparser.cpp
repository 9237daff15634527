// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/lexer/lexer.h"
#include "core/kql/parser/parser.h"
#include "tests/support/testmain.h"

using namespace gatehouse;

class KqlParserTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tokens_data();
    void tokens();
    void accepts_data();
    void accepts();
    void refuses_data();
    void refuses();
    void positionsCountLinesAndColumns();
};

void KqlParserTest::tokens_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("values");
    QTest::newRow("hyphenated operators") << "project-away a-b"
                                          << "project-away|a|-|b";
    QTest::newRow("negated words") << "x !in~ (y)"
                                   << "x|!in~|(|y|)";
    QTest::newRow("range dots") << "1..2"
                                << "1|..|2";
    QTest::newRow("numbers") << "0x1F 1.5e3 5m 1d"
                             << "0x1F|1.5e3|5m|1d";
    QTest::newRow("names with digits first") << "7zip"
                                             << "7zip";
    QTest::newRow("typed literal") << "datetime(2026-06-01 10:00)"
                                   << "2026-06-01 10:00";
    QTest::newRow("comments") << "a // b\nc"
                              << "a|c";
    QTest::newRow("verbatim") << "@'a\\b' h\"x\""
                              << "a\\b|x";
}

void KqlParserTest::tokens()
{
    QFETCH(QString, text);
    QFETCH(QString, values);
    const auto tokens = kql::tokenize(text.toStdString());
    QVERIFY(tokens);
    QStringList actual;
    for (const kql::Token& token : *tokens) {
        if (token.kind != kql::TokenKind::End)
            actual << QString::fromStdString(token.value);
    }
    QCOMPARE(actual.join(QLatin1Char('|')), values);
}

void KqlParserTest::accepts_data()
{
    QTest::addColumn<QString>("text");
    for (const char* text :
         {"T",
          "T | where a.b['c'][0] == 1 and not(isempty(d))",
          "T | make-series avg(x) default = 0 on t from ago(1d) to now() step 1h by k",
          "T | parse kind=regex s with * 'a' x:long *",
          "let f = (T:(x:long), n:int = 5) { T | take n }; f(U)",
          "union withsource = Source isfuzzy=true A*, (B | take 1)",
          "T | join kind=inner hint.strategy=shuffle (U | where x) on a, $left.b == $right.c",
          "T | evaluate pivot(a, sum(b)) : (a:string, *)",
          "T | mv-apply x = d on (summarize sum(x))",
          "search in (A, B) 'x'",
          "find in (A) where a == 1 project b",
          "T | scan with (step s1: true => x = 1;)",
          "T | top-nested 3 of a by sum(b), top-nested 1 of c by max(d)",
          "T | render timechart with (title = 'x', ycolumns = a, b)",
          "declare query_parameters(a:long = 1); print a",
          "set notruncation; T;",
          "externaldata (a:string) [@'https://example.invalid'] with (format='csv') | take 1",
          "T | where x between (1 .. 2) | limit 3",
          "database('x').T | union cluster('c').database('d').U",
          "T | summarize make_set(a, 10), (m, n) = arg_max(t, b) by bin(t, 1h), k = tostring(d.x)"})
        QTest::newRow(text) << QString::fromUtf8(text);
}

void KqlParserTest::accepts()
{
    QFETCH(QString, text);
    const auto tree = kql::parse(text.toStdString());
    QVERIFY2(tree, tree ? "" : tree.error().message.c_str());
}

void KqlParserTest::refuses_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("offset");
    QTest::newRow("no operator") << "T | " << 4;
    QTest::newRow("unknown operator") << "T | wherez x" << 4;
    QTest::newRow("missing semicolon") << "let a = 1\nT | take 1" << 10;
    QTest::newRow("double comma") << "T | project a,, b" << 14;
    QTest::newRow("dangling comparison") << "T | where a ==" << 14;
    QTest::newRow("star operand") << "T | where a == * 'x'" << 15;
    QTest::newRow("empty kind") << "T | join kind= (U) on a" << 15;
    QTest::newRow("sort without by") << "T | sort a desc" << 9;
    QTest::newRow("open parenthesis") << "T | where (a == 1" << 17;
    QTest::newRow("sql") << "SELECT * FROM T WHERE x = 1" << 14;
    QTest::newRow("skipped text is balanced") << "T | evaluate pivot(a" << 20;
}

void KqlParserTest::refuses()
{
    QFETCH(QString, text);
    QFETCH(int, offset);
    const auto tree = kql::parse(text.toStdString());
    QVERIFY(!tree);
    QVERIFY(tree.error().serviceCode.starts_with("SYN"));
    QVERIFY(tree.error().position);
    QCOMPARE(static_cast<int>(tree.error().position->offset), offset);
}

void KqlParserTest::positionsCountLinesAndColumns()
{
    const TextPosition position = kql::positionOf("ab\ncde\n", {5, 1});
    QCOMPARE(position.line, 2);
    QCOMPARE(position.column, 3);
    QCOMPARE(position.length, std::size_t{1});
}

GATEHOUSE_TEST_MAIN(KqlParserTest)
#include "tst_kqlparser.moc"
