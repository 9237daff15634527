// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/explain/draft.h"
#include "tests/support/testmain.h"

using namespace gatehouse;
using namespace gatehouse::gateway;

namespace {

ExplainSetup twoBackends()
{
    ExplainSetup setup;
    for (const char* name : {"a", "b"}) {
        Backend backend;
        backend.name = name;
        setup.routing.backends.push_back(backend);
    }
    setup.routing.pools = {{"pool", {{"a", 1, 1}}}};
    setup.routing.plan.defaultPool = "pool";
    return setup;
}

} // namespace

/// A draft of routes is checked at the door, and its first fault named with its place.
class TestRoutingDraft : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aDraftIsRead()
    {
        const auto draft =
            readDraft(R"({"rules":[{"name":"secret","match":{"sensitivity":["secret"]},"pool":"b",)"
                      R"("downgrade":{"deployment":"mini","qualityAllows":true}}],)"
                      R"("pools":{"pool":[{"backend":"b","priority":2,"weight":0},{"backend":"a"}]},)"
                      R"("breakers":{"a":{"name":"r","failureCondition":{"count":2,"interval":"PT1M"},)"
                      R"("tripDuration":"PT5S"}}})");
        QVERIFY2(draft.has_value(), draft ? "" : draft.error().message.c_str());
        const auto setup = withDraft(twoBackends(), *draft);
        QVERIFY2(setup.has_value(), setup ? "" : setup.error().message.c_str());
        QCOMPARE(setup->routing.plan.rules.at(0).pool, std::string("b"));
        QCOMPARE(setup->routing.plan.rules.at(0).downgrade->deployment, std::string("mini"));
        QCOMPARE(setup->routing.plan.defaultPool, std::string("pool"));
        QCOMPARE(setup->routing.pools.at(0).members.at(0).weight, 0);
        QCOMPARE(setup->routing.pools.at(0).members.at(1).priority, 1);
        QCOMPARE(setup->routing.backends.at(0).breaker.recovery.count(), 5'000);
    }

    void whatIsWrongIsNamedWithItsPlace_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QString>("place");
        const auto row = [](const char* name, const char* json, const char* place) {
            QTest::newRow(name) << QByteArray(json) << QString::fromLatin1(place);
        };
        row("nothing", "{}", "the top");
        row("a list", "[]", "the top");
        row("unknown member", R"({"rulez":[]})", "rulez");
        row("rule without a target", R"({"rules":[{"name":"x"}]})", "rules[0].pool");
        row("second rule without a name", R"({"rules":[{"name":"x","pool":"a"},{"pool":"a"}]})",
            "rules[1].name");
        row("match of a text", R"({"rules":[{"name":"x","pool":"a","match":{"task":"chat"}}]})",
            "rules[0].match.task");
        row("unknown field", R"({"rules":[{"name":"x","pool":"a","match":{"colour":["red"]}}]})",
            "rules[0].match");
        row("budget of text", R"({"rules":[{"name":"x","pool":"a","budgetUsedAbove":"80"}]})",
            "budgetUsedAbove");
        row("enabled of a number", R"({"rules":[{"name":"x","pool":"a","enabled":1}]})", "rules[0].enabled");
        row("weight of text", R"({"pools":{"pool":[{"backend":"a","weight":"3"}]}})", "pools.pool[0].weight");
        row("weight too large", R"({"pools":{"pool":[{"backend":"a","weight":101}]}})",
            "pools.pool[0].weight");
        row("empty pool", R"({"pools":{"pool":[]}})", "pools.pool");
        row("breaker of text", R"({"breakers":{"a":"PT1M"}})", "breakers.a");
        row("breaker of both", R"({"breakers":{"a":{"failureCondition":{"count":1,"percentage":2}}}})",
            "breakers.a");
    }

    void whatIsWrongIsNamedWithItsPlace()
    {
        QFETCH(QByteArray, json);
        QFETCH(QString, place);
        const auto draft = readDraft(json.toStdString());
        QVERIFY(!draft.has_value());
        QVERIFY(draft.error().kind == Error::Kind::InvalidInput);
        QVERIFY2(draft.error().message.find(place.toStdString()) != std::string::npos,
                 draft.error().message.c_str());
    }

    void aPoolOf31IsRefused()
    {
        std::string json = R"({"pools":{"pool":[)";
        for (int i = 0; i < 31; ++i)
            json += std::string(i == 0 ? "" : ",") + R"({"backend":"a"})";
        QVERIFY(!readDraft(json + "]}}"));
    }

    void whatDoesNotExistIsRefused_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::newRow("target") << QByteArray(R"({"rules":[{"name":"x","pool":"nowhere"}]})");
        QTest::newRow("default") << QByteArray(R"({"defaultPool":"nowhere"})");
        QTest::newRow("member") << QByteArray(R"({"pools":{"pool":[{"backend":"nowhere"}]}})");
        QTest::newRow("breaker") << QByteArray(R"({"breakers":{"nowhere":null}})");
    }

    void whatDoesNotExistIsRefused()
    {
        QFETCH(QByteArray, json);
        const auto draft = readDraft(json.toStdString());
        QVERIFY(draft.has_value());
        const auto setup = withDraft(twoBackends(), *draft);
        QVERIFY(!setup && setup.error().message.find("nowhere") != std::string::npos);
    }
};

GATEHOUSE_TEST_MAIN(TestRoutingDraft)
#include "tst_routingdraft.moc"
