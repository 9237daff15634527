// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/retry.h"

#include "core/http/retryafter.h"

#include <QtCore/QRandomGenerator>
#include <QtCore/QUrl>

#include <algorithm>

namespace gatehouse::http {

using std::chrono::milliseconds;

namespace {

bool isRepeatable(const HttpRequest& request)
{
    return request.repeatable || request.method == "GET" || request.method == "HEAD";
}

/// The service refused before it did anything, so even a write may be sent again.
bool isThrottled(const HttpResponse& response)
{
    return response.status == 429 || response.status == 503;
}

bool mayPass(const Result<HttpResponse>& result)
{
    if (!result)
        return result.error().kind == Error::Kind::Network;
    return result->status == 500 || result->status == 502;
}

} // namespace

struct RetryingClient::Call
{
    HttpRequest request;
    std::string lane;
    std::stop_token stop;
    Deferred<HttpResponse> deferred;
    int attempts = 0;
    bool probe = false;
    StopHook stopHook;
};

RetryingClient::RetryingClient(HttpClient& next, const Clock& clock, Scheduler& scheduler, RetryPolicy policy,
                               Random random, QObject* parent)
    : QObject(parent)
    , m_next(next)
    , m_clock(clock)
    , m_scheduler(scheduler)
    , m_policy(policy)
    , m_random(random ? std::move(random) : [] { return QRandomGenerator::global()->generateDouble(); })
{}

QFuture<Result<HttpResponse>> RetryingClient::send(HttpRequest request, std::stop_token stop)
{
    if (stop.stop_requested())
        return settledFuture<HttpResponse>(fail(cancelledError()));
    auto call = std::make_shared<Call>();
    call->lane = originOf(request.url) + " " + request.lane;
    call->request = std::move(request);
    call->stop = stop;
    call->stopHook = StopHook(stop, this, [this, weak = std::weak_ptr<Call>(call)] {
        if (const CallPtr stopped = weak.lock())
            drop(stopped);
    });
    QFuture<Result<HttpResponse>> future = call->deferred.future();
    begin(call);
    return future;
}

/// Puts the call in its lane's line: those that were tried least come first, else in order of arrival.
void RetryingClient::begin(const CallPtr& call)
{
    Lane& lane = m_lanes[call->lane];
    const auto left = std::chrono::ceil<milliseconds>(lane.parkedUntil - m_clock.monotonic());
    if (lane.parked && left > m_policy.longestWait) {
        call->deferred.settle(tooLong(call->request.url, left));
        return;
    }
    const auto place = std::find_if(lane.waiting.begin(), lane.waiting.end(),
                                    [&](const CallPtr& other) { return other->attempts > call->attempts; });
    lane.waiting.insert(place, call);
    pump(call->lane);
}

void RetryingClient::pump(const std::string& name)
{
    Lane& lane = m_lanes[name];
    while (!lane.parked && !lane.probing && lane.inFlight < m_policy.inFlight && !lane.waiting.empty())
        dispatchNext(lane, false);
}

void RetryingClient::dispatchNext(Lane& lane, bool asProbe)
{
    const CallPtr call = lane.waiting.front();
    lane.waiting.pop_front();
    lane.probing = asProbe;
    call->probe = asProbe;
    ++lane.inFlight;
    ++call->attempts;
    // The stop token travels on: a call on the network ends as Cancelled by itself.
    m_next.send(call->request, call->stop).then(this, [this, call](const Result<HttpResponse>& result) {
        --m_lanes[call->lane].inFlight;
        take(call, result);
        pump(call->lane);
    });
}

void RetryingClient::take(const CallPtr& call, const Result<HttpResponse>& result)
{
    const bool wasProbe = std::exchange(call->probe, false);
    if (result && isThrottled(*result)) {
        throttled(call, *result);
        return;
    }
    if (wasProbe)
        probed(call->lane, result.has_value());
    if (mayPass(result) && isRepeatable(call->request) && call->attempts < call->request.maxAttempts &&
        !call->stop.stop_requested()) {
        m_delayed[call] = m_scheduler.callAfter(backoff(call->attempts), [this, call] {
            const CallPtr ready = call; // erasing drops this closure
            m_delayed.erase(ready);
            begin(ready);
        });
        return;
    }
    if (!result) {
        call->deferred.settle(fail(result.error()));
        return;
    }
    HttpResponse response = *result;
    response.attempts = call->attempts;
    call->deferred.settle(std::move(response));
}

void RetryingClient::throttled(const CallPtr& call, const HttpResponse& response)
{
    const auto wish = retryAfterOf(response.headers, m_clock.now());
    const milliseconds wait = wish.value_or(backoff(call->attempts));
    park(call->lane, wait);
    if (call->attempts >= call->request.maxAttempts || call->stop.stop_requested() ||
        wait > m_policy.longestWait) {
        HttpResponse last = response;
        last.attempts = call->attempts;
        call->deferred.settle(std::move(last));
        return;
    }
    begin(call);
}

/// Nothing goes through the lane for that long; a longer wait than before replaces it.
void RetryingClient::park(const std::string& name, milliseconds wait)
{
    Lane& lane = m_lanes[name];
    const auto until = m_clock.monotonic() + wait;
    lane.probing = false;
    if (lane.parked && until <= lane.parkedUntil)
        return;
    lane.parked = true;
    lane.parkedUntil = until;
    const milliseconds spread(
        static_cast<std::int64_t>(m_random() * static_cast<double>(m_policy.spread.count())));
    lane.wake = m_scheduler.callAfter(wait + spread, [this, name] { wake(name); });
    if (wait <= m_policy.longestWait)
        return;
    for (const CallPtr& call : std::exchange(lane.waiting, {}))
        call->deferred.settle(tooLong(call->request.url, wait));
}

/// The wait is over: one call goes ahead.
void RetryingClient::wake(const std::string& name)
{
    Lane& lane = m_lanes[name];
    lane.parked = false;
    if (!lane.waiting.empty())
        dispatchNext(lane, true);
}

/// The probe came back. Answered, everybody goes; stopped or lost, the next one is the probe.
void RetryingClient::probed(const std::string& name, bool answered)
{
    Lane& lane = m_lanes[name];
    if (!lane.probing)
        return;
    lane.probing = false;
    if (!answered && !lane.waiting.empty())
        dispatchNext(lane, true);
}

/// A stopped call that only waits leaves at once; one on the network ends there.
void RetryingClient::drop(const CallPtr& call)
{
    const bool waited = std::erase(m_lanes[call->lane].waiting, call) + m_delayed.erase(call) > 0;
    if (waited)
        call->deferred.settle(fail(cancelledError()));
}

milliseconds RetryingClient::backoff(int attempts)
{
    const int doublings = std::clamp(attempts - 1, 0, 16);
    const milliseconds bound = std::min(m_policy.cap, m_policy.first * (1 << doublings));
    return milliseconds(static_cast<std::int64_t>(m_random() * static_cast<double>(bound.count())));
}

tl::unexpected<Error> RetryingClient::tooLong(const std::string& url, milliseconds wait) const
{
    Error error;
    error.kind = Error::Kind::Throttled;
    error.message =
        QUrl(QString::fromStdString(url)).host().toStdString() + " asks to wait before the next request.";
    error.advice =
        "Try again in " + std::to_string(std::chrono::ceil<std::chrono::minutes>(wait).count()) + " minutes.";
    error.httpStatus = 429;
    error.retryAfter = wait;
    return fail(std::move(error));
}

} // namespace gatehouse::http
