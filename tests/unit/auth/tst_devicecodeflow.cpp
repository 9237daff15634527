// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN // Qt 6.4's moc does not read concepts
#include "core/auth/devicecodeflow.h"
#include "tests/support/fakeentra.h"
#include "tests/support/manualscheduler.h"
#endif
#include "tests/support/testmain.h"

using namespace gatehouse;
using namespace gatehouse::auth;
using namespace gatehouse::test;
using namespace std::chrono_literals;

namespace {

http::HttpResponse codeReply(int interval = 5, int expiresIn = 900)
{
    return response(200, dumpJson(Json{{"user_code", "ABC-DEF"},
                                       {"device_code", "secret-device-code"},
                                       {"verification_uri", "https://login.example/device"},
                                       {"expires_in", std::to_string(expiresIn)},
                                       {"interval", interval}}));
}

struct Rig
{
    Rig()
        : scheduler(clock)
        , entra(http, clock, {"https://login.example", TenantId, ClientId})
        , flow(entra, clock, scheduler)
    {
        QObject::connect(&flow, &DeviceCodeFlow::codeReady, &flow,
                         [this](const std::string& code, const std::string& uri, DateTime) {
                             userCode = code;
                             verificationUri = uri;
                         });
        QObject::connect(&flow, &DeviceCodeFlow::succeeded, &flow,
                         [this](const Tokens& got) { tokens = got; });
        QObject::connect(&flow, &DeviceCodeFlow::failed, &flow, [this](const Error& why, bool browser) {
            ++failures;
            error = why;
            offered = browser;
        });
    }

    ManualClock clock;
    ManualScheduler scheduler;
    FakeHttp http;
    EntraClient entra;
    DeviceCodeFlow flow;
    std::string userCode;
    std::string verificationUri;
    std::optional<Tokens> tokens;
    Error error;
    bool offered = false;
    int failures = 0;
};

} // namespace

class TestDeviceCodeFlow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pollsUntilApproved();
    void slowsDown();
    void endsWithItsText_data();
    void endsWithItsText();
    void expiresByItself();
    void outlivesTemporaryTrouble();
    void cancelEndsThePolling();
    void aNewStartEndsTheOld();
    void refusesBadAnswers_data();
    void refusesBadAnswers();
    void pollsAtOnceForOurOwnStack();
};

void TestDeviceCodeFlow::pollsUntilApproved()
{
    Rig rig;
    rig.flow.start("arm/.default", {});
    QVERIFY(rig.http.requests[0].url ==
            std::string("https://login.example/") + TenantId + "/oauth2/v2.0/devicecode");
    rig.http.answer(codeReply());
    QCOMPARE(rig.userCode, std::string("ABC-DEF"));
    QCOMPARE(rig.verificationUri, std::string("https://login.example/device"));
    rig.scheduler.advance(4999ms);
    QCOMPARE(rig.http.requests.size(), 1U);
    for (int i = 0; i < 3; ++i) {
        rig.scheduler.advance(5s);
        QCOMPARE(rig.http.requests.size(), static_cast<std::size_t>(i) + 2);
        rig.scheduler.advance(60s); // a slow answer is not overtaken by the next poll
        QCOMPARE(rig.http.requests.size(), static_cast<std::size_t>(i) + 2);
        rig.http.answer(oauthError("authorization_pending", {70016}));
    }
    rig.scheduler.advance(5s);
    QCOMPARE(FakeEntra::field(rig.http.requests.back(), "device_code"), std::string("secret-device-code"));
    rig.http.answer(response(200, "{\"access_token\":\"at\",\"refresh_token\":\"rt\",\"expires_in\":3600}"));
    QVERIFY(rig.tokens.has_value());
    QCOMPARE(rig.tokens->refreshToken, std::string("rt"));
    QCOMPARE(rig.failures, 0);
    rig.scheduler.advance(600s);
    QCOMPARE(rig.http.requests.size(), 5U);
}

void TestDeviceCodeFlow::slowsDown()
{
    Rig rig;
    rig.flow.start("arm", {});
    rig.http.answer(codeReply(5));
    rig.scheduler.advance(5s);
    rig.http.answer(oauthError("slow_down"));
    QCOMPARE(rig.scheduler.untilNext(), std::chrono::milliseconds(10'000));
    rig.scheduler.advance(10s);
    rig.http.answer(oauthError("slow_down"));
    QCOMPARE(rig.scheduler.untilNext(), std::chrono::milliseconds(15'000));
    rig.scheduler.advance(15s);
    rig.http.answer(oauthError("authorization_pending"));
    QCOMPARE(rig.scheduler.untilNext(), std::chrono::milliseconds(15'000)); // for good
}

void TestDeviceCodeFlow::endsWithItsText_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("code");
    QTest::addColumn<bool>("browser");
    QTest::newRow("declined") << "authorization_declined" << 0 << false;
    QTest::newRow("denied") << "access_denied" << 0 << false;
    QTest::newRow("expired") << "expired_token" << 70020 << false;
    QTest::newRow("garbled") << "bad_verification_code" << 0 << false;
    QTest::newRow("policy") << "invalid_grant" << 53003 << true;
    QTest::newRow("device policy") << "invalid_grant" << 530033 << true;
    QTest::newRow("protocol tracking") << "invalid_grant" << 530036 << true;
    QTest::newRow("MFA") << "invalid_grant" << 50076 << false;
    QTest::newRow("public client") << "invalid_client" << 7000218 << false;
}

void TestDeviceCodeFlow::endsWithItsText()
{
    QFETCH(QString, name);
    QFETCH(int, code);
    QFETCH(bool, browser);
    Rig rig;
    rig.flow.start("arm", {});
    rig.http.answer(codeReply());
    rig.scheduler.advance(5s);
    rig.http.answer(oauthError(name.toStdString(), code == 0 ? std::vector<int>{} : std::vector<int>{code}));
    QCOMPARE(rig.failures, 1);
    QCOMPARE(rig.offered, browser);
    QVERIFY(!rig.error.message.empty());
    QVERIFY(!rig.error.advice.empty());
    QCOMPARE(rig.error.correlationId, std::string("corr-1"));
    QVERIFY(rig.error.details().find("secret-device-code") == std::string::npos);
    rig.scheduler.advance(600s);
    QCOMPARE(rig.http.requests.size(), 2U);
}

void TestDeviceCodeFlow::expiresByItself()
{
    Rig rig;
    rig.flow.start("arm", {});
    rig.http.answer(codeReply(5, 12));
    rig.scheduler.advance(5s);
    rig.http.answer(oauthError("authorization_pending"));
    rig.scheduler.advance(5s);
    rig.http.answer(oauthError("authorization_pending"));
    rig.scheduler.advance(5s);
    QCOMPARE(rig.failures, 1);
    QCOMPARE(rig.error.serviceCode, std::string("expired_token"));
    QCOMPARE(rig.http.requests.size(), 3U);
}

void TestDeviceCodeFlow::outlivesTemporaryTrouble()
{
    Rig rig;
    rig.flow.start("arm", {});
    rig.http.answer(codeReply());
    rig.scheduler.advance(5s);
    rig.http.answer(networkFailure());
    QVERIFY(rig.scheduler.untilNext() >= 10s); // less often after a failed connection
    rig.scheduler.advance(10s);
    rig.http.answer(response(429, "{\"error\":\"temporarily_unavailable\"}", {{"Retry-After", "40"}}));
    QCOMPARE(rig.scheduler.untilNext(), std::chrono::milliseconds(40'000));
    rig.scheduler.advance(40s);
    rig.http.answer(response(503, "<html>"));
    rig.scheduler.advance(60s);
    rig.http.answer(response(200, "{\"access_token\":\"at\"}"));
    QVERIFY(rig.tokens.has_value());
    QCOMPARE(rig.failures, 0);
}

void TestDeviceCodeFlow::cancelEndsThePolling()
{
    Rig rig;
    rig.flow.start("arm", {});
    rig.http.answer(codeReply());
    rig.scheduler.advance(5s);
    rig.flow.cancel();
    QVERIFY(rig.http.stops.back().stop_requested());
    rig.http.answer(response(200, "{\"access_token\":\"at\"}"));
    rig.scheduler.advance(600s);
    QVERIFY(!rig.tokens);
    QCOMPARE(rig.failures, 0);
    QCOMPARE(rig.http.requests.size(), 2U);
}

void TestDeviceCodeFlow::aNewStartEndsTheOld()
{
    Rig rig;
    rig.flow.start("arm", {});
    rig.flow.start("arm", "{\"access_token\":{\"nbf\":{}}}");
    rig.http.answer(codeReply());
    QVERIFY(rig.userCode.empty());
    rig.http.answer(codeReply());
    QCOMPARE(rig.userCode, std::string("ABC-DEF"));
    QVERIFY(FakeEntra::field(rig.http.requests[1], "claims").find("nbf") != std::string::npos);
    QCOMPARE(rig.scheduler.pending(), 1U);
}

void TestDeviceCodeFlow::refusesBadAnswers_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("html") << QByteArray("<html>");
    QTest::newRow("empty") << QByteArray("{}");
    QTest::newRow("plain http") << QByteArray(
        "{\"user_code\":\"A\",\"device_code\":\"B\",\"verification_uri\":\"http://login.example/\"}");
    QTest::newRow("script") << QByteArray(
        "{\"user_code\":\"A\",\"device_code\":\"B\",\"verification_uri\":\"javascript:alert(1)\"}");
}

void TestDeviceCodeFlow::refusesBadAnswers()
{
    QFETCH(QByteArray, body);
    Rig rig;
    rig.flow.start("arm", {});
    rig.http.answer(response(200, body.toStdString()));
    QCOMPARE(rig.failures, 1);
    QVERIFY(rig.userCode.empty());
}

void TestDeviceCodeFlow::pollsAtOnceForOurOwnStack()
{
    Rig rig;
    rig.flow.start("arm", {}, true);
    rig.http.answer(codeReply());
    rig.scheduler.advance(0s);
    QCOMPARE(rig.http.requests.size(), 2U);
}

GATEHOUSE_TEST_MAIN(TestDeviceCodeFlow)
#include "tst_devicecodeflow.moc"
