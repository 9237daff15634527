// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/http/deferred.h"
#include "core/http/httpclient.h"
#include "core/http/scheduler.h"
#include "core/http/stophook.h"

#include <QtCore/QObject>

#include <deque>
#include <map>
#include <memory>
#include <string>

namespace gatehouse::http {

struct RetryPolicy
{
    std::chrono::milliseconds first{500};  ///< upper bound of the first wait without a Retry-After
    std::chrono::milliseconds cap{20'000}; ///< and of any
    /// A longer wish of the service is not waited for: the caller gets Throttled with retryAfter at once.
    std::chrono::milliseconds longestWait{60'000};
    /// Calls that a Retry-After held back start this much later at most, so that clients do not come
    /// together.
    std::chrono::milliseconds spread{1'000};
    int inFlight = 6; ///< of a lane; what comes on top waits here, where a Retry-After can hold it back
};

/// The one layer that retries. A 429 or 503 parks its lane (origin and service): nothing is sent there before
/// the time that the service named, then one call goes ahead as a probe, and the others follow once it got
/// through; the probe is always one of those that were tried least. Failures of the network and 500, 502 are
/// tried again after a random wait that grows (full jitter), for repeatable requests alone. Never more than
/// HttpRequest::maxAttempts in all. Main thread.
class RetryingClient final : public QObject, public HttpClient
{
public:
    /// 0 … 1, for the jitter.
    using Random = std::function<double()>;

    RetryingClient(HttpClient& next, const Clock& clock, Scheduler& scheduler, RetryPolicy policy = {},
                   Random random = {}, QObject* parent = nullptr);

    /// An answer of 429 or 503 whose attempts are used up comes back as an answer, for the caller to read its
    /// body; Throttled is for a wait that is longer than the policy allows.
    [[nodiscard]] QFuture<Result<HttpResponse>> send(HttpRequest request, std::stop_token stop) override;

private:
    struct Call;
    using CallPtr = std::shared_ptr<Call>;

    /// What is known of one service on one host.
    struct Lane
    {
        std::chrono::nanoseconds parkedUntil{0};
        bool parked = false;  ///< nothing goes
        bool probing = false; ///< one call is out, the rest wait for what comes of it
        int inFlight = 0;
        std::deque<CallPtr> waiting;
        Scheduler::Wait wake;
    };

    void begin(const CallPtr& call);
    void pump(const std::string& lane);
    void dispatchNext(Lane& lane, bool asProbe);
    void take(const CallPtr& call, const Result<HttpResponse>& result);
    void throttled(const CallPtr& call, const HttpResponse& response);
    void park(const std::string& lane, std::chrono::milliseconds wait);
    void wake(const std::string& lane);
    void probed(const std::string& lane, bool answered);
    void drop(const CallPtr& call);
    [[nodiscard]] std::chrono::milliseconds backoff(int attempts);
    [[nodiscard]] tl::unexpected<Error> tooLong(const std::string& url, std::chrono::milliseconds wait) const;

    HttpClient& m_next;
    const Clock& m_clock;
    Scheduler& m_scheduler;
    RetryPolicy m_policy;
    Random m_random;
    std::map<std::string, Lane> m_lanes;
    std::map<CallPtr, Scheduler::Wait> m_delayed; // each waits for its own time
};

} // namespace gatehouse::http
