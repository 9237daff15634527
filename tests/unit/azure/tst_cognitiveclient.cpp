// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN // Qt 6.4's moc does not read concepts
#include "core/azure/cognitiveclient.h"
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

struct Rig
{
    explicit Rig(FakeHttp::Handler handler)
        : http(std::move(handler))
        , authorized(http, tokens, clock)
        , arm(authorized, "https://arm.example", "arm/.default")
        , client(arm)
    {}
    ManualClock clock;
    FakeHttp http;
    FakeTokens tokens;
    AuthorizedClient authorized;
    ArmClient arm;
    CognitiveClient client;
};

} // namespace

class TestCognitiveClient : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsAccountsWithTheirPosture();
    void whatAnAccountDoesNotSayIsAzuresDefault();
    void readsDeployments();
    void readsUsages();
    void readsModels();
    void anErrorIsHandedOn();
};

void TestCognitiveClient::readsAccountsWithTheirPosture()
{
    Rig rig([](const http::HttpRequest&) {
        return response(200, R"({"value":[{"id":"/a/east","name":"east","kind":"OpenAI","location":"eastus",
            "properties":{"endpoint":"https://east.example/","customSubDomainName":"east",
            "publicNetworkAccess":"disabled","networkAcls":{"defaultAction":"Deny"},"disableLocalAuth":true,
            "privateEndpointConnections":[{"name":"pe","properties":
              {"privateLinkServiceConnectionState":{"status":"Approved"}}}]}},{"name":"without an id"}]})");
    });
    const auto accounts = await(rig.client.accounts("s-1", {}));
    QVERIFY(accounts.has_value());
    QCOMPARE(accounts->size(), 1U);
    const AiAccount& account = accounts->front();
    QCOMPARE(account.location, std::string("eastus"));
    QVERIFY(!account.publicAccess);
    QVERIFY(account.keysOff);
    QCOMPARE(account.networkDefaultAction, std::string("Deny"));
    QCOMPARE(account.privateEndpoints.at(0).status, std::string("Approved"));
    QCOMPARE(rig.http.requests[0].url,
             std::string("https://arm.example/subscriptions/s-1/providers/Microsoft.CognitiveServices/"
                         "accounts?api-version=2025-09-01"));
}

void TestCognitiveClient::whatAnAccountDoesNotSayIsAzuresDefault()
{
    Rig rig([](const http::HttpRequest&) {
        return response(200, R"({"value":[{"id":"/a/east","properties":{"publicNetworkAccess":null}}]})");
    });
    const auto accounts = await(rig.client.accounts("s-1", {}));
    QCOMPARE(accounts->front().name, std::string("east"));
    QVERIFY(accounts->front().publicAccess);
    QVERIFY(!accounts->front().keysOff);
}

void TestCognitiveClient::readsDeployments()
{
    Rig rig([](const http::HttpRequest&) {
        return response(200, R"({"value":[
            {"name":"gpt-4o","sku":{"name":"Standard","capacity":300},
             "properties":{"model":{"name":"gpt-4o","version":"2024-11-20"},"raiPolicyName":"strict",
                           "provisioningState":"Succeeded"}},
            {"name":"ptu","sku":{"name":"GlobalProvisionedManaged","capacity":50},"properties":{}},
            {"name":"silent"}]})");
    });
    const auto deployments = await(rig.client.deployments("/a/east", {}));
    QCOMPARE(deployments->size(), 3U);
    QCOMPARE(deployments->at(0).capacity.value(), std::int64_t(300));
    QCOMPARE(deployments->at(0).contentFilter, std::string("strict"));
    QVERIFY(!deployments->at(0).isProvisioned());
    QVERIFY(deployments->at(1).isProvisioned());
    QVERIFY(!deployments->at(2).capacity.has_value()); // not known is not 0
    QVERIFY(rig.http.requests[0].url.starts_with("https://arm.example/a/east/deployments?"));
}

void TestCognitiveClient::readsUsages()
{
    Rig rig([](const http::HttpRequest&) {
        return response(200, R"({"value":[
            {"name":{"value":"OpenAI.Standard.gpt-4o","localizedValue":"TPM"},"currentValue":300.0,"limit":450},
            {"name":{"value":"NoFigures"}}]})");
    });
    const auto usages = await(rig.client.usages("s-1", "eastus", {}));
    QCOMPARE(usages->size(), 1U);
    QCOMPARE(usages->front().used, 300.0);
    QCOMPARE(usages->front().limit, 450.0);
    QVERIFY(rig.http.requests[0].url.find("/locations/eastus/usages?") != std::string::npos);
}

void TestCognitiveClient::readsModels()
{
    Rig rig([](const http::HttpRequest&) {
        return response(200, R"({"value":[{"model":{"name":"gpt-4.1-mini","version":"1","skus":[
            {"name":"Standard","usageName":"OpenAI.Standard.gpt4.1-mini"},{"name":"NoUsage"}]}},{"model":{}}]})");
    });
    const auto models = await(rig.client.models("s-1", "eastus", {}));
    QCOMPARE(models->size(), 1U);
    QCOMPARE(models->front().usageName, std::string("OpenAI.Standard.gpt4.1-mini"));
}

void TestCognitiveClient::anErrorIsHandedOn()
{
    Rig rig([](const http::HttpRequest&) {
        return response(403, R"({"error":{"code":"AuthorizationFailed","message":"No."}})");
    });
    QVERIFY(await(rig.client.accounts("s-1", {})).error().kind == Error::Kind::Denied);
    QVERIFY(await(rig.client.deployments("/a/east", {})).error().kind == Error::Kind::Denied);
    QVERIFY(await(rig.client.usages("s-1", "eastus", {})).error().kind == Error::Kind::Denied);
    QVERIFY(await(rig.client.models("s-1", "eastus", {})).error().kind == Error::Kind::Denied);
}

GATEHOUSE_TEST_MAIN(TestCognitiveClient)
#include "tst_cognitiveclient.moc"
