// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/explain/trafficreplay.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>

namespace gatehouse::gateway {

namespace {

using CallOutcome = ReplayedCall::Outcome;
using LimitOutcome = ReplayedLimit::Outcome;

/// Of the log before a version, so that its circuits begin as they were.
constexpr Ticks LeadIn = std::chrono::hours(24);
/// For which a request that came under a version may go on after its end.
constexpr Ticks LeadOut = std::chrono::minutes(2);
constexpr Ticks Minute = std::chrono::minutes(1);

bool within(const TimeRange& range, DateTime moment)
{
    return range.start <= moment && moment < range.end;
}

/// When the circuits began that count in one of the versions: with the first of those in a row that count
/// them alike. A circuit that is there from the first version on has no such moment.
std::map<std::string, DateTime> beginsOf(const std::vector<SetupVersion>& versions, std::size_t version)
{
    std::map<std::string, DateTime> begins;
    for (const Backend& backend : versions[version].setup.routing.backends) {
        for (std::size_t i = version; i > 0; --i) {
            const auto& earlier = versions[i - 1].setup.routing.backends;
            const auto before = std::find_if(earlier.begin(), earlier.end(),
                                             [&](const Backend& one) { return one.name == backend.name; });
            if (before != earlier.end() && backend.countsAs(*before))
                continue;
            begins.emplace(backend.name, versions[i].since);
            break;
        }
    }
    return begins;
}

std::string limitSentence(bool refuses, LimitKind kind)
{
    return "the limit on " + toString(kind) +
           (refuses ? " would refuse it" : " would not refuse it any more");
}

class Run
{
public:
    Run(const ReplayQuestion& question, const LoggedTraffic& traffic)
        : m_question(question)
        , m_traffic(traffic)
    {
        m_replay.calls.resize(traffic.requests.size());
    }

    Result<TrafficReplay> run(const std::stop_token& stop)
    {
        m_limits = replayLimits(m_question.inForce, m_question.replayed, m_traffic);
        for (std::size_t i = 0; i < m_question.replayed.size(); ++i) {
            if (stop.stop_requested())
                return fail(Error::Kind::Cancelled, "The replay was stopped.");
            if (const Status done = version(i); !done)
                return fail(done.error());
        }
        count();
        excesses();
        return std::move(m_replay);
    }

private:
    [[nodiscard]] TimeRange rangeOf(std::size_t version) const;
    Status version(std::size_t index);
    [[nodiscard]] LoggedRequest routed(std::size_t index) const;
    void take(std::size_t index, const ReplayedRequest& result, const ReplayReport& report);
    [[nodiscard]] std::int32_t backendIndex(const std::string& name);
    void count();
    void countOne(std::size_t index);
    void example(std::size_t index);
    [[nodiscard]] std::string deploymentAfter(std::size_t index) const;
    void excesses();

    const ReplayQuestion& m_question;
    const LoggedTraffic& m_traffic;
    std::vector<ReplayedLimit> m_limits;
    std::vector<std::int32_t> m_rules; ///< by request, where it was routed
    std::unordered_map<std::string, std::int32_t> m_backends;
    TrafficReplay m_replay;
};

TimeRange Run::rangeOf(std::size_t version) const
{
    const auto& all = m_question.replayed;
    TimeRange range = m_question.range;
    if (version > 0)
        range.start = std::max(range.start, all[version].since);
    if (version + 1 < all.size())
        range.end = std::min(range.end, all[version + 1].since);
    return range;
}

/// As the limits leave it to be routed.
LoggedRequest Run::routed(std::size_t index) const
{
    LoggedRequest request = m_traffic.requests[index];
    if (!request.facts.budgetUsed)
        request.facts.budgetUsed = setupAt(m_question.replayed, request.time).budgetUsed;
    const LimitOutcome outcome = m_limits[index].outcome;
    if (outcome == LimitOutcome::Refused) {
        request.attempts.clear();
        request.backend.clear();
        request.status = refusalStatus(*m_limits[index].kind);
    } else if (outcome == LimitOutcome::LetThrough) {
        request.status = 503; // one that found nobody: whether somebody could serve is what the walk asks
    }
    return request;
}

Status Run::version(std::size_t index)
{
    const TimeRange judged = rangeOf(index);
    if (judged.start >= judged.end)
        return {};
    ReplaySetup setup = m_question.replayed[index].setup.routing;
    setup.judged = judged;
    setup.examples = 0;
    setup.begins = beginsOf(m_question.replayed, index);
    std::vector<std::size_t> places;
    std::vector<LoggedRequest> requests;
    const TimeRange taken{judged.start - LeadIn, judged.end + LeadOut};
    for (std::size_t i = 0; i < m_traffic.requests.size(); ++i) {
        if (!within(taken, m_traffic.requests[i].time))
            continue;
        places.push_back(i);
        requests.push_back(routed(i));
    }
    const auto report = replay(setup, requests);
    if (!report)
        return fail(report.error());
    m_rules.resize(m_traffic.requests.size(), -1);
    for (std::size_t i = 0; i < places.size(); ++i) {
        if (within(judged, m_traffic.requests[places[i]].time))
            take(places[i], report->requests[i], *report);
    }
    return {};
}

std::int32_t Run::backendIndex(const std::string& name)
{
    if (name.empty())
        return -1;
    const auto [found, isNew] =
        m_backends.try_emplace(name, static_cast<std::int32_t>(m_replay.backends.size()));
    if (isNew)
        m_replay.backends.push_back({name});
    return found->second;
}

void Run::take(std::size_t index, const ReplayedRequest& result, const ReplayReport& report)
{
    using Replayed = ReplayedRequest::Outcome;
    ReplayedCall& call = m_replay.calls[index];
    const ReplayedLimit& limit = m_limits[index];
    m_rules[index] = result.rule;
    call.cause = result.cause;
    call.status = result.status;
    call.limit = limit.kind;
    call.backend = result.backend < 0
                       ? -1
                       : backendIndex(report.backends[static_cast<std::size_t>(result.backend)].backend);
    if (limit.outcome == LimitOutcome::Refused)
        call.outcome = CallOutcome::Throttled;
    else if (limit.outcome == LimitOutcome::LetThrough)
        call.outcome = result.outcome == Replayed::Unproven ? CallOutcome::Unproven : CallOutcome::Freed;
    else if (limit.kind)
        call.outcome = CallOutcome::Same; // refused by the same limit
    else if (result.outcome == Replayed::Same)
        call.outcome = CallOutcome::Same;
    else if (result.outcome == Replayed::Moved)
        call.outcome = CallOutcome::Moved;
    else
        call.outcome = result.outcome == Replayed::Unproven ? CallOutcome::Unproven : CallOutcome::NotRouted;
    if (call.outcome == CallOutcome::Unproven)
        call.status = m_traffic.requests[index].status;
}

void Run::count()
{
    std::vector<std::size_t> changed;
    for (std::size_t i = 0; i < m_replay.calls.size(); ++i) {
        if (!within(m_question.range, m_traffic.requests[i].time)) {
            m_replay.calls[i].outcome = CallOutcome::NotJudged;
            continue;
        }
        countOne(i);
        const CallOutcome outcome = m_replay.calls[i].outcome;
        if (outcome == CallOutcome::Moved || outcome == CallOutcome::Throttled ||
            outcome == CallOutcome::Freed)
            changed.push_back(i);
    }
    const std::size_t shown = std::min(m_question.examples, changed.size());
    std::partial_sort(changed.begin(), changed.begin() + static_cast<std::ptrdiff_t>(shown), changed.end(),
                      [this](std::size_t a, std::size_t b) {
                          return std::tie(m_traffic.requests[a].time, a) <
                                 std::tie(m_traffic.requests[b].time, b);
                      });
    for (std::size_t i = 0; i < shown; ++i)
        example(changed[i]);
}

void Run::countOne(std::size_t index)
{
    const LoggedRequest& logged = m_traffic.requests[index];
    const ReplayedCall& call = m_replay.calls[index];
    ++m_replay.judged;
    std::int64_t* const counters[] = {&m_replay.same,  &m_replay.moved,    &m_replay.throttled,
                                      &m_replay.freed, &m_replay.unproven, &m_replay.notRouted};
    ++*counters[static_cast<std::size_t>(call.outcome)];
    if (m_limits[index].outcome == LimitOutcome::MayBeSame)
        ++m_replay.limitsBelieved;
    const auto refusals = [](ReplayRefusals& into, int status) {
        into.throttled += status == 429 ? 1 : 0;
        into.failed += status == 0 || status >= 500 ? 1 : 0;
    };
    refusals(m_replay.before, logged.status);
    refusals(m_replay.after, call.status);
    m_replay.throttledAvoided += logged.status == 429 && call.status != 429 ? 1 : 0;
    m_replay.throttledCaused += logged.status != 429 && call.status == 429 ? 1 : 0;
    const bool serves = call.status > 0 && call.status < 400;
    const bool served = logged.status > 0 && logged.status < 400;
    if (const auto before = backendIndex(logged.backend); before >= 0) {
        ++m_replay.backends[static_cast<std::size_t>(before)].requestsBefore;
        m_replay.backends[static_cast<std::size_t>(before)].tokensBefore += logged.tokens;
    }
    if (call.backend >= 0) {
        ReplayShare& after = m_replay.backends[static_cast<std::size_t>(call.backend)];
        ++after.requestsAfter;
        after.tokensAfter += serves || serves == served ? logged.tokens : 0;
    }
    m_replay.tokensUnknown += serves && !served ? 1 : 0;
}

void Run::example(std::size_t index)
{
    const LoggedRequest& logged = m_traffic.requests[index];
    const ReplayedCall& call = m_replay.calls[index];
    MovedExample& one = m_replay.examples.emplace_back();
    one.request = index;
    one.correlationId = m_traffic.details[index].correlationId;
    one.time = logged.time;
    one.from = logged.backend;
    one.to = call.backend < 0 ? "" : m_replay.backends[static_cast<std::size_t>(call.backend)].backend;
    one.statusBefore = logged.status;
    one.statusAfter = call.status;
    const bool byLimit = call.outcome == CallOutcome::Throttled || call.outcome == CallOutcome::Freed;
    one.why =
        byLimit ? limitSentence(call.outcome == CallOutcome::Throttled, *call.limit) : whyMoved(call.cause);
}

std::string Run::deploymentAfter(std::size_t index) const
{
    const LoggedRequest& logged = m_traffic.requests[index];
    const std::int32_t rule = m_rules[index];
    if (m_replay.calls[index].outcome != CallOutcome::Moved)
        return logged.deployment;
    const auto& rules = setupAt(m_question.replayed, logged.time).routing.plan.rules;
    if (rule >= 0 && rules[static_cast<std::size_t>(rule)].downgrade &&
        rules[static_cast<std::size_t>(rule)].downgrade->qualityAllows)
        return rules[static_cast<std::size_t>(rule)].downgrade->deployment;
    return logged.facts.of(RoutingField::Model).value_or(logged.deployment);
}

void Run::excesses()
{
    if (m_question.capacities.empty())
        return;
    using Key = std::tuple<std::int64_t, std::string, std::string>; // minute, backend, deployment
    std::map<Key, std::pair<std::int64_t, std::int64_t>> used;      // before, after
    for (std::size_t i = 0; i < m_replay.calls.size(); ++i) {
        const LoggedRequest& logged = m_traffic.requests[i];
        const ReplayedCall& call = m_replay.calls[i];
        if (call.outcome == CallOutcome::NotJudged || logged.tokens == 0)
            continue;
        const std::int64_t minute = logged.time.sinceYearOne / Minute;
        used[{minute, logged.backend, logged.deployment}].first += logged.tokens;
        if (call.backend >= 0 && call.status > 0 && call.status < 400)
            used[{minute, m_replay.backends[static_cast<std::size_t>(call.backend)].backend,
                  deploymentAfter(i)}]
                .second += logged.tokens;
    }
    for (const auto& [key, tokens] : used) {
        const auto& [minute, backend, deployment] = key;
        const auto capacity = m_question.capacities.find({backend, deployment});
        if (capacity == m_question.capacities.end())
            continue;
        const bool before = tokens.first > capacity->second;
        m_replay.excessMinutesBefore += before ? 1 : 0;
        if (tokens.second > capacity->second)
            m_replay.excesses.push_back(
                {backend, deployment, DateTime{Minute * minute}, tokens.second, capacity->second, before});
    }
}

} // namespace

Result<TrafficReplay> replayTraffic(const ReplayQuestion& question, const LoggedTraffic& traffic,
                                    const std::stop_token& stop)
{
    if (question.inForce.empty() || question.replayed.empty())
        return fail(Error::Kind::Internal, "A replay was asked without a setup.");
    return Run(question, traffic).run(stop);
}

} // namespace gatehouse::gateway
