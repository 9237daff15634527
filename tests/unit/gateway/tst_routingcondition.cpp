// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"

#include "core/gateway/routing/condition.h"

#include "tests/support/seed.h"
#include "tests/unit/gateway/routingdraw.h"

using namespace gatehouse;
using namespace gatehouse::gateway;
using namespace gatehouse::test;

namespace {

/// The context in which a request with these facts runs.
ExpressionContext contextOf(const RequestFacts& facts)
{
    ExpressionContext context;
    context.header = [facts](std::string_view name) -> std::optional<std::string> {
        for (std::size_t i = 0; i < TextFields; ++i) {
            const RoutingField field = textField(i);
            if (field != RoutingField::Model && wireName(field) == name && !facts.of(field)->empty())
                return facts.of(field);
        }
        return std::nullopt;
    };
    context.matchedParameter = [facts](std::string_view) { return facts.of(RoutingField::Model); };
    context.variable = [facts](std::string_view) { return ExpressionValue(std::int32_t{*facts.budgetUsed}); };
    return context;
}

} // namespace

/// A rule as the condition of its policy.
class TestRoutingCondition : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aConditionIsTrueWhereItsRuleMatches()
    {
        std::mt19937_64 random(test::seed());
        int matched = 0;
        for (int i = 0; i < 5'000; ++i) {
            RoutingPlan plan;
            plan.rules.push_back(randomRule(random));
            RoutingRule& rule = plan.rules.front();
            rule.enabled = true;
            RequestFacts facts;
            for (std::size_t field = 0; field < TextFields; ++field) {
                const std::vector<std::string>& accepted = rule.match.accepted[field];
                const bool hit = !accepted.empty() && random() % 8 != 0;
                facts.texts[field] = hit ? accepted[random() % accepted.size()] : randomText(random);
            }
            facts.budgetUsed = rule.match.budgetUsedAbove.value_or(0) + static_cast<int>(random() % 8);
            const bool expected = decideRule(plan, facts).rule == 0;
            const auto condition = Expression::parse(conditionText(rule.match));
            QVERIFY(condition.has_value());
            const auto truth = condition->evaluateBool(contextOf(facts));
            QVERIFY2(truth, truth ? "" : truth.error().message.c_str());
            QCOMPARE(*truth, expected);
            matched += expected ? 1 : 0;
        }
        QVERIFY(matched > 500 && matched < 4'900);
    }

    void theTreeCountsAndNotTheText_data()
    {
        QTest::addColumn<QByteArray>("condition");
        QTest::addColumn<bool>("ours");
        const QByteArray task = R"(context.Request.Headers.GetValueOrDefault("x-gh-task","") == "chat")";
        const QByteArray model =
            R"(context.Request.MatchedParameters.GetValueOrDefault("deployment-id","") == "gpt-4o")";
        const QByteArray budget = R"(context.Variables.GetValueOrDefault<int>("gh-budget-used",0) > 80)";
        QTest::newRow("without parentheses") << task + "&&" + model << true;
        QTest::newRow("in another order") << budget + " && " + model + " && " + task << true;
        QTest::newRow("with more parentheses") << "((" + task + ")) && (((" + model + ")))" << true;
        QTest::newRow("over lines, with a comment") << "\n  " + task + " // why\r\n  && " + model + "\n"
                                                    << true;
        QTest::newRow("verbatim")
            << QByteArray(R"(context.Request.Headers.GetValueOrDefault(@"x-gh-task",@"") == @"chat")")
            << true;
        QTest::newRow("always") << QByteArray("true") << true;
        QTest::newRow("a field twice") << task + " && " + task << false;
        QTest::newRow("two fields with or") << task + " || " + model << false;
        QTest::newRow("the other way round")
            << QByteArray(R"("chat" == context.Request.Headers.GetValueOrDefault("x-gh-task",""))") << false;
        QTest::newRow("not") << "!(" + task + ")" << false;
        QTest::newRow("another header") << QByteArray(task).replace("x-gh-task", "x-other") << false;
        QTest::newRow("another default") << QByteArray(task).replace(",\"\"", ",\"chat\"") << false;
        QTest::newRow("no default") << QByteArray(task).replace(",\"\"", "") << false;
        QTest::newRow("a header for the deployment")
            << QByteArray(task).replace("x-gh-task", "deployment-id") << false;
        QTest::newRow("at least") << QByteArray(budget).replace("> 80", ">= 80") << false;
        QTest::newRow("another variable") << QByteArray(budget).replace("gh-budget-used", "other") << false;
        QTest::newRow("another default of the budget") << QByteArray(budget).replace(",0", ",1") << false;
        QTest::newRow("a budget out of range") << QByteArray(budget).replace("80", "99999") << false;
        QTest::newRow("a budget that is no number") << QByteArray(budget).replace("80", "\"80\"") << false;
        QTest::newRow("never") << QByteArray("false") << false;
        QTest::newRow("not equal") << QByteArray(task).replace("==", "!=") << false;
        QTest::newRow("compared with a value of the request")
            << QByteArray(task).replace("\"chat\"", "context.Api.Id") << false;
    }
    void theTreeCountsAndNotTheText()
    {
        QFETCH(QByteArray, condition);
        QFETCH(bool, ours);
        const auto parsed = Expression::parse("@(" + condition.toStdString() + ")");
        QVERIFY2(parsed, parsed ? "" : parsed.error().message.c_str());
        const auto match = matchFromCondition(*parsed);
        QCOMPARE(match.has_value(), ours);
        if (match)
            QVERIFY(matchFromCondition(*Expression::parse(conditionText(*match))) == match);
    }
};

GATEHOUSE_TEST_MAIN(TestRoutingCondition)
#include "tst_routingcondition.moc"
