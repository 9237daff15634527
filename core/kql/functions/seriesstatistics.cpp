// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/functions/arrays.h"
#include "core/kql/functions/kernels.h"
#include "core/kql/functions/series.h"
#include "core/kql/values.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace gatehouse::kql {

namespace {

using Args = std::span<const Datum>;

struct Statistics
{
    std::size_t length = 0;
    std::size_t smallest = 0;
    std::size_t largest = 0;
    double low = 0;
    double high = 0;
    double sum = 0;
    double mean = 0;
    double variance = 0;
};

/// Empty without values, and with values that are not finite unless they are to be ignored.
std::optional<Statistics> statisticsOf(const Series& series, bool ignoreNonFinite)
{
    Statistics result;
    double squares = 0;
    for (std::size_t i = 0; i < series.size(); ++i) {
        const double value = series[i];
        if (!std::isfinite(value)) {
            if (!ignoreNonFinite)
                return std::nullopt;
            continue;
        }
        if (result.length == 0 || value < result.low) {
            result.low = value;
            result.smallest = i;
        }
        if (result.length == 0 || value > result.high) {
            result.high = value;
            result.largest = i;
        }
        ++result.length;
        result.sum += value;
        const double delta = value - result.mean; // Welford's update, which does not cancel
        result.mean += delta / static_cast<double>(result.length);
        squares += delta * (value - result.mean);
    }
    if (result.length == 0)
        return std::nullopt;
    result.variance = result.length > 1 ? squares / static_cast<double>(result.length - 1) : 0;
    return result;
}

std::optional<Statistics> statisticsArgument(Evaluation& evaluation, Args args)
{
    const auto series = readSeries(evaluation, args[0]);
    const bool ignore = args.size() > 1 && !args[1].null && args[1].integer != 0;
    return series ? statisticsOf(*series, ignore) : std::nullopt;
}

/// min, min_idx, max, max_idx, avg, stdev, variance
void seriesStats(Evaluation& evaluation, Args args, Column& out)
{
    const auto found = statisticsArgument(evaluation, args);
    if (!found) {
        out.appendNull();
        return;
    }
    appendArray(evaluation, out,
                {jsonReal(found->low), std::to_string(found->smallest), jsonReal(found->high),
                 std::to_string(found->largest), jsonReal(found->mean), jsonReal(std::sqrt(found->variance)),
                 jsonReal(found->variance)});
}

void seriesStatsDynamic(Evaluation& evaluation, Args args, Column& out)
{
    const auto found = statisticsArgument(evaluation, args);
    if (!found) {
        out.appendNull();
        return;
    }
    out.appendText("{\"min\":" + jsonReal(found->low) + ",\"min_idx\":" + std::to_string(found->smallest) +
                   ",\"max\":" + jsonReal(found->high) + ",\"max_idx\":" + std::to_string(found->largest) +
                   ",\"avg\":" + jsonReal(found->mean) + ",\"stdev\":" +
                   jsonReal(std::sqrt(found->variance)) + ",\"variance\":" + jsonReal(found->variance) +
                   ",\"sum\":" + jsonReal(found->sum) + ",\"len\":" + std::to_string(found->length) + '}');
}

/// series_outliers(series [, "tukey" or "ctukey", value to ignore, low percentile, high percentile])
void seriesOutliers(Evaluation& evaluation, Args args, Column& out)
{
    auto series = readSeries(evaluation, args[0]);
    const std::string_view kind = args.size() > 1 ? args[1].text : "ctukey";
    if (!series || (kind != "tukey" && kind != "ctukey")) {
        out.appendNull();
        return;
    }
    if (args.size() > 2 && !args[2].null) {
        for (double& value : *series)
            value = value == args[2].real ? std::nan("") : value;
    }
    const bool custom = kind == "ctukey";
    const auto percentile = [&](std::size_t at, double otherwise) {
        return custom && args.size() > at && !args[at].null ? std::clamp(args[at].real, 2.0, 98.0) / 100
                                                            : otherwise;
    };
    appendSeries(out, outlierScores(*series, custom, percentile(3, custom ? 0.1 : 0.25),
                                    percentile(4, custom ? 0.9 : 0.75)));
}

const std::array SeriesStatisticsFunctions = {
    FunctionSpec{"series_stats", "j|b", 'j', seriesStats},
    FunctionSpec{"series_stats_dynamic", "j|b", 'j', seriesStatsDynamic},
    FunctionSpec{"series_outliers", "j|srrr", 'j', seriesOutliers},
};

} // namespace

std::span<const FunctionSpec> seriesStatisticsFunctions()
{
    return SeriesStatisticsFunctions;
}

} // namespace gatehouse::kql
