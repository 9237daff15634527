// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/explain/explain.h"

#include "core/base/encoding.h"
#include "core/gateway/explain/candidates.h"
#include "core/gateway/explain/refusal.h"
#include "core/gateway/routing/replaybackends.h"

#include <algorithm>

namespace gatehouse::gateway {

namespace {

constexpr std::string_view NotProven = "Which rule decided cannot be told from the log.";

class Story
{
public:
    explicit Story(const ExplainInput& input)
        : m_in(input)
        , m_setup(input.setup.routing)
    {}

    [[nodiscard]] Explanation tell()
    {
        m_story.correlationId = m_in.details.correlationId;
        m_story.time = m_in.request.time;
        m_story.status = m_in.request.status;
        m_story.deployment = m_in.request.deployment;
        m_story.backend = m_in.request.backend;
        m_story.refusal = refusalOf(m_in.request, m_in.details);
        tellRules();
        tellAttempts();
        m_story.result = explainResult(m_in.request, m_in.details, m_story.refusal, m_in.setup.limits);
        tellRemarks();
        return std::move(m_story);
    }

private:
    void tellRules();
    void believeTheLog(std::size_t rule);
    void believeNoRule(const std::string& target);
    void inferRoute(const RouteTrace& trace);
    void unknownRoute(std::string sentence);
    [[nodiscard]] std::optional<std::size_t> ruleNamed(const std::string& name) const;

    void tellAttempts();
    void tellAttempt(const BackendAttempt& attempt, std::size_t index, Certainty certainty);
    void tellLastLook();
    [[nodiscard]] std::vector<ExplainedCandidate> candidates(const Choosing& choosing) const;
    void makeWitnesses();
    void tellRemarks();
    void remark(Certainty certainty, std::string sentence)
    {
        m_story.remarks.push_back({certainty, std::move(sentence)});
    }

    const ExplainInput& m_in;
    const ReplaySetup& m_setup;
    Witnesses m_witnesses;
    Explanation m_story;
};

void Story::tellRules()
{
    RequestFacts facts = m_in.request.facts;
    if (!facts.budgetUsed)
        facts.budgetUsed = m_in.setup.budgetUsed;
    const RouteTrace trace = decide(m_setup.plan, facts);
    for (const RuleTrace& rule : trace.rules) {
        const bool unknown = rule.outcome == RuleTrace::Outcome::Unknown;
        m_story.rules.push_back({rule, unknown ? Certainty::Unknown : Certainty::Inferred});
    }
    if (m_story.deployment.empty() && trace.proven)
        m_story.deployment = trace.deployment;
    if (isBeforeRouting(m_story.refusal)) {
        unknownRoute("It was refused before it was routed, so no rule decided.");
        return;
    }
    if (const auto& logged = m_in.details.route) {
        const auto rule = ruleNamed(*logged);
        const bool isTarget = poolOf(m_setup, *logged).has_value();
        if (rule && !isTarget) {
            believeTheLog(*rule);
            return;
        }
        if (!rule && isTarget) {
            believeNoRule(*logged);
            return;
        }
        if (!rule) {
            unknownRoute("The log names the route “" + *logged +
                         "”, which the setup of that time does not have.");
            return;
        }
    }
    inferRoute(trace);
}

std::optional<std::size_t> Story::ruleNamed(const std::string& name) const
{
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < m_setup.plan.rules.size(); ++i) {
        if (!m_setup.plan.rules[i].enabled || m_setup.plan.rules[i].name != name)
            continue;
        if (found)
            return std::nullopt; // two of one name: the log does not say which
        found = i;
    }
    return found;
}

/// The log names the rule. What the facts say of it must not contradict.
void Story::believeTheLog(std::size_t index)
{
    const RoutingRule& rule = m_setup.plan.rules[index];
    using Outcome = RuleTrace::Outcome;
    const auto contradicts = [&](std::size_t i) {
        const Outcome outcome = m_story.rules[i].trace.outcome;
        return i < index ? outcome == Outcome::Matched : outcome == Outcome::NotMatched;
    };
    for (std::size_t i = 0; i <= index; ++i) {
        if (contradicts(i)) {
            unknownRoute("The log names the rule “" + rule.name +
                         "”, but by the rules that were in force it could not decide.");
            return;
        }
    }
    for (std::size_t i = 0; i < m_story.rules.size(); ++i) {
        ExplainedRule& told = m_story.rules[i];
        if (told.trace.outcome == Outcome::Disabled)
            continue;
        if (i == index) {
            told.trace.outcome = Outcome::Matched;
            told.trace.condition.reset();
            told.trace.sentence = "The log says that it matched.";
            told.certainty = Certainty::Logged;
        } else if (i > index) {
            told.trace = {told.trace.rule, Outcome::NotReached, {}, "A rule before it matched."};
            told.certainty = Certainty::Inferred;
        } else if (told.trace.outcome == Outcome::Unknown) {
            told.trace.outcome = Outcome::NotMatched;
            told.trace.sentence += " Since a later rule matched, this one did not.";
            told.certainty = Certainty::Inferred;
        }
    }
    m_story.rule = rule.name;
    m_story.target = rule.pool;
    m_story.route = {Certainty::Logged, "The rule “" + rule.name + "” sent it to “" + rule.pool + "”."};
}

void Story::believeNoRule(const std::string& target)
{
    using Outcome = RuleTrace::Outcome;
    for (const ExplainedRule& told : m_story.rules) {
        if (told.trace.outcome == Outcome::Matched) {
            unknownRoute("The log names no rule, but by those that were in force “" + told.trace.rule +
                         "” should have matched.");
            return;
        }
    }
    for (ExplainedRule& told : m_story.rules) {
        if (told.trace.outcome != Outcome::Unknown)
            continue;
        told.trace.outcome = Outcome::NotMatched;
        told.trace.sentence += " Since the log names no rule, it did not match.";
        told.certainty = Certainty::Inferred;
    }
    m_story.target = target;
    m_story.route = {Certainty::Logged, "No rule matched; “" + target + "” served as the default."};
}

void Story::inferRoute(const RouteTrace& trace)
{
    const std::string target =
        trace.rule || !m_setup.plan.defaultPool.empty() ? trace.pool : m_in.setup.policyTarget;
    if (!trace.proven || !m_in.setup.fragmentOnly || target.empty()) {
        unknownRoute(trace.proven ? std::string(NotProven) : trace.sentence);
        return;
    }
    m_story.target = target;
    if (trace.rule)
        m_story.rule = m_setup.plan.rules[*trace.rule].name;
    m_story.route = {Certainty::Inferred, trace.rule
                                              ? trace.sentence
                                              : "No rule matched; “" + target + "” served as the default."};
}

void Story::unknownRoute(std::string sentence)
{
    m_story.rule.reset();
    m_story.target.clear();
    for (ExplainedRule& told : m_story.rules) {
        if (told.trace.outcome != RuleTrace::Outcome::Disabled)
            told.certainty = Certainty::Unknown;
    }
    m_story.route = {Certainty::Unknown, std::move(sentence)};
}

void Story::makeWitnesses()
{
    static const std::vector<LoggedAttempt> None;
    const auto known = m_in.log.severalInstances ? std::nullopt : m_in.log.completeSince;
    for (const Backend& backend : m_setup.backends) {
        const auto found =
            std::find_if(m_in.log.attempts.begin(), m_in.log.attempts.end(),
                         [&](const auto& one) { return equalsIgnoreCase(one.first, backend.name); });
        m_witnesses.emplace(backend.name,
                            CircuitWitness(backend, found == m_in.log.attempts.end() ? None : found->second,
                                           m_in.request.attempts, known, m_in.log.fromTheBeginning,
                                           m_in.request.time));
    }
}

void Story::tellAttempts()
{
    const LoggedRequest& request = m_in.request;
    const std::size_t rows = request.attempts.size();
    const auto& count = m_in.details.attemptCount;
    const bool called = rows > 0 || !request.backend.empty();
    m_story.everyAttempt =
        count ? rows == static_cast<std::size_t>(*count) : (rows > 0 && !m_in.details.sampled) || !called;
    makeWitnesses();
    if (!m_story.everyAttempt) {
        if (request.backend.empty())
            return;
        LoggedAttempt final{
            request.time, m_in.details.backendTime, m_in.details.backendStatus.value_or(0), {}, false};
        if (rows > 0 && equalsIgnoreCase(request.attempts.back().backend, request.backend))
            final = request.attempts.back().attempt;
        tellAttempt({request.backend, final}, count ? static_cast<std::size_t>(*count) - 1 : 0,
                    Certainty::Logged);
        return;
    }
    for (std::size_t i = 0; i < rows; ++i)
        tellAttempt(request.attempts[i], i, Certainty::Logged);
    tellLastLook();
}

void Story::tellAttempt(const BackendAttempt& one, std::size_t index, Certainty certainty)
{
    ExplainedAttempt& told = m_story.attempts.emplace_back();
    told.backend = one.backend;
    told.start = one.attempt.start;
    told.duration = one.attempt.duration;
    told.status = one.attempt.status;
    told.cut = one.attempt.cut;
    if (one.attempt.retryAfter > Ticks(0))
        told.retryAfter = one.attempt.retryAfter;
    told.certainty = certainty;
    const std::string answer = told.cut ? "began with " + std::to_string(told.status) + " and broke off"
                               : told.status == 0 ? "gave no answer"
                                                  : "answered " + std::to_string(told.status);
    told.sentence = "“" + told.backend + "” " + answer + " after " +
                    std::to_string(std::chrono::duration_cast<Millis>(told.duration).count()) + " ms.";
    Choosing choosing;
    choosing.at = choosing.until = told.start;
    choosing.chosen = one.backend;
    choosing.triedKnown =
        m_story.everyAttempt || (m_in.details.attemptCount && *m_in.details.attemptCount == 1);
    if (m_story.everyAttempt) {
        choosing.attempt = index;
        for (std::size_t i = 0; i < index; ++i)
            choosing.tried.push_back(m_in.request.attempts[i].backend);
    }
    told.candidates = candidates(choosing);
}

/// After the last failure the gateway looked for another backend and found none; or there was none at all.
void Story::tellLastLook()
{
    const auto& attempts = m_in.request.attempts;
    const bool noBackend = attempts.empty() && m_story.refusal == Refusal::NoBackend;
    const bool failed = !attempts.empty() && isRetryable(attempts.back().attempt.status) &&
                        attempts.size() < static_cast<std::size_t>(m_setup.retry.maxAttempts);
    if (!m_in.setup.retryKnown || (!noBackend && !failed))
        return;
    ExplainedAttempt look;
    look.start =
        noBackend ? m_in.request.time : attempts.back().attempt.start + attempts.back().attempt.duration;
    Choosing choosing;
    choosing.at = look.start;
    choosing.until = std::max(look.start, m_in.request.time + m_in.details.total);
    choosing.attempt = attempts.size();
    for (const BackendAttempt& one : attempts)
        choosing.tried.push_back(one.backend);
    look.candidates = candidates(choosing);
    look.certainty = Certainty::Inferred;
    look.sentence = noBackend ? "Nobody could be called." : "Nobody else could be called.";
    m_story.attempts.push_back(std::move(look));
}

std::vector<ExplainedCandidate> Story::candidates(const Choosing& choosing) const
{
    if (m_story.target.empty())
        return {};
    auto told = explainCandidates(m_setup, m_story.target, m_story.deployment, m_witnesses, choosing);
    for (ExplainedCandidate& one : told) {
        if (m_in.setup.deploymentsKnown || one.taken || one.reason == NotTaken::NotInPool)
            continue;
        one.reason = NotTaken::Unknown;
        one.certainty = Certainty::Unknown;
        one.expectedShare.reset();
        one.sentence = "Which deployments it had is not known, so why it was not called cannot be told.";
    }
    return told;
}

void Story::tellRemarks()
{
    if (!m_story.everyAttempt) {
        const auto& count = m_in.details.attemptCount;
        remark(Certainty::Unknown, count ? "The gateway made " + std::to_string(*count) +
                                               " attempts, but the log holds the final attempt only."
                                         : "The log holds the final attempt only.");
    }
    if (m_in.log.severalInstances)
        remark(
            Certainty::Unknown,
            "Several gateway instances wrote this log, each with circuits of its own: theirs are not told.");
    else if (!m_in.log.completeSince)
        remark(Certainty::Unknown,
               "Attempts of other requests are missing in the log, so circuits are not told.");
    const auto& attempts = m_in.request.attempts;
    if (m_in.setup.retryKnown && m_story.everyAttempt && !attempts.empty() &&
        isRetryable(attempts.back().attempt.status) &&
        attempts.size() >= static_cast<std::size_t>(m_setup.retry.maxAttempts))
        remark(Certainty::Inferred, "It was not tried again: " + std::to_string(m_setup.retry.maxAttempts) +
                                        " attempts are the most.");
    const bool drawn = std::any_of(m_story.attempts.begin(), m_story.attempts.end(), [](const auto& one) {
        return std::any_of(one.candidates.begin(), one.candidates.end(),
                           [](const ExplainedCandidate& other) { return other.expectedShare.has_value(); });
    });
    if (drawn)
        remark(Certainty::Inferred, "The draw itself is in no log: its shares are those to be expected.");
    if (!m_in.setup.version.empty())
        remark(Certainty::Inferred, "Told by the setup " + m_in.setup.version + ".");
}

} // namespace

Explanation explain(const ExplainInput& input)
{
    return Story(input).tell();
}

Explanation explainHypothetical(const ExplainSetup& setup, const RequestFacts& facts)
{
    Explanation story;
    story.hypothetical = true;
    const RouteTrace trace = decide(setup.routing.plan, facts);
    for (const RuleTrace& rule : trace.rules)
        story.rules.push_back(
            {rule, rule.outcome == RuleTrace::Outcome::Unknown ? Certainty::Unknown : Certainty::Inferred});
    const bool byPolicy = !trace.rule && trace.pool.empty();
    story.route = {trace.proven && setup.fragmentOnly ? Certainty::Inferred : Certainty::Unknown,
                   trace.sentence};
    if (!trace.proven)
        return story;
    story.target = byPolicy ? setup.policyTarget : trace.pool;
    if (byPolicy && !story.target.empty())
        story.route.sentence = "No rule matches; “" + story.target + "” serves as the default.";
    if (trace.rule)
        story.rule = setup.routing.plan.rules[*trace.rule].name;
    story.deployment = trace.deployment;
    // Of a first attempt while every circuit is closed: the best of the pool, drawn by weight.
    const auto pool = poolOf(setup.routing, story.target);
    if (!pool)
        return story;
    Witnesses witnesses;
    for (const Backend& backend : setup.routing.backends)
        witnesses.emplace(backend.name, CircuitWitness(backend, {}, {}, DateTime{}, true, DateTime{}));
    ExplainedAttempt first;
    first.certainty = Certainty::Inferred;
    first.sentence = "The first attempt, while every circuit is closed.";
    std::map<std::string, MemberState> none;
    Pool able{pool->name, {}};
    for (const PoolMember& member : pool->members) {
        const auto has = setup.routing.deployments.find(member.backend);
        if (has == setup.routing.deployments.end() ||
            std::find(has->second.begin(), has->second.end(), story.deployment) != has->second.end())
            able.members.push_back(member);
    }
    Choosing choosing;
    choosing.chosen = choose(
                          able, [](const std::string&) { return MemberState{}; }, 0)
                          .backend;
    first.candidates = explainCandidates(setup.routing, story.target, story.deployment, witnesses, choosing);
    for (ExplainedCandidate& one : first.candidates) {
        // Whom the draw takes is open: those that are in it stand side by side.
        const bool alone = one.taken && !one.expectedShare;
        if (alone) {
            story.backend = one.backend;
            one.sentence = "It would be called.";
        } else if (one.taken || one.reason == NotTaken::DrawByWeight) {
            one.taken = false;
            one.reason = NotTaken::DrawByWeight;
            one.sentence = "It is drawn by weight.";
        }
        if (one.certainty == Certainty::Logged)
            one.certainty = Certainty::Inferred;
    }
    story.attempts.push_back(std::move(first));
    story.result = {Certainty::Inferred, "Nobody has sent this request: this is what would be done with it."};
    return story;
}

} // namespace gatehouse::gateway
