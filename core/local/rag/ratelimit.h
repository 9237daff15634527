// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"

#include <chrono>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace gatehouse::local {

/// So many requests a minute for each user, counted over the last 60 s at any moment. Any thread. The clock
/// outlives it.
class UserRateLimit
{
public:
    UserRateLimit(const Clock& clock, std::size_t requestsPerMinute);

    /// Counts the request and answers nothing, or how long until the next one is let in; a refused one does
    /// not count.
    [[nodiscard]] std::optional<std::chrono::nanoseconds> admit(const std::string& user);

private:
    const Clock& m_clock;
    std::size_t m_most;
    std::mutex m_mutex;
    std::map<std::string, std::deque<std::chrono::nanoseconds>> m_seen; // monotonic, oldest first
};

} // namespace gatehouse::local
