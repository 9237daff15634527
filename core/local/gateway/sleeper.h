// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace gatehouse::local {

/// The only way to wait. Handed to whatever waits, so that history runs at full speed and tests never sleep.
class Sleeper
{
public:
    Sleeper() = default;
    Sleeper(const Sleeper&) = delete;
    Sleeper& operator=(const Sleeper&) = delete;
    virtual ~Sleeper() = default;

    /// False when the stack ends before the time has passed.
    virtual bool sleep(std::chrono::nanoseconds span) = 0;
};

/// Really waits, until stop() wakes every waiter for good. Any thread.
class SystemSleeper final : public Sleeper
{
public:
    bool sleep(std::chrono::nanoseconds span) override;
    void stop();

private:
    std::mutex m_mutex;
    std::condition_variable m_wake;
    bool m_stopped = false;
};

} // namespace gatehouse::local
