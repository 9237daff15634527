// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/plan/plan.h"

#include <algorithm>
#include <limits>
#include <unordered_set>

namespace gatehouse::kql {

namespace {

using Columns = std::vector<bool>;

void markExpression(const ExprRef& expr, Columns& needed)
{
    if (expr->kind == BoundExpr::Kind::Column)
        needed[expr->column] = true;
    for (const ExprRef& argument : expr->args)
        markExpression(argument, needed);
}

/// The subquery is marked first, so that its leaf knows what it reads of the source.
Columns neededOfApply(const PlanNode& node, std::size_t input)
{
    Columns needed(node.inputs[input]->schema.size(), input == 0);
    if (input == 0)
        return needed;
    for (std::size_t i = 0; i < node.leaf->needed.size(); ++i)
        needed[i] = needed[i] || node.leaf->needed[i];
    for (std::size_t i = 0; i < node.outputs.size(); ++i) {
        if (!node.outputs[i].first && node.needed[i])
            needed[node.outputs[i].second] = true;
    }
    if (node.rowNumber)
        needed[*node.rowNumber] = true;
    for (const ExprRef& key : node.exprs)
        markExpression(key, needed);
    return needed;
}

/// What node needs of its input, given what is needed of node.
Columns neededOfInput(const PlanNode& node, std::size_t input)
{
    Columns needed(node.inputs[input]->schema.size(), false);
    const auto passThrough = [&] {
        for (std::size_t i = 0; i < needed.size(); ++i)
            needed[i] = node.needed[i];
    };
    switch (node.kind) {
    case PlanKind::Project:
        for (std::size_t i = 0; i < node.exprs.size(); ++i) {
            if (node.needed[i])
                markExpression(node.exprs[i], needed);
        }
        return needed;
    case PlanKind::Summarize:
        for (const AggregateCall& call : node.aggregates) {
            for (const ExprRef& argument : call.args)
                markExpression(argument, needed);
        }
        break;
    case PlanKind::Join: {
        const bool right = input == 1;
        for (std::size_t i = 0; i < node.outputs.size(); ++i) {
            if (node.outputs[i].first == right && node.needed[i])
                needed[node.outputs[i].second] = true;
        }
        for (const auto& [leftKey, rightKey] : node.keys)
            needed[right ? rightKey : leftKey] = true;
        return needed;
    }
    case PlanKind::Apply:
        return neededOfApply(node, input);
    case PlanKind::TopNested:
        for (const NestedLevel& level : node.nested) {
            markExpression(level.key, needed);
            for (const AggregateCall& call : level.aggregates) {
                for (const ExprRef& argument : call.args)
                    markExpression(argument, needed);
            }
        }
        return needed;
    case PlanKind::Reduce:
        if (node.reduce->keepSource)
            passThrough();
        break;
    case PlanKind::Cached:
    case PlanKind::MakeSeries:
    case PlanKind::Sequence:
        return Columns(needed.size(), true);
    default:
        passThrough();
        break;
    }
    for (const ExprRef& expr : node.exprs)
        markExpression(expr, needed);
    return needed;
}

constexpr std::int64_t MaxTicks = std::numeric_limits<std::int64_t>::max();

struct Bounds
{
    std::int64_t low = 0;         ///< inclusive
    std::int64_t high = MaxTicks; ///< exclusive
};

/// Narrows bounds by "column op constant" on one column.
void narrow(const BoundExpr& expr, std::size_t column, Bounds& bounds)
{
    if (expr.function == "and") {
        for (const ExprRef& argument : expr.args)
            narrow(*argument, column, bounds);
        return;
    }
    if (expr.args.size() < 2)
        return;
    const auto isColumn = [&](const ExprRef& side) {
        return side->kind == BoundExpr::Kind::Column && side->column == column;
    };
    const auto ticks = [](const ExprRef& side) -> std::optional<std::int64_t> {
        if (side->kind != BoundExpr::Kind::Constant || side->type != ColumnType::DateTime ||
            side->constant->isNull(0))
            return std::nullopt;
        return side->constant->integerAt(0);
    };
    if (expr.function == "between" && isColumn(expr.args[0])) {
        const auto low = ticks(expr.args[1]);
        const auto high = ticks(expr.args[2]);
        if (low && high) {
            bounds.low = std::max(bounds.low, *low);
            bounds.high = std::min(bounds.high, *high == MaxTicks ? MaxTicks : *high + 1);
        }
        return;
    }
    const bool swapped = isColumn(expr.args[1]);
    const auto value = ticks(expr.args[swapped ? 0 : 1]);
    if (!value || (!swapped && !isColumn(expr.args[0])) || *value == MaxTicks)
        return;
    const std::string& op = expr.function;
    const bool greater = swapped ? op.starts_with('<') : op.starts_with('>');
    const bool less = swapped ? op.starts_with('>') : op.starts_with('<');
    const bool equal = op.ends_with('=');
    if (op == "==" || greater)
        bounds.low = std::max(bounds.low, *value + (equal ? 0 : 1));
    if (op == "==" || less)
        bounds.high = std::min(bounds.high, *value + (equal ? 1 : 0));
}

/// Follows TimeGenerated from a filter down to the scan that it comes from.
void pushRange(PlanNode& node, std::size_t column, const Bounds& bounds)
{
    switch (node.kind) {
    case PlanKind::Scan: {
        if (node.schema[column].name != "TimeGenerated" || node.schema[column].type != ColumnType::DateTime)
            return;
        TimeRange range{DateTime{Ticks(bounds.low)}, DateTime{Ticks(bounds.high)}};
        if (node.range) {
            range.start = std::max(range.start, node.range->start);
            range.end = std::min(range.end, node.range->end);
        }
        node.range = range;
        return;
    }
    case PlanKind::Filter:
    case PlanKind::Sort:
    case PlanKind::Whole:
        pushRange(*node.inputs[0], column, bounds);
        return;
    case PlanKind::Union:
        for (const PlanRef& input : node.inputs)
            pushRange(*input, column, bounds);
        return;
    case PlanKind::Project:
        if (node.exprs[column]->kind == BoundExpr::Kind::Column &&
            std::none_of(node.exprs.begin(), node.exprs.end(),
                         [](const ExprRef& e) { return e->wholeInput; }))
            pushRange(*node.inputs[0], node.exprs[column]->column, bounds);
        return;
    default:
        return; // a row limit, a group or a join above the scan: the filter is not the scan's own
    }
}

void pushRanges(PlanNode& node)
{
    if (node.kind == PlanKind::Filter) {
        for (std::size_t column = 0; column < node.schema.size(); ++column) {
            if (node.schema[column].type != ColumnType::DateTime)
                continue;
            Bounds bounds;
            narrow(*node.exprs[0], column, bounds);
            if (bounds.low > 0 || bounds.high < MaxTicks)
                pushRange(*node.inputs[0], column, bounds);
        }
    }
    if (node.kind == PlanKind::Cached)
        return; // pruned when it was made; it may be reached on many ways
    for (const PlanRef& input : node.inputs)
        pushRanges(*input);
}

void markNeeded(PlanNode& node, const Columns& wanted)
{
    bool changed = node.needed.size() != node.schema.size() || node.schema.empty(); // project-away *
    node.needed.resize(node.schema.size(), false);
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        changed = changed || (wanted[i] && !node.needed[i]);
        node.needed[i] = node.needed[i] || wanted[i];
    }
    if (!changed)
        return;
    for (std::size_t i = 0; i < node.inputs.size(); ++i)
        markNeeded(*node.inputs[i], neededOfInput(node, i));
}

bool readsGroup(const PlanNode& node, std::unordered_set<const PlanNode*>& visited)
{
    if (!visited.insert(&node).second)
        return false;
    if (node.kind == PlanKind::Input)
        return true;
    if (node.kind == PlanKind::Apply)
        visited.insert(node.leaf); // its own groups are there when it runs
    return std::any_of(node.inputs.begin(), node.inputs.end(),
                       [&](const PlanRef& input) { return readsGroup(*input, visited); });
}

} // namespace

bool readsGroup(const PlanNode& root)
{
    std::unordered_set<const PlanNode*> visited;
    return readsGroup(root, visited);
}

void prunePlan(PlanNode& root)
{
    markNeeded(root, Columns(root.schema.size(), true));
    pushRanges(root);
}

} // namespace gatehouse::kql
