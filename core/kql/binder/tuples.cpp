// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/binder/binder.h"

namespace gatehouse::kql {

namespace {

struct TupleColumn
{
    std::string_view name;
    ColumnType type;
};

constexpr ColumnType Real = ColumnType::Real;
constexpr ColumnType Long = ColumnType::Long;
constexpr ColumnType Dynamic = ColumnType::Dynamic;

/// What the columns of a function with several of them are called; empty for all other functions.
std::vector<TupleColumn> columnsOf(std::string_view function)
{
    if (function == "series_stats")
        return {{"min", Real}, {"min_idx", Long}, {"max", Real},     {"max_idx", Long},
                {"avg", Real}, {"stdev", Real},   {"variance", Real}};
    if (function == "series_fit_line")
        return {{"rsquare", Real},   {"slope", Real},        {"variance", Real},
                {"rvariance", Real}, {"interception", Real}, {"line_fit", Dynamic}};
    if (function == "series_fit_2lines")
        return {{"rsquare", Real},           {"split_idx", Long},          {"variance", Real},
                {"rvariance", Real},         {"line_fit", Dynamic},        {"right_rsquare", Real},
                {"right_slope", Real},       {"right_interception", Real}, {"right_variance", Real},
                {"right_rvariance", Real},   {"left_rsquare", Real},       {"left_slope", Real},
                {"left_interception", Real}, {"left_variance", Real},      {"left_rvariance", Real}};
    if (function == "series_fit_poly")
        return {{"rsquare", Real},
                {"coefficients", Dynamic},
                {"variance", Real},
                {"rvariance", Real},
                {"poly_fit", Dynamic}};
    if (function == "series_periods_detect" || function == "series_periods_validate")
        return {{"periods", Dynamic}, {"scores", Dynamic}};
    if (function == "series_decompose")
        return {{"baseline", Dynamic}, {"seasonal", Dynamic}, {"trend", Dynamic}, {"residual", Dynamic}};
    if (function == "series_decompose_anomalies")
        return {{"ad_flag", Dynamic}, {"ad_score", Dynamic}, {"baseline", Dynamic}};
    if (function == "series_fft" || function == "series_ifft")
        return {{"real", Dynamic}, {"imag", Dynamic}};
    return {};
}

/// array_sort_asc(a, b, …) has a column an array, named after it.
bool sortsSeveral(const Expr& call, const std::vector<ExprRef>& args)
{
    return (call.text == "array_sort_asc" || call.text == "array_sort_desc") && args.size() > 1 &&
           args[1]->type == Dynamic;
}

} // namespace

/// The columns of an item that is a call of a function with several: all of them under their own names, or as
/// many as there are names in front. Empty for every other item. Inside expressions such a call is an array.
Result<std::vector<std::pair<std::string, ExprRef>>>
Binder::bindTuple(const Expr& item, const ScopeRef& scope, const RowScope& rows)
{
    std::vector<std::pair<std::string, ExprRef>> result;
    const bool named = item.kind == ExprKind::Named;
    const Expr& call = named ? *item.args.front() : item;
    if (call.kind != ExprKind::Call || scope->find(call.text) != nullptr)
        return result;
    auto columns = columnsOf(call.text);
    const bool sort = call.text == "array_sort_asc" || call.text == "array_sort_desc";
    if (columns.empty() && (!sort || call.args.size() < 2))
        return result;
    auto whole = bindScalar(call, scope, rows);
    if (!whole)
        return fail(whole.error());
    std::vector<std::string> names;
    if (sort) {
        const auto second = bindScalar(*call.args[1], scope, rows);
        if (!second || !sortsSeveral(call, {*whole, *second}))
            return result;
        for (const ExprPtr& argument : call.args)
            names.push_back(nameOfExpression(*argument) + "_sorted");
        columns.resize(call.args.size(), {"", Dynamic});
    } else {
        const std::string argument = call.args.empty() ? std::string() : nameOfExpression(*call.args.front());
        for (const TupleColumn& column : columns)
            names.push_back(call.text + "_" + (argument.empty() ? "" : argument + "_") +
                            std::string(column.name));
    }
    if (named)
        names.assign(item.names.begin(), item.names.end());
    for (std::size_t i = 0; i < std::min(columns.size(), names.size()); ++i) {
        Column index({}, Long);
        index.appendInteger(static_cast<std::int64_t>(i));
        auto value = makeCall("access", {*whole, constant(std::move(index), call.span)}, call.span, rows);
        if (value)
            value = convert(*value, columns[i].type, call.span);
        if (!value)
            return fail(value.error());
        result.emplace_back(names[i], *value);
    }
    return result;
}

} // namespace gatehouse::kql
