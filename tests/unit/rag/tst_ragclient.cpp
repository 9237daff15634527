// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"
#include "tests/unit/rag/ragworld.h"

using namespace gatehouse;
using namespace gatehouse::rag;
using namespace gatehouse::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr const char* Head =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nx-gh-backend: aoai-westus\r\n\r\n";

Question about(const std::string& text)
{
    Question question;
    question.text = text;
    return question;
}

/// What an answer gave, in order.
struct AnswerRecorder
{
    explicit AnswerRecorder(Chat& chat)
    {
        QObject::connect(&chat, &Chat::grounded, &context, [this](const Grounding& given) {
            groundedAfterText = groundedAfterText || !text.empty();
            grounding = given;
            ++groundings;
        });
        QObject::connect(&chat, &Chat::text, &context, [this](const std::string& piece) { text += piece; });
        QObject::connect(&chat, &Chat::finished, &context,
                         [this](const AnswerFacts& said, const std::optional<Error>& why) {
                             ++ends;
                             facts = said;
                             error = why;
                         });
    }
    QObject context;
    std::string text;
    Grounding grounding;
    int groundings = 0;
    bool groundedAfterText = false;
    int ends = 0;
    AnswerFacts facts;
    std::optional<Error> error;
};

/// Sends these bytes as they are and closes.
LoopbackServer::Handler saying(const QByteArray& bytes)
{
    return [bytes](const std::string&, QTcpSocket& socket) {
        LoopbackServer::send(socket, bytes.toStdString());
        socket.disconnectFromHost();
    };
}

std::string chunked(const std::string& text)
{
    return QByteArray::number(static_cast<qulonglong>(text.size()), 16).toStdString() + "\r\n" + text +
           "\r\n";
}

} // namespace

class TestRagClient : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void asksAsTheContractSays()
    {
        LoopbackServer server(saying(QByteArray(Head) + "data: x\n\ndata: [DONE]\n\n"));
        RagWorld world(server.origin() + "/base/");
        Question question = about("Wie gro\xC3\x9F?");
        question.history = {{Message::Role::User, "a"}, {Message::Role::Assistant, "b"}};
        const auto chat = world.client.ask(question);
        AnswerRecorder recorder(*chat);
        QTRY_COMPARE(recorder.ends, 1);
        QVERIFY(!recorder.error);
        QCOMPARE(recorder.text, std::string("x"));
        QCOMPARE(recorder.facts.backend, std::string("aoai-westus"));
        QVERIFY(recorder.facts.firstToken && recorder.facts.total >= *recorder.facts.firstToken);
        const std::string& request = server.requests.at(0);
        QVERIFY(request.starts_with("POST /base/chat HTTP/1.1\r\n"));
        QVERIFY(request.find("Authorization: Bearer token-1") != std::string::npos);
        QCOMPARE(world.tokens.requests.at(0).scope, std::string("api://rag/.default"));
        const std::string body = request.substr(request.find("\r\n\r\n") + 4);
        QCOMPARE(body, std::string("{\"history\":[{\"content\":\"a\",\"role\":\"user\"},"
                                   "{\"content\":\"b\",\"role\":\"assistant\"}],"
                                   "\"question\":\"Wie gro\xC3\x9F?\"}"));
    }

    void sendsItsOwnFieldsWhenTheyAreSet()
    {
        Question question = about("q");
        question.documents = {"d1"};
        question.deployment = "gpt-4o-mini";
        question.task = "summary";
        question.feature = SmokeFeature;
        settings::RagMapping mapping;
        mapping.questionField = "query";
        const Json json = questionJson(question, mapping);
        QCOMPARE(textAt(json, "query"), std::string("q"));
        QCOMPARE(memberAt(json, "documents").size(), 1U);
        QCOMPARE(textAt(json, "deployment"), std::string("gpt-4o-mini"));
        QCOMPARE(textAt(json, "feature"), std::string("gatehouse-smoke"));
        QVERIFY(!questionJson(about("q"), {}).contains("deployment"));
    }

    void badQuestionsAreRefusedAtTheDoor()
    {
        LoopbackServer server(saying(Head));
        RagWorld world(server.origin());
        Question longHistory = about("q");
        longHistory.history.resize(51);
        const std::vector<std::pair<Question, std::string>> questions = {
            {about(""), "BadQuestion"},
            {about(" \n\t"), "BadQuestion"},
            {about(std::string(32'001, 'x')), "InputTooLarge"},
            {longHistory, "InputTooLarge"}};
        for (const auto& [question, code] : questions) {
            const auto chat = world.client.ask(question);
            AnswerRecorder recorder(*chat);
            QCOMPARE(recorder.ends, 0);
            QTRY_COMPARE(recorder.ends, 1);
            QVERIFY(recorder.error->kind == Error::Kind::InvalidInput);
            QCOMPARE(recorder.error->serviceCode, code);
        }
        QVERIFY(server.requests.empty());
        QString widest;
        for (int i = 0; i < 32'000; ++i)
            widest += u"\U0001F600"_s;
        QVERIFY(checkQuestion(about(widest.toStdString())));
    }

    void theEndIsKnownOrNotClaimed_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("kind"); // -1: whole
        QTest::addColumn<bool>("confirmed");
        const auto row = [](const char* name, const QByteArray& answer, const char* text, int kind,
                            bool confirmed) {
            QTest::newRow(name) << answer << QString::fromUtf8(text) << kind << confirmed;
        };
        const QByteArray head(Head);
        const auto network = static_cast<int>(Error::Kind::Network);
        const auto protocol = static_cast<int>(Error::Kind::Protocol);
        const QByteArray inChunks = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                                    "Transfer-Encoding: chunked\r\n\r\n";
        row("text that ends", head + "data: a\n\ndata:  b\n\n", "a b", -1, false);
        row("text with an end", head + "data: a\n\ndata: [DONE]\n\n", "a", -1, true);
        row("JSON that just ends", head + "data: {\"token\":\"a\"}\n\n", "a", network, true);
        row("JSON with done", head + "data: {\"token\":\"a\"}\n\nevent: done\ndata: {}\n\n", "a", -1, true);
        row("a finish reason alone",
            head +
                "data: "
                "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}\n\n",
            "a", -1, true);
        row("OpenAI cut", head + "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\n", "a",
            network, true);
        row("text whose last chunk came",
            inChunks + QByteArray::fromStdString(chunked("data: a\n\n")) + "0\r\n\r\n", "a", -1, false);
        row("half a character at the end", head + "data: gr\xC3\n\n", "gr\xEF\xBF\xBD", -1, false);
        row("half a character and no line end", head + "data: a\n\ndata: gr\xC3", "a", -1, false);
        row("nothing at all", head, "", network, true);
        row("an end and nothing else", head + "data: [DONE]\n\n", "", -1, true);
        row("names that are not known", head + "data: {\"msg\":\"a\"}\n\ndata: [DONE]\n\n", "", protocol,
            true);
        row("events that are not known", head + "event: chunk\ndata: a\n\n", "", protocol, true);
        row("an error after text",
            head + "data: {\"token\":\"a\"}\n\nevent: error\ndata: {\"code\":\"ModelFailed\"}\n\ndata: "
                   "{\"token\":\"b\"}\n\n",
            "a", static_cast<int>(Error::Kind::Unavailable), true);
        row("HTML", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>",
            "", protocol, true);
        row("JSON instead",
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}", "", protocol,
            true);
        row("204", "HTTP/1.1 204 No Content\r\n\r\n", "", protocol, true);
        row("500", "HTTP/1.1 500 Oops\r\nContent-Length: 2\r\n\r\n{}", "",
            static_cast<int>(Error::Kind::Http), true);
        row("a redirect", "HTTP/1.1 302 Found\r\nLocation: http://localhost:1/\r\nContent-Length: 0\r\n\r\n",
            "", static_cast<int>(Error::Kind::Http), true);
    }
    void theEndIsKnownOrNotClaimed()
    {
        QFETCH(QByteArray, answer);
        QFETCH(int, kind);
        QFETCH(bool, confirmed);
        QFETCH(QString, text);
        LoopbackServer server(saying(answer));
        RagWorld world(server.origin());
        const auto chat = world.client.ask(about("q"));
        AnswerRecorder recorder(*chat);
        QTRY_COMPARE(recorder.ends, 1);
        QCOMPARE(recorder.error ? static_cast<int>(recorder.error->kind) : -1, kind);
        QCOMPARE(QString::fromStdString(recorder.text), text);
        QCOMPARE(recorder.facts.endConfirmed, confirmed);
        QCOMPARE(server.requests.size(), 1U);
        QVERIFY(!recorder.error || recorder.error->message.find("<html>") == std::string::npos);
    }

    void aCutChunkIsNoEnd()
    {
        LoopbackServer server(saying("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                                     "Transfer-Encoding: chunked\r\n\r\n" +
                                     QByteArray::fromStdString(chunked("data: a\n\n")) + "40\r\ndata: b"));
        RagWorld world(server.origin());
        const auto chat = world.client.ask(about("q"));
        AnswerRecorder recorder(*chat);
        QTRY_COMPARE(recorder.ends, 1);
        QCOMPARE(recorder.text, std::string("a"));
        QVERIFY(recorder.error && recorder.error->kind == Error::Kind::Network);
    }

    void groundingComesFirst()
    {
        LoopbackServer server(saying(QByteArray(Head) +
                                     "event: context\ndata: {\"passages\":[{\"id\":\"p\"}]}\n\n"
                                     "data: {\"token\":\"x\"}\n\nevent: done\n"
                                     "data: {\"grounded\":false}\n\n"));
        RagWorld world(server.origin());
        const auto chat = world.client.ask(about("q"));
        AnswerRecorder recorder(*chat);
        QTRY_COMPARE(recorder.ends, 1);
        QVERIFY(!recorder.error); // that the documents do not say is an answer
        QCOMPARE(recorder.groundings, 1);
        QVERIFY(!recorder.groundedAfterText);
        QCOMPARE(recorder.facts.grounded.value(), false);
    }

    void silenceIsGivenUp()
    {
        Limits limits;
        limits.silence = 150ms;
        LoopbackServer server([](const std::string&, QTcpSocket& socket) {
            LoopbackServer::send(socket, std::string(Head) + "data: {\"token\":\"a\"}\n\n");
        });
        RagWorld world(server.origin(), limits);
        const auto chat = world.client.ask(about("q"));
        AnswerRecorder recorder(*chat);
        QTRY_COMPARE(recorder.ends, 1);
        QVERIFY(recorder.error->kind == Error::Kind::Timeout);
        QCOMPARE(recorder.text, std::string("a"));
        QTRY_COMPARE(server.closedConnections, 1);

        LoopbackServer mute([](const std::string&, QTcpSocket&) {});
        RagWorld second(mute.origin(), limits);
        const auto other = second.client.ask(about("q"));
        AnswerRecorder others(*other);
        QTRY_COMPARE(others.ends, 1);
        QVERIFY(others.error->kind == Error::Kind::Timeout);
        QCOMPARE(mute.requests.size(), 1U);
    }

    void signsOfLifeAreNoSilenceButEndWithTheDeadline()
    {
        Limits limits;
        limits.silence = 400ms;
        limits.answer = 1000ms;
        QTimer beat;
        LoopbackServer server([&beat](const std::string&, QTcpSocket& socket) {
            LoopbackServer::send(socket, Head);
            connect(&beat, &QTimer::timeout, &socket,
                    [&socket] { LoopbackServer::send(socket, ": alive\n\n"); });
            beat.start(50);
        });
        RagWorld world(server.origin(), limits);
        const auto chat = world.client.ask(about("q"));
        AnswerRecorder recorder(*chat);
        QElapsedTimer timer;
        timer.start();
        QTRY_COMPARE(recorder.ends, 1);
        QVERIFY(recorder.error->kind == Error::Kind::Timeout);
        QVERIFY(timer.elapsed() >= 900);
    }

    void stopDropsWhatWasNotGiven()
    {
        LoopbackServer server([](const std::string&, QTcpSocket& socket) {
            std::string bytes = Head;
            for (int i = 0; i < 2000; ++i)
                bytes += "data: {\"token\":\"x\"}\n\n";
            LoopbackServer::send(socket, bytes);
        });
        RagWorld world(server.origin());
        const auto chat = world.client.ask(about("q"));
        AnswerRecorder recorder(*chat);
        QTRY_VERIFY(!recorder.text.empty());
        chat->stop();
        chat->stop();
        const std::size_t given = recorder.text.size();
        QCOMPARE(recorder.ends, 0);
        QTRY_COMPARE(recorder.ends, 1);
        QVERIFY(recorder.error->cancelled());
        QCOMPARE(recorder.text.size(), given);
        QTRY_COMPARE(server.closedConnections, 1);
        settleEvents();
        QCOMPARE(recorder.ends, 1);

        const auto early = world.client.ask(about("q"));
        AnswerRecorder before(*early);
        early->stop(); // before anything was sent
        QTRY_COMPARE(before.ends, 1);
        QVERIFY(before.error->cancelled());
        QCOMPARE(server.requests.size(), 1U);
    }

    void mayBeDeletedWhileItGives()
    {
        LoopbackServer server(
            saying(QByteArray(Head) +
                   "event: context\ndata: {\"passages\":[]}\n\ndata: {\"token\":\"x\"}\n\ndata: [DONE]\n\n"));
        RagWorld world(server.origin());
        for (int when = 0; when < 3; ++when) {
            auto chat = world.client.ask(about("q"));
            QObject context;
            bool gone = false;
            const auto go = [&] {
                chat.reset();
                gone = true;
            };
            if (when == 0)
                connect(chat.get(), &Chat::grounded, &context, go);
            else if (when == 1)
                connect(chat.get(), &Chat::text, &context, go);
            else
                connect(chat.get(), &Chat::finished, &context, go);
            QTRY_VERIFY(gone);
            settleEvents();
        }
    }

    void refusalsBeforeTheFirstWordAreTriedAgain()
    {
        std::vector<std::string> answers = {
            "HTTP/1.1 401 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            "HTTP/1.1 429 Wait\r\nretry-after-ms: 30\r\nRetry-After: 9\r\n"
            "Content-Length: 0\r\nConnection: close\r\n\r\n",
            std::string(Head) + "data: x\n\ndata: [DONE]\n\n"};
        std::size_t next = 0;
        LoopbackServer server([&](const std::string&, QTcpSocket& socket) {
            LoopbackServer::send(socket, answers.at(next++));
            socket.disconnectFromHost();
        });
        RagWorld world(server.origin());
        const auto chat = world.client.ask(about("q"));
        AnswerRecorder recorder(*chat);
        QTRY_COMPARE(recorder.ends, 1);
        QVERIFY(!recorder.error);
        QCOMPARE(recorder.text, std::string("x"));
        QCOMPARE(server.requests.size(), 3U);
        QVERIFY(server.requests[2].find("Bearer token-2") != std::string::npos);
        QCOMPARE(world.tokens.requests.at(1).rejected, std::string("token-1"));
    }

    void aLongWishIsTheUsersToGrant()
    {
        LoopbackServer server([](const std::string&, QTcpSocket& socket) {
            LoopbackServer::reply(socket, "429 Wait", "Retry-After: 300\r\n",
                                  R"({"error":{"code":"RateLimited","message":"100 a minute"}})");
        });
        RagWorld world(server.origin());
        const auto chat = world.client.ask(about("q"));
        AnswerRecorder recorder(*chat);
        QTRY_COMPARE(recorder.ends, 1);
        QVERIFY(recorder.error->kind == Error::Kind::Throttled);
        QCOMPARE(recorder.error->serviceCode, std::string("RateLimited"));
        QCOMPARE(recorder.error->retryAfter.value(), 300s);
        QCOMPARE(server.requests.size(), 1U);
    }

    void aSecond401AsksForASignIn()
    {
        LoopbackServer server(
            [](const std::string&, QTcpSocket& socket) { LoopbackServer::reply(socket, "401 No", "", ""); });
        RagWorld world(server.origin());
        const auto chat = world.client.ask(about("q"));
        AnswerRecorder recorder(*chat);
        QTRY_COMPARE(recorder.ends, 1);
        QVERIFY(recorder.error->kind == Error::Kind::SignInRequired);
        QCOMPARE(server.requests.size(), 2U);
    }

    void theTokenStaysWithTheBackend()
    {
        LoopbackServer other(saying("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"));
        LoopbackServer server([&](const std::string&, QTcpSocket& socket) {
            LoopbackServer::reply(socket, "307 Elsewhere", "Location: " + other.origin() + "/chat\r\n", "");
        });
        RagWorld world(server.origin());
        const auto chat = world.client.ask(about("q"));
        AnswerRecorder recorder(*chat);
        QTRY_COMPARE(recorder.ends, 1);
        QVERIFY(recorder.error->kind == Error::Kind::Http);
        const auto documents = await(world.client.documents({}));
        QVERIFY(!documents && documents.error().kind == Error::Kind::Http);
        QVERIFY(other.requests.empty());
    }

    void nobodyThere()
    {
        RagWorld world("http://127.0.0.1:1");
        const auto chat = world.client.ask(about("q"));
        AnswerRecorder recorder(*chat);
        QTRY_COMPARE(recorder.ends, 1);
        QVERIFY(recorder.error->kind == Error::Kind::Network);
        const auto health = await(world.client.health({}));
        QVERIFY(!health && health.error().kind == Error::Kind::Network);
    }

    void readsWhatTheBackendHolds()
    {
        LoopbackServer server([](const std::string& request, QTcpSocket& socket) {
            std::string body = R"({"status":"ok","model":"gpt-4o","simulated":true,"documents":2})";
            if (request.starts_with("GET /documents HTTP"))
                body =
                    R"({"documents":[{"id":"d1","name":"a.pdf","chunks":4,"uploaded":"2026-06-01T10:00:00Z"},5]})";
            else if (request.starts_with("GET /documents/d%2F1 "))
                body =
                    R"({"id":"d/1","name":"a.pdf","passages":[{"id":"p","index":0,"text":"t","tokens":3}]})";
            else if (request.starts_with("DELETE /documents/d%2F1 "))
                body = R"({"id":"d/1","name":"a.pdf","chunksRemoved":4,"at":"2026-06-01T10:00:00Z"})";
            LoopbackServer::reply(socket, "200 OK", "Content-Type: application/json\r\n", body);
        });
        RagWorld world(server.origin());
        const auto health = await(world.client.health({}));
        QVERIFY(health && health->ready && health->simulated.value());
        QCOMPARE(health->documents.value(), 2);
        QVERIFY(server.requests[0].find("Authorization") == std::string::npos);
        const auto documents = await(world.client.documents({}));
        QVERIFY(documents);
        QCOMPARE(documents->size(), 1U);
        QVERIFY(documents->at(0).uploaded);
        QVERIFY(server.requests[1].find("Bearer token-1") != std::string::npos);
        const auto passages = await(world.client.passages("d/1", {}));
        QVERIFY(passages);
        QCOMPARE(passages->at(0).documentName, std::string("a.pdf"));
        const auto receipt = await(world.client.forget("d/1", {}));
        QVERIFY(receipt);
        QCOMPARE(receipt->chunksRemoved, 4);
    }

    void saysWhatABackendDoesNotOffer_data()
    {
        QTest::addColumn<QByteArray>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("code");
        const auto notFound = static_cast<int>(Error::Kind::NotFound);
        QTest::newRow("FastAPI") << QByteArray("404 Not Found") << QByteArray(R"({"detail":"Not Found"})")
                                 << notFound << u"NotOffered"_s;
        QTest::newRow("405") << QByteArray("405 Not Allowed") << QByteArray() << notFound << u"NotOffered"_s;
        QTest::newRow("HTML") << QByteArray("404 Not Found") << QByteArray("<html>") << notFound
                              << u"NotOffered"_s;
        QTest::newRow("not this one") << QByteArray("404 Not Found")
                                      << QByteArray(R"({"error":{"code":"DocumentNotFound","message":"m"}})")
                                      << notFound << u"DocumentNotFound"_s;
        QTest::newRow("denied") << QByteArray("403 No") << QByteArray()
                                << static_cast<int>(Error::Kind::Denied) << u""_s;
    }
    void saysWhatABackendDoesNotOffer()
    {
        QFETCH(QByteArray, status);
        QFETCH(QByteArray, body);
        QFETCH(int, kind);
        QFETCH(QString, code);
        LoopbackServer server([&](const std::string&, QTcpSocket& socket) {
            LoopbackServer::reply(socket, status.toStdString(), "", body.toStdString());
        });
        RagWorld world(server.origin());
        const auto documents = await(world.client.documents({}));
        const auto passages = await(world.client.passages("d", {}));
        const auto receipt = await(world.client.forget("d", {}));
        QVERIFY(!documents && !passages && !receipt);
        for (const Error& error : {documents.error(), passages.error(), receipt.error()}) {
            QCOMPARE(static_cast<int>(error.kind), kind);
            QCOMPARE(QString::fromStdString(error.serviceCode), code);
        }
    }

    void callsCanBeStopped()
    {
        LoopbackServer server([](const std::string&, QTcpSocket&) {});
        RagWorld world(server.origin());
        std::stop_source stop;
        auto future = world.client.documents(stop.get_token());
        QTRY_COMPARE(server.requests.size(), 1U);
        stop.request_stop();
        const auto documents = await(future);
        QVERIFY(!documents && documents.error().cancelled());
    }
};

GATEHOUSE_TEST_MAIN(TestRagClient)
#include "tst_ragclient.moc"
