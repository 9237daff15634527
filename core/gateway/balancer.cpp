// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/balancer.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace gatehouse::gateway {

namespace {

struct Candidate
{
    const PoolMember* member;
    MemberState state;

    /// 0 is best; the order in which members are made do with.
    [[nodiscard]] int reluctance() const { return (state.tried ? 2 : 0) + (state.parked ? 1 : 0); }
};

const Candidate* drawByWeight(const std::vector<const Candidate*>& group, double draw)
{
    if (group.empty())
        return nullptr;
    std::int64_t total = 0;
    for (const Candidate* one : group)
        total += one->member->weight;
    if (total == 0) {
        const auto index = static_cast<std::size_t>(draw * static_cast<double>(group.size()));
        return group[std::min(index, group.size() - 1)];
    }
    double left = draw * static_cast<double>(total);
    const Candidate* last = nullptr;
    for (const Candidate* one : group) {
        if (one->member->weight == 0)
            continue;
        last = one;
        left -= static_cast<double>(one->member->weight);
        if (left < 0)
            break;
    }
    return last;
}

PassReason whyPassed(const Candidate& one, const Candidate* chosen)
{
    if (one.state.out())
        return one.state.admits ? PassReason::Parked : PassReason::OpenCircuit;
    if (chosen != nullptr && one.reluctance() > chosen->reluctance())
        return one.state.tried ? PassReason::AlreadyTried : PassReason::Parked;
    if (chosen != nullptr && one.member->priority > chosen->member->priority)
        return PassReason::LowerPriority;
    return one.member->weight == 0 && chosen != nullptr && chosen->member->weight > 0
               ? PassReason::ZeroWeight
               : PassReason::DrawByWeight;
}

} // namespace

std::string_view toString(PassReason reason)
{
    switch (reason) {
    case PassReason::OpenCircuit:
        return "open circuit";
    case PassReason::Parked:
        return "parked by Retry-After";
    case PassReason::AlreadyTried:
        return "already tried";
    case PassReason::LowerPriority:
        return "lower priority";
    case PassReason::ZeroWeight:
        return "weight 0";
    case PassReason::DrawByWeight:
        break;
    }
    return "draw by weight";
}

Choice choose(const Pool& pool, const std::function<MemberState(const std::string&)>& stateOf, double draw)
{
    std::vector<Candidate> candidates;
    candidates.reserve(pool.members.size());
    auto best = std::make_tuple(std::numeric_limits<int>::max(), std::numeric_limits<int>::max());
    for (const PoolMember& member : pool.members) {
        const Candidate& added = candidates.emplace_back(Candidate{&member, stateOf(member.backend)});
        if (!added.state.out())
            best = std::min(best, std::make_tuple(added.reluctance(), member.priority));
    }
    std::vector<const Candidate*> group;
    for (const Candidate& one : candidates) {
        if (!one.state.out() && std::make_tuple(one.reluctance(), one.member->priority) == best)
            group.push_back(&one);
    }
    const Candidate* chosen = drawByWeight(group, draw);
    Choice choice;
    if (chosen != nullptr)
        choice.backend = chosen->member->backend;
    for (const Candidate& one : candidates) {
        if (&one != chosen)
            choice.passed.push_back({one.member->backend, whyPassed(one, chosen)});
    }
    return choice;
}

} // namespace gatehouse::gateway
