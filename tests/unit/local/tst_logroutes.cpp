// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json.h"
#include "core/local/logs/queryrequest.h"
#include "core/local/logs/routes.h"
#include "tests/support/testmain.h"
#include "tests/unit/local/gatewayharness.h"

using namespace gatehouse;
using namespace gatehouse::local;
using namespace gatehouse::local::test;

namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

const Headers JsonType = {{"Content-Type", "application/json"}};

std::string workspacePath(const char* what = "query")
{
    return "/v1/workspaces/" + std::string(seed::WorkspaceId) + "/" + what;
}

} // namespace

/// The Log Analytics API, called through the router without a socket.
class TestLogRoutes : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void answersAQuery();
    void getWorksToo();
    void missingContentTypeOrBodySaysNothing();
    void preferencesAreEchoed_data();
    void preferencesAreEchoed();
    void timespansIntersect();
    void badInputIsNamed_data();
    void badInputIsNamed();
    void errorsCarryTheirPosition();
    void cachesOnlyWhenAsked();
    void resourceScope();
    void metadataListsTheTables();
    void stoppedStackAnswers504();

private:
    httplib::Response call(const std::string& method, const std::string& path, const std::string& body,
                           const Headers& headers = JsonType, const httplib::Params& parameters = {});
    /// The cell of a one-row, one-column answer.
    std::int64_t count(const std::string& query, const Headers& headers = JsonType);

    std::unique_ptr<GatewayHarness> m_h;
    std::unique_ptr<Router> m_router;
    std::stop_source m_stop;
};

void TestLogRoutes::init()
{
    m_h = std::make_unique<GatewayHarness>();
    m_router = std::make_unique<Router>();
    m_stop = std::stop_source();
    addLogRoutes(*m_router, *m_h->logs, *m_h->resources, m_h->clock, m_stop.get_token());
}

httplib::Response TestLogRoutes::call(const std::string& method, const std::string& path,
                                      const std::string& body, const Headers& headers,
                                      const httplib::Params& parameters)
{
    httplib::Request request;
    request.method = method;
    request.path = path;
    request.body = body;
    request.params = parameters;
    for (const auto& [name, value] : headers)
        request.set_header(name, value);
    httplib::Response response;
    response.status = -1;
    std::vector<std::string> captured;
    bool known = false;
    const Route* route = m_router->match(method, path, captured, known);
    if (route == nullptr)
        return response;
    Exchange exchange{request, response, captured, {}};
    route->handler(exchange);
    return response;
}

std::int64_t TestLogRoutes::count(const std::string& query, const Headers& headers)
{
    const httplib::Response response = call("POST", workspacePath(), dumpJson({{"query", query}}), headers);
    const auto json = parseJson(response.body);
    return json ? memberAt(*json, "tables")[0]["rows"][0][0].get<std::int64_t>() : -1;
}

void TestLogRoutes::answersAQuery()
{
    QCOMPARE(m_h->chat().status, 200);
    QCOMPARE(m_h->chat().status, 200);
    QCOMPARE(count("ApiManagementGatewayLogs | where ResponseCode == 200 | count"), 2);
    QCOMPARE(count("ApiManagementGatewayLlmLog | summarize sum(TotalTokens)"), 36);
    QCOMPARE(count("Heartbeat | count"), 0);
}

void TestLogRoutes::getWorksToo()
{
    const httplib::Response response = call("GET", workspacePath(), "", {}, {{"query", "print x = 7"}});
    QCOMPARE(response.status, 200);
    QVERIFY(response.body.find("[[7]]") != std::string::npos);
}

void TestLogRoutes::missingContentTypeOrBodySaysNothing()
{
    const httplib::Response noType = call("POST", workspacePath(), R"({"query":"print 1"})", {});
    QCOMPARE(noType.status, 200);
    QVERIFY(noType.body.empty());
    const httplib::Response noBody = call("POST", workspacePath(), "");
    QCOMPARE(noBody.status, 200);
    QVERIFY(noBody.body.empty());
}

void TestLogRoutes::preferencesAreEchoed_data()
{
    QTest::addColumn<QString>("prefer");
    QTest::addColumn<QString>("applied");
    QTest::addColumn<bool>("statistics");
    QTest::newRow("none") << QString() << QString() << false;
    QTest::newRow("wait") << QStringLiteral("wait=600") << QStringLiteral("wait=600") << false;
    QTest::newRow("too long") << QStringLiteral("wait=900") << QStringLiteral("wait=600") << false;
    QTest::newRow("no number") << QStringLiteral("wait=soon") << QString() << false;
    QTest::newRow("all") << QStringLiteral("wait=10,include-statistics=true,include-render=true")
                         << QStringLiteral("wait=10, include-statistics=true, include-render=true") << true;
    QTest::newRow("unknown") << QStringLiteral("respond-async, include-dataSources=true") << QString()
                             << false;
}

void TestLogRoutes::preferencesAreEchoed()
{
    QFETCH(QString, prefer);
    QFETCH(QString, applied);
    QFETCH(bool, statistics);
    Headers headers = JsonType;
    if (!prefer.isEmpty())
        headers.emplace_back("Prefer", prefer.toStdString());
    const httplib::Response response = call("POST", workspacePath(), R"({"query":"print 1"})", headers);
    QCOMPARE(QString::fromStdString(response.get_header_value("Preference-Applied")), applied);
    QCOMPARE(response.body.find("\"statistics\"") != std::string::npos, statistics);
}

void TestLogRoutes::timespansIntersect()
{
    const DateTime now = m_h->clock.now();
    httplib::Request request;
    request.method = "POST";
    request.body = R"({"query":"print 1","timespan":"P2D"})";
    request.set_header("Content-Type", "application/json");
    request.params = {{"timespan", "P1D"}};
    const auto query = QueryRequest::from(request, now);
    QVERIFY(query && *query);
    QVERIFY((*query)->timespan->start == now - Ticks(std::chrono::hours(24)));
    QVERIFY((*query)->timespan->end == now);
}

void TestLogRoutes::badInputIsNamed_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("code");
    const QString query = QString::fromStdString(workspacePath());
    const QByteArray good = R"({"query":"print 1"})";
    const auto row = [](const char* name, const QString& path, const QByteArray& body, int status,
                        const char* code) {
        QTest::newRow(name) << path << body << status << QString::fromLatin1(code);
    };
    row("no JSON", query, "hello", 400, "BadArgumentError");
    row("no query", query, "{}", 400, "BadArgumentError");
    row("query a number", query, R"({"query":1})", 400, "BadArgumentError");
    row("bad timespan", query, R"({"query":"print 1","timespan":"yesterday"})", 400, "BadArgumentError");
    row("broken text", query, R"({"query":"T | where ("})", 400, "SyntaxError");
    row("no such table", query, R"({"query":"Nothing | count"})", 400, "SemanticError");
    row("other workspace in the body", query, R"({"query":"print 1","workspaces":["elsewhere"]})", 400,
        "FailedToResolveResource");
    row("no guid", QStringLiteral("/v1/workspaces/mine/query"), good, 400, "FailedToResolveResource");
    row("unknown workspace", QStringLiteral("/v1/workspaces/00000000-0000-0000-0000-000000000000/query"),
        good, 404, "WorkspaceNotFoundError");
    row("unknown resource", QStringLiteral("/v1/subscriptions/none/resourceGroups/none/query"), good, 404,
        "ResourceNotFoundError");
    row("no query behind it", QStringLiteral("/v1/subscriptions/none"), good, 404, "PathNotFoundError");
}

void TestLogRoutes::badInputIsNamed()
{
    QFETCH(QString, path);
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    QFETCH(QString, code);
    const httplib::Response response = call("POST", path.toStdString(), body.toStdString());
    QCOMPARE(response.status, status);
    QVERIFY2(response.body.find('"' + code.toStdString() + '"') != std::string::npos, response.body.c_str());
}

void TestLogRoutes::errorsCarryTheirPosition()
{
    const httplib::Response response = call("POST", workspacePath(), R"({"query":"print 1 |\n | count"})");
    QCOMPARE(response.status, 400);
    QVERIFY2(response.body.find("\"line\":2") != std::string::npos, response.body.c_str());
}

void TestLogRoutes::cachesOnlyWhenAsked()
{
    constexpr const char* Count = "ApiManagementGatewayLogs | count";
    QCOMPARE(m_h->chat().status, 200);
    Headers cached = JsonType;
    cached.emplace_back("Cache-Control", "max-age=60");
    QCOMPARE(count(Count, cached), 1);
    QCOMPARE(m_h->chat().status, 200);
    QCOMPARE(count(Count), 2);
    m_h->clock.advance(std::chrono::seconds(5));
    const httplib::Response old = call("POST", workspacePath(), dumpJson({{"query", Count}}), cached);
    QCOMPARE(old.get_header_value("Age"), std::string("5"));
    QCOMPARE(count(Count, cached), 1);
    m_h->clock.advance(std::chrono::seconds(60));
    QCOMPARE(count(Count, cached), 2);
    Headers forbidden = JsonType;
    forbidden.emplace_back("Cache-Control", "max-age=60, no-cache");
    QCOMPARE(m_h->chat().status, 200);
    QCOMPARE(count(Count, forbidden), 3);
}

void TestLogRoutes::resourceScope()
{
    QCOMPARE(m_h->chat().status, 200);
    const auto rows = [this](const std::string& resource) {
        const httplib::Response response =
            call("POST", "/v1" + resource + "/query", R"({"query":"ApiManagementGatewayLogs | count"})");
        return response.body.find("[[1]]") != std::string::npos;
    };
    QVERIFY(rows(apimResourceId()));
    QVERIFY(rows(resourceGroupId()));
    QVERIFY(rows(workspaceResourceId()));
    QVERIFY(!rows(accountResourceId("aoai-eastus")));
}

void TestLogRoutes::metadataListsTheTables()
{
    const httplib::Response response = call("GET", workspacePath("metadata"), "", {});
    const auto json = parseJson(response.body);
    QVERIFY(json);
    QCOMPARE(memberAt(*json, "tables").size(), tableSpecs().size());
    QCOMPARE(textAt(memberAt(*json, "workspaces")[0], "id"), std::string(seed::WorkspaceId));
}

void TestLogRoutes::stoppedStackAnswers504()
{
    QCOMPARE(m_h->chat().status, 200);
    m_stop.request_stop();
    const httplib::Response response =
        call("POST", workspacePath(), R"({"query":"ApiManagementGatewayLogs | count"})");
    QCOMPARE(response.status, 504);
    QVERIFY(response.body.find("GatewayTimeout") != std::string::npos);
}

GATEHOUSE_TEST_MAIN(TestLogRoutes)
#include "tst_logroutes.moc"
