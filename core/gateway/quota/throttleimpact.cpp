// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/quota/throttleimpact.h"

#include "core/gateway/quota/limitcounter.h"

#include <algorithm>
#include <queue>
#include <unordered_map>

namespace gatehouse::gateway {

namespace {

std::int64_t tokensOf(const PastCall& call)
{
    return sensibleAmount(sensibleAmount(call.promptTokens) + sensibleAmount(call.completionTokens));
}

bool refusedInLog(const PastCall& call)
{
    return call.status == 429 || call.status == 403;
}

void count(CallTally& tally, std::int64_t tokens)
{
    ++tally.calls;
    tally.tokens += tokens;
}

void merge(CallTally& into, const CallTally& other)
{
    into.calls += other.calls;
    into.tokens += other.tokens;
}

/// One service's counters and what they say of its calls, which come in order of time.
class ServiceReplay
{
public:
    ServiceReplay(std::string service, const std::vector<LimitRule>* rules, std::size_t examples)
        : m_examples(examples)
    {
        m_impact.service = std::move(service);
        if (rules == nullptr)
            return;
        for (const LimitRule& rule : *rules)
            m_limits.push_back({rule, LimitCounter(kindOf(rule))});
    }

    void replay(const PastCall& call)
    {
        endCallsUntil(call.time);
        const Instant now = Instant::at(call.time);
        const TokenDemand demand{call.promptTokens, call.maxTokens};
        const std::int64_t tokens = tokensOf(call);
        const Limit* refusing = nullptr;
        LimitVerdict verdict;
        for (const Limit& limit : m_limits) {
            verdict = limit.counter.ask(limit.rule, now, shareOf(limit.rule, demand, 1));
            if (verdict.allowed)
                continue;
            refusing = &limit;
            break;
        }
        tally(call, tokens, refusing, verdict);
        if (refusing == nullptr && !m_limits.empty())
            enter(call, now, demand, {tokens, call.bytes});
    }

    ServiceImpact finish()
    {
        while (!m_running.empty())
            endFirst();
        for (const Limit& limit : m_limits) {
            const Overshoot over = limit.counter.standing(limit.rule, {}).overshoot;
            m_impact.overshoot.peak = std::max(m_impact.overshoot.peak, over.peak);
            m_impact.overshoot.total += over.total;
        }
        return std::move(m_impact);
    }

private:
    struct Limit
    {
        LimitRule rule;
        LimitCounter counter;
    };
    struct Running
    {
        DateTime end;
        std::vector<TakenShare> shares; // one for each limit
        LimitUsage usage;
    };
    struct EndsLater
    {
        bool operator()(const Running& a, const Running& b) const { return a.end > b.end; }
    };

    void tally(const PastCall& call, std::int64_t tokens, const Limit* refusing, const LimitVerdict& verdict)
    {
        count(m_impact.seen, tokens);
        if (refusedInLog(call))
            count(m_impact.refusedInLog, tokens);
        if (refusing == nullptr) {
            if (refusedInLog(call))
                count(m_impact.noLongerRefused, tokens);
            return;
        }
        const LimitKind kind = kindOf(refusing->rule);
        count(m_impact.refused, tokens);
        count(m_impact.byLimit[static_cast<std::size_t>(kind)], tokens);
        if (!refusedInLog(call))
            count(m_impact.refusedAnew, tokens);
        if (m_impact.examples.size() < m_examples)
            m_impact.examples.push_back({call.id, call.time, tokens, kind, verdict.retryAfter, call.status});
    }

    void enter(const PastCall& call, Instant now, const TokenDemand& demand, const LimitUsage& usage)
    {
        std::vector<TakenShare> shares;
        shares.reserve(m_limits.size());
        for (Limit& limit : m_limits)
            shares.push_back(limit.counter.take(limit.rule, now, shareOf(limit.rule, demand, 1)));
        m_running.push({call.time + std::max(call.duration, Ticks(0)), std::move(shares), usage});
    }

    void endCallsUntil(DateTime now)
    {
        while (!m_running.empty() && m_running.top().end <= now)
            endFirst();
    }

    void endFirst()
    {
        const Running& call = m_running.top();
        for (std::size_t i = 0; i < m_limits.size(); ++i)
            m_limits[i].counter.settle(m_limits[i].rule, call.shares[i], Instant::at(call.end), call.usage);
        m_running.pop();
    }

    std::vector<Limit> m_limits;
    std::priority_queue<Running, std::vector<Running>, EndsLater> m_running;
    ServiceImpact m_impact;
    std::size_t m_examples;
};

/// The places of the calls, in order of time; those of one time stay as they came.
std::vector<std::size_t> inOrder(const std::vector<PastCall>& calls)
{
    std::vector<std::size_t> order(calls.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return calls[a].time < calls[b].time; });
    return order;
}

void addTo(ServiceImpact& total, const ServiceImpact& one)
{
    merge(total.seen, one.seen);
    merge(total.refused, one.refused);
    for (std::size_t i = 0; i < total.byLimit.size(); ++i)
        merge(total.byLimit[i], one.byLimit[i]);
    merge(total.refusedInLog, one.refusedInLog);
    merge(total.refusedAnew, one.refusedAnew);
    merge(total.noLongerRefused, one.noLongerRefused);
    total.overshoot.peak = std::max(total.overshoot.peak, one.overshoot.peak);
    total.overshoot.total += one.overshoot.total;
}

} // namespace

ThrottleImpact throttleImpact(const std::vector<PastCall>& calls,
                              const std::map<std::string, std::vector<LimitRule>>& drafts,
                              std::size_t examplesPerService)
{
    std::unordered_map<std::string_view, ServiceReplay> replays;
    for (const std::size_t place : inOrder(calls)) {
        const PastCall& call = calls[place];
        auto found = replays.find(call.service);
        if (found == replays.end()) {
            const auto draft = drafts.find(call.service);
            const auto* rules = draft == drafts.end() ? nullptr : &draft->second;
            found = replays.try_emplace(call.service, call.service, rules, examplesPerService).first;
        }
        found->second.replay(call);
    }
    ThrottleImpact impact;
    for (auto& [service, replay] : replays) {
        impact.services.push_back(replay.finish());
        addTo(impact.total, impact.services.back());
    }
    std::sort(impact.services.begin(), impact.services.end(),
              [](const ServiceImpact& a, const ServiceImpact& b) { return a.service < b.service; });
    return impact;
}

} // namespace gatehouse::gateway
