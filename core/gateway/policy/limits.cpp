// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/policy/limits.h"

#include "core/gateway/policy/limitrules.h"

#include <algorithm>
#include <array>

namespace gatehouse::gateway {

namespace {

constexpr std::array<std::string_view, 5> ElementNames{"llm-token-limit", "azure-openai-token-limit",
                                                       "rate-limit-by-key", "rate-limit", "quota-by-key"};

/// Reads one element against the table of its kind.
class LimitReader
{
public:
    LimitReader(LimitPolicy kind, const PolicyElement& element)
        : m_limit{kind, element, {}, {}, {}}
    {}

    PolicyLimit read()
    {
        for (const PolicyAttribute& attribute : m_limit.element.attributes())
            readAttribute(attribute);
        for (const AttributeRule& rule : attributeRules(m_limit.kind)) {
            if (rule.required && !m_limit.element.attribute(rule.name))
                complain("The attribute '" + std::string(rule.name) + "' is missing.");
        }
        fill();
        return std::move(m_limit);
    }

private:
    void readAttribute(const PolicyAttribute& attribute)
    {
        const AttributeRule* rule = attributeRule(m_limit.kind, attribute.name);
        if (rule == nullptr) {
            complain("The element has no attribute '" + attribute.name + "'.", attribute.name);
            return;
        }
        LimitValue value = LimitValue::of(attribute.value);
        std::string complaint = complaintAbout(*rule, value);
        if (!complaint.empty())
            complain(std::move(complaint), attribute.name);
        else if (attribute.name.ends_with("-name"))
            m_limit.names.emplace(attribute.name, attribute.value);
        else
            m_values.emplace(attribute.name, std::move(value));
    }

    void fill()
    {
        switch (m_limit.kind) {
        case LimitPolicy::LlmTokenLimit:
        case LimitPolicy::AzureOpenAiTokenLimit:
            m_limit.values =
                TokenLimitPolicy{take("counter-key"), take("tokens-per-minute"), take("token-quota"),
                                 take("token-quota-period"), take("estimate-prompt-tokens")};
            checkTokenLimit();
            break;
        case LimitPolicy::RateLimitByKey:
        case LimitPolicy::RateLimit:
            m_limit.values = RateLimitPolicy{take("counter-key"), take("calls"), take("renewal-period"),
                                             take("increment-condition"), take("increment-count")};
            break;
        case LimitPolicy::QuotaByKey:
            m_limit.values = QuotaPolicy{take("counter-key"),         take("calls"),
                                         take("bandwidth"),           take("renewal-period"),
                                         take("increment-condition"), take("increment-count"),
                                         take("first-period-start")};
            if (!has("calls") && !has("bandwidth"))
                complain("'calls', 'bandwidth' or both are needed.");
            break;
        }
    }

    void checkTokenLimit()
    {
        if (!has("tokens-per-minute") && !has("token-quota"))
            complain("'tokens-per-minute', 'token-quota' or both are needed.");
        if (has("token-quota") && !has("token-quota-period"))
            complain("'token-quota' needs 'token-quota-period'.", "token-quota");
        if (has("token-quota-period") && !has("token-quota"))
            complain("'token-quota-period' needs 'token-quota'.", "token-quota-period");
    }

    [[nodiscard]] bool has(std::string_view name) const
    {
        return m_limit.element.attribute(name).has_value();
    }

    std::optional<LimitValue> take(const std::string& name)
    {
        const auto found = m_values.find(name);
        return found == m_values.end() ? std::nullopt : std::optional(std::move(found->second));
    }

    void complain(std::string message, const std::string& attribute = {})
    {
        const PolicyElement& element = m_limit.element;
        m_limit.problems.push_back({element.name(),
                                    attribute,
                                    attribute.empty() ? element.position() : element.positionOf(attribute),
                                    std::move(message),
                                    {}});
    }

    PolicyLimit m_limit;
    std::map<std::string, LimitValue> m_values;
};

bool isAmong(const PolicyProblem& problem, const std::vector<PolicyProblem>& others)
{
    return std::any_of(others.begin(), others.end(), [&](const PolicyProblem& other) {
        return other.attribute == problem.attribute && other.message == problem.message;
    });
}

} // namespace

std::string_view elementName(LimitPolicy kind)
{
    return ElementNames.at(static_cast<std::size_t>(kind));
}

std::optional<LimitPolicy> limitPolicyOf(std::string_view elementName)
{
    const auto found = std::find(ElementNames.begin(), ElementNames.end(), elementName);
    return found == ElementNames.end()
               ? std::nullopt
               : std::optional(static_cast<LimitPolicy>(found - ElementNames.begin()));
}

std::optional<PolicyLimit> readLimit(const PolicyElement& element)
{
    const auto kind = limitPolicyOf(element.name());
    return kind ? std::optional(LimitReader(*kind, element).read()) : std::nullopt;
}

std::vector<PolicyLimit> readLimits(const PolicyDocument& document)
{
    std::vector<PolicyLimit> limits;
    std::vector<PolicyElement> open{document.root()};
    while (!open.empty()) {
        const PolicyElement element = std::move(open.back());
        open.pop_back();
        if (auto limit = readLimit(element))
            limits.push_back(std::move(*limit));
        const auto children = element.children();
        open.insert(open.end(), children.rbegin(), children.rend());
    }
    return limits;
}

Status checkLimitValue(LimitPolicy kind, std::string_view attribute, const LimitValue& value)
{
    const AttributeRule* rule = attributeRule(kind, attribute);
    if (rule == nullptr)
        return fail(Error::Kind::InvalidInput, "The element '" + std::string(elementName(kind)) +
                                                   "' has no attribute '" + std::string(attribute) + "'.");
    std::string complaint = complaintAbout(*rule, LimitValue::of(std::string_view(value.text)));
    return complaint.empty() ? Status() : fail(Error::Kind::InvalidInput, std::move(complaint));
}

Result<PolicyEdit> editLimit(const PolicyDocument& document, const PolicyElement& element,
                             const std::vector<LimitChange>& changes)
{
    const auto before = readLimit(element);
    if (!before)
        return fail(Error::Kind::InvalidInput,
                    "The element '" + element.name() + "' is no limit that can be edited.");
    PolicyEdit edit{document, element};
    for (const LimitChange& change : changes) {
        const Status known =
            change.value ? checkLimitValue(before->kind, change.attribute, *change.value) : Status();
        if (!known)
            return tl::unexpected(known.error());
        const bool isThere = edit.element.attribute(change.attribute).has_value();
        if (!change.value && !isThere)
            continue;
        auto next = change.value
                        ? edit.document.setAttribute(edit.element, change.attribute, change.value->text)
                        : edit.document.removeAttribute(edit.element, change.attribute);
        if (!next)
            return next;
        edit = std::move(*next);
    }
    const PolicyLimit after = *readLimit(edit.element);
    for (const PolicyProblem& problem : after.problems) {
        if (!isAmong(problem, before->problems))
            return fail(toError(problem));
    }
    return edit;
}

} // namespace gatehouse::gateway
