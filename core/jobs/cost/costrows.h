// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/table/table.h"
#include "core/usage/audit/completeness.h"
#include "core/usage/ledger/usagerow.h"

#include <cstdint>
#include <map>
#include <vector>

namespace gatehouse::jobs {

/// What the questions of the ledger answer, as values. Any thread.
struct CostRows
{
    std::vector<cost::UsageRow> rows;
    std::int64_t unusable = 0; ///< rows that no ledger can book (without an id, with impossible figures)
};
/// Of cost-calls.kql. Protocol when a column is missing. Texts that are too long are cut; Unknown beats a
/// source that this version does not know.
[[nodiscard]] Result<CostRows> costRowsFrom(const Table& table);

/// Of cost-counts.kql: five minutes by their start, and the rows of the gateway's log that came again.
struct CostCounts
{
    std::vector<cost::CountGap> counts; ///< all of them, not only those that differ
    std::int64_t repeated = 0;
};
[[nodiscard]] Result<CostCounts> costCountsFrom(const Table& table);

/// A part of the log that one answer holds.
struct CostSlice
{
    TimeRange range;
    std::int64_t calls = 0;
    int days = 0;         ///< whole days of it
    bool endsDay = false; ///< everything up to its end belongs to whole days
};
inline constexpr Ticks DayLength = std::chrono::hours(24);
/// The start of the UTC day that a moment lies in.
[[nodiscard]] DateTime dayStart(DateTime time);

/// Hours (by start, UTC) with their calls as slices of at most `most` calls, whole days as long as they fit.
/// A day with more is cut into equal spans, since more is not known of it. The last slice ends with the
/// range.
[[nodiscard]] std::vector<CostSlice> costSlices(const std::map<DateTime, std::int64_t>& hours,
                                                const TimeRange& range, std::int64_t most);

} // namespace gatehouse::jobs
