// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/functions/series.h"

#include "core/kql/functions/json.h"
#include "core/kql/values.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace gatehouse::kql {

namespace {

constexpr double Nothing = std::numeric_limits<double>::quiet_NaN();

SeriesCell cellOf(simdjson::dom::element item)
{
    SeriesCell cell{Nothing, 0, false, true};
    std::int64_t whole = 0;
    double real = 0;
    std::string_view text;
    if (item.get(whole) == simdjson::SUCCESS)
        return {static_cast<double>(whole), whole, true, false};
    if (item.get(real) == simdjson::SUCCESS)
        return {real, 0, false, false};
    // NaN and the infinities travel as texts.
    if (item.get(text) == simdjson::SUCCESS && (text == "NaN" || text == "Infinity" || text == "-Infinity"))
        return {readReal(text).value_or(Nothing), 0, false, false};
    return cell;
}

} // namespace

std::optional<std::vector<SeriesCell>> readCells(Evaluation& evaluation, const Datum& value)
{
    const auto array = value.null ? std::nullopt : evaluation.json().read(value.text);
    if (!array || !array->is_array())
        return std::nullopt;
    std::vector<SeriesCell> cells;
    for (const auto item : simdjson::dom::array(*array))
        cells.push_back(cellOf(item));
    return cells;
}

std::optional<Series> readSeries(Evaluation& evaluation, const Datum& value)
{
    const auto cells = readCells(evaluation, value);
    if (!cells)
        return std::nullopt;
    Series series;
    series.reserve(cells->size());
    for (const SeriesCell& cell : *cells)
        series.push_back(cell.value);
    return series;
}

std::string seriesJson(std::span<const double> values)
{
    std::string json = "[";
    for (const double value : values) {
        if (json.size() > 1)
            json += ',';
        appendJsonReal(json, value);
    }
    return json + ']';
}

void appendSeries(Column& out, std::span<const double> values)
{
    out.appendText(seriesJson(values));
}

double meanOf(std::span<const double> values)
{
    double sum = 0;
    std::size_t count = 0;
    for (const double value : values) {
        if (std::isnan(value))
            continue;
        sum += value;
        ++count;
    }
    return count == 0 ? 0 : sum / static_cast<double>(count);
}

double quantileOf(std::span<const double> sorted, double fraction)
{
    if (sorted.empty())
        return Nothing;
    const double rank = fraction * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(rank);
    const std::size_t above = std::min(below + 1, sorted.size() - 1);
    return sorted[below] + (sorted[above] - sorted[below]) * (rank - static_cast<double>(below));
}

std::vector<double> sortedValues(std::span<const double> values)
{
    std::vector<double> sorted;
    std::copy_if(values.begin(), values.end(), std::back_inserter(sorted),
                 [](double value) { return !std::isnan(value); });
    std::sort(sorted.begin(), sorted.end());
    return sorted;
}

LineFit fitLine(std::span<const double> values)
{
    LineFit fit;
    double count = 0;
    double meanX = 0;
    const double meanY = meanOf(values);
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (std::isnan(values[i]))
            continue;
        ++count;
        meanX += static_cast<double>(i);
    }
    if (count == 0)
        return fit;
    meanX /= count;
    double xx = 0;
    double xy = 0;
    double yy = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (std::isnan(values[i]))
            continue;
        const double x = static_cast<double>(i) - meanX;
        const double y = values[i] - meanY;
        xx += x * x;
        xy += x * y;
        yy += y * y;
    }
    fit.slope = xx == 0 ? 0 : xy / xx;
    fit.interception = meanY - fit.slope * meanX;
    double rest = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double residual = values[i] - fit.at(i);
        rest += std::isnan(residual) ? 0 : residual * residual;
    }
    const double degrees = std::max(count - 1, 1.0);
    fit.variance = yy / degrees;
    fit.rvariance = rest / degrees;
    fit.rsquare = yy == 0 ? 1 : 1 - rest / yy;
    return fit;
}

void fourier(std::vector<std::complex<double>>& values, bool inverse)
{
    const std::size_t size = values.size();
    for (std::size_t i = 1, j = 0; i < size; ++i) { // bit-reversed order
        std::size_t bit = size >> 1U;
        for (; (j & bit) != 0; bit >>= 1U)
            j ^= bit;
        j ^= bit;
        if (i < j)
            std::swap(values[i], values[j]);
    }
    for (std::size_t length = 2; length <= size; length <<= 1U) {
        const double angle = 2 * std::numbers::pi / static_cast<double>(length) * (inverse ? 1 : -1);
        std::vector<std::complex<double>> roots(length / 2);
        for (std::size_t k = 0; k < roots.size(); ++k)
            roots[k] = std::polar(1.0, angle * static_cast<double>(k));
        for (std::size_t start = 0; start < size; start += length) {
            for (std::size_t k = 0; k < length / 2; ++k) {
                const auto even = values[start + k];
                const auto odd = values[start + k + length / 2] * roots[k];
                values[start + k] = even + odd;
                values[start + k + length / 2] = even - odd;
            }
        }
    }
    if (inverse) {
        for (auto& value : values)
            value /= static_cast<double>(size);
    }
}

Series outlierScores(std::span<const double> values, bool custom, double low, double high)
{
    const auto sorted = sortedValues(values);
    const double lower = quantileOf(sorted, low);
    const double upper = quantileOf(sorted, high);
    // Tukey's unit is the range itself. With the service's custom range of 10 to 90 % its unit is this part
    // of the range (measured), so that 1.5 marks about the same values.
    constexpr double CustomUnit = 0.36067156396620265;
    const double unit = (upper - lower) * (custom ? CustomUnit : 1);
    Series scores(values.size(), 0);
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (values[i] > upper)
            scores[i] = (values[i] - upper) / unit;
        else if (values[i] < lower)
            scores[i] = (values[i] - lower) / unit;
    }
    return scores;
}

} // namespace gatehouse::kql
