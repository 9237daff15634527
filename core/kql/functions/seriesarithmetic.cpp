// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/functions/arrays.h"
#include "core/kql/functions/json.h"
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
using Cells = std::vector<SeriesCell>;

/// One side of an operation: an array, or a number that stands for as many elements as the other side has.
struct Operand
{
    Cells cells;
    bool scalar = false;

    [[nodiscard]] SeriesCell at(std::size_t i) const
    {
        if (scalar)
            return cells.front();
        return i < cells.size() ? cells[i] : SeriesCell{};
    }
};

std::optional<Operand> readOperand(Evaluation& evaluation, const Datum& value)
{
    if (auto cells = readCells(evaluation, value))
        return Operand{std::move(*cells), false};
    const auto whole = value.null ? std::nullopt : readLong(value.text);
    const auto real = value.null ? std::nullopt : readReal(value.text);
    if (!real)
        return std::nullopt;
    return Operand{{{*real, whole.value_or(0), whole.has_value(), false}}, true};
}

/// Computes element by element; Write appends the JSON of one result. Elements that are missing give null.
template <typename Write>
void combine(Evaluation& evaluation, Args args, Column& out, Write write)
{
    const auto a = readOperand(evaluation, args[0]);
    const auto b = readOperand(evaluation, args[1]);
    if (!a || !b || (a->scalar && b->scalar)) {
        out.appendNull();
        return;
    }
    const std::size_t size = a->scalar   ? b->cells.size()
                             : b->scalar ? a->cells.size()
                                         : std::max(a->cells.size(), b->cells.size());
    std::string json = "[";
    for (std::size_t i = 0; i < size; ++i) {
        if (i > 0)
            json += ',';
        const SeriesCell x = a->at(i);
        const SeriesCell y = b->at(i);
        if (x.missing || y.missing)
            json += "null";
        else
            write(json, x, y);
    }
    json += ']';
    if (json.size() > MaxDynamic)
        out.appendNull();
    else
        out.appendText(json);
}

/// Whole numbers stay whole and wrap, as the operators outside series do.
template <std::int64_t (*Whole)(std::int64_t, std::int64_t), typename Real>
void arithmetic(Evaluation& evaluation, Args args, Column& out)
{
    combine(evaluation, args, out, [](std::string& json, const SeriesCell& a, const SeriesCell& b) {
        if (a.whole && b.whole)
            appendInteger(json, Whole(a.integer, b.integer));
        else
            appendJsonReal(json, Real()(a.value, b.value));
    });
}

struct Power
{
    double operator()(double a, double b) const { return std::pow(a, b); }
};

template <typename Real>
void realArithmetic(Evaluation& evaluation, Args args, Column& out)
{
    combine(evaluation, args, out, [](std::string& json, const SeriesCell& a, const SeriesCell& b) {
        appendJsonReal(json, Real()(a.value, b.value));
    });
}

template <typename Compare>
void comparison(Evaluation& evaluation, Args args, Column& out)
{
    combine(evaluation, args, out, [](std::string& json, const SeriesCell& a, const SeriesCell& b) {
        json += Compare()(a.value, b.value) ? "true" : "false";
    });
}

template <double (*Function)(double)>
void each(Evaluation& evaluation, Args args, Column& out)
{
    const auto cells = readCells(evaluation, args[0]);
    if (!cells) {
        out.appendNull();
        return;
    }
    std::string json = "[";
    for (const SeriesCell& cell : *cells) {
        if (json.size() > 1)
            json += ',';
        if (cell.missing)
            json += "null";
        else
            appendJsonReal(json, Function(cell.value));
    }
    out.appendText(json + ']');
}

double signOf(double x)
{
    return x > 0 ? 1.0 : x < 0 ? -1.0 : 0.0;
}

struct Products
{
    double ab = 0;
    double aa = 0;
    double bb = 0;
};

/// The sums of products of two series; empty when they do not have the same length or a value is missing.
std::optional<Products> productsOf(Evaluation& evaluation, Args args, bool centered)
{
    const auto a = readSeries(evaluation, args[0]);
    const auto b = readSeries(evaluation, args[1]);
    if (!a || !b || a->size() != b->size())
        return std::nullopt;
    const double meanA = centered ? meanOf(*a) : 0;
    const double meanB = centered ? meanOf(*b) : 0;
    Products products;
    for (std::size_t i = 0; i < a->size(); ++i) {
        const double x = (*a)[i] - meanA;
        const double y = (*b)[i] - meanB;
        products.ab += x * y;
        products.aa += x * x;
        products.bb += y * y;
    }
    return std::isnan(products.ab) ? std::nullopt : std::optional(products);
}

void dotProduct(Evaluation& evaluation, Args args, Column& out)
{
    if (const auto products = productsOf(evaluation, args, false))
        out.appendReal(products->ab);
    else
        out.appendNull();
}
template <bool Centered>
void similarity(Evaluation& evaluation, Args args, Column& out)
{
    if (const auto products = productsOf(evaluation, args, Centered))
        out.appendReal(products->ab / std::sqrt(products->aa * products->bb));
    else
        out.appendNull();
}
/// series_cosine_similarity with the two magnitudes given.
void similarityOf(Evaluation& evaluation, Args args, Column& out)
{
    if (const auto products = productsOf(evaluation, args, false))
        out.appendReal(products->ab / (args[2].real * args[3].real));
    else
        out.appendNull();
}

enum class Fold : std::uint8_t { Sum, Product, Magnitude };

template <Fold Operation>
void fold(Evaluation& evaluation, Args args, Column& out)
{
    const auto series = readSeries(evaluation, args[0]);
    if (!series) {
        out.appendNull();
        return;
    }
    double result = Operation == Fold::Product ? 1 : 0;
    for (const double value : *series) {
        if (Operation == Fold::Product)
            result *= value;
        else
            result += Operation == Fold::Sum ? value : value * value;
    }
    if (std::isnan(result))
        out.appendNull();
    else
        out.appendReal(Operation == Fold::Magnitude ? std::sqrt(result) : result);
}

const std::array SeriesArithmeticFunctions = {
    FunctionSpec{"series_add", "JJ", 'j', arithmetic<wrapAdd, std::plus<>>},
    FunctionSpec{"series_subtract", "JJ", 'j', arithmetic<wrapSubtract, std::minus<>>},
    FunctionSpec{"series_multiply", "JJ", 'j', arithmetic<wrapMultiply, std::multiplies<>>},
    FunctionSpec{"series_divide", "JJ", 'j', realArithmetic<std::divides<>>},
    FunctionSpec{"series_pow", "JJ", 'j', realArithmetic<Power>},
    FunctionSpec{"series_equals", "JJ", 'j', comparison<std::equal_to<>>},
    FunctionSpec{"series_not_equals", "JJ", 'j', comparison<std::not_equal_to<>>},
    FunctionSpec{"series_greater", "JJ", 'j', comparison<std::greater<>>},
    FunctionSpec{"series_greater_equals", "JJ", 'j', comparison<std::greater_equal<>>},
    FunctionSpec{"series_less", "JJ", 'j', comparison<std::less<>>},
    FunctionSpec{"series_less_equals", "JJ", 'j', comparison<std::less_equal<>>},
    FunctionSpec{"series_abs", "j", 'j', each<std::fabs>},
    FunctionSpec{"series_acos", "j", 'j', each<std::acos>},
    FunctionSpec{"series_asin", "j", 'j', each<std::asin>},
    FunctionSpec{"series_atan", "j", 'j', each<std::atan>},
    FunctionSpec{"series_ceiling", "j", 'j', each<std::ceil>},
    FunctionSpec{"series_cos", "j", 'j', each<std::cos>},
    FunctionSpec{"series_exp", "j", 'j', each<std::exp>},
    FunctionSpec{"series_floor", "j", 'j', each<std::floor>},
    FunctionSpec{"series_log", "j", 'j', each<std::log>},
    FunctionSpec{"series_sign", "j", 'j', each<signOf>},
    FunctionSpec{"series_sin", "j", 'j', each<std::sin>},
    FunctionSpec{"series_sqrt", "j", 'j', each<std::sqrt>},
    FunctionSpec{"series_tan", "j", 'j', each<std::tan>},
    FunctionSpec{"series_dot_product", "jj", 'r', dotProduct},
    FunctionSpec{"series_pearson_correlation", "jj", 'r', similarity<true>},
    FunctionSpec{"series_cosine_similarity", "jj", 'r', similarity<false>},
    FunctionSpec{"series_cosine_similarity", "jjrr", 'r', similarityOf},
    FunctionSpec{"series_sum", "j", 'r', fold<Fold::Sum>},
    FunctionSpec{"series_product", "j", 'r', fold<Fold::Product>},
    FunctionSpec{"series_magnitude", "j", 'r', fold<Fold::Magnitude>},
};

} // namespace

std::span<const FunctionSpec> seriesArithmeticFunctions()
{
    return SeriesArithmeticFunctions;
}

} // namespace gatehouse::kql
