// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/gateway/sleeper.h"

namespace gatehouse::local {

bool SystemSleeper::sleep(std::chrono::nanoseconds span)
{
    std::unique_lock lock(m_mutex);
    return !m_wake.wait_for(lock, span, [this] { return m_stopped; });
}

void SystemSleeper::stop()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stopped = true;
    }
    m_wake.notify_all();
}

} // namespace gatehouse::local
