// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/gatewayservices.h"
#include "core/azure/loganalyticsclient.h"
#include "core/jobs/changeeffectquestions.h"
#include "core/jobs/connectionchecks.h"
#include "core/jobs/costledger.h"
#include "core/jobs/directories.h"
#include "core/jobs/gatewayfaults.h"
#include "core/jobs/ragask.h"
#include "core/jobs/workspacequeries.h"
#include "core/jobs/workspaceschema.h"

#include <memory>

namespace gatehouse::app {

/// The services for one workspace and one gateway over a connection, which must outlive them. Main thread.
class ServiceSet
{
public:
    ServiceSet(const Environment& environment, Connection& connection, const settings::Profile& profile);
    ServiceSet(const ServiceSet&) = delete;
    ServiceSet& operator=(const ServiceSet&) = delete;

    [[nodiscard]] jobs::Services services();

private:
    azure::LogAnalyticsClient m_logs;
    azure::ApimClient m_apim;
    azure::PermissionsClient m_permissions;
    jobs::WorkspaceQueries m_workspace;
    jobs::WorkspaceSchema m_schema;
    jobs::ApimDirectory m_directory;
    std::unique_ptr<azure::GatewayClient> m_gateway; // only where the gateway reports about itself
    std::unique_ptr<jobs::GatewayReporter> m_reporter;
    std::unique_ptr<jobs::GatewayFaults> m_faults;
    jobs::UsageQuestions m_usage;
    jobs::HealthQuestions m_health;
    jobs::ConnectionChecks m_checks;
    jobs::ChangeEffectQuestions m_changeEffect;
    std::unique_ptr<rag::RagClient> m_rag; // only where the profile names a RAG backend
    std::unique_ptr<jobs::RagAsk> m_ask;
    std::unique_ptr<GatewayServices> m_gatewayServices; // only where the profile has an APIM service
    std::unique_ptr<jobs::CostLedger> m_cost;           // last: it asks the others
};

} // namespace gatehouse::app
