// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/arm/resourcetypes.h"

#include "core/base/encoding.h"

#include <array>

namespace gatehouse::local {

namespace {

constexpr std::array<ResourceType, 19> Types = {{
    {"Microsoft.OperationalInsights/workspaces", false, false, nullptr},
    {"Microsoft.Insights/diagnosticSettings", false, true, nullptr},
    {"Microsoft.CognitiveServices/accounts", false, false, nullptr},
    {"Microsoft.CognitiveServices/accounts/deployments", false, true, validateDeployment},
    {"Microsoft.ApiManagement/service", false, false, nullptr},
    {"Microsoft.ApiManagement/service/backends", true, true, validateBackend},
    {"Microsoft.ApiManagement/service/products", true, true, validateProduct},
    {"Microsoft.ApiManagement/service/products/policies", true, true, validatePolicy},
    {"Microsoft.ApiManagement/service/subscriptions", true, true, validateSubscription},
    {"Microsoft.ApiManagement/service/apis", true, true, validateApi},
    {"Microsoft.ApiManagement/service/apis/policies", true, true, validatePolicy},
    {"Microsoft.ApiManagement/service/apis/operations", true, true, nullptr},
    {"Microsoft.ApiManagement/service/apis/operations/policies", true, true, validatePolicy},
    {"Microsoft.ApiManagement/service/apis/diagnostics", true, true, validateDiagnostic},
    {"Microsoft.ApiManagement/service/diagnostics", true, true, validateDiagnostic},
    {"Microsoft.ApiManagement/service/loggers", true, true, nullptr},
    {"Microsoft.ApiManagement/service/policies", true, true, validatePolicy},
    {"Microsoft.ApiManagement/service/policyFragments", true, true, validateFragment},
    {"Microsoft.ApiManagement/service/groups", true, false, nullptr},
}};

} // namespace

const ResourceType* findResourceType(std::string_view type)
{
    for (const ResourceType& entry : Types) {
        if (equalsIgnoreCase(entry.type, type))
            return &entry;
    }
    return nullptr;
}

} // namespace gatehouse::local
