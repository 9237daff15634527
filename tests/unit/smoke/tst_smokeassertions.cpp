// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"
#ifndef Q_MOC_RUN // Qt 6.4's moc does not read concepts
#include "core/rag/smoke/assertions.h"
#include "core/rag/smoke/quote.h"
#include "core/rag/smoke/schema.h"
#include "core/rag/smoke/suite.h"
#endif

using namespace gatehouse;
using namespace gatehouse::rag;
using namespace gatehouse::rag::smoke;

namespace {

Passage passageOf(const std::string& id, const std::string& document, std::optional<int> page)
{
    Passage passage;
    passage.id = id;
    passage.documentId = "id-" + document;
    passage.documentName = document;
    passage.page = page;
    return passage;
}

/// An answer about a handbook (paged) and a text (not paged), from the page 4 of the one.
Observation handbook()
{
    Observation seen;
    seen.answer = "The notice period is\nthree months [1].";
    seen.grounding.emplace();
    seen.grounding->passages = {passageOf("p1", "handbook.pdf", 4), passageOf("p2", "handbook.pdf", 7),
                                passageOf("p3", "travel.txt", std::nullopt)};
    seen.facts.grounded = true;
    seen.facts.citations = {{1, "p1"}};
    seen.facts.backend = "aoai-eastus";
    seen.facts.firstToken = std::chrono::milliseconds(300);
    seen.facts.total = std::chrono::milliseconds(1'500);
    seen.facts.usage = {TokenUsage::Source::Measured, 800, 40};
    seen.documents = {{"handbook.pdf", "id-handbook.pdf"}, {"travel.txt", "id-travel.txt"}};
    return seen;
}

/// What is changed of handbook() before an assertion is checked, by name.
Observation observationOf(const QByteArray& change)
{
    Observation seen = handbook();
    if (change.startsWith("says "))
        seen.answer = change.mid(5).toStdString();
    else if (change == "refused") {
        seen.facts.grounded = false;
        seen.facts.citations.clear();
        seen.answer = "The documents do not say.";
    } else if (change == "groundedness unknown")
        seen.facts.grounded.reset();
    else if (change == "empty answer")
        seen.answer.clear();
    else if (change == "cites the text")
        seen.facts.citations = {{1, "p3"}};
    else if (change == "cites both")
        seen.facts.citations = {{1, "p1"}, {2, "p3"}};
    else if (change == "cites nothing")
        seen.facts.citations.clear();
    else if (change == "cites what was not retrieved")
        seen.facts.citations = {{1, "p9"}};
    else if (change == "no passages")
        seen.grounding.reset();
    else if (change == "uploaded under another name") {
        for (Passage& passage : seen.grounding->passages)
            passage.documentName = "copy (2).bin";
    } else if (change == "a document without an id") {
        seen.documents = {{"handbook.pdf", ""}};
        for (Passage& passage : seen.grounding->passages)
            passage.documentId.clear();
    } else if (change == "usage unknown")
        seen.facts.usage = {};
    else if (change == "usage estimated")
        seen.facts.usage.source = TokenUsage::Source::Estimated;
    else if (change == "first text unknown")
        seen.facts.firstToken.reset();
    else if (change == "backend unknown")
        seen.facts.backend.clear();
    else
        Q_ASSERT(change.isEmpty());
    return seen;
}

Assertion assertionOf(const QByteArray& yaml)
{
    const auto suite = readSuite("question: x\nexpect:\n  - " + yaml.toStdString() + "\n", "f");
    if (!suite)
        qFatal("%s: %s", yaml.constData(), suite.error().message.c_str());
    return suite->cases.at(0).assertions.at(0);
}

} // namespace

/// An assertion holds, fails, or cannot be told, and says which with a harmless piece of the answer.
class TestSmokeAssertions : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void anAssertionIsJudged_data();
    void anAssertionIsJudged();
    void schemasAreValidated_data();
    void schemasAreValidated();
    void sentencesAreBoundedAndHarmless_data();
    void sentencesAreBoundedAndHarmless();
    void oneLineKeepsWholeCharacters_data();
    void oneLineKeepsWholeCharacters();
};

void TestSmokeAssertions::anAssertionIsJudged_data()
{
    QTest::addColumn<QByteArray>("change");
    QTest::addColumn<QByteArray>("assertion");
    QTest::addColumn<Verdict>("verdict");
    QTest::addColumn<QByteArray>("part");
    int number = 0;
    const auto row = [&number](const char* change, const char* assertion, Verdict verdict, const char* part) {
        QTest::addRow("%d %s | %s", ++number, change, assertion)
            << QByteArray(change) << QByteArray(assertion) << verdict << QByteArray(part);
    };
    const Verdict holds = Verdict::Holds;
    const Verdict fails = Verdict::Fails;
    const Verdict unknown = Verdict::Unknown;
    row("", "contains: three months", holds, "“The notice period is three months [1].”");
    row("", "contains: THREE Months", holds, "three months");
    row("", "contains: {text: THREE months, case: true}", fails, "does not contain “THREE months”");
    row("", "contains: {text: three months, case: true}", holds, "three");
    row("", "contains: period is three", holds, "three"); // over a line break
    row("says period\xC2\xA0is", "contains: period is", holds, "period");
    row("", "contains: four", fails, "It says “The notice");
    row("says ÄRGER", "contains: ärger", holds, "ÄRGER");
    row("says a.c", "contains: a.c", holds, "a.c");
    row("says abc", "contains: a.c", fails, "abc"); // no expression
    row("empty answer", "contains: x", fails, "The answer is empty.");
    row("", "notContains: four", holds, "three months");
    row("", "notContains: three", fails, "three months");
    row("", "notContains: {text: Three, case: true}", holds, "three");
    row("empty answer", "notContains: x", holds, "empty");
    row("", "matches: three|four", holds, "three months");
    row("", "matches: Three", fails, "does not match “Three”");
    row("", "matches: (?i)Three", holds, "three");
    row("", "matches: ^three", fails, "does not match");
    row("", "matches: (?m)^three", holds, "three");
    row("", "matches: is.three", fails, "does not match"); // a dot is no line break
    row("", "matches: (?s)is.three", holds, "three");
    row("", "matches: '\\[\\d\\]\\.$'", holds, "[1].");
    row("", "citesPage: 4", holds, "It cites handbook.pdf page 4.");
    row("", "citesPage: 7", fails, "It cites handbook.pdf page 4, not page 7.");
    row("", "citesPage: {document: handbook.pdf, page: 4}", holds, "page 4");
    row("", "citesPage: {document: docs/Handbook.PDF, page: 4}", holds, "page 4");
    row("", "citesPage: {document: travel.txt, page: 4}", fails, "not travel.txt page 4");
    row("cites the text", "citesPage: 4", unknown, "not all known");
    row("cites both", "citesPage: 4", holds, "page 4");
    row("cites both", "citesPage: 7", unknown, "not all known");
    row("cites both", "citesPage: {document: handbook.pdf, page: 7}", fails, "not handbook.pdf page 7");
    row("cites nothing", "citesPage: 4", fails, "It cites nothing.");
    row("cites what was not retrieved", "citesPage: 4", fails, "among no retrieved passages");
    row("no passages", "citesPage: 4", unknown, "does not say which passages");
    row("refused", "citesPage: 4", fails, "documents do not say");
    row("uploaded under another name", "citesPage: {document: handbook.pdf, page: 4}", holds,
        "handbook.pdf page 4");
    row("", "citesDocument: handbook.pdf", holds, "handbook.pdf");
    row("", "citesDocument: travel.txt", fails, "It cites handbook.pdf page 4, not travel.txt.");
    row("cites the text", "citesDocument: travel.txt", holds, "It cites travel.txt.");
    row("cites nothing", "citesDocument: travel.txt", fails, "nothing");
    row("no passages", "citesDocument: handbook.pdf", unknown, "does not say");
    row("refused", "citesDocument: handbook.pdf", fails, "do not say");
    row("uploaded under another name", "citesDocument: handbook.pdf", holds, "handbook.pdf");
    row("a document without an id", "citesDocument: handbook.pdf", holds, "handbook.pdf");
    row("refused", "refuses", holds, "do not say");
    row("", "refuses", fails, "three months");
    row("groundedness unknown", "refuses", unknown, "does not say whether");
    row("", "answers", holds, "three months");
    row("refused", "answers", fails, "documents do not say");
    row("groundedness unknown", "answers", unknown, "does not say whether");
    row("empty answer", "answers", fails, "The answer is empty.");
    row("says  \n\t", "answers", fails, "empty");
    row("refused", "refuses: false", fails, "do not say");
    row("", "latencyBelow: 2s", holds, "1500 ms, below 2000 ms");
    row("", "latencyBelow: 1500", fails, "not below 1500 ms");
    row("", "latencyBelow: 1501ms", holds, "below");
    row("", "firstTokenBelow: 301", holds, "The first text took 300 ms");
    row("", "firstTokenBelow: 0.3s", fails, "not below 300 ms");
    row("first text unknown", "firstTokenBelow: 10s", unknown, "not known when");
    row("", "tokensBelow: 841", holds, "840 tokens, below 841");
    row("", "tokensBelow: 840", fails, "not below 840");
    row("", "tokensBelow: {completion: 41}", holds, "40 tokens of answer");
    row("", "tokensBelow: {prompt: 800}", fails, "800 tokens of prompt");
    row("", "tokensBelow: {total: 841}", holds, "840 tokens");
    row("usage estimated", "tokensBelow: 900", holds, "(estimated)");
    row("usage unknown", "tokensBelow: 900", unknown, "not known how many");
    row("", "answeredBy: aoai-eastus", holds, "Answered by aoai-eastus.");
    row("", "answeredBy: AOAI-EastUS", holds, "Answered by");
    row("", "answeredBy: aoai-westus", fails, "Answered by aoai-eastus, not aoai-westus.");
    row("backend unknown", "answeredBy: aoai-eastus", unknown, "does not say which");
    row("says {\"n\": 3}", "jsonSchema: {type: object, required: [n]}", holds, "{\"n\": 3}");
    row("says ```json\n{\"n\": 3}\n```", "jsonSchema: {required: [n]}", holds, "n");
    row("says ```\n{\"n\": 3}\n``` [1]", "jsonSchema: {required: [n]}", holds, "n");
    row("says {\"n\": [3]} [1] [2].", "jsonSchema: {properties: {n: {type: array}}}", holds, "n");
    row("says [1, 2] [1]", "jsonSchema: {type: array, minItems: 2}", holds, "[1, 2]");
    row("says [1]", "jsonSchema: {type: array}", holds, "[1]");
    row("says {\"n\": -3}", "jsonSchema: {properties: {n: {minimum: 0}}}", fails, "$.n is -3, below 0.");
    row("", "jsonSchema: true", fails, "no JSON");
    row("says {\"n\": 3} and more", "jsonSchema: true", fails, "no JSON");
    row("empty answer", "jsonSchema: true", fails, "no JSON");
}

void TestSmokeAssertions::anAssertionIsJudged()
{
    QFETCH(QByteArray, change);
    QFETCH(QByteArray, assertion);
    QFETCH(Verdict, verdict);
    QFETCH(QByteArray, part);
    const Finding finding = check(assertionOf(assertion), observationOf(change));
    const QByteArray sentence = QByteArray::fromStdString(finding.sentence);
    QVERIFY2(finding.verdict == verdict, sentence.constData());
    QVERIFY2(sentence.contains(part), sentence.constData());
    QVERIFY2(sentence.endsWith('.'), sentence.constData());
}

void TestSmokeAssertions::schemasAreValidated_data()
{
    QTest::addColumn<QByteArray>("schema");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("wrong"); // empty: valid
    int number = 0;
    const auto row = [&number](const char* schema, const char* value, const char* wrong) {
        QTest::addRow("%d %s | %s", ++number, schema, value)
            << QByteArray(schema) << QByteArray(value) << QByteArray(wrong);
    };
    row("{}", "1", "");
    row("true", "1", "");
    row("false", "1", "$ must not be there");
    row(R"({"type":"integer"})", "1", "");
    row(R"({"type":"integer"})", "1.0", "");
    row(R"({"type":"integer"})", "1.5", "$ is 1.5, not of type integer");
    row(R"({"type":"integer"})", "\"1\"", "not of type integer");
    row(R"({"type":"number"})", "1", "");
    row(R"({"type":"boolean"})", "0", "not of type boolean");
    row(R"({"type":["string","null"]})", "null", "");
    row(R"({"type":["string","null"]})", "[]", R"(not of type ["string","null"])");
    row(R"({"type":"array"})", "{}", "not of type array");
    row(R"({"enum":["a",null,1]})", "1.0", "");
    row(R"({"enum":["a",null,1]})", "\"b\"", "none of");
    row(R"({"const":null})", "0", "$ is 0, not null");
    row(R"({"const":{"a":[1]}})", R"({"a":[1]})", "");
    row(R"({"minimum":2})", "2", "");
    row(R"({"minimum":2})", "1.9", "below 2");
    row(R"({"maximum":2})", "3", "above 2");
    row(R"({"maximum":2})", "\"300\"", ""); // of numbers only
    row(R"({"minLength":2})", R"("é")", "has 1 characters, fewer than 2");
    row(R"({"minLength":2})", R"("é😀")", "");
    row(R"({"maxLength":1})", R"("ab")", "more than 1");
    row(R"({"pattern":"b+"})", R"("abbc")", "");
    row(R"({"pattern":"^b"})", R"("ab")", "does not match");
    row(R"({"required":["a","b"]})", R"({"a":1})", "$ lacks “b”");
    row(R"({"required":["a"]})", "[]", ""); // of objects only
    row(R"({"properties":{"a":{"type":"string"}}})", R"({"a":1})", "$.a is 1");
    row(R"({"properties":{"a":{"type":"string"}}})", R"({"b":1})", "");
    row(R"({"properties":{"a":false}})", R"({"a":1})", "$.a must not be there");
    row(R"({"properties":{"a":{}},"additionalProperties":false})", R"({"a":1,"b":2})",
        "$.b must not be there");
    row(R"({"additionalProperties":{"type":"integer"}})", R"({"a":1,"b":"2"})", "$.b is");
    row(R"({"items":{"properties":{"n":{"minimum":0}}}})", R"([{"n":1},{"n":-1}])", "$[1].n is -1, below 0");
    row(R"({"minItems":1})", "[]", "has 0 items, fewer than 1");
    row(R"({"maxItems":1})", "[1,2]", "more than 1");
    row(R"({"items":false})", "[]", "");
    row(R"({"title":"x","$schema":"https://json-schema.org/draft/2020-12/schema","default":1})", "2", "");
}

void TestSmokeAssertions::schemasAreValidated()
{
    QFETCH(QByteArray, schema);
    QFETCH(QByteArray, value);
    QFETCH(QByteArray, wrong);
    const auto json = parseJson(schema.toStdString());
    QVERIFY(json.has_value());
    QVERIFY(!checkSchema(*json));
    const auto found = violation(*json, *parseJson(value.toStdString()));
    QCOMPARE(found.has_value(), !wrong.isEmpty());
    if (found)
        QVERIFY2(QByteArray::fromStdString(*found).contains(wrong), found->c_str());
}

void TestSmokeAssertions::sentencesAreBoundedAndHarmless_data()
{
    QTest::addColumn<QByteArray>("assertion");
    for (const char* assertion :
         {"contains: zz", "notContains: x", "matches: zz", "citesPage: 9", "citesDocument: zz", "refuses",
          "answers", "jsonSchema: {properties: {n: {const: 1}}}", "jsonSchema: {additionalProperties: false}",
          "answeredBy: b"})
        QTest::newRow(assertion) << QByteArray(assertion);
}

void TestSmokeAssertions::sentencesAreBoundedAndHarmless()
{
    QFETCH(QByteArray, assertion);
    const std::string hostile = "x\x1B[31m\r\n\xC2\x9B"
                                "31m\xE2\x80\xAE\xE2\x80\xA8<b>\xF0\x9F\x98\x80\x07";
    std::string text;
    while (text.size() < 100'000)
        text += hostile;
    for (const bool json : {false, true}) {
        Observation seen = handbook();
        seen.answer = json ? dumpJson(Json{{text, text}, {"n", text}}) : text;
        seen.facts.backend = text;
        for (Passage& passage : seen.grounding->passages)
            passage.documentName = text;
        seen.documents.clear();
        const QString sentence = QString::fromStdString(check(assertionOf(assertion), seen).sentence);
        QVERIFY2(sentence.size() < 1'000, qPrintable(QString::number(sentence.size())));
        QVERIFY(!sentence.contains(QChar::ReplacementCharacter)); // nothing cut within a character
        for (const QChar c : sentence)
            QVERIFY2(c.unicode() >= 0x20 && c.unicode() != 0x7F &&
                         (c.unicode() < 0x80 || c.unicode() > 0x9F) && c.unicode() != 0x202E &&
                         c.unicode() != 0x2028,
                     qPrintable(sentence));
    }
}

void TestSmokeAssertions::oneLineKeepsWholeCharacters_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("line");
    QTest::newRow("short") << QByteArray("abc") << QByteArray("abc");
    QTest::newRow("exact") << QByteArray("abcde") << QByteArray("abcde");
    QTest::newRow("long") << QByteArray("abcdef") << QByteArray("abcde…");
    QTest::newRow("emoji") << QByteArray("😀😀😀😀😀😀") << QByteArray("😀😀😀😀😀…");
    QTest::newRow("white space") << QByteArray("  a \r\n\t b  ") << QByteArray("a b");
    QTest::newRow("space at the cut") << QByteArray("abcd ef") << QByteArray("abcd…");
    QTest::newRow("only white space") << QByteArray(" \n ") << QByteArray("");
    QTest::newRow("broken bytes") << QByteArray("a\xFF\xC3") << QByteArray("a\xEF\xBF\xBD\xEF\xBF\xBD");
}

void TestSmokeAssertions::oneLineKeepsWholeCharacters()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, line);
    QCOMPARE(QByteArray::fromStdString(oneLine(text.toStdString(), 5)), line);
}

Q_DECLARE_METATYPE(Verdict)
GATEHOUSE_TEST_MAIN(TestSmokeAssertions)
#include "tst_smokeassertions.moc"
