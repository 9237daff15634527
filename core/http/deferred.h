// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QtCore/QFuture>
#include <QtCore/QPromise>

#include <memory>

namespace gatehouse::http {

/// The giving end of a QFuture<Result<T>> that always finishes with a value: settled once (later values are
/// dropped), and with Cancelled when the last copy goes unsettled, since a continuation on an unfinished
/// promise would never run. Copies share the promise. Settle on the main thread.
template <typename T>
class Deferred
{
public:
    Deferred()
        : m_state(std::make_shared<State>())
    {}

    [[nodiscard]] QFuture<Result<T>> future() const { return m_state->promise.future(); }
    [[nodiscard]] bool settled() const { return m_state->settled; }
    void settle(Result<T> result) const { m_state->settle(std::move(result)); }

private:
    struct State
    {
        State() { promise.start(); }
        State(const State&) = delete;
        State& operator=(const State&) = delete;
        ~State() { settle(fail(Error::Kind::Cancelled, "The call was abandoned.")); }

        void settle(Result<T> result)
        {
            if (settled)
                return;
            settled = true;
            promise.addResult(std::move(result));
            promise.finish();
        }

        QPromise<Result<T>> promise;
        bool settled = false;
    };

    std::shared_ptr<State> m_state;
};

/// A future that has its value.
template <typename T>
[[nodiscard]] QFuture<Result<T>> settledFuture(Result<T> result)
{
    Deferred<T> deferred;
    deferred.settle(std::move(result));
    return deferred.future();
}

[[nodiscard]] inline Error cancelledError()
{
    Error error;
    error.kind = Error::Kind::Cancelled;
    error.message = "Cancelled.";
    return error;
}

} // namespace gatehouse::http
