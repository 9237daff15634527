// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/topology/shares.h"

#include <algorithm>

namespace gatehouse::gateway {

std::vector<MemberShare> sharesOf(const Pool& pool, const std::function<bool(const std::string&)>& mayServe,
                                  const std::function<std::int64_t(const std::string&)>& attempts)
{
    std::vector<MemberShare> shares(pool.members.size());
    std::optional<int> first; // the priority that serves
    std::int64_t total = 0;
    for (std::size_t i = 0; i < pool.members.size(); ++i) {
        const PoolMember& member = pool.members[i];
        shares[i].attempts = attempts(member.backend);
        total += shares[i].attempts;
        if (mayServe(member.backend) && (!first || member.priority < *first))
            first = member.priority;
    }
    std::int64_t weights = 0;
    std::int64_t serving = 0;
    const auto serves = [&](const PoolMember& member) {
        return first && member.priority == *first && mayServe(member.backend);
    };
    for (const PoolMember& member : pool.members) {
        weights += serves(member) ? member.weight : 0;
        serving += serves(member) ? 1 : 0;
    }
    for (std::size_t i = 0; i < pool.members.size(); ++i) {
        const PoolMember& member = pool.members[i];
        if (serves(member))
            shares[i].expected = weights > 0
                                     ? static_cast<double>(member.weight) / static_cast<double>(weights)
                                     : 1.0 / static_cast<double>(serving);
        if (total > 0)
            shares[i].seen = static_cast<double>(shares[i].attempts) / static_cast<double>(total);
    }
    return shares;
}

} // namespace gatehouse::gateway
