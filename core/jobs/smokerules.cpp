// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/smokerules.h"

#include "core/base/encoding.h"
#include "core/base/suggestion.h"
#include "core/gateway/backend.h"
#include "core/gateway/routing/fragment.h"
#include "core/rag/smoke/results.h"

#include <algorithm>

namespace gatehouse::jobs {

namespace {

gateway::RoutingRule testRule(const std::string& backend)
{
    gateway::RoutingRule rule;
    rule.name = "test " + backend;
    rule.match.of(gateway::RoutingField::Task) = {rag::smoke::testTask(backend)};
    rule.pool = backend;
    rule.note = "gatehouse-cli smoke";
    return rule;
}

/// What it does, whether it is switched on, and whoever noted what.
bool isTestRule(const gateway::RoutingRule& rule, const std::string& backend)
{
    const gateway::RoutingRule wanted = testRule(backend);
    return rule.name == wanted.name && rule.match == wanted.match && rule.pool == wanted.pool;
}

/// Foreign parts between rules keep their place before the rule that they stand before.
void removeRule(gateway::RoutingFragment& fragment, std::size_t index)
{
    fragment.plan.rules.erase(fragment.plan.rules.begin() + static_cast<std::ptrdiff_t>(index));
    for (gateway::ForeignPart& part : fragment.foreign) {
        if (part.place == gateway::ForeignPart::Place::Choose && part.beforeRule > index)
            --part.beforeRule;
    }
}

void removeRules(gateway::RoutingFragment& fragment, const std::vector<std::string>& backends)
{
    for (std::size_t i = fragment.plan.rules.size(); i > 0; --i) {
        const gateway::RoutingRule& rule = fragment.plan.rules[i - 1];
        if (std::any_of(backends.begin(), backends.end(),
                        [&](const std::string& backend) { return isTestRule(rule, backend); }))
            removeRule(fragment, i - 1);
    }
}

void putFirst(gateway::RoutingFragment& fragment, const std::vector<std::string>& backends)
{
    std::vector<gateway::RoutingRule> rules;
    for (const std::string& backend : backends)
        rules.push_back(testRule(backend));
    fragment.plan.rules.insert(fragment.plan.rules.begin(), rules.begin(), rules.end());
    for (gateway::ForeignPart& part : fragment.foreign) {
        if (part.place == gateway::ForeignPart::Place::Choose)
            part.beforeRule += rules.size();
    }
}

Json propertiesOf(const std::string& xml)
{
    return {{"format", "xml"}, {"value", xml}};
}

Result<gateway::RoutingFragment> fragmentOf(const SetupNow& now)
{
    if (now.resources.routingFragment.empty())
        return gateway::RoutingFragment();
    return gateway::readRoutingFragment(now.resources.routingFragment);
}

Result<ChangeSet> changeTo(const SetupNow& now, const gateway::RoutingFragment& before,
                           const gateway::RoutingFragment& fragment, const std::string& title)
{
    ChangeSet set;
    set.title = title;
    if (fragment == before)
        return set;
    const auto xml = gateway::writeRoutingFragment(fragment);
    if (!xml)
        return fail(xml.error());
    Change change;
    change.resourceId = now.serviceId + "/policyFragments/" + std::string(gateway::RoutingFragmentId);
    change.title = "Routing rules";
    if (!now.resources.routingFragment.empty())
        change.base = propertiesOf(now.resources.routingFragment);
    change.wanted = propertiesOf(*xml);
    set.changes.push_back(std::move(change));
    return set;
}

std::string listed(const std::vector<std::string>& names)
{
    std::string text;
    for (const std::string& name : names)
        text += (text.empty() ? "" : ", ") + name;
    return text;
}

std::string suggestion(const SetupNow& now, const std::string& name)
{
    std::vector<std::string_view> known;
    for (const auto& [backend, resource] : now.resources.backends)
        known.push_back(backend);
    return didYouMean(name, known);
}

} // namespace

Result<std::vector<std::string>> poolMembers(const SetupNow& now, const std::string& pool)
{
    const auto found = std::find_if(now.resources.backends.begin(), now.resources.backends.end(),
                                    [&](const auto& one) { return equalsIgnoreCase(one.first, pool); });
    if (found == now.resources.backends.end() || !gateway::isPool(found->second))
        return fail(Error::Kind::InvalidInput, "There is no pool “" + pool + "”." + suggestion(now, pool),
                    "Name a pool of the API Management service, or its backends.");
    auto read = gateway::poolFromArm(found->second);
    if (!read)
        return fail(read.error());
    std::stable_sort(read->members.begin(), read->members.end(),
                     [](const gateway::PoolMember& a, const gateway::PoolMember& b) {
                         return a.priority != b.priority ? a.priority < b.priority : a.weight > b.weight;
                     });
    std::vector<std::string> members;
    for (const gateway::PoolMember& member : read->members)
        members.push_back(member.backend);
    if (members.empty())
        return fail(Error::Kind::InvalidInput, "The pool “" + pool + "” has no members.");
    return members;
}

Result<ChangeSet> addTestRules(const SetupNow& now, const std::vector<std::string>& backends)
{
    for (const std::string& backend : backends) {
        const bool known = std::any_of(now.resources.backends.begin(), now.resources.backends.end(),
                                       [&](const auto& one) { return equalsIgnoreCase(one.first, backend); });
        if (!known)
            return fail(Error::Kind::InvalidInput,
                        "There is no backend “" + backend + "”." + suggestion(now, backend));
    }
    const auto before = fragmentOf(now);
    if (!before)
        return fail(before.error());
    gateway::RoutingFragment fragment = *before;
    // One that is there already goes to the front, and is on again.
    removeRules(fragment, backends);
    putFirst(fragment, backends);
    return changeTo(now, *before, fragment, "Test rules for " + listed(backends));
}

Result<ChangeSet> removeTestRules(const SetupNow& now, const std::vector<std::string>& backends)
{
    const auto before = fragmentOf(now);
    if (!before)
        return fail(before.error());
    gateway::RoutingFragment fragment = *before;
    removeRules(fragment, backends);
    return changeTo(now, *before, fragment, "No test rules for " + listed(backends));
}

bool routingIncluded(const SetupNow& now)
{
    return std::any_of(
        now.resources.policies.begin(), now.resources.policies.end(), [](const std::string& policy) {
            return policy.find("fragment-id=\"" + std::string(gateway::RoutingFragmentId) + "\"") !=
                   std::string::npos;
        });
}

} // namespace gatehouse::jobs
