// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/explain/explain.h"

#include "tests/support/seed.h"
#include "tests/support/testmain.h"
#include "tests/unit/local/randomgateway.h"

#include <map>

using namespace gatehouse;
using namespace gatehouse::local;
using namespace gatehouse::local::test;
using gateway::Certainty;
using gateway::NotTaken;

namespace {

/// Decisions of one world; the test makes as many worlds as it needs.
constexpr int CallsOfAWorld = 250;

/// What of the log Explain gets.
enum class Evidence { All, NoRoute, NoAttemptRows, FinalRowsOnly, LateWindow };

gateway::ExplainInput inputFor(const gateway::LoggedTraffic& traffic, std::size_t index,
                               const gateway::ExplainSetup& setup, Evidence evidence)
{
    gateway::ExplainInput input{traffic.requests[index], traffic.details[index], setup, {}};
    input.log.completeSince = DateTime::fromCivil(2026, 6, 1);
    input.log.fromTheBeginning = true;
    if (evidence == Evidence::LateWindow) {
        input.log.completeSince = input.request.time - Ticks(std::chrono::minutes(25));
        input.log.fromTheBeginning = false;
    }
    for (std::size_t i = 0; i < traffic.requests.size(); ++i) {
        for (const gateway::BackendAttempt& one : traffic.requests[i].attempts) {
            if (i != index && one.attempt.start >= *input.log.completeSince)
                input.log.attempts[one.backend].push_back(one.attempt);
        }
    }
    if (evidence == Evidence::NoRoute)
        input.details.route.reset();
    if (evidence == Evidence::NoAttemptRows || evidence == Evidence::FinalRowsOnly) {
        input.request.attempts.clear();
        input.log = {};
    }
    if (evidence == Evidence::FinalRowsOnly)
        input.details.attemptCount.reset();
    return input;
}

struct Tally
{
    int decisions = 0;
    int claims = 0;
    int reasons = 0;
    int knownReasons = 0;
    int routes = 0;
    int knownRoutes = 0;
    std::map<std::string, int> seen; ///< of each sort of reason and refusal
};

/// Holds every claim that is not Unknown to the truth; the first that is wrong, or "".
class Judge
{
public:
    Judge(const gateway::Explanation& told, const Truth& truth, Tally& tally)
        : m_told(told)
        , m_truth(truth)
        , m_tally(tally)
    {}

    [[nodiscard]] std::string verdict()
    {
        route();
        rules();
        attempts();
        refusal();
        return m_wrong;
    }

private:
    void claim(bool right, const std::string& what)
    {
        ++m_tally.claims;
        if (!right && m_wrong.empty())
            m_wrong = what;
    }

    void route();
    void rules();
    void attempts();
    void candidates(const gateway::ExplainedAttempt& attempt, const SeenChoice& seen);
    void refusal();

    const gateway::Explanation& m_told;
    const Truth& m_truth;
    Tally& m_tally;
    std::string m_wrong;
};

void Judge::route()
{
    if (m_truth.choices.empty()) {
        claim(!m_told.rule, "a rule decided for what was never routed");
        return;
    }
    ++m_tally.routes;
    if (m_told.route.certainty == Certainty::Unknown)
        return;
    ++m_tally.knownRoutes;
    const SeenChoice& seen = m_truth.choices.front();
    claim(m_told.rule.value_or("") == seen.route, "rule " + m_told.rule.value_or("none"));
    claim(m_told.target == seen.target, "target " + m_told.target);
}

void Judge::rules()
{
    if (m_truth.choices.empty())
        return;
    const std::string& matched = m_truth.choices.front().route;
    bool after = false;
    for (const gateway::ExplainedRule& rule : m_told.rules) {
        const bool mine = rule.trace.rule == matched;
        const auto outcome = rule.trace.outcome;
        if (rule.certainty != Certainty::Unknown && outcome != gateway::RuleTrace::Outcome::Disabled) {
            const auto expected = mine    ? gateway::RuleTrace::Outcome::Matched
                                  : after ? gateway::RuleTrace::Outcome::NotReached
                                          : gateway::RuleTrace::Outcome::NotMatched;
            claim(outcome == expected, "rule trace of " + rule.trace.rule);
        }
        after = after || mine;
    }
}

void Judge::attempts()
{
    std::vector<const SeenChoice*> called;
    const SeenChoice* lastLook = nullptr;
    for (const SeenChoice& seen : m_truth.choices) {
        if (seen.choice.backend.empty())
            lastLook = &seen;
        else
            called.push_back(&seen);
    }
    std::vector<const gateway::ExplainedAttempt*> told;
    for (const gateway::ExplainedAttempt& attempt : m_told.attempts) {
        if (!attempt.backend.empty()) {
            told.push_back(&attempt);
            continue;
        }
        claim(lastLook != nullptr, "a look that was never made");
        if (lastLook != nullptr)
            candidates(attempt, *lastLook);
    }
    claim(m_told.backend == (called.empty() ? "" : called.back()->choice.backend),
          "final backend " + m_told.backend);
    if (!m_told.everyAttempt) {
        claim(told.size() <= 1, "more than the final attempt");
        if (!told.empty() && !called.empty()) {
            claim(told[0]->backend == called.back()->choice.backend, "final attempt");
            candidates(*told[0], *called.back());
        }
        return;
    }
    claim(told.size() == called.size(), "number of attempts");
    for (std::size_t i = 0; i < std::min(told.size(), called.size()); ++i) {
        claim(told[i]->backend == called[i]->choice.backend, "attempt at " + told[i]->backend);
        candidates(*told[i], *called[i]);
    }
}

void Judge::candidates(const gateway::ExplainedAttempt& attempt, const SeenChoice& seen)
{
    static const std::map<gateway::PassReason, NotTaken> Same = {
        {gateway::PassReason::OpenCircuit, NotTaken::OpenCircuit},
        {gateway::PassReason::Parked, NotTaken::Parked},
        {gateway::PassReason::AlreadyTried, NotTaken::AlreadyTried},
        {gateway::PassReason::LowerPriority, NotTaken::LowerPriority},
        {gateway::PassReason::ZeroWeight, NotTaken::ZeroWeight},
        {gateway::PassReason::DrawByWeight, NotTaken::DrawByWeight},
    };
    std::map<std::string, NotTaken> truth;
    for (const gateway::Passed& passed : seen.choice.passed)
        truth[passed.backend] = Same.at(passed.reason);
    m_tally.reasons += static_cast<int>(truth.size());
    for (const gateway::ExplainedCandidate& one : attempt.candidates) {
        if (one.taken) {
            claim(one.backend == seen.choice.backend, "taken " + one.backend);
            continue;
        }
        if (one.certainty == Certainty::Unknown) {
            claim(one.reason == NotTaken::Unknown, "a reason that is not known");
            continue;
        }
        const auto found = truth.find(one.backend);
        const bool outside = one.reason == NotTaken::NoDeployment || one.reason == NotTaken::NotInPool;
        claim(found == truth.end() ? outside : found->second == one.reason,
              one.backend + " was said to be not taken: " + std::string(toString(one.reason)) +
                  ", truly: " + (found == truth.end() ? "no member" : std::string(toString(found->second))));
        if (found != truth.end())
            ++m_tally.knownReasons;
        ++m_tally.seen[std::string(toString(one.reason))];
    }
}

void Judge::refusal()
{
    using gateway::Refusal;
    const auto said = [&](const char* text) { return m_truth.body.find(text) != std::string::npos; };
    Refusal expected = Refusal::None;
    const bool called = std::ranges::any_of(
        m_truth.choices, [](const SeenChoice& seen) { return !seen.choice.backend.empty(); });
    if (m_truth.unauthorized)
        expected = Refusal::Unauthorized;
    else if (said("Rate limit is exceeded"))
        expected = Refusal::CallRate;
    else if (said("Token limit is exceeded"))
        expected = Refusal::TokenRate;
    else if (said("Token quota is exceeded"))
        expected = Refusal::TokenQuota;
    else if (m_truth.status == 404)
        expected = said("api-version") ? Refusal::UnknownOperation : Refusal::UnknownDeployment;
    else if (m_truth.choices.empty())
        expected = Refusal::Content;
    else if (!called)
        expected = Refusal::NoBackend;
    claim(m_told.refusal == expected,
          "refusal " + std::string(toString(m_told.refusal)) + " for " + m_truth.body);
    claim(m_told.status == m_truth.status, "status");
    ++m_tally.seen[std::string(toString(expected))];
}

} // namespace

class TestExplain : public QObject
{
    Q_OBJECT

    static void judgeWorld(std::uint64_t seed, Evidence evidence, Tally& tally)
    {
        RandomGateway world(seed);
        world.run(CallsOfAWorld);
        judge(world, seed, evidence, tally);
    }

    static void judge(RandomGateway& world, std::uint64_t seed, Evidence evidence, Tally& tally)
    {
        const GatewayHarness& h = world.harness();
        const gateway::ExplainSetup setup = explainSetup(*h.resources, h.clock.now());
        const gateway::LoggedTraffic traffic = loggedTraffic(*h.logs);
        QCOMPARE(traffic.requests.size(), world.truths.size());
        for (std::size_t i = 0; i < traffic.requests.size(); ++i) {
            const std::string& id = traffic.details[i].correlationId;
            const gateway::Explanation told = gateway::explain(inputFor(traffic, i, setup, evidence));
            const std::string wrong = Judge(told, world.truths.at(id), tally).verdict();
            QVERIFY2(wrong.empty(), (id + " of world " + std::to_string(seed) + ": " + wrong).c_str());
            ++tally.decisions;
        }
    }

private Q_SLOTS:
    void everyClaimIsTrue();
    void lessEvidenceMeansFewerClaimsAndNoFalseOne_data();
    void lessEvidenceMeansFewerClaimsAndNoFalseOne();
    void aHypotheticalRequestIsToldByTheSameRules();
};

/// Ten thousand decisions with LONG=1, a tenth of that on every commit.
void TestExplain::everyClaimIsTrue()
{
    const std::uint64_t seed = gatehouse::test::seed();
    const int wanted = qEnvironmentVariableIsSet("LONG") ? 10'000 : 2'000;
    Tally tally;
    for (std::uint64_t world = 0; tally.decisions < wanted; ++world) {
        judgeWorld(seed + world, Evidence::All, tally);
        if (QTest::currentTestFailed())
            return;
    }
    const double known = 100.0 * tally.knownReasons / tally.reasons;
    qInfo("%d decisions, %d claims, all true; reasons known: %d of %d (%.2f %%), routes known: %d of %d",
          tally.decisions, tally.claims, tally.knownReasons, tally.reasons, known, tally.knownRoutes,
          tally.routes);
    for (const auto& [name, count] : tally.seen)
        qInfo("  %s: %d", name.c_str(), count);
    QVERIFY2(known >= 95, qPrintable(QString::number(known)));
    QCOMPARE(tally.knownRoutes, tally.routes); // the log names the route
    for (const char* each :
         {"open circuit", "parked by Retry-After", "already tried", "lower priority", "weight 0",
          "draw by weight", "lacks the deployment", "not in the pool", "unauthorized", "call rate",
          "no backend", "content", "unknown deployment", "unknown operation"})
        QVERIFY2(tally.seen[each] > 0 || wanted < 10'000, each);
}

void TestExplain::lessEvidenceMeansFewerClaimsAndNoFalseOne_data()
{
    QTest::addColumn<int>("evidence");
    QTest::addColumn<quint64>("worlds"); // 0: drawn
    QTest::newRow("the route is not logged") << static_cast<int>(Evidence::NoRoute) << quint64{0};
    QTest::newRow("no attempt rows") << static_cast<int>(Evidence::NoAttemptRows) << quint64{0};
    QTest::newRow("final rows alone") << static_cast<int>(Evidence::FinalRowsOnly) << quint64{0};
    QTest::newRow("a log that begins late") << static_cast<int>(Evidence::LateWindow) << quint64{0};
    // Five failures in a row, with minutes between them.
    QTest::newRow("a log that begins late, and silences in it")
        << static_cast<int>(Evidence::LateWindow) << quint64{3241969033};
}

void TestExplain::lessEvidenceMeansFewerClaimsAndNoFalseOne()
{
    QFETCH(int, evidence);
    QFETCH(quint64, worlds);
    const std::uint64_t seed = worlds != 0 ? worlds : gatehouse::test::seed();
    Tally tally;
    for (std::uint64_t world = 0; world < 3; ++world)
        judgeWorld(seed + world, static_cast<Evidence>(evidence), tally);
    QVERIFY(tally.claims > 1'000);
    QVERIFY(tally.knownReasons < tally.reasons || tally.knownRoutes < tally.routes);
}

void TestExplain::aHypotheticalRequestIsToldByTheSameRules()
{
    gateway::ExplainSetup setup;
    for (const char* name : {"a", "b", "c"}) {
        gateway::Backend backend;
        backend.name = name;
        setup.routing.backends.push_back(backend);
    }
    setup.routing.pools = {{"main", {{"a", 1, 3}, {"b", 1, 1}, {"c", 2, 1}}}, {"one", {{"c", 1, 1}}}};
    setup.routing.plan.defaultPool = "main";
    gateway::RoutingRule rule;
    rule.name = "secret";
    rule.match.of(gateway::RoutingField::Sensitivity) = {"secret"};
    rule.pool = "one";
    setup.routing.plan.rules = {rule};
    gateway::RequestFacts facts;
    facts.of(gateway::RoutingField::Model) = "gpt-4o";

    QVERIFY(explainHypothetical(setup, facts).route.certainty == Certainty::Unknown);
    facts.of(gateway::RoutingField::Sensitivity) = "secret";
    const gateway::Explanation secret = explainHypothetical(setup, facts);
    QCOMPARE(secret.backend, std::string("c"));
    QCOMPARE(secret.rule.value_or(""), std::string("secret"));
    facts.of(gateway::RoutingField::Sensitivity) = "";
    const gateway::Explanation open = explainHypothetical(setup, facts);
    QCOMPARE(open.target, std::string("main"));
    QCOMPARE(open.backend, std::string()); // a draw: nobody knows whom it takes
    const auto& candidates = open.attempts.at(0).candidates;
    QCOMPARE(candidates.at(0).expectedShare.value_or(0), 0.75);
    QCOMPARE(candidates.at(1).expectedShare.value_or(0), 0.25);
    QVERIFY(candidates.at(2).reason == NotTaken::LowerPriority);
}

GATEHOUSE_TEST_MAIN(TestExplain)
#include "tst_explain.moc"
