// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN // Qt 6.4's moc does not read concepts
#include "core/auth/browserflow.h"
#include "tests/support/fakeentra.h"
#include "tests/support/futures.h"
#include "tests/support/manualscheduler.h"
#endif
#include "tests/support/testmain.h"

#include <QtCore/QUrlQuery>
#include <QtNetwork/QTcpSocket>

using namespace gatehouse;
using namespace gatehouse::auth;
using namespace gatehouse::test;
using namespace std::chrono_literals;

namespace {

struct Rig
{
    Rig()
        : scheduler(clock)
        , entra(http, clock, {"https://login.example", TenantId, ClientId})
        , flow(entra, scheduler)
    {
        QObject::connect(&flow, &BrowserFlow::browserNeeded, &flow,
                         [this](const QString& url) { page = QUrl(url); });
        QObject::connect(&flow, &BrowserFlow::succeeded, &flow,
                         [this](const Tokens& got, const std::string& sent) {
                             tokens = got;
                             nonce = sent;
                         });
        QObject::connect(&flow, &BrowserFlow::failed, &flow, [this](const Error& why) {
            ++failures;
            error = why;
        });
    }

    [[nodiscard]] std::string query(const char* name) const
    {
        return QUrlQuery(page).queryItemValue(QLatin1String(name), QUrl::FullyDecoded).toStdString();
    }
    [[nodiscard]] quint16 port() const
    {
        return static_cast<quint16>(QUrl(QString::fromStdString(query("redirect_uri"))).port());
    }

    /// What the listener answers to these bytes.
    [[nodiscard]] std::string exchange(const std::string& bytes) const
    {
        QTcpSocket socket;
        socket.connectToHost(QHostAddress::LocalHost, port());
        socket.write(bytes.data(), static_cast<qint64>(bytes.size()));
        // Without an end in time the text is short, and the comparison fails.
        static_cast<void>(QTest::qWaitFor(
            [&socket] { return socket.state() == QAbstractSocket::UnconnectedState; }, 20'000));
        return socket.readAll().toStdString();
    }
    [[nodiscard]] std::string host() const { return "Host: localhost:" + std::to_string(port()) + "\r\n"; }
    [[nodiscard]] std::string get(const std::string& target) const
    {
        return exchange("GET " + target + " HTTP/1.1\r\n" + host() + "\r\n");
    }
    [[nodiscard]] std::string post(const std::string& body, const std::string& type) const
    {
        return exchange("POST / HTTP/1.1\r\n" + host() + "Content-Type: " + type +
                        "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    }

    ManualClock clock;
    ManualScheduler scheduler;
    FakeHttp http;
    EntraClient entra;
    BrowserFlow flow;
    QUrl page;
    std::optional<Tokens> tokens;
    std::string nonce;
    Error error;
    int failures = 0;
};

constexpr const char* Form = "application/x-www-form-urlencoded";

} // namespace

class TestBrowserFlow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void challengeIsRfc7636();
    void redeemsTheCodeOfAForm();
    void redeemsTheCodeOfAQuery();
    void refusesWhatIsNotTheAnswer();
    void repeatsNothingThatItWasSent();
    void anErrorOfTheServiceEndsIt();
    void patienceEnds();
    void cancelClosesThePort();
};

void TestBrowserFlow::challengeIsRfc7636()
{
    // RFC 7636, appendix B.
    QCOMPARE(pkceChallenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
             std::string("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"));
}

void TestBrowserFlow::redeemsTheCodeOfAForm()
{
    Rig rig;
    rig.flow.start("arm/.default", {});
    QCOMPARE(rig.query("response_mode"), std::string("form_post"));
    QCOMPARE(rig.query("code_challenge_method"), std::string("S256"));
    QVERIFY(rig.query("redirect_uri").starts_with("http://localhost:"));
    const std::string page = rig.post("code=the-code&state=" + rig.query("state"), Form);
    QVERIFY(page.starts_with("HTTP/1.1 200"));
    QTRY_COMPARE(rig.http.requests.size(), 1U);
    const http::HttpRequest& redeem = rig.http.requests[0];
    QCOMPARE(FakeEntra::field(redeem, "code"), std::string("the-code"));
    QCOMPARE(FakeEntra::field(redeem, "redirect_uri"), rig.query("redirect_uri"));
    QCOMPARE(pkceChallenge(FakeEntra::field(redeem, "code_verifier")), rig.query("code_challenge"));
    QVERIFY(FakeEntra::field(redeem, "client_secret").empty());
    rig.http.answer(response(200, "{\"access_token\":\"at\",\"refresh_token\":\"rt\"}"));
    QVERIFY(rig.tokens.has_value());
    QCOMPARE(rig.nonce, rig.query("nonce"));
}

void TestBrowserFlow::redeemsTheCodeOfAQuery()
{
    Rig rig;
    rig.flow.start("arm/.default", {});
    QVERIFY(rig.get("/?code=c%2B1&state=" + rig.query("state")).starts_with("HTTP/1.1 200"));
    QTRY_COMPARE(rig.http.requests.size(), 1U);
    QCOMPARE(FakeEntra::field(rig.http.requests[0], "code"), std::string("c+1"));
}

void TestBrowserFlow::refusesWhatIsNotTheAnswer()
{
    Rig rig;
    rig.flow.start("arm/.default", {});
    const std::string state = rig.query("state");
    QVERIFY(rig.get("/favicon.ico").starts_with("HTTP/1.1 404"));
    QVERIFY(rig.get("/?code=x&state=guessed").starts_with("HTTP/1.1 400"));
    QVERIFY(rig.get("/?code=x").starts_with("HTTP/1.1 400"));
    QVERIFY(rig.get("/?state=" + state).starts_with("HTTP/1.1 400"));
    QVERIFY(rig.post("{\"code\":\"x\"}", "application/json").starts_with("HTTP/1.1 415"));
    QVERIFY(rig.exchange("PUT / HTTP/1.1\r\n" + rig.host() + "\r\n").starts_with("HTTP/1.1 405"));
    QVERIFY(rig.exchange("garbage\r\n\r\n").starts_with("HTTP/1.1 400"));
    QVERIFY(rig.exchange("GET /?code=x&state=" + state + " HTTP/1.1\r\nHost: evil.example\r\n\r\n")
                .starts_with("HTTP/1.1 400"));
    QVERIFY(rig.exchange("POST / HTTP/1.1\r\n" + rig.host() + "Content-Length: 9999999\r\n\r\n")
                .starts_with("HTTP/1.1 413"));
    QCOMPARE(rig.http.requests.size(), 0U);
    QCOMPARE(rig.failures, 0);
    // It still waits for the real one, and takes one only.
    QVERIFY(rig.post("code=good&state=" + state, Form).starts_with("HTTP/1.1 200"));
    QTRY_COMPARE(rig.http.requests.size(), 1U);
}

void TestBrowserFlow::repeatsNothingThatItWasSent()
{
    Rig rig;
    rig.flow.start("arm/.default", {});
    const std::string page = rig.get("/?code=<script>alert(1)</script>&error_description=<b>x</b>");
    QVERIFY(page.find("script>alert") == std::string::npos);
    QVERIFY(page.find("Content-Security-Policy: default-src 'none'") != std::string::npos);
}

void TestBrowserFlow::anErrorOfTheServiceEndsIt()
{
    Rig rig;
    rig.flow.start("arm/.default", {});
    QVERIFY(rig.post("error=access_denied&state=" + rig.query("state"), Form).starts_with("HTTP/1.1 200"));
    QTRY_COMPARE(rig.failures, 1);
    QCOMPARE(rig.error.message, std::string("The sign-in was declined."));
    QVERIFY(rig.http.requests.empty());
}

void TestBrowserFlow::patienceEnds()
{
    Rig rig;
    rig.flow.start("arm/.default", {});
    rig.scheduler.advance(5min);
    QCOMPARE(rig.failures, 1);
    QVERIFY(rig.error.kind == Error::Kind::Timeout);
}

void TestBrowserFlow::cancelClosesThePort()
{
    Rig rig;
    rig.flow.start("arm/.default", {});
    rig.flow.cancel();
    QTcpSocket socket;
    socket.connectToHost(QHostAddress::LocalHost, rig.port());
    QVERIFY(QTest::qWaitFor([&socket] { return socket.error() == QAbstractSocket::ConnectionRefusedError; }));
    QCOMPARE(rig.failures, 0);
}

GATEHOUSE_TEST_MAIN(TestBrowserFlow)
#include "tst_browserflow.moc"
