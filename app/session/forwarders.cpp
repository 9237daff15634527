// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/forwarders.h"

#include "core/http/deferred.h"

namespace gatehouse::app {

namespace {

tl::unexpected<Error> notYet()
{
    return fail(Error::Kind::Unavailable, "The profile is still being opened.",
                "Wait a moment and try again.");
}

} // namespace

void ForwardingSignIn::setTarget(jobs::SignIn* target)
{
    if (m_target)
        m_target->disconnect(this);
    m_target = target;
    if (target == nullptr)
        return;
    connect(target, &SignIn::codeReady, this, &SignIn::codeReady);
    connect(target, &SignIn::browserNeeded, this, &SignIn::browserNeeded);
    connect(target, &SignIn::signedIn, this, &SignIn::signedIn);
    connect(target, &SignIn::failed, this, &SignIn::failed);
}

void ForwardingSignIn::startDeviceCode()
{
    if (m_target)
        m_target->startDeviceCode();
    else
        Q_EMIT failed(notYet().value(), false);
}

void ForwardingSignIn::startBrowser()
{
    if (m_target)
        m_target->startBrowser();
    else
        Q_EMIT failed(notYet().value(), false);
}

void ForwardingSignIn::cancel()
{
    if (m_target)
        m_target->cancel();
}

QFuture<Result<std::vector<jobs::Tenant>>> ForwardingDiscovery::tenants(std::stop_token stop)
{
    if (m_target == nullptr)
        return http::settledFuture<std::vector<jobs::Tenant>>(notYet());
    return m_target->tenants(std::move(stop));
}

QFuture<Result<std::vector<jobs::Subscription>>> ForwardingDiscovery::subscriptions(std::string tenantId,
                                                                                    std::stop_token stop)
{
    if (m_target == nullptr)
        return http::settledFuture<std::vector<jobs::Subscription>>(notYet());
    return m_target->subscriptions(std::move(tenantId), std::move(stop));
}

QFuture<Result<jobs::FoundResources>>
ForwardingDiscovery::resources(std::string tenantId, std::string subscriptionId, std::stop_token stop)
{
    if (m_target == nullptr)
        return http::settledFuture<jobs::FoundResources>(notYet());
    return m_target->resources(std::move(tenantId), std::move(subscriptionId), std::move(stop));
}

} // namespace gatehouse::app
