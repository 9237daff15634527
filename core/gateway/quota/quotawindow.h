// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/quota/limits.h"

namespace gatehouse::gateway {

/// The fixed window of a quota, from start up to, not including, end.
struct QuotaWindow
{
    DateTime start;
    std::optional<DateTime> end = DateTime{}; ///< empty: it never ends

    bool operator==(const QuotaWindow&) const = default;
    [[nodiscard]] bool endedBy(DateTime now) const { return end && now >= *end; }
};

/// The UTC hour, day, week, month or year that the moment lies in. Weeks start on Monday. UNVERIFIED:
/// Microsoft documents that a window is the UTC time truncated to the period and names no first day.
[[nodiscard]] QuotaWindow windowOf(QuotaPeriod period, DateTime moment);
/// The period of quota-by-key. The periods before firstPeriodStart are counted backwards from it; a single
/// period without an end begins there.
[[nodiscard]] QuotaWindow windowOf(const CallAllowance& rule, DateTime moment);

/// Brings a counter's window up to now; true when it has ended and the counter starts anew. Where the rule
/// has got other periods since, what was used stays in the counter until the window that holds now ends, so a
/// change never lets more through than either rule would. A clock that goes back changes nothing: windows
/// only follow one another.
[[nodiscard]] bool advance(QuotaWindow& window, const QuotaWindow& ruled, DateTime now);

/// A quota's counter as a plain value, to be kept over a restart. What was in flight is not in it.
struct QuotaState
{
    QuotaWindow window;
    std::int64_t tokens = 0; ///< of a token quota
    std::int64_t calls = 0;  ///< of a call quota
    std::int64_t bytes = 0;  ///< of a call quota

    bool operator==(const QuotaState&) const = default;
};

} // namespace gatehouse::gateway
