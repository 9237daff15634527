// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/timeseries.h"

#include "core/usage/columns.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace gatehouse::usage {

namespace {

constexpr double Gap = std::numeric_limits<double>::quiet_NaN();

/// What one key used in one bucket.
struct Cell
{
    std::int64_t requests = 0;
    std::int64_t tokens = 0;
    std::int64_t estimated = 0;
    std::int64_t unknown = 0;

    Cell& operator+=(const Cell& other)
    {
        requests += other.requests;
        tokens += other.tokens;
        estimated += other.estimated;
        unknown += other.unknown;
        return *this;
    }
};

struct Line
{
    std::string key;
    bool other = false;
    std::vector<Cell> cells;
    Cell sum;
};

DateTime binned(DateTime moment, Ticks bucket)
{
    return DateTime{moment.sinceYearOne - moment.sinceYearOne % bucket};
}

std::vector<DateTime> bucketsOf(const TimeRange& range, Ticks bucket)
{
    std::vector<DateTime> buckets;
    for (DateTime start = binned(range.start, bucket); start < range.end; start += bucket)
        buckets.push_back(start);
    return buckets;
}

Result<std::map<std::string, Line>> readLines(const Table& overTime, const std::vector<DateTime>& buckets,
                                              Ticks bucket)
{
    Columns columns(overTime);
    const Column* key = columns.text("Key");
    const Column* at = columns.moment("Bucket");
    const Column* requests = columns.number("Requests");
    const Column* tokens = columns.number("TotalTokens");
    const Column* estimated = columns.number("EstimatedTokens");
    const Column* unknown = columns.number("UnknownUsage");
    if (Status status = columns.check(); !status)
        return fail(status.error());

    std::map<std::string, Line> lines;
    for (std::size_t row = 0; row < overTime.rowCount(); ++row) {
        const DateTime start{Ticks(at->integerAt(row))};
        if (buckets.empty() || at->isNull(row) || start < buckets.front() || start > buckets.back())
            continue;
        Line& line = lines[std::string(key->textAt(row))];
        line.key = key->textAt(row);
        line.cells.resize(buckets.size());
        const Cell cell{countAt(*requests, row), countAt(*tokens, row), countAt(*estimated, row),
                        countAt(*unknown, row)};
        line.cells[static_cast<std::size_t>((start - buckets.front()) / bucket)] += cell;
        line.sum += cell;
    }
    return lines;
}

/// The largest by the given amount and, when some are left, their sum as "Other".
std::vector<Line> largest(const std::map<std::string, Line>& lines, std::int64_t Cell::*amount)
{
    std::vector<Line> ordered;
    for (const auto& [key, line] : lines)
        ordered.push_back(line);
    std::stable_sort(ordered.begin(), ordered.end(),
                     [amount](const Line& a, const Line& b) { return a.sum.*amount > b.sum.*amount; });
    if (ordered.size() <= LargestShown)
        return ordered;

    Line other;
    other.other = true;
    other.cells.resize(ordered.front().cells.size());
    for (std::size_t i = LargestShown; i < ordered.size(); ++i) {
        for (std::size_t cell = 0; cell < other.cells.size(); ++cell)
            other.cells[cell] += ordered[i].cells[cell];
        other.sum += ordered[i].sum;
    }
    ordered.resize(LargestShown);
    ordered.push_back(std::move(other));
    return ordered;
}

bool outside(DateTime bucketStart, Ticks bucket, const std::optional<TimeRange>& extent)
{
    return !extent || bucketStart + bucket <= extent->start || bucketStart > extent->end;
}

TimeSeries draw(Dimension dimension, const std::vector<Line>& lines, std::int64_t Cell::*amount,
                const std::vector<DateTime>& buckets, Ticks bucket, const std::optional<TimeRange>& extent,
                const ServiceNames& names)
{
    TimeSeries drawn{buckets, bucket, {}};
    const bool ofTokens = amount == &Cell::tokens;
    for (const Line& line : lines) {
        Series series;
        series.key = line.key;
        series.other = line.other;
        series.label = line.other ? "Other" : labelFor(dimension, line.key, names);
        series.total = static_cast<double>(line.sum.*amount);
        if (line.sum.tokens > 0)
            series.estimatedShare =
                static_cast<double>(line.sum.estimated) / static_cast<double>(line.sum.tokens);
        series.values.reserve(buckets.size());
        for (std::size_t i = 0; i < buckets.size(); ++i) {
            const Cell& cell = line.cells[i];
            const bool nobodyKnows = ofTokens && cell.tokens == 0 && cell.unknown > 0;
            const bool noData = cell.requests == 0 && outside(buckets[i], bucket, extent);
            series.values.push_back(nobodyKnows || noData ? Gap : static_cast<double>(cell.*amount));
        }
        drawn.series.push_back(std::move(series));
    }
    return drawn;
}

} // namespace

Result<SeriesPair> buildSeries(Dimension dimension, const TimeRange& range, const Table& overTime,
                               const std::optional<TimeRange>& extent, const ServiceNames& names)
{
    const Ticks bucket = bucketFor(range);
    const std::vector<DateTime> buckets = bucketsOf(range, bucket);
    const auto lines = readLines(overTime, buckets, bucket);
    if (!lines)
        return fail(lines.error());
    return SeriesPair{
        draw(dimension, largest(*lines, &Cell::tokens), &Cell::tokens, buckets, bucket, extent, names),
        draw(dimension, largest(*lines, &Cell::requests), &Cell::requests, buckets, bucket, extent, names)};
}

} // namespace gatehouse::usage
