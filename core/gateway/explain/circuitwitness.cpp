// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/explain/circuitwitness.h"

#include "core/base/encoding.h"
#include "core/gateway/routing/replaybackends.h"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace gatehouse::gateway {

namespace {

/// The log rounds a Retry-After up to whole seconds.
constexpr Ticks RetryAfterRounding = std::chrono::seconds(1);
/// Longer ones are not kept by anybody (BreakerConfig::maxRetryAfter).
constexpr Ticks LongestParking = std::chrono::hours(1);
/// A call that began before the log does is not in it, and may end this much later (the default timeout of
/// forward-request).
constexpr Ticks LongestCall = std::chrono::minutes(5);

Millis millisOf(DateTime moment)
{
    return Millis(moment.unixMilliseconds());
}

DateTime endOf(const LoggedAttempt& attempt)
{
    return attempt.start + std::max(attempt.duration, Ticks(0));
}

} // namespace

/// The attempts in the order in which the gateway must have seen them, through the backend's own rule.
class CircuitWitness::Walk
{
public:
    /// What the circuit may have been before the first entry.
    struct Start
    {
        bool closed;
        int count; ///< closed: failures in a row; else half-open: probes that succeeded
    };

    Walk(const Backend& backend, const std::vector<Entry>& entries, Start start = {true, 0},
         DateTime since = {})
        : m_backend(backend)
        , m_entries(entries)
        , m_permits(entries.size())
        , m_breaker(backend.breaker)
    {
        if (start.closed && start.count == 0)
            return;
        m_now = millisOf(since);
        if (!start.closed) {
            m_breaker.forceOpen(m_now);
            note(Others);
            m_now = m_breaker.openUntil();
        }
        for (int i = 0; i < start.count; ++i) {
            if (const auto permit = m_breaker.acquire(m_now))
                m_breaker.settle(*permit, start.closed ? Outcome::Fail : Outcome::Ok, m_now);
        }
        note(Others);
    }

    /// All that a circuit may be after a silence in which its window and every trip ended. Failures in a row
    /// are not forgotten by waiting.
    [[nodiscard]] static std::vector<Start> afterSilence(const BreakerConfig& config)
    {
        std::vector<Start> starts = {{true, 0}};
        const auto* consecutive = std::get_if<ConsecutiveRule>(&config.rule);
        for (int failures = 1; consecutive != nullptr && failures < consecutive->failures; ++failures)
            starts.push_back({true, failures});
        for (int probes = 0; probes < std::max(config.halfOpenMaxCalls, 1); ++probes)
            starts.push_back({false, probes});
        return starts;
    }

    [[nodiscard]] Changes run()
    {
        for (const Moment& moment : inOrder()) {
            pass(millisOf(moment.at));
            if (moment.ends)
                settle(moment.entry);
            else
                admit(moment.entry);
            note(m_entries[moment.entry].own);
        }
        if (m_breaker.state() == CircuitState::Open)
            pass(m_breaker.openUntil());
        return std::move(m_changes);
    }

private:
    struct Moment
    {
        DateTime at;
        int rank = 0;
        std::size_t entry = 0;
        bool ends = false;
    };

    [[nodiscard]] std::vector<Moment> inOrder() const
    {
        std::vector<Moment> moments;
        moments.reserve(m_entries.size() * 2);
        for (std::size_t i = 0; i < m_entries.size(); ++i) {
            const LoggedAttempt& attempt = *m_entries[i].attempt;
            const bool instant = attempt.duration <= Ticks(0);
            moments.push_back({attempt.start, instant ? 1 : 3, i, false});
            moments.push_back({endOf(attempt), instant ? 2 : 0, i, true});
        }
        std::sort(moments.begin(), moments.end(), [](const Moment& a, const Moment& b) {
            return std::tie(a.at, a.rank, a.entry) < std::tie(b.at, b.rank, b.entry);
        });
        return moments;
    }

    /// Time goes on; the end of a trip is a change that no attempt causes.
    void pass(Millis to)
    {
        if (m_breaker.state() == CircuitState::Open && m_breaker.openUntil() <= to) {
            m_now = std::max(m_now, m_breaker.openUntil());
            note(Others);
        }
        m_now = std::max(m_now, to);
    }

    void admit(std::size_t entry)
    {
        const Millis doubt = std::min(ReplayBackends::LongestDoubt, m_backend.breaker.recovery / 4);
        if (m_breaker.state() == CircuitState::Open && !m_breaker.wouldAdmit(m_now)) {
            if (m_breaker.retryAfter(m_now) <= doubt) {
                m_now = m_breaker.openUntil();
            } else if (m_now - m_breaker.since() <= doubt) {
                return; // it was on its way when the circuit opened
            } else {
                // The replay is wrong: another instance, an operator, another rule.
                m_unsureUntil = m_now + m_backend.breaker.recovery;
                m_breaker.reset(m_now);
            }
        }
        m_permits[entry] = m_breaker.acquire(m_now);
    }

    void settle(std::size_t entry)
    {
        const LoggedAttempt& attempt = *m_entries[entry].attempt;
        std::optional<Millis> retryAfter;
        if (attempt.retryAfter > Ticks(0))
            retryAfter = std::chrono::duration_cast<Millis>(attempt.retryAfter);
        // When its first byte came, and with it a probe's success, is not in the log.
        if (attempt.cut && m_breaker.state() == CircuitState::HalfOpen)
            m_unsureUntil = m_now + m_backend.breaker.recovery;
        if (m_permits[entry])
            m_breaker.settle(*m_permits[entry], m_backend.classify(attempt.status), m_now, retryAfter);
        if (attempt.cut)
            m_breaker.lateFailure(m_now);
    }

    void note(std::size_t own)
    {
        const Tristate admits = m_now < m_unsureUntil         ? Tristate::Unknown
                                : m_breaker.wouldAdmit(m_now) ? Tristate::Yes
                                                              : Tristate::No;
        const Tristate before = m_changes.empty() ? Tristate::Yes : m_changes.back().admits;
        if (admits != before)
            m_changes.push_back({DateTime::fromUnixSeconds(0) + Ticks(m_now), admits, own});
    }

    const Backend& m_backend;
    const std::vector<Entry>& m_entries;
    std::vector<std::optional<Permit>> m_permits;
    Breaker m_breaker;
    Millis m_now = Millis::min() / 2;
    Millis m_unsureUntil = Millis::min() / 2;
    Changes m_changes;
};

CircuitWitness::CircuitWitness(const Backend& backend, const std::vector<LoggedAttempt>& others,
                               const std::vector<BackendAttempt>& own, std::optional<DateTime> completeSince,
                               bool fromTheBeginning, DateTime decidedAt)
    : m_doubt(std::min(ReplayBackends::LongestDoubt, backend.breaker.recovery / 4))
{
    m_known = completeSince.has_value();
    if (!m_known)
        return;
    std::vector<Entry> entries;
    entries.reserve(others.size() + own.size());
    for (const LoggedAttempt& attempt : others)
        entries.push_back({&attempt, Others});
    for (std::size_t i = 0; i < own.size(); ++i) {
        if (equalsIgnoreCase(own[i].backend, backend.name))
            entries.push_back({&own[i].attempt, i});
    }
    for (const Entry& entry : entries) {
        const LoggedAttempt& attempt = *entry.attempt;
        if (attempt.retryAfter > Ticks(0) && isRetryable(attempt.status))
            m_parkings.push_back({endOf(attempt), endOf(attempt) + attempt.retryAfter, entry.own});
    }
    if (fromTheBeginning) {
        m_histories.push_back(Walk(backend, entries).run());
        return;
    }
    m_parkingsKnownFrom = *completeSince + LongestCall + LongestParking;
    walkFromFoothold(backend, std::move(entries), *completeSince + LongestCall, decidedAt);
}

/// What the circuit was when the log begins is not known. It is from where it can only have been one thing:
/// after a calm (three successes and for an interval more no failure) it is closed; after a silence longer
/// than every trip and window it admits, and all that it may then be is followed. The last such place before
/// the request is taken, since the walk from there is the shortest; but where failures are counted in a row,
/// which no silence ends, a calm is better.
void CircuitWitness::walkFromFoothold(const Backend& backend, std::vector<Entry> entries, DateTime since,
                                      DateTime decidedAt)
{
    const auto earlier = [](const Entry& a, const Entry& b) {
        return std::tie(a.attempt->start, a.own) < std::tie(b.attempt->start, b.own);
    };
    if (!std::is_sorted(entries.begin(), entries.end(), earlier))
        std::sort(entries.begin(), entries.end(), earlier);
    const Foothold foothold = findFoothold(backend, entries, since, decidedAt);
    m_circuitKnownFrom = foothold.knownFrom;
    const auto first = std::find_if(entries.rbegin(), entries.rend(),
                                    [&](const Entry& one) { return one.attempt->start <= foothold.after; });
    const std::vector<Entry> rest(first.base(), entries.end());
    if (!foothold.silent) {
        m_histories.push_back(Walk(backend, rest).run());
        // What was still under way counts when it ends, unless the circuit closed after it had begun.
        std::vector<Entry> withOlder;
        std::copy_if(entries.begin(), first.base(), std::back_inserter(withOlder),
                     [&](const Entry& one) { return endOf(*one.attempt) > foothold.after; });
        if (!withOlder.empty()) {
            withOlder.insert(withOlder.end(), rest.begin(), rest.end());
            m_histories.push_back(Walk(backend, withOlder).run());
        }
        return;
    }
    for (const Walk::Start start : Walk::afterSilence(backend.breaker))
        m_histories.push_back(Walk(backend, rest, start, foothold.after).run());
}

CircuitWitness::Foothold CircuitWitness::findFoothold(const Backend& backend,
                                                      const std::vector<Entry>& entries, DateTime since,
                                                      DateTime decidedAt)
{
    const auto* windowed = std::get_if<WindowedRule>(&backend.breaker.rule);
    const Ticks interval = windowed != nullptr ? Ticks(windowed->interval) : Ticks(std::chrono::minutes(1));
    const Ticks silence =
        std::max({Ticks(backend.breaker.recovery), Ticks(backend.breaker.halfOpenLease), interval,
                  backend.breaker.acceptRetryAfter ? Ticks(backend.breaker.maxRetryAfter) : Ticks(0)});
    std::optional<Foothold> found;
    const auto take = [&](const Foothold& one) {
        const bool worse = one.silent && windowed == nullptr && found && !found->silent;
        if (!found || (one.knownFrom <= decidedAt && !worse))
            found = one;
    };
    DateTime calmSince = since; // no failure ends from here on
    int successes = 0;
    DateTime closed = since; // when the last of three successes was known
    DateTime quietSince = since;
    for (const Entry& entry : entries) {
        const LoggedAttempt& attempt = *entry.attempt;
        if (found && attempt.start > decidedAt)
            return *found;
        if (attempt.start - quietSince > silence)
            take({quietSince + silence, quietSince, true});
        quietSince = std::max(quietSince, endOf(attempt));
        const Outcome outcome = attempt.cut ? Outcome::Fail : backend.classify(attempt.status);
        if (successes >= 3 && attempt.start >= closed + interval) {
            take({attempt.start, closed, false});
            calmSince = attempt.start;
            successes = 0;
        }
        if (outcome == Outcome::Fail) {
            calmSince = std::max(calmSince, endOf(attempt)); // an earlier one may end later
            successes = 0;
            continue;
        }
        if (successes < 3 && outcome == Outcome::Ok && attempt.start > calmSince) {
            closed = successes == 0 ? endOf(attempt) : std::max(closed, endOf(attempt));
            ++successes;
        }
    }
    if (!found || quietSince + silence <= decidedAt)
        take({quietSince + silence, quietSince, true});
    return *found;
}

Tristate CircuitWitness::at(const Changes& changes, DateTime moment, std::size_t attempt) const
{
    Tristate value = Tristate::Yes;
    for (const Change& change : changes) {
        const bool own = change.own != Others;
        if (own && change.own >= attempt)
            continue; // it follows from this very attempt, or a later one
        const bool doubtful = !own && change.at >= moment - m_doubt && change.at <= moment + m_doubt;
        if (doubtful)
            return Tristate::Unknown;
        if (change.at <= moment)
            value = change.admits;
    }
    return value;
}

Tristate CircuitWitness::admits(DateTime moment, std::size_t attempt) const
{
    if (m_histories.empty() || moment < m_circuitKnownFrom)
        return Tristate::Unknown;
    const Tristate first = at(m_histories.front(), moment, attempt);
    const bool agree = std::all_of(m_histories.begin(), m_histories.end(),
                                   [&](const Changes& one) { return at(one, moment, attempt) == first; });
    return agree ? first : Tristate::Unknown;
}

Tristate CircuitWitness::parkedFor(Ticks span, DateTime moment, std::size_t attempt) const
{
    if (!m_known)
        return Tristate::Unknown;
    const DateTime end = moment + span;
    Tristate parked = moment < m_parkingsKnownFrom ? Tristate::Unknown : Tristate::No;
    for (const Parking& one : m_parkings) {
        const bool own = one.own != Others;
        if ((own && one.own >= attempt) || one.from > moment + m_doubt || one.until + m_doubt <= end)
            continue;
        const bool sureFrom = own || one.from + m_doubt < moment;
        if (sureFrom && one.until - RetryAfterRounding > end)
            return Tristate::Yes;
        parked = Tristate::Unknown;
    }
    return parked;
}

} // namespace gatehouse::gateway
