// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/policy/quotarules.h"

#include "core/base/encoding.h"
#include "core/gateway/policy/quotanote.h"

#include <algorithm>
#include <charconv>

namespace gatehouse::gateway {

namespace {

constexpr std::string_view ConditionStart = "@(";
constexpr std::string_view ConditionEnd = ")";
constexpr std::string_view ServiceStart = "context.Subscription?.Id == \"";
constexpr std::string_view ServiceEnd = "\"";
constexpr std::string_view And = " && ";
// Ticks have no time zone: a gateway of one's own may run in any.
constexpr std::string_view UntilStart = "DateTime.UtcNow.Ticks < ";
constexpr std::string_view UntilEnd = "L";

/// Takes what stands between start and end off the front of text.
std::optional<std::string_view> between(std::string_view& text, std::string_view start, std::string_view end)
{
    if (!text.starts_with(start))
        return std::nullopt;
    const std::size_t stop = text.find(end, start.size());
    if (stop == std::string_view::npos)
        return std::nullopt;
    const std::string_view inner = text.substr(start.size(), stop - start.size());
    text.remove_prefix(stop + end.size());
    return inner;
}

std::optional<DateTime> momentOf(std::string_view ticks)
{
    std::int64_t number = 0;
    const auto [at, code] = std::from_chars(ticks.data(), ticks.data() + ticks.size(), number);
    const bool isWhole = code == std::errc() && at == ticks.data() + ticks.size() && number >= 0;
    return isWhole ? std::optional(DateTime{Ticks(number)}) : std::nullopt;
}

bool hasOwnKey(const PolicyElement& limit)
{
    return limit.attribute("counter-key") == QuotaCounterKey;
}

std::optional<QuotaCondition> conditionOf(const PolicyElement& rule)
{
    return rule.name() == "when" ? readCondition(rule.attribute("condition").value_or("")) : std::nullopt;
}

std::optional<PolicyElement> ruleWhere(const PolicyElement& choose, std::string_view service, bool isRaise)
{
    for (const PolicyElement& rule : choose.children()) {
        const auto condition = conditionOf(rule);
        if (condition && equalsIgnoreCase(condition->service, service) &&
            condition->until.has_value() == isRaise)
            return rule;
    }
    return std::nullopt;
}

} // namespace

std::string conditionText(const QuotaCondition& condition)
{
    std::string text(ConditionStart);
    if (!condition.service.empty())
        text.append(ServiceStart).append(condition.service).append(ServiceEnd);
    if (condition.until) {
        if (!condition.service.empty())
            text.append(And);
        text.append(UntilStart)
            .append(std::to_string(condition.until->sinceYearOne.count()))
            .append(UntilEnd);
    }
    return text.append(ConditionEnd);
}

std::optional<QuotaCondition> readCondition(std::string_view text)
{
    if (!text.starts_with(ConditionStart) || !text.ends_with(ConditionEnd))
        return std::nullopt;
    std::string_view rest =
        text.substr(ConditionStart.size(), text.size() - ConditionStart.size() - ConditionEnd.size());
    QuotaCondition condition;
    if (const auto service = between(rest, ServiceStart, ServiceEnd)) {
        if (service->empty() || service->find('\\') != std::string_view::npos)
            return std::nullopt;
        condition.service = *service;
        if (rest.empty())
            return condition;
        if (!rest.starts_with(And))
            return std::nullopt;
        rest.remove_prefix(And.size());
    }
    const auto ticks = between(rest, UntilStart, UntilEnd);
    condition.until = ticks && rest.empty() ? momentOf(*ticks) : std::nullopt;
    return condition.until ? std::optional(std::move(condition)) : std::nullopt;
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
        if (std::any_of(rules.begin(), rules.end(),
                        [](const PolicyElement& rule) { return conditionOf(rule).has_value(); }))
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
    return ruleWhere(choose, service, false);
}

std::optional<PolicyElement> raiseRule(const PolicyElement& choose, std::string_view service)
{
    return ruleWhere(choose, service, true);
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
