// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/explain/draft.h"
#include "core/gateway/explain/setup.h"
#include "core/jobs/changes.h"

namespace gatehouse::jobs {

/// What a draft changes of a service's resources, to be reviewed and applied: backends first, then pools,
/// then the routing fragment that may name them. InvalidInput for what does not exist or cannot be written.
[[nodiscard]] Result<ChangeSet> changesOf(const gateway::RoutingDraft& draft,
                                          const gateway::SetupResources& now, const std::string& serviceId);

} // namespace gatehouse::jobs
