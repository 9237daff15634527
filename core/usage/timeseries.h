// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/usage/usage.h"

#include <optional>

namespace gatehouse::usage {

/// How many keys are drawn one by one; the rest is "Other".
inline constexpr std::size_t LargestShown = 10;

/// Tokens and requests over time of the same rows.
struct SeriesPair
{
    TimeSeries tokens;
    TimeSeries requests;
};

/// Spreads the rows of usage-over-time over the buckets of the range. extent is where the workspace holds
/// anything at all: buckets that lie wholly outside are gaps (NaN). Protocol when a column is missing.
[[nodiscard]] Result<SeriesPair> buildSeries(Dimension dimension, const TimeRange& range,
                                             const Table& overTime, const std::optional<TimeRange>& extent,
                                             const ServiceNames& names);

} // namespace gatehouse::usage
