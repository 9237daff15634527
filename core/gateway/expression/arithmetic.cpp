// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/expression/arithmetic.h"

#include <charconv>
#include <cmath>
#include <limits>

namespace gatehouse::gateway {

namespace {

using Op = ExpressionOperator;

constexpr const char* Overflow = "The number is outside the range of its type.";

bool isNumber(const ExpressionValue& value)
{
    return std::holds_alternative<std::int32_t>(value) || std::holds_alternative<std::int64_t>(value) ||
           std::holds_alternative<double>(value);
}

std::int64_t asLong(const ExpressionValue& value)
{
    if (const auto* small = std::get_if<std::int32_t>(&value))
        return *small;
    return std::get<std::int64_t>(value);
}

double asDouble(const ExpressionValue& value)
{
    if (const auto* real = std::get_if<double>(&value))
        return *real;
    return static_cast<double>(asLong(value));
}

std::string_view symbol(Op op)
{
    switch (op) {
    case Op::Equal:
        return "==";
    case Op::NotEqual:
        return "!=";
    case Op::Less:
        return "<";
    case Op::LessEqual:
        return "<=";
    case Op::Greater:
        return ">";
    case Op::GreaterEqual:
        return ">=";
    case Op::And:
        return "&&";
    case Op::Or:
        return "||";
    case Op::Add:
        return "+";
    case Op::Subtract:
        return "-";
    case Op::Multiply:
        return "*";
    case Op::Divide:
        break;
    }
    return "/";
}

tl::unexpected<std::string> misfit(Op op, const ExpressionValue& left, const ExpressionValue& right)
{
    return tl::unexpected("The operator “" + std::string(symbol(op)) + "” does not fit " + typeName(left) +
                          " and " + typeName(right) + ".");
}

template <typename Number>
bool compares(Op op, Number left, Number right)
{
    switch (op) {
    case Op::Equal:
        return left == right;
    case Op::NotEqual:
        return left != right;
    case Op::Less:
        return left < right;
    case Op::LessEqual:
        return left <= right;
    case Op::Greater:
        return left > right;
    default:
        return left >= right;
    }
}

bool isComparison(Op op)
{
    return op <= Op::GreaterEqual;
}

Computed wholeResult(Op op, std::int64_t left, std::int64_t right, bool isLong)
{
    std::int64_t result = 0;
    bool overflows = false;
    switch (op) {
    case Op::Add:
        overflows = __builtin_add_overflow(left, right, &result);
        break;
    case Op::Subtract:
        overflows = __builtin_sub_overflow(left, right, &result);
        break;
    case Op::Multiply:
        overflows = __builtin_mul_overflow(left, right, &result);
        break;
    default:
        if (right == 0)
            return tl::unexpected(std::string("The expression divides by zero."));
        overflows = left == std::numeric_limits<std::int64_t>::min() && right == -1;
        result = overflows ? 0 : left / right;
        break;
    }
    if (overflows)
        return tl::unexpected(std::string(Overflow));
    if (isLong)
        return ExpressionValue(result);
    if (result < std::numeric_limits<std::int32_t>::min() ||
        result > std::numeric_limits<std::int32_t>::max())
        return tl::unexpected(std::string(Overflow));
    return ExpressionValue(static_cast<std::int32_t>(result));
}

Computed realResult(Op op, double left, double right)
{
    if (op == Op::Divide && right == 0)
        return tl::unexpected(std::string("The expression divides by zero."));
    double result = 0;
    switch (op) {
    case Op::Add:
        result = left + right;
        break;
    case Op::Subtract:
        result = left - right;
        break;
    case Op::Multiply:
        result = left * right;
        break;
    default:
        result = left / right;
        break;
    }
    if (!std::isfinite(result))
        return tl::unexpected(std::string(Overflow));
    return ExpressionValue(result);
}

Computed numbers(Op op, const ExpressionValue& left, const ExpressionValue& right)
{
    const bool real = std::holds_alternative<double>(left) || std::holds_alternative<double>(right);
    if (isComparison(op))
        return ExpressionValue(real ? compares(op, asDouble(left), asDouble(right))
                                    : compares(op, asLong(left), asLong(right)));
    if (real)
        return realResult(op, asDouble(left), asDouble(right));
    const bool isLong =
        std::holds_alternative<std::int64_t>(left) || std::holds_alternative<std::int64_t>(right);
    return wholeResult(op, asLong(left), asLong(right), isLong);
}

Computed withNull(Op op, const ExpressionValue& left, const ExpressionValue& right)
{
    if (op == Op::Equal || op == Op::NotEqual)
        return ExpressionValue((isNull(left) && isNull(right)) == (op == Op::Equal));
    if (!isNumber(left) && !isNumber(right))
        return misfit(op, left, right);
    return isComparison(op) ? ExpressionValue(false) : ExpressionValue();
}

Computed join(const ExpressionValue& left, const ExpressionValue& right)
{
    std::string joined = toText(left) + toText(right);
    if (joined.size() > MaxExpressionString)
        return tl::unexpected(std::string("The text grows beyond 1 MiB."));
    return ExpressionValue(std::move(joined));
}

} // namespace

Computed compute(Op op, const ExpressionValue& left, const ExpressionValue& right)
{
    const bool leftText = std::holds_alternative<std::string>(left);
    const bool rightText = std::holds_alternative<std::string>(right);
    if (op == Op::Add && (leftText || rightText))
        return join(left, right);
    if (isNull(left) || isNull(right))
        return withNull(op, left, right);
    if (isNumber(left) && isNumber(right))
        return numbers(op, left, right);
    const bool same = left.index() == right.index();
    if (same && (op == Op::Equal || op == Op::NotEqual))
        return ExpressionValue((left == right) == (op == Op::Equal));
    return misfit(op, left, right);
}

Computed negate(const ExpressionValue& value)
{
    if (isNull(value))
        return ExpressionValue();
    if (!isNumber(value))
        return tl::unexpected("A minus does not fit " + typeName(value) + ".");
    if (const auto* real = std::get_if<double>(&value))
        return ExpressionValue(-*real);
    return numbers(Op::Subtract, ExpressionValue(std::int32_t{0}), value);
}

Computed toInt(const ExpressionValue& value)
{
    if (isNull(value))
        return tl::unexpected(std::string("null cannot become an int."));
    if (!isNumber(value))
        return tl::unexpected("A " + typeName(value) + " cannot be cast to int.");
    constexpr double Least = std::numeric_limits<std::int32_t>::min();
    constexpr double Most = std::numeric_limits<std::int32_t>::max();
    const double whole = std::trunc(asDouble(value));
    if (!(whole >= Least && whole <= Most))
        return tl::unexpected(std::string(Overflow));
    return ExpressionValue(static_cast<std::int32_t>(whole));
}

Computed parseInt(std::string_view text)
{
    constexpr std::string_view Space = " \t\r\n\v\f";
    const std::size_t begin = text.find_first_not_of(Space);
    std::string_view digits = begin == std::string_view::npos
                                  ? std::string_view{}
                                  : text.substr(begin, text.find_last_not_of(Space) + 1 - begin);
    if (digits.size() > 1 && digits.front() == '+' && digits[1] != '-')
        digits.remove_prefix(1);
    std::int32_t number = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (read.ec == std::errc::result_out_of_range)
        return tl::unexpected(std::string(Overflow));
    if (read.ec != std::errc{} || read.ptr != digits.data() + digits.size())
        return tl::unexpected(std::string("int.Parse was given text that is no whole number."));
    return ExpressionValue(number);
}

} // namespace gatehouse::gateway
