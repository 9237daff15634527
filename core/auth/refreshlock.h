// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/http/scheduler.h"

#include <functional>
#include <memory>
#include <string>

namespace gatehouse::auth {

/// A lock between processes that share a refresh token: whoever refreshes holds it from reading the stored
/// token to writing the new one, so that a one-use token is used once. An advisory lock on an empty file; the
/// system gives it back when its process dies. Main thread; waiting never blocks.
class RefreshLock
{
public:
    /// Held until the last copy goes.
    using Held = std::shared_ptr<void>;

    /// The scheduler must outlive this.
    RefreshLock(std::string path, http::Scheduler& scheduler);

    /// taken is called once, perhaps before this returns: with the lock, or with Storage after 15 s or when
    /// the file cannot be made. A lock that is dropped meanwhile calls nothing.
    void acquire(std::function<void(Result<Held>)> taken);

private:
    void attempt(int triesLeft, std::function<void(Result<Held>)> taken);

    std::string m_path;
    http::Scheduler& m_scheduler;
    http::Scheduler::Wait m_wait;
};

} // namespace gatehouse::auth
