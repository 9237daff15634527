// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/backend.h"
#include "core/gateway/topology/breakeredit.h"
#include "tests/support/testmain.h"

using namespace gatehouse;
using namespace gatehouse::gateway;

namespace {

const Json East = {
    {"url", "https://east.example/openai"},
    {"type", "Single"},
    {"circuitBreaker",
     {{"rules", Json::array({{{"name", "openai-errors"},
                              {"failureCondition",
                               {{"count", 5},
                                {"interval", "PT1M"},
                                {"errorReasons", Json::array({"Server errors"})},
                                {"statusCodeRanges",
                                 Json::array({{{"min", 429}, {"max", 429}}, {{"min", 500}, {"max", 599}}})}}},
                              {"tripDuration", "PT30S"},
                              {"acceptRetryAfter", true}}})}}}};

} // namespace

class TestBreakerEdit : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anUnchangedRuleIsWrittenAsItWas()
    {
        const BreakerDraft draft = breakerDraft(East);
        QVERIFY(draft.hasRule);
        QCOMPARE(draft.amount, std::string("5"));
        QCOMPARE(draft.statuses, std::string("429, 500-599"));
        QVERIFY(draft.acceptRetryAfter);
        QVERIFY(*withBreaker(East, draft) == East);
    }

    void aPercentageTakesThePlaceOfTheCount()
    {
        BreakerDraft draft = breakerDraft(East);
        draft.byPercentage = true;
        draft.amount = "40";
        draft.statuses = "500-503,408";
        const auto changed = withBreaker(East, draft);
        QVERIFY(changed);
        const Json& condition = (*changed)["circuitBreaker"]["rules"][0]["failureCondition"];
        QVERIFY(!condition.contains("count"));
        QCOMPARE(condition["percentage"].get<int>(), 40);
        QVERIFY(condition.contains("errorReasons"));
        QVERIFY(backendFromArm({{"name", "east"}, {"properties", *changed}})); // what the gateway obeys
    }

    void aRuleIsRemovedAndMade()
    {
        BreakerDraft draft = breakerDraft(East);
        draft.hasRule = false;
        const auto without = withBreaker(East, draft);
        QVERIFY(without);
        QVERIFY(!without->contains("circuitBreaker"));
        BreakerDraft made = breakerDraft(*without);
        QVERIFY(!made.hasRule);
        made.hasRule = true;
        const auto with = withBreaker(*without, made);
        QVERIFY(with);
        QVERIFY(backendFromArm({{"name", "east"}, {"properties", *with}})->ruleName);
    }

    void wrongRulesAreRefusedWithThePlace_data()
    {
        QTest::addColumn<QString>("fieldText");
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("place");
        QTest::newRow("nameless") << "name"
                                  << ""
                                  << "name";
        QTest::newRow("count 0") << "count"
                                 << "0"
                                 << "failureCondition.count";
        QTest::newRow("count of text") << "count"
                                       << "few"
                                       << "failureCondition.count";
        QTest::newRow("101 percent") << "percentage"
                                     << "101"
                                     << "failureCondition.percentage";
        QTest::newRow("interval in words") << "interval"
                                           << "1 min"
                                           << "failureCondition.interval";
        QTest::newRow("interval 0") << "interval"
                                    << "PT0S"
                                    << "failureCondition.interval";
        QTest::newRow("trip empty") << "trip"
                                    << ""
                                    << "tripDuration";
        QTest::newRow("no status") << "statuses"
                                   << ""
                                   << "failureCondition.statusCodeRanges";
        QTest::newRow("status 199") << "statuses"
                                    << "199"
                                    << "failureCondition.statusCodeRanges";
        QTest::newRow("status 600") << "statuses"
                                    << "500-600"
                                    << "failureCondition.statusCodeRanges";
        QTest::newRow("backwards") << "statuses"
                                   << "503-500"
                                   << "failureCondition.statusCodeRanges";
        QTest::newRow("a dangling comma") << "statuses"
                                          << "500,"
                                          << "failureCondition.statusCodeRanges";
        QTest::newRow("11 ranges") << "statuses"
                                   << "500,501,502,503,504,505,506,507,508,509,510"
                                   << "failureCondition.statusCodeRanges";
    }
    void wrongRulesAreRefusedWithThePlace()
    {
        QFETCH(QString, fieldText);
        const std::string field = fieldText.toStdString();
        QFETCH(QString, typed);
        QFETCH(QString, place);
        BreakerDraft draft = breakerDraft(East);
        const std::string text = typed.toStdString();
        if (field == "name")
            draft.name = text;
        if (field == "count" || field == "percentage")
            draft.amount = text;
        draft.byPercentage = field == "percentage";
        if (draft.byPercentage && field != "percentage")
            draft.amount = "10";
        if (field == "interval")
            draft.interval = text;
        if (field == "trip")
            draft.tripDuration = text;
        if (field == "statuses")
            draft.statuses = text;
        const auto problems = problemsOf(draft);
        QCOMPARE(problems.size(), 1U);
        QCOMPARE(QString::fromStdString(problems[0].place),
                 QStringLiteral("circuitBreaker.rules[0].") + place);
        QVERIFY(!withBreaker(East, draft));
    }
};

GATEHOUSE_TEST_MAIN(TestBreakerEdit)
#include "tst_breakeredit.moc"
