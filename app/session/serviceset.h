// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/connection.h"
#include "core/azure/loganalyticsclient.h"
#include "core/jobs/apimkeys.h"
#include "core/jobs/apimquotas.h"
#include "core/jobs/apimrouting.h"
#include "core/jobs/armposture.h"
#include "core/jobs/changes/azureaccess.h"
#include "core/jobs/changes/changeengine.h"
#include "core/jobs/changeeffectquestions.h"
#include "core/jobs/connectionchecks.h"
#include "core/jobs/directories.h"
#include "core/jobs/explain/apimsetups.h"
#include "core/jobs/explain/explainquestions.h"
#include "core/jobs/gatewayfaults.h"
#include "core/jobs/quotaboardquestions.h"
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
    azure::CognitiveClient m_cognitive;
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
    jobs::ApimSetups m_setups;
    jobs::ExplainQuestions m_explain;
    std::unique_ptr<jobs::ApimQuotas> m_quotas; // only where the profile has an APIM service
    std::unique_ptr<jobs::ApimRouting> m_routing;
    azure::SubscriptionClient m_subscriptions;
    std::unique_ptr<jobs::ApimKeyService> m_keys; // likewise
    std::unique_ptr<jobs::ArmPosture> m_posture;  // likewise
    jobs::AiCapacity m_capacity;
    std::unique_ptr<jobs::QuotaBoardQuestions> m_quotaBoard; // likewise
    jobs::JournalStore m_journal;
    jobs::ChangeEngine m_changes;
    std::unique_ptr<jobs::AzureAccess> m_access; // these two only where the profile has an APIM service
    std::unique_ptr<jobs::ApimQuotas> m_quotas;
};

} // namespace gatehouse::app
