// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/azure/armclient.h"

#include <string>
#include <vector>

namespace gatehouse::azure {

/// One subscription of an API Management service (contracts §4.4): a pair of keys and what they open.
struct KeyedSubscription
{
    std::string id; ///< the last segment
    std::string name;
    std::string scope; ///< ARM id, or "/apis"
    std::string state;
};

/// Both keys. Whoever holds them lets go of them soon.
struct ApimKeys
{
    std::string primary;
    std::string secondary;
};

/// Subscriptions and their keys through ARM. Main thread.
class SubscriptionClient final : public QObject
{
public:
    explicit SubscriptionClient(ArmClient& arm, QObject* parent = nullptr);

    [[nodiscard]] QFuture<Result<std::vector<KeyedSubscription>>> list(const std::string& serviceId,
                                                                       std::stop_token stop);
    [[nodiscard]] QFuture<Result<ApimKeys>> keys(const std::string& serviceId,
                                                 const std::string& subscription, std::stop_token stop);
    /// Sent once (ArmClient::act). It cannot be stopped once it was sent.
    [[nodiscard]] QFuture<Status> regenerate(const std::string& serviceId, const std::string& subscription,
                                             bool primary);

private:
    ArmClient& m_arm;
};

} // namespace gatehouse::azure
