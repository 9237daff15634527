// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/serviceset.h"

#include "core/journal/filestorage.h"

namespace gatehouse::app {

namespace {

/// The embedded log has a row as soon as the answer was sent; Azure's takes minutes.
constexpr std::chrono::seconds LocalReportingDelay{10};
constexpr std::chrono::minutes AzureReportingDelay{5};

/// The stack's origin serves its gateway's /metrics, /status and /faults; an APIM service has none of these.
std::unique_ptr<azure::GatewayClient> makeGateway(Connection& connection, const settings::Profile& profile)
{
    if (!profile.isLocal())
        return nullptr;
    return std::make_unique<azure::GatewayClient>(connection.client(), connection.cloud().armOrigin,
                                                  connection.cloud().armScope);
}

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

ServiceSet::ServiceSet(const Environment& environment, Connection& connection,
                       const settings::Profile& profile)
    : m_logs(connection.client(), connection.cloud().logsOrigin, connection.cloud().logsScope)
    , m_apim(connection.arm())
    , m_permissions(connection.arm())
    , m_cognitive(connection.arm())
    , m_workspace(m_logs, profile.workspaceId)
    , m_schema(m_logs, profile.workspaceId, m_workspace)
    , m_directory(m_apim, connection.resources(), *environment.clock,
                  {profile.apimResourceId, profile.tenantId, profile.subscriptionId})
    , m_gateway(makeGateway(connection, profile))
    , m_reporter(m_gateway ? std::make_unique<jobs::GatewayReporter>(*m_gateway) : nullptr)
    , m_faults(m_gateway ? std::make_unique<jobs::GatewayFaults>(*m_gateway) : nullptr)
    , m_usage(m_workspace, m_directory)
    , m_health({m_workspace, m_directory, m_reporter.get(), *environment.clock,
                profile.isLocal() ? Ticks(LocalReportingDelay) : Ticks(AzureReportingDelay)})
    , m_checks({m_workspace, m_apim, m_permissions, profile.apimResourceId, profile.workspaceResourceId})
    , m_changeEffect(m_workspace, *environment.clock,
                     profile.isLocal() ? Ticks(LocalReportingDelay) : Ticks(AzureReportingDelay))
    // The journal is handed to it where this set has one, so that each request is told by the setup of its
    // time.
    , m_setups({connection.arm(), connection.resources(), *environment.clock, nullptr, profile.isLocal()},
               {profile.apimResourceId, profile.tenantId, profile.subscriptionId})
    , m_explain({m_workspace, m_setups, *environment.clock, profile.isLocal()})
    , m_quotas(profile.apimResourceId.empty()
                   ? nullptr
                   : std::make_unique<jobs::ApimQuotas>(m_apim, profile.apimResourceId))
    , m_routing(profile.apimResourceId.empty()
                    ? nullptr
                    : std::make_unique<jobs::ApimRouting>(jobs::ApimRouting::Sources{
                          m_apim, m_health, m_workspace, *environment.clock, profile.apimResourceId}))
    , m_subscriptions(connection.arm())
    , m_keys(profile.apimResourceId.empty()
                 ? nullptr
                 : std::make_unique<jobs::ApimKeyService>(jobs::ApimKeyService::Parts{
                       m_subscriptions, m_workspace, *environment.clock, profile.apimResourceId, nullptr}))
    , m_posture(profile.apimResourceId.empty()
                    ? nullptr
                    : std::make_unique<jobs::ArmPosture>(connection.arm(), *environment.clock,
                                                         profile.apimResourceId))
    , m_capacity(m_cognitive, *environment.clock, profile.subscriptionId)
    , m_quotaBoard(profile.apimResourceId.empty()
                       ? nullptr
                       : std::make_unique<jobs::QuotaBoardQuestions>(jobs::QuotaBoardQuestions::Sources{
                             m_workspace, m_apim, m_capacity, *environment.clock, profile.apimResourceId,
                             profile.isLocal() ? Ticks(LocalReportingDelay) : Ticks(AzureReportingDelay)}))
    , m_journal(makeJournal(environment))
    , m_changes(connection.arm(), m_journal, *environment.clock, connection.scheduler(),
                [&broker = connection.broker()] { return whoIs(broker); })
    , m_access(profile.apimResourceId.empty()
                   ? nullptr
                   : std::make_unique<jobs::AzureAccess>(m_permissions, profile.apimResourceId))
    , m_quotas(profile.apimResourceId.empty()
                   ? nullptr
                   : std::make_unique<jobs::ApimQuotas>(m_apim, profile.apimResourceId, m_changes,
                                                        *environment.clock))
{}

jobs::Services ServiceSet::services()
{
    jobs::Services services;
    services.workspace = &m_workspace;
    services.usage = &m_usage;
    services.health = &m_health;
    services.faults = m_faults.get();
    services.connectionTest = &m_checks;
    services.schema = &m_schema;
    services.quotas = m_quotas.get();
    services.routing = m_routing.get();
    services.changeEffect = &m_changeEffect;
    services.explain = m_quotas == nullptr ? nullptr : &m_explain;
    services.keys = m_keys.get();
    services.posture = m_posture.get();
    services.quotaBoard = m_quotaBoard.get();
    services.journal = &m_journal;
    services.changes = m_quotas ? &m_changes : nullptr;
    services.access = m_access.get();
    return services;
}

} // namespace gatehouse::app
