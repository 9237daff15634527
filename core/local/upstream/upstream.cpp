// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/upstream/upstream.h"

#include "core/base/encoding.h"
#include "core/base/files.h"
#include "core/base/json.h"
#include "core/local/arm/resourcestore.h"
#include "core/local/arm/seed.h"
#include "core/local/gateway/faults.h"
#include "core/local/gateway/topology.h"
#include "core/local/upstream/faultyendpoint.h"
#include "core/local/upstream/httpendpoint.h"
#include "core/local/upstream/simulatedendpoint.h"

#include <cstdlib>
#include <map>
#include <mutex>

namespace gatehouse::local {

namespace {

/// For a backend that points nowhere that this computer can reach.
class UnreachableEndpoint final : public Endpoint
{
public:
    [[nodiscard]] UpstreamAnswer call(const UpstreamRequest&) override
    {
        UpstreamAnswer answer;
        answer.failure = "its name is not known";
        return answer;
    }
};

bool isLoopback(const HttpTarget& target)
{
    return target.host == "127.0.0.1" || equalsIgnoreCase(target.host, "localhost");
}

class SimulatedDirectory final : public EndpointDirectory
{
public:
    SimulatedDirectory(const ResourceStore& resources, FaultBoard& faults, const Clock& clock,
                       Sleeper& sleeper, std::uint64_t seed, SimulatedNoise noise)
        : m_resources(resources)
        , m_faults(faults)
        , m_clock(clock)
        , m_sleeper(sleeper)
        , m_seed(seed)
        , m_noise(noise)
    {}

    [[nodiscard]] std::shared_ptr<Endpoint> endpointFor(const gateway::Backend& backend) override
    {
        return std::make_shared<FaultyEndpoint>(backend.name, inner(backend), m_faults, m_sleeper);
    }

    void interrupt() override
    {
        const std::lock_guard lock(m_mutex);
        for (const auto& [url, endpoint] : m_real)
            endpoint->interrupt();
    }

private:
    std::shared_ptr<Endpoint> inner(const gateway::Backend& backend)
    {
        const std::string account = accountOf(backend.url);
        const ResourcePtr resource = account.empty() ? nullptr : m_resources.get(accountResourceId(account));
        if (resource != nullptr)
            return simulated(*resource, account);
        const auto target = HttpTarget::parse(backend.url);
        if (!target || !isLoopback(*target))
            return std::make_shared<UnreachableEndpoint>();
        const std::lock_guard lock(m_mutex);
        auto& endpoint = m_real[backend.url];
        if (endpoint == nullptr)
            endpoint = std::make_shared<HttpEndpoint>(HttpEndpointSettings{*target, {}, {}, false});
        return endpoint;
    }

    std::shared_ptr<Endpoint> simulated(const Resource& account, const std::string& name) const
    {
        SimulatedEndpoint::Settings settings;
        settings.location = textAt(account.body, "location");
        settings.region = settings.location;
        for (const SeedRegion& region : seedRegions())
            if (region.location == settings.location)
                settings.region = region.displayName;
        for (const ResourcePtr& deployment :
             m_resources.list(account.id, "Microsoft.CognitiveServices/accounts/deployments")) {
            const Json& model = memberAt(deployment->properties(), "model");
            settings.deployments.emplace(deployment->name(),
                                         SimulatedModel{textAt(model, "name", deployment->name()),
                                                        textAt(model, "version"), settings.region});
        }
        settings.noise = m_noise;
        settings.seed = m_seed ^ std::hash<std::string>{}(name);
        return std::make_shared<SimulatedEndpoint>(std::move(settings), m_clock, m_sleeper);
    }

    const ResourceStore& m_resources;
    FaultBoard& m_faults;
    const Clock& m_clock;
    Sleeper& m_sleeper;
    std::uint64_t m_seed;
    SimulatedNoise m_noise;
    std::mutex m_mutex;
    std::map<std::string, std::shared_ptr<HttpEndpoint>> m_real; // on this computer, by URL
};

class FileDirectory final : public EndpointDirectory
{
public:
    FileDirectory(std::map<std::string, std::shared_ptr<HttpEndpoint>> real,
                  std::unique_ptr<EndpointDirectory> others, FaultBoard& faults, Sleeper& sleeper)
        : m_real(std::move(real))
        , m_others(std::move(others))
        , m_faults(faults)
        , m_sleeper(sleeper)
    {}

    [[nodiscard]] std::shared_ptr<Endpoint> endpointFor(const gateway::Backend& backend) override
    {
        const auto found = m_real.find(backend.name);
        if (found == m_real.end())
            return m_others->endpointFor(backend);
        return std::make_shared<FaultyEndpoint>(backend.name, found->second, m_faults, m_sleeper);
    }

    void interrupt() override
    {
        for (const auto& [name, endpoint] : m_real)
            endpoint->interrupt();
        m_others->interrupt();
    }

private:
    std::map<std::string, std::shared_ptr<HttpEndpoint>> m_real;
    std::unique_ptr<EndpointDirectory> m_others;
    FaultBoard& m_faults;
    Sleeper& m_sleeper;
};

Result<HttpEndpointSettings> settingsFrom(const std::string& backend, const Json& entry)
{
    const auto wrong = [&backend](const std::string& what, std::string advice) {
        return fail(Error::Kind::InvalidInput, "The upstream file's entry “" + backend + "” " + what + ".",
                    std::move(advice));
    };
    HttpEndpointSettings settings;
    const auto target = HttpTarget::parse(textAt(entry, "url"));
    if (!target)
        return wrong("has no url", "Give the address up to, not including, /deployments.");
    settings.target = *target;
    settings.model = textAt(entry, "model");
    const std::string style = textAt(entry, "style", "azure");
    if (style != "azure" && style != "openai")
        return wrong("has a style that is not known", "Use azure or openai.");
    settings.openAiPaths = style == "openai";
    if (const std::string variable = textAt(entry, "apiKeyEnvironment"); !variable.empty()) {
        const char* key = std::getenv(variable.c_str());
        if (key == nullptr || std::string_view(key).find_first_of("\r\n") != std::string_view::npos)
            return wrong("names an environment variable that holds no key", "Set it before the start.");
        settings.apiKey = key;
    }
    return settings;
}

} // namespace

std::unique_ptr<EndpointDirectory> makeSimulatedEndpoints(const ResourceStore& resources, FaultBoard& faults,
                                                          const Clock& clock, Sleeper& sleeper,
                                                          std::uint64_t seed, SimulatedNoise noise)
{
    return std::make_unique<SimulatedDirectory>(resources, faults, clock, sleeper, seed, noise);
}

Result<std::unique_ptr<EndpointDirectory>> makeEndpointsFromFile(const std::string& path,
                                                                 std::unique_ptr<EndpointDirectory> others,
                                                                 FaultBoard& faults, Sleeper& sleeper)
{
    const auto text = readFile(path, 1U << 20U);
    if (!text)
        return fail(text.error());
    const auto document = parseJson(*text);
    if (!document || !document->is_object())
        return fail(Error::Kind::InvalidInput, "The upstream file is no JSON object.",
                    "Map each backend's name to {\"url\": …}.");
    std::map<std::string, std::shared_ptr<HttpEndpoint>> real;
    for (const auto& item : document->items()) {
        auto settings = settingsFrom(item.key(), item.value());
        if (!settings)
            return fail(settings.error());
        real.emplace(item.key(), std::make_shared<HttpEndpoint>(std::move(*settings)));
    }
    return std::make_unique<FileDirectory>(std::move(real), std::move(others), faults, sleeper);
}

} // namespace gatehouse::local
