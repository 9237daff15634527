// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/connection.h"
#include "core/jobs/aicapacity.h"
#include "core/jobs/apimfacts.h"
#include "core/jobs/apimkeys.h"
#include "core/jobs/apimquotas.h"
#include "core/jobs/apimrouting.h"
#include "core/jobs/armposture.h"
#include "core/jobs/changes/actionlog.h"
#include "core/jobs/changes/azureaccess.h"
#include "core/jobs/changes/changeengine.h"
#include "core/jobs/explain/apimsetups.h"
#include "core/jobs/explain/explainquestions.h"
#include "core/jobs/healthquestions.h"
#include "core/jobs/quotaboardquestions.h"

namespace gatehouse::app {

/// The services of a profile that names an API Management service: what it is set to, why it did what it did,
/// and the one way to change it. The parts outlive it. Main thread.
class GatewayServices
{
public:
    struct Parts
    {
        Connection& connection;
        azure::ApimClient& apim;
        azure::PermissionsClient& permissions;
        jobs::Workspace& workspace;
        jobs::HealthService& health;
        const Environment& environment;
        const settings::Profile& profile;
        Ticks reportingDelay;
    };
    explicit GatewayServices(const Parts& parts);

    /// Adds them to what the profile offers.
    void offer(jobs::Services& services);

private:
    azure::CognitiveClient m_cognitive;
    azure::SubscriptionClient m_subscriptions;
    jobs::JournalStore m_journal;
    jobs::ChangeEngine m_changes;
    jobs::ActionLog m_actions;
    jobs::AzureAccess m_access;
    jobs::ApimQuotas m_quotas;
    jobs::AiCapacity m_capacity;
    jobs::QuotaBoardQuestions m_quotaBoard;
    jobs::ApimRouting m_routing;
    jobs::ApimSetups m_setups;
    jobs::ExplainQuestions m_explain;
    jobs::ApimKeyService m_keys;
    jobs::ArmPosture m_posture;
    jobs::ApimFacts m_facts;
};

} // namespace gatehouse::app
