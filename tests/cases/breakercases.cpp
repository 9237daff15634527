// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/cases/cases.h"

#include "core/gateway/breaker.h"

#include <map>

namespace gatehouse::cases {

namespace {

using gateway::Breaker;
using gateway::BreakerConfig;
using gateway::CircuitState;
using gateway::Millis;
using gateway::Outcome;

/// The design's numbers with the case's own put over them. Our own files also have a windowed rule.
BreakerConfig configOf(const Json& design, const Json& testCase)
{
    const Json& own = memberAt(testCase, "config");
    const auto number = [&](const char* key, std::int64_t fallback) {
        return integerAt(own, key, integerAt(design, key, fallback));
    };
    BreakerConfig config;
    config.recovery = Millis(number("recovery_timeout_ms", config.recovery.count()));
    config.halfOpenMaxCalls = static_cast<int>(number("half_open_max_calls", config.halfOpenMaxCalls));
    config.halfOpenLease = Millis(number("half_open_lease_ms", config.halfOpenLease.count()));
    config.acceptRetryAfter = boolAt(own, "accept_retry_after");
    if (own.contains("window_ms")) {
        gateway::WindowedRule rule;
        rule.count = static_cast<int>(number("window_count", 0));
        rule.percentage = static_cast<int>(number("window_percentage", 0));
        rule.minimumCalls = static_cast<int>(number("window_minimum_calls", rule.minimumCalls));
        rule.interval = Millis(number("window_ms", 0));
        config.rule = rule;
    } else {
        config.rule = gateway::ConsecutiveRule{static_cast<int>(number("failure_threshold", 5))};
    }
    return config;
}

std::optional<Outcome> outcomeOf(const std::string& operation)
{
    static const std::map<std::string, Outcome> Outcomes = {{"ok", Outcome::Ok},
                                                            {"fail", Outcome::Fail},
                                                            {"ignore", Outcome::Ignore},
                                                            {"cancel", Outcome::Cancel}};
    const auto found = Outcomes.find(operation);
    return found == Outcomes.end() ? std::nullopt : std::optional(found->second);
}

class Replay
{
public:
    explicit Replay(const BreakerConfig& config)
        : m_breaker(config, [this](const gateway::Transition& one) {
            m_transitions.push_back(Json::array({one.at.count(), toString(one.from), toString(one.to)}));
        })
    {}

    /// "" when the step goes as expected.
    [[nodiscard]] std::string step(const Json& step)
    {
        const Millis now(integerAt(step, "t_ms"));
        const std::string operation = textAt(step, "op");
        const std::string call = textAt(step, "call");
        bool admitted = false;
        if (operation == "acquire") {
            if (const auto permit = m_breaker.acquire(now)) {
                m_permits[call] = *permit;
                admitted = true;
            } else {
                ++m_rejected;
            }
            if (step.contains("expect_admitted") && admitted != boolAt(step, "expect_admitted"))
                return admitted ? "admitted" : "rejected";
        } else if (const auto outcome = outcomeOf(operation)) {
            std::optional<Millis> retryAfter;
            if (step.contains("retry_after_ms"))
                retryAfter = Millis(integerAt(step, "retry_after_ms"));
            m_breaker.settle(m_permits[call], *outcome, now, retryAfter);
        } else if (operation == "late_fail") {
            m_breaker.lateFailure(now);
        } else if (operation == "tick") {
            m_breaker.tick(now);
        } else if (operation == "reset") {
            m_breaker.reset(now);
        } else if (operation == "force_open") {
            m_breaker.forceOpen(now);
        } else if (operation != "peek" && operation != "wall_jump") {
            return "the operation " + operation + " is unknown";
        }
        return compare(step, now);
    }

    [[nodiscard]] std::string compareEnd(const Json& testCase) const
    {
        const Json& expected = memberAt(testCase, "expect_transitions");
        if (expected.is_array() && expected != m_transitions)
            return "the transitions are " + dumpJson(m_transitions);
        if (integerAt(testCase, "expect_rejected_total", m_rejected) != m_rejected)
            return std::to_string(m_rejected) + " rejected";
        return {};
    }

private:
    [[nodiscard]] std::string compare(const Json& step, Millis now) const
    {
        const std::string state = toString(m_breaker.state());
        if (textAt(step, "expect_state", state) != state)
            return "the state is " + state;
        const bool ready = m_breaker.state() == CircuitState::Open && m_breaker.wouldAdmit(now);
        const std::string peeked = ready ? "open(ready)" : state;
        if (textAt(step, "expect_peek", peeked) != peeked)
            return "it looks " + peeked;
        const std::int64_t failures = m_breaker.consecutiveFailures();
        if (integerAt(step, "expect_consecutive_failures", failures) != failures)
            return std::to_string(failures) + " failures in a row";
        const std::int64_t wait = m_breaker.retryAfter(now).count();
        if (integerAt(step, "expect_retry_after_ms", wait) != wait)
            return "retry after " + std::to_string(wait) + " ms";
        const Json& probes = memberAt(step, "expect_half_open");
        if (integerAt(probes, "issued", m_breaker.probesIssued()) != m_breaker.probesIssued() ||
            integerAt(probes, "succeeded", m_breaker.probesSucceeded()) != m_breaker.probesSucceeded())
            return std::to_string(m_breaker.probesIssued()) + " probes issued, " +
                   std::to_string(m_breaker.probesSucceeded()) + " succeeded";
        return {};
    }

    Json m_transitions = Json::array();
    Breaker m_breaker;
    std::map<std::string, gateway::Permit> m_permits;
    std::int64_t m_rejected = 0;
};

std::string check(const Json& design, const Json& testCase)
{
    Replay replay(configOf(design, testCase));
    std::size_t number = 0;
    for (const Json& step : testCase.at("steps")) {
        if (std::string why = replay.step(step); !why.empty())
            return "step " + std::to_string(number) + " at " + std::to_string(integerAt(step, "t_ms")) +
                   " ms: " + why;
        ++number;
    }
    return replay.compareEnd(testCase);
}

} // namespace

int runBreakerCases(const Json& file)
{
    Tally tally;
    const Json& design = memberAt(memberAt(file, "meta"), "design");
    for (const Json& testCase : file.at("cases")) {
        const std::string why = check(design, testCase);
        if (why.empty())
            tally.passed();
        else
            tally.failed(textAt(testCase, "id"), why);
    }
    return tally.finish();
}

} // namespace gatehouse::cases
