// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/explain/draftchanges.h"

#include "core/gateway/routing/fragment.h"

namespace gatehouse::jobs {

namespace {

Json fragmentOf(const std::string& xml)
{
    return {{"format", "xml"}, {"value", xml}};
}

std::optional<Json> propertiesOf(const gateway::SetupResources& now, const std::string& name)
{
    const auto found = now.backends.find(name);
    return found == now.backends.end() ? std::nullopt : std::optional(memberAt(found->second, "properties"));
}

Json poolJson(const std::vector<gateway::PoolMember>& members, const std::string& serviceId)
{
    Json services = Json::array();
    for (const gateway::PoolMember& member : members)
        services.push_back({{"id", serviceId + "/backends/" + member.backend},
                            {"priority", member.priority},
                            {"weight", member.weight}});
    return {{"services", std::move(services)}};
}

Result<std::optional<Change>> fragmentChange(const gateway::RoutingDraft& draft,
                                             const gateway::SetupResources& now, const std::string& serviceId)
{
    if (!draft.rules && !draft.defaultPool)
        return std::optional<Change>();
    gateway::RoutingFragment fragment;
    if (!now.routingFragment.empty()) {
        auto read = gateway::readRoutingFragment(now.routingFragment);
        if (!read)
            return fail(read.error());
        fragment = std::move(*read);
    }
    if (draft.rules)
        fragment.plan.rules = *draft.rules;
    if (draft.defaultPool)
        fragment.plan.defaultPool = *draft.defaultPool;
    const auto xml = gateway::writeRoutingFragment(fragment);
    if (!xml)
        return fail(xml.error());
    Change change;
    change.resourceId = serviceId + "/policyFragments/" + std::string(gateway::RoutingFragmentId);
    change.title = "Routing rules";
    if (!now.routingFragment.empty())
        change.base = fragmentOf(now.routingFragment);
    change.wanted = fragmentOf(*xml);
    return std::optional(std::move(change));
}

} // namespace

Result<ChangeSet> changesOf(const gateway::RoutingDraft& draft, const gateway::SetupResources& now,
                            const std::string& serviceId)
{
    ChangeSet set;
    set.title = "Routing draft";
    for (const auto& [name, rule] : draft.breakers) {
        const auto base = propertiesOf(now, name);
        if (!base)
            return fail(Error::Kind::InvalidInput, "There is no backend “" + name + "”.",
                        "Correct its name.");
        Json wanted = *base;
        wanted["circuitBreaker"] = rule.is_null() ? Json(nullptr) : Json{{"rules", Json::array({rule})}};
        set.changes.push_back(
            {serviceId + "/backends/" + name, "Circuit breaker of " + name, base, wanted, {}});
    }
    for (const auto& [name, members] : draft.pools) {
        const auto base = propertiesOf(now, name);
        Json wanted = base.value_or(Json{{"type", "Pool"}});
        wanted["pool"] = poolJson(members, serviceId);
        set.changes.push_back({serviceId + "/backends/" + name, "Pool " + name, base, wanted, {}});
    }
    auto fragment = fragmentChange(draft, now, serviceId);
    if (!fragment)
        return fail(fragment.error());
    if (*fragment)
        set.changes.push_back(std::move(**fragment));
    return set;
}

} // namespace gatehouse::jobs
