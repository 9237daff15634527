// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/inference.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace gatehouse::gateway {

namespace {

constexpr Millis LongestDoubt{500};

/// The start or the end of an attempt, and the first byte of one that broke off later, in the order in which
/// the gateway must have seen them.
struct Moment
{
    enum class Kind { Starts, Begins, Ends };
    DateTime at;
    Kind kind = Kind::Starts;
    std::size_t attempt = 0;
};

/// Where one ends in the same instant as another starts, the end comes first: its answer was known by then.
/// An attempt that took no time still starts before it ends.
std::vector<Moment> inOrder(const std::vector<LoggedAttempt>& attempts, DateTime end)
{
    std::vector<Moment> moments;
    moments.reserve(attempts.size() * 2);
    for (std::size_t i = 0; i < attempts.size(); ++i) {
        const DateTime start = attempts[i].start;
        const DateTime stop = start + std::max(attempts[i].duration, Ticks(0));
        if (start < end)
            moments.push_back({start, Moment::Kind::Starts, i});
        if (attempts[i].firstByte && start + *attempts[i].firstByte < end)
            moments.push_back({std::min(start + *attempts[i].firstByte, stop), Moment::Kind::Begins, i});
        if (stop < end)
            moments.push_back({stop, Moment::Kind::Ends, i});
    }
    const auto key = [&](const Moment& one) {
        const bool instant = attempts[one.attempt].duration <= Ticks(0);
        const bool starts = one.kind == Moment::Kind::Starts;
        const int rank = instant ? (starts ? 1 : 2) : (starts ? 3 : 0);
        return std::make_tuple(one.at, rank, one.attempt, one.kind);
    };
    std::sort(moments.begin(), moments.end(),
              [&](const Moment& a, const Moment& b) { return key(a) < key(b); });
    return moments;
}

class Replay
{
public:
    Replay(const Backend& backend, const std::vector<LoggedAttempt>& attempts, TimeRange range)
        : m_backend(backend)
        , m_attempts(attempts)
        , m_range(range)
        , m_permits(attempts.size())
        , m_breaker(backend.breaker, [this](const Transition& one) { note(one); })
    {
        m_timeline.push_back({CircuitState::Closed, range.start, range.end, {}});
    }

    void take(const Moment& moment)
    {
        // Times may be handed out of order by the doubt that is given below; the machine's own never run
        // back.
        m_now = std::max(m_now, Millis(moment.at.unixMilliseconds()));
        switch (moment.kind) {
        case Moment::Kind::Starts:
            return admit(moment);
        case Moment::Kind::Begins:
            return begin(moment.attempt);
        case Moment::Kind::Ends:
            return settle(moment.attempt);
        }
    }

    [[nodiscard]] InferredCircuit finish()
    {
        InferredCircuit circuit;
        circuit.timeline = std::move(m_timeline);
        circuit.probesSeen = m_probes;
        if (m_breaker.state() == CircuitState::Open)
            circuit.openUntil = toDateTime(m_breaker.openUntil());
        return circuit;
    }

private:
    static DateTime toDateTime(Millis time) { return DateTime::fromUnixSeconds(0) + Ticks(time); }

    void admit(const Moment& moment)
    {
        const Millis doubt = std::min(LongestDoubt, m_backend.breaker.recovery / 4);
        if (m_breaker.state() == CircuitState::Open && !m_breaker.wouldAdmit(m_now)) {
            if (m_breaker.retryAfter(m_now) <= doubt)
                m_now = m_breaker.openUntil();
            else if (m_now - m_breaker.since() <= doubt)
                return; // it was on its way when the circuit opened
            else
                m_breaker.reset(m_now);
        }
        m_permits[moment.attempt] = m_breaker.acquire(m_now);
        if (m_breaker.state() == CircuitState::HalfOpen && m_permits[moment.attempt] &&
            moment.at >= m_range.start)
            ++m_probes;
    }

    /// The gateway takes a stream's first byte for a success; it cannot know what comes.
    void begin(std::size_t index)
    {
        if (m_permits[index])
            m_breaker.settle(*m_permits[index], Outcome::Ok, m_now);
    }

    void settle(std::size_t index)
    {
        const LoggedAttempt& attempt = m_attempts[index];
        if (attempt.firstByte)
            return m_breaker.lateFailure(m_now);
        std::optional<Millis> retryAfter;
        if (attempt.retryAfter > Ticks(0))
            retryAfter = std::chrono::duration_cast<Millis>(attempt.retryAfter);
        if (m_permits[index])
            m_breaker.settle(*m_permits[index], m_backend.classify(attempt.status), m_now, retryAfter);
        if (attempt.cut)
            m_breaker.lateFailure(m_now);
    }

    void note(const Transition& one)
    {
        // The operator's reset stands for something else here.
        const bool corrected = one.from == CircuitState::Open && one.to == CircuitState::Closed;
        const DateTime at = std::clamp(toDateTime(one.at), m_range.start, m_range.end);
        CircuitSpan& last = m_timeline.back();
        last.end = at;
        if (last.start == at)
            m_timeline.pop_back();
        if (!m_timeline.empty() && m_timeline.back().state == one.to) {
            m_timeline.back().end = m_range.end;
            return;
        }
        m_timeline.push_back({one.to, at, m_range.end,
                              corrected ? "a call went through before the trip was over" : one.reason});
    }

    const Backend& m_backend;
    const std::vector<LoggedAttempt>& m_attempts;
    TimeRange m_range;
    std::vector<std::optional<Permit>> m_permits;
    std::vector<CircuitSpan> m_timeline;
    Millis m_now = Millis::min();
    int m_probes = 0;
    Breaker m_breaker; // last: its observer writes to the timeline
};

} // namespace

InferredCircuit inferCircuit(const Backend& backend, std::vector<LoggedAttempt> attempts, TimeRange range)
{
    Replay replay(backend, attempts, range);
    for (const Moment& moment : inOrder(attempts, range.end))
        replay.take(moment);
    return replay.finish();
}

} // namespace gatehouse::gateway
