// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/explain/setup.h"
#include "core/gateway/explain/trafficreplay.h"
#include "core/jobs/changes.h"

#include <QtCore/QFuture>

#include <map>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace gatehouse::jobs {

/// The resources as they are, and what changed them.
struct SetupHistory
{
    std::string serviceId; ///< ARM id
    gateway::SetupResources now;
    std::vector<JournalEntry> changes; ///< newest first, as the journal gives them
    /// Tokens a minute by account (the first label of its host) and deployment.
    std::map<std::pair<std::string, std::string>, std::int64_t> capacities;
    bool deploymentsKnown = true; ///< false: the accounts could not be read
    bool policiesKnown = true;    ///< false: the policies around the fragments could not be read
    bool retryKnown = false;      ///< the gateway's retry rule is the embedded one's
};

/// The setups that were in force: the resources as they are now, walked back through the journal. Changes by
/// others than this computer are in no journal of ours and stay unknown. Oldest first, at least one.
/// Fails where the setup of now cannot be read; an older one that cannot ends the walk there.
[[nodiscard]] Result<std::vector<gateway::SetupVersion>> versionsOf(const SetupHistory& history);

/// By backend and deployment.
[[nodiscard]] gateway::Capacities capacitiesOf(const SetupHistory& history);

/// Reads them. Asked with every explanation: whoever implements it keeps its answer for a while.
class SetupDirectory
{
public:
    SetupDirectory() = default;
    SetupDirectory(const SetupDirectory&) = delete;
    SetupDirectory& operator=(const SetupDirectory&) = delete;
    virtual ~SetupDirectory() = default;

    [[nodiscard]] virtual QFuture<Result<SetupHistory>> history(std::stop_token stop) = 0;
};

} // namespace gatehouse::jobs
