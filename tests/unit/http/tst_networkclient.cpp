// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/networkclient.h"
#include "core/http/qtrequest.h"
#include "tests/support/futures.h"
#include "tests/support/loopbackserver.h"
#include "tests/support/testmain.h"

#include <zlib.h>

using namespace gatehouse;
using namespace gatehouse::http;
using namespace gatehouse::test;
using namespace std::chrono_literals;

namespace {

HttpRequest get(const std::string& url)
{
    HttpRequest request;
    request.url = url;
    return request;
}

std::string gzip(const std::string& plain)
{
    std::string packed(compressBound(static_cast<uLong>(plain.size())) + 64, '\0');
    z_stream stream = {};
    if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        qFatal("zlib");
    std::string input = plain;
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    deflate(&stream, Z_FINISH);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    return packed;
}

} // namespace

class TestNetworkClient : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sendsAndReceives();
    void credentialsStayOnTheirOrigin_data();
    void credentialsStayOnTheirOrigin();
    void statusDecidesFirst_data();
    void statusDecidesFirst();
    void inflatesHighRatioBodies();
    void capsTheInflatedBody();
    void deadlineIsNoUserAbort();
    void stopsWhileReading();
    void cutAnswersAreErrors();
    void nothingListens();
    void refusesBadRequests_data();
    void refusesBadRequests();
    void keepsNoCookies();
    void goesWithCallsOpen();
    void theFactoryTurnsHttp2Off();
};

void TestNetworkClient::sendsAndReceives()
{
    LoopbackServer server([](const std::string&, QTcpSocket& socket) {
        LoopbackServer::reply(socket, "201 Created", "X-A: 1\r\nETag: \"v1\"\r\n", "{\"ok\":true}");
    });
    NetworkClient client;
    HttpRequest request = get(server.origin() + "/path%20x?$filter=a%20eq%20%27b%27");
    request.method = "PUT";
    request.body = "body";
    request.headers = {{"Authorization", "Bearer t"}, {"Content-Type", "text/plain"}};
    const auto answer = await(client.send(request, {}));
    QVERIFY(answer.has_value());
    QCOMPARE(answer->status, 201);
    QCOMPARE(answer->body, std::string("{\"ok\":true}"));
    QCOMPARE(answer->headers.text("etag"), std::string("\"v1\""));
    QVERIFY(server.requests[0].starts_with("PUT /path%20x?$filter=a%20eq%20%27b%27 HTTP/1.1\r\n"));
    QVERIFY(server.requests[0].ends_with("\r\n\r\nbody"));
    QVERIFY(server.requests[0].find("Bearer t") != std::string::npos);
}

void TestNetworkClient::credentialsStayOnTheirOrigin_data()
{
    QTest::addColumn<QString>("status");
    for (const char* status : {"301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"})
        QTest::newRow(status) << status;
}

void TestNetworkClient::credentialsStayOnTheirOrigin()
{
    QFETCH(QString, status);
    LoopbackServer other(
        [](const std::string&, QTcpSocket& socket) { LoopbackServer::reply(socket, "200 OK", "", "x"); });
    LoopbackServer server([&](const std::string&, QTcpSocket& socket) {
        LoopbackServer::reply(socket, status.toStdString(), "Location: " + other.origin() + "/steal\r\n", "");
    });
    NetworkClient client;
    HttpRequest request = get(server.origin() + "/");
    request.headers = {{"Authorization", "Bearer secret"}, {"api-key", "secret"}};
    const auto answer = await(client.send(request, {}));
    QCOMPARE(answer->status, status.left(3).toInt());
    QVERIFY(other.requests.empty());
}

void TestNetworkClient::statusDecidesFirst_data()
{
    QTest::addColumn<int>("status");
    for (const int status : {400, 401, 403, 404, 405, 409, 410, 412, 418, 429, 500, 501, 502, 503, 504, 599})
        QTest::newRow(qPrintable(QString::number(status))) << status;
}

void TestNetworkClient::statusDecidesFirst()
{
    QFETCH(int, status);
    LoopbackServer server([status](const std::string&, QTcpSocket& socket) {
        LoopbackServer::reply(socket, std::to_string(status) + " Whatever", "Retry-After: 7\r\n",
                              "{\"error\":1}");
    });
    NetworkClient client;
    HttpRequest request = get(server.origin() + "/secret-path?sig=secret");
    request.headers = {{"Authorization", "Bearer t"}};
    const auto answer = await(client.send(request, {}));
    QVERIFY2(answer.has_value(), answer ? "" : answer.error().message.c_str());
    QCOMPARE(answer->status, status);
    QCOMPARE(answer->body, std::string("{\"error\":1}"));
    QCOMPARE(answer->headers.text("retry-after"), std::string("7"));
}

void TestNetworkClient::inflatesHighRatioBodies()
{
    const std::string plain(24U << 20U, 'a');
    const std::string packed = gzip(plain);
    QVERIFY(packed.size() < plain.size() / 500);
    LoopbackServer server([&](const std::string&, QTcpSocket& socket) {
        LoopbackServer::reply(socket, "200 OK", "Content-Encoding: gzip\r\n", packed);
    });
    NetworkClient client;
    const auto answer = await(client.send(get(server.origin() + "/"), {}));
    QVERIFY2(answer.has_value(), answer ? "" : answer.error().message.c_str());
    QCOMPARE(answer->body.size(), plain.size());
    QVERIFY(answer->body == plain);
}

void TestNetworkClient::capsTheInflatedBody()
{
    const std::string packed = gzip(std::string(24U << 20U, 'a'));
    LoopbackServer server([&](const std::string&, QTcpSocket& socket) {
        LoopbackServer::reply(socket, "200 OK", "Content-Encoding: gzip\r\n", packed);
    });
    NetworkClient client;
    HttpRequest request = get(server.origin() + "/");
    request.maxBytes = 1U << 20U;
    const auto answer = await(client.send(request, {}));
    QVERIFY(answer.error().kind == Error::Kind::Protocol);
}

void TestNetworkClient::deadlineIsNoUserAbort()
{
    // Bytes go on coming, so only a deadline for the whole answer ends this.
    LoopbackServer server([](const std::string&, QTcpSocket& socket) {
        LoopbackServer::send(socket, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
        auto* timer = new QTimer(&socket);
        connect(timer, &QTimer::timeout, &socket, [&socket] { LoopbackServer::send(socket, "x"); });
        timer->start(5);
    });
    NetworkClient client;
    HttpRequest request = get(server.origin() + "/");
    request.deadline = 100ms;
    const auto answer = await(client.send(request, {}));
    QVERIFY(answer.error().kind == Error::Kind::Timeout);
    QVERIFY(answer.error().message.find("http") == std::string::npos);
}

void TestNetworkClient::stopsWhileReading()
{
    std::stop_source stop;
    LoopbackServer server([&stop](const std::string&, QTcpSocket& socket) {
        LoopbackServer::send(socket, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\npart");
        stop.request_stop();
    });
    NetworkClient client;
    const auto answer = await(client.send(get(server.origin() + "/"), stop.get_token()));
    QVERIFY(answer.error().cancelled());
    QTRY_COMPARE(server.closedConnections, 1);
    std::stop_source already;
    already.request_stop();
    QVERIFY(client.send(get(server.origin() + "/"), already.get_token()).result().error().cancelled());
    QCOMPARE(server.requests.size(), 1U);
}

void TestNetworkClient::cutAnswersAreErrors()
{
    for (const std::string& bytes :
         {std::string(), std::string("HTTP/1.1 200"),
          std::string("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345"),
          std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n123")}) {
        LoopbackServer server([&](const std::string&, QTcpSocket& socket) {
            LoopbackServer::send(socket, bytes);
            socket.disconnectFromHost();
        });
        NetworkClient client;
        HttpRequest request = get(server.origin() + "/");
        request.method = "POST";
        request.body = "once";
        const auto answer = await(client.send(request, {}));
        QVERIFY2(!answer, bytes.c_str());
        QVERIFY(answer.error().kind == Error::Kind::Network);
        // Qt 6.4 itself repeats a request, at most three times, whose connection ended before the header of
        // an answer was whole; that cannot be turned off. After the header nothing is sent again.
        if (bytes.find("\r\n\r\n") == std::string::npos)
            QVERIFY(server.requests.size() <= 4U);
        else
            QCOMPARE(server.requests.size(), 1U);
    }
}

void TestNetworkClient::nothingListens()
{
    QTcpServer probe;
    QVERIFY(probe.listen(QHostAddress::LocalHost, 0));
    const std::string origin = "http://127.0.0.1:" + std::to_string(probe.serverPort());
    probe.close();
    NetworkClient client;
    const auto answer = await(client.send(get(origin + "/?sig=secret"), {}));
    QVERIFY(answer.error().kind == Error::Kind::Network);
    QVERIFY(answer.error().details().find("secret") == std::string::npos);
}

void TestNetworkClient::refusesBadRequests_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QString>("header");
    QTest::newRow("file") << "file:///etc/passwd"
                          << "x";
    QTest::newRow("no host") << "http://"
                             << "x";
    QTest::newRow("relative") << "/path"
                              << "x";
    QTest::newRow("credentials") << "http://me:pw@127.0.0.1/"
                                 << "x";
    QTest::newRow("space") << "http://127.0.0.1/a b"
                           << "x";
    QTest::newRow("header splitting") << "http://127.0.0.1/"
                                      << "a\r\nX: 1";
}

void TestNetworkClient::refusesBadRequests()
{
    QFETCH(QString, url);
    QFETCH(QString, header);
    NetworkClient client;
    HttpRequest request = get(url.toStdString());
    request.headers.add("X-Test", header.toStdString());
    const auto future = client.send(request, {});
    QVERIFY(future.isFinished());
    QVERIFY(future.result().error().kind == Error::Kind::InvalidInput);
}

void TestNetworkClient::keepsNoCookies()
{
    LoopbackServer server([](const std::string&, QTcpSocket& socket) {
        LoopbackServer::reply(socket, "200 OK", "Set-Cookie: a=b\r\n", "x");
    });
    NetworkClient client;
    QVERIFY(await(client.send(get(server.origin() + "/"), {})).has_value());
    QVERIFY(await(client.send(get(server.origin() + "/"), {})).has_value());
    QCOMPARE(server.requests.size(), 2U);
    QVERIFY(server.requests[1].find("Cookie") == std::string::npos);
}

void TestNetworkClient::goesWithCallsOpen()
{
    LoopbackServer server([](const std::string&, QTcpSocket&) {});
    auto client = std::make_unique<NetworkClient>();
    const auto open = client->send(get(server.origin() + "/"), {});
    QTRY_COMPARE(server.requests.size(), 1U);
    client.reset();
    QVERIFY(open.isFinished());
    QVERIFY(open.result().error().cancelled());
}

void TestNetworkClient::theFactoryTurnsHttp2Off()
{
    const auto made = makeQtRequest(get("https://arm.example/"));
    QVERIFY(made.has_value());
    QCOMPARE(made->attribute(QNetworkRequest::Http2AllowedAttribute), QVariant(false));
    QCOMPARE(made->attribute(QNetworkRequest::RedirectPolicyAttribute).toInt(),
             static_cast<int>(QNetworkRequest::ManualRedirectPolicy));
    QCOMPARE(made->decompressedSafetyCheckThreshold(), -1);
}

GATEHOUSE_TEST_MAIN(TestNetworkClient)
#include "tst_networkclient.moc"
