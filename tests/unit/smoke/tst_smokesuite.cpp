// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"
#ifndef Q_MOC_RUN // Qt 6.4's moc does not read concepts
#include "core/base/files.h"
#include "core/rag/smoke/suite.h"
#include "core/rag/smoke/tree.h"
#endif

#include <QtCore/QDir>
#include <QtCore/QElapsedTimer>
#include <QtCore/QTemporaryDir>

using namespace gatehouse;
using namespace gatehouse::rag::smoke;

namespace {

std::string toStd(const QByteArray& bytes)
{
    return bytes.toStdString();
}

QByteArray problemOf(const Error& error)
{
    return QByteArray::fromStdString(error.message + " " + error.advice);
}

/// A suite with one case, whose assertions these are.
std::string withExpect(const std::string& expect)
{
    return "cases:\n  - question: How long?\n    expect:\n" + expect;
}

Suite oneCase(const std::vector<std::string>& documents)
{
    Suite suite;
    suite.documents = documents;
    return suite;
}

} // namespace

/// A suite file is read whole or refused with the line and column of what is wrong.
class TestSmokeSuite : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyPartOfASuiteIsRead();
    void jsonIsReadAsYamlIs();
    void aQuestionOfItsOwnIsASuiteOfOneCase();
    void keysAreReadHoweverTheyAreSpelled();
    void assertionsAreRead_data();
    void assertionsAreRead();
    void whatIsWrongIsNamedWithItsPlace_data();
    void whatIsWrongIsNamedWithItsPlace();
    void bombsAreRefusedAtOnce_data();
    void bombsAreRefusedAtOnce();
    void everyPrefixOfASuiteIsReadOrRefused();
    void documentsLieInFoldersThatTheUserNamed();
    void aDocumentThatIsNotThereIsNamed();
    void aSuiteWithoutANameIsCalledAfterItsFile();
};

void TestSmokeSuite::everyPartOfASuiteIsRead()
{
    const auto suite = readSuite(R"(# comment
name: Staff handbook
documents: [handbook.pdf, rules/travel.docx]
backends:
  - aoai-eastus
  - aoai-westus
deployment: gpt-4o
repeat: 2
maxParallel: 1
cases:
  - name: notice
    question: |
      How long is
      the notice period?
    expect:
      - contains: three months
      - citesPage: {document: handbook.pdf, page: 4}
  - question: What does the moon cost?
    expect: [refuses]
)",
                                 "file");
    QVERIFY2(suite.has_value(), suite ? "" : suite.error().message.c_str());
    QCOMPARE(suite->name, std::string("Staff handbook"));
    QCOMPARE(suite->documents, (std::vector<std::string>{"handbook.pdf", "rules/travel.docx"}));
    QCOMPARE(suite->backends, (std::vector<std::string>{"aoai-eastus", "aoai-westus"}));
    QCOMPARE(suite->deployment, std::string("gpt-4o"));
    QCOMPARE(suite->repeat, 2);
    QCOMPARE(suite->maxParallel, 1);
    QCOMPARE(suite->cases.size(), 2U);
    QCOMPARE(suite->cases[0].question, std::string("How long is\nthe notice period?\n"));
    QCOMPARE(suite->cases[0].assertions.size(), 2U);
    QCOMPARE(suite->cases[0].assertions[1].page, 4);
    QCOMPARE(suite->cases[0].assertions[1].document, std::string("handbook.pdf"));
    QCOMPARE(suite->cases[1].name, std::string("What does the moon cost?"));
    QVERIFY(suite->cases[1].assertions[0].kind == Assertion::Kind::Refuses);
}

void TestSmokeSuite::jsonIsReadAsYamlIs()
{
    const auto suite = readSuite(
        "\xEF\xBB\xBF{\"name\":\"S\",\t\"documents\":[\"a.txt\"],\"pool\":\"aoai-pool\",\"cases\":[\n\t{"
        R"("question":"Caf\u00e9 \ud83d\ude00 \"x\" a\/b \\ud83d?","expect":[{"contains":"\t3"},)"
        R"({"jsonSchema":{"type":"object","required":["a"]}}]}]})",
        "file");
    QVERIFY2(suite.has_value(), suite ? "" : suite.error().message.c_str());
    QCOMPARE(suite->pool, std::string("aoai-pool"));
    QCOMPARE(suite->cases[0].question, std::string("Café 😀 \"x\" a/b \\ud83d?"));
    QCOMPARE(suite->cases[0].assertions[0].text, std::string("\t3"));
    QCOMPARE(suite->cases[0].assertions[1].schema["required"][0], Json("a"));
    QVERIFY(!readSuite(R"({"cases":[{"question":"\ud83d lone","expect":["answers"]}]})", "x"));
}

void TestSmokeSuite::aQuestionOfItsOwnIsASuiteOfOneCase()
{
    const auto suite = readSuite(
        "document: a.pdf\nquestion: How long?\nassertions:\n  - contains: 3\n  - latency below: 2s\n", "f");
    QVERIFY2(suite.has_value(), suite ? "" : suite.error().message.c_str());
    QCOMPARE(suite->documents, std::vector<std::string>{"a.pdf"});
    QCOMPARE(suite->cases.size(), 1U);
    QCOMPARE(suite->cases[0].assertions.size(), 2U);
}

void TestSmokeSuite::keysAreReadHoweverTheyAreSpelled()
{
    const auto suite =
        readSuite("Max_Parallel: 2\nquestions:\n  - Question: x\n    assert:\n      cites_page: 2\n"
                  "      JSON schema: {type: object}\n      tokens-below: 5\n",
                  "f");
    QVERIFY2(suite.has_value(), suite ? "" : suite.error().message.c_str());
    QCOMPARE(suite->maxParallel, 2);
    QCOMPARE(suite->cases[0].assertions.size(), 3U);
}

void TestSmokeSuite::assertionsAreRead_data()
{
    QTest::addColumn<QByteArray>("yaml");
    QTest::addColumn<QByteArray>("description");
    const auto row = [](const char* yaml, const char* description) {
        QTest::newRow(yaml) << QByteArray(yaml) << QByteArray(description);
    };
    row("contains: three", "contains “three”");
    row("contains: 42", "contains “42”");
    row("contains: {text: Three, case: true}", "contains “Three”");
    row("contains: [a, b]", "contains “a”, contains “b”");
    row("notContains: four", "notContains “four”");
    row("matches: '\\b3 months?\\b'", "matches “\\b3 months?\\b”");
    row("citesPage: 4", "citesPage 4");
    row("citesPage: {page: 4, document: a b.pdf}", "citesPage a b.pdf 4");
    row("citesPage: [4, 5]", "citesPage 4, citesPage 5");
    row("citesDocument: a.pdf", "citesDocument “a.pdf”");
    row("refuses:", "refuses");
    row("refuses: true", "refuses");
    row("refuses: false", "answers");
    row("answers: true", "answers");
    row("answers: false", "refuses");
    row("latencyBelow: 800", "latencyBelow 800 ms");
    row("latencyBelow: 800ms", "latencyBelow 800 ms");
    row("latencyBelow: 1.5 s", "latencyBelow 1500 ms");
    row("firstTokenBelow: '2s'", "firstTokenBelow 2000 ms");
    row("latencyBelow: 1min", "latencyBelow 60000 ms");
    row("tokensBelow: 900", "tokensBelow 900");
    row("tokensBelow: {completion: 90}", "tokensBelow 90");
    row("jsonSchema: {type: [object, 'null'], properties: {n: {type: integer, minimum: 0}}}", "jsonSchema");
    row("jsonSchema: true", "jsonSchema");
    row("answeredBy: aoai-eastus", "answeredBy “aoai-eastus”");
}

void TestSmokeSuite::assertionsAreRead()
{
    QFETCH(QByteArray, yaml);
    QFETCH(QByteArray, description);
    const auto suite = readSuite(withExpect("      " + toStd(yaml) + "\n"), "f");
    QVERIFY2(suite.has_value(), suite ? "" : suite.error().message.c_str());
    std::string all;
    for (const Assertion& assertion : suite->cases[0].assertions)
        all += (all.empty() ? "" : ", ") + describe(assertion);
    QCOMPARE(QByteArray::fromStdString(all), description);
}

void TestSmokeSuite::whatIsWrongIsNamedWithItsPlace_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("line");
    QTest::addColumn<int>("column");
    QTest::addColumn<QByteArray>("part");
    const auto row = [](const char* name, const std::string& text, int line, int column, const char* part) {
        QTest::newRow(name) << QByteArray::fromStdString(text) << line << column << QByteArray(part);
    };
    const auto expect = [&row](const char* name, const std::string& assertion, int column, const char* part) {
        row(name, withExpect("      - " + assertion + "\n"), 4, column, part);
    };
    row("empty file", "", 0, 0, "empty");
    row("only a comment", "# nothing\n", 0, 0, "empty");
    row("a text", "hello", 1, 1, "map");
    row("a list", "- a", 1, 1, "map");
    row("no cases", "name: x\n", 1, 1, "no cases");
    row("empty cases", "name: x\ncases: []\n", 2, 8, "no cases");
    row("cases are a text", "cases: x\n", 1, 8, "no cases");
    row("cases are nothing", "cases:\n", 2, 1, "no cases");
    row("unknown key", "name: x\ndocumnets: [a]\n", 2, 1, "Did you mean 'documents'?");
    row("unknown key far from all", "name: x\nzzz: [a]\n", 2, 1, "no key of a suite");
    row("unknown key of a case", "cases:\n  - qestion: x\n", 2, 5, "Did you mean 'question'?");
    row("case is a text", "cases:\n  - x\n", 2, 5, "no map");
    row("case without a question", "cases:\n  - name: n\n    expect: [refuses]\n", 2, 5, "no question");
    row("empty question", "cases:\n  - question: ' '\n    expect: [refuses]\n", 2, 15, "empty");
    row("question is a list", "cases:\n  - question: [a]\n    expect: [refuses]\n", 2, 15, "no text");
    row("question is too long", "cases:\n  - question: " + std::string(33'000, 'q') + "\n", 2, 15, "longer");
    row("case asserts nothing", "cases:\n  - question: x\n", 2, 5, "asserts nothing");
    row("empty assertions", "cases:\n  - question: x\n    expect: []\n", 3, 13, "asserts nothing");
    row("same name twice",
        "cases:\n  - {name: a, question: x, expect: [answers]}\n"
        "  - {name: a, question: y, expect: [answers]}\n",
        3, 5, "Two cases are called “a”");
    row("same question twice",
        "cases:\n  - {question: x, expect: [answers]}\n"
        "  - {question: x, expect: [answers]}\n",
        3, 5, "Two cases are called “x”");
    row("same key twice", "name: a\nname: b\n", 2, 1, "twice");
    row("same key twice in JSON", "{\"name\":\"a\",\n\"name\":\"b\"}", 2, 1, "twice");
    row("name is a map", "name: {a: b}\n", 1, 7, "no text");
    row("name of two lines", "name: \"a\\nb\"\n", 1, 7, "more than one line");
    row("document twice", "documents: [a, b, a]\n", 1, 19, "twice");
    row("document is a map", "documents: [{a: b}]\n", 1, 13, "no text");
    row("too many documents", "documents: [a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u]\n", 1, 12,
        "more than 20");
    row("backends and a pool", "backends: [a]\npool: p\n", 2, 7, "and a pool");
    row("a pool and backends", "pool: p\nbackends: [a]\n", 2, 11, "and a pool");
    row("repeat 0", "repeat: 0\n", 1, 9, "from 1 to 10");
    row("repeat many", "repeat: 11\n", 1, 9, "from 1 to 10");
    row("repeat a text", "repeat: 'x'\n", 1, 9, "whole number");
    row("repeat a quoted number", "repeat: '2'\n", 1, 9, "whole number");
    row("repeat a fraction", "repeat: 1.5\n", 1, 9, "whole number");
    row("four at the same time", "maxParallel: 4\n", 1, 14, "from 1 to 3");
    row("question beside cases",
        "question: q\nexpect: [answers]\ncases:\n  - {question: x, expect: [answers]}\n", 1, 1,
        "question of its own");
    row("tab as indentation", "cases:\n\t- question: x\n", 2, 2, "YAML");
    row("unclosed quote", "name: \"abc\n", 2, 1, "quote is not closed");
    row("unclosed quote without a line end", "name: 'abc", 2, 1, "quote is not closed");
    row("unclosed list", "documents: [a\n", 0, 0, "YAML");
    row("bad escape", "name: \"a\\qb\"\n", 1, 11, "YAML");
    row("truncated JSON", R"({"name":"x","cases":[{"question":"y")", 0, 0, "YAML");
    row("second document", "name: a\n---\nname: b\n", 3, 1, "second document");
    row("unknown alias", "name: *nobody\n", 1, 7, "YAML");
    row("alias of itself", "documents: &a [*a]\n", 1, 16, "stands within");
    row("tag", "name: !!binary aGk=\n", 1, 7, "tag");
    row("key that is a list", "? [a]\n: b\n", 1, 3, "key is a text");
    row("not UTF-8", "name: \xFF\n", 0, 0, "UTF-8");
    row("UTF-16", std::string("\xFF\xFEn\0", 4), 0, 0, "UTF-8");
    row("NUL", std::string("a: b\nc: \0", 9), 2, 4, "control character");
    row("escape character", "name: \x1B[31m\n", 1, 7, "control character");
    expect("unknown assertion", "citesPag: 4", 9, "Did you mean 'citesPage'?");
    expect("assertion far from all", "feels: good", 9, "“feels” is no assertion");
    expect("assertion is a list", "[a]", 9, "no map");
    expect("assertion without a value", "contains:", 9, "says nothing more");
    expect("name of an assertion alone", "contains", 9, "says nothing more");
    expect("contains nothing", "contains: ''", 19, "empty");
    expect("contains a map without text", "contains: {case: true}", 19, "no text");
    expect("contains a long text", "contains: " + std::string(1'001, 'x'), 19, "longer than 1000 bytes");
    expect("contains an unknown option", "contains: {text: a, cases: true}", 29, "Did you mean 'case'?");
    expect("case is no flag", "contains: {text: a, case: 1}", 35, "true or false");
    expect("empty list of texts", "contains: []", 19, "empty");
    expect("bad expression", "matches: '(a'", 18, "missing )");
    expect("look-ahead", "matches: '(?=a)'", 18, "RE2");
    expect("expression of too much memory", "matches: '((a{100}){100}){100}'", 18, "not right");
    expect("page 0", "citesPage: 0", 20, "from 1");
    expect("page in words", "citesPage: four", 20, "whole number");
    expect("page without a page", "citesPage: {document: a.pdf}", 20, "no page");
    expect("refuses maybe", "refuses: maybe", 18, "true or false");
    expect("latency of nothing", "latencyBelow: 0", 23, "no time");
    expect("negative latency", "latencyBelow: -1s", 23, "no time");
    expect("latency in days", "latencyBelow: 2d", 23, "no time");
    expect("latency of ages", "latencyBelow: 1e9 s", 23, "no time");
    expect("latency that is no number", "latencyBelow: nan", 23, "no time");
    expect("latency is a map", "latencyBelow: {a: b}", 23, "no time");
    expect("tokens in words", "tokensBelow: few", 22, "whole number");
    expect("tokens of two parts", "tokensBelow: {prompt: 1, completion: 2}", 22, "one of");
    expect("tokens of an unknown part", "tokensBelow: {promt: 1}", 23, "Did you mean 'prompt'?");
    expect("unknown keyword of a schema", "jsonSchema: {type: object, propertys: {}}", 47,
           "Did you mean 'properties'?");
    expect("keyword that is not offered", "jsonSchema: {oneOf: []}", 29, "not understood");
    expect("unknown type", "jsonSchema: {properties: {a: {type: text}}}", 45, "is a type");
    expect("schema is a text", "jsonSchema: object", 21, "A schema is an object");
    expect("pattern that is none", "jsonSchema: {pattern: '('}", 31, "RE2");
    expect("negative length", "jsonSchema: {minLength: -1}", 33, "whole number");
    expect("required twice", "jsonSchema: {required: [a, a]}", 32, "different texts");
    expect("enum of nothing", "jsonSchema: {enum: []}", 28, "list of values");
    expect("answered by nobody", "answeredBy: ''", 21, "empty");
}

void TestSmokeSuite::whatIsWrongIsNamedWithItsPlace()
{
    QFETCH(QByteArray, text);
    QFETCH(int, line);
    QFETCH(int, column);
    QFETCH(QByteArray, part);
    const auto suite = readSuite(toStd(text), "f");
    QVERIFY(!suite.has_value());
    QVERIFY(suite.error().kind == Error::Kind::InvalidInput);
    QVERIFY2(problemOf(suite.error()).contains(part), problemOf(suite.error()).constData());
    if (line == 0)
        return;
    QVERIFY(suite.error().position.has_value());
    QCOMPARE(suite.error().position->line, line);
    QCOMPARE(suite.error().position->column, column);
}

void TestSmokeSuite::bombsAreRefusedAtOnce_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("too large") << QByteArray((1 << 20) + 1, '\n');
    QTest::newRow("brackets") << QByteArray(1'000'000, '[');
    QTest::newRow("braces") << QByteArray(1'000'000, '{');
    QTest::newRow("dashes") << QByteArray("- ").repeated(100'000);
    QTest::newRow("values") << "[" + QByteArray("a,").repeated(400'000) + "a]";
    QTest::newRow("lists of lists") << "[" + QByteArray("[],").repeated(200'000) + "[]]";
    QTest::newRow("41 levels") << QByteArray("[").repeated(41) + QByteArray("]").repeated(41);
    QByteArray laughs = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
    for (int i = 1; i < 10; ++i) {
        const QByteArray before = "*a" + QByteArray::number(i - 1);
        laughs += "a" + QByteArray::number(i) + ": &a" + QByteArray::number(i) + " [" +
                  QByteArray(before + ",").repeated(9) + before + "]\n";
    }
    QTest::newRow("a billion laughs") << laughs;
    QByteArray nest = "a0: &a0 [x]\n";
    for (int i = 1; i < 50; ++i)
        nest += "a" + QByteArray::number(i) + ": &a" + QByteArray::number(i) + " [*a" +
                QByteArray::number(i - 1) + "]\n";
    QTest::newRow("depth by aliases") << nest;
    QTest::newRow("a long text, often")
        << "a: &a " + QByteArray(500'000, 'x') + "\nb: [" + QByteArray("*a,").repeated(15'000) + "*a]\n";
}

void TestSmokeSuite::bombsAreRefusedAtOnce()
{
    QFETCH(QByteArray, text);
    QElapsedTimer timer;
    timer.start();
    const auto tree = readTree(toStd(text));
    QVERIFY(!tree.has_value());
    QVERIFY(tree.error().kind == Error::Kind::InvalidInput);
    QVERIFY2(timer.elapsed() < 3'000, qPrintable(QString::number(timer.elapsed()))); // sanitizers are slow
}

void TestSmokeSuite::everyPrefixOfASuiteIsReadOrRefused()
{
    const std::string text =
        R"({"name":"S","documents":["a.txt"],"cases":[{"question":"\ud83d\ude00",)"
        R"("expect":[{"contains":{"text":"a","case":true}},{"jsonSchema":{"enum":[1.5,null]}}]}]})";
    QVERIFY(readSuite(text, "f").has_value());
    for (std::size_t length = 0; length < text.size(); ++length) {
        const auto suite = readSuite(text.substr(0, length), "f");
        QVERIFY2(!suite.has_value(), qPrintable(QString::number(length)));
        QVERIFY(!suite.error().message.empty());
    }
}

void TestSmokeSuite::documentsLieInFoldersThatTheUserNamed()
{
    QTemporaryDir directory;
    const std::string root = directory.path().toStdString();
    for (const char* folder : {"/suite/deep", "/suite/.hidden", "/shared", "/suite-other"})
        QVERIFY(QDir().mkpath(directory.path() + QString::fromLatin1(folder)));
    for (const char* file : {"/suite/a.txt", "/suite/deep/b.txt", "/suite/.hidden/c.txt", "/suite/.env",
                             "/shared/d.txt", "/suite-other/e.txt"})
        QVERIFY(atomicWrite(root + file, "text").has_value());
    QVERIFY(QFile::link(directory.path() + QStringLiteral("/shared/d.txt"),
                        directory.path() + QStringLiteral("/suite/link.txt")));
    const std::string suite = root + "/suite/s.yaml";
    const auto paths = [&](const std::string& document, const std::vector<std::string>& folders) {
        return documentPaths(oneCase({document}), suite, folders);
    };
    QVERIFY(paths("a.txt", {}).has_value());
    QVERIFY(paths("deep/b.txt", {}).has_value());
    QVERIFY(paths("./deep/../a.txt", {}).has_value());
    QVERIFY(paths(root + "/suite/a.txt", {}).has_value());
    for (const std::string& outside :
         {std::string("../shared/d.txt"), root + "/shared/d.txt", std::string("link.txt"),
          std::string("../suite-other/e.txt"), std::string("/etc/passwd"), std::string(".hidden/c.txt"),
          std::string(".env")}) {
        const auto refused = paths(outside, {});
        QVERIFY2(!refused.has_value(), outside.c_str());
        QVERIFY(refused.error().kind == Error::Kind::InvalidInput);
    }
    QVERIFY(paths("../shared/d.txt", {root + "/shared"}).has_value());
    QVERIFY(paths("../shared/d.txt", {root + "/shared/"}).has_value());
    QVERIFY(paths("link.txt", {root + "/shared"}).has_value());
    QVERIFY(!paths("../suite-other/e.txt", {root + "/shared"}).has_value());
    QCOMPARE(documentPaths(oneCase({"a.txt", "./a.txt"}), suite, {})->size(), 1U); // one upload
}

void TestSmokeSuite::aDocumentThatIsNotThereIsNamed()
{
    QTemporaryDir directory;
    const auto paths =
        documentPaths(oneCase({"missing.pdf"}), directory.path().toStdString() + "/s.yaml", {});
    QVERIFY(!paths.has_value());
    QVERIFY(paths.error().kind == Error::Kind::NotFound);
    QVERIFY(problemOf(paths.error()).contains("missing.pdf"));
}

void TestSmokeSuite::aSuiteWithoutANameIsCalledAfterItsFile()
{
    QTemporaryDir directory;
    const std::string path = directory.path().toStdString() + "/nightly.yaml";
    QVERIFY(atomicWrite(path, "question: x\nexpect: [answers]\n").has_value());
    const auto suite = loadSuite(path);
    QVERIFY(suite.has_value());
    QCOMPARE(suite->name, std::string("nightly"));
    QVERIFY(loadSuite(directory.path().toStdString() + "/none.yaml").error().kind ==
            Error::Kind::InvalidInput);
    QVERIFY(!loadSuite(directory.path().toStdString()).has_value());
}

GATEHOUSE_TEST_MAIN(TestSmokeSuite)
#include "tst_smokesuite.moc"
