// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/policy/quotarules.h"

#include "core/base/encoding.h"
#include "core/gateway/policy/quotanote.h"

#include <algorithm>

namespace gatehouse::gateway {

namespace {

constexpr std::string_view ConditionStart = "@(context.Subscription?.Id == \"";
constexpr std::string_view ConditionEnd = "\")";

bool hasOwnKey(const PolicyElement& limit)
{
    return limit.attribute("counter-key") == QuotaCounterKey;
}

bool isServiceRule(const PolicyElement& element)
{
    return element.name() == "when" && serviceOfCondition(element.attribute("condition").value_or(""));
}

} // namespace

std::string serviceCondition(std::string_view service)
{
    return std::string(ConditionStart) + std::string(service) + std::string(ConditionEnd);
}

std::optional<std::string> serviceOfCondition(std::string_view condition)
{
    if (!condition.starts_with(ConditionStart) || !condition.ends_with(ConditionEnd) ||
        condition.size() <= ConditionStart.size() + ConditionEnd.size())
        return std::nullopt;
    condition.remove_prefix(ConditionStart.size());
    condition.remove_suffix(ConditionEnd.size());
    const bool isPlain = condition.find_first_of("\"\\") == std::string_view::npos;
    return isPlain ? std::optional(std::string(condition)) : std::nullopt;
}

QuotaRuleParts partsOf(const PolicyElement& rule)
{
    QuotaRuleParts parts;
    for (const PolicyElement& child : rule.children()) {
        if (child.name() == "llm-token-limit" && hasOwnKey(child) && !parts.tokens)
            parts.tokens = child;
        if (child.name() == "rate-limit-by-key" && hasOwnKey(child) && !parts.calls)
            parts.calls = child;
    }
    for (const PolicyComment& comment : rule.comments()) {
        if (isQuotaNote(comment.text()) && !parts.note)
            parts.note = comment;
    }
    return parts;
}

std::optional<PolicyElement> quotaChoose(const PolicyDocument& document)
{
    for (const PolicyElement& choose : document.root().children()) {
        if (choose.name() != "choose")
            continue;
        const auto rules = choose.children();
        if (std::any_of(rules.begin(), rules.end(), isServiceRule))
            return choose;
        const auto everybody = everybodyElseIn(choose);
        const QuotaRuleParts parts = everybody ? partsOf(*everybody) : QuotaRuleParts();
        if (parts.tokens || parts.calls)
            return choose;
    }
    return std::nullopt;
}

std::optional<PolicyElement> everybodyElseIn(const PolicyElement& choose)
{
    const auto rules = choose.children();
    for (const PolicyElement& rule : rules) {
        if (rule.name() == "otherwise")
            return rule;
    }
    const bool lastAlways = !rules.empty() && rules.back().name() == "when" &&
                            rules.back().attribute("condition") == AlwaysCondition;
    return lastAlways ? std::optional(rules.back()) : std::nullopt;
}

std::optional<PolicyElement> quotaRule(const PolicyElement& choose, std::string_view service)
{
    if (service.empty())
        return everybodyElseIn(choose);
    for (const PolicyElement& rule : choose.children()) {
        const auto of = rule.name() == "when" ? serviceOfCondition(rule.attribute("condition").value_or(""))
                                              : std::nullopt;
        if (of && equalsIgnoreCase(*of, service))
            return rule;
    }
    return std::nullopt;
}

std::vector<PolicyProblem> foreignIn(const PolicyElement& element, const std::vector<PolicyElement>& own)
{
    std::vector<PolicyProblem> foreign;
    if (const auto text = element.textPosition())
        foreign.push_back({element.name(), {}, *text, "The text is not written by Gatehouse.", {}});
    bool noteSeen = false;
    for (const PolicyComment& comment : element.comments()) {
        const std::string text = comment.text();
        const bool isOwn = text == QuotaFragmentNote || (isQuotaNote(text) && !noteSeen);
        noteSeen = noteSeen || isQuotaNote(text);
        if (!isOwn)
            foreign.push_back(
                {element.name(), {}, comment.position(), "The comment is not written by Gatehouse.", {}});
    }
    for (const PolicyElement& child : element.children()) {
        if (std::find(own.begin(), own.end(), child) == own.end())
            foreign.push_back(
                {child.name(), {}, child.position(), "The element is not written by Gatehouse.", {}});
    }
    return foreign;
}

std::vector<PolicyProblem> foreignInRule(const PolicyElement& rule)
{
    const QuotaRuleParts parts = partsOf(rule);
    std::vector<PolicyElement> own;
    for (const auto& part : {parts.tokens, parts.calls}) {
        if (part)
            own.push_back(*part);
    }
    std::vector<PolicyProblem> foreign = foreignIn(rule, own);
    for (const PolicyElement& part : own) {
        const auto inside = foreignIn(part, {});
        foreign.insert(foreign.end(), inside.begin(), inside.end());
    }
    return foreign;
}

} // namespace gatehouse::gateway
