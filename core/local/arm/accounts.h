// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/local/arm/resourcestore.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::local {

inline constexpr std::string_view AccountType = "Microsoft.CognitiveServices/accounts";
inline constexpr std::string_view DeploymentType = "Microsoft.CognitiveServices/accounts/deployments";
inline constexpr std::string_view RaiPolicyType = "Microsoft.CognitiveServices/accounts/raiPolicies";

/// What a location grants the deployments of one model, in thousands of tokens per minute.
struct ModelQuota
{
    std::string title; ///< "Tokens Per Minute (thousands) - gpt-4o - Standard"
    std::int64_t used = 0;
    std::int64_t limit = 0;
};

/// Empty for a model that is not on offer. What the deployment exceptId holds is not counted.
[[nodiscard]] std::optional<ModelQuota> modelQuota(const ResourceStore& resources, std::string_view location,
                                                   std::string_view model, std::string_view exceptId = {});

} // namespace gatehouse::local
