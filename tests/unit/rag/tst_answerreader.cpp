// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rag/answerreader.h"
#include "core/rag/backend.h"
#include "tests/support/testmain.h"

using namespace gatehouse;
using namespace gatehouse::rag;
using namespace Qt::StringLiterals;

namespace {

/// What a whole stream came to.
struct Heard
{
    std::string text;
    AnswerReader::Shape shape = AnswerReader::Shape::Unknown;
    bool whole = false;
    bool notUnderstood = false;
    std::optional<Error> error;
    std::optional<Grounding> grounding;
    AnswerFacts facts;
};

Heard hear(const std::vector<std::string>& slices, const settings::RagMapping& mapping = {},
           std::size_t most = 1U << 20U)
{
    SseParser parser;
    AnswerReader reader(mapping, most);
    Heard heard;
    for (const std::string& slice : slices) {
        std::vector<SseEvent> events;
        parser.feed(slice, events);
        for (const SseEvent& event : events) {
            if (heard.error)
                continue;
            AnswerReader::Step step = reader.take(event);
            heard.text += step.text;
            if (step.error)
                heard.error = step.error;
            if (step.grounding)
                heard.grounding = step.grounding;
        }
    }
    heard.shape = reader.shape();
    heard.whole = reader.whole();
    heard.notUnderstood = reader.notUnderstood();
    heard.facts = reader.facts();
    return heard;
}

QString toText(AnswerReader::Shape shape)
{
    return shape == AnswerReader::Shape::PlainText ? u"text"_s
           : shape == AnswerReader::Shape::Json    ? u"json"_s
                                                   : u"none"_s;
}

const char* const Ours =
    "event: context\n"
    "data: {\"passages\":[{\"id\":\"p1\",\"document\":\"d1\",\"name\":\"a.pdf\",\"page\":3,"
    "\"index\":7,\"tokens\":120,\"text\":\"Gr\xC3\xBC\xC3\x9F\",\"score\":0.5,"
    "\"vectorRank\":1}],\"prompt\":[{\"role\":\"system\",\"content\":\"Only these.\"}]}\n\n"
    "event: token\ndata: {\"token\":\"The n\xC3\xB6tice\"}\n\n"
    "event: token\ndata: {\"token\":\" \xF0\x9F\x98\x80 period\"}\n\n"
    "event: done\n"
    "data: {\"grounded\":true,\"citations\":[{\"marker\":1,\"passage\":\"p1\"}],"
    "\"model\":\"gpt-4o\",\"simulated\":true,\"backend\":\"aoai-eastus\",\"attempts\":2,"
    "\"route\":\"default\",\"requestId\":\"r-1\",\"finishReason\":\"stop\","
    "\"usage\":{\"prompt\":812,\"completion\":41,\"source\":\"measured\"}}\n\n"
    "data: [DONE]\n\n";

} // namespace

class TestAnswerReader : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void understandsTheShapes_data();
    void understandsTheShapes();
    void saysTheSameWhereverItIsCut_data();
    void saysTheSameWhereverItIsCut();
    void readsGroundingAndFacts();
    void groundingComesFirstOrNotAtAll();
    void followsTheProfilesNames();
    void errorsHaveNames_data();
    void errorsHaveNames();
    void anAnswerHasALimit();
    void knowsTheLastEvent();
    void refusalsAreNamed_data();
    void refusalsAreNamed();
    void foreignTextIsTamed_data();
    void foreignTextIsTamed();
};

void TestAnswerReader::understandsTheShapes_data()
{
    QTest::addColumn<QByteArray>("stream");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("shape");
    QTest::addColumn<bool>("whole");
    const auto row = [](const char* name, const char* stream, const char* text, const char* shape,
                        bool whole) {
        QTest::newRow(name) << QByteArray(stream) << QString::fromUtf8(text) << QString::fromLatin1(shape)
                            << whole;
    };
    row("plain text", "data: The\n\ndata:  notice\n\n", "The notice", "text", false);
    row("plain text with an end", "data: The\n\ndata: [DONE]\n\n", "The", "text", true);
    row("plain text of two lines", "data: a\ndata: b\n\n", "a\nb", "text", false);
    row("a line end of its own", "data: a\n\ndata:\ndata:\n\ndata: b\n\n", "a\nb", "text", false);
    row("an empty piece", "data: a\n\ndata: \n\ndata: b\n\n", "ab", "text", false);
    row("an empty piece first", "data: \n\ndata: {\"token\":\"x\"}\n\n", "x", "json", false);
    row("text that begins with a brace", "data: {\n\ndata: \"a\": 1}\n\n", "{\"a\": 1}", "text", false);
    row("JSON in the middle of text", "data: Use \n\ndata: {\"token\":\"x\"}\n\n", "Use {\"token\":\"x\"}",
        "text", false);
    row("a list is text", "data: [1]\n\n", "[1]", "text", false);
    row("a number is text", "data: 42\n\n", "42", "text", false);
    row("a quoted word is text", "data: \"yes\"\n\n", "\"yes\"", "text", false);
    row("null is text", "data: null\n\n", "null", "text", false);
    row("token", "data: {\"token\":\"x\"}\n\ndata: {\"token\":\"y\"}\n\n", "xy", "json", false);
    row("text", "data: {\"text\":\"x\"}\n\n", "x", "json", false);
    row("content", "data: {\"content\":\"x\"}\n\n", "x", "json", false);
    row("delta", "data: {\"delta\":\"x\"}\n\n", "x", "json", false);
    row("delta with content", "data: {\"delta\":{\"content\":\"x\"}}\n\n", "x", "json", false);
    row("answer", "data: {\"answer\":\"x\"}\n\n", "x", "json", false);
    row("token events", "event: token\ndata: {\"token\":\"x\"}\n\nevent: done\ndata: {}\n\n", "x", "json",
        true);
    row("token events of text", "event: token\ndata: x\n\nevent: done\ndata:\n\n", "x", "text", true);
    row("names inside", "data: {\"type\":\"token\",\"content\":\"x\"}\n\ndata: {\"type\":\"done\"}\n\n", "x",
        "json", true);
    row("done as a flag",
        "data: {\"token\":\"x\",\"done\":false}\n\ndata: {\"token\":\"\",\"done\":true}\n\n", "x", "json",
        true);
    row("an escaped line end", "data: {\"token\":\"a\\nb\"}\n\n", "a\nb", "json", false);
    row("others' events are passed over", "event: ping\ndata: 1\n\ndata: x\n\n", "x", "text", false);
    row("unknown objects first", "data: {\"session\":1}\n\ndata: {\"token\":\"x\"}\n\n", "x", "json", false);
    row("half a character as bytes", "data: gr\xC3\n\n", "gr\xEF\xBF\xBD", "text", false);
    row("half a character in JSON", "data: {\"token\":\"gr\xC3\"}\n\n", "gr\xEF\xBF\xBD", "json", false);
    row("half a character as an escape",
        R"(data: {"token":"a\ud83d"})"
        "\n\n",
        "a\xEF\xBF\xBD", "json", false);
    row("a character as two escapes",
        R"(data: {"token":"\ud83d\ude00"})"
        "\n\n",
        "\xF0\x9F\x98\x80", "json", false);
    row("an escaped backslash before a u",
        R"(data: {"token":"\\ud83d"})"
        "\n\n",
        "\\ud83d", "json", false);
    row("OpenAI",
        "data: {\"choices\":[],\"prompt_filter_results\":[]}\n\n"
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n"
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"}}]}\n\n"
        "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n",
        "x", "json", true);
    row("OpenAI with another answer beside it",
        "data: {\"choices\":[{\"index\":1,\"delta\":{\"content\":\"no\"},\"finish_reason\":\"stop\"},"
        "{\"index\":0,\"delta\":{\"content\":\"x\"}}]}\n\n",
        "x", "json", false);
    row("OpenAI without content", "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":null}}]}\n\n", "",
        "json", false);
    row("the end alone", "data: [DONE]\n\n", "", "none", true);
    row("nothing", ": a comment\n\n", "", "none", false);
    row("cut before the blank line", "data: a\n\ndata: b", "a", "text", false);
    row("a byte order mark",
        "\xEF\xBB\xBF"
        "data: x\n\n",
        "x", "text", false);
    row("carriage returns", "data: a\r\rdata: b\r\n\r\n", "ab", "text", false);
    row("ours", Ours, "The n\xC3\xB6tice \xF0\x9F\x98\x80 period", "json", true);
}

void TestAnswerReader::understandsTheShapes()
{
    QFETCH(QByteArray, stream);
    QFETCH(QString, text);
    const Heard heard = hear({stream.toStdString()});
    QVERIFY(!heard.error);
    QCOMPARE(QString::fromStdString(heard.text), text);
    QTEST(toText(heard.shape), "shape");
    QTEST(heard.whole, "whole");
}

void TestAnswerReader::saysTheSameWhereverItIsCut_data()
{
    understandsTheShapes_data();
}

void TestAnswerReader::saysTheSameWhereverItIsCut()
{
    QFETCH(QByteArray, stream);
    QFETCH(QString, text);
    QFETCH(bool, whole);
    const std::string all = stream.toStdString();
    for (std::size_t cut = 0; cut <= all.size(); ++cut) {
        const Heard heard = hear({all.substr(0, cut), all.substr(cut)});
        QVERIFY2(heard.text == text.toStdString() && heard.whole == whole && !heard.error,
                 qPrintable(u"cut at %1"_s.arg(cut)));
    }
    std::vector<std::string> bytes;
    for (const char c : all)
        bytes.emplace_back(1, c);
    QCOMPARE(hear(bytes).text, text.toStdString());
}

void TestAnswerReader::readsGroundingAndFacts()
{
    const Heard heard = hear({Ours});
    QVERIFY(heard.grounding);
    QCOMPARE(heard.grounding->passages.size(), 1U);
    const Passage& passage = heard.grounding->passages[0];
    QCOMPARE(passage.id, std::string("p1"));
    QCOMPARE(passage.documentName, std::string("a.pdf"));
    QCOMPARE(passage.page.value(), 3);
    QCOMPARE(passage.index, 7);
    QCOMPARE(passage.vectorRank.value(), 1);
    QVERIFY(!passage.keywordRank);
    QCOMPARE(heard.grounding->prompt.size(), 1U);
    QVERIFY(heard.grounding->prompt[0].role == Message::Role::System);
    QCOMPARE(heard.facts.grounded.value(), true);
    QCOMPARE(heard.facts.citations.size(), 1U);
    QCOMPARE(heard.facts.citations[0].passageId, std::string("p1"));
    QCOMPARE(heard.facts.simulated.value(), true);
    QCOMPARE(heard.facts.backend, std::string("aoai-eastus"));
    QCOMPARE(heard.facts.attempts.value(), 2);
    QCOMPARE(heard.facts.requestId, std::string("r-1"));
    QCOMPARE(heard.facts.usage.prompt, 812);
    QVERIFY(heard.facts.usage.source == TokenUsage::Source::Measured);

    // What is not said stays unknown, and what is wrongly said too.
    const Heard other =
        hear({"event: context\ndata: {\"passages\":[{\"id\":9,\"page\":-1,\"score\":\"x\"},7]}\n\n"
              "event: done\ndata: {\"grounded\":\"yes\",\"usage\":{\"prompt\":-4}}\n\n"});
    QCOMPARE(other.grounding->passages.size(), 1U);
    QCOMPARE(other.grounding->passages[0].id, std::string("9"));
    QVERIFY(!other.grounding->passages[0].page && !other.grounding->passages[0].score);
    QVERIFY(!other.facts.grounded && !other.facts.simulated && !other.facts.attempts);
    QVERIFY(other.facts.usage.source == TokenUsage::Source::Unknown);
}

void TestAnswerReader::groundingComesFirstOrNotAtAll()
{
    QVERIFY(!hear({"data: x\n\nevent: context\ndata: {\"passages\":[{\"id\":\"a\"}]}\n\n"}).grounding);
    const Heard twice = hear({"event: context\ndata: {\"passages\":[{\"id\":\"a\"}]}\n\n"
                              "event: context\ndata: {\"passages\":[{\"id\":\"b\"}]}\n\n"});
    QCOMPARE(twice.grounding->passages[0].id, std::string("a"));
    const Heard inside =
        hear({"data: {\"type\":\"context\",\"passages\":[{\"id\":\"a\"}]}\n\ndata: {\"token\":\"x\"}\n\n"});
    QVERIFY(inside.grounding);
    QCOMPARE(inside.text, std::string("x"));
}

void TestAnswerReader::followsTheProfilesNames()
{
    settings::RagMapping mapping;
    mapping.tokenEvent = "chunk";
    mapping.tokenField = "payload.piece";
    mapping.doneEvent = "finish";
    mapping.contextEvent = "sources";
    mapping.passagesField = "hits";
    mapping.endMarker = "<end>";
    const Heard heard = hear({"event: sources\ndata: {\"hits\":[{\"id\":\"a\"}]}\n\n"
                              "event: chunk\ndata: {\"payload\":{\"piece\":\"x\"},\"token\":\"no\"}\n\n"
                              "data: {\"token\":\"no\"}\n\n"
                              "event: finish\ndata: {\"model\":\"m\"}\n\n"},
                             mapping);
    QCOMPARE(heard.text, std::string("x"));
    QVERIFY(heard.whole && heard.grounding);
    QCOMPARE(heard.facts.model, std::string("m"));
    QVERIFY(hear({"event: chunk\ndata: a\n\ndata: <end>\n\n"}, mapping).whole);
    QCOMPARE(hear({"event: chunk\ndata: a\n\ndata: [DONE]\n\n"}, mapping).text, std::string("a[DONE]"));
    QVERIFY(hear({"event: chunk\ndata: {\"msg\":\"a\"}\n\n"}).notUnderstood);
    QVERIFY(hear({"data: {\"msg\":\"a\"}\n\ndata: [DONE]\n\n"}).notUnderstood);
    QVERIFY(!hear({"data: [DONE]\n\n"}).notUnderstood);
}

void TestAnswerReader::errorsHaveNames_data()
{
    QTest::addColumn<QByteArray>("stream");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("text");
    const auto row = [](const char* name, const char* stream, Error::Kind kind, const char* code,
                        const char* text) {
        QTest::newRow(name) << QByteArray(stream) << static_cast<int>(kind) << QString::fromLatin1(code)
                            << QString::fromUtf8(text);
    };
    using Kind = Error::Kind;
    row("ours",
        "data: {\"token\":\"x\"}\n\nevent: error\ndata: {\"code\":\"ModelFailed\",\"message\":\"m\"}\n\n",
        Kind::Unavailable, "ModelFailed", "x");
    row("rate", "event: error\ndata: {\"code\":\"RateLimited\"}\n\n", Kind::Throttled, "RateLimited", "");
    row("injection", "event: error\ndata: {\"code\":\"InjectionRefused\"}\n\n", Kind::InvalidInput,
        "InjectionRefused", "");
    row("words", "event: error\ndata: it broke\n\n", Kind::Http, "", "");
    row("inside an object", "data: {\"error\":{\"code\":\"NoDocuments\",\"message\":\"m\"}}\n\n",
        Kind::InvalidInput, "NoDocuments", "");
    row("as a string", "data: {\"error\":\"it broke\"}\n\n", Kind::Http, "", "");
    row("OpenAI", "data: {\"error\":{\"message\":\"server\",\"code\":\"server_error\"}}\n\n", Kind::Http,
        "server_error", "");
    row("by type", "data: {\"type\":\"error\",\"message\":\"m\"}\n\n", Kind::Http, "", "");
    row("a code that is none", "event: error\ndata: {\"code\":\"<b>\\u001b[2J\",\"message\":\"m\"}\n\n",
        Kind::Http, "", "");
    row("no JSON after JSON", "data: {\"token\":\"x\"}\n\ndata: oops\n\n", Kind::Protocol, "", "x");
}

void TestAnswerReader::errorsHaveNames()
{
    QFETCH(QByteArray, stream);
    QFETCH(QString, text);
    const Heard heard = hear({stream.toStdString()});
    QVERIFY(heard.error);
    QTEST(static_cast<int>(heard.error->kind), "kind");
    QTEST(QString::fromStdString(heard.error->serviceCode), "code");
    QCOMPARE(QString::fromStdString(heard.text), text);
    QVERIFY(!heard.error->message.empty() && !heard.error->advice.empty());
    QVERIFY(heard.error->message.find('\x1b') == std::string::npos);
}

void TestAnswerReader::anAnswerHasALimit()
{
    const Heard heard = hear({"data: 12345\n\ndata: 67890\n\ndata: 1\n\n"}, {}, 10);
    QCOMPARE(heard.text, std::string("1234567890"));
    QVERIFY(heard.error->kind == Error::Kind::Protocol);
}

void TestAnswerReader::knowsTheLastEvent()
{
    const AnswerReader reader({}, 1000);
    QVERIFY(reader.isLast({"message", "[DONE]", {}}));
    QVERIFY(reader.isLast({"done", "{}", {}}));
    QVERIFY(reader.isLast({"error", "{}", {}}));
    QVERIFY(!reader.isLast({"message", "done", {}}));
}

void TestAnswerReader::refusalsAreNamed_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("code");
    const auto row = [](const char* name, int status, const char* body, Error::Kind kind, const char* code) {
        QTest::newRow(name) << status << QByteArray(body) << static_cast<int>(kind)
                            << QString::fromLatin1(code);
    };
    using Kind = Error::Kind;
    for (const char* const code :
         {"EmptyDocument", "UnsupportedType", "TypeMismatch", "EncryptedDocument", "DamagedDocument",
          "DocumentTooLarge", "TooComplex", "NoText", "BadMultipart", "InputTooLarge", "BadQuestion",
          "InjectionRefused", "NoDocuments"}) {
        const QByteArray body = QByteArray(R"({"error":{"code":")") + code + R"(","message":"m"}})";
        row(code, 422, body.constData(), Kind::InvalidInput, code);
    }
    row("rate", 429, R"({"error":{"code":"RateLimited"}})", Kind::Throttled, "RateLimited");
    row("model", 502, R"({"error":{"code":"ModelFailed"}})", Kind::Unavailable, "ModelFailed");
    row("a lie of the body", 401, R"({"error":{"code":"EmptyDocument"}})", Kind::SignInRequired,
        "EmptyDocument");
    row("FastAPI", 422, R"({"detail":[{"loc":["body"],"msg":"field required"}]})", Kind::InvalidInput, "");
    row("FastAPI in words", 415, R"({"detail":"only PDF"})", Kind::InvalidInput, "");
    row("400", 400, "", Kind::InvalidInput, "");
    row("401", 401, "", Kind::SignInRequired, "");
    row("403", 403, "", Kind::Denied, "");
    row("404", 404, "<html>", Kind::NotFound, "");
    row("413", 413, "<html><center>nginx</center></html>", Kind::InvalidInput, "");
    row("500", 500, "Internal Server Error", Kind::Http, "");
    row("503", 503, "", Kind::Unavailable, "");
    row("504", 504, "", Kind::Timeout, "");
    row("a redirect", 302, "", Kind::Http, "");
    row("204", 204, "", Kind::Protocol, "");
}

void TestAnswerReader::refusalsAreNamed()
{
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    const Error error = backendError(status, {{"Retry-After", "7"}, {"x-ms-request-id", "r-1"}},
                                     body.toStdString(), DateTime::fromCivil(2026, 6, 1));
    QTEST(static_cast<int>(error.kind), "kind");
    QTEST(QString::fromStdString(error.serviceCode), "code");
    QCOMPARE(error.httpStatus, status);
    QCOMPARE(error.requestId, std::string("r-1"));
    QCOMPARE(error.retryAfter.value(), std::chrono::seconds(7));
    QVERIFY(!error.message.empty() && !error.advice.empty());
    QVERIFY(error.message.find("html") == std::string::npos);
}

void TestAnswerReader::foreignTextIsTamed_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("tamed");
    QTest::newRow("as it is") << QByteArray("It broke.") << u"It broke."_s;
    QTest::newRow("escapes") << QByteArray("a\x1b[31mb\x07") << u"a[31mb"_s;
    QTest::newRow("C1") << QByteArray("a\xC2\x9B\x32J") << u"a2J"_s;
    QTest::newRow("lines") << QByteArray("a\r\n\r\nb\t c") << u"a b c"_s;
    QTest::newRow("direction") << QByteArray("gpj.\xE2\x80\xAE\x65xe") << u"gpj.exe"_s;
    QTest::newRow("zero width") << QByteArray("a\xE2\x80\x8B\x62\xEF\xBB\xBF") << u"ab"_s;
    QTest::newRow("tags") << QByteArray("a\xF3\xA0\x81\x81") << u"a"_s;
    QTest::newRow("bad bytes") << QByteArray("a\xC3") << u"a\uFFFD"_s;
    QTest::newRow("long") << QByteArray(1'000'000, 'x') << QString(20, u'x') + u'…';
    QTest::newRow("long with wide characters")
        << QByteArray("\xF0\x9F\x98\x80").repeated(100) << u"\U0001F600"_s.repeated(20) + u'…';
}

void TestAnswerReader::foreignTextIsTamed()
{
    QFETCH(QByteArray, text);
    const std::string result = tamed(text.toStdString(), 20);
    QTEST(QString::fromStdString(result), "tamed");
}

GATEHOUSE_TEST_MAIN(TestAnswerReader)
#include "tst_answerreader.moc"
