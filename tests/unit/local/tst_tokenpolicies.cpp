// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json.h"
#include "tests/support/testmain.h"
#include "tests/unit/local/policytools.h"

using namespace gatehouse;
using namespace gatehouse::local;
using namespace gatehouse::local::test;
using namespace Qt::StringLiterals;

namespace {

constexpr const char* Token = "aaa.bbb.ccc";
const std::string Issuer = "http://127.0.0.1:43117/" + std::string(seed::TenantId) + "/v2.0";
const std::string Configuration = "<openid-config url=\"https://login.microsoftonline.com/" +
                                  std::string(seed::TenantId) + "/v2.0/.well-known/openid-configuration\"/>";

std::string jwtPolicy(const std::string& children, const std::string& attributes = {})
{
    return "<inbound><base/><validate-jwt header-name=\"Authorization\" " + attributes + ">" + Configuration +
           children + "</validate-jwt></inbound>";
}

} // namespace

/// validate-jwt and validate-azure-ad-token.
class TestTokenPolicies : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void claimsDecide_data();
    void claimsDecide();
    void aTokenOfAnotherKeyIsRefused();
    void withoutATokenItIs401BeforeEverythingElse();
    void statusAndMessageAreThePolicys();
    void schemeAndPlace();
    void entraTokens_data();
    void entraTokens();
    void claimsBecomeVariablesAndTheTokenNever();
    void whatCannotBeCheckedIsRefused_data();
    void whatCannotBeCheckedIsRefused();

private:
    /// A gateway that knows one token, of these claims.
    static void know(GatewayHarness& h, const Json& changes = Json::object())
    {
        const std::int64_t now = h.clock.now().unixSeconds();
        Json claims = {
            {"iss", Issuer}, {"aud", "api://gate"}, {"tid", seed::TenantId}, {"azp", "client-1"},
            {"oid", "o-1"},  {"exp", now + 60},     {"nbf", now - 60},       {"roles", {"AI.User", "Reader"}},
            {"scp", "a b"},  {"sub", "subject"}};
        claims.merge_patch(changes);
        h.gateway = std::make_unique<GatewayService>(
            GatewayParts{*h.resources, *h.logs, h, h.clock, h.sleeper, [claims](std::string_view token) {
                             return token == Token ? std::optional(claims) : std::nullopt;
                         }});
    }
    static GatewayAnswer call(GatewayHarness& h, const std::string& header = "Bearer " + std::string(Token),
                              std::string_view body = ChatRequest, const std::string& query = {})
    {
        GatewayCall call;
        call.deployment = "gpt-4o";
        call.apiVersion = "2024-10-21";
        call.body = body;
        call.caller.subscriptionId = "checkout-assistant";
        call.credentials = [&](std::string_view name, bool inQuery) -> std::string_view {
            if (inQuery)
                return name == "access_token" ? std::string_view(query) : std::string_view{};
            return name == "Authorization" ? std::string_view(header) : std::string_view{};
        };
        return h.gateway->handle(call);
    }
};

void TestTokenPolicies::claimsDecide_data()
{
    QTest::addColumn<QString>("children");
    QTest::addColumn<QString>("claims");
    QTest::addColumn<QString>("reason");
    const auto claim = [](const QString& attributes, const QString& values) {
        return u"<required-claims><claim "_s + attributes + u">"_s + values + u"</claim></required-claims>"_s;
    };
    QTest::newRow("good") << QString() << u"{}"_s << QString();
    QTest::newRow("expired") << QString() << u"{\"exp\":1}"_s << u"TokenExpired"_s;
    QTest::newRow("without expiration") << QString() << u"{\"exp\":null}"_s << u"TokenExpired"_s;
    QTest::newRow("not yet") << QString() << u"{\"nbf\":99999999999}"_s << u"TokenNotYetValid"_s;
    const QString audiences =
        u"<audiences><audience>x</audience><audience>api://gate</audience></audiences>"_s;
    QTest::newRow("audience") << audiences << u"{}"_s << QString();
    QTest::newRow("other audience") << audiences << u"{\"aud\":\"y\"}"_s << u"TokenAudienceNotAllowed"_s;
    const QString entra = u"<issuers><issuer>https://login.microsoftonline.com/"_s +
                          QString::fromUtf8(seed::TenantId.data(), seed::TenantId.size()) +
                          u"/v2.0</issuer></issuers>"_s;
    QTest::newRow("issuer by its public name") << entra << u"{}"_s << QString();
    QTest::newRow("other path") << entra << u"{\"iss\":\"http://127.0.0.1:1/other/v2.0\"}"_s
                                << u"TokenIssuerNotAllowed"_s;
    QTest::newRow("other issuer") << u"<issuers><issuer>https://evil.example/v2.0</issuer></issuers>"_s
                                  << u"{}"_s << u"TokenIssuerNotAllowed"_s;
    const QString both = u"<value>AI.User</value><value>Admin</value>"_s;
    QTest::newRow("any") << claim(u"name=\"roles\" match=\"any\""_s, both) << u"{}"_s << QString();
    QTest::newRow("all") << claim(u"name=\"roles\" match=\"all\""_s, both) << u"{}"_s
                         << u"TokenClaimValueNotAllowed"_s;
    QTest::newRow("all is the default")
        << claim(u"name=\"roles\""_s, both) << u"{}"_s << u"TokenClaimValueNotAllowed"_s;
    QTest::newRow("separator") << claim(u"name=\"scp\" separator=\" \""_s, u"<value>b</value>"_s) << u"{}"_s
                               << QString();
    QTest::newRow("without separator")
        << claim(u"name=\"scp\""_s, u"<value>b</value>"_s) << u"{}"_s << u"TokenClaimValueNotAllowed"_s;
    QTest::newRow("no such claim") << claim(u"name=\"groups\""_s, u"<value>b</value>"_s) << u"{}"_s
                                   << u"TokenClaimNotFound"_s;
    QTest::newRow("there is enough") << claim(u"name=\"oid\""_s, QString()) << u"{}"_s << QString();
}

void TestTokenPolicies::claimsDecide()
{
    QFETCH(QString, children);
    QFETCH(QString, claims);
    QFETCH(QString, reason);
    GatewayHarness h;
    know(h, *parseJson(claims.toStdString()));
    QVERIFY(putApiPolicy(h, jwtPolicy(children.toStdString())));
    QCOMPARE(call(h).status, reason.isEmpty() ? 200 : 401);
    QCOMPARE(h.column("ApiManagementGatewayLogs", "LastErrorReason"),
             std::vector<std::string>{reason.toStdString()});
}

void TestTokenPolicies::aTokenOfAnotherKeyIsRefused()
{
    GatewayHarness h;
    know(h);
    QVERIFY(putApiPolicy(h, jwtPolicy({})));
    QCOMPARE(call(h, "Bearer aaa.bbb.ddd").status, 401);
    QCOMPARE(h.column("ApiManagementGatewayLogs", "LastErrorReason"),
             std::vector<std::string>{"TokenSignatureInvalid"});
    QCOMPARE(h.east()->calls, 0);
}

void TestTokenPolicies::withoutATokenItIs401BeforeEverythingElse()
{
    GatewayHarness h;
    know(h);
    QVERIFY(putApiPolicy(h, "<inbound><base/><rate-limit-by-key calls=\"1\" renewal-period=\"60\" "
                            "counter-key=\"x\"/><validate-jwt header-name=\"Authorization\">" +
                                Configuration + "</validate-jwt></inbound>"));
    QCOMPARE(call(h, "", "this is no JSON").status, 401);
    QCOMPARE(call(h, "Bearer " + std::string(Token), "this is no JSON").status, 400);
    QCOMPARE(call(h).status, 200); // neither of them was counted
    QCOMPARE(call(h).status, 429);
}

void TestTokenPolicies::statusAndMessageAreThePolicys()
{
    GatewayHarness h;
    know(h);
    QVERIFY(putApiPolicy(h, jwtPolicy({}, "failed-validation-httpcode=\"403\" "
                                          "failed-validation-error-message=\"Ask the desk.\"")));
    const GatewayAnswer answer = call(h, "");
    QCOMPARE(answer.status, 403);
    QVERIFY(answer.body.find("Ask the desk.") != std::string::npos);
}

void TestTokenPolicies::schemeAndPlace()
{
    GatewayHarness h;
    know(h);
    QVERIFY(putApiPolicy(h, jwtPolicy({}, "require-scheme=\"Bearer\"")));
    QCOMPARE(call(h, "bearer " + std::string(Token)).status, 200);
    QCOMPARE(call(h, Token).status, 401);
    QVERIFY(putApiPolicy(h, jwtPolicy({})));
    QCOMPARE(call(h, Token).status, 200);
    QVERIFY(putApiPolicy(h, "<inbound><base/><validate-jwt query-parameter-name=\"access_token\">" +
                                Configuration + "</validate-jwt></inbound>"));
    QCOMPARE(call(h).status, 401);
    QCOMPARE(call(h, "", ChatRequest, Token).status, 200);
}

void TestTokenPolicies::entraTokens_data()
{
    QTest::addColumn<QString>("policy");
    QTest::addColumn<int>("status");
    const QString tenant = QString::fromUtf8(seed::TenantId.data(), seed::TenantId.size());
    const auto of = [&tenant](const QString& id, const QString& inside) {
        return u"<inbound><base/><validate-azure-ad-token tenant-id=\""_s + (id.isEmpty() ? tenant : id) +
               u"\">"_s + inside + u"</validate-azure-ad-token></inbound>"_s;
    };
    QTest::newRow("tenant") << of({}, {}) << 200;
    QTest::newRow("any tenant") << of(u"organizations"_s, {}) << 200;
    QTest::newRow("other tenant") << of(u"00000000-0000-0000-0000-000000000009"_s, {}) << 401;
    QTest::newRow("application")
        << of({},
              u"<client-application-ids><application-id>client-1</application-id></client-application-ids>"_s)
        << 200;
    QTest::newRow("other application")
        << of({},
              u"<client-application-ids><application-id>client-2</application-id></client-application-ids>"_s)
        << 401;
    QTest::newRow("audience") << of({}, u"<audiences><audience>api://gate</audience></audiences>"_s) << 200;
    QTest::newRow("other audience") << of({}, u"<audiences><audience>api://x</audience></audiences>"_s)
                                    << 401;
}

void TestTokenPolicies::entraTokens()
{
    QFETCH(QString, policy);
    QFETCH(int, status);
    GatewayHarness h;
    know(h);
    QVERIFY(putApiPolicy(h, policy.toStdString()));
    QCOMPARE(call(h).status, status);
}

void TestTokenPolicies::claimsBecomeVariablesAndTheTokenNever()
{
    GatewayHarness h;
    know(h);
    QVERIFY(putApiPolicy(
        h,
        "<inbound><base/><validate-jwt header-name=\"Authorization\" output-token-variable-name=\"jwt\">" +
            Configuration +
            "</validate-jwt></inbound><outbound>"
            "<set-header "
            "name=\"x-roles\"><value>@((string)context.Variables[&quot;jwt.roles&quot;])</value></set-header>"
            "<set-header "
            "name=\"x-token\"><value>@(context.Request.Headers.GetValueOrDefault(&quot;Authorization&quot;, "
            "&quot;none&quot;))</value></set-header></outbound>"));
    const GatewayAnswer answer = call(h);
    QCOMPARE(headerOf(answer, "x-roles"), std::string("AI.User,Reader"));
    QCOMPARE(headerOf(answer, "x-token"), std::string("none"));
    for (const char* column : {"RequestHeaders", "ResponseHeaders", "Url"})
        QVERIFY(h.column("ApiManagementGatewayLogs", column)[0].find(Token) == std::string::npos);
}

void TestTokenPolicies::whatCannotBeCheckedIsRefused_data()
{
    QTest::addColumn<QString>("inbound");
    QTest::addColumn<QString>("said");
    const QString config = QString::fromStdString(Configuration);
    QTest::newRow("other keys")
        << u"<validate-jwt header-name=\"Authorization\">\n<openid-config url=\"https://accounts.example/.well-known/openid-configuration\"/></validate-jwt>"_s
        << u"'openid-config' on line 2, column 16"_s;
    QTest::newRow("no keys") << u"<validate-jwt header-name=\"Authorization\"/>"_s << u"openid-config"_s;
    QTest::newRow("given keys")
        << u"<validate-jwt header-name=\"Authorization\"><issuer-signing-keys><key>a</key></issuer-signing-keys></validate-jwt>"_s
        << u"'issuer-signing-keys'"_s;
    QTest::newRow("no place") << u"<validate-jwt>"_s + config + u"</validate-jwt>"_s << u"header-name"_s;
    QTest::newRow("token by expression")
        << u"<validate-jwt token-value=\"@(1)\">"_s + config + u"</validate-jwt>"_s << u"token-value"_s;
    QTest::newRow("unsigned") << u"<validate-jwt header-name=\"a\" require-signed-tokens=\"false\">"_s +
                                     config + u"</validate-jwt>"_s
                              << u"signed"_s;
    QTest::newRow("skew") << u"<validate-jwt header-name=\"a\" clock-skew=\"3601\">"_s + config +
                                 u"</validate-jwt>"_s
                          << u"clock-skew"_s;
    QTest::newRow("tenant") << u"<validate-azure-ad-token/>"_s << u"tenant-id"_s;
    QTest::newRow("outbound")
        << u"</inbound><outbound><validate-azure-ad-token tenant-id=\"common\"/></outbound><inbound>"_s
        << QString();
}

void TestTokenPolicies::whatCannotBeCheckedIsRefused()
{
    QFETCH(QString, inbound);
    QFETCH(QString, said);
    const GatewayHarness h;
    const QString text =
        QString::fromStdString(whyRefused(h, "<inbound>" + inbound.toStdString() + "</inbound>"));
    QVERIFY2(!text.isEmpty() && text.contains(said), qPrintable(text));
}

GATEHOUSE_TEST_MAIN(TestTokenPolicies)
#include "tst_tokenpolicies.moc"
