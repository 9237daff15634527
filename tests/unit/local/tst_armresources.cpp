// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/encoding.h"
#include "tests/support/testmain.h"
#include "tests/unit/local/platformharness.h"

#include <set>

using namespace gatehouse;
using namespace gatehouse::local;
using namespace gatehouse::local::test;

namespace {

const std::string Version = "?api-version=2024-05-01";

} // namespace

/// Resources, discovery and roles over HTTP.
class TestArmResources : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void discovery();
    void apiVersionIsMandatory();
    void correlation();
    void unknownThings_data();
    void unknownThings();
    void gatewayUrlIsTheOrigin();
    void etagsGuardWrites();
    void putCreatesAndReplaces();
    void readersCannotWrite();
    void fixedTypes();
    void backendValidation_data();
    void backendValidation();
    void poolMembersStay();
    void listsPage();
    void listsFilter();
    void secretsOnlyByPost();
    void keysAreRegenerated();
    void subscriptionsGetKeys();
    void policyScopes();
    void permissionsByPersona();
    void quotas();

private:
    [[nodiscard]] httplib::Result get(const std::string& path, const std::string& persona = "admin") const
    {
        return m_harness->client().Get(path, m_harness->bearer(persona));
    }
    [[nodiscard]] httplib::Result send(const char* method, const std::string& path, const Json& body,
                                       const std::string& ifMatch = {},
                                       const std::string& persona = "admin") const
    {
        httplib::Request request;
        request.method = method;
        request.path = path;
        request.headers = m_harness->bearer(persona);
        request.set_header("Content-Type", "application/json");
        if (!ifMatch.empty())
            request.set_header("If-Match", ifMatch);
        request.body = dumpJson(body);
        return m_harness->client().send(request);
    }
    [[nodiscard]] static std::string in(const std::string& path) { return apimResourceId() + path + Version; }

    std::unique_ptr<PlatformHarness> m_harness;
};

void TestArmResources::init()
{
    m_harness = std::make_unique<PlatformHarness>();
    m_harness->start();
}

void TestArmResources::discovery()
{
    const Json tenants = jsonOf(get("/tenants?api-version=2022-12-01", "manager"));
    QCOMPARE(textAt(memberAt(tenants, "value")[0], "tenantId"), std::string(seed::TenantId));
    const Json subscriptions = jsonOf(get("/subscriptions?api-version=2022-12-01"));
    QCOMPARE(textAt(memberAt(subscriptions, "value")[0], "state"), std::string("Enabled"));
    const std::string subscription = "/subscriptions/" + std::string(seed::SubscriptionId);
    QCOMPARE(memberAt(jsonOf(get(subscription + "/locations" + Version)), "value").size(), std::size_t{3});
    QCOMPARE(memberAt(jsonOf(get(subscription + "/resourcegroups" + Version)), "value").size(),
             std::size_t{1});
    QCOMPARE(memberAt(jsonOf(get(subscription + "/resources" + Version)), "value").size(), std::size_t{5});
    const Json found = jsonOf(get(subscription + "/resources" + Version + "&$filter=" +
                                  percentEncode("resourceType eq 'microsoft.apimanagement/service'")));
    QCOMPARE(memberAt(found, "value").size(), std::size_t{1});
    QCOMPARE(get(subscription + "/resources" + Version + "&$filter=name")->status, 400);
    const Json workspaces =
        jsonOf(get(subscription + "/providers/Microsoft.OperationalInsights/workspaces" + Version));
    QCOMPARE(textAt(memberAt(memberAt(workspaces, "value")[0], "properties"), "customerId"),
             std::string(seed::WorkspaceId));
    const Json accounts =
        jsonOf(get(resourceGroupId() + "/providers/Microsoft.CognitiveServices/accounts" + Version));
    QCOMPARE(memberAt(accounts, "value").size(), std::size_t{3});
    QVERIFY(!accounts.contains("count"));
}

void TestArmResources::apiVersionIsMandatory()
{
    for (const char* version : {"", "?api-version=", "?api-version=latest", "?api-version=2024-5-1"}) {
        const auto answer = get(apimResourceId() + version);
        QCOMPARE(answer->status, 400);
        QVERIFY(codeOf(answer).find("ApiVersionParameter") != std::string::npos);
    }
    QCOMPARE(get(apimResourceId() + "?api-version=2024-06-01-preview")->status, 200);
    QCOMPARE(m_harness->client().Get(apimResourceId())->status, 401); // who is not in is not told more
}

void TestArmResources::correlation()
{
    const std::string client = randomGuid();
    httplib::Headers headers = m_harness->bearer("admin");
    headers.emplace("x-ms-client-request-id", client);
    headers.emplace("x-ms-return-client-request-id", "true");
    const auto answer = m_harness->client().Get("/tenants?api-version=2022-12-01", headers);
    QCOMPARE(answer->get_header_value("x-ms-client-request-id"), client);
    QVERIFY(isGuid(answer->get_header_value("x-ms-request-id")));
    QVERIFY(isGuid(answer->get_header_value("x-ms-correlation-request-id")));
    QVERIFY(answer->get_header_value("x-ms-routing-request-id").find(":20260601T000000Z:") !=
            std::string::npos);
    QVERIFY(!answer->get_header_value("x-ms-ratelimit-remaining-subscription-reads").empty());
}

void TestArmResources::unknownThings_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("code");
    const auto row = [](const char* name, const std::string& path, int status, const char* code) {
        QTest::newRow(name) << QByteArray::fromStdString(path) << status << QByteArray(code);
    };
    row("subscription", "/subscriptions/x/resourceGroups/g", 404, "SubscriptionNotFound");
    row("group", "/subscriptions/" + std::string(seed::SubscriptionId) + "/resourceGroups/g", 404,
        "ResourceGroupNotFound");
    row("resource", resourceGroupId() + "/providers/Microsoft.ApiManagement/service/no", 404,
        "ResourceNotFound");
    row("list of nothing", resourceGroupId() + "/providers/Microsoft.ApiManagement/service/no/backends", 404,
        "ResourceNotFound");
    row("type", resourceGroupId() + "/providers/Microsoft.Compute/virtualMachines", 400,
        "InvalidResourceType");
    row("path", resourceGroupId() + "/nonsense", 404, "InvalidRequestUri");
}

void TestArmResources::unknownThings()
{
    QFETCH(QByteArray, path);
    QFETCH(int, status);
    QFETCH(QByteArray, code);
    const auto answer = get(path.toStdString() + Version);
    QCOMPARE(answer->status, status);
    QCOMPARE(codeOf(answer), code.toStdString());
}

void TestArmResources::gatewayUrlIsTheOrigin()
{
    const Json service = jsonOf(get(in("")));
    QCOMPARE(textAt(memberAt(service, "properties"), "gatewayUrl"), m_harness->server->origin());
    QVERIFY(dumpJson(m_harness->resources->get(apimResourceId())->body).find("127.0.0.1") ==
            std::string::npos);
}

void TestArmResources::etagsGuardWrites()
{
    const std::string path = in("/backends/aoai-eastus");
    const std::string first = get(path)->get_header_value("ETag");
    QVERIFY(!first.empty());
    QCOMPARE(m_harness->client().Head(path, m_harness->bearer("admin"))->get_header_value("ETag"), first);
    QVERIFY(!jsonOf(get(path)).contains("etag"));
    const Json change = {{"properties", {{"title", "mine"}}}};
    QCOMPARE(send("PATCH", path, change)->status, 428);
    QCOMPARE(send("DELETE", path, {})->status, 428);
    const auto patched = send("PATCH", path, change, first);
    QCOMPARE(patched->status, 200);
    QVERIFY(patched->get_header_value("ETag") != first);
    // A merge: what was not named is still there.
    QVERIFY(memberAt(memberAt(jsonOf(patched), "properties"), "circuitBreaker").is_object());
    const auto stale = send("PATCH", path, {{"properties", {{"title", "theirs"}}}}, first);
    QCOMPARE(stale->status, 412);
    QCOMPARE(codeOf(stale), std::string("PreconditionFailed"));
    QCOMPARE(send("PUT", path, jsonOf(get(path)), first)->status, 412);
    QCOMPARE(textAt(memberAt(jsonOf(get(path)), "properties"), "title"), std::string("mine"));
    QCOMPARE(send("PATCH", path, change, "*")->status, 200);
}

void TestArmResources::putCreatesAndReplaces()
{
    const std::string path = in("/backends/spare");
    const Json body = {{"properties", {{"url", "https://a.example/openai"}, {"protocol", "http"}}}};
    const auto created = send("PUT", path, body);
    QCOMPARE(created->status, 201);
    QCOMPARE(textAt(jsonOf(created), "id"), apimResourceId() + "/backends/spare");
    QCOMPARE(send("PUT", path, body)->status, 200);
    QCOMPARE(send("PUT", path, body, "*")->status, 200);
    QCOMPARE(send("DELETE", path, {}, "*")->status, 200);
    QCOMPARE(send("DELETE", path, {}, "*")->status, 204);
    QCOMPARE(get(path)->status, 404);
    QCOMPARE(send("PUT", path, Json::array())->status, 400);
    QCOMPARE(send("PUT", in("/apis/no/diagnostics/azuremonitor"), body)->status, 404);
}

void TestArmResources::readersCannotWrite()
{
    const std::string path = in("/backends/aoai-eastus");
    for (const char* persona : {"manager", "developer"}) {
        QCOMPARE(get(path, persona)->status, 200);
        for (const char* method : {"PUT", "PATCH", "DELETE"}) {
            const auto answer = send(method, path, {{"properties", Json::object()}}, "*", persona);
            QCOMPARE(answer->status, 403);
            QCOMPARE(codeOf(answer), std::string("AuthorizationFailed"));
        }
        QCOMPARE(send("POST", in("/subscriptions/fraud-review/listSecrets"), {}, {}, persona)->status, 403);
    }
    QVERIFY(send("DELETE", path, {}, "*", "manager")
                ->body.find("Microsoft.ApiManagement/service/backends/delete") != std::string::npos);
}

void TestArmResources::fixedTypes()
{
    QCOMPARE(send("PUT", in(""), {{"properties", Json::object()}})->status, 405);
    QCOMPARE(send("DELETE", workspaceResourceId() + Version, {}, "*")->status, 405);
    QVERIFY(m_harness->resources->get(workspaceResourceId()));
}

void TestArmResources::backendValidation_data()
{
    QTest::addColumn<QByteArray>("properties");
    QTest::addColumn<QByteArray>("target");
    QTest::newRow("no url") << QByteArray(R"({"protocol":"http"})") << QByteArray("url");
    QTest::newRow("file url") << QByteArray(R"({"url":"file:///etc","protocol":"http"})")
                              << QByteArray("url");
    QTest::newRow("protocol") << QByteArray(R"({"url":"https://a","protocol":"gopher"})")
                              << QByteArray("protocol");
    QTest::newRow("two rules")
        << QByteArray(
               R"({"url":"https://a","protocol":"http","circuitBreaker":{"rules":[{"failureCondition":{"count":1}},{"failureCondition":{"count":1}}]}})")
        << QByteArray("circuitBreaker");
    QTest::newRow("percentage")
        << QByteArray(
               R"({"url":"https://a","protocol":"http","circuitBreaker":{"rules":[{"failureCondition":{"percentage":101}}]}})")
        << QByteArray("circuitBreaker");
    QTest::newRow("status range")
        << QByteArray(
               R"({"url":"https://a","protocol":"http","circuitBreaker":{"rules":[{"failureCondition":{"count":1,"statusCodeRanges":[{"min":100,"max":599}]}}]}})")
        << QByteArray("circuitBreaker");
    QTest::newRow("type") << QByteArray(R"({"type":"Many","url":"https://a","protocol":"http"})")
                          << QByteArray("type");
    QTest::newRow("empty pool") << QByteArray(R"({"type":"Pool","pool":{"services":[]}})")
                                << QByteArray("pool.services");
    QTest::newRow("unknown member") << QByteArray(
                                           R"({"type":"Pool","pool":{"services":[{"id":"/backends/no"}]}})")
                                    << QByteArray("pool.services[0].id");
    QTest::newRow("pool in a pool")
        << QByteArray(
               R"({"type":"Pool","pool":{"services":[{"id":"/backends/aoai-eastus"},{"id":"/backends/aoai-pool"}]}})")
        << QByteArray("pool.services[1].id");
    QTest::newRow("weight")
        << QByteArray(R"({"type":"Pool","pool":{"services":[{"id":"/backends/aoai-eastus","weight":101}]}})")
        << QByteArray("pool");
}

void TestArmResources::backendValidation()
{
    QFETCH(QByteArray, properties);
    QFETCH(QByteArray, target);
    const std::uint64_t before = m_harness->resources->revision();
    const auto answer =
        send("PUT", in("/backends/bad"), {{"properties", *parseJson(properties.toStdString())}});
    QCOMPARE(answer->status, 400);
    QCOMPARE(codeOf(answer), std::string("ValidationError"));
    std::set<std::string> targets;
    const Json body = jsonOf(answer); // the members below live in it
    for (const Json& detail : memberAt(memberAt(body, "error"), "details"))
        targets.insert(textAt(detail, "target"));
    QVERIFY2(targets.contains(target.toStdString()), answer->body.c_str());
    QCOMPARE(m_harness->resources->revision(), before);
}

void TestArmResources::poolMembersStay()
{
    const auto refused = send("DELETE", in("/backends/aoai-westus"), {}, "*");
    QCOMPARE(refused->status, 400);
    const Json pool = {
        {"properties",
         {{"type", "Pool"},
          {"pool",
           {{"services", Json::array({{{"id", "/backends/aoai-eastus"}, {"weight", "3"}},
                                      {{"id", "/backends/AOAI-westeurope"}, {"priority", 2}}})}}}}}};
    const auto written = send("PUT", in("/backends/aoai-pool"), pool);
    QCOMPARE(written->status, 200);
    const Json services = memberAt(memberAt(memberAt(jsonOf(written), "properties"), "pool"), "services");
    QCOMPARE(textAt(services[1], "id"), apimResourceId() + "/backends/aoai-westeurope");
    QCOMPARE(send("DELETE", in("/backends/aoai-westus"), {}, "*")->status, 200);
}

void TestArmResources::listsPage()
{
    std::set<std::string> names;
    std::string path = in("/subscriptions") + "&$top=4";
    int pages = 0;
    while (!path.empty()) {
        const Json page = jsonOf(get(path));
        QCOMPARE(integerAt(page, "count"), 10);
        for (const Json& item : memberAt(page, "value"))
            names.insert(textAt(item, "name"));
        const std::string next = textAt(page, "nextLink", "missing");
        path = next.empty() ? "" : next.substr(m_harness->server->origin().size());
        QVERIFY(++pages < 5);
    }
    QCOMPARE(pages, 3);
    QCOMPARE(names.size(), std::size_t{10});
}

void TestArmResources::listsFilter()
{
    const auto ask = [this](const char* filter) {
        return get(in("/subscriptions") + "&$filter=" + percentEncode(filter));
    };
    QCOMPARE(memberAt(jsonOf(ask("displayName eq 'Fraud review'")), "value").size(), std::size_t{1});
    QCOMPARE(memberAt(jsonOf(ask("state eq 'active' and name eq 'fraud-review'")), "value").size(),
             std::size_t{1});
    QCOMPARE(memberAt(jsonOf(ask("displayName eq 'O''Neill'")), "value").size(), std::size_t{0});
    for (const char* bad : {"displayName", "displayName gt 'a'", "a eq 'b' or c eq 'd'", "a eq 'b"})
        QCOMPARE(ask(bad)->status, 400);
}

void TestArmResources::secretsOnlyByPost()
{
    const std::string key = m_harness->resources->keyOf("fraud-review");
    QVERIFY(get(in("/subscriptions"))->body.find(key) == std::string::npos);
    QVERIFY(get(in("/subscriptions/fraud-review"))->body.find(key) == std::string::npos);
    const Json secrets = jsonOf(send("POST", in("/subscriptions/fraud-review/listSecrets"), {}));
    QCOMPARE(textAt(secrets, "primaryKey"), key);
    QCOMPARE(send("POST", in("/subscriptions/no/listSecrets"), {})->status, 404);
    QCOMPARE(send("POST", in("/subscriptions/fraud-review/other"), {})->status, 400);
}

void TestArmResources::keysAreRegenerated()
{
    const auto before = m_harness->resources->keysOf("fraud-review");
    QCOMPARE(send("POST", in("/subscriptions/fraud-review/regeneratePrimaryKey"), {})->status, 204);
    const auto after = m_harness->resources->keysOf("fraud-review");
    QVERIFY(after->primary != before->primary);
    QCOMPARE(after->secondary, before->secondary);
    QVERIFY(!m_harness->resources->subscriptionForKey(before->primary));
    QCOMPARE(send("POST", in("/subscriptions/fraud-review/regenerateSecondaryKey"), {})->status, 204);
    QVERIFY(m_harness->resources->keysOf("fraud-review")->secondary != before->secondary);
}

void TestArmResources::subscriptionsGetKeys()
{
    const Json body = {
        {"properties",
         {{"displayName", "New"}, {"scope", "/products/ai-platform"}, {"primaryKey", "given-key"}}}};
    const auto created = send("PUT", in("/subscriptions/new-one"), body);
    QCOMPARE(created->status, 201);
    QVERIFY(created->body.find("given-key") == std::string::npos);
    QCOMPARE(textAt(memberAt(jsonOf(created), "properties"), "scope"),
             apimResourceId() + "/products/ai-platform");
    QCOMPARE(*m_harness->resources->subscriptionForKey("given-key"), std::string("new-one"));
    QCOMPARE(m_harness->resources->keysOf("new-one")->secondary.size(), std::size_t{32});
    const auto suspended =
        send("PATCH", in("/subscriptions/new-one"), {{"properties", {{"state", "suspended"}}}}, "*");
    QCOMPARE(suspended->status, 200);
    QVERIFY(!m_harness->resources->subscriptionForKey("given-key"));
    QCOMPARE(m_harness->resources->keyOf("new-one"), std::string("given-key"));
    const Json wrong = {
        {"properties", {{"displayName", "New"}, {"scope", "/products/no"}, {"state", "asleep"}}}};
    QCOMPARE(
        memberAt(memberAt(jsonOf(send("PUT", in("/subscriptions/wrong"), wrong)), "error"), "details").size(),
        std::size_t{2});
}

void TestArmResources::policyScopes()
{
    QCOMPARE(get(in("/policies/policy"))->status, 200);
    const auto missing = get(in("/products/ai-platform/policies/policy")); // means: inherit
    QCOMPARE(missing->status, 404);
    const Json policy = {
        {"properties", {{"format", "rawxml"}, {"value", "<policies><inbound/></policies>"}}}};
    QCOMPARE(send("PUT", in("/products/ai-platform/policies/policy"), policy)->status, 201);
    const Json read = jsonOf(get(in("/products/ai-platform/policies/policy") + "&format=rawxml"));
    QCOMPARE(memberAt(read, "properties"), policy["properties"]);
    QCOMPARE(send("PUT", in("/products/ai-platform/policies/other"), policy)->status, 400);
    QCOMPARE(send("PUT", in("/policies/policy"), {{"properties", {{"value", "<nothing/>"}}}})->status, 400);
    const auto unsupported =
        send("PUT", in("/policies/policy"),
             {{"properties", {{"value", "<policies>\n<inbound>\n<cors/></inbound></policies>"}}}});
    QCOMPARE(unsupported->status, 400);
    QVERIFY(unsupported->body.find("'cors' on line 3, column 2") != std::string::npos);
    const Json raw = {{"properties",
                       {{"format", "rawxml"},
                        {"value", "<policies><inbound><choose><when condition=\"@(context.Request.Method == "
                                  "\"POST\")\"/></choose></inbound></policies>"}}}};
    QCOMPARE(send("PUT", in("/products/ai-platform/policies/policy"), raw)->status, 200);
    const Json escaped = jsonOf(get(in("/products/ai-platform/policies/policy") + "&format=xml"));
    QVERIFY(textAt(memberAt(escaped, "properties"), "value").find("&quot;POST&quot;") != std::string::npos);
    const Json fragment = {{"properties", {{"format", "rawxml"}, {"value", "<fragment></fragment>"}}}};
    QCOMPARE(send("PUT", in("/policyFragments/quotas"), fragment)->status, 201);
}

void TestArmResources::permissionsByPersona()
{
    const std::string path = in("/providers/Microsoft.Authorization/permissions");
    const auto actions = [&](const char* persona) {
        return memberAt(memberAt(jsonOf(get(path, persona)), "value")[0], "actions");
    };
    QCOMPARE(actions("admin"), Json::array({"*"}));
    QCOMPARE(actions("manager"), Json::array({"*/read"}));
    QCOMPARE(actions("developer"), Json::array({"*/read"}));
}

void TestArmResources::quotas()
{
    const std::string path =
        "/subscriptions/" + std::string(seed::SubscriptionId) +
        "/providers/Microsoft.CognitiveServices/locations/westus/usages?api-version=2025-09-01";
    const auto usedBy = [&](const char* name) {
        const Json listed = jsonOf(get(path));
        for (const Json& usage : memberAt(listed, "value")) {
            if (textAt(memberAt(usage, "name"), "value") == name)
                return integerAt(usage, "currentValue");
        }
        return std::int64_t{-1};
    };
    QCOMPARE(usedBy("AccountCount"), 1);
    const std::int64_t before = usedBy("OpenAI.Standard.gpt-4o");
    QVERIFY(before > 0);
    const std::string deployment =
        accountResourceId("aoai-westus") + "/deployments/second?api-version=2025-09-01";
    const Json body = {
        {"sku", {{"name", "Standard"}, {"capacity", 7}}},
        {"properties", {{"model", {{"format", "OpenAI"}, {"name", "gpt-4o"}, {"version", "1"}}}}}};
    const auto created = send("PUT", deployment, body);
    QCOMPARE(created->status, 201);
    QVERIFY(!created->has_header("ETag")); // Cognitive Services has it in the body
    QVERIFY(jsonOf(created).contains("etag"));
    QCOMPARE(usedBy("OpenAI.Standard.gpt-4o"), before + 7);
    QCOMPARE(send("DELETE", deployment, {})->status, 200);
    QCOMPARE(usedBy("OpenAI.Standard.gpt-4o"), before);
}

GATEHOUSE_TEST_MAIN(TestArmResources)
#include "tst_armresources.moc"
