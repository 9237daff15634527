// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/gateway/topology/fieldproblem.h"

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::gateway {

inline constexpr std::size_t MaxPoolServices = 30; // contracts §4.2
inline constexpr int MaxMemberShare = 100;         ///< of priority and weight

/// A pool's member as it is typed. "" leaves priority or weight to the service.
struct MemberDraft
{
    std::string backend;
    std::string priority; ///< 0..100, lower serves first
    std::string weight;   ///< 0..100

    bool operator==(const MemberDraft&) const = default;
};

/// The members of a pool's properties as a form shows them.
[[nodiscard]] std::vector<MemberDraft> memberDrafts(const Json& poolProperties);
/// Everything that contracts §4.2 would refuse: none or more than 30 members, a backend twice or without a
/// name, a priority or weight that is no whole number of 0 to 100.
[[nodiscard]] std::vector<FieldProblem> problemsOf(const std::vector<MemberDraft>& members);
/// The properties with these members in this order. A member that stays as it was keeps its spelling (a
/// weight may be text on the wire); what changes is written as a number. serviceId: the ARM id under which
/// new members are. A member that had been drained is no longer noted as such. InvalidInput with the place
/// of the first problem.
[[nodiscard]] Result<Json> withMembers(const Json& poolProperties, const std::vector<MemberDraft>& members,
                                       std::string_view serviceId);

} // namespace gatehouse::gateway
