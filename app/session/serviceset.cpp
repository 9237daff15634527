// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/serviceset.h"

#include "resources/resources.h"

#include <QtCore/QFile>

#include <algorithm>
#include <cctype>

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

std::unique_ptr<rag::RagClient> makeRag(const Environment& environment, Connection& connection,
                                        const settings::Profile& profile)
{
    if (profile.ragUrl.empty())
        return nullptr;
    return std::make_unique<rag::RagClient>(
        rag::RagClient::Parts{connection.calls(), connection.streams(), connection.broker(),
                              *environment.clock, connection.scheduler()},
        rag::Backend{profile.ragUrl, profile.ragScope, profile.ragMapping});
}

Ticks reportingDelay(const settings::Profile& profile)
{
    return profile.isLocal() ? Ticks(LocalReportingDelay) : Ticks(AzureReportingDelay);
}

/// One ledger a workspace, whatever the profile is called.
jobs::CostLedger::Files costFiles(const Environment& environment, const settings::Profile& profile)
{
    std::string name = profile.workspaceId;
    std::replace_if(
        name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0 && c != '-'; }, '_');
    initResources();
    QFile prices(QStringLiteral(":/gatehouse/prices/list-prices.csv"));
    const bool open = prices.open(QIODevice::ReadOnly);
    return {environment.dataDirectory + "/cost/" + name,
            open ? prices.readAll().toStdString() : std::string(), profile.name,
            profile.isLocal() ? "Sample data of the stack on this computer: nobody pays these amounts."
                              : std::string()};
}

} // namespace

ServiceSet::ServiceSet(const Environment& environment, Connection& connection,
                       const settings::Profile& profile)
    : m_logs(connection.client(), connection.cloud().logsOrigin, connection.cloud().logsScope)
    , m_apim(connection.arm())
    , m_permissions(connection.arm())
    , m_workspace(m_logs, profile.workspaceId)
    , m_schema(m_logs, profile.workspaceId, m_workspace)
    , m_directory(m_apim, connection.resources(), *environment.clock,
                  {profile.apimResourceId, profile.tenantId, profile.subscriptionId})
    , m_gateway(makeGateway(connection, profile))
    , m_reporter(m_gateway ? std::make_unique<jobs::GatewayReporter>(*m_gateway) : nullptr)
    , m_faults(m_gateway ? std::make_unique<jobs::GatewayFaults>(*m_gateway) : nullptr)
    , m_usage(m_workspace, m_directory)
    , m_health({m_workspace, m_directory, m_reporter.get(), *environment.clock, reportingDelay(profile)})
    , m_checks({m_workspace, m_apim, m_permissions, profile.apimResourceId, profile.workspaceResourceId})
    , m_changeEffect(m_workspace, *environment.clock, reportingDelay(profile))
    , m_rag(makeRag(environment, connection, profile))
    , m_ask(m_rag ? std::make_unique<jobs::RagAsk>(*m_rag, connection.scheduler()) : nullptr)
    , m_gatewayServices(profile.apimResourceId.empty()
                            ? nullptr
                            : std::make_unique<GatewayServices>(GatewayServices::Parts{
                                  connection, m_apim, m_permissions, m_workspace, m_health, environment,
                                  profile, reportingDelay(profile)}))
{
    jobs::Services offered;
    if (m_gatewayServices != nullptr)
        m_gatewayServices->offer(offered);
    m_cost = std::make_unique<jobs::CostLedger>(jobs::CostLedger::Sources{m_workspace, m_directory,
                                                                          offered.facts, *environment.clock,
                                                                          reportingDelay(profile)},
                                                costFiles(environment, profile));
}

jobs::Services ServiceSet::services()
{
    jobs::Services services;
    services.workspace = &m_workspace;
    services.usage = &m_usage;
    services.health = &m_health;
    services.faults = m_faults.get();
    services.connectionTest = &m_checks;
    services.schema = &m_schema;
    services.changeEffect = &m_changeEffect;
    services.ask = m_ask.get();
    services.cost = m_cost.get();
    if (m_gatewayServices != nullptr)
        m_gatewayServices->offer(services);
    return services;
}

} // namespace gatehouse::app
