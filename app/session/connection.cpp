// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/connection.h"

namespace gatehouse::app {

namespace {

std::unique_ptr<auth::CredentialStore> makeStore(const Environment& environment, bool local,
                                                 http::Scheduler& scheduler)
{
    // This computer's own sign-in is made anew at each start: it needs no keychain.
    if (local || !environment.keychain)
        return std::make_unique<auth::MemoryStore>();
    return std::make_unique<auth::KeychainStore>(scheduler);
}

} // namespace

Connection::Connection(const Environment& environment, settings::Cloud cloud,
                       const settings::Profile& authority)
    : m_cloud(std::move(cloud))
    , m_retrying(m_network, *environment.clock, m_scheduler)
    , m_store(makeStore(environment, authority.isLocal(), m_scheduler))
    , m_entra(m_retrying, *environment.clock, {m_cloud.loginOrigin, authority.tenantId, authority.clientId})
    , m_broker({m_entra, *m_store, *environment.clock, m_scheduler, *environment.log,
                environment.dataDirectory + "/refresh.lock"})
    , m_authorized(m_retrying, m_broker, *environment.clock)
    , m_arm(m_authorized, m_cloud.armOrigin, m_cloud.armScope)
    , m_discoveryClient(m_arm)
    , m_signIn({m_entra, m_broker, *environment.clock, m_scheduler, m_cloud.armScope, authority.isLocal()})
    , m_discovery(m_discoveryClient)
{}

} // namespace gatehouse::app
