// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/gateway/answerfacts.h"
#include "core/local/gateway/modelrequest.h"
#include "core/local/gateway/tokens.h"
#include "tests/support/testmain.h"

using namespace Qt::StringLiterals;
using namespace gatehouse;
using namespace gatehouse::local;

class TestModelRequest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void accepts_data();
    void accepts();
    void refuses_data();
    void refuses();
    void longContentIsRefused();
    void readsTheFlags();
    void aBodyThatIsCutIsUnknownWhereverItIsCut_data();
    void aBodyThatIsCutIsUnknownWhereverItIsCut();
    void estimates_data();
    void estimates();
    void readsUsage();
    void estimatesWithoutUsage();
    void knowsNothingOfOtherBodies();
};

void TestModelRequest::accepts_data()
{
    QTest::addColumn<bool>("embeddings");
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("plain") << false << QByteArray(R"({"messages":[{"role":"user","content":"x"}]})");
    QTest::newRow("tools pass through")
        << false
        << QByteArray(
               R"({"messages":[{"role":"assistant","content":null,"tool_calls":[{"id":"a"}]},{"role":"tool","tool_call_id":"a","content":""}],"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}],"tool_choice":"auto","response_format":{"type":"json_object"}})");
    QTest::newRow("parts")
        << false
        << QByteArray(
               R"({"messages":[{"role":"user","content":[{"type":"text","text":"what?"},{"type":"image_url","image_url":{"url":"data:"}}]}]})");
    QTest::newRow("developer")
        << false << QByteArray(R"({"messages":[{"role":"developer","content":"x"}],"model":"gpt-4o"})");
    QTest::newRow("limits")
        << false
        << QByteArray(
               R"({"messages":[{"role":"user","content":"x"}],"temperature":2,"max_tokens":4096,"max_completion_tokens":1})");
    QTest::newRow("nulls")
        << false
        << QByteArray(
               R"({"messages":[{"role":"user","content":"x"}],"temperature":null,"stream":null,"max_tokens":null,"stream_options":null})");
    QTest::newRow("text") << true << QByteArray(R"({"input":"x"})");
    QTest::newRow("texts") << true
                           << QByteArray(R"({"input":["x","y"],"encoding_format":"base64","model":"m"})");
    QTest::newRow("tokens") << true << QByteArray(R"({"input":[1,2,3],"encoding_format":"float"})");
    QTest::newRow("token lists") << true << QByteArray(R"({"input":[[1,2],[3]]})");
}

void TestModelRequest::accepts()
{
    QFETCH(bool, embeddings);
    QFETCH(QByteArray, body);
    const auto request = readModelRequest(embeddings ? Operation::Embeddings : Operation::ChatCompletions,
                                          {body.constData(), static_cast<std::size_t>(body.size())});
    QVERIFY2(request, request ? "" : request.error().message.c_str());
}

void TestModelRequest::refuses_data()
{
    QTest::addColumn<bool>("embeddings");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("field");
    const auto chat = [](const char* name, const QByteArray& body, const char* field) {
        QTest::newRow(name) << false << body << QString::fromLatin1(field);
    };
    chat("empty", "", "");
    chat("not JSON", "hello", "");
    chat("cut", R"({"messages":[{"role":"user","content":"x)", "");
    chat("array", "[]", "");
    chat("more behind", R"({"messages":[{"role":"user","content":"x"}]} {})", "");
    chat("no UTF-8", "{\"messages\":[{\"role\":\"user\",\"content\":\"\xff\"}]}", "");
    chat("no messages", "{}", "messages");
    chat("empty messages", R"({"messages":[]})", "messages");
    chat("messages no array", R"({"messages":"x"})", "messages");
    chat("message no object", R"({"messages":["x"]})", "messages");
    chat("no role", R"({"messages":[{"content":"x"}]})", "messages");
    chat("other role", R"({"messages":[{"role":"root","content":"x"}]})", "messages");
    chat("empty content", R"({"messages":[{"role":"user","content":""}]})", "messages");
    chat("content a number", R"({"messages":[{"role":"user","content":7}]})", "messages");
    chat("too hot", R"({"messages":[{"role":"user","content":"x"}],"temperature":2.1})", "temperature");
    chat("too cold", R"({"messages":[{"role":"user","content":"x"}],"temperature":-1})", "temperature");
    chat("no tokens", R"({"messages":[{"role":"user","content":"x"}],"max_tokens":0})", "max_tokens");
    chat("too many tokens", R"({"messages":[{"role":"user","content":"x"}],"max_tokens":4097})",
         "max_tokens");
    chat("stream a text", R"({"messages":[{"role":"user","content":"x"}],"stream":"yes"})", "stream");
    QByteArray many = R"({"messages":[)";
    for (int i = 0; i < 51; ++i)
        many += QByteArray(i == 0 ? "" : ",") + R"({"role":"user","content":"x"})";
    chat("51 messages", many + "]}", "messages");
    const auto embed = [](const char* name, const QByteArray& body, const char* field) {
        QTest::newRow(name) << true << body << QString::fromLatin1(field);
    };
    embed("no input", "{}", "input");
    embed("empty input", R"({"input":""})", "input");
    embed("empty list", R"({"input":[]})", "input");
    embed("object", R"({"input":{}})", "input");
    embed("format", R"({"input":"x","encoding_format":"hex"})", "encoding_format");
}

void TestModelRequest::refuses()
{
    QFETCH(bool, embeddings);
    QFETCH(QByteArray, body);
    QFETCH(QString, field);
    const auto request = readModelRequest(embeddings ? Operation::Embeddings : Operation::ChatCompletions,
                                          {body.constData(), static_cast<std::size_t>(body.size())});
    QVERIFY(!request);
    QVERIFY(request.error().kind == Error::Kind::InvalidInput);
    QCOMPARE(QString::fromStdString(request.error().serviceCode), field);
    QVERIFY(!request.error().message.empty());
}

void TestModelRequest::longContentIsRefused()
{
    const auto ask = [](std::size_t characters) {
        std::string text;
        for (std::size_t i = 0; i < characters; ++i)
            text += "é"; // two bytes, one character
        return readModelRequest(Operation::ChatCompletions,
                                R"({"messages":[{"role":"user","content":")" + text + "\"}]}");
    };
    QVERIFY(ask(32'000));
    QVERIFY(!ask(32'001));
}

void TestModelRequest::readsTheFlags()
{
    const auto request = readModelRequest(
        Operation::ChatCompletions,
        R"({"stream_options":{"x":1,"include_usage":true},"messages":[{"role":"user","content":"12345678"}],"stream":true})");
    QVERIFY(request);
    QVERIFY(request->stream);
    QVERIFY(request->includeUsage);
    QCOMPARE(request->estimatedPromptTokens, 2 + TokensPerMessage + TokensPerChat);
}

void TestModelRequest::estimates_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("tokens");
    QTest::newRow("empty") << QString() << 0;
    QTest::newRow("one letter") << QStringLiteral("a") << 1;
    QTest::newRow("eight letters") << QStringLiteral("abcdefgh") << 2;
    QTest::newRow("nine letters") << QStringLiteral("abcdefghi") << 3;
    QTest::newRow("Greek") << QString::fromUtf8("αβγδ") << 2;
    QTest::newRow("Chinese") << QString::fromUtf8("你好") << 2;
}

void TestModelRequest::estimates()
{
    QFETCH(QString, text);
    QFETCH(int, tokens);
    QCOMPARE(estimateTokens(text.toStdString()), std::int64_t{tokens});
}

void TestModelRequest::readsUsage()
{
    const AnswerFacts facts = readAnswerFacts(
        Operation::ChatCompletions,
        R"({"choices":[{"message":{"content":"hello"}}],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}})",
        99);
    QVERIFY(facts.source == TokenSource::Measured);
    QCOMPARE(facts.usage.prompt, 3);
    QCOMPARE(facts.usage.completion, 4);
    QCOMPARE(facts.usage.total, 7);
}

void TestModelRequest::estimatesWithoutUsage()
{
    const AnswerFacts facts =
        readAnswerFacts(Operation::ChatCompletions, R"({"choices":[{"message":{"content":"hello"}}]})", 9);
    QVERIFY(facts.source == TokenSource::Estimated);
    QCOMPARE(facts.usage.total, 11);
}

void TestModelRequest::knowsNothingOfOtherBodies()
{
    for (const char* body : {"", "{}", "[]", "<html>", R"({"choices":7})"})
        QVERIFY(readAnswerFacts(Operation::ChatCompletions, body, 9).source == TokenSource::Unknown);
}

void TestModelRequest::aBodyThatIsCutIsUnknownWhereverItIsCut_data()
{
    QTest::addColumn<QString>("body");
    QTest::newRow("usage")
        << uR"({"choices":[{"message":{"content":"hello"}}],"usage":{"total_tokens":7}})"_s;
    QTest::newRow("usage first")
        << uR"({"usage":{"completion_tokens":7},"choices":[{"message":{"content":""}}]})"_s;
    QTest::newRow("parts") << uR"({"messages":[{"content":[{"type":"text"},{"text":"x"}],"role":"user"}]})"_s;
    QTest::newRow("options")
        << uR"({"stream_options":{"include_usage":true},"input":["a",[1,2],3],"stream":true})"_s;
}

void TestModelRequest::aBodyThatIsCutIsUnknownWhereverItIsCut()
{
    QFETCH(QString, body);
    const std::string whole = body.toStdString();
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const std::string cut = whole.substr(0, length);
        QVERIFY(readAnswerFacts(Operation::ChatCompletions, cut, 9).source == TokenSource::Unknown);
        QVERIFY(!readModelRequest(Operation::ChatCompletions, cut, {}));
        QVERIFY(!readModelRequest(Operation::Embeddings, cut, {}));
    }
}

GATEHOUSE_TEST_MAIN(TestModelRequest)
#include "tst_modelrequest.moc"

using namespace Qt::StringLiterals;
