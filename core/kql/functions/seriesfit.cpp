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

/// A series of numbers without gaps; empty otherwise.
std::optional<Series> wholeSeries(Evaluation& evaluation, const Datum& value)
{
    auto series = readSeries(evaluation, value);
    if (!series || series->empty())
        return std::nullopt;
    for (const double element : *series) {
        if (!std::isfinite(element))
            return std::nullopt;
    }
    return series;
}

/// The service counts the places of a series from 1.
double interceptionOf(const LineFit& fit)
{
    return fit.interception - fit.slope;
}

std::string lineJson(const LineFit& fit, std::size_t size)
{
    Series line(size);
    for (std::size_t i = 0; i < size; ++i)
        line[i] = fit.at(i);
    return seriesJson(line);
}

void fitOneLine(Evaluation& evaluation, Args args, Column& out)
{
    const auto series = wholeSeries(evaluation, args[0]);
    if (!series) {
        out.appendNull();
        return;
    }
    const LineFit fit = fitLine(*series);
    appendArray(evaluation, out,
                {jsonReal(fit.rsquare), jsonReal(fit.slope), jsonReal(fit.variance), jsonReal(fit.rvariance),
                 jsonReal(interceptionOf(fit)), lineJson(fit, series->size())});
}

void fitOneLineDynamic(Evaluation& evaluation, Args args, Column& out)
{
    const auto series = wholeSeries(evaluation, args[0]);
    if (!series) {
        out.appendNull();
        return;
    }
    const LineFit fit = fitLine(*series);
    out.appendText("{\"rsquare\":" + jsonReal(fit.rsquare) + ",\"slope\":" + jsonReal(fit.slope) +
                   ",\"variance\":" + jsonReal(fit.variance) + ",\"rvariance\":" + jsonReal(fit.rvariance) +
                   ",\"interception\":" + jsonReal(interceptionOf(fit)) +
                   ",\"line_fit\":" + lineJson(fit, series->size()) + '}');
}

/// The residual sum of squares of the line through values[first…last), from running sums.
class Residuals
{
public:
    explicit Residuals(const Series& values)
    {
        const double mean = meanOf(values); // keeps the sums small
        m_sums.resize(values.size() + 1);
        for (std::size_t i = 0; i < values.size(); ++i) {
            const double y = values[i] - mean;
            m_sums[i + 1] = {m_sums[i].y + y, m_sums[i].yy + y * y,
                             m_sums[i].xy + static_cast<double>(i) * y};
        }
    }
    [[nodiscard]] double of(std::size_t first, std::size_t last) const
    {
        const auto count = static_cast<double>(last - first);
        const double meanX = static_cast<double>(first) + (count - 1) / 2;
        const double y = m_sums[last].y - m_sums[first].y;
        const double yy = m_sums[last].yy - m_sums[first].yy - y * y / count;
        const double xy = m_sums[last].xy - m_sums[first].xy - meanX * y;
        const double xx = count * (count * count - 1) / 12;
        return xx == 0 ? yy : yy - xy * xy / xx;
    }

private:
    struct Sums
    {
        double y = 0;
        double yy = 0;
        double xy = 0;
    };
    std::vector<Sums> m_sums;
};

struct TwoLines
{
    std::size_t split = 0;
    LineFit whole; ///< of both lines together: only its variances and rsquare count
    LineFit left;
    LineFit right;
    std::string line;
};

/// The two lines that leave the least when the series is cut between two values.
TwoLines fitTwo(const Series& series)
{
    TwoLines result;
    const Residuals residuals(series);
    double least = 0;
    for (std::size_t split = 2; split + 2 <= series.size(); ++split) {
        const double rest = residuals.of(0, split) + residuals.of(split, series.size());
        if (result.split == 0 || rest < least) {
            least = rest;
            result.split = split;
        }
    }
    const std::span<const double> all(series);
    result.left = fitLine(all.first(result.split));
    result.right = fitLine(all.subspan(result.split));
    Series line;
    double rest = 0;
    for (std::size_t i = 0; i < series.size(); ++i) {
        line.push_back(i < result.split ? result.left.at(i) : result.right.at(i - result.split));
        rest += (series[i] - line[i]) * (series[i] - line[i]);
    }
    result.line = seriesJson(line);
    result.whole.variance = fitLine(series).variance;
    const double degrees = std::max(static_cast<double>(series.size()) - 1, 1.0);
    result.whole.rvariance = rest / degrees;
    result.whole.rsquare =
        result.whole.variance == 0 ? 1 : 1 - result.whole.rvariance / result.whole.variance;
    return result;
}

void fitTwoLines(Evaluation& evaluation, Args args, Column& out)
{
    const auto series = wholeSeries(evaluation, args[0]);
    if (!series) {
        out.appendNull();
        return;
    }
    const TwoLines fit = fitTwo(*series);
    std::vector<std::string> values = {jsonReal(fit.whole.rsquare), std::to_string(fit.split),
                                       jsonReal(fit.whole.variance), jsonReal(fit.whole.rvariance), fit.line};
    for (const LineFit& side : {fit.right, fit.left}) {
        for (const double value :
             {side.rsquare, side.slope, interceptionOf(side), side.variance, side.rvariance})
            values.push_back(jsonReal(value));
    }
    appendArray(evaluation, out, values);
}

std::string sideJson(const LineFit& fit)
{
    return "{\"rsquare\":" + jsonReal(fit.rsquare) + ",\"slope\":" + jsonReal(fit.slope) +
           ",\"interception\":" + jsonReal(interceptionOf(fit)) + ",\"variance\":" + jsonReal(fit.variance) +
           ",\"rvariance\":" + jsonReal(fit.rvariance) + '}';
}

void fitTwoLinesDynamic(Evaluation& evaluation, Args args, Column& out)
{
    const auto series = wholeSeries(evaluation, args[0]);
    if (!series) {
        out.appendNull();
        return;
    }
    const TwoLines fit = fitTwo(*series);
    out.appendText("{\"rsquare\":" + jsonReal(fit.whole.rsquare) + ",\"split_idx\":" +
                   std::to_string(fit.split) + ",\"variance\":" + jsonReal(fit.whole.variance) +
                   ",\"rvariance\":" + jsonReal(fit.whole.rvariance) + ",\"line_fit\":" + fit.line +
                   ",\"right\":" + sideJson(fit.right) + ",\"left\":" + sideJson(fit.left) + '}');
}

/// Solves the normal equations of a polynomial by elimination with pivots; empty when they are singular.
std::optional<std::vector<long double>> polynomialOf(const Series& x, const Series& y, std::size_t degree)
{
    const std::size_t size = degree + 1;
    std::vector<std::vector<long double>> rows(size, std::vector<long double>(size + 1, 0));
    for (std::size_t i = 0; i < y.size(); ++i) {
        std::vector<long double> powers(2 * size, 1);
        for (std::size_t p = 1; p < powers.size(); ++p)
            powers[p] = powers[p - 1] * x[i];
        for (std::size_t r = 0; r < size; ++r) {
            for (std::size_t c = 0; c < size; ++c)
                rows[r][c] += powers[r + c];
            rows[r][size] += powers[r] * y[i];
        }
    }
    for (std::size_t step = 0; step < size; ++step) {
        std::size_t pivot = step;
        for (std::size_t r = step; r < size; ++r)
            pivot = std::fabs(rows[r][step]) > std::fabs(rows[pivot][step]) ? r : pivot;
        std::swap(rows[step], rows[pivot]);
        if (rows[step][step] == 0)
            return std::nullopt;
        for (std::size_t r = 0; r < size; ++r) {
            const long double factor = r == step ? 0 : rows[r][step] / rows[step][step];
            for (std::size_t c = step; factor != 0 && c <= size; ++c)
                rows[r][c] -= factor * rows[step][c];
        }
    }
    std::vector<long double> coefficients;
    for (std::size_t r = 0; r < size; ++r)
        coefficients.push_back(rows[r][size] / rows[r][r]);
    return coefficients;
}

/// rsquare, coefficients (of the highest power first), variance, rvariance, poly_fit
void fitPolynomial(Evaluation& evaluation, const Series& x, const Series& y, std::size_t degree, Column& out)
{
    const auto coefficients = polynomialOf(x, y, degree);
    if (!coefficients || x.size() != y.size()) {
        out.appendNull();
        return;
    }
    Series fitted;
    double rest = 0;
    for (std::size_t i = 0; i < y.size(); ++i) {
        long double value = 0;
        for (std::size_t p = coefficients->size(); p-- > 0;)
            value = value * x[i] + (*coefficients)[p];
        fitted.push_back(static_cast<double>(value));
        rest += (y[i] - fitted[i]) * (y[i] - fitted[i]);
    }
    const Series highestFirst(coefficients->rbegin(), coefficients->rend());
    const double variance = fitLine(y).variance;
    const double rvariance = rest / std::max(static_cast<double>(y.size()) - 1, 1.0);
    appendArray(evaluation, out,
                {jsonReal(variance == 0 ? 1 : 1 - rvariance / variance), seriesJson(highestFirst),
                 jsonReal(variance), jsonReal(rvariance), seriesJson(fitted)});
}

std::optional<std::size_t> degreeAt(Args args, std::size_t at)
{
    if (args.size() <= at)
        return 1;
    return args[at].null || args[at].integer < 1 || args[at].integer > 7
               ? std::nullopt
               : std::optional(static_cast<std::size_t>(args[at].integer));
}

/// series_fit_poly(y): a line over 1, 2, …
void fitPolynomialOfPlace(Evaluation& evaluation, Args args, Column& out)
{
    const auto y = wholeSeries(evaluation, args[0]);
    if (!y) {
        out.appendNull();
        return;
    }
    Series x;
    for (std::size_t i = 0; i < y->size(); ++i)
        x.push_back(static_cast<double>(i + 1));
    fitPolynomial(evaluation, x, *y, 1, out);
}
/// series_fit_poly(y, x [, degree])
void fitPolynomialOf(Evaluation& evaluation, Args args, Column& out)
{
    const auto y = wholeSeries(evaluation, args[0]);
    const auto x = wholeSeries(evaluation, args[1]);
    const auto degree = degreeAt(args, 2);
    if (!y || !x || x->size() != y->size() || !degree)
        out.appendNull();
    else
        fitPolynomial(evaluation, *x, *y, *degree, out);
}

const std::array SeriesFitFunctions = {
    FunctionSpec{"series_fit_line", "j", 'j', fitOneLine},
    FunctionSpec{"series_fit_line_dynamic", "j", 'j', fitOneLineDynamic},
    FunctionSpec{"series_fit_2lines", "j", 'j', fitTwoLines},
    FunctionSpec{"series_fit_2lines_dynamic", "j", 'j', fitTwoLinesDynamic},
    FunctionSpec{"series_fit_poly", "j", 'j', fitPolynomialOfPlace},
    FunctionSpec{"series_fit_poly", "jj|l", 'j', fitPolynomialOf},
};

} // namespace

std::span<const FunctionSpec> seriesFitFunctions()
{
    return SeriesFitFunctions;
}

} // namespace gatehouse::kql
