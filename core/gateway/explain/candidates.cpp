// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/explain/candidates.h"

#include "core/base/encoding.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace gatehouse::gateway {

namespace {

/// What may have been true of a member.
struct Possible
{
    std::vector<MemberState> states;
};

bool may(Tristate value, bool wanted)
{
    return value == Tristate::Unknown || (value == Tristate::Yes) == wanted;
}

Possible possibleStates(const CircuitWitness* witness, const Choosing& choosing, DateTime at,
                        const ReplayRetry& retry, bool tried)
{
    const Tristate admits = witness ? witness->admits(at, choosing.attempt) : Tristate::Unknown;
    Tristate parked = witness ? witness->parkedFor(Ticks(0), at, choosing.attempt) : Tristate::Unknown;
    Tristate overlong =
        witness ? witness->parkedFor(retry.maxPause, at, choosing.attempt) : Tristate::Unknown;
    if (!retry.retryAfterParks)
        parked = overlong = Tristate::No;
    Possible possible;
    for (const bool admit : {true, false}) {
        for (const bool park : {true, false}) {
            for (const bool over : {true, false}) {
                if (!may(admits, admit) || !may(parked, park) || !may(overlong, over) || (over && !park))
                    continue;
                for (const bool again : {true, false}) {
                    if (choosing.triedKnown ? again == tried : again || !tried)
                        possible.states.push_back({admit, park, again, over});
                }
            }
        }
    }
    return possible;
}

auto turnOf(const MemberState& state, const PoolMember& member)
{
    return std::make_tuple((state.tried ? 2 : 0) + (state.parked ? 1 : 0), member.priority);
}

int reluctance(const MemberState& state)
{
    return std::get<0>(turnOf(state, PoolMember{}));
}

/// The balancer's own words for one picture of the two; Unknown when the choice would have been another one.
NotTaken reasonIn(const MemberState& mine, const PoolMember& member, const MemberState& chosenState,
                  const PoolMember* chosen)
{
    if (mine.out())
        return mine.admits ? NotTaken::Parked : NotTaken::OpenCircuit;
    if (chosen == nullptr)
        return NotTaken::Unknown;
    const auto own = turnOf(mine, member);
    const auto taken = turnOf(chosenState, *chosen);
    if (own < taken || (own == taken && chosen->weight == 0 && member.weight > 0))
        return NotTaken::Unknown;
    if (reluctance(mine) > reluctance(chosenState))
        return mine.tried ? NotTaken::AlreadyTried : NotTaken::Parked;
    if (member.priority > chosen->priority)
        return NotTaken::LowerPriority;
    return member.weight == 0 && chosen->weight > 0 ? NotTaken::ZeroWeight : NotTaken::DrawByWeight;
}

std::string sentenceFor(const ExplainedCandidate& one)
{
    if (one.taken)
        return "It was called.";
    switch (one.reason) {
    case NotTaken::OpenCircuit:
        return "Its circuit was open.";
    case NotTaken::Parked:
        return "Its Retry-After had not passed.";
    case NotTaken::AlreadyTried:
        return "The request had tried it already.";
    case NotTaken::LowerPriority:
        return "A backend of higher priority could serve.";
    case NotTaken::ZeroWeight:
        return "Its weight is 0, and another of its priority could serve.";
    case NotTaken::DrawByWeight:
        return "The draw by weight fell on another one.";
    case NotTaken::NoDeployment:
        return "It does not have the deployment.";
    case NotTaken::NotInPool:
        return "The route does not use it.";
    case NotTaken::Unknown:
        break;
    }
    return "Why it was not called cannot be told from the log.";
}

class Candidates
{
public:
    Candidates(const ReplaySetup& setup, const Pool& pool, const Witnesses& witnesses,
               const Choosing& choosing)
        : m_setup(setup)
        , m_pool(pool)
        , m_witnesses(witnesses)
        , m_choosing(choosing)
    {
        for (const PoolMember& member : pool.members) {
            if (equalsIgnoreCase(member.backend, choosing.chosen))
                m_chosen = &member;
        }
    }

    [[nodiscard]] NotTaken reason(const PoolMember& member) const
    {
        if (m_chosen == nullptr && !m_choosing.chosen.empty())
            return NotTaken::Unknown; // what was called is none of the pool: the setup is not the one
        std::set<NotTaken> reasons;
        for (const DateTime at : {m_choosing.at, m_choosing.until})
            collect(member, at, reasons);
        reasons.erase(NotTaken::Unknown);
        return reasons.size() == 1 ? *reasons.begin() : NotTaken::Unknown;
    }

    /// Of the draw that the chosen one won, or that would be made.
    [[nodiscard]] std::optional<double> share(const PoolMember& member) const
    {
        if (m_chosen == nullptr)
            return std::nullopt;
        int total = 0;
        int count = 0;
        bool mine = false;
        for (const PoolMember& one : m_pool.members) {
            const NotTaken why = &one == m_chosen ? NotTaken::DrawByWeight : reason(one);
            if (why == NotTaken::Unknown)
                return std::nullopt;
            const bool drawn = why == NotTaken::DrawByWeight || why == NotTaken::ZeroWeight;
            total += drawn ? one.weight : 0;
            count += drawn ? 1 : 0;
            mine = mine || (drawn && &one == &member);
        }
        if (!mine || count < 2)
            return std::nullopt;
        return total == 0 ? 1.0 / count : static_cast<double>(member.weight) / total;
    }

private:
    void collect(const PoolMember& member, DateTime at, std::set<NotTaken>& reasons) const
    {
        MemberState none;
        Possible chosen{{none}};
        if (m_chosen != nullptr) {
            chosen = states(*m_chosen, at);
            // It was called, so its circuit admitted it and it was not parked for too long.
            std::erase_if(chosen.states, [](const MemberState& one) { return one.out(); });
        }
        for (const MemberState& mine : states(member, at).states) {
            for (const MemberState& taken : chosen.states)
                reasons.insert(reasonIn(mine, member, taken, m_chosen));
        }
    }

    [[nodiscard]] Possible states(const PoolMember& member, DateTime at) const
    {
        const auto witness = std::find_if(m_witnesses.begin(), m_witnesses.end(), [&](const auto& one) {
            return equalsIgnoreCase(one.first, member.backend);
        });
        const bool tried =
            std::any_of(m_choosing.tried.begin(), m_choosing.tried.end(),
                        [&](const std::string& one) { return equalsIgnoreCase(one, member.backend); });
        return possibleStates(witness == m_witnesses.end() ? nullptr : &witness->second, m_choosing, at,
                              m_setup.retry, tried);
    }

    const ReplaySetup& m_setup;
    const Pool& m_pool;
    const Witnesses& m_witnesses;
    const Choosing& m_choosing;
    const PoolMember* m_chosen = nullptr;
};

bool hasDeployment(const ReplaySetup& setup, const std::string& backend, const std::string& deployment)
{
    const auto found = std::find_if(setup.deployments.begin(), setup.deployments.end(),
                                    [&](const auto& one) { return equalsIgnoreCase(one.first, backend); });
    return found == setup.deployments.end() ||
           std::find(found->second.begin(), found->second.end(), deployment) != found->second.end();
}

bool exists(const ReplaySetup& setup, const std::string& backend)
{
    return std::any_of(setup.backends.begin(), setup.backends.end(),
                       [&](const Backend& one) { return equalsIgnoreCase(one.name, backend); });
}

} // namespace

std::optional<Pool> poolOf(const ReplaySetup& setup, const std::string& target)
{
    for (const Pool& pool : setup.pools) {
        if (equalsIgnoreCase(pool.name, target))
            return pool;
    }
    return exists(setup, target) ? std::optional(Pool{target, {{target, 1, 1}}}) : std::nullopt;
}

std::vector<ExplainedCandidate> explainCandidates(const ReplaySetup& setup, const std::string& target,
                                                  const std::string& deployment, const Witnesses& witnesses,
                                                  const Choosing& choosing)
{
    const std::optional<Pool> pool = poolOf(setup, target);
    std::vector<ExplainedCandidate> candidates;
    if (!pool)
        return candidates;
    Pool able{pool->name, {}};
    for (const PoolMember& member : pool->members) {
        if (exists(setup, member.backend) && hasDeployment(setup, member.backend, deployment))
            able.members.push_back(member);
    }
    const Candidates judged(setup, able, witnesses, choosing);
    for (const PoolMember& member : pool->members) {
        ExplainedCandidate& one = candidates.emplace_back();
        one.backend = member.backend;
        one.priority = member.priority;
        one.weight = member.weight;
        one.taken = !choosing.chosen.empty() && equalsIgnoreCase(member.backend, choosing.chosen);
        const auto place =
            std::find_if(able.members.begin(), able.members.end(),
                         [&](const PoolMember& other) { return other.backend == member.backend; });
        if (one.taken)
            one.certainty = Certainty::Logged;
        else if (!deployment.empty() || setup.deployments.empty())
            one.reason = place == able.members.end() ? NotTaken::NoDeployment : judged.reason(*place);
        if (place != able.members.end())
            one.expectedShare = judged.share(*place);
    }
    for (const Backend& backend : setup.backends) {
        const bool member =
            std::any_of(pool->members.begin(), pool->members.end(),
                        [&](const PoolMember& one) { return equalsIgnoreCase(one.backend, backend.name); });
        if (!member) {
            ExplainedCandidate& one = candidates.emplace_back();
            one.backend = backend.name;
            one.taken = !choosing.chosen.empty() && equalsIgnoreCase(backend.name, choosing.chosen);
            one.reason = NotTaken::NotInPool;
            if (one.taken)
                one.certainty = Certainty::Logged;
        }
    }
    for (ExplainedCandidate& one : candidates) {
        if (!one.taken && one.reason != NotTaken::Unknown)
            one.certainty = Certainty::Inferred;
        one.sentence = sentenceFor(one);
    }
    return candidates;
}

} // namespace gatehouse::gateway
