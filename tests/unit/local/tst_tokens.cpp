// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/encoding.h"
#include "tests/support/testmain.h"
#include "tests/unit/local/platformharness.h"

#include <QtCore/QFile>
#include <QtCore/QFileInfo>

using namespace gatehouse;
using namespace gatehouse::local;
using namespace gatehouse::local::test;

namespace {

httplib::Request requestWith(const std::string& name, const std::string& value)
{
    httplib::Request request;
    request.set_header(name, value);
    return request;
}

} // namespace

/// What TokenAuthenticator lets in, and the key behind it.
class TestTokens : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void personasAndAccess_data();
    void personasAndAccess();
    void missingToken();
    void changedTokensAreRefused();
    void otherIssuersAreRefused();
    void timesAreChecked();
    void revocationChallenges();
    void subscriptionKeys();
    void everyCutTokenIsRefused();
    void keyIsPrivateAndStays();
    void damagedKeyIsSetAside();
    void sealsAreChecked();

private:
    [[nodiscard]] Result<Caller> ask(const std::string& token, Access access = Access::Arm) const
    {
        return m_harness->authenticator->authenticate(requestWith("Authorization", "Bearer " + token),
                                                      access);
    }
    [[nodiscard]] std::string signedWith(const Json& changes) const
    {
        Json claims = {{"iss", m_harness->server->origin() + "/" + std::string(seed::TenantId) + "/v2.0"},
                       {"aud", seed::ArmAudience},
                       {"oid", personaByKey("admin")->objectId},
                       {"tid", seed::TenantId},
                       {"iat", now()},
                       {"nbf", now()},
                       {"exp", now() + 3'600}};
        claims.merge_patch(changes);
        const auto key = SigningKey::open(m_harness->directory.path().toStdString());
        return (*key)->sign(claims);
    }
    [[nodiscard]] std::int64_t now() const { return m_harness->clock.now().unixSeconds(); }

    std::unique_ptr<PlatformHarness> m_harness;
};

void TestTokens::init()
{
    m_harness = std::make_unique<PlatformHarness>();
    QVERIFY(m_harness->seeded);
}

void TestTokens::personasAndAccess_data()
{
    QTest::addColumn<QByteArray>("persona");
    QTest::addColumn<QByteArray>("audience");
    QTest::addColumn<int>("access");
    QTest::addColumn<int>("status");
    const auto row = [](const char* name, const char* persona, std::string_view audience, Access access,
                        int status) {
        QTest::newRow(name) << QByteArray(persona)
                            << QByteArray(audience.data(), static_cast<qsizetype>(audience.size()))
                            << static_cast<int>(access) << status;
    };
    row("admin reads ARM", "admin", seed::ArmAudience, Access::Arm, 200);
    row("admin's own", "admin", seed::ArmAudience, Access::ArmAdmin, 200);
    row("manager reads ARM", "manager", seed::ArmAudience, Access::Arm, 200);
    row("manager is no admin", "manager", seed::ArmAudience, Access::ArmAdmin, 403);
    row("developer is no admin", "developer", seed::ArmAudience, Access::ArmAdmin, 403);
    row("logs", "manager", seed::LogsAudience, Access::Logs, 200);
    row("ARM token for logs", "manager", seed::ArmAudience, Access::Logs, 403);
    row("logs token for ARM", "admin", seed::LogsAudience, Access::Arm, 401);
    row("admin's gateway", "admin", seed::GatewayAudience, Access::Gateway, 200);
    row("developer's gateway", "developer", seed::GatewayAudience, Access::Gateway, 200);
    row("manager lacks the role", "manager", seed::GatewayAudience, Access::Gateway, 403);
    row("ARM token for the gateway", "admin", seed::ArmAudience, Access::Gateway, 401);
    row("rag", "manager", seed::RagAudience, Access::Rag, 200);
    row("gateway token for rag", "admin", seed::GatewayAudience, Access::Rag, 401);
}

void TestTokens::personasAndAccess()
{
    QFETCH(QByteArray, persona);
    QFETCH(QByteArray, audience);
    QFETCH(int, access);
    QFETCH(int, status);
    const auto caller =
        ask(m_harness->token(persona.toStdString(), audience.toStdString()), static_cast<Access>(access));
    QCOMPARE(caller ? 200 : caller.error().httpStatus, status);
    if (caller)
        QCOMPARE(caller->persona, persona.toStdString());
}

void TestTokens::missingToken()
{
    for (const Access access : {Access::Arm, Access::ArmAdmin, Access::Logs, Access::Gateway, Access::Rag}) {
        for (const char* value : {"", "Basic YTpi", "Bearer ", "Bearer", "bearer.a.b"}) {
            const auto caller =
                m_harness->authenticator->authenticate(requestWith("Authorization", value), access);
            QVERIFY(!caller);
            QCOMPARE(caller.error().httpStatus, 401);
            const std::string challenge = m_harness->authenticator->challenge(caller.error());
            QVERIFY(challenge.find("Bearer ") == 0);
            QVERIFY(challenge.find("authorization_uri=\"") != std::string::npos);
        }
    }
    QVERIFY(m_harness->authenticator->authenticate({}, Access::Open));
}

void TestTokens::changedTokensAreRefused()
{
    const std::string token = m_harness->token("admin");
    QVERIFY(ask(token));
    const std::size_t payload = token.find('.') + 1;
    const std::size_t signature = token.rfind('.') + 1;
    for (const std::size_t at :
         {std::size_t{0}, std::size_t{5}, payload, payload + 40, signature, signature + 100}) {
        std::string changed = token;
        changed[at] = changed[at] == 'A' ? 'B' : 'A';
        const auto caller = ask(changed);
        QVERIFY(!caller);
        QCOMPARE(caller.error().httpStatus, 401);
    }
    // The classic: no algorithm and no signature.
    const std::string none =
        toBase64Url(R"({"alg":"none","typ":"JWT"})") + token.substr(payload - 1, signature - payload + 1);
    QVERIFY(!ask(none));
    QVERIFY(!ask(token + "."));
    QVERIFY(!ask("." + token));
}

void TestTokens::otherIssuersAreRefused()
{
    QVERIFY(ask(signedWith(Json::object())));
    std::string localhost = m_harness->server->origin();
    localhost.replace(localhost.find("127.0.0.1"), 9, "localhost");
    QVERIFY(ask(signedWith({{"iss", localhost + "/" + std::string(seed::TenantId) + "/v2.0"}})));
    for (const Json& change :
         {Json{{"iss", "https://sts.example/"}}, Json{{"iss", nullptr}}, Json{{"tid", "other"}},
          Json{{"oid", randomGuid()}}, Json{{"aud", Json::array({seed::ArmAudience})}}})
        QVERIFY2(!ask(signedWith(change)), dumpJson(change).c_str());
}

void TestTokens::timesAreChecked()
{
    const std::string token = m_harness->token("admin");
    m_harness->clock.advance(std::chrono::minutes(59));
    QVERIFY(ask(token));
    m_harness->clock.advance(std::chrono::minutes(7)); // past expiry and the skew
    const auto expired = ask(token);
    QVERIFY(!expired);
    QCOMPARE(expired.error().serviceCode, std::string("ExpiredAuthenticationToken"));
    QVERIFY(ask(signedWith({{"nbf", now() + 200}})));
    QVERIFY(!ask(signedWith({{"nbf", now() + 400}})));
    QVERIFY(!ask(signedWith({{"exp", nullptr}})));
}

void TestTokens::revocationChallenges()
{
    const std::string plain = m_harness->token("admin");
    const std::string capable = signedWith({{"xms_cc", Json::array({"cp1"})}});
    const std::string somebodyElse = m_harness->token("developer");
    m_harness->clock.advance(std::chrono::seconds(10));
    m_harness->identity->tokens().revoke(*personaByKey("admin"));
    QCOMPARE(ask(plain).error().httpStatus, 401);
    QVERIFY(ask(somebodyElse));
    const auto refused = ask(capable);
    QVERIFY(!refused);
    const std::string challenge = m_harness->authenticator->challenge(refused.error());
    QVERIFY(challenge.find("error=\"insufficient_claims\"") != std::string::npos);
    const std::size_t start = challenge.find("claims=\"", challenge.find("insufficient_claims")) + 8;
    const auto claims =
        parseJson(fromBase64(challenge.substr(start, challenge.find('"', start) - start)).value());
    QVERIFY(claims);
    QCOMPARE(textAt(memberAt(memberAt(*claims, "access_token"), "nbf"), "value"), std::to_string(now()));
    QVERIFY(ask(m_harness->token("admin"))); // a token made after it satisfies the challenge
}

void TestTokens::subscriptionKeys()
{
    const auto ask = [this](const char* header, const std::string& value, Access access = Access::Gateway) {
        return m_harness->authenticator->authenticate(requestWith(header, value), access);
    };
    const std::string key = m_harness->resources->keyOf("checkout-assistant");
    QCOMPARE(key.size(), std::size_t{32});
    for (const char* header : {"api-key", "Ocp-Apim-Subscription-Key"}) {
        const auto caller = ask(header, key);
        QVERIFY(caller);
        QCOMPARE(caller->subscriptionId, std::string("checkout-assistant"));
        QVERIFY(caller->persona.empty());
    }
    QCOMPARE(ask("Authorization", "Bearer " + key)->subscriptionId, std::string("checkout-assistant"));
    QVERIFY(ask("api-key", m_harness->resources->keysOf("checkout-assistant")->secondary));
    QVERIFY(!ask("api-key", key.substr(1)));
    QVERIFY(!ask("api-key", key, Access::Arm));
    QVERIFY(!ask("api-key", key, Access::Logs));

    const std::string id = apimResourceId() + "/subscriptions/checkout-assistant";
    QVERIFY(m_harness->resources->patch(id, {{"properties", {{"state", "suspended"}}}}, {}));
    QVERIFY(!ask("api-key", key));
    QVERIFY(m_harness->resources->patch(id, {{"properties", {{"state", "active"}}}}, {}));
    QVERIFY(ask("api-key", key));
    // A key does not make up for a bad token beside it.
    httplib::Request both = requestWith("api-key", key);
    both.set_header("Authorization", "Bearer a.b.c");
    QVERIFY(!m_harness->authenticator->authenticate(both, Access::Gateway));
}

void TestTokens::everyCutTokenIsRefused()
{
    const std::string token = m_harness->token("admin");
    for (std::size_t length = 0; length < token.size(); ++length)
        QVERIFY(!ask(token.substr(0, length)));
}

void TestTokens::keyIsPrivateAndStays()
{
    const std::string token = m_harness->token("admin");
    const QString path = m_harness->directory.filePath(QStringLiteral("identity/signing-key.pem"));
    QCOMPARE(QFileInfo(path).permissions() & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
    const auto again = SigningKey::open(m_harness->directory.path().toStdString());
    QVERIFY(again);
    QVERIFY((*again)->verify(token));
    QVERIFY((*again)->jwks().find("\"n\"") != std::string::npos);
    QVERIFY((*again)->jwks().find("\"d\"") == std::string::npos);
}

void TestTokens::damagedKeyIsSetAside()
{
    const std::string token = m_harness->token("admin");
    QFile file(m_harness->directory.filePath(QStringLiteral("identity/signing-key.pem")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("-----BEGIN PRIVATE KEY-----\nnonsense\n");
    file.close();
    std::string movedTo;
    const auto key = SigningKey::open(m_harness->directory.path().toStdString(), &movedTo);
    QVERIFY(key);
    QVERIFY(QFile::exists(QString::fromStdString(movedTo)));
    QVERIFY(!(*key)->verify(token));
    QVERIFY((*key)->verify((*key)->sign({{"a", 1}})));
}

void TestTokens::sealsAreChecked()
{
    const auto key = SigningKey::open(m_harness->directory.path().toStdString());
    const std::string sealed = (*key)->seal({{"use", "refresh"}});
    QCOMPARE(textAt(*(*key)->unseal(sealed), "use"), std::string("refresh"));
    for (std::size_t at = 0; at < sealed.size(); ++at) {
        std::string changed = sealed;
        changed[at] = changed[at] == 'A' ? 'Q' : 'A';
        // The last letter of a code holds bits that decode to nothing.
        if (at + 1 < sealed.size())
            QVERIFY(!(*key)->unseal(changed));
        QVERIFY(!(*key)->unseal(sealed.substr(0, at)));
    }
}

GATEHOUSE_TEST_MAIN(TestTokens)
#include "tst_tokens.moc"
