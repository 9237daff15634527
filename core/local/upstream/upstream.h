// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/local/gateway/endpoint.h"
#include "core/local/gateway/sleeper.h"
#include "core/local/upstream/simulatedendpoint.h"

#include <cstdint>
#include <memory>
#include <string>

namespace gatehouse::local {

class FaultBoard;
class ResourceStore;

/// The simulated regions: a backend's URL names the account that it points to, and the account's deployments
/// are what it serves. A URL on this computer (http://127.0.0.1 or localhost) is called over HTTP; any other
/// is not reachable. Obeys the faults. Everything handed in must outlive the directory.
[[nodiscard]] std::unique_ptr<EndpointDirectory>
makeSimulatedEndpoints(const ResourceStore& resources, FaultBoard& faults, const Clock& clock,
                       Sleeper& sleeper, std::uint64_t seed, SimulatedNoise noise = {});

/// Real OpenAI-compatible endpoints for the backends that the file names; the others stay simulated:
/// {"aoai-eastus": {"url": "https://host/openai", "apiKeyEnvironment": "NAME", "model": "llama3"}}.
/// url ends where /deployments/… begins. With "style": "openai" the path is {url}/chat/completions and the
/// model is written into the body instead. Keys are read from the environment and never stored. Obeys the
/// faults too. InvalidInput says which field of the file is wrong.
[[nodiscard]] Result<std::unique_ptr<EndpointDirectory>>
makeEndpointsFromFile(const std::string& path, std::unique_ptr<EndpointDirectory> others, FaultBoard& faults,
                      Sleeper& sleeper);

} // namespace gatehouse::local
