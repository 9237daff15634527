// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/usage/usage.h"

namespace gatehouse::usage {

/// The answers to the four usage questions (resources/kql), as tables of plain columns. Any may be empty of
/// rows.
struct Answers
{
    /// usage-by-key: Key, Period ("now", "before"), Requests, Failed, Throttled, PromptTokens,
    /// CompletionTokens, TotalTokens, EstimatedTokens, UnknownUsage, P95Ms.
    const Table& byKey;
    /// usage-totals: the same without Key; only P95Ms is read, since percentiles cannot be added.
    const Table& totals;
    /// usage-over-time: Key, Bucket, Requests, TotalTokens, EstimatedTokens, UnknownUsage.
    const Table& overTime;
    /// workspace-extent: FirstSeen, LastSeen over both periods, whatever the filters; null without rows.
    const Table& extent;
};

/// Builds the report of a range. Totals are summed from the rows, so a total always equals its parts.
/// Partial, age and queries are left to the caller. Protocol when a column is missing or of another type.
[[nodiscard]] Result<Report> buildReport(Dimension dimension, const TimeRange& range, const Answers& answers,
                                         const ServiceNames& names);

/// The period of the same length just before.
[[nodiscard]] TimeRange periodBefore(const TimeRange& range);

} // namespace gatehouse::usage
