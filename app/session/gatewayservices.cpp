// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/gatewayservices.h"

#include "core/journal/filestorage.h"

namespace gatehouse::app {

namespace {

std::unique_ptr<journal::Journal> makeJournal(const Environment& environment)
{
    return std::make_unique<journal::Journal>(
        std::make_unique<journal::FileStorage>(environment.dataDirectory), *environment.clock);
}

jobs::ChangeEngine::Who whoIs(const auth::TokenBroker& broker)
{
    const auto& identity = broker.identity();
    if (!identity)
        return {};
    const jobs::Account account = jobs::accountFrom(*identity, false);
    return {account.objectId, account.name.empty() ? account.username : account.name};
}

} // namespace

GatewayServices::GatewayServices(const Parts& parts)
    : m_cognitive(parts.connection.arm())
    , m_subscriptions(parts.connection.arm())
    , m_journal(makeJournal(parts.environment))
    , m_changes(parts.connection.arm(), m_journal, *parts.environment.clock, parts.connection.scheduler(),
                [&broker = parts.connection.broker()] { return whoIs(broker); })
    , m_actions(m_journal, [&broker = parts.connection.broker()] { return whoIs(broker); })
    , m_access(parts.permissions, parts.profile.apimResourceId)
    , m_quotas(parts.apim, parts.profile.apimResourceId, m_changes, *parts.environment.clock)
    , m_capacity(m_cognitive, *parts.environment.clock, parts.profile.subscriptionId)
    , m_quotaBoard({parts.workspace, parts.apim, m_capacity, *parts.environment.clock,
                    parts.profile.apimResourceId, parts.reportingDelay})
    , m_routing(
          {parts.apim, parts.health, parts.workspace, *parts.environment.clock, parts.profile.apimResourceId})
    , m_setups({parts.connection.arm(), parts.connection.resources(), *parts.environment.clock, &m_journal,
                parts.profile.isLocal()},
               {parts.profile.apimResourceId, parts.profile.tenantId, parts.profile.subscriptionId})
    , m_explain({parts.workspace, m_setups, *parts.environment.clock, parts.profile.isLocal()})
    , m_keys({m_subscriptions, parts.workspace, *parts.environment.clock, parts.profile.apimResourceId,
              &m_actions})
    , m_posture(parts.connection.arm(), *parts.environment.clock, parts.profile.apimResourceId)
    , m_facts(parts.connection.arm(), parts.profile.apimResourceId)
{}

void GatewayServices::offer(jobs::Services& services)
{
    services.quotas = &m_quotas;
    services.changes = &m_changes;
    services.journal = &m_journal;
    services.access = &m_access;
    services.quotaBoard = &m_quotaBoard;
    services.routing = &m_routing;
    services.explain = &m_explain;
    services.keys = &m_keys;
    services.posture = &m_posture;
    services.facts = &m_facts;
}

} // namespace gatehouse::app
