// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/files.h"
#include "core/gateway/explain/loggedrows.h"
#include "core/gateway/explain/setup.h"
#include "core/gateway/routing/fragment.h"
#include "core/kql/engine.h"
#include "core/local/gateway/policy/policyset.h"
#include "tests/unit/local/gatewayharness.h"

#include <algorithm>

namespace gatehouse::local::test {

/// A question of resources/kql over all that a store holds.
inline Table asked(const LogStore& logs, const std::string& name)
{
    const auto text = readFile(std::string(TEST_DATA_DIR) + "/../../resources/kql/" + name + ".kql");
    kql::QueryOptions options;
    options.now = DateTime::fromCivil(2026, 6, 30);
    options.maxRows = 10'000'000;
    options.maxBytes = std::size_t{4} << 30U;
    const auto execution = kql::execute(
        "let scanStart = datetime(2020-01-01); let rangeEnd = datetime(2040-01-01); let allRequests = "
        "true; let request = '';\n" +
            text.value_or(""),
        logs, options);
    if (!execution)
        qFatal("%s: %s", name.c_str(), execution.error().message.c_str());
    return execution->answer.primary();
}

/// All that the log holds, read as the console reads it.
inline gateway::LoggedTraffic loggedTraffic(const LogStore& logs)
{
    const Table requests = asked(logs, "logged-requests");
    const Table tokens = asked(logs, "logged-tokens");
    const Table attempts = asked(logs, "logged-attempts");
    auto traffic = gateway::readTraffic({&requests, &tokens, &attempts}, gateway::allFields());
    if (!traffic)
        qFatal("%s", traffic.error().message.c_str());
    return std::move(*traffic);
}

/// The resources of a store as Explain gets them.
inline gateway::SetupResources setupResources(const ResourceStore& resources)
{
    gateway::SetupResources setup;
    for (const ResourcePtr& backend :
         resources.list(apimResourceId(), "Microsoft.ApiManagement/service/backends"))
        setup.backends[backend->name()] = {{"name", backend->name()}, {"properties", backend->properties()}};
    const auto xmlAt = [&](const std::string& path) {
        const ResourcePtr found = resources.get(apimResourceId() + path);
        return found == nullptr ? std::string() : policyXml(found->properties());
    };
    setup.routingFragment = xmlAt("/policyFragments/gatehouse-routing");
    setup.quotaFragment = xmlAt("/policyFragments/gatehouse-quotas");
    for (const std::string& path :
         {std::string("/policies/policy"), "/apis/" + std::string(seed::ApiId) + "/policies/policy"}) {
        if (std::string xml = xmlAt(path); !xml.empty())
            setup.policies.push_back(std::move(xml));
    }
    for (const ResourcePtr& account : resources.listByType("Microsoft.CognitiveServices/accounts"))
        setup.deployments[account->name()];
    for (const ResourcePtr& deployment :
         resources.listByType("Microsoft.CognitiveServices/accounts/deployments")) {
        const std::string parent = deployment->id.substr(0, deployment->id.rfind("/deployments/"));
        setup.deployments[std::string(gateway::lastSegment(parent))].push_back(deployment->name());
    }
    return setup;
}

inline gateway::ExplainSetup explainSetup(const ResourceStore& resources, DateTime moment)
{
    auto setup = gateway::setupOf(setupResources(resources), moment);
    if (!setup)
        qFatal("%s", setup.error().message.c_str());
    setup->retryKnown = true;
    return std::move(*setup);
}

inline void putResource(ResourceStore& store, const std::string& path, const char* type, Json properties)
{
    const auto written =
        store.put(apimResourceId() + path, std::string("Microsoft.ApiManagement/service/") + type,
                  {{"properties", std::move(properties)}});
    if (!written)
        qFatal("%s: %s", path.c_str(), written.error().message.c_str());
}

inline void putBackend(GatewayHarness& h, const std::string& name, const std::string& url, const Json& rule)
{
    Json properties = {{"type", "Single"}, {"url", url}, {"protocol", "http"}};
    if (!rule.is_null())
        properties["circuitBreaker"] = {{"rules", Json::array({rule})}};
    putResource(*h.resources, "/backends/" + name, "backends", std::move(properties));
}

inline void putPool(GatewayHarness& h, const gateway::Pool& pool)
{
    Json services = Json::array();
    for (const gateway::PoolMember& member : pool.members)
        services.push_back({{"id", apimResourceId() + "/backends/" + member.backend},
                            {"priority", member.priority},
                            {"weight", member.weight}});
    putResource(*h.resources, "/backends/" + pool.name, "backends",
                {{"type", "Pool"}, {"pool", {{"services", std::move(services)}}}});
}

inline void putFragment(GatewayHarness& h, const std::string& name, const std::string& xml)
{
    putResource(*h.resources, "/policyFragments/" + name, "policyFragments",
                {{"format", "xml"}, {"value", xml}});
}

} // namespace gatehouse::local::test
