// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/datetime.h"
#include "core/table/table.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::usage {

/// What spending is split by. Service is the APIM subscription.
enum class Dimension { Service, Model, Backend };
/// "service", "model", "backend", as the command line and the questions write it.
[[nodiscard]] std::string_view toString(Dimension dimension);
[[nodiscard]] std::optional<Dimension> dimensionFrom(std::string_view name);

/// Only rows with this value; several filters are joined by "and".
struct Filter
{
    Dimension dimension = Dimension::Service;
    std::string key; ///< the raw id, never the display name
    bool operator==(const Filter&) const = default;
};

/// APIM subscription ids to their display names; ids compare without case.
using ServiceNames = std::map<std::string, std::string>;

/// How a key is shown: the display name, the raw id where that is not known, "Unattributed" for callers with
/// a token only, "(none)" for an empty model or backend.
[[nodiscard]] std::string labelFor(Dimension dimension, const std::string& key, const ServiceNames& names);

/// Sums of some requests. total = measured + estimated tokens; requests whose usage nobody knows count in
/// unknownUsage and bring no tokens.
struct Totals
{
    std::int64_t requests = 0;
    std::int64_t failed = 0;    ///< not 2xx or 3xx
    std::int64_t throttled = 0; ///< 429
    std::int64_t promptTokens = 0;
    std::int64_t completionTokens = 0;
    std::int64_t totalTokens = 0;
    std::int64_t estimatedTokens = 0; ///< of totalTokens
    std::int64_t unknownUsage = 0;    ///< requests
    std::optional<double> p95Ms;      ///< empty without requests

    [[nodiscard]] std::optional<double> errorRate() const; ///< 0..1; empty without requests
    /// False when there are requests whose usage nobody knows and not one token besides: show "unknown",
    /// never 0.
    [[nodiscard]] bool tokensKnown() const { return totalTokens > 0 || unknownUsage == 0; }
    /// Adds what can be added; p95Ms cannot and becomes empty.
    Totals& operator+=(const Totals& other);
};

struct Row
{
    std::string key;
    std::string label;
    Totals totals;
};

/// Values per bucket of time; all series have as many values as there are buckets. A bucket without rows is 0
/// for amounts inside the range that has data, NaN (a gap) where the workspace holds nothing at all, or where
/// nobody knows the tokens of any call of the bucket.
struct Series
{
    std::string key;
    std::string label;
    bool other = false; ///< the sum of all that are not among the largest; its key "" is no key to filter by
    std::vector<double> values;
    double total = 0;
    double estimatedShare = 0; ///< 0..1 of the tokens
};

struct TimeSeries
{
    std::vector<DateTime> buckets; ///< starts
    Ticks bucket{0};
    std::vector<Series> series; ///< largest first; at most the ten largest and "Other" (key "")
};

/// One answer to "who uses what": the figures of a range, of the period of the same length before it, split
/// by a dimension. rows sum to totals exactly.
struct Report
{
    Dimension dimension = Dimension::Service;
    TimeRange range;
    Totals totals;
    Totals before;
    std::vector<Row> rows; ///< largest total first
    TimeSeries tokens;
    TimeSeries requests;
    bool partial = false; ///< the service said that rows are missing
    std::string partialReason;
    std::chrono::seconds age{0};
    std::vector<std::string> queries; ///< the KQL that was asked, so that every figure can be traced
};

/// How the figures moved against the period before; relative (0.25 is a quarter more), empty where the period
/// before had nothing to compare with or one of the two is unknown.
struct Changes
{
    std::optional<double> requests;
    std::optional<double> tokens;
    std::optional<double> errorRate; ///< difference of the two rates (0.02 is two points more)
    std::optional<double> p95;
};
[[nodiscard]] Changes changesOf(const Totals& now, const Totals& before);

/// The bucket for a range: 1m up to 1 h, 5m to 6 h, 15m to 24 h, 1h to 7 d, 4h to 30 d, 1d beyond.
[[nodiscard]] Ticks bucketFor(const TimeRange& range);

} // namespace gatehouse::usage
