// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"

#include "core/gateway/routing/lint.h"

#include "tests/support/seed.h"

#include <random>
#include <set>

using namespace gatehouse;
using namespace gatehouse::gateway;

namespace {

using Kind = LintFinding::Kind;

struct Setup
{
    RoutingPlan plan;
    std::vector<Backend> backends;
    std::vector<Pool> pools;
    std::vector<std::string> unhealthy;
};

/// A plan with nothing to find.
Setup sound()
{
    Setup setup;
    for (const char* name : {"east", "west", "europe"}) {
        Backend backend;
        backend.name = name;
        setup.backends.push_back(backend);
    }
    setup.pools = {{"all", {{"east", 1, 3}, {"west", 1, 1}, {"europe", 2, 1}}}, {"eu", {{"europe", 1, 1}}}};
    RoutingRule restricted;
    restricted.name = "restricted";
    restricted.match.of(RoutingField::Sensitivity) = {"restricted"};
    restricted.pool = "eu";
    RoutingRule saving;
    saving.name = "saving";
    saving.match.of(RoutingField::Model) = {"gpt-4o"};
    saving.match.budgetUsedAbove = 80;
    saving.pool = "EAST"; // a single backend, in ARM's letter case
    saving.downgrade = Downgrade{"gpt-4o-mini", true};
    setup.plan = {{restricted, saving}, "all"};
    return setup;
}

std::vector<LintFinding> run(const Setup& setup)
{
    return lint(setup.plan, setup.backends, setup.pools, setup.unhealthy);
}

std::string text(const std::vector<LintFinding>& findings)
{
    std::string all;
    for (const LintFinding& one : findings)
        all += one.sentence + " | " + one.mend + "\n";
    return all;
}

/// The only finding; a failed test when there is another number of them.
LintFinding single(const Setup& setup)
{
    const auto findings = run(setup);
    if (findings.size() != 1) {
        QTest::qFail(("findings: " + text(findings)).c_str(), __FILE__, __LINE__);
        return {};
    }
    if (findings.front().sentence.empty() || findings.front().mend.empty())
        QTest::qFail("a finding without words", __FILE__, __LINE__);
    return findings.front();
}

} // namespace

class TestRoutingLint : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nothingIsFoundInASoundPlan()
    {
        const auto findings = run(sound());
        QVERIFY2(findings.empty(), text(findings).c_str());
    }

    void aRuleBehindOneThatMatchesAllOfItIsUnreachable_data()
    {
        QTest::addColumn<RoutingMatch>("earlier");
        QTest::addColumn<RoutingMatch>("later");
        QTest::addColumn<bool>("unreachable");
        RoutingMatch any;
        RoutingMatch chat;
        chat.of(RoutingField::Task) = {"chat"};
        RoutingMatch chatOrDraft;
        chatOrDraft.of(RoutingField::Task) = {"drafting", "chat"};
        RoutingMatch chatInEurope = chat;
        chatInEurope.of(RoutingField::Geography) = {"eu"};
        RoutingMatch chatAbove50 = chat;
        chatAbove50.budgetUsedAbove = 50;
        RoutingMatch chatAbove80 = chat;
        chatAbove80.budgetUsedAbove = 80;
        QTest::newRow("anything before something") << any << chat << true;
        QTest::newRow("something before anything") << chat << any << false;
        QTest::newRow("twice the same") << chat << chat << true;
        QTest::newRow("more values before fewer") << chatOrDraft << chat << true;
        QTest::newRow("fewer values before more") << chat << chatOrDraft << false;
        QTest::newRow("less before more conditions") << chat << chatInEurope << true;
        QTest::newRow("more before less conditions") << chatInEurope << chat << false;
        QTest::newRow("a lower budget before a higher") << chatAbove50 << chatAbove80 << true;
        QTest::newRow("a higher budget before a lower") << chatAbove80 << chatAbove50 << false;
        QTest::newRow("the same budget") << chatAbove50 << chatAbove50 << true;
        QTest::newRow("no budget before one") << chat << chatAbove50 << true;
        QTest::newRow("a budget before none") << chatAbove50 << chat << false;
        QTest::newRow("other values") << chatInEurope << chatAbove50 << false;
    }

    void aRuleBehindOneThatMatchesAllOfItIsUnreachable()
    {
        QFETCH(RoutingMatch, earlier);
        QFETCH(RoutingMatch, later);
        QFETCH(bool, unreachable);
        Setup setup = sound();
        setup.plan.rules[0].match = earlier;
        setup.plan.rules[1].match = later;
        const auto findings = run(setup);
        QCOMPARE(findings.size(), std::size_t{unreachable ? 1U : 0U});
        if (unreachable) {
            QCOMPARE(findings[0].kind, Kind::UnreachableRule);
            QCOMPARE(findings[0].rule, std::string("saving"));
            QVERIFY(findings[0].sentence.find("“restricted”") != std::string::npos);
        }
        setup.plan.rules[0].enabled = false;
        QVERIFY(run(setup).empty());
        setup.plan.rules[0].enabled = true;
        setup.plan.rules[1].enabled = false;
        QVERIFY(run(setup).empty());
    }

    void unreachableIsNeverSaidOfARuleThatDecides()
    {
        std::mt19937_64 random(test::seed());
        int said = 0;
        for (int i = 0; i < 5'000; ++i) {
            Setup setup = sound();
            setup.plan.rules.clear();
            for (int number = 0; number < 4; ++number) {
                RoutingRule rule;
                rule.name = "rule " + std::to_string(number);
                rule.pool = "all";
                for (std::vector<std::string>& accepted : rule.match.accepted) {
                    for (const char* value : {"a", "b"}) {
                        if (random() % 6 == 0)
                            accepted.emplace_back(value);
                    }
                }
                if (random() % 4 == 0)
                    rule.match.budgetUsedAbove = static_cast<int>(random() % 3);
                rule.enabled = random() % 5 != 0;
                setup.plan.rules.push_back(std::move(rule));
            }
            std::set<std::string> unreachable;
            for (const LintFinding& one : run(setup)) {
                QCOMPARE(one.kind, Kind::UnreachableRule);
                unreachable.insert(one.rule);
            }
            said += static_cast<int>(unreachable.size());
            for (int draw = 0; draw < 20; ++draw) {
                RequestFacts facts;
                for (std::optional<std::string>& fact : facts.texts)
                    fact = random() % 2 == 0 ? "a" : "b";
                facts.budgetUsed = static_cast<int>(random() % 4);
                const RouteDecision decision = decideRule(setup.plan, facts);
                if (decision.rule != RouteDecision::Default)
                    QVERIFY(unreachable.count("rule " + std::to_string(decision.rule)) == 0);
            }
        }
        QVERIFY(said > 1'000);
    }

    void aTargetMustExist_data()
    {
        QTest::addColumn<QString>("target");
        QTest::addColumn<bool>("ofRule");
        QTest::addColumn<int>("kind");
        for (const bool ofRule : {true, false}) {
            const char* who = ofRule ? "rule" : "default";
            QTest::addRow("%s: no pool of that name", who)
                << "nowhere" << ofRule << static_cast<int>(Kind::UnknownTarget);
            QTest::addRow("%s: none", who)
                << "" << ofRule << static_cast<int>(ofRule ? Kind::NoTarget : Kind::NoDefault);
        }
    }

    void aTargetMustExist()
    {
        QFETCH(QString, target);
        QFETCH(bool, ofRule);
        Setup setup = sound();
        (ofRule ? setup.plan.rules[1].pool : setup.plan.defaultPool) = target.toStdString();
        const LintFinding finding = single(setup);
        QTEST(static_cast<int>(finding.kind), "kind");
        QCOMPARE(finding.rule, std::string(ofRule ? "saving" : ""));
    }

    void aPoolNeedsAMemberThatCanServe()
    {
        Setup setup = sound();
        setup.unhealthy = {"Europe"};
        const LintFinding unhealthy = single(setup);
        QCOMPARE(unhealthy.kind, Kind::NoHealthyMember);
        QCOMPARE(unhealthy.severity, LintSeverity::Error);
        QCOMPARE(unhealthy.rule, std::string("restricted"));
        QCOMPARE(unhealthy.pool, std::string("eu"));

        setup = sound();
        setup.pools[1].members = {{"deleted", 1, 1}};
        QCOMPARE(single(setup).kind, Kind::NoHealthyMember);
        setup.pools[1].members.clear();
        QCOMPARE(single(setup).kind, Kind::NoHealthyMember);
        setup.plan.rules[0].enabled = false;
        QVERIFY(run(setup).empty());

        setup = sound();
        setup.unhealthy = {"east"};
        QCOMPARE(single(setup).rule, std::string("saving"));
    }

    void weightsThatNeverApply_data()
    {
        QTest::addColumn<QList<QPair<int, int>>>("members"); // priority, weight
        QTest::addColumn<int>("findings");
        QTest::addColumn<int>("severity");
        const int info = static_cast<int>(LintSeverity::Info);
        const int warning = static_cast<int>(LintSeverity::Warning);
        using Members = QList<QPair<int, int>>;
        QTest::newRow("a group that shares") << Members{{1, 3}, {1, 1}, {2, 1}} << 0 << info;
        QTest::newRow("alone with a weight") << Members{{1, 3}, {1, 1}, {2, 5}} << 1 << info;
        QTest::newRow("alone with none") << Members{{1, 1}, {1, 1}, {2, 0}} << 1 << warning;
        QTest::newRow("one of a group drained") << Members{{1, 3}, {1, 0}, {2, 1}} << 1 << info;
        QTest::newRow("a group of zeros") << Members{{1, 0}, {1, 0}, {2, 1}} << 1 << warning;
        QTest::newRow("two of a group drained") << Members{{1, 0}, {1, 0}, {1, 1}} << 2 << info;
    }

    void weightsThatNeverApply()
    {
        using Members = QList<QPair<int, int>>;
        QFETCH(Members, members);
        QFETCH(int, findings);
        QFETCH(int, severity);
        Setup setup = sound();
        for (int i = 0; i < members.size(); ++i) {
            auto& member = setup.pools[0].members[static_cast<std::size_t>(i)];
            std::tie(member.priority, member.weight) = std::pair(members[i].first, members[i].second);
        }
        const auto found = run(setup);
        QCOMPARE(static_cast<int>(found.size()), findings);
        for (const LintFinding& one : found) {
            QCOMPARE(one.kind, Kind::WeightNeverApplies);
            QCOMPARE(static_cast<int>(one.severity), severity);
            QCOMPARE(one.pool, std::string("all"));
        }
    }

    void namesMustDiffer()
    {
        Setup setup = sound();
        setup.plan.rules[1].name = "Restricted";
        QCOMPARE(single(setup).kind, Kind::DuplicateName);
        QCOMPARE(single(setup).severity, LintSeverity::Error);
        setup.plan.rules[1].name = "default";
        QCOMPARE(single(setup).kind, Kind::DuplicateName);
    }

    void aDowngradeMustChangeSomething()
    {
        Setup setup = sound();
        setup.plan.rules[1].downgrade->deployment = "gpt-4o";
        QCOMPARE(single(setup).kind, Kind::DowngradeToSame);
        setup.plan.rules[1].match.of(RoutingField::Model) = {"gpt-4o", "gpt-4-turbo"};
        QVERIFY(run(setup).empty());
        setup.plan.rules[1].downgrade->deployment = "";
        QCOMPARE(single(setup).kind, Kind::NoTarget);
        setup.plan.rules[1].downgrade = Downgrade{"gpt-4o-mini", false};
        QCOMPARE(single(setup).kind, Kind::DowngradeNotAllowed);
    }

    void aRetryThatRepeatsARefusal_data()
    {
        QTest::addColumn<QString>("condition");
        QTest::addColumn<QString>("says");
        QTest::newRow("429 and 5xx")
            << "@(context.Response.StatusCode == 429 || context.Response.StatusCode >= 500)"
            << "";
        QTest::newRow("408 as well")
            << "@(context.Response.StatusCode == 408 || context.Response.StatusCode == 429)"
            << "";
        QTest::newRow("never") << "false"
                               << "";
        QTest::newRow("all errors") << "@(context.Response.StatusCode >= 400)"
                                    << "after 400 to 407, 409 to 428 and 430 to 499";
        QTest::newRow("not found")
            << "@(context.Response.StatusCode == 404 || context.Response.StatusCode == 429)"
            << "after 404,";
        QTest::newRow("two") << "@(context.Response.StatusCode == 401 || context.Response.StatusCode == 403)"
                             << "after 401 and 403,";
        QTest::newRow("anything but success") << "@(context.Response.StatusCode != 200)"
                                              << "after 400 to 407";
        QTest::newRow("always") << "true"
                                << "after 400 to 407";
        QTest::newRow("what we cannot evaluate")
            << "@(context.Response.StatusReason == \"x\")"
            << "cannot be judged: “context.Response.StatusReason” is not";
        QTest::newRow("what depends on a variable")
            << "@(context.Response.StatusCode == 429 && (string)context.Variables[\"x\"] == \"y\")"
            << "cannot be judged: There is no variable “x”";
        QTest::newRow("no condition") << ""
                                      << "cannot be judged";
        QTest::newRow("no truth") << "@(429)"
                                  << "cannot be judged: A condition must be true or false";
    }

    void aRetryThatRepeatsARefusal()
    {
        QFETCH(QString, condition);
        QFETCH(QString, says);
        const auto findings = lintRetry(condition.toStdString());
        QCOMPARE(findings.size(), std::size_t{says.isEmpty() ? 0U : 1U});
        if (!says.isEmpty()) {
            const QString sentence = QString::fromStdString(findings[0].sentence);
            QVERIFY2(sentence.contains(says), qPrintable(sentence));
            const bool judged = findings[0].kind == Kind::RetriesRefusal;
            QCOMPARE(judged, findings[0].severity == LintSeverity::Warning);
        }
    }
};

GATEHOUSE_TEST_MAIN(TestRoutingLint)
#include "tst_routinglint.moc"
