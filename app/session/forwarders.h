// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/services.h"

#include <QtCore/QPointer>

namespace gatehouse::app {

/// A sign-in that callers may hold before there is one to forward to: on this computer the stack has to run
/// first. Until then starting fails with a sentence. Main thread.
class ForwardingSignIn final : public jobs::SignIn
{
    Q_OBJECT
public:
    using SignIn::SignIn;

    /// The target must outlive this, or be replaced before it goes.
    void setTarget(jobs::SignIn* target);

    void startDeviceCode() override;
    void startBrowser() override;
    void cancel() override;

private:
    QPointer<jobs::SignIn> m_target;
};

/// The same for discovery.
class ForwardingDiscovery final : public jobs::Discovery
{
public:
    void setTarget(jobs::Discovery* target) { m_target = target; }

    [[nodiscard]] QFuture<Result<std::vector<jobs::Tenant>>> tenants(std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<std::vector<jobs::Subscription>>>
    subscriptions(std::string tenantId, std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<jobs::FoundResources>>
    resources(std::string tenantId, std::string subscriptionId, std::stop_token stop) override;

private:
    jobs::Discovery* m_target = nullptr;
};

} // namespace gatehouse::app
