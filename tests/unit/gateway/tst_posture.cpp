// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/posture/posture.h"
#include "tests/support/testmain.h"

#include <algorithm>
#include <functional>

using namespace gatehouse;
using namespace gatehouse::gateway;

namespace {

AccountFacts good()
{
    AccountFacts account;
    account.id = "/subscriptions/s/accounts/a";
    account.name = "a";
    account.network = NetworkAccess::Off;
    account.keysOff = true;
    account.subdomain = "a";
    account.privateEndpoints = std::vector<PrivateEndpoint>{{"pe", "Approved"}};
    account.deployments =
        std::vector<DeploymentFacts>{{"gpt-4o", "gpt-4o", "1", "Standard", "Microsoft.DefaultV2"}};
    account.logs = LogSettings{{"Audit"}, {"/w"}};
    return account;
}

GatewayFacts goodGateway()
{
    GatewayFacts gateway;
    gateway.id = "/subscriptions/s/service/g";
    gateway.name = "g";
    gateway.network = NetworkAccess::Off;
    gateway.virtualNetwork = "External";
    gateway.privateEndpoints = std::vector<PrivateEndpoint>{{"pe", "Approved"}};
    gateway.oldProtocols = std::vector<std::string>{};
    gateway.logs = LogSettings{{"GatewayLlmLogs", "GatewayLogs"}, {"/w"}};
    gateway.logsModels = true;
    BackendAccess backend;
    backend.name = "b";
    backend.credential = Credential::ManagedIdentity;
    gateway.backends = std::vector<BackendAccess>{backend};
    return gateway;
}

const PostureLine& lineOf(const PostureResource& resource, const std::string& name)
{
    static const PostureLine none;
    const auto found = std::ranges::find(resource.lines, name, &PostureLine::name);
    return found == resource.lines.end() ? none : *found;
}

bool allHold(const PostureResource& resource)
{
    return !resource.lines.empty() && std::ranges::all_of(resource.lines, [](const PostureLine& line) {
        return line.verdict == Accord::Holds && line.remedy.empty();
    });
}

} // namespace

class TestPosture : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anAccountOfTheStandardHolds();
    void eachDepartureOfAnAccountDiffersWithARemedy();
    void whatWasNotReadIsUnknownAndNeverHolds();
    void aFilterPolicyIsJudgedByItsContentWhereItWasRead();
    void aGatewayOfTheStandardHolds();
    void eachDepartureOfAGatewayDiffersWithARemedy();
    void aBackendWithoutACredentialIsUnknown();
    void noTextOfAServiceBecomesACommand();
};

void TestPosture::anAccountOfTheStandardHolds()
{
    QVERIFY(allHold(accountPosture(good())));
}

void TestPosture::eachDepartureOfAnAccountDiffersWithARemedy()
{
    const std::vector<std::pair<std::string, std::function<void(AccountFacts&)>>> departures{
        {"Public network access", [](AccountFacts& a) { a.network = NetworkAccess::Everywhere; }},
        {"Private endpoint", [](AccountFacts& a) { a.privateEndpoints = std::vector<PrivateEndpoint>{}; }},
        {"Private endpoint",
         [](AccountFacts& a) {
             a.privateEndpoints = std::vector<PrivateEndpoint>{{"p", "Pending"}};
         }},
        {"Keys", [](AccountFacts& a) { a.keysOff = false; }},
        {"Custom subdomain", [](AccountFacts& a) { a.subdomain.clear(); }},
        {"Log of the account", [](AccountFacts& a) { a.logs = LogSettings{}; }},
        {"Log of the account",
         [](AccountFacts& a) {
             a.logs = LogSettings{{"Audit"}, {}};
         }},
        {"Log of the account", [](AccountFacts& a) {
             a.logs = LogSettings{{"Trace"}, {"/w"}};
         }}};
    for (const auto& departure : departures) {
        AccountFacts account = good();
        departure.second(account);
        const PostureResource resource = accountPosture(account);
        const PostureLine& line = lineOf(resource, departure.first);
        QVERIFY2(line.verdict == Accord::Differs, departure.first.c_str());
        QVERIFY2(!line.remedy.empty(), departure.first.c_str());
        QCOMPARE(std::ranges::count(resource.lines, Accord::Holds, &PostureLine::verdict),
                 static_cast<long>(resource.lines.size()) - 1);
    }
    AccountFacts some = good();
    some.network = NetworkAccess::SelectedNetworks;
    QVERIFY(allHold(accountPosture(some)));
}

void TestPosture::whatWasNotReadIsUnknownAndNeverHolds()
{
    AccountFacts account = good();
    account.privateEndpoints = Reading<std::vector<PrivateEndpoint>>::unread("You may not.");
    account.logs = Reading<LogSettings>::unread("You may not.");
    account.deployments = Reading<std::vector<DeploymentFacts>>::unread("You may not.");
    const PostureResource resource = accountPosture(account);
    for (const char* name : {"Private endpoint", "Log of the account", "Content filters"}) {
        QVERIFY2(lineOf(resource, name).verdict == Accord::Unknown, name);
        QVERIFY2(lineOf(resource, name).value.find("You may not.") != std::string::npos, name);
        QVERIFY2(!lineOf(resource, name).remedy.empty(), name);
    }
    GatewayFacts gateway;
    gateway.virtualNetwork = "None";
    for (const PostureLine& line : gatewayPosture(gateway).lines)
        QVERIFY2(line.verdict != Accord::Holds, line.name.c_str());
}

void TestPosture::aFilterPolicyIsJudgedByItsContentWhereItWasRead()
{
    const std::string name = "Content filter of gpt-4o";
    AccountFacts account = good();
    account.deployments = std::vector<DeploymentFacts>{{"gpt-4o", "gpt-4o", "1", "Standard", "ours"}};
    QVERIFY(lineOf(accountPosture(account), name).verdict == Accord::Unknown);
    FilterPolicyFacts ours{"Ours", "Blocking", {}, {}};
    for (const char* harm : {"Hate", "Sexual", "Violence", "Selfharm"})
        for (const char* source : {"Prompt", "Completion"})
            ours.rules.push_back({harm, source, "Medium", true, true});
    account.filters = std::vector<FilterPolicyFacts>{ours};
    QVERIFY(lineOf(accountPosture(account), name).verdict == Accord::Holds);
    ours.rules[0].blocking = false;
    account.filters = std::vector<FilterPolicyFacts>{ours};
    QVERIFY(lineOf(accountPosture(account), name).verdict == Accord::Differs);
    QVERIFY(lineOf(accountPosture(account), name).value.find("hate in prompts") != std::string::npos);
    account.deployments = std::vector<DeploymentFacts>{{"gpt-4o", "gpt-4o", "1", "Standard", ""}};
    QVERIFY(lineOf(accountPosture(account), name).verdict == Accord::Unknown);
}

void TestPosture::aGatewayOfTheStandardHolds()
{
    QVERIFY(allHold(gatewayPosture(goodGateway())));
}

void TestPosture::eachDepartureOfAGatewayDiffersWithARemedy()
{
    const std::vector<std::pair<std::string, std::function<void(GatewayFacts&)>>> departures{
        {"Public network access", [](GatewayFacts& g) { g.network = NetworkAccess::Everywhere; }},
        {"Virtual network", [](GatewayFacts& g) { g.virtualNetwork = "None"; }},
        {"TLS", [](GatewayFacts& g) { g.oldProtocols = std::vector<std::string>{"TLS 1.0"}; }},
        {"Log of requests",
         [](GatewayFacts& g) {
             g.logs = LogSettings{{"GatewayLlmLogs"}, {"/w"}};
         }},
        {"Log of model calls",
         [](GatewayFacts& g) {
             g.logs = LogSettings{{"GatewayLogs"}, {"/w"}};
         }},
        {"Tokens of models", [](GatewayFacts& g) { g.logsModels = false; }},
        {"Credential of b", [](GatewayFacts& g) {
             std::vector<BackendAccess> backends = *g.backends;
             backends[0].credential = Credential::Key;
             g.backends = backends;
         }}};
    for (const auto& departure : departures) {
        GatewayFacts gateway = goodGateway();
        departure.second(gateway);
        const PostureResource resource = gatewayPosture(gateway);
        const PostureLine& line = lineOf(resource, departure.first);
        QVERIFY2(line.verdict == Accord::Differs, departure.first.c_str());
        QVERIFY2(!line.remedy.empty(), departure.first.c_str());
    }
    GatewayFacts internal = goodGateway();
    internal.network = NetworkAccess::Everywhere;
    internal.virtualNetwork = "Internal";
    QVERIFY(allHold(gatewayPosture(internal)));
}

void TestPosture::aBackendWithoutACredentialIsUnknown()
{
    GatewayFacts gateway = goodGateway();
    std::vector<BackendAccess> backends = *gateway.backends;
    backends[0].credential = Credential::None;
    gateway.backends = backends;
    QVERIFY(lineOf(gatewayPosture(gateway), "Credential of b").verdict == Accord::Unknown);
}

void TestPosture::noTextOfAServiceBecomesACommand()
{
    QCOMPARE(shellQuoted("/subscriptions/s-1/a.b_c"), std::string("/subscriptions/s-1/a.b_c"));
    QCOMPARE(shellQuoted("/a; rm -rf ~"), std::string("'/a; rm -rf ~'"));
    QCOMPARE(shellQuoted("it's"), std::string("'it'\\''s'"));
    QCOMPARE(shellQuoted("$(x)"), std::string("'$(x)'"));
    QCOMPARE(shellQuoted(""), std::string("''"));
}

GATEHOUSE_TEST_MAIN(TestPosture)
#include "tst_posture.moc"
