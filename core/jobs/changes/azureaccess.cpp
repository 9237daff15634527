// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/changes/azureaccess.h"

#include <array>

namespace gatehouse::jobs {

namespace {

/// What the pages change.
constexpr std::array<const char*, 4> Needed{
    "Microsoft.ApiManagement/service/policyFragments/write", "Microsoft.ApiManagement/service/policies/write",
    "Microsoft.ApiManagement/service/backends/write", "Microsoft.ApiManagement/service/subscriptions/write"};
constexpr const char* Contributor = "API Management Service Contributor";

} // namespace

AzureAccess::AzureAccess(azure::PermissionsClient& permissions, std::string serviceId, QObject* parent)
    : QObject(parent)
    , m_permissions(permissions)
    , m_serviceId(std::move(serviceId))
{}

QFuture<Result<Access>> AzureAccess::access(std::stop_token stop)
{
    return m_permissions.permissions(m_serviceId, std::move(stop))
        .then(this, [](const Result<azure::PermissionSet>& set) -> Result<Access> {
            if (!set)
                return fail(set.error());
            Access access;
            access.known = true;
            access.mayEdit = true;
            for (const char* action : Needed) {
                if (set->allows(action))
                    continue;
                access.mayEdit = false;
                access.missing = action;
                access.role = Contributor;
                break;
            }
            return access;
        });
}

} // namespace gatehouse::jobs
