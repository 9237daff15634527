// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN // Qt 6.4's moc does not read concepts
#include "core/jobs/armposture.h"
#include "core/jobs/changes.h"
#include "tests/support/fakehttp.h"
#include "tests/support/faketokens.h"
#include "tests/support/futures.h"
#include "tests/support/manualclock.h"
#endif
#include "tests/support/testmain.h"

#include <algorithm>
#include <map>

using namespace gatehouse;
using namespace gatehouse::jobs;
using namespace gatehouse::test;

namespace {

const std::string Service =
    "/subscriptions/s1/resourceGroups/rg/providers/Microsoft.ApiManagement/service/apim";
const std::string Accounts = "/subscriptions/s1/providers/Microsoft.CognitiveServices/accounts";

std::string accountId(const std::string& name)
{
    return "/subscriptions/s1/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/" + name;
}

/// An Azure of a table of paths; whatever is not in it is 404.
struct FakeArm
{
    std::map<std::string, Json> bodies;
    std::map<std::string, int> refusals;
    int writes = 0;

    FakeArm()
    {
        bodies[Service] = {
            {"id", Service},
            {"name", "apim"},
            {"properties", {{"virtualNetworkType", "None"}, {"privateEndpointConnections", Json::array()}}}};
        list(Service + "/providers/Microsoft.Insights/diagnosticSettings",
             {{{"properties",
                {{"workspaceId", "/w"}, {"logs", {{{"category", "GatewayLogs"}, {"enabled", true}}}}}}}});
        list(Service + "/diagnostics", Json::array());
        Json members = Json::array();
        Json backends = Json::array();
        int priority = 0;
        for (const char* const name : {"east", "west"}) {
            backends.push_back({{"name", name},
                                {"properties",
                                 {{"type", "Single"},
                                  {"url", "https://" + std::string(name) + ".openai.azure.com/openai"},
                                  {"credentials", {{"managedIdentity", {{"resource", "r"}}}}}}}});
            members.push_back(
                {{"id", "/backends/" + std::string(name)}, {"priority", ++priority}, {"weight", 1}});
        }
        backends.push_back(
            {{"name", "pool"}, {"properties", {{"type", "Pool"}, {"pool", {{"services", members}}}}}});
        list(Service + "/backends", backends);
        list(Service + "/apis", {{{"name", "openai"}}});
        list(Service + "/apis/openai/diagnostics",
             {{{"name", "azuremonitor"}, {"properties", {{"largeLanguageModel", {{"logs", "enabled"}}}}}}});
        list(Service + "/products", {{{"name", "ai"}}});
        list(Service + "/policyFragments", {{{"name", "gatehouse-quotas"}}});
        bodies[Service + "/policyFragments/gatehouse-quotas"] = {
            {"properties",
             {{"value", "<fragment><llm-token-limit counter-key=\"k\" tokens-per-minute=\"5\" "
                        "estimate-prompt-tokens=\"true\" /></fragment>"}}}};
        Json accounts = Json::array();
        for (const char* const name : {"west", "east", "elsewhere"}) {
            accounts.push_back({{"id", accountId(name)},
                                {"name", name},
                                {"location", "eastus"},
                                {"properties",
                                 {{"endpoint", "https://" + std::string(name) + ".openai.azure.com/"},
                                  {"disableLocalAuth", true},
                                  {"privateEndpointConnections", Json::array()}}}});
            list(accountId(name) + "/deployments", {{{"name", "gpt-4o"},
                                                     {"sku", {{"name", "Standard"}}},
                                                     {"properties",
                                                      {{"model", {{"name", "gpt-4o"}, {"version", "1"}}},
                                                       {"raiPolicyName", "Microsoft.DefaultV2"}}}}});
            list(accountId(name) + "/raiPolicies", Json::array());
            list(accountId(name) + "/providers/Microsoft.Insights/diagnosticSettings",
                 {{{"properties",
                    {{"workspaceId", "/w/" + std::string(name)},
                     {"logs", {{{"category", "Audit"}, {"enabled", true}}}}}}}});
            bodies["/w/" + std::string(name)] = {{"properties", {{"retentionInDays", 30}}}};
        }
        list(Accounts, accounts);
    }

    void list(const std::string& path, Json items) { bodies[path] = {{"value", std::move(items)}}; }

    FakeHttp::Answer answer(const http::HttpRequest& request)
    {
        writes += request.method == "GET" ? 0 : 1;
        const std::string whole = http::pathOf(request.url);
        const std::string path = whole.substr(0, whole.find('?'));
        if (const auto refused = refusals.find(path); refused != refusals.end())
            return response(refused->second,
                            R"({"error":{"code":"AuthorizationFailed","message":"You may not."}})");
        const auto found = bodies.find(path);
        return found == bodies.end()
                   ? response(404, R"({"error":{"code":"ResourceNotFound","message":"none"}})")
                   : response(200, dumpJson(found->second));
    }
};

struct Console
{
    explicit Console(FakeArm& fake)
        : http([&fake](const http::HttpRequest& request) { return fake.answer(request); })
        , authorized(http, tokens, clock)
        , arm(authorized, "https://arm.example", "arm")
        , posture(arm, clock, Service)
    {}
    std::shared_ptr<const PostureReport> read()
    {
        const auto report = await(posture.report({}));
        return report ? *report : nullptr;
    }
    ManualClock clock;
    FakeHttp http;
    FakeTokens tokens;
    azure::AuthorizedClient authorized;
    azure::ArmClient arm;
    ArmPosture posture;
};

gateway::Accord verdictOf(const PostureReport& report, gateway::ParityPoint point)
{
    const auto& lines = report.parity.at(0).lines;
    return std::ranges::find(lines, point, &gateway::ParityLine::point)->verdict;
}

} // namespace

using gateway::Accord;
using gateway::ParityPoint;

class TestArmPosture : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theGatewayAndTheAccountsBehindItAreReported();
    void whatMayNotBeReadIsUnknown_data();
    void whatMayNotBeReadIsUnknown();
    void aGatewayThatMayNotBeReadIsAnError();
    void theRegisterIsReadFromItsNamedValue();
    void aRegisterThatIsNoneIsNeverWrittenOver();
    void aChangeKeepsWhatElseTheNamedValueHolds();
    void aFullRegisterDropsWhatHasEnded();
    void aStoppedReportIsCancelled();
};

void TestArmPosture::theGatewayAndTheAccountsBehindItAreReported()
{
    FakeArm fake;
    Console console(fake);
    const auto report = console.read();
    QVERIFY(report);
    QCOMPARE(report->resources.size(), 3U);
    QCOMPARE(report->resources[0].name, std::string("apim"));
    QCOMPARE(report->resources[1].name, std::string("east"));
    QCOMPARE(report->notices.size(), 1U); // the account that is behind no backend
    QCOMPARE(report->parity.size(), 1U);
    QCOMPARE(report->parity[0].primary, std::string("east"));
    for (const ParityPoint point : gateway::AllParityPoints) {
        const Accord wanted = point == ParityPoint::Tools ? Accord::Unknown : Accord::Holds;
        QVERIFY2(verdictOf(*report, point) == wanted, gateway::titleOf(point).data());
    }
    QVERIFY(report->parity[0].certification.state == gateway::Certification::State::NotKnown);
    QVERIFY(!report->entriesBase && !report->entriesError);
    QCOMPARE(report->readAt, console.clock.now());
    QCOMPARE(fake.writes, 0);
}

void TestArmPosture::whatMayNotBeReadIsUnknown_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<int>("point");
    const auto row = [](const char* name, const std::string& path, ParityPoint point) {
        QTest::newRow(name) << QString::fromStdString(path) << int(point);
    };
    row("accounts", Accounts, ParityPoint::Residency);
    row("deployments", accountId("west") + "/deployments", ParityPoint::Models);
    row("diagnostic settings", accountId("west") + "/providers/Microsoft.Insights/diagnosticSettings",
        ParityPoint::Logging);
    row("workspace", "/w/west", ParityPoint::Logging);
    row("backends' policies", Service + "/policyFragments/gatehouse-quotas", ParityPoint::TokenLimits);
    row("APIs", Service + "/apis", ParityPoint::TokenLimits);
}

void TestArmPosture::whatMayNotBeReadIsUnknown()
{
    QFETCH(QString, path);
    QFETCH(int, point);
    FakeArm fake;
    fake.refusals[path.toStdString()] = 403;
    Console console(fake);
    const auto report = console.read();
    QVERIFY(report);
    QVERIFY(verdictOf(*report, static_cast<ParityPoint>(point)) == Accord::Unknown);
    QVERIFY(!report->parity[0].certification.mayBeCertified);
}

void TestArmPosture::aGatewayThatMayNotBeReadIsAnError()
{
    FakeArm fake;
    fake.refusals[Service] = 403;
    Console console(fake);
    const auto report = await(console.posture.report({}));
    QVERIFY(!report.has_value());
    QVERIFY(report.error().kind == Error::Kind::Denied);
}

void TestArmPosture::theRegisterIsReadFromItsNamedValue()
{
    FakeArm fake;
    gateway::ParityRegister entries;
    for (const char* const backend : {"east", "west"})
        entries.put(gateway::ToolDeclaration{backend, "none", "Ann"});
    fake.bodies[Service + "/namedValues/gatehouse-parity"] = {
        {"properties",
         {{"displayName", "gatehouse-parity"}, {"value", *gateway::writeParityRegister(entries)}}}};
    Console console(fake);
    const auto report = console.read();
    QVERIFY(report && report->entries == entries);
    QVERIFY(verdictOf(*report, ParityPoint::Tools) == Accord::Holds);
    QVERIFY(report->parity[0].certification.mayBeCertified);

    entries.put(gateway::Certificate{"pool", "east", "west", "Ann", console.clock.now(),
                                     console.clock.now() + Ticks(std::chrono::hours(1)),
                                     report->parity[0].facts});
    fake.bodies[Service + "/namedValues/gatehouse-parity"]["properties"]["value"] =
        *gateway::writeParityRegister(entries);
    QVERIFY(console.read()->parity[0].certification.state == gateway::Certification::State::Certified);
    console.clock.advance(std::chrono::hours(1));
    QVERIFY(console.read()->parity[0].certification.state == gateway::Certification::State::Expired);
}

void TestArmPosture::aRegisterThatIsNoneIsNeverWrittenOver()
{
    FakeArm fake;
    Console console(fake);
    const std::string path = Service + "/namedValues/gatehouse-parity";
    fake.bodies[path] = {{"properties", {{"value", "something else"}}}};
    auto report = console.read();
    QVERIFY(report && report->entriesError);
    QVERIFY(!parityChange(*report, {}, "x", console.clock.now()).has_value());
    fake.bodies[path] = {{"properties", {{"secret", true}}}};
    report = console.read();
    QVERIFY(report && report->entriesError);
    fake.refusals[path] = 403;
    report = console.read();
    QVERIFY(report && report->entriesError);
    QVERIFY(!parityChange(*report, {}, "x", console.clock.now()).has_value());
}

void TestArmPosture::aChangeKeepsWhatElseTheNamedValueHolds()
{
    PostureReport report;
    report.entriesId = Service + "/namedValues/gatehouse-parity";
    gateway::ParityRegister entries;
    entries.put(gateway::ToolDeclaration{"east", "none", "Ann"});
    auto change = parityChange(report, entries, "Declare", DateTime{});
    QVERIFY(change.has_value());
    QVERIFY(!change->base.has_value()); // it is created
    QCOMPARE(change->resourceId, report.entriesId);
    QCOMPARE(textAt(*change->wanted, "displayName"), std::string("gatehouse-parity"));
    QVERIFY(gateway::readParityRegister(textAt(*change->wanted, "value")) == entries);
    QVERIFY(!boolAt(*change->wanted, "secret", true));

    report.entriesBase = Json{{"displayName", "gatehouse-parity"}, {"value", ""}, {"tags", {"mine"}}};
    change = parityChange(report, entries, "Declare", DateTime{});
    QVERIFY(change->base == report.entriesBase);
    QVERIFY(memberAt(*change->wanted, "tags") == Json::array({"mine"}));
    QVERIFY(change->overrides.empty());
}

void TestArmPosture::aFullRegisterDropsWhatHasEnded()
{
    const PostureReport report;
    const DateTime now = DateTime::fromCivil(2026, 6, 1);
    gateway::ParityRegister entries;
    for (int i = 0; i < 40; ++i)
        entries.put(gateway::Certificate{"pool", "east", "b" + std::to_string(i), std::string(30, 'a'), now,
                                         now + Ticks(i < 20 ? 0 : 1), "0123456789012345678901"});
    const auto change = parityChange(report, entries, "Certify", now);
    QVERIFY(change.has_value());
    QCOMPARE(gateway::readParityRegister(textAt(*change->wanted, "value"))->certificates.size(), 20U);
    QVERIFY(change->title.find("ended") != std::string::npos);
    for (gateway::Certificate& one : entries.certificates)
        one.expiry = now + Ticks(1);
    const auto full = parityChange(report, entries, "Certify", now);
    QVERIFY(!full.has_value());
    QVERIFY(full.error().message.find("full") != std::string::npos);
}

void TestArmPosture::aStoppedReportIsCancelled()
{
    FakeArm fake;
    Console console(fake);
    std::stop_source stop;
    stop.request_stop();
    const auto report = await(console.posture.report(stop.get_token()));
    QVERIFY(!report.has_value() && report.error().cancelled());
}

GATEHOUSE_TEST_MAIN(TestArmPosture)
#include "tst_armposture.moc"
