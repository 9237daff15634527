// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/parity/geography.h"
#include "core/gateway/parity/parity.h"
#include "tests/support/testmain.h"

#include <algorithm>
#include <functional>

using namespace gatehouse;
using namespace gatehouse::gateway;

namespace {

const DateTime Now = DateTime::fromCivil(2026, 6, 1);

DateTime inDays(int days)
{
    return Now + Ticks(std::chrono::hours(24 * days));
}

AccountFacts account(const std::string& name, const std::string& region)
{
    AccountFacts facts;
    facts.id = "/subscriptions/s/accounts/" + name;
    facts.name = name;
    facts.location = region;
    facts.host = name + ".openai.azure.com";
    facts.keysOff = true;
    facts.subdomain = name;
    facts.privateEndpoints = std::vector<PrivateEndpoint>{{"pe", "Approved"}};
    facts.deployments = std::vector<DeploymentFacts>{
        {"gpt-4o", "gpt-4o", "2024-11-20", "Standard", "ours"},
        {"embed", "text-embedding-3-small", "1", "Standard", "Microsoft.DefaultV2"}};
    facts.filters =
        std::vector<FilterPolicyFacts>{{"ours", "Blocking", {{"Hate", "Prompt", "Low", true, true}}, {}}};
    facts.logs = LogSettings{{"Audit"}, {"/w/" + region}};
    facts.retentionDays = 30;
    return facts;
}

BackendAccess access(const std::string& name)
{
    BackendAccess backend;
    backend.name = name;
    backend.host = name + ".openai.azure.com";
    backend.credential = Credential::ManagedIdentity;
    backend.audience = "https://cognitiveservices.azure.com";
    return backend;
}

ParityQuestion question()
{
    ParityQuestion asked;
    asked.pool = "pool";
    asked.primary = {"east", access("east"), account("east", "eastus"), "none"};
    asked.candidate = {"west", access("west"), account("west", "westus"), "None"};
    asked.limits =
        std::vector<LimitFacts>{{"llm-token-limit", "@(context.Subscription.Id)", "API openai", "", false}};
    return asked;
}

using Edit = std::function<void(ParityQuestion&)>;

Edit candidateAccount(std::function<void(AccountFacts&)> edit)
{
    return [edit = std::move(edit)](ParityQuestion& asked) {
        AccountFacts facts = *asked.candidate.account;
        edit(facts);
        asked.candidate.account = facts;
    };
}

Edit candidateDeployment(std::function<void(DeploymentFacts&)> edit)
{
    return candidateAccount([edit = std::move(edit)](AccountFacts& facts) {
        std::vector<DeploymentFacts> deployments = *facts.deployments;
        edit(deployments[0]);
        facts.deployments = deployments;
    });
}

Edit limit(LimitFacts facts)
{
    return
        [facts = std::move(facts)](ParityQuestion& asked) { asked.limits = std::vector<LimitFacts>{facts}; };
}

struct Case
{
    const char* name;
    ParityPoint point;
    Accord verdict;
    Edit edit;
};

const std::vector<Case>& cases()
{
    using P = ParityPoint;
    constexpr auto Differs = Accord::Differs;
    constexpr auto Unknown = Accord::Unknown;
    constexpr auto Holds = Accord::Holds;
    static const std::vector<Case> table{
        {"another geography", P::Residency, Differs,
         candidateAccount([](auto& a) { a.location = "westeurope"; })},
        {"a region of no geography", P::Residency, Unknown,
         candidateAccount([](auto& a) { a.location = "atlantis"; })},
        {"no region", P::Residency, Unknown, candidateAccount([](auto& a) { a.location.clear(); })},
        {"worked on anywhere", P::Residency, Differs,
         candidateDeployment([](auto& d) { d.sku = "GlobalStandard"; })},
        {"worked on in the zone", P::Residency, Differs,
         candidateDeployment([](auto& d) { d.sku = "DataZoneProvisionedManaged"; })},
        {"provisioned in the region", P::Residency, Holds,
         candidateDeployment([](auto& d) { d.sku = "ProvisionedManaged"; })},
        {"no SKU", P::Residency, Unknown, candidateDeployment([](auto& d) { d.sku.clear(); })},
        {"another version", P::Models, Differs,
         candidateDeployment([](auto& d) { d.version = "2024-05-13"; })},
        {"another model", P::Models, Differs, candidateDeployment([](auto& d) { d.model = "gpt-4o-mini"; })},
        {"no such deployment", P::Models, Differs, candidateDeployment([](auto& d) { d.name = "other"; })},
        {"no version", P::Models, Unknown, candidateDeployment([](auto& d) { d.version.clear(); })},
        {"no deployments to compare", P::Models, Unknown,
         [](ParityQuestion& q) {
             AccountFacts facts = *q.primary.account;
             facts.deployments = std::vector<DeploymentFacts>{};
             q.primary.account = facts;
         }},
        {"deployments that may not be read", P::Models, Unknown, candidateAccount([](auto& a) {
             a.deployments = Reading<std::vector<DeploymentFacts>>::unread("No.");
         })},
        {"another policy of the same content", P::ContentFilter, Holds, candidateAccount([](auto& a) {
             a.filters = std::vector<FilterPolicyFacts>{
                 {"theirs", "blocking", {{"hate", "prompt", "low", true, true}}, {}}};
             auto deployments = *a.deployments;
             deployments[0].filterPolicy = "theirs";
             a.deployments = deployments;
         })},
        {"the same name, another content", P::ContentFilter, Differs, candidateAccount([](auto& a) {
             a.filters = std::vector<FilterPolicyFacts>{{"ours", "Blocking", {}, {}}};
         })},
        {"a policy that was not read", P::ContentFilter, Unknown, candidateAccount([](auto& a) {
             a.filters = Reading<std::vector<FilterPolicyFacts>>::unread("No.");
         })},
        {"no policy named", P::ContentFilter, Unknown,
         candidateDeployment([](auto& d) { d.filterPolicy.clear(); })},
        {"other categories", P::Logging, Differs, candidateAccount([](auto& a) {
             a.logs = LogSettings{{"Audit", "RequestResponse"}, {"/w/x"}};
         })},
        {"kept for less long", P::Logging, Differs, candidateAccount([](auto& a) { a.retentionDays = 7; })},
        {"kept for a time not known", P::Logging, Unknown,
         candidateAccount([](auto& a) { a.retentionDays = Reading<int>::unread("No."); })},
        {"the same workspace of unknown retention", P::Logging, Holds, candidateAccount([](auto& a) {
             a.logs = LogSettings{{"Audit"}, {"/w/eastus"}};
             a.retentionDays = Reading<int>::unread("No.");
         })},
        {"a log to no workspace", P::Logging, Differs, candidateAccount([](auto& a) {
             a.logs = LogSettings{{"Audit"}, {}};
         })},
        {"logs that may not be read", P::Logging, Unknown,
         candidateAccount([](auto& a) { a.logs = Reading<LogSettings>::unread("No."); })},
        {"tools nobody declared", P::Tools, Unknown, [](ParityQuestion& q) { q.candidate.tools.clear(); }},
        {"other tools", P::Tools, Differs, [](ParityQuestion& q) { q.candidate.tools = "file search"; }},
        {"keys on", P::Identity, Differs, candidateAccount([](auto& a) { a.keysOff = false; })},
        {"a key in the backend", P::Identity, Differs,
         [](ParityQuestion& q) {
             BackendAccess backend = *q.candidate.access;
             backend.credential = Credential::Key;
             q.candidate.access = backend;
         }},
        {"a credential not known", P::Identity, Unknown,
         [](ParityQuestion& q) {
             BackendAccess backend = *q.candidate.access;
             backend.credential = Credential::None;
             q.candidate.access = backend;
         }},
        {"no private endpoint", P::PrivateEndpoint, Differs,
         candidateAccount([](auto& a) { a.privateEndpoints = std::vector<PrivateEndpoint>{}; })},
        {"a public network", P::PrivateEndpoint, Differs,
         candidateAccount([](auto& a) { a.network = NetworkAccess::Off; })},
        {"endpoints that may not be read", P::PrivateEndpoint, Unknown, candidateAccount([](auto& a) {
             a.privateEndpoints = Reading<std::vector<PrivateEndpoint>>::unread("No.");
         })},
        {"no limits at all", P::TokenLimits, Holds,
         [](ParityQuestion& q) { q.limits = std::vector<LimitFacts>{}; }},
        {"a limit that names the primary", P::TokenLimits, Differs,
         limit({"llm-token-limit", "k", "API a", "@(x == \"east\")", false})},
        {"a limit that names another, longer name", P::TokenLimits, Holds,
         limit({"llm-token-limit", "k", "API a", "@(x == \"east2\" || x == \"far-east\")", false})},
        {"a key that depends on the backend", P::TokenLimits, Unknown,
         limit({"llm-token-limit", "@(context.Variables[\"backend-id\"])", "API a", "", false})},
        {"a limit after the choice", P::TokenLimits, Unknown,
         limit({"quota-by-key", "k", "API a", "", true})},
        {"policies that may not be read", P::TokenLimits, Unknown,
         [](ParityQuestion& q) { q.limits = Reading<std::vector<LimitFacts>>::unread("No."); }},
    };
    return table;
}

const ParityLine& lineOf(const ParityCheck& check, ParityPoint point)
{
    return *std::ranges::find(check.lines, point, &ParityLine::point);
}

ParityRegister certified(const ParityQuestion& asked)
{
    ParityRegister entries;
    entries.put(
        Certificate{"pool", "east", "west", "Ann", Now, inDays(90), checkParity(asked, {}, Now).facts});
    return entries;
}

} // namespace

using State = Certification::State;

class TestParity : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void equalBackendsHoldInEveryPoint();
    void eachPoint_data();
    void eachPoint();
    void aDifferenceOutweighsWhatIsNotKnown();
    void aCertificateHoldsUntilTheMomentItEnds();
    void aCertificateIsVoidWhenAnythingComparedChanges();
    void aCertificateOfAnotherRouteDoesNotCount();
    void whatIsNotKnownCannotBeCertified();
    void anExceptionCoversItsPointUntilTheMomentItEnds();
    void anExceptionDoesNotCoverWhatIsNotKnown();
    void aCertifiedExceptionRouteIsNoContinuityRoute();
    void theHashForgetsNothing();
    void poolsAreComparedWithTheMemberThatServesFirst();
    void aBackendWithoutAnAccountIsUnknown();
    void geographies();
};

void TestParity::equalBackendsHoldInEveryPoint()
{
    const ParityCheck check = checkParity(question(), {}, Now);
    QCOMPARE(check.lines.size(), AllParityPoints.size());
    for (std::size_t i = 0; i < check.lines.size(); ++i) {
        QVERIFY(check.lines[i].point == AllParityPoints[i]);
        QVERIFY2(check.lines[i].verdict == Accord::Holds, check.lines[i].sentence.c_str());
        QVERIFY(!check.lines[i].sentence.empty());
    }
    QVERIFY(check.kind == RouteKind::Continuity);
    QVERIFY(check.certification.state == State::NotCertified);
    QVERIFY(check.certification.mayBeCertified);
}

void TestParity::eachPoint_data()
{
    QTest::addColumn<int>("index");
    for (std::size_t i = 0; i < cases().size(); ++i)
        QTest::newRow(cases()[i].name) << static_cast<int>(i);
}

void TestParity::eachPoint()
{
    QFETCH(int, index);
    const Case& given = cases()[static_cast<std::size_t>(index)];
    ParityQuestion asked = question();
    const ParityRegister before = certified(asked);
    given.edit(asked);
    const ParityCheck check = checkParity(asked, before, Now);
    const ParityLine& line = lineOf(check, given.point);
    QCOMPARE(int(line.verdict), int(given.verdict));
    QVERIFY(!line.sentence.empty() && !line.primary.empty() && !line.candidate.empty());
    if (given.verdict == Accord::Differs)
        QVERIFY(check.certification.state == State::NotCertified);
    if (given.verdict != Accord::Holds) {
        QVERIFY(!check.certification.mayBeCertified);
        QVERIFY(check.certification.sentence.find(titleOf(given.point)) != std::string::npos ||
                check.certification.state == State::NotCertified);
    }
}

void TestParity::aDifferenceOutweighsWhatIsNotKnown()
{
    ParityQuestion asked = question();
    asked.candidate.tools.clear();
    QVERIFY(checkParity(asked, {}, Now).certification.state == State::NotKnown);
    AccountFacts facts = *asked.candidate.account;
    facts.keysOff = false;
    asked.candidate.account = facts;
    const Certification result = checkParity(asked, {}, Now).certification;
    QVERIFY(result.state == State::NotCertified);
    QVERIFY(result.sentence.find("Keys and identity") != std::string::npos);
}

void TestParity::aCertificateHoldsUntilTheMomentItEnds()
{
    const ParityRegister entries = certified(question());
    QVERIFY(checkParity(question(), entries, Now).certification.state == State::Certified);
    QVERIFY(checkParity(question(), entries, inDays(90) - Ticks(1)).certification.state == State::Certified);
    QVERIFY(checkParity(question(), entries, inDays(90)).certification.state == State::Expired);
    QVERIFY(checkParity(question(), entries, inDays(90)).certification.mayBeCertified);
}

void TestParity::aCertificateIsVoidWhenAnythingComparedChanges()
{
    ParityQuestion asked = question();
    const ParityRegister entries = certified(asked);
    // Both sides change alike: the points still hold, and it is not what was certified.
    for (ParitySide* const side : {&asked.primary, &asked.candidate}) {
        AccountFacts facts = *side->account;
        std::vector<DeploymentFacts> deployments = *facts.deployments;
        deployments[0].version = "2026-01-01";
        facts.deployments = deployments;
        side->account = facts;
    }
    const Certification result = checkParity(asked, entries, Now).certification;
    QVERIFY(result.state == State::Void);
    QVERIFY(result.mayBeCertified);
    QVERIFY(result.sentence.find("Ann") != std::string::npos);
    QVERIFY(checkParity(question(), entries, Now).certification.state == State::Certified);
}

void TestParity::aCertificateOfAnotherRouteDoesNotCount()
{
    ParityRegister entries = certified(question());
    entries.certificates[0].pool = "other";
    QVERIFY(checkParity(question(), entries, Now).certification.state == State::NotCertified);
}

void TestParity::whatIsNotKnownCannotBeCertified()
{
    ParityQuestion asked = question();
    asked.limits = Reading<std::vector<LimitFacts>>::unread("You may not read policies.");
    const ParityRegister entries = certified(asked); // somebody wrote one all the same
    const Certification result = checkParity(asked, entries, Now).certification;
    QVERIFY(result.state == State::NotKnown);
    QVERIFY(result.sentence.find("not known") != std::string::npos);
}

void TestParity::anExceptionCoversItsPointUntilTheMomentItEnds()
{
    ParityQuestion asked = question();
    AccountFacts facts = *asked.candidate.account;
    facts.location = "westeurope";
    asked.candidate.account = facts;
    ParityRegister entries;
    entries.put(ParityException{"pool", "east", "west", ParityPoint::Residency, "Bob", "", inDays(10)});
    const ParityCheck covered = checkParity(asked, entries, inDays(10) - Ticks(1));
    QVERIFY(covered.certification.mayBeCertified);
    QVERIFY(covered.kind == RouteKind::Exception);
    QVERIFY(lineOf(covered, ParityPoint::Residency).verdict == Accord::Differs); // it still differs
    QVERIFY(lineOf(covered, ParityPoint::Residency).exception.has_value());
    QVERIFY(lineOf(covered, ParityPoint::Exceptions).verdict == Accord::Holds);

    const ParityCheck ended = checkParity(asked, entries, inDays(10));
    QVERIFY(!ended.certification.mayBeCertified);
    QVERIFY(ended.kind == RouteKind::Continuity);
    QVERIFY(lineOf(ended, ParityPoint::Exceptions).verdict == Accord::Differs);
    QVERIFY(lineOf(ended, ParityPoint::Exceptions).sentence.find("ended") != std::string::npos);

    entries.exceptions[0].point = ParityPoint::Models; // covers another point
    QVERIFY(!checkParity(asked, entries, Now).certification.mayBeCertified);
}

void TestParity::anExceptionDoesNotCoverWhatIsNotKnown()
{
    ParityQuestion asked = question();
    asked.candidate.tools.clear();
    ParityRegister entries;
    entries.put(ParityException{"pool", "east", "west", ParityPoint::Tools, "Bob", "", inDays(10)});
    const ParityCheck check = checkParity(asked, entries, Now);
    QVERIFY(check.certification.state == State::NotKnown);
    QVERIFY(check.kind == RouteKind::Continuity);
}

void TestParity::aCertifiedExceptionRouteIsNoContinuityRoute()
{
    ParityQuestion asked = question();
    asked.candidate.tools = "file search";
    ParityRegister entries = certified(asked);
    entries.put(ParityException{"pool", "east", "west", ParityPoint::Tools, "Bob", "", inDays(10)});
    const ParityCheck check = checkParity(asked, entries, Now);
    QVERIFY(check.certification.state == State::Certified);
    QVERIFY(check.kind == RouteKind::Exception);
    // The certificate outlives the exception that it stood on, and does not hold without it.
    QVERIFY(checkParity(asked, entries, inDays(10)).certification.state == State::NotCertified);
}

void TestParity::theHashForgetsNothing()
{
    const std::string before = checkParity(question(), {}, Now).facts;
    QCOMPARE(before.size(), 22U);
    QCOMPARE(checkParity(question(), certified(question()), inDays(5)).facts, before);
    for (const Case& given : cases()) {
        ParityQuestion asked = question();
        given.edit(asked);
        const bool same =
            given.verdict == Accord::Holds && std::string_view(given.name).find("provisioned") == 0;
        if (!same)
            QVERIFY2(checkParity(asked, {}, Now).facts != before, given.name);
    }
}

void TestParity::poolsAreComparedWithTheMemberThatServesFirst()
{
    GatewayFacts gateway;
    gateway.backends = std::vector<BackendAccess>{access("east"), access("west"), access("eu")};
    gateway.limits = std::vector<LimitFacts>{};
    const std::vector<AccountFacts> accounts{account("east", "eastus"), account("west", "westus"),
                                             account("eu", "westeurope")};
    const std::vector<Pool> pools{
        {"pool", {{"eu", 3, 1}, {"east", 1, 1}, {"west", 2, 1}}}, {"alone", {{"east", 1, 1}}}, {"empty", {}}};
    const auto checks = checkPools(pools, gateway, accounts, {}, {}, Now);
    QCOMPARE(checks.size(), 2U);
    QCOMPARE(checks[0].primary, std::string("east"));
    QCOMPARE(checks[0].candidate, std::string("west"));
    QCOMPARE(checks[1].candidate, std::string("eu"));
    QVERIFY(lineOf(checks[0], ParityPoint::Residency).verdict == Accord::Holds);
    QVERIFY(lineOf(checks[1], ParityPoint::Residency).verdict == Accord::Differs);
}

void TestParity::aBackendWithoutAnAccountIsUnknown()
{
    GatewayFacts gateway;
    gateway.backends = std::vector<BackendAccess>{access("east"), access("west")};
    gateway.limits = std::vector<LimitFacts>{};
    const std::vector<Pool> pools{{"pool", {{"east", 1, 1}, {"west", 2, 1}, {"gone", 3, 1}}}};
    const auto checks = checkPools(pools, gateway, {account("east", "eastus")}, "You may not.", {}, Now);
    QVERIFY(lineOf(checks[0], ParityPoint::Residency).verdict == Accord::Unknown);
    QCOMPARE(lineOf(checks[0], ParityPoint::Residency).sentence, std::string("You may not."));
    QVERIFY(lineOf(checks[1], ParityPoint::Identity).sentence.find("gone") != std::string::npos);
    for (const ParityCheck& check : checks)
        QVERIFY(!check.certification.mayBeCertified);
    gateway.backends = Reading<std::vector<BackendAccess>>::unread("You may not.");
    for (const ParityCheck& check : checkPools(pools, gateway, {}, {}, {}, Now))
        QVERIFY(check.certification.state == State::NotKnown);
}

void TestParity::geographies()
{
    QCOMPARE(geographyOf("eastus"), std::string("United States"));
    QCOMPARE(geographyOf("westus3"), std::string("United States"));
    QCOMPARE(geographyOf("australiaeast"), std::string("Australia"));
    QCOMPARE(geographyOf("northeurope"), geographyOf("westeurope"));
    QCOMPARE(geographyOf("swedencentral"), std::string("Sweden"));
    QCOMPARE(geographyOf(""), std::string());
    QCOMPARE(geographyOf("zzz"), std::string());
}

GATEHOUSE_TEST_MAIN(TestParity)
#include "tst_parity.moc"
