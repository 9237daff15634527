// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN // Qt 6.4's moc does not read concepts
#include "core/azure/authorizedclient.h"
#include "core/base/encoding.h"
#include "tests/support/fakehttp.h"
#include "tests/support/faketokens.h"
#include "tests/support/futures.h"
#include "tests/support/manualclock.h"
#endif
#include "tests/support/testmain.h"

using namespace gatehouse;
using namespace gatehouse::azure;
using namespace gatehouse::test;

namespace {

const std::string Claims = R"({"access_token":{"nbf":{"essential":true}}})";

http::HttpResponse challenge()
{
    return response(
        401, {},
        {{"WWW-Authenticate", "Bearer error=\"insufficient_claims\", claims=\"" + toBase64(Claims) + "\""}});
}

http::HttpRequest get()
{
    http::HttpRequest request;
    request.url = "https://arm.example/";
    return request;
}

struct Rig
{
    explicit Rig(FakeHttp::Handler handler = {})
        : http(std::move(handler))
        , client(http, tokens, clock)
    {}
    [[nodiscard]] Result<http::HttpResponse> send()
    {
        return await(client.send(get(), {"arm/.default", "tenant"}, {}));
    }

    ManualClock clock;
    FakeHttp http;
    FakeTokens tokens;
    AuthorizedClient client;
};

} // namespace

class TestAuthorizedClient : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void addsTheToken();
    void answersAChallengeOnce();
    void renewsOnceWithoutAChallenge();
    void staysWithinTheAttempts();
    void withoutATokenNothingIsSent();
    void errorsByStatus_data();
    void errorsByStatus();
    void errorsKeepTheIds();
};

void TestAuthorizedClient::addsTheToken()
{
    Rig rig([](const http::HttpRequest&) { return response(200, "x"); });
    QCOMPARE(rig.send()->body, std::string("x"));
    QCOMPARE(rig.http.requests[0].headers.text("Authorization"), std::string("Bearer token-1"));
    QVERIFY(isGuid(rig.http.requests[0].headers.text("x-ms-client-request-id")));
    QCOMPARE(rig.tokens.requests[0].scope, std::string("arm/.default"));
    QCOMPARE(rig.tokens.requests[0].tenantId, std::string("tenant"));
}

void TestAuthorizedClient::answersAChallengeOnce()
{
    Rig good;
    const auto answer = good.client.send(get(), {"arm"}, {});
    good.http.answer(challenge());
    QCOMPARE(good.tokens.requests.back().claims, Claims);
    QCOMPARE(good.tokens.requests.back().rejected, std::string("token-1"));
    good.http.answer(response(200));
    QVERIFY(answer.result().has_value());
    QCOMPARE(good.http.requests.back().headers.all("Authorization"),
             std::vector<std::string>{"Bearer token-2"});

    Rig again([](const http::HttpRequest&) { return challenge(); });
    const auto refused = again.send();
    QVERIFY(refused.error().kind == Error::Kind::SignInRequired);
    QCOMPARE(refused.error().claims, Claims);
    QCOMPARE(again.http.requests.size(), 2U); // never a loop
}

void TestAuthorizedClient::renewsOnceWithoutAChallenge()
{
    Rig rig([](const http::HttpRequest& request) {
        return response(request.headers.text("Authorization") == "Bearer token-2" ? 200 : 401);
    });
    QVERIFY(rig.send().has_value());
    Rig refused([](const http::HttpRequest&) {
        return response(401, R"({"error":{"code":"InvalidAuthenticationToken","message":"no"}})");
    });
    QVERIFY(refused.send().error().kind == Error::Kind::SignInRequired);
    QCOMPARE(refused.http.requests.size(), 2U);
}

void TestAuthorizedClient::staysWithinTheAttempts()
{
    // The layer below has used two of three for the first 401.
    Rig rig([](const http::HttpRequest& request) {
        http::HttpResponse answer = response(401);
        answer.attempts = std::min(2, request.maxAttempts);
        return answer;
    });
    QVERIFY(!rig.send());
    QCOMPARE(rig.http.requests.size(), 2U);
    QCOMPARE(rig.http.requests[1].maxAttempts, 1);
    Rig used([](const http::HttpRequest&) {
        http::HttpResponse answer = response(401);
        answer.attempts = 3;
        return answer;
    });
    QVERIFY(!used.send());
    QCOMPARE(used.http.requests.size(), 1U);
}

void TestAuthorizedClient::withoutATokenNothingIsSent()
{
    Rig rig([](const http::HttpRequest&) { return response(200); });
    Error error;
    error.kind = Error::Kind::SignInRequired;
    rig.tokens.refusal = error;
    QVERIFY(rig.send().error().kind == Error::Kind::SignInRequired);
    QVERIFY(rig.http.requests.empty());
}

void TestAuthorizedClient::errorsByStatus_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("kind");
    QTest::newRow("301") << 301 << "http";
    QTest::newRow("400") << 400 << "invalid_input";
    QTest::newRow("401") << 401 << "sign_in_required";
    QTest::newRow("403") << 403 << "denied";
    QTest::newRow("404") << 404 << "not_found";
    QTest::newRow("409") << 409 << "conflict";
    QTest::newRow("412") << 412 << "conflict";
    QTest::newRow("429") << 429 << "throttled";
    QTest::newRow("500") << 500 << "http";
    QTest::newRow("503") << 503 << "unavailable";
    QTest::newRow("504") << 504 << "timeout";
}

void TestAuthorizedClient::errorsByStatus()
{
    QFETCH(int, status);
    QFETCH(QString, kind);
    for (const std::string& body :
         {std::string(), std::string("<html>front door</html>"), std::string(R"({"code":"X","message":"m"})"),
          std::string(R"({"error":{"code":"X","message":"m"}})"),
          std::string(R"({"error":{"code":"X","message":{"lang":"en","value":"m"}}})"),
          std::string("{\"error\":")}) {
        const Error error = serviceError(response(status, body), "The service", {});
        QCOMPARE(QString::fromStdString(toString(error.kind)), kind);
        QCOMPARE(error.httpStatus, status);
        QVERIFY(!error.message.empty());
        QVERIFY(!error.advice.empty());
        QVERIFY(error.message.find('<') == std::string::npos);
    }
}

void TestAuthorizedClient::errorsKeepTheIds()
{
    const Error error = serviceError(response(429, R"({"error":{"code":"TooMany","message":"Slow down."}})",
                                              {{"x-ms-request-id", "{req-1}"},
                                               {"x-ms-correlation-request-id", "corr-1"},
                                               {"Retry-After", "7"}}),
                                     "Azure Resource Manager", {});
    QCOMPARE(error.requestId, std::string("req-1"));
    QCOMPARE(error.correlationId, std::string("corr-1"));
    QCOMPARE(error.serviceCode, std::string("TooMany"));
    QCOMPARE(error.retryAfter.value(), std::chrono::milliseconds(7000));
}

GATEHOUSE_TEST_MAIN(TestAuthorizedClient)
#include "tst_authorizedclient.moc"
