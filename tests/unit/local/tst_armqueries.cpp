// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/encoding.h"
#include "core/local/arm/filter.h"
#include "tests/support/testmain.h"
#include "tests/unit/local/platformharness.h"

using namespace gatehouse;
using namespace gatehouse::local;
using namespace gatehouse::local::test;

namespace {

/// The graph query that finds everything for a profile.
constexpr const char* Discovery =
    "resources | where type in~ ('Microsoft.ApiManagement/service', 'microsoft.cognitiveservices/accounts', "
    "'microsoft.operationalinsights/workspaces', 'microsoft.insights/components') "
    "| project id, name, type, kind, location, resourceGroup, subscriptionId, tenantId, sku, tags, "
    "properties";

struct Attempt
{
    const char* backend;
    const char* deployment;
    const char* status;
    double milliseconds;
    int minute;
};

std::shared_ptr<Table> attempts(DateTime start, const std::vector<Attempt>& rows)
{
    auto table = std::make_shared<Table>("AppDependencies");
    for (const auto& [name, type] : {std::pair{"TimeGenerated", ColumnType::DateTime},
                                     {"Target", ColumnType::String},
                                     {"ResultCode", ColumnType::String},
                                     {"DurationMs", ColumnType::Real},
                                     {"ItemCount", ColumnType::Int},
                                     {"Success", ColumnType::Bool},
                                     {"Properties", ColumnType::Dynamic},
                                     {"OperationName", ColumnType::String}})
        table->addColumn(name, type);
    for (const Attempt& row : rows) {
        table->column(0).appendInteger(
            (start + Ticks(std::chrono::minutes(row.minute))).sinceYearOne.count());
        table->column(1).appendText(row.backend);
        table->column(2).appendText(row.status);
        table->column(3).appendReal(row.milliseconds);
        table->column(4).appendInteger(1);
        table->column(5).appendBool(row.status[0] == '2');
        table->column(6).appendText(dumpJson({{"deployment", row.deployment}}));
        table->column(7).appendText("ChatCompletions_Create");
    }
    return table;
}

} // namespace

/// Resource Graph and metrics: what ARM answers by asking KQL.
class TestArmQueries : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void graphFindsAProfile();
    void graphPages();
    void graphAsTable();
    void graphScope();
    void graphRefuses();
    void dimensionFilters_data();
    void dimensionFilters();
    void metricsOverTime();
    void metricsBySplit();
    void metricsOfFullRange();
    void metricsRefuse_data();
    void metricsRefuse();
    void metricDefinitions();

private:
    [[nodiscard]] httplib::Result graph(const Json& body) const
    {
        return m_harness->client().Post("/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01",
                                        m_harness->bearer("manager"), dumpJson(body), "application/json");
    }
    [[nodiscard]] httplib::Result metrics(const FormFields& fields) const
    {
        FormFields all = {{"api-version", "2024-02-01"},
                          {"timespan", "2026-05-31T23:00:00Z/2026-06-01T00:00:00Z"}};
        all.insert(all.end(), fields.begin(), fields.end());
        return m_harness->client().Get(accountResourceId("aoai-eastus") +
                                           "/providers/Microsoft.Insights/metrics?" + encodeForm(all),
                                       m_harness->bearer("manager"));
    }

    std::unique_ptr<PlatformHarness> m_harness;
};

void TestArmQueries::init()
{
    m_harness = std::make_unique<PlatformHarness>();
    const DateTime start = m_harness->clock.now() - Ticks(std::chrono::hours(1));
    m_harness->catalog.tables["AppDependencies"] =
        std::make_shared<FixedTable>(attempts(start, {{"aoai-eastus", "gpt-4o", "200", 100, 1},
                                                      {"aoai-eastus", "gpt-4o", "200", 300, 2},
                                                      {"aoai-eastus", "gpt-4o", "429", 5, 31},
                                                      {"aoai-eastus", "gpt-4o-mini", "200", 50, 31},
                                                      {"aoai-eastus", "gpt-4o-mini", "503", 5, 59},
                                                      {"aoai-westus", "gpt-4o", "200", 900, 3}}));
    m_harness->start();
}

void TestArmQueries::graphFindsAProfile()
{
    const Json answer = jsonOf(graph({{"query", Discovery}}));
    QCOMPARE(integerAt(answer, "totalRecords"), 5);
    QCOMPARE(integerAt(answer, "count"), 5);
    QCOMPARE(textAt(answer, "resultTruncated"), std::string("false")); // a string, as the service sends it
    QVERIFY(!answer.contains("$skipToken"));
    bool workspace = false;
    for (const Json& row : memberAt(answer, "data")) {
        QCOMPARE(textAt(row, "type"), toLower(textAt(row, "type")));
        QCOMPARE(textAt(row, "tenantId"), std::string(seed::TenantId));
        const bool here = textAt(memberAt(row, "properties"), "customerId") == seed::WorkspaceId;
        workspace = workspace || here;
    }
    QVERIFY(workspace);
}

void TestArmQueries::graphPages()
{
    const std::string query =
        "Resources | where type =~ 'Microsoft.CognitiveServices/accounts' | project id, name";
    const Json first = jsonOf(graph({{"query", query}, {"options", {{"$top", 2}}}}));
    QCOMPARE(integerAt(first, "count"), 2);
    QCOMPARE(integerAt(first, "totalRecords"), 3);
    const std::string token = textAt(first, "$skipToken");
    QVERIFY(!token.empty());
    const Json second = jsonOf(graph({{"query", query}, {"options", {{"$top", 2}, {"$skipToken", token}}}}));
    QCOMPARE(integerAt(second, "count"), 1);
    QVERIFY(!second.contains("$skipToken"));
    const Json skipped = jsonOf(graph({{"query", query}, {"options", {{"$skip", 2}}}}));
    QCOMPARE(memberAt(skipped, "data"), memberAt(second, "data"));
}

void TestArmQueries::graphAsTable()
{
    const Json answer =
        jsonOf(graph({{"query", "resources | summarize n = count() by kind | order by n desc"},
                      {"options", {{"resultFormat", "table"}}}}));
    const Json& data = memberAt(answer, "data");
    QCOMPARE(memberAt(data, "columns"),
             Json::array({{{"name", "kind"}, {"type", "string"}}, {{"name", "n"}, {"type", "integer"}}}));
    QCOMPARE(memberAt(data, "rows")[0], Json::array({"OpenAI", 3}));
}

void TestArmQueries::graphScope()
{
    const Json ours = {{"query", "resources"}, {"subscriptions", Json::array({seed::SubscriptionId})}};
    QCOMPARE(integerAt(jsonOf(graph(ours)), "totalRecords"), 5);
    const Json other = {{"query", "resources"}, {"subscriptions", Json::array({randomGuid()})}};
    QCOMPARE(integerAt(jsonOf(graph(other)), "totalRecords", -1), 0);
}

void TestArmQueries::graphRefuses()
{
    for (const char* query : {"resources | frobnicate x", "nosuchtable", "resources | where", ""}) {
        const auto answer = graph({{"query", query}});
        QCOMPARE(answer->status, 400);
        QCOMPARE(codeOf(answer), std::string("BadRequest"));
    }
    QCOMPARE(graph({{"query", "resources"}, {"options", {{"$top", 1'001}}}})->status, 400);
    QCOMPARE(graph(Json::array())->status, 400);
}

void TestArmQueries::dimensionFilters_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("filters"); ///< "A=x|y&B!=z", "" for a text that is refused
    QTest::newRow("every value") << QByteArray("A eq '*'") << QByteArray("A=*");
    QTest::newRow("two dimensions") << QByteArray("A eq '*' and B eq 'b'") << QByteArray("A=*&B=b");
    QTest::newRow("values") << QByteArray("A eq 'x' or A eq 'y' and B ne 'z'") << QByteArray("A=x|y&B!=z");
    QTest::newRow("parentheses") << QByteArray("(A eq 'x' or A eq 'y') and (B eq '*')")
                                 << QByteArray("A=x|y&B=*");
    QTest::newRow("a quote") << QByteArray("A eq 'it''s'") << QByteArray("A=it's");
    QTest::newRow("or of two dimensions") << QByteArray("A eq 'x' or B eq 'y'") << QByteArray();
    QTest::newRow("open parenthesis") << QByteArray("(A eq 'x'") << QByteArray();
    QTest::newRow("other comparison") << QByteArray("A gt 'x'") << QByteArray();
    QTest::newRow("no quotes") << QByteArray("A eq x") << QByteArray();
    QTest::newRow("cut") << QByteArray("A eq 'x' and") << QByteArray();
}

void TestArmQueries::dimensionFilters()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, filters);
    std::string found;
    for (const DimensionFilter& filter :
         parseDimensionFilter(text.toStdString()).value_or(std::vector<DimensionFilter>())) {
        if (!found.empty())
            found += "&";
        found += filter.dimension + (filter.negated ? "!=" : "=");
        for (std::size_t i = 0; i < filter.values.size(); ++i) {
            if (i > 0)
                found += "|";
            found += filter.values[i];
        }
    }
    QCOMPARE(QByteArray::fromStdString(found), filters);
}

void TestArmQueries::metricsOverTime()
{
    const Json answer = jsonOf(metrics({{"metricnames", "AzureOpenAIRequests"}, {"interval", "PT30M"}}));
    QCOMPARE(textAt(answer, "interval"), std::string("PT30M"));
    const Json& metric = memberAt(answer, "value")[0];
    QCOMPARE(textAt(metric, "errorCode"), std::string("Success"));
    const Json& points = memberAt(memberAt(metric, "timeseries")[0], "data");
    QCOMPARE(points.size(), std::size_t{2});
    QCOMPARE(textAt(points[0], "timeStamp"), std::string("2026-05-31T23:00:00Z"));
    QCOMPARE(memberAt(points[0], "total").get<double>(), 2.0);
    QCOMPARE(memberAt(points[1], "total").get<double>(), 3.0);
    // A minute without a request is a gap, not a zero.
    const Json fine = jsonOf(metrics({{"metricnames", "AzureOpenAIRequests"}, {"interval", "PT1M"}}));
    const Json& minutes = memberAt(memberAt(memberAt(fine, "value")[0], "timeseries")[0], "data");
    QCOMPARE(minutes.size(), std::size_t{60});
    QVERIFY(!minutes[0].contains("total"));
    QCOMPARE(memberAt(minutes[1], "total").get<double>(), 1.0);
}

void TestArmQueries::metricsBySplit()
{
    const Json answer = jsonOf(metrics({{"metricnames", "AzureOpenAIRequests"},
                                        {"interval", "FULL"},
                                        {"aggregation", "Total"},
                                        {"orderby", "total asc"},
                                        {"$filter", "ModelDeploymentName eq '*' and StatusCode eq '*'"}}));
    const Json& series = memberAt(memberAt(answer, "value")[0], "timeseries");
    QCOMPARE(series.size(), std::size_t{4});
    const Json& last = series[3];
    QCOMPARE(memberAt(memberAt(last, "data")[0], "total").get<double>(), 2.0);
    QCOMPARE(textAt(memberAt(memberAt(last, "metadatavalues")[0], "name"), "value"),
             std::string("modeldeploymentname")); // in lower case
    QCOMPARE(textAt(memberAt(last, "metadatavalues")[0], "value"), std::string("gpt-4o"));
    const Json one = jsonOf(metrics({{"metricnames", "AzureOpenAIRequests"},
                                     {"interval", "FULL"},
                                     {"top", "1"},
                                     {"$filter", "StatusCode eq '429' or StatusCode eq '503'"}}));
    QCOMPARE(memberAt(memberAt(one, "value")[0], "timeseries").size(), std::size_t{1});
}

void TestArmQueries::metricsOfFullRange()
{
    const Json answer = jsonOf(metrics({{"metricnames", "AzureOpenAIRequests,AzureOpenAITimeToResponse,"
                                                        "AzureOpenAIAvailabilityRate"},
                                        {"interval", "FULL"},
                                        {"aggregation", "average,count,maximum"}}));
    const Json& values = memberAt(answer, "value");
    QCOMPARE(values.size(), std::size_t{3});
    const auto point = [&values](int metric) {
        return memberAt(memberAt(values[static_cast<std::size_t>(metric)], "timeseries")[0], "data")[0];
    };
    QCOMPARE(memberAt(point(0), "count").get<double>(), 5.0);
    QCOMPARE(memberAt(point(1), "average").get<double>(), 150.0); // of the three that succeeded
    QCOMPARE(memberAt(point(1), "maximum").get<double>(), 300.0);
    QCOMPARE(memberAt(point(2), "average").get<double>(), 80.0);
}

void TestArmQueries::metricsRefuse_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("value");
    QTest::newRow("metric") << QByteArray("metricnames") << QByteArray("TotalCalls");
    QTest::newRow("interval") << QByteArray("interval") << QByteArray("PT7M");
    QTest::newRow("aggregation") << QByteArray("aggregation") << QByteArray("Median");
    QTest::newRow("dimension") << QByteArray("$filter") << QByteArray("Colour eq '*'");
    QTest::newRow("filter") << QByteArray("$filter") << QByteArray("nonsense");
    QTest::newRow("top") << QByteArray("top") << QByteArray("0");
    QTest::newRow("namespace") << QByteArray("metricnamespace") << QByteArray("Other");
    QTest::newRow("orderby") << QByteArray("orderby") << QByteArray("colour");
}

void TestArmQueries::metricsRefuse()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, value);
    const auto answer = metrics({{name.toStdString(), value.toStdString()}});
    QCOMPARE(answer->status, 400);
    QCOMPARE(textAt(jsonOf(answer), "code"),
             std::string("BadRequest")); // without the envelope, as Monitor does
    QVERIFY(!textAt(jsonOf(answer), "message").empty());
}

void TestArmQueries::metricDefinitions()
{
    for (const auto& [id, metric] :
         {std::pair{accountResourceId("aoai-westus"), std::string("TokenTransaction")},
          std::pair{apimResourceId(), std::string("BackendDuration")}}) {
        const Json answer = jsonOf(m_harness->client().Get(
            id + "/providers/microsoft.insights/metricDefinitions?api-version=2024-02-01",
            m_harness->bearer("developer")));
        bool found = false;
        for (const Json& definition : memberAt(answer, "value"))
            found = found || textAt(memberAt(definition, "name"), "value") == metric;
        QVERIFY(found);
    }
}

GATEHOUSE_TEST_MAIN(TestArmQueries)
#include "tst_armqueries.moc"
