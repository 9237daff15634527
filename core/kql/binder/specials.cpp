// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/binder/binder.h"
#include "core/kql/functions/dateformat.h"
#include "core/kql/values.h"

namespace gatehouse::kql {

Result<ExprRef> Binder::bindClock(const Expr& expr, const ScopeRef& scope, const RowScope& rows)
{
    Column value({}, ColumnType::DateTime);
    value.appendInteger(m_evaluation.now().sinceYearOne.count());
    ExprRef moment = constant(std::move(value), expr.span);
    if (expr.args.empty() && expr.text == "now")
        return moment;
    if (expr.args.size() != 1)
        return semantic("SEM0218", expr.text + "(): function expects 1 argument.", expr.span);
    auto offset = bindScalar(*expr.args[0], scope, rows);
    if (!offset)
        return offset;
    return makeCall(expr.text == "now" ? "+" : "-", {moment, *offset}, expr.span, rows);
}

Result<ExprRef> Binder::bindToScalar(const Expr& expr, const ScopeRef& scope)
{
    if (expr.args.size() != 1)
        return semantic("SEM0218", "toscalar(): function expects 1 argument.", expr.span);
    if (!isTabular(*expr.args[0], scope))
        return bindScalar(*expr.args[0], scope, RowScope{nullptr, false, "toscalar"});
    auto plan = bindTable(*expr.args[0], scope);
    if (!plan)
        return fail(plan.error());
    auto column = runColumn(*plan, expr.span);
    if (!column)
        return fail(column.error());
    Column value({}, (*column)->type());
    if ((*column)->size() == 0)
        value.appendNull();
    else
        value.appendFrom(**column, 0);
    return constant(std::move(value), expr.span);
}

/// pack_all(), bag_pack_columns(a, b), estimate_data_size(*): columns with their names or all at once.
Result<ExprRef> Binder::bindColumns(const Expr& expr, const ScopeRef& scope, const RowScope& rows)
{
    const bool all =
        expr.text == "pack_all" || (expr.args.size() == 1 && expr.args.front()->kind == ExprKind::Star);
    const bool named = expr.text != "estimate_data_size";
    std::vector<ExprRef> args;
    const auto add = [&](const std::string& name, ExprRef value) {
        Column key({}, ColumnType::String);
        key.appendText(name);
        if (named)
            args.push_back(constant(std::move(key), expr.span));
        args.push_back(std::move(value));
    };
    for (std::size_t i = 0; all && rows.schema != nullptr && i < rows.schema->size(); ++i)
        add((*rows.schema)[i].name, columnRef(*rows.schema, i));
    for (std::size_t i = 0; !all && i < expr.args.size(); ++i) {
        auto value = bindScalar(*expr.args[i], scope, rows);
        if (!value)
            return value;
        add(nameOfExpression(*expr.args[i]), *value);
    }
    if (!named)
        return makeCall("estimate_data_size", std::move(args), expr.span, rows);
    bool present = false; // pack_all(true): without what is null or empty
    if (expr.text == "pack_all" && !expr.args.empty()) {
        const auto option = bindConstant(*expr.args.front(), scope, rows.operation);
        if (!option)
            return option;
        present = (*option)->type == ColumnType::Bool && (*option)->constant->boolAt(0);
    }
    if (args.empty()) {
        Column bag({}, ColumnType::Dynamic);
        bag.appendText("{}");
        return constant(std::move(bag), expr.span);
    }
    return makeCall(present ? "pack_all" : "pack", std::move(args), expr.span, rows);
}

/// assert(condition, message): constants, so that the query fails before it starts.
Result<ExprRef> Binder::bindAssert(const Expr& expr, const ScopeRef& scope, const RowScope& rows)
{
    if (expr.args.size() != 2)
        return semantic("SEM0218", "assert(): function expects 2 arguments.", expr.span);
    auto condition = bindConstant(*expr.args[0], scope, rows.operation);
    auto message = bindConstant(*expr.args[1], scope, rows.operation);
    if (!condition || !message)
        return condition ? message : condition;
    if ((*condition)->type != ColumnType::Bool || (*message)->type != ColumnType::String)
        return semantic("SEM0064", "assert(): a bool and a string are expected.", expr.span);
    if ((*condition)->constant->isNull(0) || !(*condition)->constant->boolAt(0))
        return semantic("SEM0086", "assert() failed: " + std::string((*message)->constant->textAt(0)),
                        expr.span);
    return condition;
}

/// What functions refuse although its type is right.
Status Binder::checkArguments(const Expr& call, const std::vector<ExprRef>& args) const
{
    const std::string& name = call.text;
    const bool formats = name == "format_datetime" || name == "format_timespan";
    if (formats && args.size() == 2 && args[1]->kind == BoundExpr::Kind::Constant &&
        args[1]->type == ColumnType::String) {
        const std::string_view pattern = args[1]->constant->textAt(0);
        if (!(name == "format_datetime" ? isDateFormat(pattern) : isSpanFormat(pattern)))
            return semantic("SEM0064", name + "(): '" + std::string(pattern) + "' is no format.", call.span);
    }
    if (name == "repeat" && !args.empty() && args[0]->type == ColumnType::Dynamic)
        return semantic("SEM0064", "repeat(): a value that is not dynamic is expected.", call.span);
    return {};
}

Result<ExprRef> Binder::bindSpecial(const Expr& expr, const ScopeRef& scope, const RowScope& rows,
                                    bool& known)
{
    known = true;
    const std::string& name = expr.text;
    if (name == "now" || name == "ago")
        return bindClock(expr, scope, rows);
    if (name == "toscalar")
        return bindToScalar(expr, scope);
    if (name == "assert")
        return bindAssert(expr, scope, rows);
    if (name == "pack_all" || name == "bag_pack_columns" || name == "estimate_data_size")
        return bindColumns(expr, scope, rows);
    if (name == "column_ifexists" || name == "columnifexists") {
        if (expr.args.size() != 2)
            return semantic("SEM0218", name + "(): function expects 2 arguments.", expr.span);
        const auto index = rows.schema != nullptr ? indexOf(*rows.schema, expr.args[0]->text) : std::nullopt;
        return index ? Result<ExprRef>(columnRef(*rows.schema, *index))
                     : bindScalar(*expr.args[1], scope, rows);
    }
    if (name == "iscolumnexists") {
        Column exists({}, ColumnType::Bool);
        exists.appendBool(rows.schema != nullptr && expr.args.size() == 1 &&
                          indexOf(*rows.schema, expr.args[0]->text));
        return constant(std::move(exists), expr.span);
    }
    if (name == "ingestion_time") {
        // A workspace knows when it took a row in; elsewhere rows are as old as they say.
        for (const std::string_view column : {"_TimeReceived", "TimeGenerated"}) {
            const auto index = rows.schema != nullptr ? indexOf(*rows.schema, column) : std::nullopt;
            if (index && (*rows.schema)[*index].type == ColumnType::DateTime)
                return columnRef(*rows.schema, *index);
        }
        Column never({}, ColumnType::DateTime);
        never.appendNull();
        return constant(std::move(never), expr.span);
    }
    if (name == "column_names_of" && expr.args.size() == 1) {
        auto plan = bindTable(*expr.args[0], scope);
        if (!plan)
            return fail(plan.error());
        std::string json = "[";
        for (const SchemaColumn& column : (*plan)->schema) {
            json += json.size() > 1 ? "," : "";
            appendJsonString(json, column.name);
        }
        Column names({}, ColumnType::Dynamic);
        names.appendText(json + ']');
        return constant(std::move(names), expr.span);
    }
    if (name == "materialize" || name == "table" || name == "database" || name == "cluster")
        return semantic("SEM0023", "'" + name + "()' is a table; a scalar is expected here.", expr.span);
    known = false;
    return ExprRef();
}

} // namespace gatehouse::kql
