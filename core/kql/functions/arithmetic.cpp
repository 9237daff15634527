// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/functions/kernels.h"
#include "core/kql/values.h"

#include <array>
#include <cmath>

namespace gatehouse::kql {

namespace {

constexpr std::int64_t MaxDateTime = 3'155'378'975'999'999'999; // 9999-12-31T23:59:59.9999999

std::optional<std::int64_t> inCalendar(std::int64_t ticks)
{
    return ticks < 0 || ticks > MaxDateTime ? std::nullopt : std::optional(ticks);
}

template <std::int64_t (*Operation)(std::int64_t, std::int64_t)>
View integers(Evaluation&, ColumnType type, std::span<const View> args, std::size_t rows)
{
    return totalKernel<Integers, Integers, Integers>(type, args, rows, Operation);
}

template <std::int64_t (*Operation)(std::int64_t, std::int64_t)>
View moments(Evaluation&, ColumnType type, std::span<const View> args, std::size_t rows)
{
    return binaryKernel<Integers, Integers, Integers>(
        type, args, rows, [](std::int64_t a, std::int64_t b) { return inCalendar(Operation(a, b)); });
}

View addReals(Evaluation&, ColumnType type, std::span<const View> args, std::size_t rows)
{
    return totalKernel<Reals, Reals, Reals>(type, args, rows, [](double a, double b) { return a + b; });
}
View subtractReals(Evaluation&, ColumnType type, std::span<const View> args, std::size_t rows)
{
    return totalKernel<Reals, Reals, Reals>(type, args, rows, [](double a, double b) { return a - b; });
}
View multiplyReals(Evaluation&, ColumnType type, std::span<const View> args, std::size_t rows)
{
    return totalKernel<Reals, Reals, Reals>(type, args, rows, [](double a, double b) { return a * b; });
}
View divideReals(Evaluation&, ColumnType type, std::span<const View> args, std::size_t rows)
{
    return totalKernel<Reals, Reals, Reals>(type, args, rows, [](double a, double b) { return a / b; });
}
View divideIntegers(Evaluation&, ColumnType type, std::span<const View> args, std::size_t rows)
{
    return binaryKernel<Integers, Integers, Integers>(type, args, rows, [](std::int64_t a, std::int64_t b) {
        return b == 0 ? std::nullopt : std::optional(b == -1 ? wrapSubtract(0, a) : a / b);
    });
}
View divideSpans(Evaluation&, ColumnType type, std::span<const View> args, std::size_t rows)
{
    return totalKernel<Integers, Integers, Reals>(type, args, rows, [](std::int64_t a, std::int64_t b) {
        return static_cast<double>(a) / static_cast<double>(b);
    });
}
View scaleSpan(Evaluation&, ColumnType type, std::span<const View> args, std::size_t rows)
{
    return binaryKernel<Integers, Reals, Integers>(
        type, args, rows, [](std::int64_t a, double b) { return truncated(static_cast<double>(a) * b); });
}
View scaledSpan(Evaluation& evaluation, ColumnType type, std::span<const View> args, std::size_t rows)
{
    const std::array<View, 2> swapped = {args[1], args[0]};
    return scaleSpan(evaluation, type, swapped, rows);
}
View shrinkSpan(Evaluation&, ColumnType type, std::span<const View> args, std::size_t rows)
{
    return binaryKernel<Integers, Reals, Integers>(
        type, args, rows, [](std::int64_t a, double b) { return truncated(static_cast<double>(a) / b); });
}
View moduloIntegers(Evaluation&, ColumnType type, std::span<const View> args, std::size_t rows)
{
    return binaryKernel<Integers, Integers, Integers>(type, args, rows, [](std::int64_t a, std::int64_t b) {
        return b == 0 ? std::nullopt : std::optional(positiveModulo(a, b));
    });
}
View moduloReals(Evaluation&, ColumnType type, std::span<const View> args, std::size_t rows)
{
    return totalKernel<Reals, Reals, Reals>(type, args, rows, [](double a, double b) {
        const double rest = std::fmod(a, b);
        return rest < 0 ? rest + std::fabs(b) : rest;
    });
}

/// Decimals are computed as long double and keep what that keeps: 18 digits.
template <char Operator>
void decimals(Evaluation&, std::span<const Datum> args, Column& out)
{
    const long double a = std::strtold(std::string(args[0].text).c_str(), nullptr);
    const long double b = std::strtold(std::string(args[1].text).c_str(), nullptr);
    if ((Operator == '/' || Operator == '%') && b == 0) {
        out.appendNull();
        return;
    }
    const long double value = Operator == '+'   ? a + b
                              : Operator == '-' ? a - b
                              : Operator == '*' ? a * b
                              : Operator == '/' ? a / b
                                                : std::fmod(a, b);
    std::array<char, 64> buffer{};
    const int length = std::snprintf(buffer.data(), buffer.size(), "%.18Lg", value);
    out.appendText(readDecimal({buffer.data(), static_cast<std::size_t>(length)}).value_or("0"));
}

void negateInteger(Evaluation&, std::span<const Datum> args, Column& out)
{
    out.appendInteger(wrapSubtract(0, args[0].integer));
}
void negateReal(Evaluation&, std::span<const Datum> args, Column& out)
{
    out.appendReal(-args[0].real);
}

/// Rows often come in order: a value in the bin of the one before needs no division.
View binBySize(ColumnType type, const View& view, std::int64_t size, std::size_t rows)
{
    std::vector<std::int64_t> scratch;
    const auto values = integersOf(view, rows, scratch);
    std::vector<std::int64_t> bins(rows);
    std::int64_t bin = rows > 0 ? floorTo(values[0], size) : 0;
    for (std::size_t i = 0; i < rows; ++i) {
        if (static_cast<std::uint64_t>(wrapSubtract(values[i], bin)) >= static_cast<std::uint64_t>(size))
            bin = floorTo(values[i], size);
        bins[i] = bin;
    }
    Column out({}, type);
    out.adopt(std::move(bins));
    return viewOf(std::move(out));
}

View binIntegers(Evaluation&, ColumnType type, std::span<const View> args, std::size_t rows)
{
    if (args[1].constant && !args[0].mayBeNull() && !args[1].mayBeNull() && args[1].column->integerAt(0) > 0)
        return binBySize(type, args[0], args[1].column->integerAt(0), rows);
    return binaryKernel<Integers, Integers, Integers>(
        type, args, rows, [](std::int64_t value, std::int64_t size) {
            return size <= 0 ? std::nullopt : std::optional(floorTo(value, size));
        });
}
View binReals(Evaluation&, ColumnType type, std::span<const View> args, std::size_t rows)
{
    return binaryKernel<Reals, Reals, Reals>(type, args, rows, [](double value, double size) {
        return size > 0 ? std::optional(std::floor(value / size) * size) : std::nullopt;
    });
}
void binAtIntegers(Evaluation&, std::span<const Datum> args, Column& out)
{
    if (args[1].integer <= 0) {
        out.appendNull();
        return;
    }
    const std::int64_t anchor = args[2].integer;
    out.appendInteger(wrapAdd(anchor, floorTo(wrapSubtract(args[0].integer, anchor), args[1].integer)));
}
void binAtReals(Evaluation&, std::span<const Datum> args, Column& out)
{
    if (!(args[1].real > 0))
        out.appendNull();
    else
        out.appendReal(args[2].real +
                       std::floor((args[0].real - args[2].real) / args[1].real) * args[1].real);
}

constexpr unsigned Named = FunctionSpec::KeepsName;

const std::array ArithmeticFunctions = {
    FunctionSpec{"+", "ll", 'l', nullptr, integers<wrapAdd>},
    FunctionSpec{"+", "rr", 'r', nullptr, addReals},
    FunctionSpec{"+", "mm", 'm', decimals<'+'>, nullptr, Strict},
    FunctionSpec{"+", "dt", 'd', nullptr, moments<wrapAdd>},
    FunctionSpec{"+", "td", 'd', nullptr, moments<wrapAdd>},
    FunctionSpec{"+", "tt", 't', nullptr, integers<wrapAdd>},
    FunctionSpec{"-", "ll", 'l', nullptr, integers<wrapSubtract>},
    FunctionSpec{"-", "rr", 'r', nullptr, subtractReals},
    FunctionSpec{"-", "mm", 'm', decimals<'-'>, nullptr, Strict},
    FunctionSpec{"-", "dd", 't', nullptr, integers<wrapSubtract>},
    FunctionSpec{"-", "dt", 'd', nullptr, moments<wrapSubtract>},
    FunctionSpec{"-", "tt", 't', nullptr, integers<wrapSubtract>},
    FunctionSpec{"*", "ll", 'l', nullptr, integers<wrapMultiply>},
    FunctionSpec{"*", "rr", 'r', nullptr, multiplyReals},
    FunctionSpec{"*", "mm", 'm', decimals<'*'>, nullptr, Strict},
    FunctionSpec{"*", "tl", 't', nullptr, integers<wrapMultiply>},
    FunctionSpec{"*", "lt", 't', nullptr, integers<wrapMultiply>},
    FunctionSpec{"*", "tr", 't', nullptr, scaleSpan},
    FunctionSpec{"*", "rt", 't', nullptr, scaledSpan},
    FunctionSpec{"/", "ll", 'l', nullptr, divideIntegers},
    FunctionSpec{"/", "rr", 'r', nullptr, divideReals},
    FunctionSpec{"/", "mm", 'm', decimals<'/'>, nullptr, Strict},
    FunctionSpec{"/", "tt", 'r', nullptr, divideSpans},
    FunctionSpec{"/", "tr", 't', nullptr, shrinkSpan},
    FunctionSpec{"%", "ll", 'l', nullptr, moduloIntegers},
    FunctionSpec{"%", "rr", 'r', nullptr, moduloReals},
    FunctionSpec{"%", "mm", 'm', decimals<'%'>, nullptr, Strict},
    FunctionSpec{"%", "tt", 't', nullptr, moduloIntegers},
    FunctionSpec{"%", "dt", 't', nullptr, moduloIntegers},
    FunctionSpec{"negate", "l", 'l', negateInteger, nullptr, Strict},
    FunctionSpec{"negate", "r", 'r', negateReal, nullptr, Strict},
    FunctionSpec{"negate", "t", 't', negateInteger, nullptr, Strict},
    FunctionSpec{"bin", "dt", 'd', nullptr, binIntegers, Named},
    FunctionSpec{"bin", "tt", 't', nullptr, binIntegers, Named},
    FunctionSpec{"bin", "ll", 'l', nullptr, binIntegers, Named},
    FunctionSpec{"bin", "rr", 'r', nullptr, binReals, Named},
    FunctionSpec{"floor", "dt", 'd', nullptr, binIntegers, Named},
    FunctionSpec{"floor", "tt", 't', nullptr, binIntegers, Named},
    FunctionSpec{"floor", "ll", 'l', nullptr, binIntegers, Named},
    FunctionSpec{"floor", "rr", 'r', nullptr, binReals, Named},
    FunctionSpec{"bin_at", "dtd", 'd', binAtIntegers, nullptr, Strict | Named},
    FunctionSpec{"bin_at", "ttt", 't', binAtIntegers, nullptr, Strict | Named},
    FunctionSpec{"bin_at", "lll", 'l', binAtIntegers, nullptr, Strict | Named},
    FunctionSpec{"bin_at", "rrr", 'r', binAtReals, nullptr, Strict | Named},
};

} // namespace

std::span<const FunctionSpec> arithmeticFunctions()
{
    return ArithmeticFunctions;
}

} // namespace gatehouse::kql
