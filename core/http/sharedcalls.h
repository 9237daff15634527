// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/http/deferred.h"
#include "core/http/stophook.h"

#include <QtCore/QObject>

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>

namespace gatehouse::http {

/// Lets callers with the same key share one call that is under way. Each waits with its own stop token: one
/// that stops leaves at once, and the call itself is stopped when nobody waits any more. Main thread; the
/// context must outlive this.
template <typename T>
class SharedCalls
{
public:
    using Start = std::function<QFuture<Result<T>>(std::stop_token)>;

    explicit SharedCalls(QObject* context)
        : m_context(context)
        , m_calls(std::make_shared<Calls>())
    {}

    [[nodiscard]] QFuture<Result<T>> share(const std::string& key, const std::stop_token& stop,
                                           const Start& start)
    {
        if (stop.stop_requested())
            return settledFuture<T>(fail(cancelledError()));
        auto waiter = std::make_shared<Waiter>();
        QFuture<Result<T>> future = waiter->deferred.future();
        const auto found = m_calls->find(key);
        if (found != m_calls->end()) {
            join(found->second, waiter, stop);
            return future;
        }
        auto call = std::make_shared<Call>();
        call->key = key;
        m_calls->emplace(key, call);
        join(call, waiter, stop);
        start(call->stop.get_token()).then(m_context, [calls = m_calls, call](const Result<T>& result) {
            finish(*calls, call, result);
        });
        return future;
    }

    [[nodiscard]] std::size_t underWay() const { return m_calls->size(); }

private:
    struct Waiter
    {
        Deferred<T> deferred;
        StopHook stopHook;
    };
    struct Call
    {
        std::string key;
        std::stop_source stop;
        std::list<std::shared_ptr<Waiter>> waiters;
    };
    using CallPtr = std::shared_ptr<Call>;
    using Calls = std::map<std::string, CallPtr>;

    void join(const CallPtr& call, const std::shared_ptr<Waiter>& waiter, const std::stop_token& stop)
    {
        call->waiters.push_back(waiter);
        waiter->stopHook = StopHook(stop, m_context,
                                    [calls = m_calls, weakCall = std::weak_ptr<Call>(call),
                                     weakWaiter = std::weak_ptr<Waiter>(waiter)] {
                                        const CallPtr left = weakCall.lock();
                                        const auto leaving = weakWaiter.lock();
                                        if (left && leaving)
                                            leave(*calls, left, leaving);
                                    });
    }

    static void leave(Calls& calls, const CallPtr& call, const std::shared_ptr<Waiter>& waiter)
    {
        if (call->waiters.remove(waiter) == 0)
            return;
        if (call->waiters.empty()) {
            forget(calls, call);
            call->stop.request_stop();
        }
        waiter->deferred.settle(fail(cancelledError()));
    }

    static void finish(Calls& calls, const CallPtr& call, const Result<T>& result)
    {
        forget(calls, call);
        for (const auto& waiter : std::exchange(call->waiters, {}))
            waiter->deferred.settle(result);
    }

    /// A new call may have taken the key after everybody had left this one.
    static void forget(Calls& calls, const CallPtr& call)
    {
        const auto found = calls.find(call->key);
        if (found != calls.end() && found->second == call)
            calls.erase(found);
    }

    QObject* m_context;
    std::shared_ptr<Calls> m_calls;
};

} // namespace gatehouse::http
