// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/datetime.h"

#include <cstdint>
#include <deque>

namespace gatehouse::gateway {

/// Amounts by the tick at which they were counted, and what any window that ends now adds up to. Exact: one
/// entry for each tick that has an amount, no buckets. What is counted at t is in the windows that end before
/// t + length and in none from t + length on.
///
/// Threads read the clock before they get their turn, so times may come a little out of order. An amount
/// later than the window's end counts too: that is never less than any window around that time holds. Times
/// more than Slack behind the latest are taken as that much behind it.
///
/// Not thread-safe. The memory is that of one longest window and Slack; it never holds older amounts.
class SlidingWindow
{
public:
    static constexpr Ticks Slack = std::chrono::seconds(5);

    /// Counts amount (0 or more) at this time and returns the time it was counted under, for remove. What is
    /// older than the longest length ever given is forgotten.
    Ticks add(Ticks at, std::int64_t amount, Ticks length);
    /// Takes back what add counted under this time; nothing when it has been forgotten already.
    void remove(Ticks at, std::int64_t amount);

    [[nodiscard]] std::int64_t used(Ticks now, Ticks length) const;
    /// The most that a window holds that ends at this time or later: exact where used() is careful.
    [[nodiscard]] std::int64_t peakFrom(Ticks time, Ticks length) const;
    /// The first time from now on at which used() is at most that much (0 or more) if nothing is added.
    [[nodiscard]] Ticks fallsTo(std::int64_t atMost, Ticks now, Ticks length) const;

private:
    struct Entry
    {
        Ticks at;
        std::int64_t total; ///< of everything up to and with this entry, since the beginning
    };
    using Entries = std::deque<Entry>;

    [[nodiscard]] Ticks inOrder(Ticks time) const;
    [[nodiscard]] std::int64_t totalBefore(const Entries::const_iterator& entry) const;
    [[nodiscard]] std::int64_t total() const;
    void forget(Ticks until);

    Entries m_entries; // by time
    std::int64_t m_forgotten = 0;
    Ticks m_longest{0};
};

} // namespace gatehouse::gateway
