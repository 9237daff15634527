// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/binder/binder.h"

#include <algorithm>

namespace gatehouse::kql {

namespace {

/// The hidden column that tells the rows of one source row from those of the next.
const std::string RowName = "\x04row";

} // namespace

Status Binder::bindExpandedItem(const Expr& item, const Schema& before, PlanNode& expand,
                                const ScopeRef& scope, std::string_view operation)
{
    const Expr* inner = &item;
    ColumnType type = ColumnType::Dynamic;
    if (inner->kind == ExprKind::TypeOf && !inner->args.empty()) { // "a to typeof(long)"
        const auto wanted = columnTypeFrom(inner->text);
        if (!wanted)
            return semantic("SEM0007", "Unknown type '" + inner->text + "'.", inner->span);
        type = *wanted;
        inner = inner->args.front().get();
    }
    auto value = bindScalar(*inner, scope, RowScope{&before, false, operation});
    if (!value)
        return fail(value.error());
    if ((*value)->type != ColumnType::Dynamic)
        return semantic("SEM0045",
                        "'" + std::string(operation) +
                            "' operator: a dynamic array or bag is expected, not a " +
                            std::string(toString((*value)->type)) + ".",
                        inner->span);
    const std::string name = inner->kind == ExprKind::Named ? inner->names.front() : nameOfExpression(*inner);
    const auto existing = indexOf(expand.schema, name);
    const std::size_t column = existing && !name.empty() ? *existing : expand.schema.size();
    if (column == expand.schema.size())
        expand.schema.push_back({name.empty() ? uniqueName(expand.schema, "Column1") : name, type});
    expand.schema[column].type = type;
    expand.exprs.push_back(*value);
    expand.expansions.push_back({column, type});
    return {};
}

Result<PlanRef> Binder::bindMvExpand(const Stage& stage, PlanRef input, const ScopeRef& scope)
{
    const Schema before = input->schema;
    auto made = node(PlanKind::MvExpand, {std::move(input)}, stage.span);
    if (!made)
        return made;
    PlanNode& expand = **made;
    std::string bags = parameterOf(stage, "bagexpansion");
    if (bags.empty())
        bags = parameterOf(stage, "kind");
    if (!bags.empty() && bags != "bag" && bags != "array")
        return semantic("SEM0043", "'" + stage.name + "' operator: unknown kind '" + bags + "'.", stage.span);
    expand.bagsAsArrays = bags == "array";
    expand.count = std::size_t{1} << 31U;
    if (!stage.by.empty()) {
        auto limit = bindCountArgument(*stage.by.front(), scope, stage.name);
        if (!limit)
            return fail(limit.error());
        expand.count = *limit;
    }
    for (const ExprPtr& item : stage.items) {
        if (auto done = bindExpandedItem(*item, before, expand, scope, stage.name); !done)
            return fail(done.error());
    }
    const std::string index = parameterOf(stage, "with_itemindex");
    if (!index.empty()) {
        expand.itemIndex = expand.schema.size();
        expand.schema.push_back({uniqueName(expand.schema, index), ColumnType::Long});
    }
    return made;
}

/// The plan of a subquery over the rows that an Apply hands to its leaf.
Result<PlanRef> Binder::bindSubquery(const Stage& stage, const PlanRef& leaf, const ScopeRef& outer)
{
    const auto scope = std::make_shared<Scope>();
    scope->parent = outer;
    Result<PlanRef> plan = leaf;
    const Level level(m_depth, 12);
    if (level.tooDeep())
        return semantic("SEM0001", "The query is too complex: its subqueries are nested too deeply.",
                        stage.span);
    for (const Stage& inner : stage.subquery->stages) {
        plan = bindStage(inner, *plan, scope);
        if (!plan)
            return plan;
    }
    return plan;
}

Result<PlanRef> Binder::bindMvApply(const Stage& stage, PlanRef input, const ScopeRef& scope)
{
    const Schema before = input->schema;
    auto expanded = bindMvExpand(stage, std::move(input), scope);
    if (!expanded)
        return expanded;
    auto leaf = node(PlanKind::Input, {}, stage.span);
    if (!leaf)
        return leaf;
    (*leaf)->schema = (*expanded)->schema;
    (*leaf)->serialized = true;
    (*expanded)->rowNumber = (*expanded)->schema.size();
    (*expanded)->schema.push_back({RowName, ColumnType::Long});
    auto subquery = bindSubquery(stage, *leaf, scope);
    if (!subquery)
        return subquery;
    auto made = node(PlanKind::Apply, {*subquery, *expanded}, stage.span);
    if (!made)
        return made;
    PlanNode& apply = **made;
    apply.leaf = leaf->get();
    apply.rowNumber = (*expanded)->rowNumber;
    apply.schema.clear();
    apply.serialized = false;
    // The source's columns that are not expanded themselves, then what else the subquery makes.
    const Schema& inner = (*subquery)->schema;
    const auto isExpanded = [&](std::size_t column) {
        return std::any_of((*expanded)->expansions.begin(), (*expanded)->expansions.end(),
                           [&](const Expansion& e) { return e.column == column; });
    };
    for (std::size_t i = 0; i < before.size(); ++i) {
        if (isExpanded(i))
            continue;
        const auto own = indexOf(inner, before[i].name);
        apply.schema.push_back({before[i].name, own ? inner[*own].type : before[i].type});
        apply.outputs.emplace_back(own.has_value(), own.value_or(i));
    }
    for (std::size_t i = 0; i < inner.size(); ++i) {
        if (indexOf(apply.schema, inner[i].name))
            continue;
        apply.schema.push_back(inner[i]);
        apply.outputs.emplace_back(true, i);
    }
    return made;
}

Result<PlanRef> Binder::bindPartition(const Stage& stage, PlanRef input, const ScopeRef& scope)
{
    const Expr& key = *stage.by.front();
    if (!stage.subquery)
        return semantic("SEM0009",
                        "The operator 'partition' with a subquery in braces is not supported by this engine.",
                        stage.span);
    const auto index = indexOf(input->schema, key.text);
    if (!index)
        return unresolved(key.text, key.span, RowScope{&input->schema, false, stage.name}, scope);
    const std::string strategy = parameterOf(stage, "hint.strategy");
    if (!strategy.empty() && strategy != "native" && strategy != "shuffle" && strategy != "legacy")
        return semantic("SEM0043", "'partition' operator: unknown strategy '" + strategy + "'.", stage.span);
    auto leaf = node(PlanKind::Input, {}, stage.span);
    if (!leaf)
        return leaf;
    (*leaf)->schema = input->schema;
    (*leaf)->serialized = input->serialized;
    auto subquery = bindSubquery(stage, *leaf, scope);
    if (!subquery)
        return subquery;
    const ExprRef by = columnRef(input->schema, *index);
    auto made = node(PlanKind::Apply, {*subquery, std::move(input)}, stage.span);
    if (!made)
        return made;
    PlanNode& apply = **made;
    apply.leaf = leaf->get();
    apply.exprs = {by};
    apply.serialized = false;
    for (std::size_t i = 0; i < apply.schema.size(); ++i)
        apply.outputs.emplace_back(true, i);
    return made;
}

/// "T | invoke f(a)" is f(T, a).
Result<PlanRef> Binder::bindInvoke(const Stage& stage, PlanRef input, const ScopeRef& scope)
{
    Expr call = *stage.items.front();
    const Binding* found =
        call.kind == ExprKind::Call || call.kind == ExprKind::Name ? scope->find(call.text) : nullptr;
    if (found == nullptr || !found->function)
        return semantic("SEM0260", "'invoke' operator: unknown function: '" + call.text + "'.", call.span);
    const Binding function = *found;
    if (function.function->parameters.empty() || !function.function->parameters.front().tabular)
        return semantic("SEM0105",
                        "'invoke' operator: the first parameter of '" + call.text + "' must be a table.",
                        call.span);
    // The function may read its table several times.
    auto table = cached(std::move(input));
    if (!table)
        return table;
    auto name = std::make_shared<Expr>();
    name->kind = ExprKind::Name;
    name->span = call.span;
    name->text = "\x05input";
    const auto inner = std::make_shared<Scope>();
    inner->parent = scope;
    inner->names[name->text].table = *table;
    call.kind = ExprKind::Call;
    call.args.insert(call.args.begin(), name);
    return bindTableCall(call, inner);
}

} // namespace gatehouse::kql
