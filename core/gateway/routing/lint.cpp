// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/routing/lint.h"

#include "core/base/encoding.h"
#include "core/gateway/expression/expression.h"

#include <algorithm>
#include <map>

namespace gatehouse::gateway {

namespace {

using LintKind = LintFinding::Kind;
using Findings = std::vector<LintFinding>;

std::string named(std::string_view what, const std::string& name)
{
    return std::string(what) + " “" + name + "”";
}

template <typename Named>
const Named* findNamed(const std::vector<Named>& list, const std::string& name)
{
    const auto found = std::find_if(list.begin(), list.end(),
                                    [&](const Named& one) { return equalsIgnoreCase(one.name, name); });
    return found == list.end() ? nullptr : &*found;
}

bool names(const std::vector<std::string>& list, const std::string& name)
{
    return std::any_of(list.begin(), list.end(),
                       [&](const std::string& one) { return equalsIgnoreCase(one, name); });
}

/// Whether wide accepts whatever narrow accepts.
bool covers(const RoutingMatch& wide, const RoutingMatch& narrow)
{
    for (std::size_t i = 0; i < TextFields; ++i) {
        const std::vector<std::string>& accepted = wide.accepted[i];
        const std::vector<std::string>& wanted = narrow.accepted[i];
        if (accepted.empty())
            continue;
        const bool all = std::all_of(wanted.begin(), wanted.end(), [&](const std::string& value) {
            return std::find(accepted.begin(), accepted.end(), value) != accepted.end();
        });
        if (wanted.empty() || !all)
            return false;
    }
    return !wide.budgetUsedAbove ||
           (narrow.budgetUsedAbove && *narrow.budgetUsedAbove >= *wide.budgetUsedAbove);
}

class PlanLint
{
public:
    PlanLint(const RoutingPlan& plan, const std::vector<Backend>& backends, const std::vector<Pool>& pools,
             const std::vector<std::string>& unhealthy)
        : m_plan(plan)
        , m_backends(backends)
        , m_pools(pools)
        , m_unhealthy(unhealthy)
    {}

    [[nodiscard]] Findings run()
    {
        for (std::size_t i = 0; i < m_plan.rules.size(); ++i) {
            checkName(i);
            checkReach(i);
            checkTarget(m_plan.rules[i].name, m_plan.rules[i].pool, m_plan.rules[i].enabled);
            checkDowngrade(m_plan.rules[i]);
        }
        if (m_plan.defaultPool.empty())
            add(LintKind::NoDefault, LintSeverity::Warning, {}, {},
                "A request that no rule matches has no pool.", "Name a default pool.");
        else
            checkTarget({}, m_plan.defaultPool, true);
        for (const Pool& pool : m_pools)
            checkWeights(pool);
        return std::move(m_findings);
    }

private:
    void add(LintKind kind, LintSeverity severity, const std::string& rule, const std::string& pool,
             std::string sentence, std::string mend)
    {
        m_findings.push_back({kind, severity, rule, pool, std::move(sentence), std::move(mend)});
    }

    void checkName(std::size_t index)
    {
        const std::string& name = m_plan.rules[index].name;
        if (equalsIgnoreCase(name, DefaultRoute))
            add(LintKind::DuplicateName, LintSeverity::Warning, name, {},
                named("The name", name) + " is what the log says where no rule matched.", "Rename the rule.");
        for (std::size_t i = 0; i < index; ++i) {
            if (!equalsIgnoreCase(m_plan.rules[i].name, name))
                continue;
            add(LintKind::DuplicateName, LintSeverity::Error, name, {},
                named("Two rules have the name", name) + ", so the log cannot tell them apart.",
                "Rename one of them.");
            return;
        }
    }

    void checkReach(std::size_t index)
    {
        const RoutingRule& rule = m_plan.rules[index];
        for (std::size_t i = 0; i < index && rule.enabled; ++i) {
            const RoutingRule& earlier = m_plan.rules[i];
            if (!earlier.enabled || !covers(earlier.match, rule.match))
                continue;
            add(LintKind::UnreachableRule, LintSeverity::Warning, rule.name, {},
                named("The rule", rule.name) + " is never reached: " +
                    named("the earlier rule", earlier.name) + " matches everything that it does.",
                "Move it before " + named("the rule", earlier.name) + ", or remove it.");
            return;
        }
    }

    void checkTarget(const std::string& rule, const std::string& target, bool enabled)
    {
        const std::string who = rule.empty() ? "The default" : named("The rule", rule);
        if (target.empty()) {
            add(LintKind::NoTarget, LintSeverity::Error, rule, {}, who + " has no target.",
                "Choose its pool.");
            return;
        }
        const Pool* pool = findNamed(m_pools, target);
        const Backend* backend = findNamed(m_backends, target);
        if (pool == nullptr && backend == nullptr) {
            add(LintKind::UnknownTarget, LintSeverity::Error, rule, target,
                who + " sends to " + named("the pool", target) + ", which does not exist.",
                "Choose another, or create it.");
            return;
        }
        const bool serves = pool != nullptr
                                ? std::any_of(pool->members.begin(), pool->members.end(),
                                              [&](const PoolMember& one) { return canServe(one.backend); })
                                : canServe(target);
        if (enabled && !serves)
            add(LintKind::NoHealthyMember, LintSeverity::Error, rule, target,
                who + " sends to " + named("the pool", target) + ", none of whose members can serve now.",
                "Restore a member, or choose another pool.");
    }

    [[nodiscard]] bool canServe(const std::string& backend) const
    {
        return findNamed(m_backends, backend) != nullptr && !names(m_unhealthy, backend);
    }

    void checkDowngrade(const RoutingRule& rule)
    {
        if (!rule.downgrade)
            return;
        const std::vector<std::string>& models = rule.match.of(RoutingField::Model);
        const bool same = models.size() == 1 && models.front() == rule.downgrade->deployment;
        if (rule.downgrade->deployment.empty())
            add(LintKind::NoTarget, LintSeverity::Error, rule.name, {},
                named("The rule", rule.name) + " downgrades to no deployment.", "Choose the deployment.");
        else if (same)
            add(LintKind::DowngradeToSame, LintSeverity::Warning, rule.name, {},
                named("The rule", rule.name) + " downgrades " + named("the model", models.front()) +
                    " to itself.",
                "Choose a cheaper deployment, or remove the downgrade.");
        if (!rule.downgrade->qualityAllows)
            add(LintKind::DowngradeNotAllowed, LintSeverity::Info, rule.name, {},
                "The downgrade of " + named("the rule", rule.name) +
                    " is not done, since the rule does not say that quality allows it.",
                "Confirm that quality allows it, or remove the downgrade.");
    }

    void checkWeights(const Pool& pool)
    {
        std::map<int, std::vector<const PoolMember*>> groups;
        for (const PoolMember& member : pool.members)
            groups[member.priority].push_back(&member);
        for (const auto& [priority, group] : groups) {
            const bool zeros = std::all_of(group.begin(), group.end(),
                                           [](const PoolMember* one) { return one->weight == 0; });
            if (group.size() == 1) {
                checkLoneWeight(pool, *group.front());
            } else if (zeros) {
                add(LintKind::WeightNeverApplies, LintSeverity::Warning, {}, pool.name,
                    "All weights of priority " + std::to_string(priority) + " in " +
                        named("the pool", pool.name) + " are 0, so its members share evenly.",
                    "Give weights above 0.");
            } else {
                checkZeros(pool, group);
            }
        }
    }

    void checkLoneWeight(const Pool& pool, const PoolMember& member)
    {
        // 1 is what the service fills in, so it says nothing about what was meant.
        if (member.weight == 1)
            return;
        add(LintKind::WeightNeverApplies, member.weight == 0 ? LintSeverity::Warning : LintSeverity::Info, {},
            pool.name,
            "The weight of " + named("the backend", member.backend) +
                " never applies: it is alone in priority " + std::to_string(member.priority) + " of " +
                named("the pool", pool.name) + ".",
            member.weight == 0 ? "Remove the member to drain it."
                               : "Give another member the same priority, or leave the weight at 1.");
    }

    void checkZeros(const Pool& pool, const std::vector<const PoolMember*>& group)
    {
        for (const PoolMember* member : group) {
            if (member->weight != 0)
                continue;
            add(LintKind::WeightNeverApplies, LintSeverity::Info, {}, pool.name,
                named("The backend", member->backend) + " has the weight 0 in " +
                    named("the pool", pool.name) +
                    ", so it serves only when the others of its priority cannot.",
                "Give it a weight, or leave it so while it is drained.");
        }
    }

    const RoutingPlan& m_plan;
    const std::vector<Backend>& m_backends;
    const std::vector<Pool>& m_pools;
    const std::vector<std::string>& m_unhealthy;
    Findings m_findings;
};

/// "401, 403 and 404", "400 to 407"
std::string statusList(const std::vector<int>& statuses)
{
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < statuses.size();) {
        std::size_t end = i + 1;
        while (end < statuses.size() && statuses[end] == statuses[end - 1] + 1)
            ++end;
        std::string part = std::to_string(statuses[i]);
        if (end - i > 1)
            part += " to " + std::to_string(statuses[end - 1]);
        parts.push_back(std::move(part));
        i = end;
    }
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i)
        text += (i == 0 ? "" : i + 1 == parts.size() ? " and " : ", ") + parts[i];
    return text;
}

} // namespace

std::vector<LintFinding> lint(const RoutingPlan& plan, const std::vector<Backend>& backends,
                              const std::vector<Pool>& pools, const std::vector<std::string>& unhealthy)
{
    return PlanLint(plan, backends, pools, unhealthy).run();
}

std::vector<LintFinding> lintRetry(std::string_view condition)
{
    const auto notJudged = [](const std::string& why) {
        return Findings{{LintKind::RetryNotJudged,
                         LintSeverity::Info,
                         {},
                         {},
                         "Whether this retry would repeat a refusal cannot be judged: " + why,
                         "Check by hand that it repeats only 408, 429 and 500 to 599."}};
    };
    // The attribute also takes a bare true or false.
    const std::string text(condition);
    const auto expression = Expression::parse(isExpression(text) ? text : "@(" + text + ")");
    if (!expression)
        return notJudged(expression.error().message);
    std::vector<int> repeated;
    ExpressionContext context;
    for (int status = 400; status < 500; ++status) {
        context.responseStatus = status;
        const auto retries = expression->evaluateBool(context);
        if (!retries)
            return notJudged(retries.error().message);
        if (*retries && status != 408 && status != 429)
            repeated.push_back(status);
    }
    if (repeated.empty())
        return {};
    return {{LintKind::RetriesRefusal,
             LintSeverity::Warning,
             {},
             {},
             "The retry repeats a refusal: it tries again after " + statusList(repeated) +
                 ", which no other attempt will change.",
             "Retry only 408, 429 and 500 to 599."}};
}

} // namespace gatehouse::gateway
