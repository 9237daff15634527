// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/gateway/topology.h"

#include "core/base/encoding.h"
#include "core/local/arm/apimtypes.h"
#include "core/local/arm/resourcestore.h"
#include "core/local/arm/seed.h"

#include <algorithm>
#include <set>

namespace gatehouse::local {

namespace {

constexpr std::string_view AccountType = "Microsoft.CognitiveServices/accounts";
constexpr std::string_view DeploymentType = "Microsoft.CognitiveServices/accounts/deployments";

/// What the statements outside of every choose send calls to.
std::string plainBackend(const PolicyBlock& block)
{
    std::string backend(seed::PoolName);
    for (const PolicyStatement& statement : block) {
        const auto* set = std::get_if<SetBackend>(&statement.what);
        if (set != nullptr && std::holds_alternative<std::string>(set->backendId))
            backend = std::get<std::string>(set->backendId);
    }
    return backend;
}

} // namespace

std::string accountOf(std::string_view backendUrl)
{
    const std::size_t scheme = backendUrl.find("://");
    if (scheme == std::string_view::npos)
        return {};
    const std::string_view host = backendUrl.substr(scheme + 3);
    return toLower(host.substr(0, host.find_first_of(".:/")));
}

TopologyKeeper::TopologyKeeper(const ResourceStore& resources, EndpointDirectory& endpoints,
                               CircuitRecorder& recorder, const Clock& clock)
    : m_resources(resources)
    , m_endpoints(endpoints)
    , m_recorder(recorder)
    , m_clock(clock)
{}

TopologyPtr TopologyKeeper::current()
{
    const std::uint64_t revision = m_resources.revision();
    TopologyPtr topology = built();
    if (topology != nullptr && topology->revision == revision)
        return topology;
    const std::lock_guard lock(m_building);
    topology = built();
    if (topology == nullptr || topology->revision != revision) {
        topology = build(revision);
        const std::lock_guard change(m_changing);
        m_current = topology;
    }
    return topology;
}

TopologyPtr TopologyKeeper::built() const
{
    const std::lock_guard lock(m_changing);
    return m_current;
}

TopologyPtr TopologyKeeper::build(std::uint64_t revision) const
{
    auto topology = std::make_shared<Topology>();
    topology->revision = revision;
    addBackends(*topology);
    addDeployments(*topology, pools(*topology));
    addSubscriptions(*topology);
    topology->policies = readPolicies(m_resources);
    topology->route = plainBackend(topology->policies.programFor("", Operation::ChatCompletions).inbound);
    return topology;
}

void TopologyKeeper::addBackends(Topology& topology) const
{
    for (const ResourcePtr& resource : m_resources.list(apimResourceId(), BackendType)) {
        if (gateway::isPool(resource->body))
            continue;
        auto backend = gateway::backendFromArm(resource->body);
        if (!backend)
            continue; // refused at the door already; one that is wrong all the same serves nobody
        ServingBackend serving;
        serving.circuit = circuitFor(*backend);
        serving.endpoint = m_endpoints.endpointFor(*backend);
        serving.backend = std::move(*backend);
        const std::string name = serving.backend.name;
        topology.backends.emplace(name, std::move(serving));
    }
}

std::shared_ptr<Circuit> TopologyKeeper::circuitFor(const gateway::Backend& backend) const
{
    if (const TopologyPtr before = built()) {
        const auto found = before->backends.find(backend.name);
        if (found != before->backends.end() && backend.countsAs(found->second.backend))
            return found->second.circuit;
    }
    return std::make_shared<Circuit>(backend, m_recorder, m_clock);
}

/// Every pool, and every single backend as a pool of one.
std::vector<gateway::Pool> TopologyKeeper::pools(const Topology& topology) const
{
    std::vector<gateway::Pool> pools;
    for (const ResourcePtr& resource : m_resources.list(apimResourceId(), BackendType)) {
        if (!gateway::isPool(resource->body))
            continue;
        if (auto pool = gateway::poolFromArm(resource->body))
            pools.push_back(std::move(*pool));
    }
    for (const auto& [name, backend] : topology.backends)
        pools.push_back({name, {{name, 1, 1}}});
    return pools;
}

void TopologyKeeper::addDeployments(Topology& topology, const std::vector<gateway::Pool>& pools) const
{
    std::set<std::string> accounts;
    for (const ResourcePtr& account : m_resources.listByType(AccountType))
        accounts.insert(toLower(account->name()));
    std::map<std::string, std::set<std::string>> holders; // deployment → accounts
    for (const ResourcePtr& resource : m_resources.listByType(DeploymentType)) {
        const std::string_view parent =
            std::string_view(resource->id).substr(0, resource->id.rfind("/deployments/"));
        holders[resource->name()].insert(toLower(gateway::lastSegment(parent)));
        DeploymentRoute& route = topology.deployments[resource->name()];
        route.model = textAt(memberAt(resource->properties(), "model"), "name", resource->name());
    }
    // A backend outside the known accounts may serve anything.
    const auto holds = [&](const std::string& deployment, const gateway::PoolMember& member) {
        const auto serving = topology.backends.find(member.backend);
        if (serving == topology.backends.end())
            return false;
        const std::string account = accountOf(serving->second.backend.url);
        return !accounts.contains(account) || holders[deployment].contains(account);
    };
    for (auto& [name, route] : topology.deployments) {
        for (const gateway::Pool& pool : pools) {
            gateway::Pool& able = route.pools[pool.name];
            able.name = pool.name;
            std::ranges::copy_if(pool.members, std::back_inserter(able.members),
                                 [&holds, &deployment = name](const gateway::PoolMember& member) {
                                     return holds(deployment, member);
                                 });
        }
    }
}

void TopologyKeeper::addSubscriptions(Topology& topology) const
{
    static constexpr std::string_view Products = "/products/";
    for (const ResourcePtr& resource : m_resources.list(apimResourceId(), SubscriptionType)) {
        Subscription subscription;
        subscription.name = textAt(resource->properties(), "displayName");
        const std::string scope = textAt(resource->properties(), "scope");
        if (const std::size_t at = toLower(scope).rfind(Products); at != std::string::npos)
            subscription.product = scope.substr(at + Products.size());
        topology.subscriptions.emplace(resource->name(), std::move(subscription));
    }
}

} // namespace gatehouse::local
