// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/azure/armclient.h"

#include <optional>
#include <string>

namespace gatehouse::jobs {

/// A resource as it stood at one moment.
struct SeenResource
{
    std::optional<Json> properties; ///< empty: not there
    std::string version;            ///< its ETag; "" where it is not there
    Json envelope = Json::object(); ///< what stands beside the properties and a write must repeat: sku, …
};

/// Resources of ARM by their id, whatever their type: which api-version, how a policy is asked for, where the
/// version stands. Each write is over a version that was seen: If-Match, or If-None-Match where nothing was
/// there. Main thread.
class ArmResources final : public QObject
{
public:
    explicit ArmResources(azure::ArmClient& arm, QObject* parent = nullptr);

    /// Not there is an answer, unless what it would belong to is not there either. InvalidInput for a type
    /// that is never changed here; Protocol when the service names no version.
    [[nodiscard]] QFuture<Result<SeenResource>> read(const std::string& id, std::stop_token stop);
    /// Creates, replaces or (wanted empty) removes what was seen. The body of the answer is not read.
    [[nodiscard]] QFuture<Result<azure::ArmResource>> write(const std::string& id, const SeenResource& seen,
                                                            const std::optional<Json>& wanted,
                                                            std::stop_token stop);
    [[nodiscard]] QFuture<Result<Json>> operation(const std::string& url, std::stop_token stop);

    /// A write of this type repeats more than the properties, so the resource must have been read by read().
    [[nodiscard]] static bool needsEnvelope(const std::string& id);

private:
    azure::ArmClient& m_arm;
};

} // namespace gatehouse::jobs
