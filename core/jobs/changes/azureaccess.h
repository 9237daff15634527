// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/azure/permissionsclient.h"
#include "core/jobs/changes.h"

namespace gatehouse::jobs {

/// AccessService from the roles on the API Management service (contracts §7). Deny assignments are not in
/// them, so a write may be refused all the same. Main thread.
class AzureAccess final : public QObject, public AccessService
{
public:
    /// permissions must outlive this.
    AzureAccess(azure::PermissionsClient& permissions, std::string serviceId, QObject* parent = nullptr);

    [[nodiscard]] QFuture<Result<Access>> access(std::stop_token stop) override;

private:
    azure::PermissionsClient& m_permissions;
    std::string m_serviceId;
};

} // namespace gatehouse::jobs
