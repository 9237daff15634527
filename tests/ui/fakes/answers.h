// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QFuture>
#include <QtCore/QPromise>

#include <deque>
#include <optional>
#include <stop_token>
#include <utility>

namespace gatehouse::test {

/// Hands out futures that finish when the test says so, or at once when an answer is set.
template <typename T>
class Answers
{
public:
    /// Every call from now on is answered with this.
    void always(T value)
    {
        m_always = std::move(value);
        m_hold = false;
    }
    /// Calls from now on wait for release().
    void hold() { m_hold = true; }
    [[nodiscard]] int calls() const { return m_calls; }
    [[nodiscard]] std::size_t waiting() const { return m_waiting.size(); }
    /// Whether the caller of the i-th waiting call has lost interest.
    [[nodiscard]] bool stopped(std::size_t index) const { return m_waiting[index].stop.stop_requested(); }

    [[nodiscard]] QFuture<T> ask(std::stop_token stop)
    {
        ++m_calls;
        QPromise<T> promise;
        promise.start();
        QFuture<T> future = promise.future();
        if (m_hold || !m_always) {
            m_waiting.push_back({std::move(promise), std::move(stop)});
            return future;
        }
        promise.addResult(*m_always);
        promise.finish();
        return future;
    }
    /// Answers the oldest waiting call.
    void release(T value)
    {
        Waiting waiting = std::move(m_waiting.front());
        m_waiting.pop_front();
        waiting.promise.addResult(std::move(value));
        waiting.promise.finish();
    }

private:
    struct Waiting
    {
        QPromise<T> promise;
        std::stop_token stop;
    };
    std::optional<T> m_always;
    bool m_hold = false;
    int m_calls = 0;
    std::deque<Waiting> m_waiting;
};

} // namespace gatehouse::test
