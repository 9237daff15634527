// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/encoding.h"
#include "core/kql/binder/binder.h"
#include "core/kql/functions/aggregates.h"
#include "core/kql/functions/conversion.h"
#include "core/kql/functions/json.h"
#include "core/kql/functions/useragent.h"
#include "core/kql/values.h"

#include <array>

namespace gatehouse::kql {

namespace {

/// Functions of the language that need what this engine does not have: maps, clusters, extents, graphs.
bool isOutOfScope(std::string_view name)
{
    for (const std::string_view start :
         {"geo_", "current_", "cursor_", "extent_", "node_degree_", "graph_", "rowstore_"}) {
        if (name.starts_with(start))
            return true;
    }
    return name == "any_of" || name == "all" || name == "labels" || name == "external_table" ||
           name == "bin_auto" || name == "datetime_list_timezones";
}

} // namespace

Result<ExprRef> Binder::bindScalar(const Expr& expr, const ScopeRef& scope, const RowScope& rows)
{
    const Level level(m_depth, 1);
    if (level.tooDeep())
        return semantic("SEM0001", "The query is too complex: its expressions are nested too deeply.",
                        expr.span);
    switch (expr.kind) {
    case ExprKind::Literal:
        return bindLiteral(expr);
    case ExprKind::Dynamic: {
        Column column({}, ColumnType::Dynamic);
        if (expr.isNull)
            column.appendNull();
        else
            column.appendText(expr.text);
        return constant(std::move(column), expr.span);
    }
    case ExprKind::Name:
        return bindName(expr, scope, rows);
    case ExprKind::Path:
    case ExprKind::Index:
        return bindPath(expr, scope, rows);
    case ExprKind::Call:
        return bindCall(expr, scope, rows);
    case ExprKind::Unary:
        return bindSign(expr, scope, rows);
    case ExprKind::Binary:
        return bindBinary(expr, scope, rows);
    case ExprKind::List:
        return bindList(expr, scope, rows);
    case ExprKind::Between:
        return bindBetween(expr, scope, rows);
    case ExprKind::Named:
        return bindScalar(*expr.args[0], scope, rows);
    case ExprKind::TypeOf:
        return semantic("SEM0020", "typeof() is not allowed here.", expr.span);
    default:
        return semantic("SEM0021",
                        "'" + std::string(rows.operation) +
                            "' operator: a scalar expression is expected here.",
                        expr.span);
    }
}

Result<ExprRef> Binder::bindSign(const Expr& expr, const ScopeRef& scope, const RowScope& rows)
{
    if (expr.args[0]->kind == ExprKind::Literal && expr.args[0]->type == ColumnType::Long &&
        expr.text == "-") {
        Expr negative = *expr.args[0]; // the smallest long has no positive counterpart
        negative.text.insert(0, 1, '-');
        return bindLiteral(negative);
    }
    auto operand = bindScalar(*expr.args[0], scope, rows);
    if (!operand || expr.text == "+")
        return operand;
    return makeCall("negate", {*operand}, expr.span, rows);
}

Result<ExprRef> Binder::bindBetween(const Expr& expr, const ScopeRef& scope, const RowScope& rows)
{
    std::vector<ExprRef> args;
    for (const ExprPtr& part : expr.args) {
        auto bound = bindScalar(*part, scope, rows);
        if (!bound)
            return bound;
        args.push_back(*bound);
    }
    if (args[0]->type == ColumnType::DateTime && args[2]->type == ColumnType::Timespan) {
        auto end = makeCall("+", {args[1], args[2]}, expr.args[2]->span, rows);
        if (!end)
            return end;
        args[2] = *end;
    }
    return makeCall(expr.text, std::move(args), expr.span, rows);
}

Result<ExprRef> Binder::bindLiteral(const Expr& expr)
{
    auto value = literalValue(expr.type, expr.text);
    if (!value && expr.type == ColumnType::DateTime) {
        value = Column({}, ColumnType::DateTime); // datetime('v') of a template is null, as with todatetime
        value->appendNull();
    }
    if (!value)
        return semantic("SEM0022",
                        "The text is no valid literal of type " + std::string(toString(expr.type)) + ".",
                        expr.span);
    return constant(std::move(*value), expr.span);
}

Result<ExprRef> Binder::bindName(const Expr& expr, const ScopeRef& scope, const RowScope& rows)
{
    if (rows.schema != nullptr) {
        if (const auto index = indexOf(*rows.schema, expr.text))
            return columnRef(*rows.schema, *index);
    }
    const Binding* binding = scope->find(expr.text);
    if (binding != nullptr && binding->scalar)
        return binding->scalar;
    if (binding != nullptr && binding->function && binding->function->parameters.empty())
        return bindCall(expr, scope, rows);
    if (isTabular(expr, scope))
        return semantic("SEM0023",
                        "'" + std::string(rows.operation) + "' operator: '" + expr.text +
                            "' is a table; a scalar is expected here.",
                        expr.span);
    return unresolved(expr.text, expr.span, rows, scope);
}

Result<ExprRef> Binder::bindPath(const Expr& expr, const ScopeRef& scope, const RowScope& rows)
{
    auto base = bindScalar(*expr.args[0], scope, rows);
    if (!base)
        return base;
    if ((*base)->type != ColumnType::Dynamic)
        return semantic("SEM0040",
                        "'" + std::string(rows.operation) +
                            "' operator: a member can only be read of a dynamic value, not of a " +
                            std::string(toString((*base)->type)) + ".",
                        expr.span);
    ExprRef key;
    if (expr.kind == ExprKind::Path) {
        Column name({}, ColumnType::String);
        name.appendText(expr.text);
        key = constant(std::move(name), expr.span);
    } else {
        auto index = bindScalar(*expr.args[1], scope, rows);
        if (!index)
            return index;
        key = *index;
    }
    return makeCall("access", {*base, key}, expr.span, rows);
}

Result<ExprRef> Binder::bindBinary(const Expr& expr, const ScopeRef& scope, const RowScope& rows)
{
    if (expr.args[0]->kind == ExprKind::Star)
        return bindStarOperation(expr, scope, rows);
    std::vector<ExprRef> args;
    for (const ExprPtr& part : expr.args) {
        auto bound = bindScalar(*part, scope, rows);
        if (!bound)
            return bound;
        args.push_back(*bound);
    }
    const bool arithmetic =
        expr.text.size() == 1 && std::string_view("+-*/%").find(expr.text[0]) != std::string_view::npos;
    if (arithmetic && args[0]->type == ColumnType::Dynamic && args[1]->type == ColumnType::Dynamic)
        return semantic("SEM0024",
                        "'" + std::string(rows.operation) + "' operator: '" + expr.text +
                            "' of two dynamic values: convert them first, as with tolong().",
                        expr.span);
    if (expr.text == "matches" && args[1]->kind == BoundExpr::Kind::Constant &&
        m_evaluation.regex(args[1]->constant->textAt(0)) == nullptr)
        return semantic("SEM0025", "The regular expression is invalid.", expr.args[1]->span);
    return makeCall(expr.text, std::move(args), expr.span, rows);
}

/// "* has x": any string column.
Result<ExprRef> Binder::bindStarOperation(const Expr& expr, const ScopeRef& scope, const RowScope& rows)
{
    std::vector<ExprRef> tests;
    for (std::size_t i = rows.starFrom; rows.schema != nullptr && i < rows.schema->size(); ++i) {
        std::vector<ExprRef> args{columnRef(*rows.schema, i)};
        auto text = convert(args[0], ColumnType::String, expr.span);
        auto value = bindScalar(*expr.args[1], scope, rows);
        if (!text)
            return text;
        if (!value)
            return value;
        auto test = makeCall(expr.text, {*text, *value}, expr.span, rows);
        if (!test)
            return test;
        tests.push_back(*test);
    }
    if (tests.empty())
        return semantic("SEM0026", "'*' has no columns to stand for here.", expr.span);
    return tests.size() == 1
               ? tests[0]
               : makeCall(expr.text.starts_with('!') ? "and" : "or", std::move(tests), expr.span, rows);
}

Result<ExprRef> Binder::bindConstant(const Expr& expr, const ScopeRef& scope, std::string_view operation)
{
    auto value = bindScalar(expr, scope, RowScope{nullptr, false, operation});
    if (value && (*value)->kind != BoundExpr::Kind::Constant)
        return semantic("SEM0027",
                        "'" + std::string(operation) + "' operator: the expression must be a constant.",
                        expr.span);
    return value;
}

Status Binder::checkFree(const PlanRef& plan, Span span) const
{
    if (readsGroup(*plan))
        return semantic("SEM0108", "The rows of a subquery are not known yet here.", span);
    return {};
}

Result<std::shared_ptr<const Column>> Binder::runColumn(const PlanRef& plan, Span span)
{
    if (auto free = checkFree(plan, span); !free)
        return fail(free.error());
    prunePlan(*plan);
    const auto stream = openStream(m_evaluation, *plan);
    auto column = std::make_shared<Column>(plan->schema[0].name, plan->schema[0].type);
    constexpr std::size_t MostRows = 1'000'000; // of the list of an in ()
    Chunk chunk;
    while (column->size() < MostRows) {
        auto more = stream->next(chunk);
        if (!more)
            return fail(more.error());
        if (!*more)
            break;
        const std::size_t rows = std::min(chunk.rows, MostRows - column->size());
        if (m_evaluation.outgrown(column->memoryBytes() + textBytes(chunk.columns[0], rows)))
            break;
        appendView(*column, chunk.columns[0], rows);
    }
    if (auto going = m_evaluation.checkStop(); !going)
        return fail(going.error());
    return column;
}

Result<ExprRef> Binder::bindCall(const Expr& expr, const ScopeRef& scope, const RowScope& rows)
{
    const Level level(m_depth, 10);
    if (level.tooDeep())
        return semantic("SEM0001", "The query is too complex: its functions call each other too deeply.",
                        expr.span);
    const Binding* binding = scope->find(expr.text);
    if (binding != nullptr && binding->function) {
        auto entered = enterFunction(expr, *binding, scope, rows);
        if (!entered)
            return fail(entered.error());
        return bindScalar(*entered->first, entered->second,
                          RowScope{nullptr, rows.serialized, rows.operation});
    }
    bool known = false;
    auto special = bindSpecial(expr, scope, rows, known);
    if (known)
        return special;
    if (isAggregate(expr.text) && findFunctions(expr.text).empty())
        return semantic("SEM0028",
                        "'" + std::string(rows.operation) + "' operator: the aggregate function '" +
                            expr.text + "' is not allowed in this context.",
                        expr.span);
    if (findFunctions(expr.text).empty() && isOutOfScope(expr.text))
        return semantic("SEM0009", "The function '" + expr.text + "' is not supported by this engine.",
                        expr.span);
    if (findFunctions(expr.text).empty())
        return semantic("SEM0260", "Unknown function: '" + expr.text + "'.", expr.span);
    if (expr.text == "parse_user_agent" && !userAgentRulesExist())
        return semantic("SEM0009", "parse_user_agent() needs the rules of the package uap-core.", expr.span);
    std::vector<ExprRef> args;
    std::string_view type; // extract(…, typeof(long)): the type of the result
    for (const ExprPtr& part : expr.args) {
        if (part->kind == ExprKind::TypeOf && part == expr.args.back() && args.size() > 1) {
            type = part->text;
            break;
        }
        auto bound = bindScalar(*part, scope, rows);
        if (!bound)
            return bound;
        args.push_back(*bound);
    }
    if (auto fits = checkArguments(expr, args); !fits)
        return fail(fits.error());
    // Weeks alone are counted as a real.
    const bool weeks = expr.text == "datetime_diff" && !args.empty() &&
                       args[0]->kind == BoundExpr::Kind::Constant && args[0]->type == ColumnType::String &&
                       equalsIgnoreCase(args[0]->constant->textAt(0), "week");
    auto call = makeCall(expr.text, std::move(args), expr.span, rows);
    if (call && !type.empty())
        return bindConverted(*call, type, expr.span, rows);
    return call && weeks ? convert(*call, ColumnType::Real, expr.span) : call;
}

/// A value as the type that a typeof() names.
Result<ExprRef> Binder::bindConverted(ExprRef value, std::string_view type, Span span, const RowScope& rows)
{
    const auto wanted = columnTypeFrom(type);
    if (!wanted)
        return semantic("SEM0020", "'" + std::string(type) + "' is no type.", span);
    if (value->type == ColumnType::String && *wanted == ColumnType::Dynamic)
        return makeCall("parse_json", {std::move(value)}, span, rows);
    return convert(std::move(value), *wanted, span);
}

} // namespace gatehouse::kql
