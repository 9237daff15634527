// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/routing/replaybackends.h"

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

namespace gatehouse::gateway {

/// The walk over the log in the order of time: starts and ends of attempts as events, a few for each call
/// that is under way. Used once, by replay(). Both arguments must outlive it.
class ReplayWalk
{
public:
    ReplayWalk(const ReplaySetup& setup, const std::vector<LoggedRequest>& requests);

    void run();
    [[nodiscard]] const std::vector<ReplayedRequest>& results() const { return m_results; }
    [[nodiscard]] const ReplayBackends& backends() const { return m_backends; }
    [[nodiscard]] int indexOf(const std::string& backend) { return m_backends.indexOf(backend); }

private:
    using Cause = ReplayedRequest::Cause;
    using Outcome = ReplayedRequest::Outcome;

    enum class Step : std::uint8_t {
        LoggedStart,
        LoggedEnd,
        LoggedRefusal, ///< it ended without an attempt
        Consider,      ///< after a wait: whether another attempt would follow the last one
        TryStart,
        TryEnd
    };
    struct Event
    {
        std::int64_t at = 0; ///< ticks
        int rank = 0;        ///< at the same instant: what ends comes before what starts
        std::uint32_t order = 0;
        std::uint32_t request = 0;
        std::uint16_t attempt = 0;
        Step step = Step::LoggedStart;
    };
    /// A request that is under way.
    struct Progress
    {
        const RoutedPool* pool = nullptr;
        std::uint64_t tried = 0;
        std::optional<Permit> permit;
        AttemptEnd end; ///< of the attempt that is tried
        int backend = -1;
        int attempts = 0;
        int waits = 0; ///< for what may have been waited before the log ends
        bool begun = false;
        bool follows = true; ///< the log
    };
    /// An attempt that the log shows at a backend.
    struct Sample
    {
        std::int64_t at = std::numeric_limits<std::int64_t>::min() / 2; ///< of its end
        std::int64_t duration = 0;
        AttemptEnd end;
    };
    /// The last few at one backend; the oldest is overwritten.
    struct Weather
    {
        std::array<Sample, 8> samples;
        std::size_t next = 0;
    };

    static bool later(const Event& a, const Event& b);
    void push(Step step, std::int64_t at, int rank, std::uint32_t request, std::size_t attempt = 0);
    [[nodiscard]] Event pop();
    void arrive(std::uint32_t request);
    void handle(const Event& event);
    void begin(std::uint32_t request);
    void loggedStart(const Event& event);
    void loggedEnd(const Event& event);
    void loggedRefusal(const Event& event);
    void consider(const Event& event);
    void considerAgain(const Event& event);
    void goOn(std::uint32_t request, std::int64_t at);
    void diverge(std::uint32_t request, Cause cause, std::int64_t at);
    void tryNext(std::uint32_t request, std::int64_t at);
    void tryStart(const Event& event);
    void tryEnd(const Event& event);
    void take(Progress& progress, int backend, std::int64_t at);
    [[nodiscard]] Sample assumed(std::uint32_t request, int backend, std::int64_t at) const;
    [[nodiscard]] Millis pauseBefore(const Progress& progress, int backend, Millis now) const;
    [[nodiscard]] int candidate(std::uint32_t request, std::int64_t at);
    [[nodiscard]] std::vector<ReplayBackends::Pending> pendingOf(int backend, Millis until) const;
    [[nodiscard]] int loggedBackend(std::uint32_t request, std::size_t attempt) const;

    const ReplaySetup& m_setup;
    const std::vector<LoggedRequest>& m_requests;
    ReplayBackends m_backends;
    std::vector<ReplayedRequest> m_results;
    std::vector<Progress> m_progress;
    std::vector<std::uint32_t> m_firstAttempt; ///< of each request, in m_attemptBackends
    std::vector<int> m_attemptBackends;
    std::vector<Weather> m_weather;     ///< by backend
    std::vector<Event> m_events;        ///< a heap
    std::vector<std::int64_t> m_waking; ///< of the request that is considered
    std::uint32_t m_order = 0;
};

} // namespace gatehouse::gateway
