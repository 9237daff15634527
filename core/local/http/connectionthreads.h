// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace gatehouse::local {

/// A thread for each open connection, made when no idle one is left. A connection may sit in a stream or wait
/// for a slow peer for minutes, so a fixed pool would let a few of those starve everybody else. The
/// destructor waits for all work; whoever owns it first makes that work end.
class ConnectionThreads
{
public:
    explicit ConnectionThreads(std::size_t limit);
    ConnectionThreads(const ConnectionThreads&) = delete;
    ConnectionThreads& operator=(const ConnectionThreads&) = delete;
    ~ConnectionThreads();

    /// False when all threads are taken; the work was not accepted then.
    [[nodiscard]] bool run(std::function<void()> work);

private:
    void loop();

    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<std::function<void()>> m_waiting;
    std::vector<std::thread> m_threads;
    std::size_t m_limit;
    std::size_t m_idle = 0;
    bool m_stopping = false;
};

} // namespace gatehouse::local
