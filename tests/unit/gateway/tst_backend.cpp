// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"

#include "core/gateway/backend.h"

using namespace gatehouse;
using namespace gatehouse::gateway;
using namespace std::chrono_literals;

namespace {

Json parsed(const char* text)
{
    const auto value = parseJson(text);
    return value ? *value : Json();
}

Json withRule(const char* rule)
{
    Json resource = parsed(R"({"name":"b","properties":{"type":"Single","url":"b.example/openai"}})");
    resource["properties"]["circuitBreaker"]["rules"] = Json::array({parsed(rule)});
    return resource;
}

} // namespace

class TestBackend : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void withoutARuleFailuresAreCountedConsecutively()
    {
        const auto backend = backendFromArm(parsed(R"({"name":"b","properties":{"url":"b.example"}})"));
        QVERIFY(backend.has_value());
        QVERIFY(!backend->ruleName);
        QCOMPARE(std::get<ConsecutiveRule>(backend->breaker.rule).failures, 5);
        QCOMPARE(backend->breaker.recovery, Millis(30s));
    }

    void classifies_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<int>("plain");
        QTest::addColumn<int>("ruled"); // by a rule over 429 alone
        const auto row = [](int status, Outcome plain, Outcome ruled) {
            QTest::addRow("%d", status) << status << static_cast<int>(plain) << static_cast<int>(ruled);
        };
        row(0, Outcome::Fail, Outcome::Fail);
        row(200, Outcome::Ok, Outcome::Ok);
        row(304, Outcome::Ok, Outcome::Ok);
        row(400, Outcome::Ignore, Outcome::Ignore);
        row(401, Outcome::Ignore, Outcome::Ignore);
        row(408, Outcome::Fail, Outcome::Ignore);
        row(429, Outcome::Ignore, Outcome::Fail);
        row(500, Outcome::Fail, Outcome::Ignore);
        row(503, Outcome::Fail, Outcome::Ignore);
    }

    void classifies()
    {
        QFETCH(int, status);
        QFETCH(int, plain);
        QFETCH(int, ruled);
        const auto without = backendFromArm(parsed(R"({"name":"b","properties":{"url":"b.example"}})"));
        QCOMPARE(static_cast<int>(without->classify(status)), plain);
        const auto with = backendFromArm(withRule(
            R"({"failureCondition":{"count":1,"interval":"PT1M","statusCodeRanges":[{"min":429,"max":429}]},
                        "tripDuration":"PT1M"})"));
        QCOMPARE(static_cast<int>(with->classify(status)), ruled);
    }

    void aRuleIsReadWhole()
    {
        const auto backend =
            backendFromArm(withRule(R"({"name":"trip","failureCondition":{"percentage":40,"interval":"PT5M",
                        "statusCodeRanges":[{"min":500,"max":599}],"errorReasons":["Server errors"]},
                        "tripDuration":"PT30S","acceptRetryAfter":true})"));
        QVERIFY(backend.has_value());
        QCOMPARE(*backend->ruleName, std::string("trip"));
        const auto& rule = std::get<WindowedRule>(backend->breaker.rule);
        QCOMPARE(rule.percentage, 40);
        QCOMPARE(rule.interval, Millis(5min));
        QCOMPARE(backend->breaker.recovery, Millis(30s));
        QVERIFY(backend->breaker.acceptRetryAfter);
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::newRow("nothing") << QByteArray("{}");
        QTest::newRow("no address") << QByteArray(R"({"name":"b","properties":{"type":"Single"}})");
        QTest::newRow("a pool") << QByteArray(
            R"({"name":"b","properties":{"type":"Pool","url":"b.example"}})");
        QTest::newRow("members in a single one")
            << QByteArray(R"({"name":"b","properties":{"url":"b.example","pool":{"services":[]}}})");
        const auto rule = [](const char* name, const char* text) {
            QTest::newRow(name) << QByteArray(dumpJson(withRule(text)).c_str());
        };
        rule("neither count nor percentage", R"({"failureCondition":{"interval":"PT1M"}})");
        rule("count and percentage", R"({"failureCondition":{"count":3,"percentage":3,"interval":"PT1M"}})");
        rule("a percentage over 100", R"({"failureCondition":{"percentage":101,"interval":"PT1M"}})");
        rule("an interval that is none", R"({"failureCondition":{"count":3,"interval":"1 minute"}})");
        rule("a trip of no time",
             R"({"failureCondition":{"count":3,"interval":"PT1M"},"tripDuration":"PT0S"})");
        rule("a range upside down",
             R"({"failureCondition":{"count":3,"statusCodeRanges":[{"min":599,"max":500}]}})");
        Json two = withRule(R"({"failureCondition":{"count":3}})");
        two["properties"]["circuitBreaker"]["rules"].push_back(
            two["properties"]["circuitBreaker"]["rules"][0]);
        QTest::newRow("two rules") << QByteArray(dumpJson(two).c_str());
    }

    void refuses()
    {
        QFETCH(QByteArray, json);
        const auto backend = backendFromArm(parsed(json.constData()));
        QVERIFY(!backend);
        QVERIFY(backend.error().kind == Error::Kind::InvalidInput);
        QVERIFY(!backend.error().advice.empty());
    }

    void aPoolTakesIdsByTheirLastSegmentAndNumbersAsText()
    {
        const Json resource = parsed(R"({"name":"p","properties":{"type":"Pool","pool":{"services":[
            {"id":"/subscriptions/0/service/apim/backends/East","priority":1,"weight":3},
            {"id":"/backends/west/","priority":"2","weight":"1"},
            {"id":"/backends/north","priority":null}]}}})");
        QVERIFY(isPool(resource));
        const auto pool = poolFromArm(resource);
        QVERIFY(pool.has_value());
        QCOMPARE(pool->members.size(), std::size_t{3});
        QCOMPARE(pool->members[0].backend, std::string("East"));
        QCOMPARE(pool->members[0].weight, 3);
        QCOMPARE(pool->members[1].backend, std::string("west"));
        QCOMPARE(pool->members[1].priority, 2);
        QCOMPARE(pool->members[2].weight, 1);
    }

    void aPoolRefuses_data()
    {
        QTest::addColumn<QByteArray>("services");
        QTest::newRow("no member") << QByteArray("[]");
        QTest::newRow("no id") << QByteArray(R"([{"priority":1}])");
        QTest::newRow("a weight over 100") << QByteArray(R"([{"id":"/backends/a","weight":101}])");
        QTest::newRow("a priority that is a word")
            << QByteArray(R"([{"id":"/backends/a","priority":"high"}])");
        QTest::newRow("no array") << QByteArray("{}");
    }

    void aPoolRefuses()
    {
        QFETCH(QByteArray, services);
        const QByteArray json =
            R"({"name":"p","properties":{"type":"Pool","pool":{"services":)" + services + "}}}";
        const auto pool = poolFromArm(parsed(json.constData()));
        QVERIFY(!pool);
        QVERIFY(pool.error().kind == Error::Kind::InvalidInput);
    }
};

GATEHOUSE_TEST_MAIN(TestBackend)
#include "tst_backend.moc"
