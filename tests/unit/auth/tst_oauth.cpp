// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN // Qt 6.4's moc does not read concepts
#include "core/auth/identity.h"
#include "core/auth/oauth.h"
#include "tests/support/fakeentra.h"
#include "tests/support/manualclock.h"
#endif
#include "tests/support/testmain.h"

#include <set>

using namespace gatehouse;
using namespace gatehouse::auth;
using namespace gatehouse::test;

class TestOAuth : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsLifetimes_data();
    void readsLifetimes();
    void successIsATopLevelAccessToken();
    void bodiesThatAreNoAnswer_data();
    void bodiesThatAreNoAnswer();
    void everyRefusalHasItsText_data();
    void everyRefusalHasItsText();
    void mergesClaims();
    void readsIdTokens();
    void refusesIdTokens_data();
    void refusesIdTokens();
};

void TestOAuth::readsLifetimes_data()
{
    QTest::addColumn<QString>("expiresIn");
    QTest::addColumn<int>("seconds");
    QTest::newRow("number") << "3599" << 3599;
    QTest::newRow("text") << "\"3599\"" << 3599;
    QTest::newRow("zero") << "0" << 60;
    QTest::newRow("negative") << "-5" << 60;
    QTest::newRow("missing") << "" << 300;
    QTest::newRow("null") << "null" << 300;
    QTest::newRow("continuous access") << "100800" << 100800;
    QTest::newRow("huge") << "9000000000000000000" << 48 * 3600;
}

void TestOAuth::readsLifetimes()
{
    QFETCH(QString, expiresIn);
    QFETCH(int, seconds);
    std::string body = "{\"access_token\":\"a\"";
    if (!expiresIn.isEmpty())
        body += ",\"expires_in\":" + expiresIn.toStdString();
    const auto reply = readTokenReply(body + "}", 200);
    QVERIFY(reply && reply->tokens);
    QCOMPARE(reply->tokens->lifetime.count(), seconds);
}

void TestOAuth::successIsATopLevelAccessToken()
{
    // The claims of a refusal hold the words access_token too.
    const auto refused = readTokenReply(
        R"({"error":"invalid_grant","error_codes":[53003],"claims":"{\"access_token\":{\"capolids\":{}}}"})",
        400);
    QVERIFY(refused && !refused->tokens);
    QCOMPARE(refused->refused.error, std::string("invalid_grant"));
    QVERIFY(refused->refused.has(53003));
    QCOMPARE(refused->refused.claims, std::string(R"({"access_token":{"capolids":{}}})"));
    QVERIFY(!readTokenReply(R"({"access_token":{"nested":1}})", 200));
    QVERIFY(!readTokenReply(R"({"access_token":""})", 200));
}

void TestOAuth::bodiesThatAreNoAnswer_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::newRow("empty") << QByteArray() << 200;
    QTest::newRow("html") << QByteArray("<html>Sign in to the proxy</html>") << 200;
    QTest::newRow("cut") << QByteArray("{\"access_token\":\"a\",\"ref") << 200;
    QTest::newRow("array") << QByteArray("[]") << 200;
    QTest::newRow("neither") << QByteArray("{}") << 200;
    QTest::newRow("html 502") << QByteArray("<html>") << 502;
}

void TestOAuth::bodiesThatAreNoAnswer()
{
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    const auto reply = readTokenReply(body.toStdString(), status);
    QVERIFY(!reply);
    QVERIFY(!reply.error().message.empty());
    QVERIFY(!reply.error().advice.empty());
}

void TestOAuth::everyRefusalHasItsText_data()
{
    QTest::addColumn<QString>("error");
    QTest::addColumn<int>("code");
    QTest::addColumn<bool>("browser");
    QTest::addColumn<bool>("over"); // the refresh token is no good any more
    QTest::newRow("CA policy") << "invalid_grant" << 53003 << true << false;
    QTest::newRow("device policy") << "invalid_grant" << 530033 << true << false;
    QTest::newRow("protocol tracking") << "invalid_grant" << 530036 << true << true;
    QTest::newRow("compliant device") << "invalid_grant" << 53000 << false << false;
    QTest::newRow("MFA") << "invalid_grant" << 50076 << false << false;
    QTest::newRow("revoked") << "invalid_grant" << 50173 << false << true;
    QTest::newRow("unused") << "invalid_grant" << 700082 << false << true;
    QTest::newRow("consent") << "invalid_grant" << 65001 << false << false;
    QTest::newRow("not assigned") << "invalid_grant" << 50105 << false << false;
    QTest::newRow("no tenant") << "invalid_request" << 90002 << false << false;
    QTest::newRow("public client") << "invalid_client" << 7000218 << false << false;
    QTest::newRow("no application") << "unauthorized_client" << 700016 << false << false;
    QTest::newRow("loop") << "invalid_grant" << 50196 << false << false;
    QTest::newRow("expired code") << "expired_token" << 0 << false << false;
    QTest::newRow("declined") << "authorization_declined" << 0 << false << false;
    QTest::newRow("denied") << "access_denied" << 0 << false << false;
    QTest::newRow("bad code") << "bad_verification_code" << 0 << false << false;
    QTest::newRow("interaction") << "interaction_required" << 0 << false << false;
}

void TestOAuth::everyRefusalHasItsText()
{
    QFETCH(QString, error);
    QFETCH(int, code);
    QFETCH(bool, browser);
    QFETCH(bool, over);
    static std::set<std::string> texts;
    OAuthError refused;
    refused.error = error.toStdString();
    if (code != 0)
        refused.codes = {code};
    refused.httpStatus = 400;
    const Error shown = toError(refused);
    QVERIFY(shown.message != "The sign-in service refused the request.");
    QVERIFY(!shown.advice.empty());
    QCOMPARE(shown.serviceCode, code != 0 ? "AADSTS" + std::to_string(code) : error.toStdString());
    QCOMPARE(offersBrowser(refused), browser);
    QCOMPARE(shown.advice.find("browser") != std::string::npos, browser);
    QCOMPARE(endsRefreshToken(refused), over);
    // Two refusals with one text would leave a person guessing; the two words for "declined" are one thing.
    QVERIFY(texts.insert(shown.message).second || error == QLatin1String("access_denied"));
}

void TestOAuth::mergesClaims()
{
    QCOMPARE(mergeClaims(""), std::string(R"({"access_token":{"xms_cc":{"values":["cp1"]}}})"));
    const auto merged =
        parseJson(mergeClaims(R"({"access_token":{"nbf":{"essential":true}},"id_token":{"a":null}})"));
    QVERIFY(merged.has_value());
    QVERIFY((*merged)["access_token"]["nbf"]["essential"] == true);
    QVERIFY((*merged)["access_token"]["xms_cc"]["values"][0] == "cp1");
    QVERIFY(merged->contains("id_token"));
    QCOMPARE(mergeClaims("no json"), mergeClaims(""));
}

void TestOAuth::readsIdTokens()
{
    const ManualClock clock;
    const auto identity = identityFrom(idToken(clock.now(), "n"), ClientId, clock.now(), "n");
    QVERIFY(identity.has_value());
    QCOMPARE(identity->key(), std::string("oid-1.") + TenantId);
    QCOMPARE(identity->name, std::string("Ada Admin"));
    QCOMPARE(identity->username, std::string("ada@contoso.example"));
}

void TestOAuth::refusesIdTokens_data()
{
    QTest::addColumn<QString>("token");
    const ManualClock clock;
    QTest::newRow("empty") << "";
    QTest::newRow("two parts") << "a.b";
    QTest::newRow("no base64") << "a.%%.c";
    QTest::newRow("no object") << "a.W10.c";
    QTest::newRow("audience") << QString::fromStdString(idToken(clock.now(), "n", "another"));
    QTest::newRow("nonce") << QString::fromStdString(idToken(clock.now(), "m"));
    QTest::newRow("expired") << QString::fromStdString(idToken(clock.now() - std::chrono::hours(3), "n"));
}

void TestOAuth::refusesIdTokens()
{
    QFETCH(QString, token);
    const ManualClock clock;
    const auto identity = identityFrom(token.toStdString(), ClientId, clock.now(), "n");
    QVERIFY(!identity);
    QVERIFY(identity.error().kind == Error::Kind::Protocol);
}

GATEHOUSE_TEST_MAIN(TestOAuth)
#include "tst_oauth.moc"
