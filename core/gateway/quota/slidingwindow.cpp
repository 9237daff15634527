// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/quota/slidingwindow.h"

#include <algorithm>

namespace gatehouse::gateway {

Ticks SlidingWindow::add(Ticks at, std::int64_t amount, Ticks length)
{
    at = inOrder(at);
    m_longest = std::max(m_longest, length);
    auto place = std::lower_bound(m_entries.begin(), m_entries.end(), at,
                                  [](const Entry& entry, Ticks time) { return entry.at < time; });
    if (place == m_entries.end() || place->at != at)
        place = m_entries.insert(place, Entry{at, totalBefore(place)});
    for (; place != m_entries.end(); ++place)
        place->total += amount;
    forget(m_entries.back().at - m_longest - Slack);
    return at;
}

void SlidingWindow::remove(Ticks at, std::int64_t amount)
{
    auto place = std::lower_bound(m_entries.begin(), m_entries.end(), at,
                                  [](const Entry& entry, Ticks time) { return entry.at < time; });
    if (place == m_entries.end() || place->at != at)
        return;
    amount = std::min(amount, place->total - totalBefore(place));
    for (; place != m_entries.end(); ++place)
        place->total -= amount;
}

std::int64_t SlidingWindow::used(Ticks now, Ticks length) const
{
    const auto first = std::upper_bound(m_entries.begin(), m_entries.end(), inOrder(now) - length,
                                        [](Ticks time, const Entry& entry) { return time < entry.at; });
    return total() - totalBefore(first);
}

std::int64_t SlidingWindow::peakFrom(Ticks time, Ticks length) const
{
    std::int64_t peak = 0;
    for (auto end = m_entries.end(); end != m_entries.begin() && std::prev(end)->at >= inOrder(time); --end) {
        const Entry& last = *std::prev(end);
        const auto first = std::upper_bound(m_entries.begin(), end, last.at - length,
                                            [](Ticks start, const Entry& entry) { return start < entry.at; });
        peak = std::max(peak, last.total - totalBefore(first));
    }
    return peak;
}

Ticks SlidingWindow::fallsTo(std::int64_t atMost, Ticks now, Ticks length) const
{
    if (used(now, length) <= atMost)
        return now;
    // The first entry behind which no more than that is left; the last one has nothing behind it.
    const std::int64_t enough = total() - atMost;
    const auto last =
        std::lower_bound(m_entries.begin(), m_entries.end(), enough,
                         [](const Entry& entry, std::int64_t sum) { return entry.total < sum; });
    return last->at + length;
}

Ticks SlidingWindow::inOrder(Ticks time) const
{
    return m_entries.empty() ? time : std::max(time, m_entries.back().at - Slack);
}

std::int64_t SlidingWindow::totalBefore(const Entries::const_iterator& entry) const
{
    return entry == m_entries.begin() ? m_forgotten : std::prev(entry)->total;
}

std::int64_t SlidingWindow::total() const
{
    return m_entries.empty() ? m_forgotten : m_entries.back().total;
}

void SlidingWindow::forget(Ticks until)
{
    while (m_entries.front().at <= until) {
        m_forgotten = m_entries.front().total;
        m_entries.pop_front();
    }
}

} // namespace gatehouse::gateway
