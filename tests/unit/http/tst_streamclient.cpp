// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/streamclient.h"
#include "tests/support/futures.h"
#include "tests/support/loopbackserver.h"
#include "tests/support/testmain.h"

using namespace gatehouse;
using namespace gatehouse::http;
using namespace gatehouse::test;
using namespace std::chrono_literals;

namespace {

constexpr const char* Head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n\r\n";

/// What a stream gave, in order.
struct Recorder
{
    explicit Recorder(EventStream& stream)
    {
        QObject::connect(&stream, &EventStream::events, &context, [this](const std::vector<SseEvent>& slice) {
            largestSlice = std::max(largestSlice, slice.size());
            for (const SseEvent& event : slice)
                data.push_back(event.data);
        });
        QObject::connect(&stream, &EventStream::finished, &context, [this](const StreamEnd& ended) {
            ++ends;
            end = ended;
        });
    }
    QObject context;
    std::vector<std::string> data;
    std::size_t largestSlice = 0;
    int ends = 0;
    StreamEnd end;
};

HttpRequest post(const std::string& url)
{
    HttpRequest request;
    request.method = "POST";
    request.url = url;
    request.body = "{}";
    return request;
}

} // namespace

class TestStreamClient : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsToTheDone();
    void aCutStreamIsShownAsCut_data();
    void aCutStreamIsShownAsCut();
    void manyEventsComeInSlices();
    void stopClosesTheSocketAndGivesNothingMore();
    void mayBeDeletedWhileItGives();
    void refusalsKeepTheirBody();
    void anotherContentTypeIsRefused();
    void deadlineEndsAStreamThatGoesOn();
    void anEndlessLineIsRefused();
};

void TestStreamClient::readsToTheDone()
{
    LoopbackServer server([](const std::string&, QTcpSocket& socket) {
        LoopbackServer::send(socket, std::string(Head) + "data: gr\xC3");
        QTimer::singleShot(10, &socket, [&socket] {
            LoopbackServer::send(socket, "\xBC\xC3\x9F\n\ndata: [DONE]\n\ndata: after\n\n");
        });
    });
    StreamClient client;
    const auto stream = client.open(post(server.origin() + "/"), {});
    Recorder recorder(*stream);
    QTRY_COMPARE(recorder.ends, 1);
    QVERIFY(recorder.end.complete);
    QVERIFY(!recorder.end.error);
    QCOMPARE(recorder.data, (std::vector<std::string>{"gr\xC3\xBC\xC3\x9F", "[DONE]"}));
    QVERIFY(server.requests[0].find("Accept-Encoding: identity") != std::string::npos);
}

void TestStreamClient::aCutStreamIsShownAsCut_data()
{
    QTest::addColumn<QByteArray>("tail");
    QTest::newRow("closed without a length") << QByteArray("data: 1\n\n");
    QTest::newRow("in the middle of an event") << QByteArray("data: 1\n\ndata: 2");
    QTest::newRow("before the blank line of the last") << QByteArray("data: 1\n\ndata: [DONE]\n");
    QTest::newRow("nothing at all") << QByteArray();
}

void TestStreamClient::aCutStreamIsShownAsCut()
{
    QFETCH(QByteArray, tail);
    LoopbackServer server([&](const std::string&, QTcpSocket& socket) {
        LoopbackServer::send(socket, Head + tail.toStdString());
        socket.disconnectFromHost();
    });
    StreamClient client;
    const auto stream = client.open(post(server.origin() + "/"), {});
    Recorder recorder(*stream);
    QTRY_COMPARE(recorder.ends, 1);
    QVERIFY(!recorder.end.complete);
    QVERIFY(recorder.end.error->kind == Error::Kind::Network);
    QCOMPARE(recorder.data.size(), tail.isEmpty() ? 0U : 1U); // what was whole is given
    QCOMPARE(server.requests.size(), 1U);
}

void TestStreamClient::manyEventsComeInSlices()
{
    constexpr int Count = 20'000;
    LoopbackServer server([](const std::string&, QTcpSocket& socket) {
        std::string bytes = Head;
        for (int i = 0; i < Count; ++i)
            bytes += "data: " + std::to_string(i) + "\n\n";
        LoopbackServer::send(socket, bytes + "data: [DONE]\n\n");
    });
    StreamClient client;
    const auto stream = client.open(post(server.origin() + "/"), {});
    Recorder recorder(*stream);
    QTRY_COMPARE_WITH_TIMEOUT(recorder.ends, 1, 30'000);
    QCOMPARE(recorder.data.size(), static_cast<std::size_t>(Count) + 1);
    for (int i = 0; i < Count; ++i)
        QCOMPARE(recorder.data[static_cast<std::size_t>(i)], std::to_string(i));
    QVERIFY(recorder.largestSlice <= 64);
}

void TestStreamClient::stopClosesTheSocketAndGivesNothingMore()
{
    LoopbackServer server([](const std::string&, QTcpSocket& socket) {
        std::string bytes = Head;
        for (int i = 0; i < 1000; ++i)
            bytes += "data: x\n\n";
        LoopbackServer::send(socket, bytes);
    });
    StreamClient client;
    std::stop_source stop;
    const auto stream = client.open(post(server.origin() + "/"), stop.get_token());
    Recorder recorder(*stream);
    QTRY_VERIFY(!recorder.data.empty());
    stream->stop();
    const std::size_t given = recorder.data.size();
    QTRY_COMPARE(recorder.ends, 1);
    QVERIFY(recorder.end.error->cancelled());
    QCOMPARE(recorder.data.size(), given);
    QTRY_COMPARE(server.closedConnections, 1);

    const auto other = client.open(post(server.origin() + "/"), stop.get_token());
    Recorder second(*other);
    stop.request_stop();
    QTRY_COMPARE(second.ends, 1);
    QVERIFY(second.end.error->cancelled());
}

void TestStreamClient::mayBeDeletedWhileItGives()
{
    LoopbackServer server([](const std::string&, QTcpSocket& socket) {
        LoopbackServer::send(socket, std::string(Head) + "data: 1\n\ndata: 2\n\ndata: [DONE]\n\n");
    });
    StreamClient client;
    std::unique_ptr<EventStream> stream = client.open(post(server.origin() + "/"), {});
    bool given = false;
    connect(stream.get(), &EventStream::events, this, [&] {
        given = true;
        stream.reset();
    });
    QTRY_VERIFY(given);
    QTRY_COMPARE(server.closedConnections, 1);
}

void TestStreamClient::refusalsKeepTheirBody()
{
    LoopbackServer server([](const std::string&, QTcpSocket& socket) {
        LoopbackServer::reply(socket, "429 Too Many Requests",
                              "Content-Type: application/json\r\nRetry-After: 3\r\n",
                              "{\"error\":{\"code\":\"429\"}}");
    });
    StreamClient client;
    const auto stream = client.open(post(server.origin() + "/"), {});
    Recorder recorder(*stream);
    QTRY_COMPARE(recorder.ends, 1);
    QCOMPARE(recorder.end.status, 429);
    QVERIFY(recorder.end.error->kind == Error::Kind::Http);
    QCOMPARE(recorder.end.headers.text("Retry-After"), std::string("3"));
    QVERIFY(recorder.end.body.find("429") != std::string::npos);
}

void TestStreamClient::anotherContentTypeIsRefused()
{
    LoopbackServer server([](const std::string&, QTcpSocket& socket) {
        LoopbackServer::reply(socket, "200 OK", "Content-Type: text/html\r\n", "data: 1\n\ndata: [DONE]\n\n");
    });
    StreamClient client;
    const auto stream = client.open(post(server.origin() + "/"), {});
    Recorder recorder(*stream);
    QTRY_COMPARE(recorder.ends, 1);
    QVERIFY(recorder.end.error->kind == Error::Kind::Protocol);
    QVERIFY(recorder.data.empty());
}

void TestStreamClient::deadlineEndsAStreamThatGoesOn()
{
    LoopbackServer server([](const std::string&, QTcpSocket& socket) {
        LoopbackServer::send(socket, Head);
        auto* timer = new QTimer(&socket);
        connect(timer, &QTimer::timeout, &socket, [&socket] { LoopbackServer::send(socket, "data: x\n\n"); });
        timer->start(5);
    });
    StreamClient client;
    HttpRequest request = post(server.origin() + "/");
    request.deadline = 150ms;
    const auto stream = client.open(request, {});
    Recorder recorder(*stream);
    QTRY_COMPARE(recorder.ends, 1);
    QVERIFY(recorder.end.error->kind == Error::Kind::Timeout);
}

void TestStreamClient::anEndlessLineIsRefused()
{
    LoopbackServer server([](const std::string&, QTcpSocket& socket) {
        LoopbackServer::send(socket, std::string(Head) + "data: " + std::string(4U << 20U, 'x'));
    });
    StreamClient client;
    const auto stream = client.open(post(server.origin() + "/"), {});
    Recorder recorder(*stream);
    QTRY_COMPARE(recorder.ends, 1);
    QVERIFY(recorder.end.error->kind == Error::Kind::Protocol);
}

GATEHOUSE_TEST_MAIN(TestStreamClient)
#include "tst_streamclient.moc"
