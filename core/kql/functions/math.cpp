// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/functions/kernels.h"

#include <array>
#include <cmath>
#include <numbers>
#include <random>

namespace gatehouse::kql {

namespace {

using Args = std::span<const Datum>;

template <double (*Function)(double)>
void real(Evaluation&, Args args, Column& out)
{
    out.appendReal(Function(args[0].real));
}
/// For functions that have no value below zero.
template <double (*Function)(double)>
void logarithm(Evaluation&, Args args, Column& out)
{
    if (args[0].real < 0)
        out.appendNull();
    else
        out.appendReal(Function(args[0].real));
}
void power(Evaluation&, Args args, Column& out)
{
    out.appendReal(std::pow(args[0].real, args[1].real));
}
double exp10(double x)
{
    return std::pow(10.0, x);
}
void arcTangent2(Evaluation&, Args args, Column& out)
{
    out.appendReal(std::atan2(args[0].real, args[1].real));
}
double degrees(double x)
{
    return x * 180 / std::numbers::pi;
}
double radians(double x)
{
    return x * std::numbers::pi / 180;
}
double cotangent(double x)
{
    return 1 / std::tan(x);
}
double signOf(double x)
{
    return x > 0 ? 1.0 : x < 0 ? -1.0 : 0.0;
}
double absolute(double x)
{
    return std::fabs(x);
}

void absInteger(Evaluation&, Args args, Column& out)
{
    out.appendInteger(args[0].integer < 0 ? wrapSubtract(0, args[0].integer) : args[0].integer);
}

/// Half away from zero; digits may be negative.
void roundReal(Evaluation&, Args args, Column& out)
{
    const std::int64_t digits = args.size() > 1 ? args[1].integer : 0;
    if (!std::isfinite(args[0].real) || digits > 17 || digits < -300) {
        out.appendReal(digits < -300 ? 0 : args[0].real);
        return;
    }
    const double scale = std::pow(10.0, static_cast<double>(std::abs(digits)));
    const double scaled = digits >= 0 ? args[0].real * scale : args[0].real / scale;
    const double rounded = std::round(scaled);
    out.appendReal(digits >= 0 ? rounded / scale : rounded * scale);
}

void isNan(Evaluation&, Args args, Column& out)
{
    out.appendBool(std::isnan(args[0].real));
}
void isInf(Evaluation&, Args args, Column& out)
{
    out.appendBool(std::isinf(args[0].real));
}
void isFinite(Evaluation&, Args args, Column& out)
{
    out.appendBool(std::isfinite(args[0].real));
}

void pi(Evaluation&, Args, Column& out)
{
    out.appendReal(std::numbers::pi);
}

void random(Evaluation&, Args args, Column& out)
{
    thread_local std::mt19937_64 generator{std::random_device{}()};
    const double value = std::uniform_real_distribution<double>(0, 1)(generator);
    if (args.empty() || args[0].integer <= 1)
        out.appendReal(value);
    else
        out.appendReal(std::floor(value * static_cast<double>(args[0].integer)));
}

void bitAnd(Evaluation&, Args args, Column& out)
{
    out.appendInteger(args[0].integer & args[1].integer);
}
void bitOr(Evaluation&, Args args, Column& out)
{
    out.appendInteger(args[0].integer | args[1].integer);
}
void bitXor(Evaluation&, Args args, Column& out)
{
    out.appendInteger(args[0].integer ^ args[1].integer);
}
void bitNot(Evaluation&, Args args, Column& out)
{
    out.appendInteger(~args[0].integer);
}
void shiftLeft(Evaluation&, Args args, Column& out)
{
    out.appendInteger(static_cast<std::int64_t>(static_cast<std::uint64_t>(args[0].integer)
                                                << (static_cast<std::uint64_t>(args[1].integer) & 63U)));
}
void shiftRight(Evaluation&, Args args, Column& out)
{
    out.appendInteger(args[0].integer >> (static_cast<std::uint64_t>(args[1].integer) & 63U));
}

const std::array MathFunctions = {
    FunctionSpec{"abs", "l", 'l', absInteger, nullptr, Strict},
    FunctionSpec{"abs", "t", 't', absInteger, nullptr, Strict},
    FunctionSpec{"abs", "r", 'r', real<absolute>, nullptr, Strict},
    FunctionSpec{"round", "r|l", 'r', roundReal, nullptr, Strict},
    FunctionSpec{"ceiling", "r", 'r', real<std::ceil>, nullptr, Strict},
    FunctionSpec{"sqrt", "r", 'r', real<std::sqrt>, nullptr, Strict},
    FunctionSpec{"exp", "r", 'r', real<std::exp>, nullptr, Strict},
    FunctionSpec{"exp2", "r", 'r', real<std::exp2>, nullptr, Strict},
    FunctionSpec{"exp10", "r", 'r', real<exp10>, nullptr, Strict},
    FunctionSpec{"log", "r", 'r', logarithm<std::log>, nullptr, Strict},
    FunctionSpec{"log2", "r", 'r', logarithm<std::log2>, nullptr, Strict},
    FunctionSpec{"log10", "r", 'r', logarithm<std::log10>, nullptr, Strict},
    FunctionSpec{"pow", "rr", 'r', power, nullptr, Strict},
    FunctionSpec{"sign", "r", 'r', real<signOf>, nullptr, Strict},
    FunctionSpec{"sin", "r", 'r', real<std::sin>, nullptr, Strict},
    FunctionSpec{"cos", "r", 'r', real<std::cos>, nullptr, Strict},
    FunctionSpec{"tan", "r", 'r', real<std::tan>, nullptr, Strict},
    FunctionSpec{"cot", "r", 'r', real<cotangent>, nullptr, Strict},
    FunctionSpec{"asin", "r", 'r', real<std::asin>, nullptr, Strict},
    FunctionSpec{"acos", "r", 'r', real<std::acos>, nullptr, Strict},
    FunctionSpec{"atan", "r", 'r', real<std::atan>, nullptr, Strict},
    FunctionSpec{"atan2", "rr", 'r', arcTangent2, nullptr, Strict},
    FunctionSpec{"gamma", "r", 'r', real<std::tgamma>, nullptr, Strict},
    FunctionSpec{"loggamma", "r", 'r', real<std::lgamma>, nullptr, Strict},
    FunctionSpec{"degrees", "r", 'r', real<degrees>, nullptr, Strict},
    FunctionSpec{"radians", "r", 'r', real<radians>, nullptr, Strict},
    FunctionSpec{"pi", "", 'r', pi},
    FunctionSpec{"rand", "|l", 'r', random, nullptr, FunctionSpec::Changing},
    FunctionSpec{"isnan", "r", 'b', isNan, nullptr, Strict},
    FunctionSpec{"isinf", "r", 'b', isInf, nullptr, Strict},
    FunctionSpec{"isfinite", "r", 'b', isFinite, nullptr, Strict},
    FunctionSpec{"binary_and", "ll", 'l', bitAnd, nullptr, Strict},
    FunctionSpec{"binary_or", "ll", 'l', bitOr, nullptr, Strict},
    FunctionSpec{"binary_xor", "ll", 'l', bitXor, nullptr, Strict},
    FunctionSpec{"binary_not", "l", 'l', bitNot, nullptr, Strict},
    FunctionSpec{"binary_shift_left", "ll", 'l', shiftLeft, nullptr, Strict},
    FunctionSpec{"binary_shift_right", "ll", 'l', shiftRight, nullptr, Strict},
};

} // namespace

std::span<const FunctionSpec> mathFunctions()
{
    return MathFunctions;
}

} // namespace gatehouse::kql
