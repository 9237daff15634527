// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"
#ifndef Q_MOC_RUN // Qt 6.4's moc does not read concepts
#include "core/gateway/directory/servicedirectory.h"
#include "core/gateway/merge/jsonmerge.h"
#include "core/gateway/merge/listmerge.h"
#include "core/gateway/merge/resourcemerge.h"
#include "core/gateway/policy/quotasheet.h"
#include "core/gateway/routing/fragment.h"
#include "tests/support/seed.h"
#endif

using namespace gatehouse;
using namespace gatehouse::gateway;

namespace {

const std::string Quotas = "/svc/policyFragments/gatehouse-quotas";
const std::string Routing = "/svc/policyFragments/gatehouse-routing";

Json policy(const std::string& xml)
{
    return {{"format", "xml"}, {"value", xml}};
}

ServiceQuota row(const std::string& service, int tokens, int calls = 0)
{
    ServiceQuota quota;
    quota.service = service;
    quota.limits.tokensPerMinute = LimitValue::of(tokens);
    if (calls > 0)
        quota.limits.calls = LimitValue::of(calls);
    return quota;
}

std::string sheet(const std::vector<ServiceQuota>& rows, std::string xml = emptyQuotaFragment().text())
{
    for (const ServiceQuota& quota : rows) {
        const auto document = PolicyDocument::parse(xml, PolicyDocument::Root::Fragment);
        xml = setServiceQuota(*document, quota)->text();
    }
    return xml;
}

std::string routing(const std::vector<std::string>& rules, const std::string& fallback = "aoai-pool",
                    const std::string& changed = {}, const std::string& pool = "other")
{
    RoutingFragment fragment;
    for (const std::string& name : rules) {
        RoutingRule rule;
        rule.name = name;
        rule.match.of(RoutingField::Task) = {name};
        rule.pool = name == changed ? pool : "aoai-pool";
        fragment.plan.rules.push_back(rule);
    }
    fragment.plan.defaultPool = fallback;
    return *writeRoutingFragment(fragment);
}

std::string namesIn(const ResourceMerge& merged)
{
    const auto fragment = readRoutingFragment(textAt(*merged.result, "value"));
    std::string names;
    for (const RoutingRule& rule : fragment->plan.rules)
        names += rule.name;
    return names;
}

} // namespace

class TestMerge : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void membersAreMergedOneByOne();
    void bothChangedTheSame();
    void poolMembersAreMergedByTheirId();
    void spellingsOfTheServiceAreNoChange();
    void existence_data();
    void existence();
    void anyOtherPolicyIsOneValue();
    void theDirectoryIsMergedByService();
    void quotaRowsOfBothSurviveByteForByte();
    void limitsOfOneRowAreMerged();
    void theSameLimitIsAConflictInWords();
    void aDraftThatEditsMoreThanRowsIsOneValue();
    void rulesAreMergedByName();
    void theSameRuleIsAConflict();
    void theOrderOfAListIsAgreedOnOrAConflict();
    void whereAWriteStandsAfterALostReply();
    void randomMergesLoseNothing();
};

void TestMerge::membersAreMergedOneByOne()
{
    const Json base = {{"a", 1}, {"b", {{"x", 1}, {"y", 2}}}, {"gone", true}};
    const Json wanted = {{"a", 2}, {"b", {{"x", 1}, {"y", 2}}}, {"gone", true}, {"mine", 7}};
    const Json now = {{"a", 1}, {"b", {{"x", 5}, {"y", 2}}}, {"theirs", 8}};
    const auto merged = mergeResource("/x", {base, wanted, now}, false);
    QVERIFY(merged.conflicts.empty());
    QVERIFY(merged.merged);
    QCOMPARE(dumpJson(*merged.result), std::string(R"({"a":2,"b":{"x":5,"y":2},"mine":7,"theirs":8})"));
}

void TestMerge::bothChangedTheSame()
{
    const Json base = {{"circuitBreaker", {{"tripDuration", "PT30S"}}}, {"url", "a"}};
    Json wanted = base;
    wanted["circuitBreaker"]["tripDuration"] = "PT10S";
    Json now = base;
    now["circuitBreaker"]["tripDuration"] = "PT60S";
    now["url"] = "b";
    const auto merged = mergeResource("/x", {base, wanted, now}, false);
    QCOMPARE(merged.conflicts, std::vector<std::string>{"trip duration of circuit breaker"});
    QVERIFY(merged.result == now);
    const auto mine = mergeResource("/x", {base, wanted, now}, true);
    QVERIFY(mine.conflicts.empty());
    QCOMPARE(textAt((*mine.result)["circuitBreaker"], "tripDuration"), std::string("PT10S"));
    QCOMPARE(textAt(*mine.result, "url"), std::string("b")); // what only they changed stays theirs
}

void TestMerge::poolMembersAreMergedByTheirId()
{
    const auto pool = [](const std::vector<std::pair<std::string, int>>& members) {
        Json services = Json::array();
        for (const auto& [id, weight] : members)
            services.push_back({{"id", id}, {"weight", weight}});
        return Json{{"type", "Pool"}, {"pool", {{"services", services}}}};
    };
    const Json base = pool({{"/backends/a", 1}, {"/backends/b", 1}});
    const Json wanted = pool({{"/backends/a", 5}, {"/backends/b", 1}, {"/backends/c", 1}});
    const Json now = pool({{"/subscriptions/s/svc/backends/A", 1}, {"/subscriptions/s/svc/backends/d", 3}});
    const auto merged = mergeResource("/x", {base, wanted, now}, false);
    QVERIFY(merged.conflicts.empty());
    QCOMPARE(dumpJson((*merged.result)["pool"]["services"]),
             std::string(R"([{"id":"/backends/a","weight":5},)"
                         R"({"id":"/subscriptions/s/svc/backends/d","weight":3},)"
                         R"({"id":"/backends/c","weight":1}])"));
    const Json theirs = pool({{"/backends/a", 9}, {"/backends/b", 1}});
    QCOMPARE(mergeResource("/x", {base, wanted, theirs}, false).conflicts,
             std::vector<std::string>{"weight of a"});
}

void TestMerge::spellingsOfTheServiceAreNoChange()
{
    QVERIFY(sameJson(Json::parse(R"({"a":null,"w":"1","id":"/backends/X"})"),
                     Json::parse(R"({"w":1,"id":"/subscriptions/s/backends/x"})")));
    QVERIFY(!sameJson(Json::parse(R"({"w":"1"})"), Json::parse(R"({"w":2})")));
    QVERIFY(!sameJson("/backends/x", "/backends/y"));
    QVERIFY(!sameJson("b", "ab"));
    QVERIFY(sameProperties(Json{{"a", 1}}, Json{{"a", 1}, {"provisioningState", "Succeeded"}}));
}

void TestMerge::existence_data()
{
    QTest::addColumn<QString>("base");
    QTest::addColumn<QString>("wanted");
    QTest::addColumn<QString>("now");
    QTest::addColumn<QString>("result"); // "!": a conflict
    QTest::newRow("created") << ""
                             << "1"
                             << ""
                             << "1";
    QTest::newRow("both created alike") << ""
                                        << "1"
                                        << "1"
                                        << "1";
    QTest::newRow("both created") << ""
                                  << "1"
                                  << "2"
                                  << "!";
    QTest::newRow("removed") << "1"
                             << ""
                             << "1"
                             << "";
    QTest::newRow("both removed") << "1"
                                  << ""
                                  << ""
                                  << "";
    QTest::newRow("removed what was changed") << "1"
                                              << ""
                                              << "2"
                                              << "!";
    QTest::newRow("changed what was removed") << "1"
                                              << "2"
                                              << ""
                                              << "!";
    QTest::newRow("nothing wanted, theirs removed") << "1"
                                                    << "1"
                                                    << ""
                                                    << "";
}

void TestMerge::existence()
{
    const auto version = [](const QString& text) {
        return text.isEmpty() ? std::nullopt : std::optional(Json{{"v", text.toStdString()}});
    };
    QFETCH(QString, base);
    QFETCH(QString, wanted);
    QFETCH(QString, now);
    QFETCH(QString, result);
    const ResourceVersions versions{version(base), version(wanted), version(now)};
    const auto merged = mergeResource("/x", versions, false);
    QCOMPARE(merged.conflicts.empty(), result != QLatin1String("!"));
    if (result != QLatin1String("!"))
        QVERIFY(merged.result == version(result));
    else
        QVERIFY(mergeResource("/x", versions, true).result == version(wanted));
}

void TestMerge::anyOtherPolicyIsOneValue()
{
    const Json base = policy("<policies/>");
    const Json wanted = policy("<policies><inbound/></policies>");
    Json now = base;
    now["description"] = "theirs";
    const auto merged = mergeResource("/svc/policies/policy", {base, wanted, now}, false);
    QVERIFY(merged.conflicts.empty());
    QCOMPARE(textAt(*merged.result, "description"), std::string("theirs"));
    QCOMPARE(textAt(*merged.result, "value"), textAt(wanted, "value"));
    now["value"] = "<policies><outbound/></policies>";
    QCOMPARE(mergeResource("/svc/policies/policy", {base, wanted, now}, false).conflicts,
             std::vector<std::string>{"text of the policy"});
}

void TestMerge::theDirectoryIsMergedByService()
{
    const std::string id = "/svc/namedValues/gatehouse-directory";
    const auto value = [](const std::vector<std::pair<std::string, std::string>>& owners) {
        ServiceDirectory directory;
        for (const auto& [service, owner] : owners) {
            ServiceFacts facts;
            facts.subscription = service;
            facts.owner = owner;
            directory.set(facts);
        }
        return Json{{"displayName", "gatehouse-directory"}, {"value", *writeDirectory(directory)}};
    };
    const Json base = value({{"a", "Ann"}, {"b", "Bo"}, {"c", "Cy"}});
    const Json wanted = value({{"a", "Ada"}, {"b", "Bo"}, {"d", "Di"}});
    const Json now = value({{"a", "Ann"}, {"b", "Bea"}, {"c", "Cy"}, {"e", "Eve"}});
    const auto merged = mergeResource(id, {base, wanted, now}, false);
    QVERIFY(merged.conflicts.empty());
    QVERIFY(*merged.result == value({{"a", "Ada"}, {"b", "Bea"}, {"d", "Di"}, {"e", "Eve"}}));
    const Json other = value({{"a", "Al"}, {"b", "Bo"}, {"c", "Cy"}});
    const auto conflict = mergeResource(id, {base, wanted, other}, false);
    QCOMPARE(conflict.conflicts, std::vector<std::string>{"what the directory says of a"});
    QVERIFY(*conflict.result == other);
    QVERIFY(*mergeResource(id, {base, wanted, other}, true).result == wanted);
}

void TestMerge::quotaRowsOfBothSurviveByteForByte()
{
    const std::string base = sheet({row("checkout", 100), row("search", 200)});
    const std::string wanted = sheet({row("checkout", 150), row("mine", 1)}, base);
    std::string now = sheet({row("search", 300), row("theirs", 2)}, base);
    now.insert(now.find("<choose>"), "<!-- a colleague's   note -->\r\n  ");
    const auto merged = mergeResource(Quotas, {policy(base), policy(wanted), policy(now)}, false);
    QVERIFY(merged.conflicts.empty());
    const std::string text = textAt(*merged.result, "value");
    QVERIFY(text.find("<!-- a colleague's   note -->\r\n  ") != std::string::npos);
    // Exactly what the two edits make of the colleague's text.
    QCOMPARE(text, sheet({row("checkout", 150), row("mine", 1)}, now));
}

void TestMerge::limitsOfOneRowAreMerged()
{
    const std::string base = sheet({row("checkout", 100, 10)});
    const std::string wanted = sheet({row("checkout", 150, 10)}, base);
    const std::string now = sheet({row("checkout", 100, 20)}, base);
    const auto merged = mergeResource(Quotas, {policy(base), policy(wanted), policy(now)}, false);
    QVERIFY(merged.conflicts.empty());
    QCOMPARE(textAt(*merged.result, "value"), sheet({row("checkout", 150, 20)}, base));
}

void TestMerge::theSameLimitIsAConflictInWords()
{
    const std::string base = sheet({row("checkout-assistant", 100), row("search", 1)});
    const std::string wanted = sheet({row("checkout-assistant", 150), row("search", 2)}, base);
    const std::string now = sheet({row("checkout-assistant", 170)}, base);
    const auto merged = mergeResource(Quotas, {policy(base), policy(wanted), policy(now)}, false);
    QCOMPARE(merged.conflicts, std::vector<std::string>{"tokens per minute of checkout-assistant"});
    const auto mine = mergeResource(Quotas, {policy(base), policy(wanted), policy(now)}, true);
    QCOMPARE(textAt(*mine.result, "value"), wanted);
}

void TestMerge::aDraftThatEditsMoreThanRowsIsOneValue()
{
    const std::string base = sheet({row("checkout", 100)});
    std::string wanted = sheet({row("checkout", 150)}, base);
    wanted.insert(wanted.find("<choose>"), "<!-- mine -->");
    const std::string now = sheet({row("search", 300)}, base);
    const auto merged = mergeResource(Quotas, {policy(base), policy(wanted), policy(now)}, false);
    QCOMPARE(merged.conflicts, std::vector<std::string>{"text of the policy"});
}

void TestMerge::rulesAreMergedByName()
{
    const std::string base = routing({"a", "b", "c"});
    const std::string wanted = routing({"m", "a", "b", "c"}, "aoai-pool", "b");
    const std::string now = routing({"a", "b", "t"}, "their-pool");
    const auto merged = mergeResource(Routing, {policy(base), policy(wanted), policy(now)}, false);
    QVERIFY(merged.conflicts.empty());
    QCOMPARE(namesIn(merged), std::string("mabt"));
    const auto fragment = readRoutingFragment(textAt(*merged.result, "value"));
    QCOMPARE(fragment->plan.rules[2].pool, std::string("other"));
    QCOMPARE(fragment->plan.defaultPool, std::string("their-pool"));
}

void TestMerge::theSameRuleIsAConflict()
{
    const std::string base = routing({"a", "b"});
    const std::string wanted = routing({"a", "b"}, "aoai-pool", "a", "mine");
    const std::string now = routing({"a", "b"}, "aoai-pool", "a", "theirs");
    const auto merged = mergeResource(Routing, {policy(base), policy(wanted), policy(now)}, false);
    QCOMPARE(merged.conflicts, std::vector<std::string>{"routing rule “a”"});
    const std::string reordered = routing({"b", "a", "c"});
    QCOMPARE(namesIn(mergeResource(Routing, {policy(base), policy(reordered), policy(now)}, false)),
             std::string("bac"));
}

void TestMerge::theOrderOfAListIsAgreedOnOrAConflict()
{
    using Keys = std::vector<std::string>;
    const Keys base{"a", "b", "c"};
    QVERIFY((mergeOrder(base, {"c", "b", "a"}, base, base) == Keys{"c", "b", "a"}));
    QVERIFY((mergeOrder(base, base, {"c", "b", "a"}, base) == Keys{"c", "b", "a"}));
    QVERIFY(!mergeOrder(base, {"c", "b", "a"}, {"b", "a", "c"}, base));
    QVERIFY((mergeOrder(base, {"a", "x", "b", "c"}, {"c", "a", "b"}, {"a", "x", "b", "c"}) ==
             Keys{"c", "a", "x", "b"}));
}

void TestMerge::whereAWriteStandsAfterALostReply()
{
    const Json before = {{"a", 1}, {"b", 1}};
    const Json after = {{"a", 2}, {"b", 1}};
    QVERIFY(standingOf("/x", before, after, before) == Standing::NotWritten);
    QVERIFY(standingOf("/x", before, after, after) == Standing::Written);
    QVERIFY(standingOf("/x", before, after, Json{{"a", 2}, {"b", 9}}) == Standing::Written);
    QVERIFY(standingOf("/x", before, after, Json{{"a", 1}, {"b", 9}}) == Standing::NotWritten);
    QVERIFY(standingOf("/x", before, after, Json{{"a", 3}, {"b", 1}}) == Standing::Other);
    QVERIFY(standingOf("/x", before, after, std::nullopt) == Standing::Other);
    QVERIFY(standingOf("/x", std::nullopt, after, std::nullopt) == Standing::NotWritten);
    QVERIFY(standingOf("/x", before, std::nullopt, std::nullopt) == Standing::Written);
    QVERIFY(standingOf("/x", before, std::nullopt, Json{{"a", 3}}) == Standing::Other);
}

/// Whatever only one side changed is in the result; a member that both changed otherwise is a conflict.
void TestMerge::randomMergesLoseNothing()
{
    std::mt19937_64 random(gatehouse::test::seed());
    for (int round = 0; round < 20'000; ++round) {
        Json versions[3];
        for (Json& version : versions)
            version = Json::object();
        for (const char* member : {"a", "b", "c"}) {
            const int base = static_cast<int>(random() % 3);
            for (int i = 0; i < 3; ++i) {
                const int value = i == 0 || random() % 2 == 0 ? base : static_cast<int>(random() % 3);
                if (value > 0)
                    versions[i][member] = value;
            }
        }
        const auto& [base, wanted, now] = versions;
        const auto merged = mergeResource("/x", {base, wanted, now}, false);
        std::size_t both = 0;
        for (const char* member : {"a", "b", "c"}) {
            const Json& b = memberAt(base, member);
            const Json& w = memberAt(wanted, member);
            const Json& n = memberAt(now, member);
            both += w != b && n != b && w != n ? 1 : 0;
        }
        QCOMPARE(merged.conflicts.size(), both);
        for (const char* member : {"a", "b", "c"}) {
            if (both > 0)
                break;
            const bool mine = memberAt(wanted, member) != memberAt(base, member);
            QVERIFY(memberAt(*merged.result, member) == memberAt(mine ? wanted : now, member));
        }
    }
}

GATEHOUSE_TEST_MAIN(TestMerge)
#include "tst_merge.moc"
