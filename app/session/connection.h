// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/session.h"
#include "core/auth/credentialstore.h"
#include "core/azure/armclient.h"
#include "core/http/networkclient.h"
#include "core/http/retry.h"
#include "core/http/streamclient.h"
#include "core/jobs/azurediscovery.h"
#include "core/jobs/signinflow.h"

#include <memory>

namespace gatehouse::app {

/// The network, the tokens and the sign-in of one account in one cloud, built from the bottom up. Which
/// workspace and gateway are looked at does not matter here. Main thread.
class Connection
{
public:
    /// authority names tenant and application; isLocal: the cloud is the embedded stack.
    Connection(const Environment& environment, settings::Cloud cloud, const settings::Profile& authority);
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    [[nodiscard]] const settings::Cloud& cloud() const { return m_cloud; }
    [[nodiscard]] http::Scheduler& scheduler() { return m_scheduler; }
    [[nodiscard]] http::HttpClient& calls() { return m_retrying; }
    [[nodiscard]] http::StreamClient& streams() { return m_streams; }
    [[nodiscard]] auth::TokenBroker& broker() { return m_broker; }
    [[nodiscard]] azure::AuthorizedClient& client() { return m_authorized; }
    [[nodiscard]] azure::ArmClient& arm() { return m_arm; }
    [[nodiscard]] azure::DiscoveryClient& resources() { return m_discoveryClient; }
    [[nodiscard]] jobs::SignInFlow& signIn() { return m_signIn; }
    [[nodiscard]] jobs::AzureDiscovery& discovery() { return m_discovery; }

private:
    settings::Cloud m_cloud;
    http::TimerScheduler m_scheduler;
    http::NetworkClient m_network;
    http::RetryingClient m_retrying;
    http::StreamClient m_streams;
    std::unique_ptr<auth::CredentialStore> m_store;
    auth::EntraClient m_entra;
    auth::TokenBroker m_broker;
    azure::AuthorizedClient m_authorized;
    azure::ArmClient m_arm;
    azure::DiscoveryClient m_discoveryClient;
    jobs::SignInFlow m_signIn;
    jobs::AzureDiscovery m_discovery;
};

} // namespace gatehouse::app
