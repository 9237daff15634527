// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

namespace gatehouse::local {

/// The outcome of one commit, which all who put rows into it wait for. Any thread.
class CommitGroup
{
public:
    [[nodiscard]] Status wait() const;
    /// Once.
    void finish(Status outcome);

private:
    enum State : int { Pending, Done, Failed };
    std::atomic<int> m_state{Pending};
    Error m_error; // written before m_state says Failed
};

/// Group commit: rows that come in while a commit runs go together with the next one. Owns the committing
/// thread; commit is called from there alone.
class Committer
{
public:
    using Commit = std::function<Status(std::string_view rows)>;

    /// idle is called when nothing has come in for a second.
    Committer(Commit commit, std::function<void()> idle);
    Committer(const Committer&) = delete;
    Committer& operator=(const Committer&) = delete;
    /// Commits what is left.
    ~Committer();

    [[nodiscard]] std::shared_ptr<const CommitGroup> append(std::string_view rows);
    /// Returns when everything that was appended before has been committed or has failed.
    void drain();

private:
    void run(const std::stop_token& stop);

    Commit m_commit;
    std::function<void()> m_idle;
    std::mutex m_mutex;
    std::condition_variable_any m_wake;
    std::string m_pending;
    std::shared_ptr<CommitGroup> m_group;
    std::jthread m_thread;
};

} // namespace gatehouse::local
