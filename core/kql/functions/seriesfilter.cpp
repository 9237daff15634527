// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/functions/arrays.h"
#include "core/kql/functions/kernels.h"
#include "core/kql/functions/series.h"
#include "core/kql/values.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace gatehouse::kql {

namespace {

using Args = std::span<const Datum>;

/// A filter is applied to each value, so what both lengths cost together is bounded.
constexpr std::size_t MostSteps = std::size_t{1} << 26U;

double orZero(double value)
{
    return std::isnan(value) ? 0 : value;
}

/// series_fir(series, filter [, normalize, center]): values before and behind the series count as zero.
void finiteFilter(Evaluation& evaluation, Args args, Column& out)
{
    const auto series = readSeries(evaluation, args[0]);
    auto filter = readSeries(evaluation, args[1]);
    if (!series || !filter || filter->empty() || series->size() * filter->size() > MostSteps) {
        out.appendNull();
        return;
    }
    const bool asked = args.size() > 2 && !args[2].null;
    const bool center = args.size() > 3 && !args[3].null && args[3].integer != 0;
    const double sum = std::accumulate(filter->begin(), filter->end(), 0.0);
    const bool negative = std::any_of(filter->begin(), filter->end(), [](double c) { return c < 0; });
    if (asked && args[2].integer != 0 && negative) { // such a filter cannot be normalized
        out.appendNull();
        return;
    }
    const bool normalize = asked ? args[2].integer != 0 : !negative;
    if (normalize && sum != 0) {
        for (double& coefficient : *filter)
            coefficient /= sum;
    }
    const std::size_t ahead = center ? (filter->size() - 1) / 2 : 0;
    Series result(series->size(), 0);
    for (std::size_t i = 0; i < series->size(); ++i) {
        for (std::size_t j = 0; j < filter->size(); ++j) {
            const std::size_t at = i + ahead - j; // wraps to something huge in front of the series
            if (i + ahead >= j && at < series->size())
                result[i] += (*filter)[j] * orZero((*series)[at]);
        }
    }
    appendSeries(out, result);
}

/// series_iir(series, numerators, denominators)
void recursiveFilter(Evaluation& evaluation, Args args, Column& out)
{
    const auto series = readSeries(evaluation, args[0]);
    const auto forward = readSeries(evaluation, args[1]);
    const auto backward = readSeries(evaluation, args[2]);
    if (!series || !forward || !backward || forward->empty() || backward->empty() || backward->front() == 0 ||
        series->size() * (forward->size() + backward->size()) > MostSteps) {
        out.appendNull();
        return;
    }
    Series result(series->size(), 0);
    for (std::size_t i = 0; i < series->size(); ++i) {
        double value = 0;
        for (std::size_t j = 0; j < forward->size() && j <= i; ++j)
            value += (*forward)[j] * orZero((*series)[i - j]);
        for (std::size_t j = 1; j < backward->size() && j <= i; ++j)
            value -= (*backward)[j] * result[i - j];
        result[i] = value / backward->front();
    }
    appendSeries(out, result);
}

using Complexes = std::vector<std::complex<double>>;

/// A transform of any length: by powers of two where it fits, else by its definition.
std::optional<Complexes> transformed(const Complexes& values, bool inverse)
{
    const std::size_t size = values.size();
    if (size == 0 || (size & (size - 1)) == 0) {
        Complexes copy = values;
        fourier(copy, inverse);
        return copy;
    }
    if (size * size > MostSteps)
        return std::nullopt;
    Complexes result(size);
    const double angle = 2 * std::acos(-1.0) / static_cast<double>(size) * (inverse ? 1 : -1);
    for (std::size_t k = 0; k < size; ++k) {
        for (std::size_t i = 0; i < size; ++i)
            result[k] += values[i] * std::polar(1.0, angle * static_cast<double>(i * k % size));
        if (inverse)
            result[k] /= static_cast<double>(size);
    }
    return result;
}

/// series_fft(real [, imaginary]) and series_ifft: the real and the imaginary parts.
template <bool Inverse>
void fourierOf(Evaluation& evaluation, Args args, Column& out)
{
    const auto real = readSeries(evaluation, args[0]);
    const auto imaginary = args.size() > 1 ? readSeries(evaluation, args[1]) : std::optional(Series{});
    if (!real || !imaginary) {
        out.appendNull();
        return;
    }
    Complexes values;
    for (std::size_t i = 0; i < real->size(); ++i)
        values.emplace_back(orZero((*real)[i]), i < imaginary->size() ? orZero((*imaginary)[i]) : 0);
    const auto result = transformed(values, Inverse);
    if (!result) {
        out.appendNull();
        return;
    }
    Series reals;
    Series imaginaries;
    for (const auto& value : *result) {
        reals.push_back(value.real());
        imaginaries.push_back(value.imag());
    }
    appendArray(evaluation, out, {seriesJson(reals), seriesJson(imaginaries)});
}

const std::array SeriesFilterFunctions = {
    FunctionSpec{"series_fir", "jj|bb", 'j', finiteFilter},
    FunctionSpec{"series_iir", "jjj", 'j', recursiveFilter},
    FunctionSpec{"series_fft", "j|j", 'j', fourierOf<false>},
    FunctionSpec{"series_ifft", "j|j", 'j', fourierOf<true>},
};

} // namespace

std::span<const FunctionSpec> seriesFilterFunctions()
{
    return SeriesFilterFunctions;
}

} // namespace gatehouse::kql
