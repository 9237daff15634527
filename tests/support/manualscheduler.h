// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/http/scheduler.h"
#include "tests/support/manualclock.h"

#include <map>

namespace gatehouse::test {

/// A scheduler whose time is a ManualClock: calls happen inside advance(), in their order, with the clock at
/// their moment.
class ManualScheduler final : public http::Scheduler
{
public:
    explicit ManualScheduler(ManualClock& clock)
        : m_clock(clock)
        , m_calls(std::make_shared<Calls>())
    {}

    [[nodiscard]] Wait callAfter(std::chrono::milliseconds delay, std::function<void()> call) override
    {
        const auto key = std::pair(m_clock.monotonic() + delay, m_next++);
        m_calls->emplace(key, std::move(call));
        return Wait(std::shared_ptr<void>(nullptr, [calls = std::weak_ptr<Calls>(m_calls), key](void*) {
            if (const auto left = calls.lock())
                left->erase(key);
        }));
    }

    void advance(std::chrono::nanoseconds span)
    {
        const auto end = m_clock.monotonic() + span;
        while (!m_calls->empty() && m_calls->begin()->first.first <= end) {
            const auto due = m_calls->begin()->first.first;
            if (due > m_clock.monotonic())
                m_clock.advance(due - m_clock.monotonic());
            const std::function<void()> call = std::move(m_calls->begin()->second);
            m_calls->erase(m_calls->begin());
            call();
        }
        m_clock.advance(end - m_clock.monotonic());
    }

    /// Goes to the next call, however far it is; false when there is none.
    bool advanceToNext()
    {
        if (m_calls->empty())
            return false;
        advance(std::max(std::chrono::nanoseconds(0), m_calls->begin()->first.first - m_clock.monotonic()));
        return true;
    }

    [[nodiscard]] std::size_t pending() const { return m_calls->size(); }
    /// Until the next call.
    [[nodiscard]] std::chrono::milliseconds untilNext() const
    {
        return m_calls->empty() ? std::chrono::milliseconds(-1)
                                : std::chrono::duration_cast<std::chrono::milliseconds>(
                                      m_calls->begin()->first.first - m_clock.monotonic());
    }

private:
    using Calls = std::map<std::pair<std::chrono::nanoseconds, std::uint64_t>, std::function<void()>>;

    ManualClock& m_clock;
    std::shared_ptr<Calls> m_calls;
    std::uint64_t m_next = 0;
};

} // namespace gatehouse::test
