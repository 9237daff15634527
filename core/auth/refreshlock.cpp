// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/auth/refreshlock.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace gatehouse::auth {

namespace {

constexpr std::chrono::milliseconds Pause{25};
constexpr int MaxTries = 600;

} // namespace

RefreshLock::RefreshLock(std::string path, http::Scheduler& scheduler)
    : m_path(std::move(path))
    , m_scheduler(scheduler)
{}

void RefreshLock::acquire(std::function<void(Result<Held>)> taken)
{
    attempt(MaxTries, std::move(taken));
}

void RefreshLock::attempt(int triesLeft, std::function<void(Result<Held>)> taken)
{
    const int fd = ::open(m_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        taken(fail(Error::Kind::Storage, "The lock of the stored sign-in cannot be made.",
                   "Check the permissions of the data folder."));
        return;
    }
    if (::flock(fd, LOCK_EX | LOCK_NB) == 0) {
        // Nothing is held but the descriptor; the null pointer's deleter closes it.
        taken(Held(nullptr, [fd](void*) { ::close(fd); }));
        return;
    }
    ::close(fd);
    if (triesLeft <= 1) {
        taken(fail(Error::Kind::Storage, "Another Gatehouse holds the stored sign-in for too long.",
                   "Close the other Gatehouse, or wait a moment and try again."));
        return;
    }
    m_wait = m_scheduler.callAfter(Pause, [this, triesLeft, taken = std::move(taken)] {
        const auto next = taken; // the new wait drops this closure
        attempt(triesLeft - 1, next);
    });
}

} // namespace gatehouse::auth
