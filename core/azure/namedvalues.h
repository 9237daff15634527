// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/azure/armclient.h"
#include "core/gateway/directory/servicedirectory.h"

#include <optional>
#include <string>
#include <vector>

namespace gatehouse::azure {

/// A named value of API Management as it stood at one version.
struct NamedValue
{
    std::string id; ///< the last segment
    std::string displayName;
    std::string value; ///< "" for a secret one: it never comes back
    bool secret = false;
    ETag version;
};

/// The service directory as it stood. Without a version there is none yet.
struct StoredDirectory
{
    gateway::ServiceDirectory directory;
    std::optional<ETag> version;
};

/// The named values of an API Management service, and the one that Gatehouse owns. A write says which version
/// it replaces. Main thread.
class NamedValues final : public QObject
{
public:
    explicit NamedValues(ArmClient& arm, QObject* parent = nullptr);

    /// NotFound when there is none; Protocol when the service names no version of it.
    [[nodiscard]] QFuture<Result<NamedValue>> read(const std::string& serviceId, const std::string& id,
                                                   std::stop_token stop);
    /// Changes the text alone; name, tags and secrecy stay. Conflict when the version is no longer the one in
    /// force. The service may still be working on it when the future finishes (202): read it again to see.
    [[nodiscard]] QFuture<Status> replace(const std::string& serviceId, const NamedValue& value,
                                          std::stop_token stop);

    /// An empty directory without a version when the service has none; InvalidInput when the text is none.
    [[nodiscard]] QFuture<Result<StoredDirectory>> readDirectory(const std::string& serviceId,
                                                                 std::stop_token stop);
    /// Makes the directory where there was none. InvalidInput when it does not fit, Conflict when somebody
    /// else wrote it meanwhile; nothing is written then.
    [[nodiscard]] QFuture<Status> writeDirectory(const std::string& serviceId,
                                                 const StoredDirectory& directory, std::stop_token stop);

private:
    ArmClient& m_arm;
};

} // namespace gatehouse::azure
