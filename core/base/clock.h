// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/datetime.h"

#include <chrono>

namespace gatehouse {

/// The only way to the time. Handed to whatever needs it, so that tests never sleep; any thread may ask.
class Clock
{
public:
    Clock() = default;
    Clock(const Clock&) = delete;
    Clock& operator=(const Clock&) = delete;
    virtual ~Clock() = default;

    /// The wall clock. It may jump; never measure with it.
    [[nodiscard]] virtual DateTime now() const = 0;
    /// Monotonic, from an arbitrary start. Deadlines, breakers and latencies use this one.
    [[nodiscard]] virtual std::chrono::nanoseconds monotonic() const = 0;
};

class SystemClock final : public Clock
{
public:
    [[nodiscard]] DateTime now() const override;
    [[nodiscard]] std::chrono::nanoseconds monotonic() const override;
};

} // namespace gatehouse
