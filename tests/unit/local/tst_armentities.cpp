// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/directory/servicedirectory.h"
#include "core/local/arm/namedvalues.h"
#include "core/local/sample/profiles.h"
#include "tests/support/testmain.h"
#include "tests/unit/local/armharness.h"

using namespace gatehouse;
using namespace gatehouse::local;
using namespace gatehouse::local::test;

namespace {

Json namedValue(const char* displayName, const char* value, bool secret = false)
{
    return {{"properties", {{"displayName", displayName}, {"value", value}, {"secret", secret}}}};
}

Json propertiesOf(const httplib::Result& answer)
{
    return memberAt(jsonOf(answer), "properties");
}

} // namespace

/// Named values, references between policies and what hangs on a product.
class TestArmEntities : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void namedValuesHaveVersions();
    void secretsStaySecret();
    void secretsOutliveRestartsAndMerges();
    void namedValueRules_data();
    void namedValueRules();
    void namedValuesInUseStay();
    void readersChangeNothing();
    void fragmentsInUseStay();
    void productsTakeTheirSubscriptionsAlong();
    void productsListWhatTheyHave();
    void policiesAreListed();
    void theDirectoryIsSeeded();
    void earlierStoresGetWhatIsNew();

private:
    [[nodiscard]] static std::string in(const std::string& path) { return ArmHarness::in(path); }
    [[nodiscard]] httplib::Result get(const std::string& path, const char* persona = "admin") const
    {
        return m_arm->get(path, persona);
    }
    [[nodiscard]] httplib::Result send(const char* method, const std::string& path, const Json& body = {},
                                       const std::string& ifMatch = {}, const char* persona = "admin") const
    {
        return m_arm->send(method, path, body, ifMatch, persona);
    }

    std::unique_ptr<ArmHarness> m_arm;
};

void TestArmEntities::init()
{
    m_arm = std::make_unique<ArmHarness>();
    QVERIFY(m_arm->seeded);
    m_arm->start();
}

void TestArmEntities::namedValuesHaveVersions()
{
    const std::string path = in("/namedValues/limit");
    const auto created = send("PUT", path, namedValue("limit", "100"));
    QCOMPARE(created->status, 201);
    const std::string first = created->get_header_value("ETag");
    QCOMPARE(m_arm->client().Head(path, m_arm->bearer("admin"))->get_header_value("ETag"), first);
    QCOMPARE(textAt(propertiesOf(get(path)), "value"), std::string("100"));
    QCOMPARE(send("PATCH", path, {{"properties", {{"value", "200"}}}})->status, 428);
    QCOMPARE(send("PATCH", path, {{"properties", {{"value", "200"}}}}, first)->status, 200);
    QCOMPARE(send("PUT", path, namedValue("limit", "300"), first)->status, 412);
    QCOMPARE(send("DELETE", path, {}, first)->status, 412);
    QCOMPARE(textAt(propertiesOf(get(path)), "value"), std::string("200"));
    QVERIFY(namesIn(get(in("/namedValues"))).contains("limit"));
    QCOMPARE(send("DELETE", path, {}, get(path)->get_header_value("ETag"))->status, 200);
    QCOMPARE(get(path)->status, 404);
}

void TestArmEntities::secretsStaySecret()
{
    const std::string path = in("/namedValues/key");
    const auto created = send("PUT", path, namedValue("key", "hidden-text", true));
    QCOMPARE(created->status, 201);
    for (const std::string& body : {created->body, get(path)->body, get(in("/namedValues"))->body})
        QVERIFY(body.find("hidden-text") == std::string::npos);
    QVERIFY(
        dumpJson(m_arm->resources->get(apimResourceId() + "/namedValues/key")->body).find("hidden-text") ==
        std::string::npos);
    const std::string listValue = in("/namedValues/key/listValue");
    QCOMPARE(textAt(jsonOf(send("POST", listValue)), "value"), std::string("hidden-text"));
    const auto refresh = send("POST", in("/namedValues/key/refreshSecret"));
    QCOMPARE(refresh->status, 400);
    QVERIFY(messageOf(refresh).find("Key Vault") != std::string::npos);
    QCOMPARE(send("POST", in("/namedValues/no/listValue"))->status, 404);
}

void TestArmEntities::secretsOutliveRestartsAndMerges()
{
    const std::string path = in("/namedValues/key");
    QCOMPARE(send("PUT", path, namedValue("key", "hidden-text", true))->status, 201);
    QCOMPARE(send("PATCH", path, {{"properties", {{"tags", Json::array({"a"})}}}}, "*")->status, 200);
    const std::string id = apimResourceId() + "/namedValues/key";
    QCOMPARE(namedValueText(*m_arm->resources->get(id)), std::string("hidden-text"));
    const auto reopened = ResourceStore::open(m_arm->directory.path().toStdString() + "/resources.sqlite");
    QVERIFY(reopened);
    QCOMPARE((*reopened)->get(id)->secret, std::string("hidden-text"));
    QCOMPARE(findNamedValue(**reopened, "KEY")->id, id);
    // Written as no secret, it is in the open, and nowhere else.
    QCOMPARE(send("PUT", path, namedValue("key", "open-text"), "*")->status, 200);
    QCOMPARE(m_arm->resources->get(id)->secret, std::string());
    QCOMPARE(send("DELETE", path, {}, "*")->status, 200);
    const auto again = ResourceStore::open(m_arm->directory.path().toStdString() + "/resources.sqlite");
    QVERIFY(again && (*again)->get(id) == nullptr);
}

void TestArmEntities::namedValueRules_data()
{
    QTest::addColumn<QByteArray>("properties");
    QTest::addColumn<QByteArray>("target");
    const auto row = [](const char* name, const Json& properties, const char* target) {
        QTest::newRow(name) << QByteArray::fromStdString(dumpJson(properties)) << QByteArray(target);
    };
    row("no name", {{"value", "x"}}, "displayName");
    row("a blank in the name", {{"displayName", "a b"}, {"value", "x"}}, "displayName");
    row("braces in the name", {{"displayName", "{{a}}"}, {"value", "x"}}, "displayName");
    row("a name that is taken", {{"displayName", "Gatehouse-Directory"}, {"value", "x"}}, "displayName");
    row("no value", {{"displayName", "a"}}, "value");
    row("blanks only", {{"displayName", "a"}, {"value", " \t"}}, "value");
    row("too long", {{"displayName", "a"}, {"value", std::string(4'097, 'x')}}, "value");
    row("secret is a text", {{"displayName", "a"}, {"value", "x"}, {"secret", "yes"}}, "secret");
    row("tags are a text", {{"displayName", "a"}, {"value", "x"}, {"tags", "b"}}, "tags");
    row("a vault", {{"displayName", "a"}, {"keyVault", {{"secretIdentifier", "https://v"}}}}, "keyVault");
}

void TestArmEntities::namedValueRules()
{
    QFETCH(QByteArray, properties);
    QFETCH(QByteArray, target);
    const auto answer =
        send("PUT", in("/namedValues/bad"), {{"properties", *parseJson(properties.toStdString())}});
    QCOMPARE(answer->status, 400);
    QCOMPARE(codeOf(answer), std::string("ValidationError"));
    QVERIFY2(targetsOf(answer).contains(target.toStdString()), answer->body.c_str());
    QCOMPARE(get(in("/namedValues/bad"))->status, 404);
}

void TestArmEntities::namedValuesInUseStay()
{
    const std::string path = in("/namedValues/limit");
    QCOMPARE(send("PUT", path, namedValue("the-limit", "100"))->status, 201);
    // Stored as it would be written, whether or not the gateway obeys named values.
    const std::string policy = apimResourceId() + "/products/ai-platform/policies/policy";
    const auto use = [&](const std::string& xml) {
        QVERIFY(m_arm->resources->put(policy, "Microsoft.ApiManagement/service/products/policies",
                                      {{"properties", {{"format", "rawxml"}, {"value", xml}}}}));
    };
    use("<policies><inbound><base /><set-variable name=\"x\" value=\"{{The-Limit}}\" "
        "/></inbound></policies>");
    const auto refused = send("DELETE", path, {}, "*");
    QCOMPARE(refused->status, 400);
    QVERIFY2(messageOf(refused).find("the policy of 'products/ai-platform'") != std::string::npos,
             refused->body.c_str());
    const auto renamed = send("PATCH", path, {{"properties", {{"displayName", "other"}}}}, "*");
    QCOMPARE(renamed->status, 400);
    QVERIFY(targetsOf(renamed).contains("displayName"));
    use("<policies><inbound><base /><!-- {{the-limit}} --></inbound></policies>");
    QCOMPARE(send("DELETE", path, {}, "*")->status, 200);
}

void TestArmEntities::readersChangeNothing()
{
    const std::string path = in("/namedValues/limit");
    QCOMPARE(send("PUT", path, namedValue("limit", "1"))->status, 201);
    const std::uint64_t before = m_arm->resources->revision();
    for (const char* persona : {"manager", "developer"}) {
        QCOMPARE(get(path, persona)->status, 200);
        const httplib::Result answers[] = {
            send("PUT", path, namedValue("limit", "2"), {}, persona),
            send("PATCH", path, namedValue("limit", "2"), "*", persona),
            send("DELETE", path, {}, "*", persona),
            send("POST", in("/namedValues/limit/listValue"), {}, {}, persona),
            send("POST", in("/policyFragments/gatehouse-quotas/listReferences"), {}, {}, persona),
            send("PUT", in("/products/ai-platform/apis/azure-openai"), {}, {}, persona),
            send("DELETE", in("/products/ai-platform"), {}, "*", persona)};
        for (const httplib::Result& answer : answers) {
            QCOMPARE(answer->status, 403);
            QCOMPARE(codeOf(answer), std::string("AuthorizationFailed"));
        }
    }
    QCOMPARE(m_arm->resources->revision(), before);
}

void TestArmEntities::fragmentsInUseStay()
{
    const auto references = send("POST", in("/policyFragments/gatehouse-quotas/listReferences"));
    QCOMPARE(references->status, 200);
    const Json listed = jsonOf(references);
    QCOMPARE(integerAt(listed, "count"), 1);
    QCOMPARE(textAt(memberAt(listed, "value")[0], "id"),
             apimResourceId() + "/apis/azure-openai/policies/policy");
    const auto refused = send("DELETE", in("/policyFragments/gatehouse-quotas"), {}, "*");
    QCOMPARE(refused->status, 400);
    QCOMPARE(codeOf(refused), std::string("ValidationError"));
    QVERIFY(messageOf(refused).find("the policy of 'apis/azure-openai'") != std::string::npos);
    QVERIFY(m_arm->resources->get(apimResourceId() + "/policyFragments/gatehouse-quotas"));
    const Json fragment = {{"properties", {{"value", "<fragment></fragment>"}}}};
    QCOMPARE(send("PUT", in("/policyFragments/spare"), fragment)->status, 201);
    QCOMPARE(integerAt(jsonOf(send("POST", in("/policyFragments/spare/listReferences"))), "count"), 0);
    QCOMPARE(send("DELETE", in("/policyFragments/spare"), {}, "*")->status, 200);
}

void TestArmEntities::productsTakeTheirSubscriptionsAlong()
{
    const std::string path = in("/products/ai-platform");
    const std::string key = m_arm->resources->keyOf("fraud-review");
    const auto refused = send("DELETE", path, {}, "*");
    QCOMPARE(refused->status, 400);
    QVERIFY(messageOf(refused).find("10 subscriptions") != std::string::npos);
    QCOMPARE(send("DELETE", path + "&deleteSubscriptions=true", {}, "\"stale\"")->status, 412);
    QVERIFY(m_arm->resources->subscriptionForKey(key));
    QCOMPARE(send("DELETE", path + "&deleteSubscriptions=true", {}, "*")->status, 200);
    QVERIFY(!m_arm->resources->subscriptionForKey(key));
    QVERIFY(namesIn(get(in("/subscriptions"))).empty());
}

void TestArmEntities::productsListWhatTheyHave()
{
    QCOMPARE(namesIn(get(in("/products/ai-platform/apis"))), (std::set<std::string>{"azure-openai"}));
    QCOMPARE(namesIn(get(in("/products/ai-platform/groups"))),
             (std::set<std::string>{"administrators", "developers", "guests"}));
    const Json page = jsonOf(get(in("/products/ai-platform/subscriptions") + "&$top=4"));
    QCOMPARE(integerAt(page, "count"), 10);
    QCOMPARE(memberAt(page, "value").size(), std::size_t{4});
    QVERIFY(!textAt(page, "nextLink").empty());
    const auto filtered = get(in("/products/ai-platform/subscriptions") +
                              "&$filter=" + percentEncode("displayName eq 'Fraud review'"));
    QCOMPARE(namesIn(filtered), (std::set<std::string>{"fraud-review"}));
    QCOMPARE(get(in("/products/no/apis"))->status, 404);
    const auto head = [this](const char* path) {
        return m_arm->client().Head(in(path), m_arm->bearer("admin"))->status;
    };
    QCOMPARE(head("/products/ai-platform/apis/azure-openai"), 204);
    QCOMPARE(head("/products/ai-platform/apis/no"), 404);
    QCOMPARE(send("PUT", in("/products/ai-platform/apis/azure-openai"))->status, 200);
    QCOMPARE(send("DELETE", in("/products/ai-platform/apis/azure-openai"))->status, 405);
}

void TestArmEntities::policiesAreListed()
{
    std::set<std::string> documents;
    const Json listed = jsonOf(get(in("/allPolicies")));
    for (const Json& policy : memberAt(listed, "value"))
        documents.insert(textAt(memberAt(policy, "properties"), "referencePolicyId"));
    QCOMPARE(documents, (std::set<std::string>{"/apis/azure-openai/policies/policy", "/policies/policy"}));
    QCOMPARE(integerAt(jsonOf(get(in("/policyRestrictions"))), "count", -1), 0);
}

void TestArmEntities::theDirectoryIsSeeded()
{
    const Json properties = propertiesOf(get(in("/namedValues/gatehouse-directory"), "manager"));
    const std::string text = textAt(properties, "value");
    QVERIFY(text.size() <= MaxNamedValueLength);
    const auto directory = gateway::parseDirectory(text);
    QVERIFY(directory);
    QCOMPARE(directory->services.size(), seedServices().size());
    for (const ServiceProfile& profile : serviceProfiles()) {
        if (profile.subscription.empty())
            continue;
        const gateway::ServiceFacts* facts = directory->find(profile.subscription);
        QVERIFY(facts != nullptr);
        QCOMPARE(facts->feature, std::string(profile.feature));
        QCOMPARE(facts->owner, std::string(profile.owner));
        QCOMPARE(facts->sensitivity, std::string(profile.sensitivity));
        QVERIFY(!facts->costCentre.empty());
    }
}

/// A store as the first version left it: no version, nothing that came later, and accounts all alike.
void TestArmEntities::earlierStoresGetWhatIsNew()
{
    ResourceStore& store = *m_arm->resources;
    const std::string directory = apimResourceId() + "/namedValues/gatehouse-directory";
    const std::string filter = accountResourceId("aoai-eastus") + "/raiPolicies/contoso-strict";
    QVERIFY(store.remove(directory, {}));
    QVERIFY(store.remove(filter, {}));
    QVERIFY(store.remove(apimResourceId() + "/subscriptions/hr-assistant", {}));
    const std::string westeurope = accountResourceId("aoai-westeurope");
    QVERIFY(store.put(westeurope, "Microsoft.CognitiveServices/accounts",
                      {{"location", "westeurope"}, {"properties", {{"publicNetworkAccess", "Enabled"}}}}));
    const std::string backend = apimResourceId() + "/backends/aoai-eastus";
    QVERIFY(store.patch(backend, {{"properties", {{"title", "mine"}}}}, {}));
    QVERIFY(store.putAll({}, 0));
    QVERIFY(seedResources(store));
    QVERIFY(store.get(directory) != nullptr);
    QVERIFY(store.get(filter) != nullptr);
    QCOMPARE(textAt(store.get(westeurope)->properties(), "publicNetworkAccess"), std::string("Disabled"));
    QCOMPARE(textAt(store.get(backend)->properties(), "title"), std::string("mine"));
    QVERIFY(store.get(apimResourceId() + "/subscriptions/hr-assistant") == nullptr); // its owner removed it
    // From now on what is removed stays away.
    QVERIFY(store.remove(filter, {}));
    QVERIFY(seedResources(store));
    QVERIFY(store.get(filter) == nullptr);
}

GATEHOUSE_TEST_MAIN(TestArmEntities)
#include "tst_armentities.moc"
