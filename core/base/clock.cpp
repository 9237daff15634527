// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/clock.h"

namespace gatehouse {

DateTime SystemClock::now() const
{
    return DateTime::fromUnix(std::chrono::system_clock::now().time_since_epoch());
}

std::chrono::nanoseconds SystemClock::monotonic() const
{
    return std::chrono::steady_clock::now().time_since_epoch();
}

} // namespace gatehouse
