// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/policy/quotasheet.h"
#include "core/gateway/policy/rawxml.h"
#include "core/gateway/routing/fragment.h"
#include "core/gateway/topology/drain.h"
#include "core/local/gateway/policy/policyset.h"
#include "tests/support/testmain.h"
#include "tests/unit/local/gatewayharness.h"

using namespace gatehouse;
using namespace gatehouse::local;
using namespace gatehouse::local::test;
using namespace Qt::StringLiterals;

/// The gateway obeys the policies and fragments as they are stored, from the next request on.
class TestGatewayPolicies : public QObject
{
    Q_OBJECT

    /// Stores a document as ARM would.
    static void put(GatewayHarness& h, const std::string& path, const char* type, const std::string& value,
                    const char* format = "xml")
    {
        const auto written =
            h.resources->put(apimResourceId() + path, type,
                             {{"properties", {{"format", format}, {"value", value}}}}, std::nullopt, false);
        QVERIFY(written);
    }
    static void putFragment(GatewayHarness& h, const std::string& name, const std::string& value)
    {
        put(h, "/policyFragments/" + name, "Microsoft.ApiManagement/service/policyFragments", value);
    }
    static void putInbound(GatewayHarness& h, const std::string& inbound)
    {
        put(h, "/apis/" + std::string(seed::ApiId) + "/policies/policy",
            "Microsoft.ApiManagement/service/apis/policies",
            "<policies><inbound>" + inbound + "</inbound></policies>");
    }
    static GatewayAnswer call(GatewayHarness& h, const std::string& service, HeaderList headers = {},
                              std::string_view body = ChatRequest)
    {
        GatewayCall call;
        call.deployment = "gpt-4o";
        call.apiVersion = "2024-10-21";
        call.body = body;
        call.caller.subscriptionId = service;
        call.headers = std::move(headers);
        return h.gateway->handle(call);
    }

private Q_SLOTS:
    void theSeededFragmentsChangeNothing();
    void aRoutingRuleSendsMatchingCallsElsewhere();
    void aDrainedBackendGetsNothingUntilItIsRestored();
    void aDowngradeChangesTheDeployment();
    void aQuotaOfCallsEndsWith429AndHeaders();
    void tokensAreReservedAndRefunded();
    void aTokenQuotaEndsWith403();
    void aTemporaryRaiseEndsByItself();
    void countersSurviveAChangeOfTheirLimit();
    void aFailedConditionIsNotCounted();
    void baseStandsForTheOuterScopes();
    void anExpressionThatFailsIsA500ThatTheLogExplains();
    void whatCannotBeObeyedIsRefused_data();
    void whatCannotBeObeyedIsRefused();
    void rawAndEscapedSpellingsAreTheSame_data();
    void rawAndEscapedSpellingsAreTheSame();
};

void TestGatewayPolicies::theSeededFragmentsChangeNothing()
{
    GatewayHarness h;
    const PolicySet set = readPolicies(*h.resources);
    QCOMPARE(set.problem, std::string());
    QCOMPARE(headerOf(call(h, "checkout-assistant"), "x-gh-route"), std::string("aoai-pool"));
}

void TestGatewayPolicies::aRoutingRuleSendsMatchingCallsElsewhere()
{
    GatewayHarness h;
    gateway::RoutingRule rule;
    rule.name = "secret stays in Europe";
    rule.match.of(gateway::RoutingField::Sensitivity) = {"secret"};
    rule.pool = "aoai-westeurope";
    const auto text = gateway::writeRoutingFragment({{{rule}, ""}, {}});
    QVERIFY(text);
    putFragment(h, "gatehouse-routing", *text);
    const GatewayAnswer secret = call(h, "checkout-assistant", {{"x-gh-sensitivity", "secret"}});
    QCOMPARE(headerOf(secret, "x-gh-backend"), std::string("aoai-westeurope"));
    QCOMPARE(headerOf(secret, "x-gh-route"), rule.name);
    const GatewayAnswer open = call(h, "checkout-assistant", {{"x-gh-sensitivity", "public"}});
    QCOMPARE(headerOf(open, "x-gh-backend"), std::string("aoai-eastus"));
    QCOMPARE(headerOf(open, "x-gh-route"), std::string("aoai-pool"));
}

void TestGatewayPolicies::aDrainedBackendGetsNothingUntilItIsRestored()
{
    GatewayHarness h;
    const std::string id = apimResourceId() + "/backends/" + std::string(seed::PoolName);
    const auto putPool = [&](const Json& properties) {
        QVERIFY(h.resources->put(id, "Microsoft.ApiManagement/service/backends", {{"properties", properties}},
                                 std::nullopt, false));
    };
    const Json before = h.resources->get(id)->properties();
    QCOMPARE(h.chat().status, 200);
    const int calls = h.east()->calls;
    QVERIFY(calls > 0);
    const auto without = gateway::drained(before, "aoai-eastus");
    QVERIFY(without);
    putPool(*without);
    // Not even when all others are out: that is when a weight of 0 or a last priority would call it.
    h.west()->fallback = Reply::failing(503);
    h.europe()->fallback = Reply::failing(503);
    for (int i = 0; i < 40; ++i)
        static_cast<void>(h.chat());
    QCOMPARE(h.east()->calls, calls);
    const auto with = gateway::restored(*without, "aoai-eastus");
    QVERIFY(with);
    QVERIFY(*with == before);
    putPool(*with);
    QCOMPARE(h.chat().status, 200);
    QCOMPARE(h.east()->calls, calls + 1);
}

void TestGatewayPolicies::aDowngradeChangesTheDeployment()
{
    GatewayHarness h;
    putInbound(
        h,
        R"x(<base/><set-variable name="cheap" value="gpt-4o-mini"/>)x"
        R"x(<rewrite-uri template="@(&quot;/deployments/&quot; + (string)context.Variables[&quot;cheap&quot;] + &quot;/chat/completions&quot;)"/>)x");
    QCOMPARE(call(h, "checkout-assistant").status, 200);
    QCOMPARE(h.column("ApiManagementGatewayLlmLog", "DeploymentName"),
             std::vector<std::string>{"gpt-4o-mini"});
}

void TestGatewayPolicies::aQuotaOfCallsEndsWith429AndHeaders()
{
    GatewayHarness h;
    putInbound(
        h,
        R"x(<base/><rate-limit-by-key calls="2" renewal-period="60" counter-key="@(context.Subscription.Id)" )x"
        R"x(remaining-calls-header-name="x-left"/>)x");
    QCOMPARE(headerOf(call(h, "checkout-assistant"), "x-left"), std::string("1"));
    QCOMPARE(headerOf(call(h, "checkout-assistant"), "x-left"), std::string("0"));
    const int before = h.east()->calls;
    const GatewayAnswer over = call(h, "checkout-assistant");
    QCOMPARE(over.status, 429);
    QCOMPARE(headerOf(over, "Retry-After"), std::string("60"));
    QVERIFY(over.body.find("Rate limit is exceeded") != std::string::npos);
    QCOMPARE(h.east()->calls, before);                // no backend was asked
    QCOMPARE(call(h, "support-copilot").status, 200); // a counter of its own
    const auto reasons = h.column("ApiManagementGatewayLogs", "LastErrorReason");
    QCOMPARE(std::count(reasons.begin(), reasons.end(), "RateLimitExceeded"), 1);
    h.clock.advance(std::chrono::seconds(61));
    QCOMPARE(call(h, "checkout-assistant").status, 200);
}

void TestGatewayPolicies::tokensAreReservedAndRefunded()
{
    GatewayHarness h;
    putInbound(
        h, R"x(<base/><llm-token-limit counter-key="@(context.Subscription.Id)" tokens-per-minute="100" )x"
           R"x(estimate-prompt-tokens="false" remaining-tokens-header-name="x-left"/>)x");
    // 90 are set aside, 18 used: the second call finds 82 left, less than it may need.
    const char* const body = R"x({"messages":[{"role":"user","content":"Hi there"}],"max_tokens":90})x";
    QCOMPARE(headerOf(call(h, "checkout-assistant", {}, body), "x-left"), std::string("10"));
    const GatewayAnswer over = call(h, "checkout-assistant", {}, body);
    QCOMPARE(over.status, 429);
    QVERIFY(over.body.find("Token limit is exceeded") != std::string::npos);
    const char* const smaller = R"x({"messages":[{"role":"user","content":"Hi there"}],"max_tokens":80})x";
    QCOMPARE(headerOf(call(h, "checkout-assistant", {}, smaller), "x-left"), std::string("2"));
}

void TestGatewayPolicies::aTokenQuotaEndsWith403()
{
    GatewayHarness h;
    putInbound(
        h,
        R"x(<base/><azure-openai-token-limit counter-key="all" token-quota="20" token-quota-period="Daily" )x"
        R"x(estimate-prompt-tokens="false"/>)x");
    QCOMPARE(call(h, "checkout-assistant").status, 200);
    QCOMPARE(call(h, "support-copilot").status, 200); // 18 of 20 are used, one more call fits
    const GatewayAnswer over = call(h, "fraud-review");
    QCOMPARE(over.status, 403);
    QVERIFY(!headerOf(over, "Retry-After").empty());
}

void TestGatewayPolicies::aTemporaryRaiseEndsByItself()
{
    GatewayHarness h;
    gateway::ServiceQuota quota;
    quota.service = "checkout-assistant";
    quota.limits.calls = gateway::LimitValue::of(5);
    quota.raise = gateway::TemporaryRaise{h.clock.now() + std::chrono::minutes(30), {}};
    quota.raise->before.calls = gateway::LimitValue::of(2);
    const auto document = gateway::setServiceQuota(gateway::emptyQuotaFragment(), quota);
    QVERIFY(document);
    putFragment(h, "gatehouse-quotas", document->text());
    QCOMPARE(readPolicies(*h.resources).problem, std::string());
    const auto letIn = [&h] {
        int calls = 0;
        while (calls < 10 && call(h, "checkout-assistant").status == 200)
            ++calls;
        return calls;
    };
    QCOMPARE(letIn(), 5);
    h.clock.advance(std::chrono::minutes(29));
    QCOMPARE(letIn(), 5);
    // Nobody writes anything, and no window is open.
    h.clock.advance(std::chrono::minutes(2));
    QCOMPARE(letIn(), 2);
}

void TestGatewayPolicies::countersSurviveAChangeOfTheirLimit()
{
    GatewayHarness h;
    gateway::ServiceQuota quota;
    quota.service = "checkout-assistant";
    quota.limits.calls = gateway::LimitValue::of(1);
    auto sheet = gateway::setServiceQuota(gateway::emptyQuotaFragment(), quota);
    QVERIFY(sheet);
    putFragment(h, "gatehouse-quotas", sheet->text());
    QCOMPARE(call(h, "checkout-assistant").status, 200);
    QCOMPARE(call(h, "checkout-assistant").status, 429);
    QCOMPARE(call(h, "support-copilot").status, 200);
    QCOMPARE(call(h, "").status, 200); // a caller with a token alone has no subscription to ask for
    quota.limits.calls = gateway::LimitValue::of(2);
    sheet = gateway::setServiceQuota(*sheet, quota);
    QVERIFY(sheet);
    putFragment(h, "gatehouse-quotas", sheet->text());
    QCOMPARE(call(h, "checkout-assistant").status, 200); // the raise helps at once …
    QCOMPARE(call(h, "checkout-assistant").status, 429); // … and forgets nothing
}

void TestGatewayPolicies::aFailedConditionIsNotCounted()
{
    GatewayHarness h;
    putInbound(h, R"x(<base/><rate-limit-by-key calls="1" renewal-period="60" counter-key="x" )x"
                  R"x(increment-condition="@(context.Response.StatusCode == 200)"/>)x");
    h.east()->replies = {Reply::failing(400)};
    QCOMPARE(call(h, "checkout-assistant").status, 400);
    QCOMPARE(call(h, "checkout-assistant").status, 200);
    QCOMPARE(call(h, "checkout-assistant").status, 429);
}

void TestGatewayPolicies::baseStandsForTheOuterScopes()
{
    GatewayHarness h;
    put(h, "/products/" + std::string(seed::ProductId) + "/policies/policy",
        "Microsoft.ApiManagement/service/products/policies",
        R"x(<policies><inbound><base/><rate-limit calls="1" renewal-period="60"/></inbound></policies>)x");
    QCOMPARE(call(h, "checkout-assistant").status, 200);
    QCOMPARE(call(h, "checkout-assistant").status, 429);
    QCOMPARE(call(h, "").status, 200); // without a subscription no product
    putInbound(h, "");                 // without <base/> what stands outside does not count
    QCOMPARE(call(h, "checkout-assistant").status, 200);
}

void TestGatewayPolicies::anExpressionThatFailsIsA500ThatTheLogExplains()
{
    GatewayHarness h;
    putInbound(h, R"x(<base/><set-variable name="n" value="@(1 / (context.Request.Method.Length - 4))"/>)x");
    const GatewayAnswer answer = call(h, "checkout-assistant");
    QCOMPARE(answer.status, 500);
    QVERIFY(answer.body.find("StatusCode") == std::string::npos);
    QCOMPARE(h.column("ApiManagementGatewayLogs", "LastErrorReason"),
             std::vector<std::string>{"ExpressionValueEvaluationFailure"});
}

void TestGatewayPolicies::whatCannotBeObeyedIsRefused_data()
{
    QTest::addColumn<QString>("inbound");
    QTest::addColumn<QString>("said");
    QTest::newRow("element") << u"<base/>\n<cors/>"_s << u"element 'cors' on line 2, column 2"_s;
    QTest::newRow("expression") << u"<set-variable name=\"a\" value=\"@(DateTime.Now)\"/>"_s << u"DateTime"_s;
    QTest::newRow("fragment") << u"<include-fragment fragment-id=\"none\"/>"_s << u"'none'"_s;
    QTest::newRow("limit") << u"<rate-limit calls=\"1\"/>"_s << u"renewal-period"_s;
    QTest::newRow("named value") << u"<base/>\n<set-backend-service backend-id=\"{{pool}}\"/>"_s
                                 << u"{{pool}}' on line 2, column 34"_s;
    QTest::newRow("empty choose") << u"<choose><otherwise/></choose>"_s << u"when"_s;
}

void TestGatewayPolicies::whatCannotBeObeyedIsRefused()
{
    QFETCH(QString, inbound);
    QFETCH(QString, said);
    const GatewayHarness h;
    const auto compiled =
        compilePolicy("<policies><inbound>" + inbound.toStdString() + "</inbound></policies>",
                      surroundingsIn(*h.resources, "test"));
    QVERIFY(!compiled);
    const QString text = QString::fromStdString(toString(compiled.error()));
    QVERIFY2(text.contains(said), qPrintable(text));
}

void TestGatewayPolicies::rawAndEscapedSpellingsAreTheSame_data()
{
    QTest::addColumn<QString>("raw");
    QTest::addColumn<QString>("xml");
    QTest::newRow("nothing") << u"<a b=\"c &amp; d\"/>"_s << u"<a b=\"c &amp; d\"/>"_s;
    QTest::newRow("attribute")
        << u"<when condition=\"@(context.A(\"x\") == \"1\" && 1 < 2)\">"_s
        << u"<when condition=\"@(context.A(&quot;x&quot;) == &quot;1&quot; &amp;&amp; 1 &lt; 2)\">"_s;
    QTest::newRow("bracket in a text") << u"<a b=\"@(f(\")\") + \"\\\"\")\" c=\"d\"/>"_s
                                       << u"<a b=\"@(f(&quot;)&quot;) + &quot;\\&quot;&quot;)\" c=\"d\"/>"_s;
    QTest::newRow("element") << u"<value>@(a < b)</value>"_s << u"<value>@(a &lt; b)</value>"_s;
    QTest::newRow("no expression") << u"<a b=\"mail@(home)\"/>"_s << u"<a b=\"mail@(home)\"/>"_s;
}

void TestGatewayPolicies::rawAndEscapedSpellingsAreTheSame()
{
    QFETCH(QString, raw);
    QFETCH(QString, xml);
    QCOMPARE(QString::fromStdString(gateway::xmlFromRaw(raw.toStdString())), xml);
    QCOMPARE(QString::fromStdString(gateway::rawFromXml(xml.toStdString())), raw);
}

GATEHOUSE_TEST_MAIN(TestGatewayPolicies)
#include "tst_gatewaypolicies.moc"
