// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/directory/servicedirectory.h"
#include "core/jobs/changes.h"

namespace gatehouse::jobs {

/// The service directory as it stands, and what a change of it starts from.
struct FactsNow
{
    gateway::ServiceDirectory directory;
    std::string resourceId;         ///< of the named value
    std::optional<Json> properties; ///< empty: there is none yet
};

/// What the company says of its services: application, owner, cost centre (Quotas, Cost, `gatehouse-cli
/// directory`). Written through the ChangeService like everything else.
class FactsService
{
public:
    virtual ~FactsService() = default;
    /// InvalidInput when the named value holds something else than a directory.
    [[nodiscard]] virtual QFuture<Result<FactsNow>> facts(std::stop_token stop) = 0;
};

/// What makes the directory so. InvalidInput when it is longer than a named value may be.
[[nodiscard]] Result<ChangeSet> changesOf(const FactsNow& now, const gateway::ServiceDirectory& wanted);

} // namespace gatehouse::jobs
