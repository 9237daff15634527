// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/http/httpserver.h"
#include "tests/support/testmain.h"
#include "tests/unit/local/rawsocket.h"

#include <QtCore/QFileInfo>
#include <QtCore/QTemporaryDir>

#include <semaphore>
#include <stdexcept>

using namespace gatehouse;
using namespace gatehouse::local;
using namespace gatehouse::local::test;

namespace {

/// Lets "Bearer good" in; "Bearer reader" is known but may not write.
class FakeAuthenticator final : public Authenticator
{
public:
    Result<Caller> authenticate(const httplib::Request& request, Access access) const override
    {
        const std::string value = request.get_header_value("Authorization");
        Error error;
        error.kind = value.empty() ? Error::Kind::SignInRequired : Error::Kind::Denied;
        error.serviceCode = value.empty() ? "AuthenticationFailed" : "AuthorizationFailed";
        error.message = "No.";
        if (value == "Bearer good" || (value == "Bearer reader" && access != Access::ArmAdmin))
            return Caller{};
        return fail(std::move(error));
    }
};

HttpServerOptions quickLimits()
{
    HttpServerOptions options;
    options.limits.head = std::chrono::milliseconds(150);
    options.limits.body = std::chrono::milliseconds(150);
    return options;
}

const std::string Get = "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n";

} // namespace

class TestHttpServer : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void answers();
    void keepsTheConnection();
    void hostIsChecked_data();
    void hostIsChecked();
    void unknownPathAndMethod();
    void callerIsCheckedBeforeTheBody();
    void declaredLengthIsCheckedBeforeTheBody();
    void refusedCallerMaySendItsWholeBody();
    void chunksCountAgainstTheLimit();
    void chunkedBodyIsRead();
    void brokenChunksAre400();
    void expectContinue();
    void headersComeAsSent();
    void slowHeadIs408();
    void slowBodyIs408();
    void exceptionIs500();
    void stuckConnectionsHoldNobodyUp();
    void beyondTheCapIs503();
    void stopEndsStreams();
    void portInUseIsSaid();
    void tlsCertificate();

private:
    void start(const HttpServerOptions& options = {});
    [[nodiscard]] std::string ask(const std::string& bytes) const;

    SystemClock m_clock;
    Log m_log{m_clock};
    FakeAuthenticator m_authenticator;
    Router m_router;
    std::unique_ptr<HttpServer> m_server;
    std::binary_semaphore m_quiet{0};
    std::atomic<int> m_calls{0};
};

void TestHttpServer::init()
{
    m_calls = 0;
    m_router = Router();
    m_router.add({"GET", "/hello", Access::Open, 0, [](Exchange& e) {
                      e.response.status = 200;
                      e.response.set_content("hello", "text/plain");
                  }});
    m_router.add({"POST", "/echo", Access::Arm, 1'000, [this](Exchange& e) {
                      ++m_calls;
                      e.response.status = 200;
                      e.response.set_content(e.request.body, "text/plain");
                  }});
    m_router.add({"PUT", "/echo", Access::ArmAdmin, 1'000, [](Exchange&) {}});
    m_router.add({"GET", "/throw", Access::Open, 0, [](Exchange&) { throw std::runtime_error("secret"); }});
    m_router.add({"GET", "/stream", Access::Open, 0, [this](Exchange& e) {
                      e.response.status = 200;
                      e.response.set_chunked_content_provider(
                          "text/event-stream",
                          [this, first = true](std::size_t, httplib::DataSink& sink) mutable {
                              if (std::exchange(first, false))
                                  return sink.write("data: x\n\n", 9);
                              // Nobody releases it: a stream that idles between its events.
                              static_cast<void>(m_quiet.try_acquire_for(std::chrono::milliseconds(5)));
                              return sink.is_writable();
                          });
                  }});
}

void TestHttpServer::cleanup()
{
    m_server.reset();
}

void TestHttpServer::start(const HttpServerOptions& options)
{
    auto bound = HttpServer::bind(options);
    QVERIFY(bound);
    m_server = std::move(*bound);
    m_server->start(m_router, m_authenticator, m_log);
}

/// Sends the bytes and reads until the server closes.
std::string TestHttpServer::ask(const std::string& bytes) const
{
    RawSocket socket(m_server->port());
    socket.send(bytes);
    return socket.readAll();
}

void TestHttpServer::answers()
{
    start();
    httplib::Client client(m_server->origin());
    const auto answer = client.Get("/hello");
    QVERIFY(answer);
    QCOMPARE(answer->status, 200);
    QCOMPARE(answer->body, std::string("hello"));
    QVERIFY(!answer->get_header_value("x-ms-request-id").empty());
    QVERIFY(!answer->get_header_value("Date").empty());
    QVERIFY(!answer->has_header("Access-Control-Allow-Origin"));
    QCOMPARE(client.Head("/hello")->body, std::string());
}

void TestHttpServer::keepsTheConnection()
{
    start();
    RawSocket socket(m_server->port());
    for (int i = 0; i < 20; ++i) {
        socket.clear();
        socket.send(Get);
        QVERIFY(socket.readUntil("hello").find("200 OK") != std::string::npos);
    }
    // Two at once, the second with its last bytes apart.
    socket.clear();
    socket.send(Get + Get.substr(0, Get.size() - 2));
    QVERIFY(socket.readUntil("hello").find("200 OK") != std::string::npos);
    socket.clear();
    socket.send("\r\n");
    QVERIFY(socket.readUntil("hello").find("200 OK") != std::string::npos);
}

void TestHttpServer::hostIsChecked_data()
{
    QTest::addColumn<QString>("host");
    QTest::addColumn<int>("status");
    QTest::newRow("127.0.0.1") << QStringLiteral("127.0.0.1") << 200;
    QTest::newRow("localhost") << QStringLiteral("LocalHost") << 200;
    QTest::newRow("with our port") << QStringLiteral("localhost:%1") << 200;
    QTest::newRow("with another port") << QStringLiteral("localhost:1%1") << 421;
    QTest::newRow("a foreign name") << QStringLiteral("rebind.example") << 421;
    QTest::newRow("a name that begins right") << QStringLiteral("localhost.example") << 421;
    QTest::newRow("another address") << QStringLiteral("127.0.0.2") << 421;
    QTest::newRow("user info") << QStringLiteral("localhost@evil") << 421;
}

void TestHttpServer::hostIsChecked()
{
    QFETCH(QString, host);
    QFETCH(int, status);
    start();
    if (host.contains(QStringLiteral("%1")))
        host = host.arg(m_server->port());
    httplib::Client client(m_server->origin());
    const auto answer = client.Get("/hello", {{"Host", host.toStdString()}});
    QVERIFY(answer);
    QCOMPARE(answer->status, status);
}

void TestHttpServer::unknownPathAndMethod()
{
    start();
    httplib::Client client(m_server->origin());
    QCOMPARE(client.Get("/nothing")->status, 404);
    const auto answer = client.Delete("/hello");
    QCOMPARE(answer->status, 405);
    QCOMPARE(answer->get_header_value("Allow"), std::string("GET"));
}

void TestHttpServer::callerIsCheckedBeforeTheBody()
{
    start();
    // The body is announced and never sent: the answer must not wait for it, and the connection ends.
    const std::string head = " /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n";
    const std::string anonymous = ask("POST" + head + "\r\n");
    QVERIFY(anonymous.find("HTTP/1.1 401 ") == 0);
    QVERIFY(anonymous.find("WWW-Authenticate: Bearer") != std::string::npos);
    QVERIFY(anonymous.find("Connection: close") != std::string::npos);
    QVERIFY(anonymous.find("AuthenticationFailed") != std::string::npos);
    QVERIFY(ask("PUT" + head + "Authorization: Bearer reader\r\n\r\n").find("HTTP/1.1 403 ") == 0);
    QCOMPARE(m_calls.load(), 0);
}

void TestHttpServer::declaredLengthIsCheckedBeforeTheBody()
{
    start();
    const std::string answer = ask("POST /echo HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer good\r\n"
                                   "Content-Length: 1001\r\n\r\n");
    QVERIFY(answer.find("HTTP/1.1 413 ") == 0);
    // Who may not call at all is not told the limit.
    QVERIFY(
        ask("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1001\r\n\r\n").find("HTTP/1.1 401 ") ==
        0);
    QCOMPARE(m_calls.load(), 0);
}

void TestHttpServer::refusedCallerMaySendItsWholeBody()
{
    start();
    // Far more than the sockets' buffers hold: the answer arrives only if the server takes the body's bytes
    // away.
    const std::string body(std::size_t{32} << 20U, 'x');
    const std::string answer = ask("POST /echo HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer good\r\n"
                                   "Content-Length: " +
                                   std::to_string(body.size()) + "\r\n\r\n" + body);
    QVERIFY(answer.find("HTTP/1.1 413 ") == 0);
    QCOMPARE(m_calls.load(), 0);
}

void TestHttpServer::chunksCountAgainstTheLimit()
{
    start();
    std::string bytes = "POST /echo HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer good\r\n"
                        "Transfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 5; ++i)
        bytes += "fa\r\n" + std::string(250, 'x') + "\r\n";
    QVERIFY(ask(bytes).find("HTTP/1.1 413 ") == 0);
    QCOMPARE(m_calls.load(), 0);
}

void TestHttpServer::chunkedBodyIsRead()
{
    start();
    RawSocket socket(m_server->port());
    socket.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer good\r\n"
                "Transfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n");
    socket.send("A\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n" + Get);
    QVERIFY(socket.readUntil("abc0123456789").find("200 OK") != std::string::npos);
    QVERIFY(socket.readUntil("hello").find("hello") != std::string::npos);
}

void TestHttpServer::brokenChunksAre400()
{
    start();
    for (const char* chunks :
         {"x\r\n", "3\r\nabcd\r\n", "-1\r\n", "\r\n", "3\nabc\n", "fffffffffffffffffffff\r\n"}) {
        const std::string answer =
            ask(std::string("POST /echo HTTP/1.1\r\nHost: localhost\r\n"
                            "Authorization: Bearer good\r\nTransfer-Encoding: chunked\r\n\r\n") +
                chunks);
        QVERIFY2(answer.find("HTTP/1.1 400 ") == 0, chunks);
    }
    QCOMPARE(m_calls.load(), 0);
}

void TestHttpServer::expectContinue()
{
    start();
    RawSocket socket(m_server->port());
    socket.send(
        "POST /echo HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer good\r\nContent-Length: 3\r\n"
        "Expect: 100-continue\r\n\r\n");
    QVERIFY(socket.readUntil("\r\n\r\n").find("HTTP/1.1 100 ") == 0);
    socket.send("abc");
    QVERIFY(socket.readUntil("abc").find("200 OK") != std::string::npos);
    // A refusal comes instead of the invitation.
    const std::string refused = ask("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n"
                                    "Expect: 100-continue\r\n\r\n");
    QVERIFY(refused.find("HTTP/1.1 401 ") == 0);
    QVERIFY(refused.find("AuthenticationFailed") != std::string::npos);
}

void TestHttpServer::headersComeAsSent()
{
    m_router.add({"GET", "/header", Access::Open, 0, [](Exchange& e) {
                      e.response.status = 200;
                      e.response.set_content(e.request.get_header_value("X-Tag") + "|", "text/plain");
                  }});
    start();
    for (const char* value : {"100%25", "a%0d%0ab", "plain", "%", ""}) {
        RawSocket socket(m_server->port());
        socket.send("GET /header HTTP/1.1\r\nHost: localhost\r\nX-Tag: " + std::string(value) + " \r\n\r\n");
        const std::string expected = "\r\n\r\n" + std::string(value) + "|";
        QVERIFY2(socket.readUntil("|").find(expected) != std::string::npos, value);
    }
}

void TestHttpServer::slowHeadIs408()
{
    start(quickLimits());
    QVERIFY(ask("GET /hello HTTP/1.1\r\nHo").find("HTTP/1.1 408 ") == 0);
}

void TestHttpServer::slowBodyIs408()
{
    start(quickLimits());
    QVERIFY(ask("POST /echo HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer good\r\nContent-Length: "
                "3\r\n\r\nab")
                .find("HTTP/1.1 408 ") == 0);
}

void TestHttpServer::exceptionIs500()
{
    start();
    httplib::Client client(m_server->origin());
    const auto answer = client.Get("/throw");
    QCOMPARE(answer->status, 500);
    QVERIFY(answer->body.find("secret") == std::string::npos);
    QCOMPARE(client.Get("/hello")->status, 200);
}

void TestHttpServer::stuckConnectionsHoldNobodyUp()
{
    start();
    std::vector<RawSocket> stuck;
    for (int i = 0; i < 60; ++i) {
        stuck.emplace_back(m_server->port());
        stuck.back().send("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
        QVERIFY(stuck.back().readUntil("data: x").find("200 OK") != std::string::npos);
    }
    for (int i = 0; i < 150; ++i) {
        stuck.emplace_back(m_server->port());
        stuck.back().send("POST /echo HTTP/1.1\r\nHost: loc");
    }
    // All of those are open still; everybody else is answered.
    for (int i = 0; i < 20; ++i) {
        httplib::Client client(m_server->origin());
        const auto answer = client.Get("/hello");
        QVERIFY(answer);
        QCOMPARE(answer->status, 200);
    }
}

void TestHttpServer::beyondTheCapIs503()
{
    HttpServerOptions options;
    options.maxConnections = 2;
    start(options);
    RawSocket first(m_server->port());
    first.send(Get);
    QVERIFY(first.readUntil("hello").find("200 OK") != std::string::npos);
    {
        RawSocket second(m_server->port());
        second.send(Get);
        QVERIFY(second.readUntil("hello").find("200 OK") != std::string::npos);
        QVERIFY(ask(Get).find("HTTP/1.1 503 ") == 0);
    }
    // The place is free again once its connection is closed.
    std::string answer;
    do {
        RawSocket again(m_server->port());
        again.send("GET /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        answer = again.readAll();
    } while (answer.find("HTTP/1.1 200 ") != 0);
}

void TestHttpServer::stopEndsStreams()
{
    start();
    RawSocket stream(m_server->port());
    stream.send("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
    QVERIFY(stream.readUntil("data: x").find("200 OK") != std::string::npos);
    RawSocket idle(m_server->port());
    m_server->stop();
    QVERIFY(stream.readAll().find("0\r\n\r\n") == std::string::npos); // cut, and seen as cut
    QVERIFY(idle.readAll().empty());
}

void TestHttpServer::portInUseIsSaid()
{
    start();
    HttpServerOptions options;
    options.port = m_server->port();
    const auto second = HttpServer::bind(options);
    QVERIFY(!second);
    QVERIFY(second.error().kind == Error::Kind::InvalidInput);
    QVERIFY(second.error().message.find("in use") != std::string::npos);
    QVERIFY(!second.error().advice.empty());
}

void TestHttpServer::tlsCertificate()
{
    const QTemporaryDir directory;
    const auto files = ensureCertificate(directory.path().toStdString(), m_clock);
    QVERIFY(files);
    const QFileInfo key(QString::fromStdString(files->key));
    QCOMPARE(key.permissions() & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
    HttpServerOptions options;
    options.tls = *files;
    start(options);
    QCOMPARE(m_server->origin().substr(0, 8), std::string("https://"));
    for (const char* host : {"127.0.0.1", "localhost"}) {
        httplib::SSLClient client(host, m_server->port());
        client.set_ca_cert_path(files->certificate);
        client.enable_server_certificate_verification(true);
        const auto answer = client.Get("/hello");
        QVERIFY2(answer, host);
        QCOMPARE(answer->body, std::string("hello"));
    }
    // A second start keeps it, a damaged one is replaced.
    const auto again = ensureCertificate(directory.path().toStdString(), m_clock);
    QVERIFY(again);
    QFile certificate(QString::fromStdString(files->certificate));
    QVERIFY(certificate.open(QIODevice::ReadWrite));
    const QByteArray before = certificate.readAll();
    QVERIFY(certificate.resize(10));
    certificate.close();
    QVERIFY(ensureCertificate(directory.path().toStdString(), m_clock));
    QVERIFY(certificate.open(QIODevice::ReadOnly));
    const QByteArray after = certificate.readAll();
    QVERIFY(after.size() > 100 && after != before);
}

GATEHOUSE_TEST_MAIN(TestHttpServer)
#include "tst_httpserver.moc"
