// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/binder/binder.h"
#include "core/kql/functions/conversion.h"
#include "core/kql/functions/json.h"

namespace gatehouse::kql {

namespace {

/// Appends a value, or the elements of a dynamic array, to the list of an in ().
void appendElements(Evaluation& evaluation, Column& list, const Column& value, std::size_t row)
{
    if (value.type() == ColumnType::Dynamic && !value.isNull(row)) {
        const auto array = evaluation.json(1).read(value.textAt(row));
        if (array && array->is_array()) {
            std::string element;
            for (const auto item : simdjson::dom::array(*array)) {
                element.clear();
                appendJson(element, item);
                appendFromJson(evaluation, list, element);
            }
            return;
        }
        appendFromJson(evaluation, list, value.textAt(row));
        return;
    }
    const RowFunction cast = castFunction(value.type(), list.type());
    if (cast == nullptr || value.isNull(row)) {
        list.appendFrom(value, row);
        return;
    }
    View view;
    view.column = std::shared_ptr<const Column>(std::shared_ptr<const Column>(), &value);
    const Datum datum = datumAt(view, row);
    cast(evaluation, std::span(&datum, 1), list);
}

} // namespace

/// The items of x in (…), each a constant, the column of a table, or something that differs from row to row.
Result<Binder::ListItems> Binder::bindListItems(const Expr& expr, ColumnType type, const ScopeRef& scope,
                                                const RowScope& rows)
{
    ListItems items;
    items.common = type;
    for (std::size_t i = 1; i < expr.args.size(); ++i) {
        const Expr& item = *expr.args[i];
        if (isTabular(item, scope) &&
            !(rows.schema != nullptr && item.kind == ExprKind::Name && indexOf(*rows.schema, item.text))) {
            auto plan = bindTable(item, scope);
            if (!plan)
                return fail(plan.error());
            auto column = runColumn(*plan, item.span);
            if (!column)
                return fail(column.error());
            items.constants.push_back(*column);
        } else {
            auto value = bindScalar(item, scope, rows);
            if (!value)
                return fail(value.error());
            if ((*value)->kind == BoundExpr::Kind::Constant)
                items.constants.push_back((*value)->constant);
            else
                items.others.push_back(*value);
        }
        if (!items.constants.empty() && items.constants.back()->type() != ColumnType::Dynamic && items.common)
            items.common = commonType(*items.common, items.constants.back()->type());
    }
    return items;
}

/// x in (…): constants become one column of values; with others the list is taken apart into comparisons.
Result<ExprRef> Binder::bindList(const Expr& expr, const ScopeRef& scope, const RowScope& rows)
{
    if (expr.args[0]->kind == ExprKind::Star)
        return semantic("SEM0029", "'*' in front of '" + expr.text + "' is not supported; name the column.",
                        expr.span);
    auto left = bindScalar(*expr.args[0], scope, rows);
    if (!left)
        return left;
    const auto items = bindListItems(expr, (*left)->type, scope, rows);
    if (!items)
        return fail(items.error());
    const auto& common = items->common;
    const bool texty = expr.text != "in" && expr.text != "!in";
    const ColumnType type = texty || (*left)->type == ColumnType::Dynamic ? ColumnType::String
                            : common && *common != ColumnType::Dynamic    ? *common
                                                                          : (*left)->type;
    if (!common && !texty)
        return semantic("SEM0030",
                        "'" + std::string(rows.operation) + "' operator: the values of '" + expr.text +
                            "' do not have the type of what is looked for (" +
                            std::string(toString((*left)->type)) + ").",
                        expr.span);
    auto needle = convert(*left, type, expr.span);
    if (!needle)
        return needle;
    Column list({}, type);
    for (const auto& column : items->constants) {
        for (std::size_t row = 0; row < column->size(); ++row)
            appendElements(m_evaluation, list, *column, row);
    }
    auto values = std::make_shared<BoundExpr>();
    values->kind = BoundExpr::Kind::Constant;
    values->type = type;
    values->constant = std::make_shared<const Column>(std::move(list));
    return items->others.empty() ? makeCall(expr.text, {*needle, values}, expr.span, rows)
                                 : anyOfList(expr, *needle, values, items->others, rows);
}

/// The list taken apart: in the constants, or the same as one of the others.
Result<ExprRef> Binder::anyOfList(const Expr& expr, const ExprRef& needle, const ExprRef& values,
                                  const std::vector<ExprRef>& others, const RowScope& rows)
{
    const bool negated = expr.text.starts_with('!');
    const std::string positive = negated ? expr.text.substr(1) : expr.text;
    std::vector<ExprRef> tests;
    auto inList = makeCall(positive, {needle, values}, expr.span, rows);
    if (!inList)
        return inList;
    tests.push_back(*inList);
    for (const ExprRef& other : others) {
        const std::string_view op = other->type == ColumnType::Dynamic ? "in_dynamic"
                                    : positive == "in"                 ? "=="
                                    : positive == "in~"                ? "=~"
                                                                       : "has";
        auto test = makeCall(op, {needle, other}, expr.span, rows);
        if (!test)
            return test;
        tests.push_back(*test);
    }
    auto any = makeCall(positive == "has_all" ? "and" : "or", std::move(tests), expr.span, rows);
    return any && negated ? makeCall("not", {*any}, expr.span, rows) : any;
}

} // namespace gatehouse::kql
