// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"
#ifndef Q_MOC_RUN // Qt 6.4's moc does not read concepts
#include "core/gateway/routing/fragment.h"
#include "core/jobs/smokerules.h"
#endif

using namespace gatehouse;
using namespace gatehouse::jobs;

namespace {

const std::string Rule =
    "<when condition=\"@(context.Request.Headers.GetValueOrDefault(&quot;x-gh-task&quot;, "
    "&quot;&quot;) == &quot;chat&quot;)\">";

gateway::RoutingRule chatRule()
{
    gateway::RoutingRule rule;
    rule.name = "chat";
    rule.match.of(gateway::RoutingField::Task) = {"chat"};
    rule.pool = "aoai-pool";
    return rule;
}

SetupNow setupWith(const std::string& fragment)
{
    SetupNow now;
    now.serviceId = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ApiManagement/service/a";
    now.resources.routingFragment = fragment;
    for (const char* name : {"aoai-eastus", "aoai-westus"})
        now.resources.backends[name] = {{"name", name},
                                        {"properties", {{"url", "https://x.example"}, {"protocol", "http"}}}};
    Json services = Json::array();
    services.push_back({{"id", now.serviceId + "/backends/aoai-westus"}, {"priority", 2}, {"weight", 1}});
    services.push_back({{"id", now.serviceId + "/backends/aoai-eastus"}, {"priority", 1}, {"weight", 1}});
    now.resources.backends["aoai-pool"] = {
        {"name", "aoai-pool"}, {"properties", {{"type", "Pool"}, {"pool", {{"services", services}}}}}};
    return now;
}

std::string written(const gateway::RoutingFragment& fragment)
{
    const auto xml = gateway::writeRoutingFragment(fragment);
    if (!xml)
        qFatal("%s", xml.error().message.c_str());
    return *xml;
}

/// The fragment that a set of one change leaves.
gateway::RoutingFragment after(const ChangeSet& set)
{
    return *gateway::readRoutingFragment(textAt(*set.changes.at(0).wanted, "value"));
}

std::string names(const gateway::RoutingFragment& fragment)
{
    std::string text;
    for (const gateway::RoutingRule& rule : fragment.plan.rules)
        text += rule.name + "|";
    return text;
}

} // namespace

/// The rules that reach each member of a pool come and go, and nothing else moves.
class TestSmokeRules : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void thePrimaryIsTheFirstMember()
    {
        const SetupNow now = setupWith("");
        QCOMPARE(*poolMembers(now, "aoai-pool"), (std::vector<std::string>{"aoai-eastus", "aoai-westus"}));
        QCOMPARE(*poolMembers(now, "AOAI-Pool"), (std::vector<std::string>{"aoai-eastus", "aoai-westus"}));
        for (const char* name : {"aoai-pol", "aoai-eastus", ""}) {
            const auto none = poolMembers(now, name);
            QVERIFY(!none.has_value());
            QVERIFY(none.error().kind == Error::Kind::InvalidInput);
        }
        QVERIFY(poolMembers(now, "aoai-pol").error().message.find("Did you mean 'aoai-pool'?") !=
                std::string::npos);
    }

    void theRulesComeBeforeAllOthers()
    {
        gateway::RoutingFragment before;
        before.plan.rules = {chatRule()};
        before.plan.defaultPool = "aoai-pool";
        const SetupNow now = setupWith(written(before));
        const auto set = addTestRules(now, {"aoai-eastus", "aoai-westus"});
        QVERIFY2(set.has_value(), set ? "" : set.error().message.c_str());
        QCOMPARE(set->changes.size(), 1U);
        QCOMPARE(set->changes[0].resourceId, now.serviceId + "/policyFragments/gatehouse-routing");
        QCOMPARE(textAt(*set->changes[0].base, "value"), now.resources.routingFragment);
        const gateway::RoutingFragment fragment = after(*set);
        QCOMPARE(names(fragment), std::string("test aoai-eastus|test aoai-westus|chat|"));
        QCOMPARE(fragment.plan.defaultPool, std::string("aoai-pool"));
        QVERIFY(fragment.plan.rules[2] == chatRule());
        gateway::RequestFacts facts;
        for (std::size_t i = 0; i < gateway::TextFields; ++i)
            facts.of(gateway::textField(i)) = "";
        facts.of(gateway::RoutingField::Task) = "gatehouse-test:aoai-westus";
        QCOMPARE(gateway::decide(fragment.plan, facts).pool, std::string("aoai-westus"));
        facts.of(gateway::RoutingField::Task) = "gatehouse-test:other";
        QCOMPARE(gateway::decide(fragment.plan, facts).pool, std::string("aoai-pool"));
    }

    void addingTwiceChangesNothing()
    {
        const auto once = addTestRules(setupWith(""), {"aoai-eastus"});
        QVERIFY(once && !once->changes[0].base); // the fragment was not there
        const std::string xml = textAt(*once->changes[0].wanted, "value");
        const auto twice = addTestRules(setupWith(xml), {"aoai-eastus"});
        QVERIFY(twice && twice->changes.empty());
    }

    void aRuleThatStandsElsewhereOrIsOffGoesToTheFront()
    {
        gateway::RoutingFragment fragment = after(*addTestRules(setupWith(""), {"aoai-eastus"}));
        fragment.plan.rules.insert(fragment.plan.rules.begin(), chatRule());
        fragment.plan.rules[1].enabled = false;
        const auto set = addTestRules(setupWith(written(fragment)), {"aoai-eastus"});
        QCOMPARE(names(after(*set)), std::string("test aoai-eastus|chat|"));
        QVERIFY(after(*set).plan.rules[0].enabled);
    }

    void removingGivesThePlanBackAsItWas()
    {
        gateway::RoutingFragment before;
        before.plan.rules = {chatRule()};
        before.plan.defaultPool = "aoai-pool";
        const std::string xml = written(before);
        const auto added = addTestRules(setupWith(xml), {"aoai-eastus", "aoai-westus"});
        const std::string with = textAt(*added->changes[0].wanted, "value");
        const auto removed = removeTestRules(setupWith(with), {"aoai-westus", "aoai-eastus"});
        QCOMPARE(textAt(*removed->changes.at(0).wanted, "value"), xml);
        QVERIFY(removeTestRules(setupWith(xml), {"aoai-eastus"})->changes.empty());
        QVERIFY(removeTestRules(setupWith(""), {"aoai-eastus"})->changes.empty());
        const auto one = removeTestRules(setupWith(with), {"aoai-eastus"});
        QCOMPARE(names(after(*one)), std::string("test aoai-westus|chat|"));
    }

    void aRuleOfThatNameThatDoesSomethingElseStays()
    {
        gateway::RoutingFragment fragment;
        fragment.plan.rules = {chatRule()};
        fragment.plan.rules[0].name = "test aoai-eastus";
        QVERIFY(removeTestRules(setupWith(written(fragment)), {"aoai-eastus"})->changes.empty());
    }

    void whatOthersWroteKeepsItsPlace()
    {
        const auto added = addTestRules(setupWith(""), {"aoai-eastus"});
        const std::string plain = textAt(*added->changes[0].wanted, "value");
        std::string xml = plain;
        const std::string foreign =
            Rule + "<set-header name=\"x-foreign\" exists-action=\"override\"><value>1</value>"
                   "</set-header></when>";
        xml.insert(xml.find("<!-- gatehouse: {"), foreign);
        const auto read = gateway::readRoutingFragment(xml);
        QVERIFY2(read && read->foreign.size() == 1, read ? "no foreign part" : read.error().message.c_str());
        // Ours come before it, since it might take the request.
        const auto set = addTestRules(setupWith(xml), {"aoai-westus"});
        QVERIFY2(set.has_value(), set ? "" : set.error().message.c_str());
        const gateway::RoutingFragment fragment = after(*set);
        QCOMPARE(fragment.foreign.size(), 1U);
        QCOMPARE(fragment.foreign[0].beforeRule, read->foreign[0].beforeRule + 1);
        const auto back =
            removeTestRules(setupWith(textAt(*set->changes[0].wanted, "value")), {"aoai-westus"});
        QCOMPARE(after(*back).foreign[0].beforeRule, read->foreign[0].beforeRule);
    }

    void anUnknownBackendIsRefused()
    {
        const auto set = addTestRules(setupWith(""), {"aoai-eastus", "aoai-westu"});
        QVERIFY(!set.has_value());
        QVERIFY(set.error().kind == Error::Kind::InvalidInput);
        QVERIFY(set.error().message.find("aoai-westus") != std::string::npos);
        QVERIFY(!addTestRules(setupWith("<fragment>"), {"aoai-eastus"}).has_value());
    }

    void whetherTheRulesDoAnythingIsSaid()
    {
        SetupNow now = setupWith("");
        QVERIFY(!routingIncluded(now));
        now.resources.policies = {"<policies><inbound><include-fragment fragment-id=\"gatehouse-routing\" />"
                                  "</inbound></policies>"};
        QVERIFY(routingIncluded(now));
    }
};

GATEHOUSE_TEST_MAIN(TestSmokeRules)
#include "tst_smokerules.moc"
