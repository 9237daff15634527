// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/backend.h"
#include "core/local/gateway/circuit.h"
#include "core/local/gateway/endpoint.h"
#include "core/local/gateway/policy/policyset.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace gatehouse::local {

class ResourceStore;

/// A backend with what serves it now.
struct ServingBackend
{
    gateway::Backend backend;
    std::shared_ptr<Circuit> circuit;
    std::shared_ptr<Endpoint> endpoint;
};

/// Who can serve a deployment.
struct DeploymentRoute
{
    std::string model; ///< of the deployment, as ARM names it
    /// By the name that a policy may send calls to, a pool or a single backend: the members whose account has
    /// the deployment.
    std::map<std::string, gateway::Pool, std::less<>> pools;
};

/// Whose key a caller has.
struct Subscription
{
    std::string name;    ///< for people
    std::string product; ///< "" when it is for all APIs
};

/// The APIM resources as they stand at one revision, ready for use. Immutable.
struct Topology
{
    std::uint64_t revision = 0;
    std::string route; ///< the pool or backend that a call goes to where no rule says otherwise
    PolicySet policies;
    std::map<std::string, Subscription, std::less<>> subscriptions; ///< by id
    std::map<std::string, ServingBackend, std::less<>> backends;    ///< every single backend, by name
    std::map<std::string, DeploymentRoute, std::less<>> deployments;
};

using TopologyPtr = std::shared_ptr<const Topology>;

/// Keeps the topology in step with the resource store: a changed revision is seen by the next request. A
/// backend whose rule did not change keeps its circuit. Any thread.
class TopologyKeeper
{
public:
    TopologyKeeper(const ResourceStore& resources, EndpointDirectory& endpoints, CircuitRecorder& recorder,
                   const Clock& clock);

    [[nodiscard]] TopologyPtr current();

private:
    [[nodiscard]] TopologyPtr built() const;
    [[nodiscard]] TopologyPtr build(std::uint64_t revision) const;
    void addBackends(Topology& topology) const;
    [[nodiscard]] std::vector<gateway::Pool> pools(const Topology& topology) const;
    void addDeployments(Topology& topology, const std::vector<gateway::Pool>& pools) const;
    void addSubscriptions(Topology& topology) const;
    [[nodiscard]] std::shared_ptr<Circuit> circuitFor(const gateway::Backend& backend) const;

    const ResourceStore& m_resources;
    EndpointDirectory& m_endpoints;
    CircuitRecorder& m_recorder;
    const Clock& m_clock;
    std::mutex m_building;
    /// A mutex rather than std::atomic: g++ 12's atomic shared_ptr lets a reader go too early (its load
    /// unlocks relaxed).
    mutable std::mutex m_changing;
    TopologyPtr m_current;
};

/// "https://aoai-eastus.openai.azure.com/openai" → "aoai-eastus"; "" when the URL names no host.
[[nodiscard]] std::string accountOf(std::string_view backendUrl);

} // namespace gatehouse::local
