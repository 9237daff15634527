// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/gateway/explain/explain.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::gateway {

/// A service's resources as they stood at one time, the policies as XML (format xml).
struct SetupResources
{
    std::map<std::string, Json> backends; ///< by name: {name, properties}, pools among them
    std::string routingFragment;          ///< "": there is none
    std::string quotaFragment;            ///< "": there is none
    std::vector<std::string> policies;    ///< those around the fragments: service, API; outermost first
    /// By account, the first label of its endpoint's host, in small letters: its deployments. A backend of
    /// another account may have any.
    std::map<std::string, std::vector<std::string>> deployments;
};

/// "https://aoai-eastus.openai.azure.com/openai" → "aoai-eastus"; "" when the URL names no host.
[[nodiscard]] std::string accountOf(std::string_view backendUrl);

/// What these resources make the gateway do. A backend or pool that is wrong serves nobody, as at the
/// gateway. InvalidInput or Parse where a fragment cannot be read. moment: for temporary raises.
[[nodiscard]] Result<ExplainSetup> setupOf(const SetupResources& resources, DateTime moment);

} // namespace gatehouse::gateway
