// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QObject>

#include <chrono>
#include <functional>
#include <memory>

namespace gatehouse::http {

/// Calls something later. The only way to a timer, so that tests advance time by hand. Main thread.
class Scheduler
{
public:
    /// The wait for one call: gone or replaced, the call does not happen.
    class Wait
    {
    public:
        Wait() = default;
        explicit Wait(std::shared_ptr<void> owner)
            : m_owner(std::move(owner))
        {}
        void cancel() { m_owner.reset(); }
        [[nodiscard]] bool active() const { return m_owner != nullptr; }

    private:
        std::shared_ptr<void> m_owner;
    };

    Scheduler() = default;
    Scheduler(const Scheduler&) = delete;
    Scheduler& operator=(const Scheduler&) = delete;
    virtual ~Scheduler() = default;

    /// Never calls inside callAfter, not even with a delay of 0.
    [[nodiscard]] virtual Wait callAfter(std::chrono::milliseconds delay, std::function<void()> call) = 0;
};

/// Over QTimer; a delay beyond what a timer holds (24 days) is cut to that.
class TimerScheduler final : public Scheduler
{
public:
    [[nodiscard]] Wait callAfter(std::chrono::milliseconds delay, std::function<void()> call) override;
};

} // namespace gatehouse::http
