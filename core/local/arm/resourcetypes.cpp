// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/arm/resourcetypes.h"

#include "core/base/encoding.h"

#include <array>

namespace gatehouse::local {

namespace {

constexpr std::array<ResourceType, 21> Types = {{
    {"Microsoft.OperationalInsights/workspaces"},
    {"Microsoft.Insights/diagnosticSettings", false, Writes::All, validateDiagnosticSetting},
    {"Microsoft.CognitiveServices/accounts", false, Writes::Patch, validateAccount},
    {"Microsoft.CognitiveServices/accounts/deployments", false, Writes::All, validateDeployment},
    {"Microsoft.CognitiveServices/accounts/raiPolicies", false, Writes::All, validateRaiPolicy,
     whyRaiPolicyStays},
    {"Microsoft.ApiManagement/service"},
    {"Microsoft.ApiManagement/service/backends", true, Writes::All, validateBackend, whyBackendStays},
    {"Microsoft.ApiManagement/service/products", true, Writes::All, validateProduct},
    {"Microsoft.ApiManagement/service/products/policies", true, Writes::All, validatePolicy},
    {"Microsoft.ApiManagement/service/subscriptions", true, Writes::All, validateSubscription},
    {"Microsoft.ApiManagement/service/namedValues", true, Writes::All, validateNamedValue,
     whyNamedValueStays},
    {"Microsoft.ApiManagement/service/apis", true, Writes::All, validateApi},
    {"Microsoft.ApiManagement/service/apis/policies", true, Writes::All, validatePolicy},
    {"Microsoft.ApiManagement/service/apis/operations", true, Writes::All, nullptr},
    {"Microsoft.ApiManagement/service/apis/operations/policies", true, Writes::All, validatePolicy},
    {"Microsoft.ApiManagement/service/apis/diagnostics", true, Writes::All, validateDiagnostic},
    {"Microsoft.ApiManagement/service/diagnostics", true, Writes::All, validateDiagnostic},
    {"Microsoft.ApiManagement/service/loggers", true, Writes::All, nullptr},
    {"Microsoft.ApiManagement/service/policies", true, Writes::All, validatePolicy},
    {"Microsoft.ApiManagement/service/policyFragments", true, Writes::All, validateFragment,
     whyFragmentStays},
    {"Microsoft.ApiManagement/service/groups", true},
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
