// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/http/connectionthreads.h"

#include <system_error>
#include <utility>

namespace gatehouse::local {

ConnectionThreads::ConnectionThreads(std::size_t limit)
    : m_limit(limit)
{}

ConnectionThreads::~ConnectionThreads()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
    }
    m_wake.notify_all();
    for (std::thread& thread : m_threads)
        thread.join();
}

bool ConnectionThreads::run(std::function<void()> work)
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_waiting.size() >= m_idle) {
            if (m_threads.size() >= m_limit)
                return false;
            try {
                m_threads.emplace_back([this] { loop(); });
            } catch (const std::system_error&) {
                return false; // the system has no thread left
            }
            ++m_idle;
        }
        m_waiting.push_back(std::move(work));
    }
    m_wake.notify_one();
    return true;
}

void ConnectionThreads::loop()
{
    std::unique_lock lock(m_mutex);
    for (;;) {
        m_wake.wait(lock, [this] { return m_stopping || !m_waiting.empty(); });
        if (m_waiting.empty())
            return;
        const std::function<void()> work = std::move(m_waiting.front());
        m_waiting.pop_front();
        --m_idle;
        lock.unlock();
        work();
        lock.lock();
        ++m_idle;
    }
}

} // namespace gatehouse::local
