// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/networkclient.h"
#include "core/jobs/ragask.h"
#include "tests/support/faketokens.h"
#include "tests/support/futures.h"
#include "tests/support/loopbackserver.h"
#include "tests/support/manualscheduler.h"
#include "tests/support/testmain.h"

using namespace gatehouse;
using namespace gatehouse::jobs;
using namespace gatehouse::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr const char* Head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";

struct World
{
    explicit World(const std::string& origin)
        : scheduler(clock)
        , client({calls, streams, tokens, clock, scheduler}, {origin, "", {}})
        , ask(client, scheduler)
    {}
    ManualClock clock;
    ManualScheduler scheduler;
    http::NetworkClient calls;
    http::StreamClient streams;
    FakeTokens tokens;
    rag::RagClient client;
    RagAsk ask;
};

struct Recorder
{
    explicit Recorder(Answer& answer)
    {
        QObject::connect(&answer, &Answer::delta, &context,
                         [this](const QString& piece) { deltas << piece; });
        QObject::connect(&answer, &Answer::finished, &context,
                         [this](const rag::AnswerFacts&, const std::optional<Error>& why) {
                             ++ends;
                             error = why;
                         });
    }
    QObject context;
    QStringList deltas;
    int ends = 0;
    std::optional<Error> error;
};

std::string token(const std::string& text)
{
    return "data: {\"token\":\"" + text + "\"}\n\n";
}

} // namespace

class TestRagAsk : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void piecesComeAtMostTwentyTimesASecond()
    {
        QTcpSocket* line = nullptr;
        LoopbackServer server([&line](const std::string&, QTcpSocket& socket) {
            line = &socket;
            LoopbackServer::send(socket, Head + token("a"));
        });
        World world(server.origin());
        const auto answer = world.ask.ask({"q", {}, {}, {}, {}, {}});
        Recorder recorder(*answer);
        QTRY_COMPARE(recorder.deltas, QStringList({u"a"_s})); // the first at once
        // While the pace is kept what comes gathers, however long that takes here.
        for (int i = 0; i < 100; ++i)
            LoopbackServer::send(*line, token("b"));
        QTRY_COMPARE(line->bytesToWrite(), 0);
        int spins = 0;
        QTRY_VERIFY(++spins > 20);
        QCOMPARE(recorder.deltas.size(), 1);
        world.scheduler.advance(49ms);
        QCOMPARE(recorder.deltas.size(), 1);
        world.scheduler.advance(1ms);
        QCOMPARE(recorder.deltas.size(), 2);
        QCOMPARE(recorder.deltas[1], QString(100, u'b'));
        // Nothing came: nothing is given, and the next piece need not wait.
        world.scheduler.advance(50ms);
        QCOMPARE(recorder.deltas.size(), 2);
        LoopbackServer::send(*line, token("c"));
        QTRY_COMPARE(recorder.deltas.size(), 3);
        // The end brings what is left.
        LoopbackServer::send(*line, token("d") + "data: [DONE]\n\n");
        QTRY_COMPARE(recorder.ends, 1);
        QVERIFY(!recorder.error);
        QCOMPARE(recorder.deltas.last(), u"d"_s);
    }

    void stopDropsWhatWasNotGiven()
    {
        QTcpSocket* line = nullptr;
        LoopbackServer server([&line](const std::string&, QTcpSocket& socket) {
            line = &socket;
            LoopbackServer::send(socket, Head + token("a"));
        });
        World world(server.origin());
        const auto answer = world.ask.ask({"q", {}, {}, {}, {}, {}});
        Recorder recorder(*answer);
        QTRY_COMPARE(recorder.deltas.size(), 1);
        LoopbackServer::send(*line, token("b"));
        int spins = 0;
        QTRY_VERIFY(++spins > 5);
        answer->stop();
        world.scheduler.advance(1s);
        QTRY_COMPARE(recorder.ends, 1);
        QVERIFY(recorder.error->cancelled());
        QCOMPARE(recorder.deltas.size(), 1);
        QTRY_COMPARE(server.closedConnections, 1);
    }

    void mayBeDeletedByItsReceivers()
    {
        LoopbackServer server([](const std::string&, QTcpSocket& socket) {
            LoopbackServer::send(socket, Head + token("a") + "data: [DONE]\n\n");
            socket.disconnectFromHost();
        });
        World world(server.origin());
        for (const bool atEnd : {false, true}) {
            auto answer = world.ask.ask({"q", {}, {}, {}, {}, {}});
            QObject context;
            bool gone = false;
            const auto go = [&] {
                answer.reset();
                gone = true;
            };
            if (atEnd)
                connect(answer.get(), &Answer::finished, &context, go);
            else
                connect(answer.get(), &Answer::delta, &context, go);
            QTRY_VERIFY(gone);
            settleEvents();
        }
        auto upload = world.ask.upload(u"/nonexistent/file.txt"_s);
        bool refused = false;
        QObject context;
        connect(upload.get(), &Upload::finished, &context, [&](const Result<rag::Document>& document) {
            refused = !document && document.error().serviceCode == "NoSuchFile";
            upload.reset();
        });
        QTRY_VERIFY(refused);
        settleEvents();
    }
};

GATEHOUSE_TEST_MAIN(TestRagAsk)
#include "tst_ragask.moc"
