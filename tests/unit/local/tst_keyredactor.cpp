// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json.h"
#include "core/gateway/chatstream.h"
#include "core/local/gateway/streamredactor.h"
#include "tests/support/seed.h"
#include "tests/support/testmain.h"
#include "tests/unit/local/gatewayharness.h"

#include <random>

using namespace gatehouse;
using namespace gatehouse::local;
using namespace gatehouse::local::test;
using namespace Qt::StringLiterals;

namespace {

const std::string Secret = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUV"; // 48
const std::string Key = "sk-" + Secret;

std::string delta(const std::string& text, int choice = 0)
{
    return "data: " +
           dumpJson(
               Json{{"choices",
                     {{{"index", choice}, {"delta", {{"content", text}}}, {"finish_reason", nullptr}}}}}) +
           "\n\n";
}

std::string textOf(const std::string& events)
{
    gateway::ChatStream stream;
    (void)stream.feed(events);
    stream.finish();
    return stream.text();
}

} // namespace

/// Keys never leave in an answer, wherever its pieces are cut; everything else leaves as it came, at once.
class TestKeyRedactor : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void keysAreReplaced_data();
    void keysAreReplaced();
    void everyCutGivesTheSame();
    void randomCutsGiveTheSame();
    void nothingIsHeldThatCannotBecomeAKey();
    void keysOverManyDeltasAreReplaced();
    void otherEventsPassByteForByte();
    void eventsAreHeldOnlyWhileAKeyMayGrow();
    void choicesAreToldApart();
    void lineEndsOfAllKindsPass_data();
    void lineEndsOfAllKindsPass();
    void aStreamThatIsCutAnywherePassesAsFarAsItCame_data();
    void aStreamThatIsCutAnywherePassesAsFarAsItCame();
    void theGatewayRedactsItsAnswers();
};

void TestKeyRedactor::keysAreReplaced_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("redacted");
    const QString key = QString::fromStdString(Key);
    QTest::newRow("alone") << key << u"sk-[redacted]"_s;
    QTest::newRow("in a text") << u"use "_s + key + u", please"_s << u"use sk-[redacted], please"_s;
    QTest::newRow("longer") << key + u"XYZ0"_s << u"sk-[redacted]"_s;
    QTest::newRow("one short") << key.chopped(1) + u"."_s << key.chopped(1) + u"."_s;
    QTest::newRow("two") << key + u" "_s + key << u"sk-[redacted] sk-[redacted]"_s;
    QTest::newRow("behind a line break in JSON") << u"\\n"_s + key + u"\""_s << u"\\nsk-[redacted]\""_s;
    QTest::newRow("project key") << u"sk-proj-"_s + QString(20, u'a') + u"_-"_s + QString(20, u'b')
                                 << u"sk-proj-[redacted]"_s;
    QTest::newRow("prefix twice") << u"sk-sk-"_s + key.mid(3) << u"sk-sk-[redacted]"_s;
    QTest::newRow("GitHub") << u"ghp_"_s + QString(36, u'a') << u"ghp_[redacted]"_s;
    QTest::newRow("AWS") << u"AKIAABCDEFGHIJKLMNOP"_s << u"AKIA[redacted]"_s;
    QTest::newRow("words") << u"a risk-averse desk-bound task"_s << u"a risk-averse desk-bound task"_s;
    const QString slug = u"/risk-management-for-enterprise-software-projects-in-the-years-to-come"_s;
    QTest::newRow("address") << slug << slug;
    QTest::newRow("empty") << QString() << QString();
}

void TestKeyRedactor::keysAreReplaced()
{
    QFETCH(QString, text);
    QFETCH(QString, redacted);
    std::string whole = text.toStdString();
    redactKeys(whole);
    QCOMPARE(QString::fromStdString(whole), redacted);
}

void TestKeyRedactor::everyCutGivesTheSame()
{
    const std::string text = "task: sk-short, " + Key + " and sk-proj-" + std::string(45, 'q') + ".";
    const std::string expected = "task: sk-short, sk-[redacted] and sk-proj-[redacted].";
    for (std::size_t first = 0; first <= text.size(); ++first) {
        for (std::size_t second = first; second <= text.size(); second += 3) {
            KeyRedactor redactor;
            std::string out = redactor.feed(text.substr(0, first));
            out += redactor.feed(text.substr(first, second - first));
            out += redactor.feed(text.substr(second));
            out += redactor.finish();
            QCOMPARE(out, expected);
        }
    }
}

void TestKeyRedactor::randomCutsGiveTheSame()
{
    std::mt19937_64 random(gatehouse::test::seed());
    const std::vector<std::string> parts = {"sk-",  "s", "k-",    "-",    "sk-proj-",           "ghp_",
                                            "AKIA", " ", "text ", Secret, Secret.substr(0, 20), "é",
                                            "\n",   "_"};
    for (int round = 0; round < 3'000; ++round) {
        std::string text;
        for (int i = 0; i < 12; ++i)
            text += parts[random() % parts.size()];
        std::string whole = text;
        redactKeys(whole);
        KeyRedactor redactor;
        std::string out;
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t size = 1 + random() % 9;
            out += redactor.feed(std::string_view(text).substr(at, size));
            at += size;
        }
        out += redactor.finish();
        QCOMPARE(out, whole);
    }
}

void TestKeyRedactor::nothingIsHeldThatCannotBecomeAKey()
{
    KeyRedactor redactor;
    QCOMPARE(redactor.feed("Hello, this is"), std::string("Hello, this is"));
    QCOMPARE(redactor.feed(" s"), std::string(" s"));
    QCOMPARE(redactor.feed("k-"), std::string("k-"));      // the prefix is no secret
    QCOMPARE(redactor.feed("abc"), std::string());         // this may be
    QCOMPARE(redactor.feed(" is"), std::string("abc is")); // and is not
    QCOMPARE(redactor.feed(Key), std::string(" sk-[redacted]").substr(1));
    QCOMPARE(redactor.feed("more"), std::string()); // still the same key
    QCOMPARE(redactor.feed(" text"), std::string(" text"));
    QCOMPARE(redactor.finish(), std::string());
}

void TestKeyRedactor::keysOverManyDeltasAreReplaced()
{
    for (std::size_t size = 1; size <= Key.size(); ++size) {
        std::string events;
        const std::string text = "take " + Key + " now";
        for (std::size_t at = 0; at < text.size(); at += size)
            events += delta(text.substr(at, size));
        StreamRedactor redactor;
        std::string out;
        for (std::size_t at = 0; at < events.size(); at += 7)
            redactor.feed(std::string_view(events).substr(at, 7), out);
        redactor.finish(out);
        QCOMPARE(textOf(out), std::string("take sk-[redacted] now"));
        QVERIFY(out.find(Secret.substr(0, 10)) == std::string::npos || size < 10);
    }
}

void TestKeyRedactor::otherEventsPassByteForByte()
{
    const std::string events =
        ": hello\n\nevent: x\r\ndata:  {\"choices\" : [ {\"delta\":{\"content\":\"sk-\"}}]}\r\n\r\n" +
        delta("tasks") + delta("k-on") + "data: no JSON {\n\n" +
        "data: {\"choices\":[],\"usage\":{\"total_tokens\":8}}\n\n" + "data: [DONE]\n\n";
    for (std::size_t size = 1; size < 60; ++size) {
        StreamRedactor redactor;
        std::string out;
        for (std::size_t at = 0; at < events.size(); at += size)
            redactor.feed(std::string_view(events).substr(at, size), out);
        redactor.finish(out);
        QCOMPARE(out, events);
    }
}

void TestKeyRedactor::eventsAreHeldOnlyWhileAKeyMayGrow()
{
    StreamRedactor redactor;
    const auto given = [&redactor](const std::string& bytes) {
        std::string out;
        redactor.feed(bytes, out);
        return out;
    };
    QCOMPARE(given(delta("Hello s")), delta("Hello s"));
    QCOMPARE(given(delta("k-")), delta("k-"));
    QCOMPARE(given(delta("abc")), std::string());
    QCOMPARE(given(delta(" no")), delta("abc") + delta(" no"));
    QCOMPARE(given(delta("sk-abc")), std::string());
    QCOMPARE(given("data: [DONE]\n\n"), delta("sk-abc") + "data: [DONE]\n\n");
}

void TestKeyRedactor::choicesAreToldApart()
{
    StreamRedactor redactor;
    std::string out;
    redactor.feed(delta("sk-" + Secret.substr(0, 24), 0), out);
    redactor.feed(delta("other ", 1), out);
    redactor.feed(delta(Secret.substr(24), 0), out);
    redactor.feed(delta("text", 1), out);
    redactor.finish(out);
    QVERIFY(out.find(Secret.substr(0, 24)) == std::string::npos);
    QVERIFY(out.find(Secret.substr(24)) == std::string::npos);
    QVERIFY(out.find(delta("other ", 1)) != std::string::npos);
    QVERIFY(out.find(delta("text", 1)) != std::string::npos);
}

void TestKeyRedactor::lineEndsOfAllKindsPass_data()
{
    QTest::addColumn<QString>("end");
    QTest::newRow("LF") << u"\n"_s;
    QTest::newRow("CRLF") << u"\r\n"_s;
    QTest::newRow("CR") << u"\r"_s;
}

void TestKeyRedactor::lineEndsOfAllKindsPass()
{
    QFETCH(QString, end);
    const std::string line = end.toStdString();
    const std::string event =
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"}}]}" + line + line;
    StreamRedactor redactor;
    std::string out;
    redactor.feed(event, out);
    QCOMPARE(out, event); // at once
}

void TestKeyRedactor::aStreamThatIsCutAnywherePassesAsFarAsItCame_data()
{
    QTest::addColumn<QString>("event");
    QTest::newRow("whole")
        << uR"({"choices":[{"index":0,"delta":{"role":"assistant","content":"Zw\u00f6lf"}},)"
           uR"({"index":1,"delta":{},"finish_reason":"stop"}],"model":"gpt-4o"})"_s;
    QTest::newRow("without index") << uR"({"choices":[{"delta":{"content":" Nothing of"}}]})"_s;
    QTest::newRow("index last") << uR"({"choices":[{"delta":{"content":"a"},"index":0}],"usage":null})"_s;
}

void TestKeyRedactor::aStreamThatIsCutAnywherePassesAsFarAsItCame()
{
    QFETCH(QString, event);
    const std::string line = "data: " + event.toStdString();
    for (std::size_t length = 0; length <= line.size(); ++length) {
        StreamRedactor redactor;
        std::string out;
        redactor.feed(delta("Hello"), out);
        redactor.feed(line.substr(0, length), out);
        redactor.finish(out);
        QCOMPARE(out, delta("Hello") + line.substr(0, length));
    }
}

void TestKeyRedactor::theGatewayRedactsItsAnswers()
{
    GatewayHarness h;
    std::string body = ChatBody;
    body.replace(body.find("Hello"), 5, "Use " + Key);
    h.east()->replies = {
        Reply{200, body, 0, 10, {}},
        Reply::streaming({delta("Use sk-" + Secret.substr(0, 9)), delta(Secret.substr(9) + "!"),
                          "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":"
                          "\"stop\"}]}\n\n",
                          "data: [DONE]\n\n"})};
    const GatewayAnswer plain = h.chat();
    QVERIFY(plain.body.find("Use sk-[redacted]\"") != std::string::npos);
    const GatewayAnswer streamed = h.chat(StreamRequest);
    QVERIFY(streamed.stream != nullptr);
    std::string all;
    std::string chunk;
    for (auto step = AnswerStream::Step::More; step == AnswerStream::Step::More;) {
        step = streamed.stream->next(chunk);
        all += chunk;
    }
    QCOMPARE(textOf(all), std::string("Use sk-[redacted]!"));
    QVERIFY(all.ends_with("data: [DONE]\n\n"));
}

GATEHOUSE_TEST_MAIN(TestKeyRedactor)
#include "tst_keyredactor.moc"
