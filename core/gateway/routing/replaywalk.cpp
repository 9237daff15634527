// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/routing/replaywalk.h"

#include <algorithm>
#include <tuple>

namespace gatehouse::gateway {

namespace {

constexpr std::int64_t TicksPerMilli = 10'000;
constexpr std::int64_t WeatherLasts = 60'000 * TicksPerMilli;
constexpr std::int64_t UsualDuration = 500 * TicksPerMilli;
/// All that wait for a backend wake in the same millisecond; those that the log shows at it go first.
constexpr std::int64_t WakeSlack = 2 * TicksPerMilli;
constexpr int WeatherDraw = 100; // apart from the draws among members
constexpr int StartRank = 3;

Millis millisAt(std::int64_t ticks)
{
    return Millis(DateTime{Ticks(ticks)}.unixMilliseconds());
}

AttemptEnd endOf(const LoggedAttempt& attempt)
{
    return {attempt.status, std::chrono::duration_cast<Millis>(attempt.retryAfter), attempt.cut};
}

std::int64_t durationOf(const LoggedAttempt& attempt)
{
    return std::max<std::int64_t>(attempt.duration.count(), 0);
}

std::int64_t arrivalOf(const LoggedRequest& request)
{
    const std::int64_t own = request.time.sinceYearOne.count();
    return request.attempts.empty()
               ? own
               : std::min(own, request.attempts.front().attempt.start.sinceYearOne.count());
}

/// In [0,1), the same in every replay (SplitMix64's mixer).
double drawFor(std::uint32_t request, int attempt)
{
    std::uint64_t z =
        (std::uint64_t{request} << 8U) + static_cast<std::uint64_t>(attempt) + 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    z ^= z >> 31U;
    return static_cast<double>(z >> 11U) * 0x1.0p-53;
}

/// The request itself is wrong, wherever it goes.
bool isRefusalOfItsOwn(int status)
{
    return status >= 400 && status < 500 && status != 408 && status != 429;
}

std::uint64_t bitOf(const RoutedPool& pool, int backend)
{
    const auto place = std::find(pool.backends.begin(), pool.backends.end(), backend);
    return place == pool.backends.end()
               ? 0
               : std::uint64_t{1} << static_cast<unsigned>(place - pool.backends.begin());
}

} // namespace

ReplayWalk::ReplayWalk(const ReplaySetup& setup, const std::vector<LoggedRequest>& requests)
    : m_setup(setup)
    , m_requests(requests)
    , m_backends(setup, [this](int backend, Millis until) { return pendingOf(backend, until); })
    , m_results(requests.size())
    , m_progress(requests.size())
{
    m_firstAttempt.reserve(requests.size());
    for (const LoggedRequest& request : requests) {
        m_firstAttempt.push_back(static_cast<std::uint32_t>(m_attemptBackends.size()));
        for (const BackendAttempt& one : request.attempts)
            m_attemptBackends.push_back(m_backends.indexOf(one.backend));
    }
    for (const LoggedRequest& request : requests) {
        if (!request.backend.empty())
            (void)m_backends.indexOf(request.backend); // so that all have a number before the walk
    }
    m_weather.resize(m_backends.count());
}

int ReplayWalk::loggedBackend(std::uint32_t request, std::size_t attempt) const
{
    return m_attemptBackends[m_firstAttempt[request] + attempt];
}

bool ReplayWalk::later(const Event& a, const Event& b)
{
    return std::tie(a.at, a.rank, a.order) > std::tie(b.at, b.rank, b.order);
}

void ReplayWalk::push(Step step, std::int64_t at, int rank, std::uint32_t request, std::size_t attempt)
{
    m_events.push_back({at, rank, m_order++, request, static_cast<std::uint16_t>(attempt), step});
    std::push_heap(m_events.begin(), m_events.end(), later);
}

ReplayWalk::Event ReplayWalk::pop()
{
    std::pop_heap(m_events.begin(), m_events.end(), later);
    const Event event = m_events.back();
    m_events.pop_back();
    return event;
}

void ReplayWalk::run()
{
    std::vector<std::pair<std::int64_t, std::uint32_t>> arrivals;
    arrivals.reserve(m_requests.size());
    for (std::uint32_t i = 0; i < m_requests.size(); ++i)
        arrivals.emplace_back(arrivalOf(m_requests[i]), i);
    std::sort(arrivals.begin(), arrivals.end());
    for (const auto& [at, request] : arrivals) {
        while (!m_events.empty() && m_events.front().at < at)
            handle(pop());
        arrive(request);
    }
    while (!m_events.empty())
        handle(pop());
}

void ReplayWalk::arrive(std::uint32_t request)
{
    const LoggedRequest& logged = m_requests[request];
    ReplayedRequest& result = m_results[request];
    result.status = logged.status;
    result.backend =
        static_cast<std::int16_t>(logged.backend.empty() ? -1 : m_backends.indexOf(logged.backend));
    if (logged.attempts.empty()) {
        if (logged.status == 503)
            push(Step::LoggedRefusal, logged.time.sinceYearOne.count(), StartRank, request);
        else
            result.outcome = Outcome::NotRouted;
        return;
    }
    for (std::size_t i = 0; i < logged.attempts.size(); ++i) {
        const LoggedAttempt& attempt = logged.attempts[i].attempt;
        push(Step::LoggedStart, attempt.start.sinceYearOne.count(), durationOf(attempt) == 0 ? 1 : StartRank,
             request, i);
    }
}

void ReplayWalk::handle(const Event& event)
{
    switch (event.step) {
    case Step::LoggedStart:
        loggedStart(event);
        break;
    case Step::LoggedEnd:
        loggedEnd(event);
        break;
    case Step::LoggedRefusal:
        loggedRefusal(event);
        break;
    case Step::Consider:
        considerAgain(event);
        break;
    case Step::TryStart:
        tryStart(event);
        break;
    case Step::TryEnd:
        tryEnd(event);
        break;
    }
}

void ReplayWalk::begin(std::uint32_t request)
{
    Progress& progress = m_progress[request];
    if (progress.begun)
        return;
    progress.begun = true;
    const LoggedRequest& logged = m_requests[request];
    ReplayedRequest& result = m_results[request];
    if (m_setup.judged && (logged.time < m_setup.judged->start || logged.time >= m_setup.judged->end)) {
        result.outcome = Outcome::Unproven;
        return;
    }
    const RouteDecision decision = decideRule(m_setup.plan, logged.facts);
    const bool byRule = decision.rule != RouteDecision::Default;
    const RoutingRule* rule = byRule ? &m_setup.plan.rules[static_cast<std::size_t>(decision.rule)] : nullptr;
    const std::string& target = byRule ? rule->pool : m_setup.plan.defaultPool;
    if (!decision.proven || target.empty()) {
        result.outcome = Outcome::Unproven;
        return;
    }
    result.rule = decision.rule;
    static const std::string None;
    const std::optional<std::string>& asked = logged.facts.of(RoutingField::Model);
    const bool downgrades = byRule && rule->downgrade && rule->downgrade->qualityAllows;
    const std::string& deployment = downgrades ? rule->downgrade->deployment : asked ? *asked : None;
    progress.pool = m_backends.poolFor(target, deployment);
    const bool other = !logged.deployment.empty() && !deployment.empty() && logged.deployment != deployment;
    if (other) {
        result.outcome = Outcome::Moved;
        result.cause = Cause::Deployment;
    }
}

void ReplayWalk::loggedStart(const Event& event)
{
    begin(event.request);
    Progress& progress = m_progress[event.request];
    const int backend = loggedBackend(event.request, event.attempt);
    const LoggedAttempt& attempt = m_requests[event.request].attempts[event.attempt].attempt;
    const bool instant = durationOf(attempt) == 0;
    push(Step::LoggedEnd, event.at + durationOf(attempt), instant ? 2 : 0, event.request, event.attempt);
    if (!progress.follows)
        return;
    const bool proven = m_results[event.request].outcome != Outcome::Unproven;
    if (proven) {
        const Cause cause =
            progress.pool == nullptr
                ? Cause::NotInPool
                : m_backends.objection(*progress.pool, backend, progress.tried, millisAt(event.at));
        if (cause != Cause::None) {
            diverge(event.request, cause, event.at);
            return;
        }
    }
    take(progress, backend, event.at);
}

void ReplayWalk::take(Progress& progress, int backend, std::int64_t at)
{
    if (progress.pool != nullptr)
        progress.tried |= bitOf(*progress.pool, backend);
    progress.backend = backend;
    ++progress.attempts;
    progress.permit = m_backends.admit(backend, millisAt(at));
}

void ReplayWalk::loggedEnd(const Event& event)
{
    const LoggedRequest& logged = m_requests[event.request];
    const LoggedAttempt& attempt = logged.attempts[event.attempt].attempt;
    const int backend = loggedBackend(event.request, event.attempt);
    if (!isRefusalOfItsOwn(attempt.status)) {
        Weather& weather = m_weather[static_cast<std::size_t>(backend)];
        weather.samples[weather.next] = {event.at, durationOf(attempt), endOf(attempt)};
        weather.next = (weather.next + 1) % weather.samples.size();
    }
    Progress& progress = m_progress[event.request];
    if (!progress.follows)
        return;
    progress.end = endOf(attempt);
    m_backends.settle(backend, progress.permit, progress.end, millisAt(event.at));
    progress.permit.reset();
    const bool last = event.attempt + 1U == logged.attempts.size();
    const bool more = progress.pool != nullptr && progress.attempts < m_setup.retry.maxAttempts;
    if (last && more && isRetryable(attempt.status))
        consider(event);
}

/// The log ends without an answer, be it a failure or no attempt at all. The setup may have done the same if
/// one of the backends that it may have waited for turned out to be useless; the log does not tell for which
/// it did. Where each, now or after the gateway's pause, still leaves a backend that was not tried, the setup
/// would have gone on.
void ReplayWalk::consider(const Event& event)
{
    Progress& progress = m_progress[event.request];
    const Millis now = millisAt(event.at);
    progress.waits = 0;
    m_waking.clear();
    for (const int backend : progress.pool->backends) {
        const Cause cause = m_backends.objection(*progress.pool, backend, progress.tried, now,
                                                 ReplayBackends::Doubt::Refused);
        if (cause != Cause::None)
            continue;
        const Millis parked = m_backends.parkedFor(backend, now);
        const bool doubtful =
            parked > Millis(0) && parked + ReplayBackends::LongestDoubt > m_setup.retry.maxPause;
        const Millis pause = pauseBefore(progress, backend, now);
        if ((progress.tried & bitOf(*progress.pool, backend)) != 0 || doubtful ||
            pause > m_setup.retry.maxPause || m_backends.circuitIsDoubtful(backend, now)) {
            progress.waits = 0;
            return;
        }
        // Without a pause too: the gateway's clock may have been a millisecond behind, and it waited.
        ++progress.waits;
        m_waking.push_back(event.at + pause.count() * TicksPerMilli + WakeSlack);
    }
    for (const std::int64_t at : m_waking)
        push(Step::Consider, at, StartRank, event.request);
}

/// What was waited for is there.
void ReplayWalk::considerAgain(const Event& event)
{
    Progress& progress = m_progress[event.request];
    if (progress.waits == 0)
        return;
    const int backend = candidate(event.request, event.at);
    const bool useless = backend < 0 || (progress.tried & bitOf(*progress.pool, backend)) != 0 ||
                         m_backends.circuitIsDoubtful(backend, millisAt(event.at));
    progress.waits = useless ? 0 : progress.waits - 1;
    if (!useless && progress.waits == 0)
        goOn(event.request, event.at);
}

void ReplayWalk::goOn(std::uint32_t request, std::int64_t at)
{
    diverge(request, m_progress[request].attempts == 0 ? Cause::CouldServe : Cause::MoreToTry, at);
}

void ReplayWalk::loggedRefusal(const Event& event)
{
    begin(event.request);
    if (m_results[event.request].outcome != Outcome::Unproven && m_progress[event.request].pool != nullptr)
        consider(event);
}

/// The gateway's own: before the last attempt, before a backend is called again, and for a Retry-After.
Millis ReplayWalk::pauseBefore(const Progress& progress, int backend, Millis now) const
{
    const bool again = (progress.tried & bitOf(*progress.pool, backend)) != 0;
    const bool last = progress.attempts > 1 && progress.attempts + 1 == m_setup.retry.maxAttempts;
    return std::max(again || last ? m_setup.retry.pause : Millis(0), m_backends.parkedFor(backend, now));
}

void ReplayWalk::diverge(std::uint32_t request, Cause cause, std::int64_t at)
{
    ReplayedRequest& result = m_results[request];
    result.outcome = Outcome::Moved;
    result.cause = cause;
    Progress& progress = m_progress[request];
    progress.follows = false;
    // What it has until another attempt ends.
    result.backend = static_cast<std::int16_t>(progress.backend);
    result.status = progress.attempts == 0 ? 503 : progress.end.status;
    if (progress.pool != nullptr)
        push(Step::TryStart, at, StartRank, request);
}

int ReplayWalk::candidate(std::uint32_t request, std::int64_t at)
{
    const Progress& progress = m_progress[request];
    return m_backends.choose(*progress.pool, progress.tried, millisAt(at),
                             drawFor(request, progress.attempts));
}

void ReplayWalk::tryStart(const Event& event)
{
    const int backend = candidate(event.request, event.at);
    if (backend < 0)
        return;
    Progress& progress = m_progress[event.request];
    take(progress, backend, event.at);
    const Sample sample = assumed(event.request, backend, event.at);
    progress.end = sample.end;
    push(Step::TryEnd, event.at + sample.duration, 2, event.request);
}

void ReplayWalk::tryEnd(const Event& event)
{
    Progress& progress = m_progress[event.request];
    m_backends.settle(progress.backend, progress.permit, progress.end, millisAt(event.at));
    progress.permit.reset();
    ReplayedRequest& result = m_results[event.request];
    result.backend = static_cast<std::int16_t>(progress.backend);
    result.status = progress.end.status;
    if (isRetryable(result.status) && progress.attempts < m_setup.retry.maxAttempts)
        tryNext(event.request, event.at);
}

void ReplayWalk::tryNext(std::uint32_t request, std::int64_t at)
{
    const Progress& progress = m_progress[request];
    const int backend = candidate(request, at);
    if (backend < 0)
        return;
    const Millis pause = pauseBefore(progress, backend, millisAt(at));
    if (pause <= m_setup.retry.maxPause)
        push(Step::TryStart, at + pause.count() * TicksPerMilli, StartRank, request);
}

ReplayWalk::Sample ReplayWalk::assumed(std::uint32_t request, int backend, std::int64_t at) const
{
    const LoggedRequest& logged = m_requests[request];
    Sample sample{at, UsualDuration, {200, Millis(0), false}};
    // A success takes as long as the request's own did: it is its length that decides.
    if (!logged.attempts.empty() && logged.attempts.back().attempt.status < 400)
        sample.duration = durationOf(logged.attempts.back().attempt);
    if (isRefusalOfItsOwn(logged.status)) {
        sample.end.status = logged.status;
        return sample;
    }
    const auto& samples = m_weather[static_cast<std::size_t>(backend)].samples;
    const auto recent = [at](const Sample& one) { return at - one.at <= WeatherLasts; };
    const auto count = std::count_if(samples.begin(), samples.end(), recent);
    auto left = static_cast<std::int64_t>(drawFor(request, WeatherDraw + m_progress[request].attempts) *
                                          static_cast<double>(count));
    for (const Sample& one : samples) {
        if (!recent(one) || left-- > 0)
            continue;
        if (one.end.status >= 400 || one.end.status == 0)
            sample = one;
        break;
    }
    return sample;
}

std::vector<ReplayBackends::Pending> ReplayWalk::pendingOf(int backend, Millis until) const
{
    std::vector<ReplayBackends::Pending> pending;
    for (const Event& event : m_events) {
        const Progress& progress = m_progress[event.request];
        const bool logged = event.step == Step::LoggedEnd && progress.follows;
        if ((!logged && event.step != Step::TryEnd) || progress.backend != backend || !progress.permit ||
            millisAt(event.at) > until)
            continue;
        const AttemptEnd end =
            logged ? endOf(m_requests[event.request].attempts[event.attempt].attempt) : progress.end;
        pending.push_back({*progress.permit, end, millisAt(event.at)});
    }
    return pending;
}

} // namespace gatehouse::gateway
