// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/utf8.h"
#include "core/gateway/expression/expression.h"
#include "core/gateway/routing/condition.h"
#include "core/gateway/routing/fragment.h"
#include "core/gateway/routing/fragmentcomment.h"
#include "core/gateway/routing/fragmentlimits.h"
#include "core/gateway/routing/xmlspan.h"

#include <algorithm>

namespace gatehouse::gateway {

namespace {

tl::unexpected<Error> refused(const std::string& who, const std::string& what, std::string advice)
{
    return fail(Error::Kind::InvalidInput, who + " " + what + ".", std::move(advice));
}

bool isUtf8(const RoutingRule& rule)
{
    bool valid = isValidUtf8(rule.name) && isValidUtf8(rule.pool) && isValidUtf8(rule.note) &&
                 (!rule.downgrade || isValidUtf8(rule.downgrade->deployment));
    for (const std::vector<std::string>& values : rule.match.accepted)
        valid = valid &&
                std::all_of(values.begin(), values.end(), [](const auto& one) { return isValidUtf8(one); });
    return valid;
}

Status check(const RoutingRule& rule, std::size_t index)
{
    const std::string who = "The rule " + std::to_string(index + 1) +
                            (rule.name.empty() ? "" : " “" + toValidUtf8(rule.name) + "”");
    if (rule.name.empty())
        return refused(who, "has no name", "Name it.");
    if (rule.pool.empty())
        return refused(who, "has no target", "Choose its pool.");
    if (rule.downgrade && rule.downgrade->deployment.empty())
        return refused(who, "downgrades to no deployment", "Choose the deployment, or remove the downgrade.");
    if (!isUtf8(rule))
        return refused(who, "holds text that is not UTF-8", "Type it anew.");
    if (rule.match.budgetUsedAbove.value_or(0) < 0 ||
        rule.match.budgetUsedAbove.value_or(0) > MaxBudgetPercent)
        return refused(who, "compares the budget with a percentage outside 0 to 10,000", "Correct it.");
    if (conditionText(rule.match).size() > Expression::MaxBytes)
        return refused(who, "needs a condition of more than 16 KB", "Split it into several rules.");
    return {};
}

class FragmentWriter
{
public:
    explicit FragmentWriter(const RoutingFragment& fragment)
        : m_fragment(fragment)
    {}

    [[nodiscard]] Result<std::string> run()
    {
        const RoutingPlan& plan = m_fragment.plan;
        for (std::size_t i = 0; i < plan.rules.size(); ++i) {
            if (const Status valid = check(plan.rules[i], i); !valid)
                return fail(valid.error());
        }
        if (!isValidUtf8(plan.defaultPool))
            return refused("The default pool", "holds text that is not UTF-8", "Type it anew.");
        const bool chooses = hasWhen();
        if (!chooses && find(ForeignPart::Place::Otherwise) != nullptr)
            return refused("The fragment", "keeps an <otherwise> of its own, which needs at least one rule",
                           "Leave a rule switched on, or replace the <otherwise> by a default pool.");
        line(0, "<fragment>");
        line(1, "<!--" + std::string(FragmentBanner) + "-->");
        foreign(1, ForeignPart::Place::Before);
        if (chooses)
            line(1, "<choose>");
        rules(chooses ? 2 : 1);
        defaults(chooses);
        if (chooses)
            line(1, "</choose>");
        foreign(1, ForeignPart::Place::After);
        line(0, "</fragment>");
        if (m_out.size() > MaxFragmentBytes)
            return refused("The fragment", "would be longer than 512 KB", "Use fewer rules.");
        return std::move(m_out);
    }

private:
    [[nodiscard]] bool hasWhen() const
    {
        const auto& rules = m_fragment.plan.rules;
        return std::any_of(rules.begin(), rules.end(), [](const RoutingRule& one) { return one.enabled; }) ||
               std::any_of(m_fragment.foreign.begin(), m_fragment.foreign.end(), [](const ForeignPart& one) {
                   return one.place == ForeignPart::Place::Choose && one.text.starts_with("<when");
               });
    }

    [[nodiscard]] const ForeignPart* find(ForeignPart::Place place) const
    {
        const auto found = std::find_if(m_fragment.foreign.begin(), m_fragment.foreign.end(),
                                        [place](const ForeignPart& one) { return one.place == place; });
        return found == m_fragment.foreign.end() ? nullptr : &*found;
    }

    void line(std::size_t depth, std::string_view text)
    {
        m_out.append(depth * 4, ' ');
        m_out += text;
        m_out += '\n';
    }

    void foreign(std::size_t depth, ForeignPart::Place place)
    {
        for (const ForeignPart& part : m_fragment.foreign) {
            if (part.place == place)
                line(depth, part.text);
        }
    }

    void rules(std::size_t depth)
    {
        const auto& all = m_fragment.plan.rules;
        for (std::size_t i = 0; i <= all.size(); ++i) {
            for (const ForeignPart& part : m_fragment.foreign) {
                // What stood behind rules that are gone since comes last.
                if (part.place == ForeignPart::Place::Choose && std::min(part.beforeRule, all.size()) == i)
                    line(depth, part.text);
            }
            if (i < all.size())
                rule(depth, all[i]);
        }
    }

    void rule(std::size_t depth, const RoutingRule& rule)
    {
        if (const std::string comment = ruleComment(rule); !comment.empty())
            line(depth, "<!--" + comment + "-->");
        if (!rule.enabled)
            return;
        line(depth, "<when condition=\"" + escapedAttribute(conditionText(rule.match)) + "\">");
        variable(depth + 1, RouteVariable, rule.name);
        if (rule.downgrade && rule.downgrade->qualityAllows)
            variable(depth + 1, DeploymentVariable, rule.downgrade->deployment);
        backend(depth + 1, rule.pool);
        line(depth, "</when>");
    }

    void defaults(bool chooses)
    {
        if (const ForeignPart* kept = find(ForeignPart::Place::Otherwise)) {
            line(2, kept->text);
            return;
        }
        if (m_fragment.plan.defaultPool.empty())
            return;
        if (chooses)
            line(2, "<otherwise>");
        variable(chooses ? 3 : 1, RouteVariable, std::string(DefaultRoute));
        backend(chooses ? 3 : 1, m_fragment.plan.defaultPool);
        if (chooses)
            line(2, "</otherwise>");
    }

    void variable(std::size_t depth, std::string_view name, const std::string& value)
    {
        line(depth, "<set-variable name=\"" + std::string(name) + "\" value=\"" +
                        escapedAttribute(attributeText(value)) + "\" />");
    }

    void backend(std::size_t depth, const std::string& id)
    {
        line(depth, "<set-backend-service backend-id=\"" + escapedAttribute(attributeText(id)) + "\" />");
    }

    const RoutingFragment& m_fragment;
    std::string m_out;
};

} // namespace

Result<std::string> writeRoutingFragment(const RoutingFragment& fragment)
{
    return FragmentWriter(fragment).run();
}

} // namespace gatehouse::gateway
