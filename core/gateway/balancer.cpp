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

std::string whyPassed(const Candidate& one, const Candidate* chosen)
{
    if (!one.state.admits)
        return "open circuit";
    if (chosen != nullptr && one.reluctance() > chosen->reluctance())
        return one.state.tried ? "already tried" : "parked by Retry-After";
    if (chosen != nullptr && one.member->priority > chosen->member->priority)
        return "lower priority";
    return "draw by weight";
}

} // namespace

Choice choose(const Pool& pool, const std::function<MemberState(const std::string&)>& stateOf, double draw)
{
    std::vector<Candidate> candidates;
    candidates.reserve(pool.members.size());
    auto best = std::make_tuple(std::numeric_limits<int>::max(), std::numeric_limits<int>::max());
    for (const PoolMember& member : pool.members) {
        const Candidate& added = candidates.emplace_back(Candidate{&member, stateOf(member.backend)});
        if (added.state.admits)
            best = std::min(best, std::make_tuple(added.reluctance(), member.priority));
    }
    std::vector<const Candidate*> group;
    for (const Candidate& one : candidates) {
        if (one.state.admits && std::make_tuple(one.reluctance(), one.member->priority) == best)
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
