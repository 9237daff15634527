// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/language/language.h"
#include "core/kql/lexer/lexer.h"
#include "core/kql/parser/parser.h"
#include "tests/support/testmain.h"
#include "tests/unit/kql/languageschema.h"

#include <filesystem>
#include <fstream>
#include <iterator>

using namespace gatehouse;
namespace language = kql::language;

namespace {

const language::Schema& schema()
{
    static const language::Schema made = test::languageSchema();
    return made;
}

QString slice(const std::string& text, language::Span span)
{
    return QString::fromStdString(text.substr(span.start, span.length));
}

std::string read(const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// The tokens of a text, without its white space.
QStringList valuesOf(const std::string& text)
{
    QStringList values;
    if (const auto tokens = kql::tokenize(text)) {
        for (const kql::Token& token : *tokens)
            values << QString::fromStdString(token.type + ' ' + token.value);
    }
    return values;
}

bool stays(const std::string& formatted)
{
    const auto again = language::format(formatted);
    return again && *again == formatted;
}

/// The queries of tests/kql: they stand before lines of four hyphens, their answers end with an empty line.
std::vector<std::string> scriptQueries()
{
    std::vector<std::string> queries;
    for (const auto& entry :
         std::filesystem::directory_iterator(std::filesystem::path(TEST_DATA_DIR) / "../kql")) {
        std::ifstream in(entry.path());
        std::string query;
        bool answers = false;
        for (std::string line; entry.path().extension() == ".test" && std::getline(in, line);) {
            const bool between = query.empty() && (line.empty() || line.starts_with('#'));
            if (line.starts_with("----")) {
                queries.push_back(std::exchange(query, {}));
                answers = true;
            } else if (answers) {
                answers = !line.empty();
            } else if (!between) {
                query += line + '\n';
            }
        }
    }
    return queries;
}

} // namespace

class LanguageTextTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void classifies_data();
    void classifies();
    void blocks_data();
    void blocks();
    void filtersTime_data();
    void filtersTime();
    void formats_data();
    void formats();
    void formatRefusesBrokenText();
    void formatKeepsTheShippedQueries();
    void formatKeepsTheScripts();
};

void LanguageTextTest::classifies_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("kinds"); ///< a letter a token
    QTest::newRow("query") << "T | where Tokens > 5 // c"
                           << "tpocpn/";
    QTest::newRow("calls") << "T | summarize n = count() by bin(TimeGenerated, 1h)"
                           << "tpoNpfppkfpcpnp";
    QTest::newRow("text") << "T | where Model has 'x'"
                          << "tpockx";
    QTest::newRow("literal") << "print datetime(2026-01-01)"
                             << "oypnp";
    QTest::newRow("let") << "let a = 1; let f = (x: long) { x }; T | extend f(a)"
                         << "kNpnpkfppNpyppNpptpofpNp";
    QTest::newRow("join") << "T | join kind=inner U on Model"
                          << "tpokpktkc";
    QTest::newRow("quoted column") << "T | project ['Odd name']"
                                   << "tpopcp";
    QTest::newRow("broken") << "T | where # 'a"
                            << "tpoNx";
}

void LanguageTextTest::classifies()
{
    QFETCH(QString, text);
    QFETCH(QString, kinds);
    constexpr std::string_view letters = "okftcyxn/pN"; // in the order of TokenKind
    const std::string source = text.toStdString();
    QString actual;
    std::size_t end = 0;
    for (const language::ClassifiedToken& token : language::classify(source, schema())) {
        QVERIFY(token.span.start >= end && token.span.length > 0);
        end = token.span.start + token.span.length;
        actual += QLatin1Char(letters[static_cast<std::size_t>(token.kind)]);
    }
    QVERIFY(end <= source.size());
    QCOMPARE(actual, kinds);
}

void LanguageTextTest::blocks_data()
{
    QTest::addColumn<QString>("marked");
    QTest::addColumn<QString>("block");
    QTest::newRow("one") << "T\n| take^ 1\n"
                         << "T\n| take 1";
    QTest::newRow("second") << "T\n\nU^ | take 1"
                            << "U | take 1";
    QTest::newRow("at its end") << "T^\n\nU"
                                << "T";
    QTest::newRow("between") << "T\n\n^\nU"
                             << "T";
    QTest::newRow("before the first") << "^\n\nU"
                                      << "U";
    QTest::newRow("in brackets") << "T | join (\n\nU^\n\n) on a\n\nV"
                                 << "T | join (\n\nU\n\n) on a";
    QTest::newRow("in a string") << "print ```a\n\nb^```\n\nV"
                                 << "print ```a\n\nb```";
    QTest::newRow("an open bracket") << "T | where (a^\n\nU | take 1"
                                     << "T | where (a";
    QTest::newRow("a comment") << "// why\nT^\n\nU"
                               << "// why\nT";
    QTest::newRow("blanks in the empty line") << "T\r\n \t\r\nU^"
                                              << "U";
    QTest::newRow("nothing") << "  ^ "
                             << "";
}

void LanguageTextTest::blocks()
{
    QFETCH(QString, marked);
    QFETCH(QString, block);
    const test::CaretText at(marked.toStdString());
    QCOMPARE(slice(at.text, language::blockAt(at.text, at.caret)), block);
}

void LanguageTextTest::filtersTime_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("filters");
    QTest::newRow("compares") << "T | where TimeGenerated > ago(1d)" << true;
    QTest::newRow("between") << "T | where TimeGenerated between (ago(2d) .. ago(1d)) and Tokens > 1" << true;
    QTest::newRow("inside a call") << "T | where bin(TimeGenerated, 1d) == startofday(now())" << true;
    QTest::newRow("in a join") << "T | join (U | where TimeGenerated > ago(1d)) on Model" << true;
    QTest::newRow("in a function") << "let f = () { T | where TimeGenerated > ago(1d) }; f()" << true;
    QTest::newRow("one side of or") << "T | where TimeGenerated > ago(1d) or Tokens > 1" << false;
    QTest::newRow("both sides of or")
        << "T | where TimeGenerated > ago(1d) or TimeGenerated < ago(9d)" << true;
    QTest::newRow("none") << "T | where Tokens > 1 | summarize count() by bin(TimeGenerated, 1h)" << false;
    QTest::newRow("not empty") << "T | where isnotempty(TimeGenerated)" << false;
    QTest::newRow("broken") << "T | where TimeGenerated >" << false;
}

void LanguageTextTest::filtersTime()
{
    QFETCH(QString, text);
    QFETCH(bool, filters);
    QCOMPARE(language::filtersTime(text.toStdString()), filters);
}

void LanguageTextTest::formats_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("formatted");
    QTest::newRow("operators") << "T|where a==1   and b>2|take 5"
                               << "T\n| where a == 1 and b > 2\n| take 5";
    QTest::newRow("commas") << "T|project a,b ,c=d"
                            << "T\n| project a, b, c = d";
    QTest::newRow("calls") << "T|extend a = iff( x ,-1, strlen (s) )"
                           << "T\n| extend a = iff(x, -1, strlen(s))";
    QTest::newRow("parameters") << "T | join kind = inner hint.strategy = shuffle (U) on a"
                                << "T\n| join kind=inner hint.strategy=shuffle (U) on a";
    QTest::newRow("subquery") << "T | join (U|where x) on $left.a==$right.b"
                              << "T\n| join (\n    U\n    | where x\n) on $left.a == $right.b";
    QTest::newRow("lines of a list stay") << "T | summarize a=count(),\n  b=sum(x)\nby c"
                                          << "T\n| summarize a = count(),\n    b = sum(x)\n    by c";
    QTest::newRow("function") << "let f=(a:long=5,t:(*)){T|where x>a};f(1)"
                              << "let f = (a: long = 5, t: (*)) {\n    T\n    | where x > a\n};\nf(1)";
    QTest::newRow("short function") << "let f=(a:long){a+1};print f(1)"
                                    << "let f = (a: long) { a + 1 };\nprint f(1)";
    QTest::newRow("comments") << "// why\nT // all\n| where a // some\n  and b\n// none\n| take 1"
                              << "// why\nT // all\n| where a // some\n    and b\n// none\n| take 1";
    QTest::newRow("wildcards") << "union A*,*B | project-away x_*,*"
                               << "union A*, *B\n| project-away x_*, *";
    QTest::newRow("products") << "print a*b,-c*-d"
                              << "print a * b, -c * -d";
    QTest::newRow("json") << "print dynamic( {\"a\":[1,-2]} )"
                          << "print dynamic( {\"a\":[1,-2]} )";
    QTest::newRow("literal") << "print datetime(2026-01-01)-1d"
                             << "print datetime(2026-01-01) - 1d";
    QTest::newRow("a call that looks like one") << "print datetime (x)"
                                                << "print datetime (x)";
    QTest::newRow("rows") << "datatable(a:long,b:string)[1,'x',2,'y']"
                          << "datatable(a: long, b: string) [\n    1, 'x',\n    2, 'y'\n]";
    QTest::newRow("ranges")
        << "T|where a between(1..2)|where b in('x','y')|where d[0].e=~'z'"
        << "T\n| where a between (1 .. 2)\n| where b in ('x', 'y')\n| where d[0].e =~ 'z'";
    QTest::newRow("blocks") << "T|take 1\n\n\n\nU|take 2\n"
                            << "T\n| take 1\n\nU\n| take 2\n";
    QTest::newRow("a pipe behind an empty line") << "T\n\n|take 1"
                                                 << "T\n| take 1";
    QTest::newRow("a block of comments") << "// who\n// when\n\nT|take 1\n\nU|take 2"
                                         << "// who\n// when\n\nT\n| take 1\n\nU\n| take 2";
    QTest::newRow("only comments") << "// who\n"
                                   << "// who\n";
    QTest::newRow("a let of its own block") << "let a=1;\n\nT|take a"
                                            << "let a = 1;\n\nT\n| take a";
    QTest::newRow("nothing") << " "
                             << "";
}

void LanguageTextTest::formats()
{
    QFETCH(QString, text);
    QFETCH(QString, formatted);
    const auto once = language::format(text.toStdString());
    QVERIFY(once);
    QCOMPARE(QString::fromStdString(*once), formatted);
    QVERIFY(stays(*once));
}

void LanguageTextTest::formatRefusesBrokenText()
{
    const auto formatted = language::format("T | take 1\n\nU | where ==");
    QVERIFY(!formatted);
    QVERIFY(formatted.error().kind == Error::Kind::InvalidInput);
    QVERIFY(formatted.error().position);
    QCOMPARE(formatted.error().position->line, 3);
    QCOMPARE(formatted.error().position->offset, std::size_t{22});
}

/// The queries that ship: formatting keeps their tokens, and formatting twice changes nothing.
void LanguageTextTest::formatKeepsTheShippedQueries()
{
    const std::filesystem::path folder = std::filesystem::path(TEST_DATA_DIR) / "../../resources/kql";
    int files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() != ".kql")
            continue;
        const std::string text = read(entry.path());
        const auto once = language::format(text);
        QVERIFY2(once, entry.path().c_str());
        QCOMPARE(valuesOf(*once), valuesOf(text));
        QVERIFY(stays(*once));
        ++files;
    }
    QVERIFY(files > 5);
}

/// The queries of the scripts that test the engine: what parses keeps its tokens, and nothing else is
/// formatted.
void LanguageTextTest::formatKeepsTheScripts()
{
    int formatted = 0;
    for (const std::string& query : scriptQueries()) {
        const auto once = language::format(query);
        QVERIFY2(once.has_value() == kql::parse(query).has_value(), query.c_str());
        if (!once)
            continue;
        QCOMPARE(valuesOf(*once), valuesOf(query));
        QVERIFY2(stays(*once), once->c_str());
        ++formatted;
    }
    QVERIFY(formatted > 30);
}

GATEHOUSE_TEST_MAIN(LanguageTextTest)
#include "tst_languagetext.moc"
