// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"
#include "tests/unit/local/armharness.h"

#include <atomic>
#include <thread>

using namespace gatehouse;
using namespace gatehouse::local;
using namespace gatehouse::local::test;

namespace {

const std::string Usages =
    "/subscriptions/" + std::string(seed::SubscriptionId) +
    "/providers/Microsoft.CognitiveServices/locations/westus/usages?api-version=2025-09-01";

Json deployment(int capacity, const char* model = "gpt-4o", const char* filter = "Microsoft.DefaultV2")
{
    return {{"sku", {{"name", "Standard"}, {"capacity", capacity}}},
            {"properties",
             {{"model", {{"format", "OpenAI"}, {"name", model}, {"version", "2024-11-20"}}},
              {"raiPolicyName", filter}}}};
}

Json propertiesOf(const httplib::Result& answer)
{
    return memberAt(jsonOf(answer), "properties");
}

} // namespace

/// Cognitive Services accounts: posture, deployments and their quota, content filters, keys.
class TestArmAccounts : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void accountsDiffer();
    void postureCanBeChanged();
    void postureRules_data();
    void postureRules();
    void quotaLimitsDeployments();
    void quotaHoldsForAllAtOnce();
    void deploymentRules_data();
    void deploymentRules();
    void capacityChangesTheRates();
    void contentFilters();
    void keysOnlyWhereTheyAreOn();
    void diagnosticSettings();
    void readersChangeNothing();

private:
    [[nodiscard]] static std::string in(const char* account, const std::string& path)
    {
        return ArmHarness::inAccount(account, path);
    }
    [[nodiscard]] httplib::Result get(const std::string& path, const char* persona = "admin") const
    {
        return m_arm->get(path, persona);
    }
    [[nodiscard]] httplib::Result send(const char* method, const std::string& path, const Json& body = {},
                                       const char* persona = "admin") const
    {
        return m_arm->send(method, path, body, {}, persona);
    }
    [[nodiscard]] std::int64_t usedOf(const std::string& name) const
    {
        const Json listed = jsonOf(get(Usages));
        for (const Json& usage : memberAt(listed, "value")) {
            if (textAt(memberAt(usage, "name"), "value") == name)
                return integerAt(usage, "currentValue");
        }
        return -1;
    }

    std::unique_ptr<ArmHarness> m_arm;
};

void TestArmAccounts::init()
{
    m_arm = std::make_unique<ArmHarness>();
    QVERIFY(m_arm->seeded);
    m_arm->start();
}

void TestArmAccounts::accountsDiffer()
{
    const Json open = propertiesOf(get(in("aoai-eastus", "")));
    QCOMPARE(textAt(open, "publicNetworkAccess"), std::string("Enabled"));
    QVERIFY(boolAt(open, "disableLocalAuth"));
    QVERIFY(!boolAt(propertiesOf(get(in("aoai-westus", ""))), "disableLocalAuth", true));
    const Json closed = propertiesOf(get(in("aoai-westeurope", "")));
    QCOMPARE(textAt(closed, "publicNetworkAccess"), std::string("Disabled"));
    const Json connections = jsonOf(get(in("aoai-westeurope", "/privateEndpointConnections")));
    QCOMPARE(memberAt(connections, "value"), memberAt(closed, "privateEndpointConnections"));
    const Json& connection = memberAt(connections, "value")[0];
    QCOMPARE(
        textAt(memberAt(memberAt(connection, "properties"), "privateLinkServiceConnectionState"), "status"),
        std::string("Approved"));
    QVERIFY(namesIn(get(in("aoai-eastus", "/privateEndpointConnections"))).empty());
    const auto logged = [this](const char* account) {
        return namesIn(get(in(account, "/providers/Microsoft.Insights/diagnosticSettings"))).size();
    };
    QCOMPARE(logged("aoai-eastus"), std::size_t{1});
    QCOMPARE(logged("aoai-westus"), std::size_t{0});
    QCOMPARE(logged("aoai-westeurope"), std::size_t{1});
}

void TestArmAccounts::postureCanBeChanged()
{
    const std::string path = in("aoai-westus", "");
    const Json before = jsonOf(get(path));
    const auto patched = send("PATCH", path,
                              {{"tags", {{"team", "platform"}}},
                               {"properties",
                                {{"publicNetworkAccess", "Disabled"},
                                 {"disableLocalAuth", true},
                                 {"endpoint", "https://elsewhere"},
                                 {"provisioningState", "Failed"}}}});
    QCOMPARE(patched->status, 200);
    const Json after = jsonOf(get(path));
    QVERIFY(textAt(after, "etag") != textAt(before, "etag"));
    QCOMPARE(textAt(memberAt(after, "tags"), "team"), std::string("platform"));
    QCOMPARE(textAt(memberAt(after, "properties"), "publicNetworkAccess"), std::string("Disabled"));
    QVERIFY(boolAt(memberAt(after, "properties"), "disableLocalAuth"));
    for (const char* fixed : {"endpoint", "provisioningState", "customSubDomainName"})
        QCOMPARE(memberAt(memberAt(after, "properties"), fixed),
                 memberAt(memberAt(before, "properties"), fixed));
    QCOMPARE(send("PUT", path, after)->status, 405);
    QCOMPARE(send("DELETE", path)->status, 405);
}

void TestArmAccounts::postureRules_data()
{
    QTest::addColumn<QByteArray>("properties");
    QTest::addColumn<QByteArray>("target");
    QTest::newRow("access") << QByteArray(R"({"publicNetworkAccess":"Sometimes"})")
                            << QByteArray("publicNetworkAccess");
    QTest::newRow("keys") << QByteArray(R"({"disableLocalAuth":"true"})") << QByteArray("disableLocalAuth");
    QTest::newRow("rules") << QByteArray(R"({"networkAcls":{"defaultAction":"Maybe"}})")
                           << QByteArray("defaultAction");
    QTest::newRow("subdomain") << QByteArray(R"({"customSubDomainName":"other"})")
                               << QByteArray("customSubDomainName");
}

void TestArmAccounts::postureRules()
{
    QFETCH(QByteArray, properties);
    QFETCH(QByteArray, target);
    const auto answer =
        send("PATCH", in("aoai-westus", ""), {{"properties", *parseJson(properties.toStdString())}});
    QCOMPARE(answer->status, 400);
    QVERIFY2(targetsOf(answer).contains(target.toStdString()), answer->body.c_str());
}

void TestArmAccounts::quotaLimitsDeployments()
{
    const std::string path = in("aoai-westus", "/deployments/second");
    QCOMPARE(usedOf("OpenAI.Standard.gpt-4o"), 300); // of 450
    const auto refused = send("PUT", path, deployment(151));
    QCOMPARE(refused->status, 400);
    QCOMPARE(codeOf(refused), std::string("InsufficientQuota"));
    QVERIFY2(messageOf(refused).find("available capacity 150") != std::string::npos, refused->body.c_str());
    QCOMPARE(get(path)->status, 404);
    QCOMPARE(send("PUT", path, deployment(150))->status, 201);
    QCOMPARE(usedOf("OpenAI.Standard.gpt-4o"), 450);
    QCOMPARE(send("PUT", path, deployment(150))->status, 200); // its own share does not count twice
    QCOMPARE(send("PATCH", path, {{"sku", {{"capacity", 151}}}})->status, 400);
    QCOMPARE(send("PATCH", path, {{"sku", {{"capacity", 20}}}})->status, 200);
    QCOMPARE(usedOf("OpenAI.Standard.gpt-4o"), 320);
    QCOMPARE(send("PUT", in("aoai-eastus", "/deployments/second"), deployment(150))->status, 201);
    QCOMPARE(send("DELETE", path)->status, 200);
    QCOMPARE(usedOf("OpenAI.Standard.gpt-4o"), 300);
}

void TestArmAccounts::quotaHoldsForAllAtOnce()
{
    std::atomic<int> made = 0;
    std::atomic<int> refused = 0;
    {
        std::vector<std::jthread> admins;
        for (int i = 0; i < 8; ++i) {
            admins.emplace_back([&, i] {
                const std::string path = in("aoai-westus", "/deployments/d" + std::to_string(i));
                const int status = send("PUT", path, deployment(50))->status;
                (status == 201 ? made : refused) += 1;
            });
        }
    }
    QCOMPARE(made.load(), 3); // 150 are left
    QCOMPARE(refused.load(), 5);
    QCOMPARE(usedOf("OpenAI.Standard.gpt-4o"), 450);
}

void TestArmAccounts::deploymentRules_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("code");
    const auto row = [](const char* name, const Json& body, const char* code) {
        QTest::newRow(name) << QByteArray::fromStdString(dumpJson(body)) << QByteArray(code);
    };
    row("a model that is not there", deployment(1, "gpt-99"), "DeploymentModelNotSupported");
    row("no capacity", deployment(0), "ValidationError");
    row("a filter that is not there", deployment(1, "gpt-4o", "no"), "ValidationError");
    Json provisioned = deployment(1);
    provisioned["sku"]["name"] = "GlobalProvisionedManaged";
    row("another tier", provisioned, "ValidationError");
}

void TestArmAccounts::deploymentRules()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, code);
    const auto answer = send("PUT", in("aoai-westus", "/deployments/bad"), *parseJson(body.toStdString()));
    QCOMPARE(answer->status, 400);
    QCOMPARE(codeOf(answer), code.toStdString());
}

void TestArmAccounts::capacityChangesTheRates()
{
    const std::string path = in("aoai-westus", "/deployments/gpt-4o");
    const auto patched = send("PATCH", path, {{"sku", {{"capacity", 400}}}});
    QCOMPARE(patched->status, 200);
    QVERIFY(!patched->has_header("ETag")); // Cognitive Services has it in the body
    const Json rates = memberAt(propertiesOf(get(path)), "rateLimits");
    QCOMPARE(integerAt(rates[1], "count"), 400'000);
    QCOMPARE(integerAt(propertiesOf(get(path)), "currentCapacity"), 400);
    QCOMPARE(textAt(propertiesOf(get(in("aoai-westeurope", "/deployments/gpt-4o"))), "raiPolicyName"),
             std::string("contoso-strict"));
}

void TestArmAccounts::contentFilters()
{
    const std::string path = in("aoai-westus", "/raiPolicies/mine");
    const Json body = {{"properties",
                        {{"mode", "Blocking"},
                         {"basePolicyName", "Microsoft.DefaultV2"},
                         {"contentFilters", Json::array({{{"name", "Hate"},
                                                          {"enabled", true},
                                                          {"blocking", true},
                                                          {"severityThreshold", "Low"},
                                                          {"source", "Prompt"}}})}}}};
    QCOMPARE(send("PUT", path, body)->status, 201);
    QVERIFY(namesIn(get(in("aoai-westus", "/raiPolicies"))).contains("mine"));
    QCOMPARE(textAt(propertiesOf(get(path)), "type"), std::string("UserManaged"));
    QCOMPARE(
        send("PATCH", in("aoai-westus", "/deployments/gpt-4o"), {{"properties", {{"raiPolicyName", "mine"}}}})
            ->status,
        200);
    const auto used = send("DELETE", path);
    QCOMPARE(used->status, 400);
    QVERIFY(messageOf(used).find("'gpt-4o'") != std::string::npos);
    Json bad = body;
    bad["properties"]["contentFilters"][0]["severityThreshold"] = "Extreme";
    QVERIFY(targetsOf(send("PUT", path, bad)).contains("contentFilters[0].severityThreshold"));
    bad = body;
    bad["properties"]["basePolicyName"] = "mine";
    QVERIFY(targetsOf(send("PUT", path, bad)).contains("basePolicyName"));
    const std::string system = in("aoai-westus", "/raiPolicies/Microsoft.DefaultV2");
    QCOMPARE(send("PUT", system, body)->status, 400);
    QCOMPARE(send("DELETE", system)->status, 400);
    const std::string unused = in("aoai-westus", "/raiPolicies/contoso-strict");
    QCOMPARE(send("DELETE", unused)->status, 200);
    QCOMPARE(send("DELETE", unused)->status, 204);
}

void TestArmAccounts::keysOnlyWhereTheyAreOn()
{
    const auto refused = send("POST", in("aoai-eastus", "/listKeys"));
    QCOMPARE(refused->status, 400);
    QVERIFY(messageOf(refused).find("disableLocalAuth") != std::string::npos);
    const Json keys = jsonOf(send("POST", in("aoai-westus", "/listKeys")));
    QCOMPARE(textAt(keys, "key1").size(), std::size_t{32});
    QCOMPARE(jsonOf(send("POST", in("aoai-westus", "/listKeys"))), keys);
    const Json changed = jsonOf(send("POST", in("aoai-westus", "/regenerateKey"), {{"keyName", "Key1"}}));
    QVERIFY(textAt(changed, "key1") != textAt(keys, "key1"));
    QCOMPARE(textAt(changed, "key2"), textAt(keys, "key2"));
    QCOMPARE(send("POST", in("aoai-westus", "/regenerateKey"), {{"keyName", "Key3"}})->status, 400);
    QVERIFY(!m_arm->resources->subscriptionForKey(textAt(keys, "key2"))); // of the account, not the gateway
}

void TestArmAccounts::diagnosticSettings()
{
    const std::string path = in("aoai-westus", "/providers/Microsoft.Insights/diagnosticSettings/logs");
    const Json body = {{"properties",
                        {{"workspaceId", workspaceResourceId()},
                         {"logs", Json::array({{{"categoryGroup", "allLogs"}, {"enabled", true}}})}}}};
    QCOMPARE(send("PUT", path, body)->status, 201);
    QCOMPARE(textAt(propertiesOf(get(path)), "workspaceId"), workspaceResourceId());
    QCOMPARE(send("PUT", path, {{"properties", {{"logs", Json::array()}}}})->status, 400);
    const std::string nowhere = in("no", "/providers/Microsoft.Insights/diagnosticSettings/logs");
    QCOMPARE(send("PUT", nowhere, body)->status, 404);
    QCOMPARE(send("DELETE", path)->status, 200);
}

void TestArmAccounts::readersChangeNothing()
{
    const std::uint64_t before = m_arm->resources->revision();
    for (const char* persona : {"manager", "developer"}) {
        const httplib::Result answers[] = {
            send("PATCH", in("aoai-westus", ""), {{"tags", Json::object()}}, persona),
            send("PUT", in("aoai-westus", "/deployments/second"), deployment(1), persona),
            send("DELETE", in("aoai-westus", "/deployments/gpt-4o"), {}, persona),
            send("DELETE", in("aoai-westus", "/raiPolicies/contoso-strict"), {}, persona),
            send("POST", in("aoai-westus", "/listKeys"), {}, persona)};
        for (const httplib::Result& answer : answers) {
            QCOMPARE(answer->status, 403);
            QCOMPARE(codeOf(answer), std::string("AuthorizationFailed"));
        }
        QCOMPARE(get(in("aoai-westus", "/raiPolicies"), persona)->status, 200);
    }
    QCOMPARE(m_arm->resources->revision(), before);
}

GATEHOUSE_TEST_MAIN(TestArmAccounts)
#include "tst_armaccounts.moc"
