// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/logs/committer.h"

#include "core/base/threads.h"

#include <utility>

namespace gatehouse::local {

namespace {

constexpr std::chrono::seconds IdleAfter{1};

} // namespace

Status CommitGroup::wait() const
{
    int state = m_state.load(std::memory_order_acquire);
    while (state == Pending) {
        m_state.wait(Pending, std::memory_order_acquire);
        state = m_state.load(std::memory_order_acquire);
    }
    return state == Done ? Status{} : fail(m_error);
}

void CommitGroup::finish(Status outcome)
{
    if (!outcome)
        m_error = std::move(outcome.error());
    m_state.store(outcome ? Done : Failed, std::memory_order_release);
    m_state.notify_all();
}

Committer::Committer(Commit commit, std::function<void()> idle)
    : m_commit(std::move(commit))
    , m_idle(std::move(idle))
    , m_group(std::make_shared<CommitGroup>())
    , m_thread([this](const std::stop_token& stop) { run(stop); })
{}

Committer::~Committer()
{
    m_thread.request_stop();
    m_thread.join();
}

std::shared_ptr<const CommitGroup> Committer::append(std::string_view rows)
{
    const std::lock_guard lock(m_mutex);
    const bool first = m_pending.empty();
    m_pending.append(rows);
    if (first)
        m_wake.notify_one();
    return m_group;
}

void Committer::drain()
{
    std::shared_ptr<const CommitGroup> last;
    {
        const std::lock_guard lock(m_mutex);
        if (!m_pending.empty())
            last = m_group;
    }
    if (last != nullptr)
        static_cast<void>(last->wait());
}

void Committer::run(const std::stop_token& stop)
{
    // While others have something to compute, more rows come together, and one commit serves them all.
    lowerThreadPriority(5);
    std::string rows;
    std::unique_lock lock(m_mutex);
    for (;;) {
        if (!m_wake.wait_for(lock, stop, IdleAfter, [this] { return !m_pending.empty(); })) {
            if (stop.stop_requested())
                return;
            lock.unlock();
            m_idle();
            lock.lock();
            continue;
        }
        rows.clear();
        rows.swap(m_pending);
        const auto group = std::exchange(m_group, std::make_shared<CommitGroup>());
        lock.unlock();
        group->finish(m_commit(rows));
        lock.lock();
    }
}

} // namespace gatehouse::local
