// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/functions/kernels.h"
#include "core/kql/values.h"

#include <array>
#include <functional>

namespace gatehouse::kql {

namespace {

/// With one null "==" is false and "!=" is true, with two both are null; an order with a null is null.
template <typename Compare>
void appendWithNull(Column& out, bool leftNull, bool rightNull)
{
    constexpr bool Equality = std::is_same_v<Compare, std::equal_to<>>;
    constexpr bool Difference = std::is_same_v<Compare, std::not_equal_to<>>;
    if ((Equality || Difference) && leftNull != rightNull)
        out.appendBool(Difference);
    else
        out.appendNull();
}

template <typename Side, typename Compare>
View compareNumbers(Evaluation&, ColumnType type, std::span<const View> args, std::size_t rows)
{
    std::vector<typename Side::Value> leftScratch;
    std::vector<typename Side::Value> rightScratch;
    const auto left = Side::of(args[0], rows, leftScratch);
    const auto right = Side::of(args[1], rows, rightScratch);
    Column out({}, type);
    const Compare compare;
    if (!args[0].mayBeNull() && !args[1].mayBeNull()) {
        std::vector<std::uint8_t> results(rows);
        for (std::size_t i = 0; i < rows; ++i)
            results[i] = compare(left[i], right[i]) ? 1 : 0;
        out.adopt(std::move(results));
        return viewOf(std::move(out));
    }
    out.reserve(rows);
    for (std::size_t i = 0; i < rows; ++i) {
        const bool leftNull = args[0].isNull(i);
        const bool rightNull = args[1].isNull(i);
        if (leftNull || rightNull)
            appendWithNull<Compare>(out, leftNull, rightNull);
        else
            out.appendBool(compare(left[i], right[i]));
    }
    return viewOf(std::move(out));
}

template <typename Compare>
View compareTexts(Evaluation&, ColumnType type, std::span<const View> args, std::size_t rows)
{
    Column out({}, type);
    out.reserve(rows);
    const Compare compare;
    const Column& left = *args[0].column;
    const Column& right = *args[1].column;
    for (std::size_t i = 0; i < rows; ++i) {
        const std::size_t a = args[0].at(i);
        const std::size_t b = args[1].at(i);
        if (left.isNull(a) || right.isNull(b))
            appendWithNull<Compare>(out, left.isNull(a), right.isNull(b));
        else
            out.appendBool(compare(left.textAt(a), right.textAt(b)));
    }
    return viewOf(std::move(out));
}

template <typename Compare>
View compareDecimals(Evaluation&, ColumnType type, std::span<const View> args, std::size_t rows)
{
    Column out({}, type);
    const Compare compare;
    for (std::size_t i = 0; i < rows; ++i) {
        if (args[0].isNull(i) || args[1].isNull(i))
            appendWithNull<Compare>(out, args[0].isNull(i), args[1].isNull(i));
        else
            out.appendBool(
                compare(args[0].column->numberAt(args[0].at(i)), args[1].column->numberAt(args[1].at(i))));
    }
    return viewOf(std::move(out));
}

template <typename Compare>
View compareBooleans(Evaluation&, ColumnType type, std::span<const View> args, std::size_t rows)
{
    Column out({}, type);
    const Compare compare;
    for (std::size_t i = 0; i < rows; ++i) {
        const Datum a = datumAt(args[0], i);
        const Datum b = datumAt(args[1], i);
        if (a.null || b.null)
            appendWithNull<Compare>(out, a.null, b.null);
        else
            out.appendBool(compare(a.integer, b.integer));
    }
    return viewOf(std::move(out));
}

template <typename Compare>
constexpr std::array<FunctionSpec, 9> formsOf(std::string_view name)
{
    return {FunctionSpec{name, "ss", 'b', nullptr, compareTexts<Compare>},
            FunctionSpec{name, "ll", 'b', nullptr, compareNumbers<Integers, Compare>},
            FunctionSpec{name, "rr", 'b', nullptr, compareNumbers<Reals, Compare>},
            FunctionSpec{name, "dd", 'b', nullptr, compareNumbers<Integers, Compare>},
            FunctionSpec{name, "tt", 'b', nullptr, compareNumbers<Integers, Compare>},
            FunctionSpec{name, "bb", 'b', nullptr, compareBooleans<Compare>},
            FunctionSpec{name, "gg", 'b', nullptr, compareTexts<Compare>},
            FunctionSpec{name, "mm", 'b', nullptr, compareDecimals<Compare>},
            FunctionSpec{name, "jj", 'b', nullptr, compareTexts<Compare>}};
}

bool isAtLeast(const Datum& value, const Datum& bound, bool real)
{
    return real ? value.real >= bound.real : value.integer >= bound.integer;
}
bool isAtMost(const Datum& value, const Datum& bound, bool real)
{
    return real ? value.real <= bound.real : value.integer <= bound.integer;
}

template <bool Negated>
View between(Evaluation&, ColumnType type, std::span<const View> args, std::size_t rows)
{
    Column out({}, type);
    out.reserve(rows);
    const bool real = args[0].column->type() == ColumnType::Real;
    for (std::size_t i = 0; i < rows; ++i) {
        const Datum value = datumAt(args[0], i);
        const Datum low = datumAt(args[1], i);
        const Datum high = datumAt(args[2], i);
        if (value.null || low.null || high.null)
            out.appendNull();
        else
            out.appendBool((isAtLeast(value, low, real) && isAtMost(value, high, real)) != Negated);
    }
    return viewOf(std::move(out));
}

std::vector<FunctionSpec> comparisonForms()
{
    std::vector<FunctionSpec> all;
    const auto add = [&](const auto& forms) { all.insert(all.end(), forms.begin(), forms.end()); };
    add(formsOf<std::equal_to<>>("=="));
    add(formsOf<std::not_equal_to<>>("!="));
    add(formsOf<std::less<>>("<"));
    add(formsOf<std::less_equal<>>("<="));
    add(formsOf<std::greater<>>(">"));
    add(formsOf<std::greater_equal<>>(">="));
    for (const std::string_view signature : {"lll", "rrr", "ddd", "ttt"}) {
        all.push_back({"between", signature, 'b', nullptr, between<false>});
        all.push_back({"!between", signature, 'b', nullptr, between<true>});
    }
    return all;
}

} // namespace

std::span<const FunctionSpec> comparisonFunctions()
{
    static const std::vector<FunctionSpec> functions = comparisonForms();
    return functions;
}

} // namespace gatehouse::kql
