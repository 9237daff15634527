// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/language/language.h"
#include "tests/support/testmain.h"
#include "tests/unit/kql/languageschema.h"

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

} // namespace

class LanguageMeaningTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void diagnoses_data();
    void diagnoses();
    void diagnosesNothing_data();
    void diagnosesNothing();
    void diagnosesEachBlock();
    void suggestsFunctions();
    void anEmptySchemaKnowsNoNames();
    void hovers_data();
    void hovers();
};

void LanguageMeaningTest::diagnoses_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("underlined");
    QTest::newRow("unknown table") << "Tt | take 1"
                                   << "SEM0100"
                                   << "Tt";
    QTest::newRow("unknown column") << "T | where Toknes > 1"
                                    << "SEM0100"
                                    << "Toknes";
    QTest::newRow("no operator") << "T | wherez Tokens"
                                 << "SYN0002"
                                 << "wherez";
    QTest::newRow("nothing behind a pipe") << "T | "
                                           << "SYN0002"
                                           << "|";
    QTest::newRow("open comparison") << "T | where Tokens =="
                                     << "SYN0002"
                                     << "==";
    QTest::newRow("open string") << "T | where Model == 'a"
                                 << "SYN0001"
                                 << "'a";
    QTest::newRow("wrong type") << "T | where Tokens"
                                << ""
                                << "";
    QTest::newRow("in a let") << "let x = T | where Toknes > 1;\nx"
                              << "SEM0100"
                              << "Toknes";
    QTest::newRow("second block") << "T | take 1\n\nT | where Toknes > 1"
                                  << "SEM0100"
                                  << "Toknes";
    QTest::newRow("function") << "T | extend a = tostrin(Tokens)"
                              << "SEM0260"
                              << "tostrin";
    QTest::newRow("scalar") << "1 + 1"
                            << "SEM0005"
                            << "1 + 1";
}

void LanguageMeaningTest::diagnoses()
{
    QFETCH(QString, text);
    QFETCH(QString, code);
    QFETCH(QString, underlined);
    const std::string source = text.toStdString();
    const auto found = language::diagnose(source, schema());
    if (code.isEmpty()) {
        QVERIFY(found.empty());
        return;
    }
    QCOMPARE(found.size(), std::size_t{1});
    QCOMPARE(QString::fromStdString(found.front().code), code);
    QCOMPARE(slice(source, found.front().span), underlined);
    QVERIFY(!found.front().message.empty());
}

void LanguageMeaningTest::diagnosesNothing_data()
{
    QTest::addColumn<QString>("text");
    for (const char* text :
         {"", "// only a comment", "T", "T | take 5 // enough",
          "let f = (a: long) { T | where Tokens > a }; f(5) | render timechart", "union App* | take 1",
          "union * | where isnotempty(Model)", "let m = toscalar(T | count); T | where Tokens > m",
          "range x from 1 to 40000000 step 1 | where x in ((range y from 1 to 40000000 step 1))",
          "_GetWatchlist('x') | take 1", "T | evaluate bag_unpack(Properties) | where Anything > 1",
          "Unsaved() | take 1", "T | graph-match (a) where a.x == 1 project a",
          "T | extend g = geo_distance_2points(1.0, 2.0, 3.0, 4.0)"})
        QTest::newRow(text) << QString::fromUtf8(text);
}

void LanguageMeaningTest::diagnosesNothing()
{
    QFETCH(QString, text);
    const auto found = language::diagnose(text.toStdString(), schema());
    QVERIFY2(found.empty(), found.empty() ? "" : found.front().message.c_str());
}

void LanguageMeaningTest::diagnosesEachBlock()
{
    const std::string text = "T | where A == 1 | where B == 2 | where Tokens ==\n\nU | where Tokens > 1";
    const auto found = language::diagnose(text, schema());
    QStringList underlined;
    for (const language::Diagnostic& each : found)
        underlined << slice(text, each.span);
    QCOMPARE(underlined.join(u' '), QStringLiteral("A B == Tokens"));
}

void LanguageMeaningTest::suggestsFunctions()
{
    const auto found = language::diagnose("T | extend a = tostrin(Tokens)", schema());
    QCOMPARE(found.size(), std::size_t{1});
    QVERIFY(found.front().message.ends_with("Did you mean 'tostring'?"));
}

void LanguageMeaningTest::anEmptySchemaKnowsNoNames()
{
    QVERIFY(language::diagnose("Anything | where Whatever > 1", {}).empty());
    QCOMPARE(language::diagnose("Anything | where", {}).size(), std::size_t{1});
    QVERIFY(!language::complete("Anything | where ", 17, {}).items.empty());
}

void LanguageMeaningTest::hovers_data()
{
    QTest::addColumn<QString>("marked");
    QTest::addColumn<QString>("title"); ///< "" for none
    QTest::addColumn<QString>("covered");
    QTest::newRow("operator") << "T | wh^ere Tokens > 1"
                              << "where"
                              << "where";
    QTest::newRow("function") << "T | extend a = bi^n(Tokens, 10)"
                              << "bin(value, roundTo)"
                              << "bin";
    QTest::newRow("aggregate") << "T | summarize su^m(Tokens)"
                               << "sum(value)"
                               << "sum";
    QTest::newRow("column") << "T | where Tok^ens > 1"
                            << "Tokens: long"
                            << "Tokens";
    QTest::newRow("computed column") << "T | extend B = Tokens * 1.5 | where B^ > 1"
                                     << "B: real"
                                     << "B";
    QTest::newRow("table") << "^T | take 1"
                           << "T"
                           << "T";
    QTest::newRow("let") << "let lookback = 1d; T | where TimeGenerated > ago(look^back)"
                         << "let lookback"
                         << "lookback";
    QTest::newRow("text operator") << "T | where Model ha^s 'x'"
                                   << "has"
                                   << "has";
    QTest::newRow("sign") << "T | where Model =^~ 'x'"
                          << "=~"
                          << "=~";
    QTest::newRow("join kind") << "T | join kind=left^outer (U) on Model"
                               << "leftouter"
                               << "leftouter";
    QTest::newRow("chart") << "T | render time^chart"
                           << "timechart"
                           << "timechart";
    QTest::newRow("type") << "T | where TimeGenerated > date^time(2026-01-01)"
                          << "datetime"
                          << "datetime(2026-01-01)";
    QTest::newRow("undescribed") << "T | extend a = strrep^('a', 2)"
                                 << "strrep(value, count[, delimiter])"
                                 << "strrep";
    QTest::newRow("nothing in a string") << "T | where Model == 'wh^ere'"
                                         << ""
                                         << "";
    QTest::newRow("nothing in white space") << "T |  ^ take 1"
                                            << ""
                                            << "";
    QTest::newRow("unknown name") << "T | where Some^thing > 1"
                                  << ""
                                  << "";
}

void LanguageMeaningTest::hovers()
{
    QFETCH(QString, marked);
    QFETCH(QString, title);
    QFETCH(QString, covered);
    const test::CaretText at(marked.toStdString());
    const auto found = language::hover(at.text, at.caret, schema());
    QCOMPARE(found ? QString::fromStdString(found->title) : QString(), title);
    if (found) {
        QCOMPARE(slice(at.text, found->span), covered);
        QVERIFY(!found->text.empty());
    }
}

GATEHOUSE_TEST_MAIN(LanguageMeaningTest)
#include "tst_languagemeaning.moc"
