// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/binder/binder.h"

namespace gatehouse::kql {

namespace {

/// The column of a step's state; no query can write this name.
std::string stateName(const std::string& step, const std::string& column)
{
    return "\x06" + step + '.' + column;
}

/// A copy of an expression in which step.column is a name.
ExprPtr withStates(const Expr& expr, const std::vector<Stage>& steps)
{
    auto copy = std::make_shared<Expr>(expr);
    if (expr.kind == ExprKind::Path && expr.args.front()->kind == ExprKind::Name) {
        for (const Stage& step : steps) {
            if (step.name != expr.args.front()->text)
                continue;
            copy->kind = ExprKind::Name;
            copy->text = stateName(step.name, expr.text);
            copy->args.clear();
            return copy;
        }
    }
    for (ExprPtr& part : copy->args)
        part = withStates(*part, steps);
    return copy;
}

} // namespace

Status Binder::bindSequenceColumns(const Stage& stage, SequenceSpec& spec, PlanNode& node,
                                   const ScopeRef& scope)
{
    for (const FunctionParameter& column : stage.declarations) {
        const auto type = columnTypeFrom(column.type);
        if (!type)
            return semantic("SEM0007", "Unknown type '" + column.type + "'.", column.span);
        if (indexOf(node.schema, column.name))
            return semantic("SEM0032", "'scan' operator: the column '" + column.name + "' is there already.",
                            column.span);
        Column nothing({}, *type);
        nothing.appendNull();
        ExprRef value = constant(std::move(nothing), column.span);
        if (column.fallback) {
            auto given = bindConstant(*column.fallback, scope, "scan");
            if (!given)
                return fail(given.error());
            auto converted = convert(*given, *type, column.fallback->span);
            if (!converted)
                return fail(converted.error());
            value = *converted;
        }
        spec.defaults.push_back(value->constant);
        node.schema.push_back({column.name, *type});
    }
    return {};
}

Result<ExprRef> Binder::bindSequenceValue(const Expr& expr, const Stage& stage, const Schema& visible,
                                          const ScopeRef& scope)
{
    auto value = bindScalar(*withStates(expr, stage.parts), scope, RowScope{&visible, false, "scan"});
    return value;
}

Result<SequenceStep> Binder::bindSequenceStep(const Stage& part, const Stage& stage, const Schema& visible,
                                              const ScopeRef& scope)
{
    SequenceStep step;
    step.name = part.name;
    const std::string output = parameterOf(part, "output");
    if (!output.empty() && output != "all" && output != "last" && output != "none")
        return semantic("SEM0043", "'scan' operator: unknown output '" + output + "'.", part.span);
    step.output = output == "last"   ? SequenceStep::Output::Last
                  : output == "none" ? SequenceStep::Output::None
                                     : SequenceStep::Output::All;
    auto condition = bindSequenceValue(*part.items.front(), stage, visible, scope);
    if (!condition)
        return fail(condition.error());
    condition = convert(*condition, ColumnType::Bool, part.items.front()->span);
    if (!condition)
        return fail(condition.error());
    step.condition = *condition;
    for (const ExprPtr& item : part.by) {
        std::optional<std::size_t> column;
        for (std::size_t i = 0; i < stage.declarations.size(); ++i) {
            if (item->kind == ExprKind::Named && stage.declarations[i].name == item->names.front())
                column = i;
        }
        if (!column)
            return semantic("SEM0106", "'scan' operator: a step assigns values to declared columns only.",
                            item->span);
        auto value = bindSequenceValue(*item->args.front(), stage, visible, scope);
        if (!value)
            return fail(value.error());
        value = convert(*value, *columnTypeFrom(stage.declarations[*column].type), item->span);
        if (!value)
            return fail(value.error());
        step.assignments.emplace_back(*column, *value);
    }
    return step;
}

Result<PlanRef> Binder::bindScan(const Stage& stage, PlanRef input, const ScopeRef& scope)
{
    for (const Parameter& parameter : stage.parameters) {
        if (parameter.name == "partition")
            return semantic("SEM0009",
                            "The operator 'scan' with partition by is not supported by this engine.",
                            stage.span);
    }
    if (!stage.by.empty()) {
        Stage order = stage;
        order.name = "sort";
        auto sorted = bindSort(order, std::move(input), scope);
        if (!sorted)
            return sorted;
        input = *sorted;
    }
    if (!input->serialized)
        return semantic("SEM0093", "'scan' needs rows in an order: put serialize or sort before it.",
                        stage.span);
    constexpr std::size_t MostSteps = 16;
    if (stage.parts.size() > MostSteps)
        return semantic("SEM0106", "'scan' operator: more than 16 steps.", stage.span);
    auto made = node(PlanKind::Sequence, {std::move(input)}, stage.span);
    if (!made)
        return made;
    SequenceSpec spec;
    spec.inputColumns = (*made)->schema.size();
    if (auto done = bindSequenceColumns(stage, spec, **made, scope); !done)
        return fail(done.error());
    Schema visible = (*made)->schema;
    for (const Stage& step : stage.parts) {
        for (const SchemaColumn& column : (*made)->schema)
            visible.push_back({stateName(step.name, column.name), column.type});
    }
    for (const Stage& part : stage.parts) {
        auto step = bindSequenceStep(part, stage, visible, scope);
        if (!step)
            return fail(step.error());
        spec.steps.push_back(std::move(*step));
    }
    const auto addColumn = [&](std::string_view parameter, ColumnType type) {
        const std::string name = parameterOf(stage, parameter);
        if (!name.empty())
            (*made)->schema.push_back({uniqueName((*made)->schema, name), type});
        return !name.empty();
    };
    spec.matchId = addColumn("with_match_id", ColumnType::Long);
    spec.stepName = addColumn("with_step_name", ColumnType::String);
    (*made)->sequence = std::make_shared<const SequenceSpec>(std::move(spec));
    return made;
}

} // namespace gatehouse::kql
