// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/topology/breakeredit.h"
#include "core/gateway/topology/pooledit.h"
#include "core/jobs/changes.h"
#include "core/jobs/routing.h"

/// What the Routing page proposes, as change sets. Pure: nothing is written here. InvalidInput says what is
/// wrong with a draft, and where.
namespace gatehouse::ui {

/// base: the fragment's properties that the draft began with; empty where there was no fragment.
[[nodiscard]] Result<jobs::ChangeSet> planChange(const std::string& serviceId,
                                                 const std::optional<Json>& base,
                                                 const gateway::RoutingFragment& before,
                                                 const gateway::RoutingFragment& draft);
/// Takes the backend out of every pool that it is a member of.
[[nodiscard]] Result<jobs::ChangeSet> drainChange(const jobs::RoutingView& view, const std::string& backend);
/// Puts it back into every pool that it was drained from.
[[nodiscard]] Result<jobs::ChangeSet> restoreChange(const jobs::RoutingView& view,
                                                    const std::string& backend);
[[nodiscard]] Result<jobs::ChangeSet> breakerChange(const jobs::RoutingView& view, const std::string& backend,
                                                    const gateway::BreakerDraft& draft);
[[nodiscard]] Result<jobs::ChangeSet> membersChange(const jobs::RoutingView& view, const std::string& pool,
                                                    const std::vector<gateway::MemberDraft>& members);

} // namespace gatehouse::ui
