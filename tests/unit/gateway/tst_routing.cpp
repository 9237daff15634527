// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"

#include "core/gateway/routing/rules.h"

#include "tests/support/seed.h"

#include <random>
#include <set>

using namespace gatehouse;
using namespace gatehouse::gateway;

namespace {

using Outcome = RuleTrace::Outcome;

RoutingRule rule(std::string name, std::string pool, RoutingMatch match = {})
{
    RoutingRule made;
    made.name = std::move(name);
    made.pool = std::move(pool);
    made.match = std::move(match);
    return made;
}

RoutingMatch only(RoutingField field, std::vector<std::string> values)
{
    RoutingMatch match;
    match.of(field) = std::move(values);
    return match;
}

/// Restricted data stays in Europe; routine work goes to the cheap model when the budget is nearly used.
RoutingPlan samplePlan()
{
    RoutingPlan plan;
    plan.defaultPool = "all-regions";
    plan.rules.push_back(
        rule("restricted", "europe", only(RoutingField::Sensitivity, {"restricted", "confidential"})));
    RoutingMatch routine = only(RoutingField::Task, {"chat", "drafting"});
    routine.of(RoutingField::Model) = {"gpt-4o"};
    routine.budgetUsedAbove = 80;
    plan.rules.push_back(rule("saving", "cheap", routine));
    plan.rules.back().downgrade = Downgrade{"gpt-4o-mini", true};
    return plan;
}

RequestFacts facts(std::string task, std::string sensitivity, std::optional<int> budget = 10)
{
    RequestFacts made;
    for (std::optional<std::string>& text : made.texts)
        text = "";
    made.of(RoutingField::Task) = std::move(task);
    made.of(RoutingField::Sensitivity) = std::move(sensitivity);
    made.of(RoutingField::Model) = "gpt-4o";
    made.budgetUsed = budget;
    return made;
}

/// "pool/deployment", or "?" when it cannot be proven.
std::string routed(const RouteTrace& trace)
{
    return trace.proven ? trace.pool + "/" + trace.deployment : "?";
}

std::string outcomes(const RouteTrace& trace)
{
    std::string text;
    for (const RuleTrace& one : trace.rules)
        text += "mnu-."[static_cast<int>(one.outcome)];
    return text;
}

const std::vector<std::string> Values = {"", "a", "b"};

RoutingPlan randomPlan(std::mt19937_64& random)
{
    RoutingPlan plan;
    plan.defaultPool = "default";
    for (std::uint64_t i = 0, count = random() % 5; i < count; ++i) {
        RoutingRule made = rule("rule " + std::to_string(i), "pool " + std::to_string(random() % 3));
        for (std::vector<std::string>& accepted : made.match.accepted) {
            if (random() % 4 == 0)
                accepted.push_back(Values[random() % Values.size()]);
        }
        if (random() % 4 == 0)
            made.match.budgetUsedAbove = static_cast<int>(random() % 3);
        if (random() % 3 == 0)
            made.downgrade = Downgrade{"small", random() % 2 == 0};
        made.enabled = random() % 5 != 0;
        plan.rules.push_back(std::move(made));
    }
    return plan;
}

RequestFacts randomFacts(std::mt19937_64& random, bool complete)
{
    RequestFacts made;
    for (std::optional<std::string>& text : made.texts) {
        if (complete || random() % 3 != 0)
            text = Values[random() % Values.size()];
    }
    if (complete || random() % 3 != 0)
        made.budgetUsed = static_cast<int>(random() % 4);
    return made;
}

/// The same with the unknown facts drawn.
RequestFacts completed(RequestFacts facts, std::mt19937_64& random)
{
    const RequestFacts drawn = randomFacts(random, true);
    for (std::size_t i = 0; i < TextFields; ++i) {
        if (!facts.texts[i])
            facts.texts[i] = drawn.texts[i];
    }
    if (!facts.budgetUsed)
        facts.budgetUsed = drawn.budgetUsed;
    return facts;
}

} // namespace

class TestRouting : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void decides_data()
    {
        QTest::addColumn<RequestFacts>("given");
        QTest::addColumn<QString>("expected");
        QTest::addColumn<QString>("trace");
        RequestFacts unknownBudget = facts("chat", "internal", std::nullopt);
        RequestFacts unknownTier = facts("chat", "internal");
        unknownTier.of(RoutingField::Sensitivity).reset();
        RequestFacts otherModel = facts("chat", "internal", 90);
        otherModel.of(RoutingField::Model) = "gpt-4o-mini";
        QTest::newRow("the first rule") << facts("chat", "restricted", 95) << "europe/gpt-4o"
                                        << "m.";
        QTest::newRow("the second rule with its downgrade")
            << facts("drafting", "internal", 81) << "cheap/gpt-4o-mini"
            << "nm";
        QTest::newRow("above is not at") << facts("drafting", "internal", 80) << "all-regions/gpt-4o"
                                         << "nn";
        QTest::newRow("the default") << facts("search", "public", 95) << "all-regions/gpt-4o"
                                     << "nn";
        QTest::newRow("letter case counts") << facts("chat", "Restricted") << "all-regions/gpt-4o"
                                            << "nn";
        QTest::newRow("another model") << otherModel << "all-regions/gpt-4o-mini"
                                       << "nn";
        QTest::newRow("an unknown budget that is needed") << unknownBudget << "?"
                                                          << "nu";
        QTest::newRow("an unknown budget that is not needed")
            << facts("search", "internal", std::nullopt) << "all-regions/gpt-4o"
            << "nn";
        QTest::newRow("an unknown budget after the decision")
            << facts("chat", "restricted", std::nullopt) << "europe/gpt-4o"
            << "m.";
        QTest::newRow("an unknown tier") << unknownTier << "?"
                                         << "un";
    }

    void decides()
    {
        QFETCH(RequestFacts, given);
        const RouteTrace trace = decide(samplePlan(), given);
        QTEST(QString::fromStdString(routed(trace)), "expected");
        QTEST(QString::fromStdString(outcomes(trace)), "trace");
        QVERIFY(!trace.sentence.empty());
    }

    void aFailedConditionTellsWhatWasWantedAndSeen()
    {
        const RouteTrace trace = decide(samplePlan(), facts("chat", "", 30));
        const RoutingCondition& tier = *trace.rules[0].condition;
        QCOMPARE(tier.field, RoutingField::Sensitivity);
        QCOMPARE(tier.wanted, std::string("“restricted” or “confidential”"));
        QCOMPARE(tier.seen.value_or("?"), std::string());
        QCOMPARE(trace.rules[0].sentence, std::string("The sensitivity tier must be “restricted” or "
                                                      "“confidential”, but it is not given."));
        const RoutingCondition& budget = *trace.rules[1].condition;
        QCOMPARE(budget.field, RoutingField::BudgetUsed);
        QCOMPARE(budget.wanted, std::string("above 80 %"));
        QCOMPARE(budget.seen.value_or("?"), std::string("30 %"));
        QCOMPARE(trace.rules[1].sentence, std::string("The budget used must be above 80 %, but it is 30 %."));
        QCOMPARE(trace.sentence, std::string("No rule matches, so the default pool “all-regions” serves."));
    }

    void anUnknownFactIsNamed()
    {
        const RouteTrace trace = decide(samplePlan(), facts("chat", "internal", std::nullopt));
        QVERIFY(!trace.proven);
        QVERIFY(trace.pool.empty() && trace.deployment.empty() && !trace.rule);
        QCOMPARE(trace.undecided, std::vector<std::size_t>{1});
        QCOMPARE(trace.rules[1].sentence,
                 std::string("The budget used must be above 80 %, but it was not logged."));
        QVERIFY(!trace.rules[1].condition->seen);
        QVERIFY(trace.sentence.find("“saving”") != std::string::npos);
    }

    void allThatMayHaveMatchedIsListed()
    {
        RoutingPlan plan = samplePlan();
        plan.rules.push_back(rule("rest", "rest"));
        plan.rules.push_back(rule("never", "never"));
        RequestFacts given = facts("chat", "internal", std::nullopt);
        given.of(RoutingField::Sensitivity).reset();
        const RouteTrace trace = decide(plan, given);
        QCOMPARE(outcomes(trace), std::string("uum."));
        QCOMPARE(trace.undecided, (std::vector<std::size_t>{0, 1, 2}));
    }

    void aDowngradeNeedsThatQualityAllowsIt()
    {
        RoutingPlan plan = samplePlan();
        plan.rules[1].downgrade->qualityAllows = false;
        QCOMPARE(routed(decide(plan, facts("chat", "internal", 90))), std::string("cheap/gpt-4o"));
    }

    void aRuleThatIsOffIsPassed()
    {
        RoutingPlan plan = samplePlan();
        plan.rules[0].enabled = false;
        const RouteTrace trace = decide(plan, facts("search", "restricted"));
        QCOMPARE(outcomes(trace), std::string("-n"));
        QCOMPARE(routed(trace), std::string("all-regions/gpt-4o"));
    }

    void aHeaderThatIsNotGivenCanBeAskedFor()
    {
        RoutingPlan plan;
        plan.rules.push_back(rule("untagged", "quarantine", only(RoutingField::Application, {""})));
        plan.defaultPool = "all";
        QCOMPARE(routed(decide(plan, facts("chat", ""))), std::string("quarantine/gpt-4o"));
        RequestFacts tagged = facts("chat", "");
        tagged.of(RoutingField::Application) = "checkout";
        QCOMPARE(routed(decide(plan, tagged)), std::string("all/gpt-4o"));
    }

    void aPlanWithoutDefaultSaysSo()
    {
        const RouteTrace trace = decide({}, facts("chat", ""));
        QVERIFY(trace.proven);
        QCOMPARE(trace.pool, std::string());
        QCOMPARE(trace.sentence, std::string("No rule matches, and the plan has no default pool."));
    }

    void theWordsAndTheShortFormAgree()
    {
        std::mt19937_64 random(test::seed());
        int unproven = 0;
        for (int i = 0; i < 20'000; ++i) {
            const RoutingPlan plan = randomPlan(random);
            const RequestFacts given = randomFacts(random, i % 2 == 0);
            const RouteTrace trace = decide(plan, given);
            const RouteDecision decision = decideRule(plan, given);
            QCOMPARE(trace.proven, decision.proven);
            const int expected = trace.rule                ? static_cast<int>(*trace.rule)
                                 : trace.undecided.empty() ? RouteDecision::Default
                                                           : static_cast<int>(trace.undecided.front());
            QCOMPARE(decision.rule, expected);
            QCOMPARE(trace.rules.size(), plan.rules.size());
            unproven += trace.proven ? 0 : 1;
        }
        QVERIFY(unproven > 100);
    }

    void whatIsProvenHoldsWhateverTheUnknownIs()
    {
        std::mt19937_64 random(test::seed());
        for (int i = 0; i < 5'000; ++i) {
            const RoutingPlan plan = randomPlan(random);
            const RequestFacts given = randomFacts(random, false);
            const RouteTrace trace = decide(plan, given);
            for (int draw = 0; draw < 10; ++draw) {
                const RouteTrace truth = decide(plan, completed(given, random));
                QVERIFY(truth.proven);
                if (trace.proven) {
                    QCOMPARE(truth.rule, trace.rule);
                    QCOMPARE(truth.pool, trace.pool);
                    continue;
                }
                const auto& may = trace.undecided;
                QVERIFY(!truth.rule || std::find(may.begin(), may.end(), *truth.rule) != may.end());
            }
        }
    }

    void eachFieldHasItsNames()
    {
        std::set<std::string_view> names;
        for (std::size_t i = 0; i <= TextFields; ++i) {
            names.insert(wireName(textField(i)));
            names.insert(title(textField(i)));
        }
        QCOMPARE(names.size(), 2 * (TextFields + 1));
        QCOMPARE(wireName(RoutingField::Task), std::string_view("x-gh-task"));
        QCOMPARE(wireName(RoutingField::BudgetUsed), std::string_view("gh-budget-used"));
    }
};

GATEHOUSE_TEST_MAIN(TestRouting)
#include "tst_routing.moc"
