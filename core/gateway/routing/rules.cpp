// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/routing/rules.h"

#include <algorithm>

namespace gatehouse::gateway {

namespace {

enum class Truth { No, Unknown, Yes };

Truth holds(const RoutingMatch& match, const RequestFacts& facts, RoutingField field)
{
    if (field == RoutingField::BudgetUsed) {
        if (!match.budgetUsedAbove)
            return Truth::Yes;
        if (!facts.budgetUsed)
            return Truth::Unknown;
        return *facts.budgetUsed > *match.budgetUsedAbove ? Truth::Yes : Truth::No;
    }
    const std::vector<std::string>& accepted = match.of(field);
    if (accepted.empty())
        return Truth::Yes;
    const std::optional<std::string>& seen = facts.of(field);
    if (!seen)
        return Truth::Unknown;
    return std::find(accepted.begin(), accepted.end(), *seen) != accepted.end() ? Truth::Yes : Truth::No;
}

struct Verdict
{
    Truth truth = Truth::Yes;
    RoutingField field = RoutingField::Task; ///< of what is not Yes
};

/// One condition that fails for certain decides, whatever the unknown ones may be.
Verdict judge(const RoutingMatch& match, const RequestFacts& facts)
{
    Verdict verdict;
    for (std::size_t i = 0; i <= TextFields; ++i) {
        const Truth truth = holds(match, facts, textField(i));
        if (truth == Truth::No)
            return {truth, textField(i)};
        if (truth == Truth::Unknown && verdict.truth == Truth::Yes)
            verdict = {truth, textField(i)};
    }
    return verdict;
}

std::string shown(const std::string& value)
{
    return value.empty() ? "not given" : "“" + value + "”";
}

std::string wantedText(const RoutingMatch& match, RoutingField field)
{
    if (field == RoutingField::BudgetUsed)
        return "above " + std::to_string(match.budgetUsedAbove.value_or(0)) + " %";
    std::string text;
    for (const std::string& value : match.of(field))
        text += (text.empty() ? "" : " or ") + shown(value);
    return text;
}

std::optional<std::string> seenText(const RequestFacts& facts, RoutingField field)
{
    if (field != RoutingField::BudgetUsed)
        return facts.of(field);
    if (!facts.budgetUsed)
        return std::nullopt;
    return std::to_string(*facts.budgetUsed) + " %";
}

RuleTrace traced(const RoutingRule& rule, const RequestFacts& facts)
{
    RuleTrace trace;
    trace.rule = rule.name;
    const Verdict verdict = judge(rule.match, facts);
    if (verdict.truth == Truth::Yes) {
        trace.outcome = RuleTrace::Outcome::Matched;
        trace.sentence = "All conditions hold.";
        return trace;
    }
    RoutingCondition condition{verdict.field, wantedText(rule.match, verdict.field),
                               seenText(facts, verdict.field)};
    const std::string wants =
        "The " + std::string(title(verdict.field)) + " must be " + condition.wanted + ", ";
    if (verdict.truth == Truth::Unknown) {
        trace.outcome = RuleTrace::Outcome::Unknown;
        trace.sentence = wants + "but it was not logged.";
    } else {
        trace.outcome = RuleTrace::Outcome::NotMatched;
        const bool number = verdict.field == RoutingField::BudgetUsed;
        trace.sentence = wants + "but it is " + (number ? *condition.seen : shown(*condition.seen)) + ".";
    }
    trace.condition = std::move(condition);
    return trace;
}

void conclude(RouteTrace& trace, const RoutingPlan& plan, const RequestFacts& facts)
{
    const std::string asked = facts.of(RoutingField::Model).value_or("");
    if (!trace.undecided.empty()) {
        trace.proven = false;
        trace.rule.reset();
        trace.sentence = "The route cannot be proven: whether the rule “" +
                         plan.rules[trace.undecided.front()].name +
                         "” matched depends on something that was not logged.";
        return;
    }
    trace.deployment = asked;
    if (!trace.rule) {
        trace.pool = plan.defaultPool;
        trace.sentence = plan.defaultPool.empty()
                             ? "No rule matches, and the plan has no default pool."
                             : "No rule matches, so the default pool “" + plan.defaultPool + "” serves.";
        return;
    }
    const RoutingRule& rule = plan.rules[*trace.rule];
    trace.pool = rule.pool;
    trace.sentence = "The rule “" + rule.name + "” sends it to “" + rule.pool + "”";
    if (rule.downgrade && rule.downgrade->qualityAllows) {
        trace.deployment = rule.downgrade->deployment;
        trace.sentence += " as “" + trace.deployment + "”";
    }
    trace.sentence += ".";
}

} // namespace

std::string_view wireName(RoutingField field)
{
    constexpr std::array<std::string_view, TextFields + 1> Names = {
        "x-gh-task",        "x-gh-sensitivity", "x-gh-geography", "x-gh-environment",
        "x-gh-application", "deployment-id",    "gh-budget-used"};
    return Names.at(static_cast<std::size_t>(field));
}

std::string_view title(RoutingField field)
{
    constexpr std::array<std::string_view, TextFields + 1> Titles = {
        "task type", "sensitivity tier", "geography", "environment", "application", "model", "budget used"};
    return Titles.at(static_cast<std::size_t>(field));
}

RouteTrace decide(const RoutingPlan& plan, const RequestFacts& facts)
{
    RouteTrace trace;
    for (std::size_t i = 0; i < plan.rules.size(); ++i) {
        const RoutingRule& rule = plan.rules[i];
        RuleTrace step;
        if (!rule.enabled) {
            step = {rule.name, RuleTrace::Outcome::Disabled, {}, "The rule is switched off."};
        } else if (trace.rule) {
            step = {rule.name, RuleTrace::Outcome::NotReached, {}, "A rule before it matched."};
        } else {
            step = traced(rule, facts);
            if (step.outcome == RuleTrace::Outcome::Matched)
                trace.rule = i;
            else if (step.outcome == RuleTrace::Outcome::Unknown)
                trace.undecided.push_back(i);
        }
        trace.rules.push_back(std::move(step));
    }
    if (trace.rule && !trace.undecided.empty())
        trace.undecided.push_back(*trace.rule);
    conclude(trace, plan, facts);
    return trace;
}

RouteDecision decideRule(const RoutingPlan& plan, const RequestFacts& facts)
{
    for (std::size_t i = 0; i < plan.rules.size(); ++i) {
        if (!plan.rules[i].enabled)
            continue;
        const Truth truth = judge(plan.rules[i].match, facts).truth;
        if (truth != Truth::No)
            return {static_cast<int>(i), truth == Truth::Yes};
    }
    return {};
}

} // namespace gatehouse::gateway
