// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/azure/apimclient.h"
#include "core/azure/permissionsclient.h"
#include "core/jobs/services.h"

#include <memory>
#include <optional>
#include <string>

namespace gatehouse::jobs {

/// Test connection: tries what the pages need, one after the other, and names each permission that is missing
/// and each telemetry that is off, with the role or the setting that mends it. A check that could not be made
/// is Unknown, never Fails; the test itself only fails when it was cancelled or nobody is signed in. Main
/// thread.
class ConnectionChecks final : public QObject, public ConnectionTest
{
public:
    struct Parts
    {
        Workspace& workspace;
        azure::ApimClient& apim;
        azure::PermissionsClient& permissions;
        std::string apimResourceId;      ///< "" where the profile has none
        std::string workspaceResourceId; ///< "" where the profile has none
    };

    explicit ConnectionChecks(Parts parts, QObject* parent = nullptr);

    [[nodiscard]] QFuture<Result<std::vector<Check>>> run(std::stop_token stop) override;

private:
    struct Run;
    using RunPtr = std::shared_ptr<Run>;

    void checkWorkspace(const RunPtr& run);
    void checkPermissions(const RunPtr& run);
    void checkDiagnostics(const RunPtr& run);
    void checkTable(const RunPtr& run, std::size_t index);
    [[nodiscard]] bool stopsAt(const RunPtr& run, const Error& error);

    Parts m_parts;
};

} // namespace gatehouse::jobs
