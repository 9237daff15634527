// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/rag/ratelimit.h"

namespace gatehouse::local {

namespace {

constexpr std::chrono::nanoseconds Window = std::chrono::minutes(1);

} // namespace

UserRateLimit::UserRateLimit(const Clock& clock, std::size_t requestsPerMinute)
    : m_clock(clock)
    , m_most(requestsPerMinute)
{}

std::optional<std::chrono::nanoseconds> UserRateLimit::admit(const std::string& user)
{
    const std::chrono::nanoseconds now = m_clock.monotonic();
    const std::lock_guard lock(m_mutex);
    auto& seen = m_seen[user];
    while (!seen.empty() && seen.front() + Window <= now)
        seen.pop_front();
    if (seen.size() >= m_most)
        return seen.front() + Window - now;
    seen.push_back(now);
    return std::nullopt;
}

} // namespace gatehouse::local
