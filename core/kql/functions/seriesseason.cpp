// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/functions/arrays.h"
#include "core/kql/functions/kernels.h"
#include "core/kql/functions/limits.h"
#include "core/kql/functions/series.h"
#include "core/kql/values.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace gatehouse::kql {

namespace {

using Args = std::span<const Datum>;

struct Period
{
    double length = 0;
    double score = 0;
};

/// How much a series resembles itself at each distance, 1 at distance 0 (by Fourier, so that long series are
/// no danger).
Series autocorrelation(const Series& series)
{
    std::size_t size = 1;
    while (size < series.size() * 2)
        size *= 2;
    const double mean = meanOf(series);
    std::vector<std::complex<double>> values(size);
    for (std::size_t i = 0; i < series.size(); ++i)
        values[i] = std::isnan(series[i]) ? 0 : series[i] - mean;
    fourier(values, false);
    for (auto& value : values)
        value = std::norm(value);
    fourier(values, true);
    Series result(series.size(), 0);
    const double whole = values[0].real();
    const auto length = static_cast<double>(series.size());
    for (std::size_t i = 0; i < series.size() && whole > 0; ++i)
        result[i] = values[i].real() / whole * std::sqrt(length / (length - static_cast<double>(i)));
    return result;
}

constexpr double ShortestPeriod = 4; // and less than half of the series: it must be seen twice

/// The best periods between two lengths, multiples and parts of a better one left out.
std::vector<Period> detectPeriods(const Series& series, double shortest, double longest, std::size_t most,
                                  double threshold)
{
    const Series similar = autocorrelation(series);
    const double half = static_cast<double>(series.size()) / 2;
    std::vector<Period> peaks;
    for (std::size_t i = 2;
         i + 1 < similar.size() && static_cast<double>(i) <= longest && static_cast<double>(i) < half; ++i) {
        const bool peak = similar[i] > similar[i - 1] && similar[i] >= similar[i + 1];
        if (peak && static_cast<double>(i) >= std::max(shortest, ShortestPeriod) && similar[i] >= threshold)
            peaks.push_back({static_cast<double>(i), similar[i]});
    }
    std::stable_sort(peaks.begin(), peaks.end(),
                     [](const Period& a, const Period& b) { return a.score > b.score; });
    std::vector<Period> chosen;
    for (const Period& peak : peaks) {
        const bool related = std::any_of(chosen.begin(), chosen.end(), [&](const Period& better) {
            const double ratio = std::max(peak.length, better.length) / std::min(peak.length, better.length);
            return std::fabs(ratio - std::round(ratio)) < 0.05;
        });
        if (!related && chosen.size() < most)
            chosen.push_back(peak);
    }
    return chosen;
}

/// series_periods_detect(series, shortest, longest, count): periods and scores, the rest of the count is 0.
void periodsDetect(Evaluation& evaluation, Args args, Column& out)
{
    const auto series = readSeries(evaluation, args[0]);
    if (!series || args[1].null || args[2].null || args[3].null || args[3].integer < 0) {
        out.appendNull();
        return;
    }
    constexpr double LeastScore = 0.6; // as for decompositions
    const auto count = static_cast<std::size_t>(std::min<std::int64_t>(args[3].integer, 10'000));
    const auto found = detectPeriods(*series, args[1].real, args[2].real, count, LeastScore);
    Series lengths(count, 0);
    Series scores(count, 0);
    for (std::size_t i = 0; i < found.size(); ++i) {
        lengths[i] = found[i].length;
        scores[i] = found[i].score;
    }
    appendArray(evaluation, out, {seriesJson(lengths), seriesJson(scores)});
}

/// series_periods_validate(series, period, …): the periods with their scores.
void periodsValidate(Evaluation& evaluation, Args args, Column& out)
{
    const auto series = readSeries(evaluation, args[0]);
    if (!series) {
        out.appendNull();
        return;
    }
    const Series similar = autocorrelation(*series);
    Series lengths;
    Series scores;
    for (const Datum& period : args.subspan(1)) {
        const double length = period.null ? 0 : period.real;
        const bool known = length >= ShortestPeriod && length <= static_cast<double>(similar.size()) / 2;
        lengths.push_back(length);
        scores.push_back(known ? std::max(similar[static_cast<std::size_t>(std::round(length))], 0.0) : 0);
    }
    appendArray(evaluation, out, {seriesJson(lengths), seriesJson(scores)});
}

struct DecomposeOptions
{
    double seasonality = -1; ///< -1: to be found; 0: none
    std::string_view trend = "avg";
    std::size_t tested = 0; ///< values at the end that are predicted and not learnt from
    double threshold = 0.6;
};

struct Parts
{
    Series baseline;
    Series seasonal;
    Series trend;
    Series residual;
};

double medianOf(std::vector<double>& values)
{
    return values.empty() ? 0 : quantileOf(sortedValues(values), 0.5);
}

/// The median of each phase of a period, repeated over a length.
Series seasonOf(std::span<const double> learnt, std::size_t period, std::size_t size)
{
    Series season(size, 0);
    if (period == 0)
        return season;
    Series medians;
    for (std::size_t phase = 0; phase < period; ++phase) {
        std::vector<double> values;
        for (std::size_t i = phase; i < learnt.size(); i += period)
            values.push_back(learnt[i]);
        medians.push_back(medianOf(values));
    }
    for (std::size_t i = 0; i < size; ++i)
        season[i] = medians[i % period];
    return season;
}

std::size_t periodFor(std::span<const double> learnt, const DecomposeOptions& options)
{
    const double length = options.seasonality;
    if (length >= 1)
        return length < static_cast<double>(learnt.size()) ? static_cast<std::size_t>(std::round(length)) : 0;
    if (length == 0)
        return 0;
    const auto found = detectPeriods(Series(learnt.begin(), learnt.end()), 2,
                                     static_cast<double>(learnt.size()), 1, options.threshold);
    return found.empty() ? 0 : static_cast<std::size_t>(found.front().length);
}

/// The season is learnt first, the trend from what it leaves.
Parts decompose(const Series& series, const DecomposeOptions& options)
{
    Parts parts;
    const std::span<const double> learnt =
        std::span(series).first(series.size() - std::min(options.tested, series.size()));
    parts.seasonal = seasonOf(learnt, periodFor(learnt, options), series.size());
    Series rest(learnt.begin(), learnt.end());
    for (std::size_t i = 0; i < rest.size(); ++i)
        rest[i] -= parts.seasonal[i];
    const LineFit line = options.trend == "linefit" ? fitLine(rest) : LineFit{};
    const double mean = options.trend == "avg" ? meanOf(rest) : 0;
    for (std::size_t i = 0; i < series.size(); ++i) {
        parts.trend.push_back(options.trend == "linefit" ? line.at(i) : mean);
        parts.baseline.push_back(parts.trend[i] + parts.seasonal[i]);
        parts.residual.push_back(series[i] - parts.baseline[i]);
    }
    return parts;
}

/// The options from a place in the arguments on: seasonality, trend, tested, and threshold at a place of its
/// own.
std::optional<DecomposeOptions> optionsFrom(Args args, std::size_t at, std::size_t thresholdAt)
{
    DecomposeOptions options;
    if (args.size() > at && !args[at].null)
        options.seasonality = args[at].real;
    if (args.size() > at + 1)
        options.trend = args[at + 1].text;
    if (args.size() > at + 2 && args[at + 2].integer > 0)
        options.tested = static_cast<std::size_t>(args[at + 2].integer);
    if (args.size() > thresholdAt && !args[thresholdAt].null)
        options.threshold = args[thresholdAt].real;
    const bool known = options.trend == "avg" || options.trend == "linefit" || options.trend == "none";
    return known ? std::optional(options) : std::nullopt;
}

/// baseline, seasonal, trend, residual
void seriesDecompose(Evaluation& evaluation, Args args, Column& out)
{
    const auto series = readSeries(evaluation, args[0]);
    const auto options = optionsFrom(args, 1, 4);
    if (!series || !options) {
        out.appendNull();
        return;
    }
    const Parts parts = decompose(*series, *options);
    appendArray(evaluation, out,
                {seriesJson(parts.baseline), seriesJson(parts.seasonal), seriesJson(parts.trend),
                 seriesJson(parts.residual)});
}

/// ad_flag, ad_score, baseline
void seriesAnomalies(Evaluation& evaluation, Args args, Column& out)
{
    const auto series = readSeries(evaluation, args[0]);
    const auto options = optionsFrom(args, 2, 6);
    const std::string_view method = args.size() > 5 ? args[5].text : "ctukey";
    if (!series || !options || (method != "ctukey" && method != "tukey")) {
        out.appendNull();
        return;
    }
    const double threshold = args.size() > 1 && !args[1].null ? args[1].real : 1.5;
    const Parts parts = decompose(*series, *options);
    const bool custom = method == "ctukey";
    const Series scores = outlierScores(parts.residual, custom, custom ? 0.1 : 0.25, custom ? 0.9 : 0.75);
    std::string flags = "[";
    for (const double score : scores) {
        flags += flags.size() > 1 ? "," : "";
        flags += score > threshold ? "1" : score < -threshold ? "-1" : "0";
    }
    appendArray(evaluation, out, {flags + ']', seriesJson(scores), seriesJson(parts.baseline)});
}

/// series_decompose_forecast(series, points [, seasonality, trend, threshold]): the last points are
/// predicted.
void seriesForecast(Evaluation& evaluation, Args args, Column& out)
{
    const auto series = readSeries(evaluation, args[0]);
    DecomposeOptions options;
    options.trend = args.size() > 3 ? args[3].text : "linefit";
    if (args.size() > 2 && !args[2].null)
        options.seasonality = args[2].real;
    if (args.size() > 4 && !args[4].null)
        options.threshold = args[4].real;
    if (!series || args[1].null || args[1].integer < 0) {
        out.appendNull();
        return;
    }
    options.tested = static_cast<std::size_t>(args[1].integer);
    appendSeries(out, decompose(*series, options).baseline);
}

/// series_seasonal(series [, period])
void seriesSeasonal(Evaluation& evaluation, Args args, Column& out)
{
    const auto series = readSeries(evaluation, args[0]);
    const auto options = optionsFrom(args.first(std::min<std::size_t>(args.size(), 2)), 1, 4);
    if (!series || !options)
        out.appendNull();
    else
        appendSeries(out, seasonOf(*series, periodFor(*series, *options), series->size()));
}

const std::array SeriesSeasonFunctions = {
    FunctionSpec{"series_periods_detect", "jrrl", 'j', periodsDetect},
    FunctionSpec{"series_periods_validate", "jr+", 'j', periodsValidate},
    FunctionSpec{"series_seasonal", "j|r", 'j', seriesSeasonal},
    FunctionSpec{"series_decompose", "j|rslr", 'j', seriesDecompose},
    FunctionSpec{"series_decompose_anomalies", "j|rrslsr", 'j', seriesAnomalies},
    FunctionSpec{"series_decompose_forecast", "jl|rsr", 'j', seriesForecast},
};

} // namespace

std::span<const FunctionSpec> seriesSeasonFunctions()
{
    return SeriesSeasonFunctions;
}

} // namespace gatehouse::kql
