// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN // Qt 6.4's moc does not read concepts
#include "core/azure/apimclient.h"
#include "core/azure/gatewayclient.h"
#include "core/azure/loganalyticsclient.h"
#include "core/azure/metricsclient.h"
#include "core/azure/permissionsclient.h"
#include "tests/support/fakehttp.h"
#include "tests/support/faketokens.h"
#include "tests/support/futures.h"
#include "tests/support/manualclock.h"
#endif
#include "tests/support/testmain.h"

#include <cmath>

using namespace gatehouse;
using namespace gatehouse::azure;
using namespace gatehouse::test;

namespace {

constexpr const char* Workspace = "aaaaaaaa-2222-3333-4444-555555555555";

struct Rig
{
    explicit Rig(FakeHttp::Handler handler)
        : http(std::move(handler))
        , authorized(http, tokens, clock)
        , arm(authorized, "https://arm.example", "arm/.default")
        , logs(authorized, "https://logs.example", "logs/.default")
    {}
    ManualClock clock;
    FakeHttp http;
    FakeTokens tokens;
    AuthorizedClient authorized;
    ArmClient arm;
    LogAnalyticsClient logs;
};

LogQuery query(const std::string& kql)
{
    LogQuery made;
    made.workspaceId = Workspace;
    made.kql = kql;
    return made;
}

} // namespace

class TestAzureClients : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void queriesTheWorkspace();
    void emptyAnswers();
    void refusedQueriesKeepTheirPosition();
    void refusesAWorkspaceName();
    void readsMetrics();
    void asksForMetrics();
    void readsBackendsAndNames();
    void readsSubscriptionsAndProducts();
    void aScopeWithoutAPolicyHasNone();
    void readsDiagnostics();
    void evaluatesPermissions_data();
    void evaluatesPermissions();
    void parsesPrometheus();
    void writesFaults();
};

void TestAzureClients::queriesTheWorkspace()
{
    Rig rig([](const http::HttpRequest&) {
        return response(
            200,
            R"({"tables":[{"name":"PrimaryResult","columns":[{"name":"n","type":"long"}],"rows":[[9007199254740993]]}]})",
            {{"Age", "37"}});
    });
    LogQuery asked = query("print n = 1");
    asked.timespan = TimeRange{DateTime::fromCivil(2026, 6, 1), DateTime::fromCivil(2026, 6, 2)};
    asked.fresh = true;
    asked.statistics = true;
    const auto answer = await(rig.logs.query(asked, {}));
    QVERIFY2(answer.has_value(), answer ? "" : answer.error().message.c_str());
    QCOMPARE((*answer)->primary().column(0).integerAt(0), std::int64_t(9007199254740993));
    QCOMPARE((*answer)->age, std::chrono::seconds(37));
    const http::HttpRequest& sent = rig.http.requests[0];
    QCOMPARE(sent.url, std::string("https://logs.example/v1/workspaces/") + Workspace + "/query");
    QCOMPARE(sent.headers.text("Content-Type"), std::string("application/json"));
    QCOMPARE(sent.headers.text("Prefer"), std::string("wait=180, include-statistics=true"));
    QCOMPARE(sent.headers.text("Cache-Control"), std::string("no-cache"));
    QVERIFY(sent.repeatable);
    const auto body = parseJson(sent.body);
    QCOMPARE(textAt(*body, "timespan"), std::string("2026-06-01T00:00:00Z/2026-06-02T00:00:00Z"));
    QCOMPARE(rig.tokens.requests[0].scope, std::string("logs/.default"));
}

void TestAzureClients::emptyAnswers()
{
    Rig nothing([](const http::HttpRequest&) { return response(204); });
    QVERIFY(await(nothing.logs.query(query("T"), {})).value()->tables.empty());
    Rig swallowed([](const http::HttpRequest&) { return response(200); });
    QVERIFY(await(swallowed.logs.query(query("T"), {})).error().kind == Error::Kind::Protocol);
    Rig cut(
        [](const http::HttpRequest&) { return response(200, R"({"tables":[{"name":"P","columns":[{"na)"); });
    QVERIFY(await(cut.logs.query(query("T"), {})).error().kind == Error::Kind::Parse);
}

void TestAzureClients::refusedQueriesKeepTheirPosition()
{
    Rig rig([](const http::HttpRequest&) {
        return response(
            400, R"({"error":{"code":"BadArgumentError","message":"The request had some invalid properties",
            "innererror":{"code":"SyntaxError","message":"A syntax error has been identified in the query.",
            "innererror":{"code":"SYN0002","message":"Query could not be parsed at 'whre'","line":1,"pos":4,"token":"whre"}}}})");
    });
    const auto refused = await(rig.logs.query(query("T | whre x"), {}));
    QVERIFY(refused.error().kind == Error::Kind::InvalidInput);
    QCOMPARE(refused.error().serviceCode, std::string("SYN0002"));
    QVERIFY(refused.error().position.has_value());
    QCOMPARE(refused.error().position->line, 1);
}

void TestAzureClients::refusesAWorkspaceName()
{
    Rig rig([](const http::HttpRequest&) { return response(200, "{}"); });
    LogQuery bad = query("T");
    for (const char* name : {"", "my-workspace", "../../x"}) {
        bad.workspaceId = name;
        QVERIFY(await(rig.logs.query(bad, {})).error().kind == Error::Kind::InvalidInput);
    }
    QVERIFY(rig.http.requests.empty());
}

void TestAzureClients::readsMetrics()
{
    const auto body = parseJson(R"({"interval":"PT1H","value":[
        {"name":{"value":"AzureOpenAIRequests","localizedValue":"x"},"unit":"Count","errorCode":"Success",
         "timeseries":[{"metadatavalues":[{"name":{"value":"modeldeploymentname"},"value":"gpt-4o"}],
           "data":[{"timeStamp":"2026-06-01T00:00:00Z","total":3.0},{"timeStamp":"2026-06-01T01:00:00Z"},
                   {"timeStamp":"no date","total":1}]}]},
        {"name":{"value":"Broken"},"errorCode":"InternalError","errorMessage":"later","timeseries":[]}]})");
    const auto answer = readMetrics(*body);
    QVERIFY(answer.has_value());
    QCOMPARE(answer->interval, Ticks(std::chrono::hours(1)));
    const MetricSeries& series = answer->metrics[0].series[0];
    QCOMPARE(series.dimensions.at("modeldeploymentname"), std::string("gpt-4o"));
    QCOMPARE(series.points.size(), 2U);
    QCOMPARE(series.points[0].total.value(), 3.0);
    QVERIFY(!series.points[1].total); // a gap, never 0
    QCOMPARE(answer->metrics[1].errorCode, std::string("InternalError"));
    QVERIFY(!readMetrics(Json::array()));
}

void TestAzureClients::asksForMetrics()
{
    Rig rig([](const http::HttpRequest&) { return response(200, R"({"value":[]})"); });
    MetricsClient metrics(rig.arm);
    MetricsQuery asked;
    asked.resourceId = "/subscriptions/s/resourceGroups/r/providers/Microsoft.CognitiveServices/accounts/a";
    asked.names = {"AzureOpenAIRequests", "With,Comma"};
    asked.range = {DateTime::fromCivil(2026, 6, 1), DateTime::fromCivil(2026, 6, 2)};
    asked.interval = std::chrono::hours(1);
    asked.aggregations = {"Total"};
    asked.filter = "StatusCode eq '*'";
    QVERIFY(await(metrics.metrics(asked, {})).has_value());
    const std::string& url = rig.http.requests[0].url;
    QVERIFY(url.find("metricnames=AzureOpenAIRequests%2CWith%252Comma") != std::string::npos);
    QVERIFY(url.find("timespan=2026-06-01T00%3A00%3A00Z%2F2026-06-02T00%3A00%3A00Z") != std::string::npos);
    QVERIFY(url.find("interval=PT1H") != std::string::npos);
    QVERIFY(url.find("%24filter=StatusCode%20eq%20%27%2A%27") != std::string::npos);
    asked.names.clear();
    QVERIFY(await(metrics.metrics(asked, {})).error().kind == Error::Kind::InvalidInput);
}

void TestAzureClients::readsBackendsAndNames()
{
    Rig rig([](const http::HttpRequest& request) {
        if (request.url.find("/backends") != std::string::npos) {
            return response(200, R"({"value":[
                {"name":"east","properties":{"url":"https://east.example/openai","protocol":"http","type":"Single"}},
                {"name":"pool","properties":{"type":"Pool","pool":{"services":[{"id":"/backends/east","priority":"1","weight":null}]}}},
                {"name":"odd","properties":{"type":"Pool","url":"https://x.example"}}]})");
        }
        return response(200, R"({"value":[{"name":"sid-1","properties":{"displayName":"Checkout"}},
                                          {"name":"sid-2","properties":{"displayName":null}}],"nextLink":""})");
    });
    ApimClient apim(rig.arm);
    const auto found = await(apim.backends("/svc", {}));
    QVERIFY(found.has_value());
    QCOMPARE(found->backends.size(), 1U);
    QCOMPARE(found->backends[0].name, std::string("east"));
    QCOMPARE(found->pools.size() + found->unreadable.size(), 2U);
    QCOMPARE(found->pools[0].members[0].backend, std::string("east"));
    const auto names = await(apim.subscriptionNames("/svc", {}));
    QCOMPARE(names->size(), 1U);
    QCOMPARE(names->at("sid-1"), std::string("Checkout"));
}

void TestAzureClients::readsSubscriptionsAndProducts()
{
    Rig rig([](const http::HttpRequest& request) {
        if (request.url.find("/products?") != std::string::npos)
            return response(200, R"({"value":[{"name":"ai","properties":{"displayName":"AI platform"}}]})");
        if (request.url.find("/apis?") != std::string::npos)
            return response(200, R"({"value":[{"name":"openai"},{"id":"/svc/apis/rag"}]})");
        return response(200, R"({"value":[
            {"name":"checkout","properties":{"displayName":"Checkout","state":"active","scope":"/x/svc/Products/ai"}},
            {"name":"all","properties":{"displayName":null,"state":"suspended","scope":"/x/svc/apis"}}]})");
    });
    ApimClient apim(rig.arm);
    const auto subscriptions = await(apim.subscriptions("/svc", {}));
    QCOMPARE(subscriptions->at(0).product, std::string("ai"));
    QCOMPARE(subscriptions->at(0).displayName, std::string("Checkout"));
    QCOMPARE(subscriptions->at(1).state, std::string("suspended"));
    QCOMPARE(subscriptions->at(1).product, std::string());
    QCOMPARE(await(apim.products("/svc", {}))->at(0).displayName, std::string("AI platform"));
    QCOMPARE(await(apim.apis("/svc", {})).value(), (std::vector<std::string>{"openai", "rag"}));
}

void TestAzureClients::aScopeWithoutAPolicyHasNone()
{
    Rig rig([](const http::HttpRequest& request) {
        return request.url.find("/apis/a/") != std::string::npos
                   ? response(404, R"({"error":{"code":"ResourceNotFound","message":"Policy not found."}})")
                   : response(200, R"({"properties":{"value":"<policies/>","format":"xml"}})");
    });
    ApimClient apim(rig.arm);
    QCOMPARE(await(apim.policy("/svc", "/apis/a", {})).value(), std::string());
    QCOMPARE(await(apim.policy("/svc", "", {})).value(), std::string("<policies/>"));
    QVERIFY(rig.http.requests.back().url.find("/svc/policies/policy?") != std::string::npos);
}

void TestAzureClients::readsDiagnostics()
{
    Rig rig([](const http::HttpRequest&) {
        return response(200, R"({"value":[
            {"name":"AzureMonitor","properties":{"largeLanguageModel":{"logs":"Enabled"}}},
            {"id":"/svc/diagnostics/applicationinsights","properties":{"sampling":{"percentage":50}}}]})");
    });
    ApimClient apim(rig.arm);
    const auto diagnostics = await(apim.diagnostics("/svc", {}));
    QCOMPARE((*diagnostics)[0].name, std::string("azuremonitor"));
    QVERIFY((*diagnostics)[0].logsModels);
    QCOMPARE((*diagnostics)[1].name, std::string("applicationinsights"));
    QCOMPARE((*diagnostics)[1].samplingPercentage.value(), 50.0);
}

void TestAzureClients::evaluatesPermissions_data()
{
    QTest::addColumn<QString>("action");
    QTest::addColumn<bool>("allowed");
    QTest::newRow("read of all") << "Microsoft.ApiManagement/service/backends/read" << true;
    QTest::newRow("without case") << "MICROSOFT.apimanagement/SERVICE/read" << true;
    QTest::newRow("write") << "Microsoft.ApiManagement/service/backends/write" << false;
    QTest::newRow("taken away again") << "Microsoft.Insights/secret/read" << false;
    QTest::newRow("given by another role") << "Microsoft.Insights/secret/list/read" << true;
    QTest::newRow("a star in the middle")
        << "Microsoft.OperationalInsights/workspaces/query/AppTraces/read" << true;
    QTest::newRow("prefix only") << "Microsoft.Insights/metrics/reader" << false;
}

void TestAzureClients::evaluatesPermissions()
{
    QFETCH(QString, action);
    QFETCH(bool, allowed);
    Rig rig([](const http::HttpRequest&) {
        return response(200, R"({"value":[
            {"actions":["*/read"],"notActions":["Microsoft.Insights/secret/*"]},
            {"actions":["Microsoft.Insights/secret/list/*","Microsoft.OperationalInsights/workspaces/query/*/read"],"notActions":[]}]})");
    });
    PermissionsClient client(rig.arm);
    const auto permissions = await(client.permissions("/x", {}));
    QCOMPARE(permissions->allows(action.toStdString()), allowed);
}

void TestAzureClients::parsesPrometheus()
{
    const auto samples =
        parsePrometheus("# HELP a text\n# TYPE a counter\n"
                        "a{backend=\"x\\\"y\\\\z\\n\",code=\"200\",} 12 1700000000\r\n"
                        "b 1e3\nc{le=\"+Inf\"} NaN\nd{ +Inf\ne{x=y} 1\nf{x=\"open\nbroken\n{} 1\ng -Inf");
    QCOMPARE(samples.size(), 4U);
    QCOMPARE(samples[0].labels.at("backend"), std::string("x\"y\\z\n"));
    QCOMPARE(samples[0].value, 12.0);
    QCOMPARE(samples[1].value, 1000.0);
    QVERIFY(std::isnan(samples[2].value));
    QVERIFY(std::isinf(samples[3].value));
}

void TestAzureClients::writesFaults()
{
    Rig rig(
        [](const http::HttpRequest& request) { return response(request.method == "PUT" ? 204 : 200, "{}"); });
    GatewayClient gateway(rig.authorized, "http://127.0.0.1:1", "arm/.default");
    QVERIFY(await(gateway.setFaults(Json::object(), {})).has_value());
    QCOMPARE(rig.http.requests[0].body, std::string("{}"));
    QCOMPARE(rig.http.requests[0].method, std::string("PUT"));
    QVERIFY(await(gateway.faults({}))->empty());
}

GATEHOUSE_TEST_MAIN(TestAzureClients)
#include "tst_azureclients.moc"
