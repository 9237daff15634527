// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"
#include "tests/unit/local/signinharness.h"

using namespace gatehouse;
using namespace gatehouse::local;
using namespace gatehouse::local::test;

/// The endpoints of Entra over HTTP: what they say of themselves, the device code, the tokens.
class TestSignIn : public QObject, protected SignInHarness
{
    Q_OBJECT

private Q_SLOTS:
    void metadata();
    void instanceDiscovery();
    void deviceCodeIsApproved();
    void deviceCodeIsDeclined();
    void deviceCodeExpires();
    void fastPollsSlowDown();
    void approvalAtOnce();
    void deviceErrors_data();
    void deviceErrors();
    void tokenErrors_data();
    void tokenErrors();
    void errorBody();
    void pageEscapes();
    void foreignFormIsRefused();
    void refreshForSeveralResources();
    void refreshTokenExpires();
    void claimsParameter();
};

void TestSignIn::metadata()
{
    start();
    httplib::Client client = m_harness->client();
    const Json document = jsonOf(client.Get(Tenant + "/v2.0/.well-known/openid-configuration"));
    const std::string origin = m_harness->server->origin();
    QCOMPARE(textAt(document, "issuer"), origin + Tenant + "/v2.0");
    QCOMPARE(textAt(document, "device_authorization_endpoint"), origin + DevicePath);
    QCOMPARE(textAt(document, "jwks_uri"), origin + Tenant + "/discovery/v2.0/keys");
    // A caller that says localhost gets localhost back: its issuer check compares hosts.
    const auto localhost = client.Get(Tenant + "/v2.0/.well-known/openid-configuration",
                                      {{"Host", "localhost:" + std::to_string(m_harness->server->port())}});
    QVERIFY(textAt(jsonOf(localhost), "issuer").find("http://localhost:") == 0);
    const Json any = jsonOf(client.Get("/organizations/v2.0/.well-known/openid-configuration"));
    QVERIFY(textAt(any, "issuer").find("{tenantid}") != std::string::npos);
    const Json keys = jsonOf(client.Get(Tenant + "/discovery/v2.0/keys"));
    QCOMPARE(textAt(memberAt(keys, "keys")[0], "kty"), std::string("RSA"));
    const auto wrong =
        client.Get("/11111111-1111-1111-1111-111111111111/v2.0/.well-known/openid-configuration");
    QCOMPARE(wrong->status, 400);
    QCOMPARE(memberAt(jsonOf(wrong), "error_codes")[0].get<int>(), 90002);
}

void TestSignIn::instanceDiscovery()
{
    start();
    httplib::Client client = m_harness->client();
    const std::string path = "/common/discovery/instance?api-version=1.1&authorization_endpoint=";
    const Json good = jsonOf(client.Get(path + percentEncode(m_harness->server->origin() + AuthorizePath)));
    QVERIFY(textAt(good, "tenant_discovery_endpoint").find("/v2.0/.well-known/openid-configuration") !=
            std::string::npos);
    QCOMPARE(memberAt(memberAt(good, "metadata")[0], "aliases").size(), std::size_t{2});
    const auto bad = client.Get(path + percentEncode("https://login.example/x"));
    QCOMPARE(bad->status, 400);
    QCOMPARE(textAt(jsonOf(bad), "error"), std::string("invalid_instance"));
}

void TestSignIn::deviceCodeIsApproved()
{
    start();
    const Json code = deviceCode();
    QCOMPARE(integerAt(code, "interval"), 5);
    QCOMPARE(integerAt(code, "expires_in"), 900);
    QVERIFY(!code.contains("verification_uri_complete"));
    QVERIFY(textAt(code, "message").find(textAt(code, "user_code")) != std::string::npos);
    QCOMPARE(pollError(code), std::string("authorization_pending"));
    const std::string typed = toLower(textAt(code, "user_code").insert(4, "-"));
    QCOMPARE(post("/devicelogin", {{"user_code", typed}, {"persona", "manager"}})->status, 200);
    const Json answer = jsonOf(poll(code));
    QCOMPARE(textAt(answer, "token_type"), std::string("Bearer"));
    QCOMPARE(integerAt(answer, "expires_in"), 3'600);
    const Json access = claimsOf(textAt(answer, "access_token"));
    QCOMPARE(textAt(access, "aud"), std::string(seed::LogsAudience));
    QCOMPARE(textAt(access, "scp"), std::string("Data.Read"));
    const Json identity = claimsOf(textAt(answer, "id_token"));
    QCOMPARE(textAt(identity, "aud"), Client);
    QCOMPARE(textAt(identity, "name"), std::string("Max Manager"));
    QCOMPARE(textAt(identity, "oid"), std::string(personaByKey("manager")->objectId));
    QCOMPARE(textAt(identity, "tid"), std::string(seed::TenantId));
    QVERIFY(!textAt(answer, "refresh_token").empty());
    QVERIFY(!answer.contains("client_info"));
    QCOMPARE(pollError(code), std::string("bad_verification_code")); // used up
}

void TestSignIn::deviceCodeIsDeclined()
{
    start();
    const Json code = deviceCode();
    const std::string typed = textAt(code, "user_code");
    QCOMPARE(post("/devicelogin", {{"user_code", typed}, {"persona", ""}})->status, 200);
    QCOMPARE(pollError(code), std::string("authorization_declined"));
    QCOMPARE(post("/devicelogin", {{"user_code", typed}, {"persona", "admin"}})->status, 400);
    QCOMPARE(pollError(code), std::string("authorization_declined"));
}

void TestSignIn::deviceCodeExpires()
{
    start();
    const Json code = deviceCode();
    m_harness->clock.advance(std::chrono::seconds(901));
    QCOMPARE(pollError(code), std::string("expired_token"));
    QCOMPARE(post("/devicelogin", {{"user_code", textAt(code, "user_code")}, {"persona", "admin"}})->status,
             400);
    m_harness->clock.advance(std::chrono::seconds(1'000));
    (void)deviceCode(); // forgets what is long over
    QCOMPARE(pollError(code), std::string("bad_verification_code"));
}

void TestSignIn::fastPollsSlowDown()
{
    start();
    const Json code = deviceCode();
    QCOMPARE(pollError(code), std::string("authorization_pending"));
    m_harness->clock.advance(std::chrono::seconds(2));
    QCOMPARE(pollError(code), std::string("slow_down"));
    m_harness->clock.advance(std::chrono::seconds(6)); // the interval is 10 s now
    QCOMPARE(pollError(code), std::string("slow_down"));
    m_harness->clock.advance(std::chrono::seconds(15));
    QCOMPARE(pollError(code), std::string("authorization_pending"));
    // An approved code is handed out however early.
    QCOMPARE(post("/devicelogin", {{"user_code", textAt(code, "user_code")}, {"persona", "admin"}})->status,
             200);
    QCOMPARE(poll(code)->status, 200);
}

void TestSignIn::approvalAtOnce()
{
    start("developer");
    const auto answer = post(TokenPath, {{"grant_type", "device_code"}, // MSAL's spelling
                                         {"client_id", Client},
                                         {"device_code", textAt(deviceCode(), "device_code")},
                                         {"scope", std::string(seed::GatewayAudience) + "/.default"},
                                         {"client_info", "1"}});
    QCOMPARE(answer->status, 200);
    const Json access = claimsOf(textAt(jsonOf(answer), "access_token"));
    QCOMPARE(memberAt(access, "roles"), Json::array({"AI.User"}));
    const auto info = parseJson(*fromBase64(textAt(jsonOf(answer), "client_info")));
    QCOMPARE(textAt(*info, "utid"), std::string(seed::TenantId));
    const auto location = authorize({{"state", "state-1"}})->get_header_value("Location");
    QVERIFY(location.find(Redirect + "?code=") == 0);
    QCOMPARE(fieldOf(decodeForm(location.substr(location.find('?') + 1)), "state"), std::string("state-1"));
}

void TestSignIn::deviceErrors_data()
{
    QTest::addColumn<QByteArray>("client");
    QTest::addColumn<QByteArray>("scope");
    QTest::addColumn<QByteArray>("error");
    QTest::addColumn<int>("number");
    const QByteArray client(Client.c_str());
    QTest::newRow("unknown client") << QByteArray("22222222-2222-2222-2222-222222222222")
                                    << QByteArray("openid") << QByteArray("unauthorized_client") << 700016;
    QTest::newRow("no client") << QByteArray() << QByteArray("openid") << QByteArray("invalid_request")
                               << 900144;
    QTest::newRow("no scope") << client << QByteArray() << QByteArray("invalid_request") << 900144;
    QTest::newRow("malformed scope") << client << QByteArray("nonsense") << QByteArray("invalid_scope")
                                     << 70011;
    QTest::newRow("unknown resource") << client << QByteArray("https://vault.azure.net/.default")
                                      << QByteArray("invalid_resource") << 500011;
    QTest::newRow("unknown permission") << client << QByteArray("https://api.loganalytics.io/Data.Write")
                                        << QByteArray("invalid_scope") << 650053;
    QTest::newRow("two resources") << client
                                   << QByteArray("https://api.loganalytics.io/.default "
                                                 "https://management.azure.com/.default")
                                   << QByteArray("invalid_request") << 28000;
}

void TestSignIn::deviceErrors()
{
    QFETCH(QByteArray, client);
    QFETCH(QByteArray, scope);
    QFETCH(QByteArray, error);
    QFETCH(int, number);
    start();
    const auto answer =
        post(DevicePath, with({{"client_id", client.toStdString()}}, "scope", scope.toStdString()));
    QCOMPARE(answer->status, 400);
    QCOMPARE(textAt(jsonOf(answer), "error"), error.toStdString());
    QCOMPARE(memberAt(jsonOf(answer), "error_codes"), Json::array({number}));
}

void TestSignIn::tokenErrors_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("error");
    const QByteArray client = "client_id=" + QByteArray(Client.c_str());
    QTest::newRow("empty") << QByteArray() << 400 << QByteArray("invalid_request");
    QTest::newRow("no grant") << client << 400 << QByteArray("invalid_request");
    QTest::newRow("other grant") << client + "&grant_type=password" << 400
                                 << QByteArray("unsupported_grant_type");
    QTest::newRow("secret") << client + "&grant_type=refresh_token&client_secret=x" << 401
                            << QByteArray("invalid_client");
    QTest::newRow("garbled device code")
        << client + "&grant_type=device_code&device_code=%00x" << 400 << QByteArray("bad_verification_code");
    QTest::newRow("garbled refresh token")
        << client + "&grant_type=refresh_token&refresh_token=a.b" << 400 << QByteArray("invalid_grant");
    QTest::newRow("unknown code") << client + "&grant_type=authorization_code&code=x&code_verifier=y" << 400
                                  << QByteArray("invalid_grant");
}

void TestSignIn::tokenErrors()
{
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    QFETCH(QByteArray, error);
    start();
    const auto answer =
        m_harness->client().Post(TokenPath, body.toStdString(), "application/x-www-form-urlencoded");
    QCOMPARE(answer->status, status);
    QCOMPARE(textAt(jsonOf(answer), "error"), error.toStdString());
    const auto asJson = m_harness->client().Post(TokenPath, "{}", "application/json");
    QCOMPARE(asJson->status, 400);
}

void TestSignIn::errorBody()
{
    start();
    const std::string id = randomGuid();
    const auto answer = m_harness->client().Post(TokenPath, {{"client-request-id", id}}, "",
                                                 "application/x-www-form-urlencoded");
    const Json body = jsonOf(answer);
    QCOMPARE(textAt(body, "correlation_id"), id);
    QVERIFY(isGuid(textAt(body, "trace_id")));
    QCOMPARE(textAt(body, "timestamp"), std::string("2026-06-01 00:00:00Z"));
    const std::string description = textAt(body, "error_description");
    QVERIFY(description.find("AADSTS900144: ") == 0);
    QVERIFY(description.find("\r\nCorrelation ID: " + id + "\r\nTimestamp: ") != std::string::npos);
}

void TestSignIn::pageEscapes()
{
    start();
    const auto page =
        m_harness->client().Get("/devicelogin?user_code=" + percentEncode("\"><script>x</script>"));
    QCOMPARE(page->status, 200);
    QVERIFY(page->body.find("<script>") == std::string::npos);
    QVERIFY(page->body.find("&lt;script&gt;") != std::string::npos);
    QVERIFY(page->get_header_value("Content-Security-Policy").find("script-src 'none'") != std::string::npos);
}

void TestSignIn::foreignFormIsRefused()
{
    start();
    const Json code = deviceCode();
    const FormFields fields = {{"user_code", textAt(code, "user_code")}, {"persona", "admin"}};
    const auto answer = m_harness->client().Post("/devicelogin", {{"Origin", "https://evil.example"}},
                                                 encodeForm(fields), "application/x-www-form-urlencoded");
    QCOMPARE(answer->status, 403);
    QCOMPARE(pollError(code), std::string("authorization_pending"));
    const auto own = m_harness->client().Post("/devicelogin", {{"Origin", m_harness->server->origin()}},
                                              encodeForm(fields), "application/x-www-form-urlencoded");
    QCOMPARE(own->status, 200);
}

void TestSignIn::refreshForSeveralResources()
{
    start("admin");
    const Json first = jsonOf(poll(deviceCode()));
    std::string refresh = textAt(first, "refresh_token");
    const auto redeem = [this](const std::string& token, const std::string& scope) {
        return jsonOf(
            post(TokenPath,
                 with({{"grant_type", "refresh_token"}, {"client_id", Client}, {"refresh_token", token}},
                      "scope", scope)));
    };
    for (const auto& [scope, audience] :
         {std::pair{std::string("https://management.azure.com/.default"), seed::ArmAudience},
          std::pair{std::string("https://management.azure.com//.default"), seed::ArmAudience},
          std::pair{std::string("https://management.azure.com/user_impersonation"), seed::ArmAudience},
          std::pair{std::string("https://api.loganalytics.io/Data.Read"), seed::LogsAudience},
          std::pair{std::string(seed::GatewayAudience) + "/.default", seed::GatewayAudience},
          std::pair{std::string(), seed::LogsAudience}}) {
        const Json answer = redeem(refresh, scope);
        QCOMPARE(textAt(claimsOf(textAt(answer, "access_token")), "aud"), std::string(audience));
        QVERIFY(textAt(answer, "scope").find(scope) != std::string::npos);
        QVERIFY(textAt(answer, "refresh_token") != refresh); // rotated, the old one stays good
        QCOMPARE(redeem(refresh, scope).count("access_token"), std::size_t{1});
        refresh = textAt(answer, "refresh_token");
    }
}

void TestSignIn::refreshTokenExpires()
{
    start("admin");
    const std::string refresh = textAt(jsonOf(poll(deviceCode())), "refresh_token");
    m_harness->clock.advance(std::chrono::hours(24 * 91));
    const auto answer =
        post(TokenPath, {{"grant_type", "refresh_token"}, {"client_id", Client}, {"refresh_token", refresh}});
    QCOMPARE(answer->status, 400);
    QCOMPARE(memberAt(jsonOf(answer), "error_codes"), Json::array({700082}));
}

void TestSignIn::claimsParameter()
{
    start("admin");
    const FormFields fields = {{"grant_type", "refresh_token"},
                               {"client_id", Client},
                               {"refresh_token", textAt(jsonOf(poll(deviceCode())), "refresh_token")}};
    const Json capable =
        jsonOf(post(TokenPath, with(fields, "claims", R"({"access_token":{"xms_cc":{"values":["cp1"]}}})")));
    QCOMPARE(memberAt(claimsOf(textAt(capable, "access_token")), "xms_cc"), Json::array({"cp1"}));
    QVERIFY(integerAt(capable, "expires_in") > 80'000);
    QVERIFY(integerAt(capable, "refresh_in") < integerAt(capable, "expires_in"));
    QCOMPARE(post(TokenPath, with(fields, "claims", "{nonsense"))->status, 400);
}

GATEHOUSE_TEST_MAIN(TestSignIn)
#include "tst_signin.moc"
