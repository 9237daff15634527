// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/functions/kernels.h"

#include <array>
#include <bit>
#include <cmath>
#include <limits>

namespace gatehouse::kql {

namespace {

using Args = std::span<const Datum>;

constexpr double NoNumber = std::numeric_limits<double>::quiet_NaN();

double logBeta(double a, double b)
{
    return std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b);
}

/// Lentz's evaluation of the continued fraction of the incomplete beta function.
double betaFraction(double x, double a, double b)
{
    constexpr double Tiny = 1e-300;
    constexpr int MostSteps = 500;
    const auto away = [](double value) { return std::fabs(value) < Tiny ? Tiny : value; };
    double c = 1;
    double d = 1 / away(1 - (a + b) * x / (a + 1));
    double result = d;
    for (int m = 1; m <= MostSteps; ++m) {
        const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        d = 1 / away(1 + even * d);
        c = away(1 + even / c);
        result *= d * c;
        const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 / away(1 + odd * d);
        c = away(1 + odd / c);
        const double change = d * c;
        result *= change;
        if (std::fabs(change - 1) < 1e-16)
            break;
    }
    return result;
}

/// The regularized incomplete beta function, which is the cumulative beta distribution.
double betaCdf(double x, double a, double b)
{
    if (!(x >= 0 && x <= 1))
        return NoNumber;
    if (a <= 0 || b <= 0) // all of the mass lies at one end
        return a <= 0 || x == 1 ? 1 : 0;
    if (x == 0 || x == 1)
        return x;
    const double front = std::exp(a * std::log(x) + b * std::log1p(-x) - logBeta(a, b));
    if (x < (a + 1) / (a + b + 2))
        return front * betaFraction(x, a, b) / a;
    return 1 - front * betaFraction(1 - x, b, a) / b;
}

double betaPdf(double x, double a, double b)
{
    if (!(x >= 0 && x <= 1) || a <= 0 || b <= 0)
        return NoNumber;
    return std::exp((a - 1) * std::log(x) + (b - 1) * std::log1p(-x) - logBeta(a, b));
}

double betaInverse(double p, double a, double b)
{
    if (!(p >= 0 && p <= 1) || a <= 0 || b <= 0)
        return NoNumber;
    double low = 0;
    double high = 1;
    for (int step = 0; step < 200 && high - low > 0; ++step) { // halves until doubles end
        const double middle = low + (high - low) / 2;
        if (middle <= low || middle >= high)
            break;
        (betaCdf(middle, a, b) < p ? low : high) = middle;
    }
    return low + (high - low) / 2;
}

template <double (*Function)(double, double, double)>
void beta(Evaluation&, Args args, Column& out)
{
    out.appendReal(Function(args[0].real, args[1].real, args[2].real));
}

template <double (*Function)(double)>
void errorFunction(Evaluation&, Args args, Column& out)
{
    out.appendReal(Function(args[0].real));
}

/// welch_test(mean, variance, count, mean, variance, count): the two-sided p-value.
void welchTest(Evaluation&, Args args, Column& out)
{
    const double first = args[1].real / args[2].real;
    const double second = args[4].real / args[5].real;
    const double spread = first + second;
    if (!(spread > 0) || args[2].real < 2 || args[5].real < 2) {
        out.appendReal(NoNumber);
        return;
    }
    const double t = (args[0].real - args[3].real) / std::sqrt(spread);
    const double degrees =
        spread * spread / (first * first / (args[2].real - 1) + second * second / (args[5].real - 1));
    out.appendReal(betaCdf(degrees / (degrees + t * t), degrees / 2, 0.5));
}

void countOnes(Evaluation&, Args args, Column& out)
{
    out.appendInteger(std::popcount(static_cast<std::uint64_t>(args[0].integer)));
}

/// around(value, center, delta): at most delta away.
void aroundWhole(Evaluation&, Args args, Column& out)
{
    const std::int64_t low = wrapSubtract(args[1].integer, args[2].integer);
    const std::int64_t high = wrapAdd(args[1].integer, args[2].integer);
    out.appendBool(args[0].integer >= low && args[0].integer <= high);
}
void aroundReal(Evaluation&, Args args, Column& out)
{
    out.appendBool(args[0].real >= args[1].real - args[2].real &&
                   args[0].real <= args[1].real + args[2].real);
}

const std::array DistributionFunctions = {
    FunctionSpec{"beta_cdf", "rrr", 'r', beta<betaCdf>, nullptr, Strict},
    FunctionSpec{"beta_pdf", "rrr", 'r', beta<betaPdf>, nullptr, Strict},
    FunctionSpec{"beta_inv", "rrr", 'r', beta<betaInverse>, nullptr, Strict},
    FunctionSpec{"erf", "r", 'r', errorFunction<std::erf>, nullptr, Strict},
    FunctionSpec{"erfc", "r", 'r', errorFunction<std::erfc>, nullptr, Strict},
    FunctionSpec{"welch_test", "rrrrrr", 'r', welchTest, nullptr, Strict},
    FunctionSpec{"bitset_count_ones", "l", 'l', countOnes, nullptr, Strict},
    FunctionSpec{"around", "lll", 'b', aroundWhole, nullptr, Strict},
    FunctionSpec{"around", "ddt", 'b', aroundWhole, nullptr, Strict},
    FunctionSpec{"around", "ttt", 'b', aroundWhole, nullptr, Strict},
    FunctionSpec{"around", "rrr", 'b', aroundReal, nullptr, Strict},
};

} // namespace

std::span<const FunctionSpec> distributionFunctions()
{
    return DistributionFunctions;
}

} // namespace gatehouse::kql
