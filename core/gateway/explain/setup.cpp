// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/explain/setup.h"

#include "core/base/encoding.h"
#include "core/gateway/policy/limits.h"
#include "core/gateway/routing/fragment.h"

#include <pugixml.hpp>

namespace gatehouse::gateway {

namespace {

constexpr std::string_view Target = "set-backend-service";

/// What the statements outside of every choose send calls to; the last one counts, "" where there is none.
void readPolicy(const std::string& xml, ExplainSetup& setup, bool& rewrites)
{
    pugi::xml_document document;
    if (!document.load_buffer(xml.data(), xml.size())) {
        setup.fragmentOnly = false;
        setup.limits.complete = false;
        return;
    }
    for (const pugi::xml_node& node : document.child("policies").child("inbound").children()) {
        const std::string id = node.attribute("backend-id").value();
        if (node.name() != Target || id.empty())
            continue;
        if (id.front() == '@' || id.find("{{") != std::string::npos)
            setup.fragmentOnly = false; // worked out by the gateway alone
        else
            setup.policyTarget = id;
    }
    for (const char* name : {"llm-token-limit", "azure-openai-token-limit", "rate-limit-by-key", "rate-limit",
                             "quota-by-key", "quota"}) {
        const std::string path = "//" + std::string(name);
        if (document.select_node(path.c_str()))
            setup.limits.complete = false;
    }
    rewrites = rewrites || xml.find(DeploymentVariable) != std::string::npos;
    if (xml.find(wireName(RoutingField::BudgetUsed)) != std::string::npos)
        setup.budgetUsed.reset();
}

void readBackends(const SetupResources& resources, ReplaySetup& setup)
{
    for (const auto& [name, resource] : resources.backends) {
        if (isPool(resource)) {
            if (auto pool = poolFromArm(resource))
                setup.pools.push_back(std::move(*pool));
            continue;
        }
        auto backend = backendFromArm(resource);
        if (!backend)
            continue;
        const auto account = resources.deployments.find(accountOf(backend->url));
        if (account != resources.deployments.end())
            setup.deployments[backend->name] = account->second;
        setup.backends.push_back(std::move(*backend));
    }
}

} // namespace

std::string accountOf(std::string_view url)
{
    const std::size_t scheme = url.find("://");
    if (scheme == std::string_view::npos)
        return {};
    const std::string_view host = url.substr(scheme + 3);
    return toLower(host.substr(0, host.find_first_of(".:/")));
}

Result<ExplainSetup> setupOf(const SetupResources& resources, DateTime moment)
{
    ExplainSetup setup;
    bool rewrites = false;
    readBackends(resources, setup.routing);
    if (!resources.quotaFragment.empty()) {
        const auto document = PolicyDocument::parse(resources.quotaFragment, PolicyDocument::Root::Fragment);
        if (!document)
            return fail(document.error());
        setup.limits = limitSheetOf(readQuotaSheet(*document), moment);
    }
    setup.budgetUsed = 0;
    for (const std::string& policy : resources.policies)
        readPolicy(policy, setup, rewrites);
    if (!resources.routingFragment.empty()) {
        auto fragment = readRoutingFragment(resources.routingFragment);
        if (!fragment)
            return fail(fragment.error());
        if (!fragment->foreign.empty()) {
            setup.fragmentOnly = false;
            setup.budgetUsed.reset();
        }
        setup.routing.plan = std::move(fragment->plan);
    }
    // The fragment only sets a variable; the policies around it may or may not obey.
    for (RoutingRule& rule : setup.routing.plan.rules) {
        if (!rewrites)
            rule.downgrade.reset();
    }
    if (setup.routing.plan.defaultPool.empty())
        setup.routing.plan.defaultPool = setup.policyTarget;
    return setup;
}

} // namespace gatehouse::gateway
