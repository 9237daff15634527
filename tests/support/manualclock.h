// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"

#include <atomic>

namespace gatehouse::test {

/// A clock that stands still until a test moves it. Any thread may read.
class ManualClock final : public Clock
{
public:
    explicit ManualClock(DateTime start = DateTime::fromCivil(2026, 6, 1))
        : m_now(start.sinceYearOne.count())
    {}

    [[nodiscard]] DateTime now() const override { return DateTime{Ticks(m_now.load())}; }
    [[nodiscard]] std::chrono::nanoseconds monotonic() const override
    {
        return std::chrono::nanoseconds(m_monotonic.load());
    }

    /// Moves both clocks.
    void advance(std::chrono::nanoseconds span)
    {
        m_now += span.count() / 100;
        m_monotonic += span.count();
    }
    /// Moves only the wall clock, as a person or NTP does.
    void jumpWall(std::chrono::nanoseconds span) { m_now += span.count() / 100; }

private:
    std::atomic<std::int64_t> m_now;
    std::atomic<std::int64_t> m_monotonic{1'000'000'000};
};

} // namespace gatehouse::test
