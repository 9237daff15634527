// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/posture/facts.h"
#include "tests/support/testmain.h"

#include <QtCore/QFile>

#include <algorithm>

using namespace gatehouse;
using namespace gatehouse::gateway;

namespace {

Json sample(const char* name)
{
    QFile file(QStringLiteral(TEST_DATA_DIR "/posture/%1.json").arg(QString::fromLatin1(name)));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return parseJson(file.readAll().toStdString()).value_or(Json());
}

} // namespace

class TestPostureFacts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anAccountIsReadAsItStands();
    void whatAnAccountLeavesOutIsTheServicesDefault();
    void aPrivateEndpointListThatIsNotThereIsNotAnEmptyOne();
    void aResourceWithoutPropertiesIsRefused();
    void aFilterPolicyNamesWhatItLetsPass();
    void theOrderOfFiltersDoesNotMatter();
    void oddShapesOfAFilterPolicyAreNoRules();
    void diagnosticSettingsAreReadTogether();
    void theGatewaysProtocolsAreNamed();
    void theCredentialOfABackend_data();
    void theCredentialOfABackend();
    void aLimitKnowsItsPlaceAndItsConditions();
    void theHostOfAUrl_data();
    void theHostOfAUrl();
};

void TestPostureFacts::anAccountIsReadAsItStands()
{
    const auto facts = accountFacts(sample("account"));
    QVERIFY(facts.has_value());
    QCOMPARE(facts->name, std::string("aoai-one"));
    QCOMPARE(facts->location, std::string("eastus"));
    QCOMPARE(facts->host, std::string("aoai-one.openai.azure.com"));
    QVERIFY(facts->network == NetworkAccess::SelectedNetworks);
    QVERIFY(facts->keysOff);
    QVERIFY(facts->privateEndpoints);
    QCOMPARE(describe(*facts->privateEndpoints), std::string("1 approved, 1 pending"));
    QVERIFY(!facts->deployments); // another list; it was not read
}

void TestPostureFacts::whatAnAccountLeavesOutIsTheServicesDefault()
{
    Json account = sample("account");
    account["properties"] = {{"endpoint", nullptr}, {"publicNetworkAccess", nullptr}};
    const auto facts = accountFacts(account);
    QVERIFY(facts.has_value());
    QVERIFY(facts->network == NetworkAccess::Everywhere);
    QVERIFY(!facts->keysOff);
    QVERIFY(facts->subdomain.empty() && facts->host.empty());
}

void TestPostureFacts::aPrivateEndpointListThatIsNotThereIsNotAnEmptyOne()
{
    Json account = sample("account");
    account["properties"].erase("privateEndpointConnections");
    QVERIFY(!accountFacts(account)->privateEndpoints);
    account["properties"]["privateEndpointConnections"] = Json::array();
    QVERIFY(accountFacts(account)->privateEndpoints);
    QCOMPARE(describe(*accountFacts(account)->privateEndpoints), std::string("none"));
}

void TestPostureFacts::aResourceWithoutPropertiesIsRefused()
{
    for (const Json& odd :
         {Json(), Json(7), Json::array(), Json{{"id", "/x"}}, Json{{"properties", Json::object()}}}) {
        QVERIFY(!accountFacts(odd).has_value());
        QVERIFY(!gatewayFacts(odd).has_value());
    }
}

void TestPostureFacts::aFilterPolicyNamesWhatItLetsPass()
{
    const FilterPolicyFacts facts = filterFacts(sample("raipolicy"));
    QCOMPARE(facts.name, std::string("strict"));
    QCOMPARE(facts.rules.size(), 9U);
    QCOMPARE(facts.gaps(), std::string("selfharm in completions"));
    QVERIFY(facts.content().find("list words in prompt blocks") != std::string::npos);
}

void TestPostureFacts::theOrderOfFiltersDoesNotMatter()
{
    Json policy = sample("raipolicy");
    const std::string before = filterFacts(policy).content();
    Json& filters = policy["properties"]["contentFilters"];
    std::reverse(filters.begin(), filters.end());
    QCOMPARE(filterFacts(policy).content(), before);
    filters[0]["severityThreshold"] = "High";
    QVERIFY(filterFacts(policy).content() != before);
}

void TestPostureFacts::oddShapesOfAFilterPolicyAreNoRules()
{
    for (const Json& odd : {Json(), Json("x"), Json::array({1, nullptr, "x"}), Json{{"a", 1}}}) {
        const FilterPolicyFacts facts = filterFacts(
            {{"name", "p"}, {"properties", {{"contentFilters", odd}, {"customBlocklists", odd}}}});
        QVERIFY(facts.rules.empty());
        QVERIFY(facts.blocklists.empty());
    }
}

void TestPostureFacts::diagnosticSettingsAreReadTogether()
{
    const Json one = {
        {"properties",
         {{"workspaceId", "/Subscriptions/S/W"},
          {"logs",
           {{{"category", "Audit"}, {"enabled", true}}, {{"category", "Trace"}, {"enabled", false}}}}}}};
    const Json two = {{"properties", {{"logs", {{{"categoryGroup", "allLogs"}, {"enabled", true}}}}}}};
    QVERIFY(logFacts({}).categories.empty());
    QCOMPARE(logFacts({one}).categories, std::vector<std::string>{"Audit"});
    QCOMPARE(logFacts({one}).workspaces, std::vector<std::string>{"/subscriptions/s/w"});
    QVERIFY(!logFacts({one}).has("Trace"));
    QVERIFY(logFacts({two, one}).has("Trace"));
    QCOMPARE(logFacts({two, one}).categories, logFacts({one, two}).categories);
}

void TestPostureFacts::theGatewaysProtocolsAreNamed()
{
    auto facts = gatewayFacts(sample("service"));
    QVERIFY(facts.has_value());
    QCOMPARE(*facts->oldProtocols, std::vector<std::string>{"TLS 1.1"});
    QCOMPARE(facts->virtualNetwork, std::string("External"));
    QVERIFY(!facts->privateEndpoints);
    Json service = sample("service");
    service["properties"].erase("customProperties");
    QVERIFY(!gatewayFacts(service)->oldProtocols); // not said is not off
}

void TestPostureFacts::theCredentialOfABackend_data()
{
    QTest::addColumn<QString>("credentials");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("text");
    QTest::newRow("identity") << R"({"managedIdentity":{"resource":"https://cognitiveservices.azure.com"}})"
                              << int(Credential::ManagedIdentity)
                              << "managed identity for https://cognitiveservices.azure.com";
    QTest::newRow("user-assigned") << R"({"managedIdentity":{"resource":"r","clientId":"ABC"}})"
                                   << int(Credential::ManagedIdentity) << "managed identity abc for r";
    QTest::newRow("header") << R"({"header":{"api-key":["{{k}}"]}})" << int(Credential::Key)
                            << "a key in the backend";
    QTest::newRow("empty header") << R"({"header":{}})" << int(Credential::None) << "none in the backend";
    QTest::newRow("none") << "null" << int(Credential::None) << "none in the backend";
    QTest::newRow("odd") << "[1]" << int(Credential::None) << "none in the backend";
}

void TestPostureFacts::theCredentialOfABackend()
{
    QFETCH(QString, credentials);
    QFETCH(int, kind);
    QFETCH(QString, text);
    const auto access =
        backendAccess({{"name", "b"},
                       {"properties",
                        {{"type", "Single"},
                         {"url", "https://B.openai.azure.com/openai"},
                         {"resourceId", "https://management.azure.com/subscriptions/s/accounts/b"},
                         {"credentials", *parseJson(credentials.toStdString())}}}});
    QVERIFY(access.has_value());
    QCOMPARE(int(access->credential), kind);
    QCOMPARE(QString::fromStdString(access->credentialText()), text);
    QCOMPARE(access->accountId, std::string("/subscriptions/s/accounts/b"));
    QCOMPARE(access->host, std::string("b.openai.azure.com"));
    QVERIFY(!backendAccess(
        {{"name", "p"}, {"properties", {{"type", "Pool"}, {"pool", {{"services", Json::array()}}}}}}));
}

void TestPostureFacts::aLimitKnowsItsPlaceAndItsConditions()
{
    const auto document = PolicyDocument::parse(
        R"x(<policies><inbound><choose><when condition="@(context.Api.Id == &quot;a&quot;)">
<llm-token-limit counter-key="k" tokens-per-minute="10" estimate-prompt-tokens="true" /></when>
<otherwise><rate-limit-by-key calls="1" renewal-period="60" counter-key="r" /></otherwise></choose></inbound>
<backend><quota-by-key calls="1" renewal-period="300" counter-key="q" /></backend><outbound /><on-error /></policies>)x",
        PolicyDocument::Root::Policies);
    QVERIFY(document.has_value());
    const auto limits = limitFacts("API a", *document);
    QCOMPARE(limits.size(), 3U);
    QCOMPARE(limits[0].policy, std::string("llm-token-limit"));
    QCOMPARE(limits[0].conditions, std::string("@(context.Api.Id == \"a\")"));
    QCOMPARE(limits[1].conditions, std::string("otherwise"));
    QVERIFY(!limits[0].afterBackend && !limits[1].afterBackend);
    QVERIFY(limits[2].afterBackend);
}

void TestPostureFacts::theHostOfAUrl_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QString>("host");
    QTest::newRow("path") << "https://X.openai.azure.com/openai"
                          << "x.openai.azure.com";
    QTest::newRow("port") << "http://127.0.0.1:80"
                          << "127.0.0.1";
    QTest::newRow("none") << "x.openai.azure.com"
                          << "";
    QTest::newRow("empty") << ""
                           << "";
}

void TestPostureFacts::theHostOfAUrl()
{
    QFETCH(QString, url);
    QFETCH(QString, host);
    QCOMPARE(QString::fromStdString(hostOf(url.toStdString())), host);
}

GATEHOUSE_TEST_MAIN(TestPostureFacts)
#include "tst_posturefacts.moc"
