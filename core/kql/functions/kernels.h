// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kql/execution/context.h"
#include "core/kql/functions/families.h"

namespace gatehouse::kql {

/// For long loops inside functions, which may then answer anything: the query ends at its next check.
[[nodiscard]] inline bool isStopping(const Evaluation& evaluation)
{
    return evaluation.options().stop.stop_requested();
}

/// The values of a view by their C++ type, so that kernels can be written once.
struct Integers
{
    using Value = std::int64_t;
    static std::span<const Value> of(const View& view, std::size_t rows, std::vector<Value>& scratch)
    {
        return integersOf(view, rows, scratch);
    }
    static void append(Column& out, Value value) { out.appendInteger(value); }
};

struct Reals
{
    using Value = double;
    static std::span<const Value> of(const View& view, std::size_t rows, std::vector<Value>& scratch)
    {
        return realsOf(view, rows, scratch);
    }
    static void append(Column& out, Value value) { out.appendReal(value); }
};

struct Booleans
{
    using Value = std::uint8_t;
    static void append(Column& out, bool value) { out.appendBool(value); }
};

/// out[i] = operation(a[i], b[i]); null where either is null or the operation answers an empty optional.
template <typename Left, typename Right, typename Out, typename Operation>
View binaryKernel(ColumnType type, std::span<const View> args, std::size_t rows, Operation operation)
{
    std::vector<typename Left::Value> leftScratch;
    std::vector<typename Right::Value> rightScratch;
    const auto left = Left::of(args[0], rows, leftScratch);
    const auto right = Right::of(args[1], rows, rightScratch);
    Column out({}, type);
    out.reserve(rows);
    const bool nulls = args[0].mayBeNull() || args[1].mayBeNull();
    for (std::size_t i = 0; i < rows; ++i) {
        if (nulls && (args[0].isNull(i) || args[1].isNull(i)))
            out.appendNull();
        else if (const auto value = operation(left[i], right[i]); value)
            Out::append(out, *value);
        else
            out.appendNull();
    }
    return viewOf(std::move(out));
}

/// The same for operations that always have a value.
template <typename Left, typename Right, typename Out, typename Operation>
View totalKernel(ColumnType type, std::span<const View> args, std::size_t rows, Operation operation)
{
    std::vector<typename Left::Value> leftScratch;
    std::vector<typename Right::Value> rightScratch;
    const auto left = Left::of(args[0], rows, leftScratch);
    const auto right = Right::of(args[1], rows, rightScratch);
    Column out({}, type);
    if (!args[0].mayBeNull() && !args[1].mayBeNull()) {
        std::vector<typename Out::Value> values(rows);
        for (std::size_t i = 0; i < rows; ++i)
            values[i] = operation(left[i], right[i]);
        out.adopt(std::move(values));
        return viewOf(std::move(out));
    }
    out.reserve(rows);
    for (std::size_t i = 0; i < rows; ++i) {
        if (args[0].isNull(i) || args[1].isNull(i))
            out.appendNull();
        else
            Out::append(out, operation(left[i], right[i]));
    }
    return viewOf(std::move(out));
}

/// Tick arithmetic wraps as Kusto's 64-bit arithmetic does.
[[nodiscard]] inline std::int64_t wrapAdd(std::int64_t a, std::int64_t b)
{
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}
[[nodiscard]] inline std::int64_t wrapSubtract(std::int64_t a, std::int64_t b)
{
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}
[[nodiscard]] inline std::int64_t wrapMultiply(std::int64_t a, std::int64_t b)
{
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
}
/// The remainder that is never negative.
[[nodiscard]] inline std::int64_t positiveModulo(std::int64_t a, std::int64_t b)
{
    if (b == -1)
        return 0;
    const std::int64_t rest = a % b;
    return rest < 0 ? (b < 0 ? wrapSubtract(rest, b) : rest + b) : rest;
}
/// The largest multiple of size not above value.
[[nodiscard]] inline std::int64_t floorTo(std::int64_t value, std::int64_t size)
{
    return wrapSubtract(value, positiveModulo(value, size));
}
/// A real as a whole number toward zero; empty when it does not fit.
[[nodiscard]] inline std::optional<std::int64_t> truncated(double value)
{
    if (!(value > -9223372036854775809.0 && value < 9223372036854775808.0))
        return std::nullopt;
    return static_cast<std::int64_t>(value);
}

} // namespace gatehouse::kql
