// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kql/execution/context.h"

#include <complex>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace gatehouse::kql {

/// One element of a series; what is no number is missing and its value is NaN.
struct SeriesCell
{
    double value = 0;
    std::int64_t integer = 0;
    bool whole = false;
    bool missing = true;
};

using Series = std::vector<double>; ///< NaN where a value is missing

/// The elements of a dynamic array; empty when the value is none. slot is the reader's.
[[nodiscard]] std::optional<std::vector<SeriesCell>> readCells(Evaluation& evaluation, const Datum& value);
[[nodiscard]] std::optional<Series> readSeries(Evaluation& evaluation, const Datum& value);

/// The JSON of an array of reals; NaN is written as text, as everywhere in dynamic values.
[[nodiscard]] std::string seriesJson(std::span<const double> values);
void appendSeries(Column& out, std::span<const double> values);

[[nodiscard]] double meanOf(std::span<const double> values); ///< of the values that are there
/// Interpolated between the two nearest of the sorted values; fraction in 0 … 1.
[[nodiscard]] double quantileOf(std::span<const double> sorted, double fraction);
[[nodiscard]] std::vector<double> sortedValues(std::span<const double> values); ///< without NaN

/// y = interception + slope * x over the indices of a series.
struct LineFit
{
    double slope = 0;
    double interception = 0;
    double rsquare = 0;
    double variance = 0;
    double rvariance = 0;

    [[nodiscard]] double at(std::size_t index) const
    {
        return interception + slope * static_cast<double>(index);
    }
};
[[nodiscard]] LineFit fitLine(std::span<const double> values);

/// In place; the size must be a power of two. The inverse is divided by the size.
void fourier(std::vector<std::complex<double>>& values, bool inverse);

/// Tukey's measure of how far each value lies outside the range between two percentiles, 0 inside.
[[nodiscard]] Series outlierScores(std::span<const double> values, bool custom, double low, double high);

} // namespace gatehouse::kql
