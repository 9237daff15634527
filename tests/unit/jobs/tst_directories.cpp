// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN // Qt 6.4's moc does not read concepts
#include "core/jobs/azurediscovery.h"
#include "core/jobs/directories.h"
#include "core/jobs/gatewayfaults.h"
#include "tests/support/fakehttp.h"
#include "tests/support/faketokens.h"
#include "tests/support/futures.h"
#include "tests/support/manualclock.h"
#endif
#include "tests/support/testmain.h"

using namespace gatehouse;
using namespace gatehouse::jobs;
using namespace gatehouse::test;
using namespace std::chrono_literals;

namespace {

struct Rig
{
    explicit Rig(FakeHttp::Handler handler)
        : http(std::move(handler))
        , authorized(http, tokens, clock)
        , arm(authorized, "https://arm.example", "arm")
    {}
    ManualClock clock;
    FakeHttp http;
    FakeTokens tokens;
    azure::AuthorizedClient authorized;
    azure::ArmClient arm;
};

} // namespace

class TestDirectories : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void namesAreKeptForAWhile();
    void failuresAreNotKept();
    void regionsComeFromTheAccounts_data();
    void regionsComeFromTheAccounts();
    void aProfileWithoutAService();
    void discoverySortsAndLeavesOut();
    void faultsGoBothWays();
};

void TestDirectories::namesAreKeptForAWhile()
{
    Rig rig([](const http::HttpRequest&) {
        return response(200, R"({"value":[{"name":"sid","properties":{"displayName":"Checkout"}}]})");
    });
    azure::ApimClient apim(rig.arm);
    azure::DiscoveryClient resources(rig.arm);
    ApimDirectory directory(apim, resources, rig.clock, {"/svc", "t", "s"});
    QCOMPARE(await(directory.serviceNames({}))->at("sid"), std::string("Checkout"));
    rig.clock.advance(4min);
    QVERIFY(await(directory.serviceNames({})).has_value());
    QCOMPARE(rig.http.requests.size(), 1U);
    rig.clock.advance(2min);
    QVERIFY(await(directory.serviceNames({})).has_value());
    QCOMPARE(rig.http.requests.size(), 2U);
}

void TestDirectories::failuresAreNotKept()
{
    int status = 403;
    Rig rig([&status](const http::HttpRequest&) { return response(status, R"({"value":[]})"); });
    azure::ApimClient apim(rig.arm);
    azure::DiscoveryClient resources(rig.arm);
    ApimDirectory directory(apim, resources, rig.clock, {"/svc", "t", "s"});
    QVERIFY(await(directory.layout({})).error().kind == Error::Kind::Denied);
    status = 200;
    QVERIFY(await(directory.layout({})).has_value());
}

void TestDirectories::regionsComeFromTheAccounts_data()
{
    QTest::addColumn<int>("graphStatus");
    QTest::addColumn<QString>("east");
    QTest::newRow("accounts") << 200 << "East US";
    QTest::newRow("accounts may not be read") << 403 << "";
}

void TestDirectories::regionsComeFromTheAccounts()
{
    QFETCH(int, graphStatus);
    QFETCH(QString, east);
    std::size_t accountReads = 0;
    Rig rig([&](const http::HttpRequest& request) {
        if (request.url.find("/svc/backends") != std::string::npos)
            return response(200, R"({"value":[
                {"name":"east","properties":{"url":"https://one.openai.azure.com/openai"}},
                {"name":"named","properties":{"url":"https://two.openai.azure.com/","azureRegion":"North"}},
                {"name":"elsewhere","properties":{"url":"https://models.example/v1"}}]})");
        ++accountReads;
        return response(graphStatus, R"({"data":[
            {"id":"/a","type":"Microsoft.CognitiveServices/accounts","location":"eastus",
             "properties":{"endpoint":"https://One.openai.azure.com/"}},
            {"id":"/b","type":"Microsoft.CognitiveServices/accounts","location":"westus",
             "properties":{"endpoint":"https://two.openai.azure.com/"}}]})");
    });
    azure::ApimClient apim(rig.arm);
    azure::DiscoveryClient resources(rig.arm);
    ApimDirectory directory(apim, resources, rig.clock, {"/svc", "t", "s"});
    const auto layout = await(directory.layout({}));
    QVERIFY(layout.has_value());
    QCOMPARE(QString::fromStdString(layout->backends[0].region), east);
    QCOMPARE(layout->backends[1].region, std::string("North")); // what the backend says itself stands
    QCOMPARE(layout->backends[2].region, std::string());
    const std::size_t before = accountReads;
    rig.clock.advance(1min);
    QVERIFY(await(directory.layout({})).has_value());
    QCOMPARE(accountReads, before); // asked once, whatever came of it
}

void TestDirectories::aProfileWithoutAService()
{
    Rig rig([](const http::HttpRequest&) { return response(200, "{}"); });
    azure::ApimClient apim(rig.arm);
    azure::DiscoveryClient resources(rig.arm);
    ApimDirectory directory(apim, resources, rig.clock, {"", "t", "s"});
    QVERIFY(await(directory.serviceNames({})).error().kind == Error::Kind::NotFound);
    QVERIFY(rig.http.requests.empty());
}

void TestDirectories::discoverySortsAndLeavesOut()
{
    Rig rig([](const http::HttpRequest& request) {
        if (request.method == "POST") {
            return response(200, R"({"data":[
                {"id":"/w2","name":"zeta","type":"microsoft.operationalinsights/workspaces","properties":{"customerId":"aaaaaaaa-2222-3333-4444-555555555555"}},
                {"id":"/w1","name":"Alpha","type":"microsoft.operationalinsights/workspaces","properties":{"customerId":"bbbbbbbb-2222-3333-4444-555555555555"}},
                {"id":"/w0","name":"no id","type":"microsoft.operationalinsights/workspaces","properties":{}},
                {"id":"/s","name":"apim","type":"microsoft.apimanagement/service"},
                {"id":"/i","name":"insights","type":"microsoft.insights/components"}]})");
        }
        return response(200, R"({"value":[
            {"subscriptionId":"1","displayName":"Old","state":"Deleted","tenantId":"t"},
            {"subscriptionId":"2","displayName":"Live","state":"Enabled","tenantId":"t"}]})");
    });
    azure::DiscoveryClient client(rig.arm);
    AzureDiscovery discovery(client);
    const auto found = await(discovery.resources("t", "s", {}));
    QCOMPARE(found->workspaces.size(), 2U);
    QCOMPARE(found->workspaces[0].name, std::string("Alpha"));
    QCOMPARE(found->apimServices.size(), 1U);
    const auto subscriptions = await(discovery.subscriptions("t", {}));
    QCOMPARE(subscriptions->size(), 1U);
    QCOMPARE((*subscriptions)[0].name, std::string("Live"));
}

void TestDirectories::faultsGoBothWays()
{
    std::string document = "{}";
    Rig rig([&document](const http::HttpRequest& request) {
        if (request.method == "PUT")
            document = request.body;
        return response(200, document);
    });
    azure::GatewayClient gateway(rig.authorized, "http://127.0.0.1:1", "arm");
    GatewayFaults faults(gateway);
    Fault down;
    down.backend = "aoai-eastus";
    down.down = true;
    down.forSeconds = 60;
    QVERIFY(await(faults.set({down}, {})).has_value());
    QCOMPARE(document, std::string(R"({"aoai-eastus":{"down":true,"forSeconds":60}})"));
    const auto current = await(faults.current({}));
    QCOMPARE(current->size(), 1U);
    QVERIFY((*current)[0].down);
    QCOMPARE((*current)[0].probability, 1.0);
    QVERIFY(await(faults.set({}, {})).has_value());
    QCOMPARE(document, std::string("{}"));
    QVERIFY(await(faults.current({}))->empty());
}

GATEHOUSE_TEST_MAIN(TestDirectories)
#include "tst_directories.moc"
