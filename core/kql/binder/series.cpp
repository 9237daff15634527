// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/binder/binder.h"
#include "core/kql/values.h"

#include <algorithm>

namespace gatehouse::kql {

namespace {

/// The hidden column of a series' bins; no query can name it.
const std::string BinName = "\x03"
                            "bin";

ExprPtr callOf(std::string name, std::vector<ExprPtr> args, Span span)
{
    auto call = std::make_shared<Expr>();
    call->kind = ExprKind::Call;
    call->span = span;
    call->text = std::move(name);
    for (const ExprPtr& argument : args)
        call->depth = std::max(call->depth, argument->depth + 1);
    call->args = std::move(args);
    return call;
}

ExprPtr binaryOf(std::string op, ExprPtr left, ExprPtr right)
{
    ExprPtr binary = callOf(std::move(op), {left, right}, left->span);
    binary->kind = ExprKind::Binary;
    return binary;
}

ExprPtr namedOf(std::string name, ExprPtr value)
{
    ExprPtr named = callOf({}, {value}, value->span);
    named->kind = ExprKind::Named;
    named->names = {std::move(name)};
    return named;
}

ExprPtr nameOf(std::string name, Span span)
{
    ExprPtr expr = callOf(std::move(name), {}, span);
    expr->kind = ExprKind::Name;
    return expr;
}

const Expr* parameterValue(const Stage& stage, std::string_view name)
{
    for (const Parameter& parameter : stage.parameters) {
        if (parameter.name == name)
            return parameter.value.get();
    }
    return nullptr;
}

ExprPtr shared(const Expr* expr)
{
    return expr == nullptr ? nullptr : std::make_shared<Expr>(*expr);
}

} // namespace

/// What stands behind from, to, step or in range(from, to, step).
struct Binder::SeriesRange
{
    ExprPtr from;
    ExprPtr to;
    ExprPtr step;
    bool legacy = false; ///< in range: bins are those of bin(), and the end is a bin too
};

Result<Binder::SeriesRange> Binder::seriesRange(const Stage& stage)
{
    SeriesRange range{shared(parameterValue(stage, "from")), shared(parameterValue(stage, "to")),
                      shared(parameterValue(stage, "step"))};
    if (const Expr* in = parameterValue(stage, "in")) {
        if (in->kind != ExprKind::Call || in->text != "range" || in->args.size() != 3)
            return semantic("SEM0104", "'make-series' operator: 'in' takes range(from, to, step).", in->span);
        range = {in->args[0], in->args[1], in->args[2], true};
    }
    if (!range.step)
        return semantic("SEM0104", "'make-series' operator: a step is expected.", stage.span);
    return range;
}

Result<SeriesNumber> Binder::seriesNumber(const Expr& expr, ColumnType type, const ScopeRef& scope)
{
    auto value = bindConstant(expr, scope, "make-series");
    if (!value)
        return fail(value.error());
    auto converted = convert(*value, type, expr.span);
    if (!converted)
        return fail(converted.error());
    const Column& column = *(*converted)->constant;
    if (column.isNull(0))
        return semantic("SEM0104", "'make-series' operator: from, to and step must not be null.", expr.span);
    return type == ColumnType::Real ? SeriesNumber{0, column.realAt(0)}
                                    : SeriesNumber{column.integerAt(0), 0};
}

Result<SeriesSpec> Binder::seriesSpec(const Stage& stage, const SeriesRange& range, ColumnType axis,
                                      const ScopeRef& scope)
{
    SeriesSpec spec;
    spec.axis = axis == ColumnType::Int ? ColumnType::Long : axis;
    const bool real = axis == ColumnType::Real;
    if (!real && spec.axis != ColumnType::Long && axis != ColumnType::DateTime &&
        axis != ColumnType::Timespan)
        return semantic("SEM0104",
                        "'make-series' operator: the axis must be a number, a datetime or a timespan.",
                        stage.items.front()->span);
    auto step =
        seriesNumber(*range.step, axis == ColumnType::DateTime ? ColumnType::Timespan : spec.axis, scope);
    if (!step)
        return fail(step.error());
    spec.step = *step;
    if (real ? !(step->real > 0) : step->integer <= 0)
        return semantic("SEM0104", "'make-series' operator: the step must be positive.", range.step->span);
    const auto bound = [&](const ExprPtr& expr, std::optional<SeriesNumber>& into) -> Status {
        if (!expr)
            return {};
        // In the legacy form a bound stands for its bin.
        auto number = seriesNumber(range.legacy ? *callOf("bin", {expr, range.step}, expr->span) : *expr,
                                   spec.axis, scope);
        if (!number)
            return fail(number.error());
        into = *number;
        return {};
    };
    if (auto from = bound(range.from, spec.from); !from)
        return fail(from.error());
    if (auto to = bound(range.to, spec.to); !to)
        return fail(to.error());
    if (range.legacy && spec.to) {
        spec.to->integer += spec.step.integer;
        spec.to->real += spec.step.real;
    }
    spec.keys = stage.by.size();
    spec.emptyToo = parameterOf(stage, "kind") == "nonempty" && stage.by.empty() && spec.from && spec.to;
    return spec;
}

/// A summarize by the keys and the bin of the axis over the rows within the range.
Result<PlanRef> Binder::bindBins(const Stage& stage, const SeriesRange& range, PlanRef input,
                                 const ScopeRef& scope)
{
    const Expr& item = *stage.items.front();
    const ExprPtr axis = item.kind == ExprKind::Named ? item.args.front() : stage.items.front();
    Stage filter;
    filter.name = "where";
    filter.span = stage.span;
    ExprPtr condition = callOf("isnotnull", {axis}, axis->span);
    const auto endBin = [&](const ExprPtr& bound) {
        return range.legacy ? callOf("bin", {bound, range.step}, bound->span) : bound;
    };
    const ExprPtr place = endBin(axis);
    if (range.from)
        condition = binaryOf("and", condition, binaryOf(">=", place, endBin(range.from)));
    if (range.to)
        condition = binaryOf("and", condition, binaryOf(range.legacy ? "<=" : "<", place, endBin(range.to)));
    filter.items = {condition};
    auto within = bindWhere(filter, std::move(input), scope);
    if (!within)
        return within;
    Stage bins;
    bins.name = "summarize";
    bins.span = stage.span;
    bins.by = stage.by;
    bins.by.push_back(namedOf(BinName, range.from && !range.legacy
                                           ? callOf("bin_at", {axis, range.step, range.from}, axis->span)
                                           : callOf("bin", {axis, range.step}, axis->span)));
    for (const Stage& part : stage.parts)
        bins.items.push_back(part.items.front());
    return bindSummarize(bins, *within, scope);
}

Result<PlanRef> Binder::bindMakeSeries(const Stage& stage, PlanRef input, const ScopeRef& scope)
{
    const Expr& item = *stage.items.front();
    auto range = seriesRange(stage);
    if (!range)
        return fail(range.error());
    auto bins = bindBins(stage, *range, std::move(input), scope);
    if (!bins)
        return bins;
    const std::size_t keys = stage.by.size();
    const Schema& summary = (*bins)->schema;
    if (summary.size() != keys + 1 + stage.parts.size())
        return semantic("SEM0104", "'make-series' operator: an aggregate must have one value.", stage.span);
    auto spec = seriesSpec(stage, *range, summary[keys].type, scope);
    if (!spec)
        return fail(spec.error());
    for (const Stage& part : stage.parts) {
        std::string json = "0";
        if (part.items.size() > 1) {
            auto value = bindConstant(*part.items[1], scope, stage.name);
            if (!value)
                return fail(value.error());
            json.clear();
            appendJsonOf(json, *(*value)->constant, 0);
        }
        spec->defaults.push_back(std::move(json));
    }
    auto made = node(PlanKind::MakeSeries, {*bins}, stage.span);
    if (!made)
        return made;
    PlanNode& series = **made;
    series.schema.erase(series.schema.begin() + static_cast<std::ptrdiff_t>(keys));
    for (std::size_t i = keys; i < series.schema.size(); ++i)
        series.schema[i].type = ColumnType::Dynamic;
    std::string name = item.kind == ExprKind::Named ? item.names.front() : nameOfExpression(item);
    series.schema.push_back(
        {uniqueName(series.schema, name.empty() ? "Column1" : name), ColumnType::Dynamic});
    series.serialized = false;
    series.series = std::make_shared<const SeriesSpec>(std::move(*spec));
    return made;
}

Result<std::size_t> Binder::bindCountArgument(const Expr& expr, const ScopeRef& scope,
                                              std::string_view operation)
{
    auto number = bindConstant(expr, scope, operation);
    if (!number)
        return fail(number.error());
    auto whole = convert(*number, ColumnType::Long, expr.span);
    if (!whole)
        return fail(whole.error());
    return static_cast<std::size_t>(std::max<std::int64_t>((*whole)->constant->integerAt(0), 0));
}

Result<NestedLevel> Binder::bindNestedLevel(const Stage& part, const PlanRef& input, const ScopeRef& scope)
{
    NestedLevel level;
    if (!part.items.empty()) {
        auto count = bindCountArgument(*part.items.front(), scope, "top-nested");
        if (!count)
            return fail(count.error());
        level.count = *count;
    }
    auto key = bindScalar(*part.by[0], scope, RowScope{&input->schema, false, "top-nested"});
    if (!key)
        return fail(key.error());
    if ((*key)->type == ColumnType::Dynamic)
        return semantic("SEM0038", "'top-nested' operator: a dynamic value cannot be grouped by.",
                        part.by[0]->span);
    level.key = *key;
    // A summarize of its own finds out what the aggregate is made of.
    Stage summarize;
    summarize.name = "summarize";
    summarize.span = part.span;
    const Expr& aggregate = *part.by[1];
    const ExprPtr inner = aggregate.args.front();
    summarize.items = {inner->kind == ExprKind::Named ? inner->args.front() : inner};
    auto plan = bindSummarize(summarize, input, scope);
    if (!plan)
        return fail(plan.error());
    if ((*plan)->schema.size() != 1)
        return semantic("SEM0039", "'top-nested' operator: an aggregate with one value is expected.",
                        inner->span);
    level.aggregates = (*plan)->inputs.front()->aggregates;
    level.value = (*plan)->exprs.front();
    level.order = {aggregate.descending, aggregate.nullsFirst};
    if (const Expr* others = parameterValue(part, "others")) {
        auto value = bindConstant(*others, scope, "top-nested");
        if (!value)
            return fail(value.error());
        auto converted = convert(*value, level.key->type, others->span);
        if (!converted)
            return fail(converted.error());
        level.others = (*converted)->constant;
    }
    return level;
}

Result<PlanRef> Binder::bindTopNested(const Stage& stage, PlanRef input, const ScopeRef& scope)
{
    auto made = node(PlanKind::TopNested, {input}, stage.span);
    if (!made)
        return made;
    PlanNode& nested = **made;
    nested.schema.clear();
    nested.serialized = true;
    for (const Stage& part : stage.parts) {
        auto level = bindNestedLevel(part, input, scope);
        if (!level)
            return fail(level.error());
        const Expr& key = *part.by[0];
        const Expr& value = *part.by[1]->args.front();
        std::string name = key.kind == ExprKind::Named ? key.names.front() : nameOfExpression(key);
        if (name.empty())
            name = "Column1";
        nested.schema.push_back({uniqueName(nested.schema, name), level->key->type});
        const std::string valueName =
            value.kind == ExprKind::Named ? value.names.front() : "aggregated_" + name;
        nested.schema.push_back({uniqueName(nested.schema, valueName), level->value->type});
        nested.nested.push_back(std::move(*level));
    }
    return made;
}

/// A sum, or a count, by the column and the largest of them.
Result<PlanRef> Binder::bindTopHitters(const Stage& stage, PlanRef input, const ScopeRef& scope)
{
    const Expr& key = *stage.by[0];
    const bool weighted = stage.by.size() > 1;
    const std::string keyName = key.kind == ExprKind::Named ? key.names.front() : nameOfExpression(key);
    const std::string name =
        weighted ? "approximate_sum_" + nameOfExpression(*stage.by[1]) : "approximate_count_" + keyName;
    Stage summarize;
    summarize.name = "summarize";
    summarize.span = stage.span;
    summarize.by = {stage.by[0]};
    summarize.items = {namedOf(name, weighted ? callOf("sum", {stage.by[1]}, stage.by[1]->span)
                                              : callOf("count", {}, stage.span))};
    auto sums = bindSummarize(summarize, std::move(input), scope);
    if (!sums)
        return sums;
    Stage top;
    top.name = "top";
    top.span = stage.span;
    top.items = stage.items;
    ExprPtr order = callOf({}, {nameOf((*sums)->schema.back().name, stage.span)}, stage.span);
    order->kind = ExprKind::Ordered;
    top.by = {order};
    return bindSort(top, *sums, scope);
}

Result<PlanRef> Binder::bindReduce(const Stage& stage, PlanRef input, const ScopeRef& scope)
{
    auto text = bindText(*stage.by.front(), *input, scope, stage.name);
    if (!text)
        return fail(text.error());
    ReduceSpec spec;
    spec.keepSource = parameterOf(stage, "kind") == "source";
    for (const Parameter& parameter : stage.parameters) {
        const bool known = parameter.name == "threshold" || parameter.name == "characters";
        if (!known && parameter.name != "kind")
            return semantic("SEM0103", "'reduce' operator: unknown property '" + parameter.name + "'.",
                            parameter.span);
        if (!known)
            continue;
        auto value = bindConstant(*parameter.value, scope, stage.name);
        if (value)
            value = convert(*value, parameter.name == "threshold" ? ColumnType::Real : ColumnType::String,
                            parameter.span);
        if (!value)
            return fail(value.error());
        if (parameter.name == "threshold")
            spec.threshold = (*value)->constant->realAt(0);
        else
            spec.characters = (*value)->constant->textAt(0);
    }
    auto made = node(PlanKind::Reduce, {std::move(input)}, stage.span);
    if (!made)
        return made;
    PlanNode& reduce = **made;
    if (spec.keepSource)
        reduce.schema.push_back({uniqueName(reduce.schema, "Pattern"), ColumnType::String});
    else
        reduce.schema = {{"Pattern", ColumnType::String},
                         {"Count", ColumnType::Long},
                         {"Representative", ColumnType::String}};
    reduce.exprs = {*text};
    reduce.serialized = false;
    reduce.reduce = std::make_shared<const ReduceSpec>(std::move(spec));
    return made;
}

} // namespace gatehouse::kql
