// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/gateway/topology.h"

#include "core/base/encoding.h"
#include "core/local/arm/resourcestore.h"
#include "core/local/arm/seed.h"

#include <pugixml.hpp>

#include <algorithm>
#include <set>

namespace gatehouse::local {

namespace {

constexpr std::string_view BackendType = "Microsoft.ApiManagement/service/backends";
constexpr std::string_view AccountType = "Microsoft.CognitiveServices/accounts";
constexpr std::string_view DeploymentType = "Microsoft.CognitiveServices/accounts/deployments";

bool sameRule(const gateway::BreakerConfig& a, const gateway::BreakerConfig& b)
{
    const auto key = [](const gateway::BreakerConfig& config) {
        int count = 0;
        int percentage = 0;
        int minimum = 0;
        gateway::Millis interval{0};
        if (const auto* consecutive = std::get_if<gateway::ConsecutiveRule>(&config.rule)) {
            count = consecutive->failures;
        } else {
            const auto& windowed = std::get<gateway::WindowedRule>(config.rule);
            count = windowed.count;
            percentage = windowed.percentage;
            minimum = windowed.minimumCalls;
            interval = windowed.interval;
        }
        return std::make_tuple(config.rule.index(), count, percentage, minimum, interval, config.recovery,
                               config.halfOpenMaxCalls, config.halfOpenLease, config.acceptRetryAfter);
    };
    return key(a) == key(b);
}

/// The backend-id of the first set-backend-service in a policy; "" when there is none.
std::string backendIdOf(const std::string& policyXml)
{
    pugi::xml_document document;
    if (!document.load_buffer(policyXml.data(), policyXml.size()))
        return {};
    const pugi::xml_node node = document.find_node(
        [](const pugi::xml_node& one) { return std::string_view(one.name()) == "set-backend-service"; });
    return node.attribute("backend-id").value();
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
    TopologyPtr topology = m_current.load(std::memory_order_acquire);
    if (topology != nullptr && topology->revision == revision)
        return topology;
    const std::lock_guard lock(m_building);
    topology = m_current.load(std::memory_order_acquire);
    if (topology == nullptr || topology->revision != revision) {
        topology = build(revision);
        m_current.store(topology, std::memory_order_release);
    }
    return topology;
}

TopologyPtr TopologyKeeper::build(std::uint64_t revision) const
{
    auto topology = std::make_shared<Topology>();
    topology->revision = revision;
    addBackends(*topology);
    const gateway::Pool pool = routePool(*topology);
    topology->route = pool.name;
    addDeployments(*topology, pool);
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
    if (const TopologyPtr before = m_current.load(std::memory_order_acquire)) {
        const auto found = before->backends.find(backend.name);
        if (found != before->backends.end() && sameRule(found->second.backend.breaker, backend.breaker))
            return found->second.circuit;
    }
    return std::make_shared<Circuit>(backend, m_recorder, m_clock);
}

/// What the API's policy sends its calls to: a pool, or a single backend as a pool of one.
gateway::Pool TopologyKeeper::routePool(const Topology& topology) const
{
    const std::string policyId = apimResourceId() + "/apis/" + std::string(seed::ApiId) + "/policies/policy";
    std::string target;
    if (const ResourcePtr policy = m_resources.get(policyId))
        target = backendIdOf(textAt(policy->properties(), "value"));
    if (target.empty())
        target = seed::PoolName;
    const ResourcePtr resource = m_resources.get(apimResourceId() + "/backends/" + target);
    if (resource != nullptr && gateway::isPool(resource->body)) {
        if (auto pool = gateway::poolFromArm(resource->body))
            return std::move(*pool);
    }
    gateway::Pool pool{target, {}};
    if (topology.backends.contains(target))
        pool.members.push_back({target, 1, 1});
    return pool;
}

void TopologyKeeper::addDeployments(Topology& topology, const gateway::Pool& pool) const
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
        route.pool.name = pool.name;
    }
    for (auto& [name, route] : topology.deployments) {
        for (const gateway::PoolMember& member : pool.members) {
            const auto serving = topology.backends.find(member.backend);
            if (serving == topology.backends.end())
                continue;
            // A backend outside the known accounts may serve anything.
            const std::string account = accountOf(serving->second.backend.url);
            if (!accounts.contains(account) || holders[name].contains(account))
                route.pool.members.push_back(member);
        }
    }
}

} // namespace gatehouse::local
