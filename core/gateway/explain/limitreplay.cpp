// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/explain/limitreplay.h"

#include "core/gateway/explain/refusal.h"
#include "core/gateway/quota/limitkeeper.h"

#include <algorithm>
#include <queue>
#include <tuple>

namespace gatehouse::gateway {

namespace {

using LimitOutcome = ReplayedLimit::Outcome;

bool countsTokens(LimitKind kind)
{
    return kind == LimitKind::TokenRate || kind == LimitKind::TokenQuota;
}

/// Which counter a limit has, however its numbers are changed: windows of another length count apart.
std::string identityOf(const LimitRule& rule)
{
    std::string identity = toString(kindOf(rule));
    if (const auto* calls = std::get_if<CallRate>(&rule))
        identity += "/" + std::to_string(calls->renewalPeriod.count());
    if (const auto* tokens = std::get_if<TokenAllowance>(&rule))
        identity += "/" + toString(tokens->period);
    return identity;
}

/// The limit of that kind, for people; "" where there is none.
std::string limitOf(const LimitSheet& sheet, const std::string& service, LimitKind kind)
{
    std::string all;
    for (const LimitRule& rule : sheet.of(service)) {
        if (kindOf(rule) == kind)
            all += describe(rule) + ";";
    }
    return all;
}

class Walk
{
public:
    Walk(const std::vector<SetupVersion>& inForce, const std::vector<SetupVersion>& replayed,
         const LoggedTraffic& traffic)
        : m_inForce(inForce)
        , m_replayed(replayed)
        , m_traffic(traffic)
    {}

    [[nodiscard]] std::vector<ReplayedLimit> run()
    {
        std::vector<std::size_t> order(m_traffic.requests.size());
        for (std::size_t i = 0; i < order.size(); ++i)
            order[i] = i;
        std::sort(order.begin(), order.end(), [this](std::size_t a, std::size_t b) {
            return std::tie(m_traffic.requests[a].time, a) < std::tie(m_traffic.requests[b].time, b);
        });
        std::vector<ReplayedLimit> results(order.size());
        for (const std::size_t index : order) {
            endUntil(m_traffic.requests[index].time);
            results[index] = enter(index);
        }
        return results;
    }

private:
    /// An admitted call that runs.
    struct Running
    {
        DateTime end;
        std::size_t request = 0;
        std::shared_ptr<LimitReservation> reservation;

        bool operator>(const Running& other) const
        {
            return std::tie(end, request) > std::tie(other.end, other.request);
        }
    };

    void endUntil(DateTime moment)
    {
        while (!m_running.empty() && m_running.top().end <= moment) {
            const Running ended = m_running.top();
            m_running.pop();
            LimitUsage usage;
            usage.tokens = m_traffic.requests[ended.request].tokens;
            usage.bytes = m_traffic.details[ended.request].bytes;
            ended.reservation->settle(Instant::at(ended.end), usage);
        }
    }

    [[nodiscard]] ReplayedLimit enter(std::size_t index)
    {
        const LoggedRequest& request = m_traffic.requests[index];
        const CallDetails& details = m_traffic.details[index];
        const Refusal refusal = refusalOf(request, details);
        const std::optional<LimitKind> logged = limitOf(refusal);
        if (isBeforeRouting(refusal) && !logged && refusal != Refusal::UnknownDeployment)
            return {LimitOutcome::NotAsked, std::nullopt};
        if (refusal == Refusal::UnknownDeployment && request.attempts.empty())
            return {LimitOutcome::NotAsked, std::nullopt};
        const LimitSheet& sheet = setupAt(m_replayed, request.time).limits;
        LimitedRequest asked;
        for (const LimitRule& rule : sheet.of(details.service))
            asked.limits.push_back(
                {identityOf(rule), details.service.empty() ? "none" : details.service, rule});
        if (asked.limits.empty())
            return withoutLimits(logged, sheet);
        LimitAdmission admission = m_keeper.admit(Instant::at(request.time), asked);
        if (!admission.allowed)
            return {logged ? LimitOutcome::Same : LimitOutcome::Refused, admission.refusal.kind};
        if (logged && (!sheet.complete || stillHolds(*logged, request, details.service, sheet)))
            return {LimitOutcome::MayBeSame, logged}; // and what it took is given back
        m_running.push({request.time + std::max(details.total, Ticks(0)), index,
                        std::make_shared<LimitReservation>(std::move(admission.reservation))});
        return {logged ? LimitOutcome::LetThrough : LimitOutcome::Same, logged};
    }

    [[nodiscard]] static ReplayedLimit withoutLimits(std::optional<LimitKind> logged, const LimitSheet& sheet)
    {
        if (!logged)
            return {};
        return {sheet.complete ? LimitOutcome::LetThrough : LimitOutcome::MayBeSame, logged};
    }

    /// Whether the limit on tokens that refused it is the one that is replayed.
    [[nodiscard]] bool stillHolds(LimitKind kind, const LoggedRequest& request, const std::string& service,
                                  const LimitSheet& sheet) const
    {
        const std::string now = limitOf(sheet, service, kind);
        return countsTokens(kind) && !now.empty() &&
               now == limitOf(setupAt(m_inForce, request.time).limits, service, kind);
    }

    const std::vector<SetupVersion>& m_inForce;
    const std::vector<SetupVersion>& m_replayed;
    const LoggedTraffic& m_traffic;
    LimitKeeper m_keeper;
    std::priority_queue<Running, std::vector<Running>, std::greater<>> m_running;
};

} // namespace

const ExplainSetup& setupAt(const std::vector<SetupVersion>& versions, DateTime moment)
{
    const SetupVersion* found = &versions.front();
    for (const SetupVersion& version : versions) {
        if (version.since <= moment)
            found = &version;
    }
    return found->setup;
}

std::vector<ReplayedLimit> replayLimits(const std::vector<SetupVersion>& inForce,
                                        const std::vector<SetupVersion>& replayed,
                                        const LoggedTraffic& traffic)
{
    return Walk(inForce, replayed, traffic).run();
}

} // namespace gatehouse::gateway
