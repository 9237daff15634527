// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/local/gateway/endpoint.h"
#include "core/local/gateway/sleeper.h"
#include "core/local/upstream/simulatedanswers.h"

#include <atomic>
#include <cstdint>
#include <map>
#include <string>

namespace gatehouse::local {

/// How often a simulated endpoint misbehaves by itself. Zero for one that serves; the sample history has
/// some.
struct SimulatedNoise
{
    double throttled = 0; ///< share of calls answered 429
    double failed = 0;    ///< share answered 500
};

/// One account of models, simulated in the process: answers after a latency that depends on the region, the
/// model and the length of the answer. Deterministic in the seed and the order of calls. Any thread; clock
/// and sleeper outlive it.
class SimulatedEndpoint final : public Endpoint
{
public:
    struct Settings
    {
        std::string location; ///< "eastus"
        std::string region;   ///< "East US"
        std::map<std::string, SimulatedModel, std::less<>> deployments;
        SimulatedNoise noise;
        std::uint64_t seed = 1;
    };
    SimulatedEndpoint(Settings settings, const Clock& clock, Sleeper& sleeper);

    [[nodiscard]] UpstreamAnswer call(const UpstreamRequest& request) override;

private:
    [[nodiscard]] UpstreamAnswer chat(const UpstreamRequest& request, const Json& body,
                                      const SimulatedModel& model, double factor);
    [[nodiscard]] UpstreamAnswer embed(const Json& body, const SimulatedModel& model, double factor);

    Settings m_settings;
    double m_distance; // of the region: multiplies every latency
    const Clock& m_clock;
    Sleeper& m_sleeper;
    std::atomic<std::uint64_t> m_random;
};

} // namespace gatehouse::local
