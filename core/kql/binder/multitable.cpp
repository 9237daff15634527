// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/binder/binder.h"

#include <algorithm>
#include <map>

namespace gatehouse::kql {

namespace {

std::optional<JoinKind> joinKindOf(const std::string& name)
{
    static const std::map<std::string, JoinKind, std::less<>> kinds = {
        {"", JoinKind::InnerUnique},
        {"innerunique", JoinKind::InnerUnique},
        {"inner", JoinKind::Inner},
        {"leftouter", JoinKind::LeftOuter},
        {"rightouter", JoinKind::RightOuter},
        {"fullouter", JoinKind::FullOuter},
        {"leftsemi", JoinKind::LeftSemi},
        {"rightsemi", JoinKind::RightSemi},
        {"leftanti", JoinKind::LeftAnti},
        {"anti", JoinKind::LeftAnti},
        {"leftantisemi", JoinKind::LeftAnti},
        {"rightanti", JoinKind::RightAnti},
        {"rightantisemi", JoinKind::RightAnti}};
    const auto found = kinds.find(name);
    return found == kinds.end() ? std::nullopt : std::optional(found->second);
}

/// The side ("left" or "right") and column of $left.a; empty for anything else.
std::pair<std::string, std::string> sideOf(const Expr& expr)
{
    const bool named = expr.kind == ExprKind::Path && expr.args[0]->kind == ExprKind::Name;
    if (!named || (expr.args[0]->text != "$left" && expr.args[0]->text != "$right"))
        return {};
    return {expr.args[0]->text.substr(1), expr.text};
}

} // namespace

Status Binder::bindJoinKey(const Expr& expr, const PlanRef& left, const PlanRef& right, PlanNode& join,
                           const ScopeRef& scope)
{
    if (expr.kind == ExprKind::Binary && expr.text == "and") {
        for (const ExprPtr& part : expr.args) {
            if (auto done = bindJoinKey(*part, left, right, join, scope); !done)
                return done;
        }
        return {};
    }
    std::string leftName = expr.kind == ExprKind::Name ? expr.text : std::string();
    std::string rightName = leftName;
    if (expr.kind == ExprKind::Binary && expr.text == "==") {
        for (const ExprPtr& part : expr.args) {
            const auto [side, column] = sideOf(*part);
            (side == "left" ? leftName : rightName) = column;
        }
    }
    if (leftName.empty() || rightName.empty())
        return semantic("SEM0042", "'join' operator: a key is a column name or $left.a == $right.b.",
                        expr.span);
    const auto leftIndex = indexOf(left->schema, leftName);
    if (!leftIndex)
        return unresolved(leftName, expr.span, RowScope{&left->schema, false, "join"}, scope);
    const auto rightIndex = indexOf(right->schema, rightName);
    if (!rightIndex)
        return unresolved(rightName, expr.span, RowScope{&right->schema, false, "join"}, scope);
    join.keys.emplace_back(*leftIndex, *rightIndex);
    return {};
}

/// Keys of different types are compared as their common type, in columns of their own.
Status Binder::alignJoinKeys(const Stage& stage, std::span<PlanRef, 2> sides, PlanNode& keys)
{
    const Schema leftSchema = sides[0]->schema;
    const Schema rightSchema = sides[1]->schema;
    for (auto& [leftKey, rightKey] : keys.keys) {
        const ColumnType leftType = leftSchema[leftKey].type;
        const ColumnType rightType = rightSchema[rightKey].type;
        const auto common = commonType(leftType, rightType);
        if (!common)
            return semantic(
                "SEM0044",
                "'" + stage.name + "' operator: the key columns have types that cannot be compared: " +
                    std::string(toString(leftType)) + " and " + std::string(toString(rightType)) + ".",
                stage.span);
        std::size_t* index[2] = {&leftKey, &rightKey};
        for (int side = 0; side < 2; ++side) {
            const Schema before = sides[side]->schema;
            if (before[*index[side]].type == *common)
                continue;
            auto project = node(PlanKind::Project, {sides[side]}, stage.span);
            if (!project)
                return fail(project.error());
            for (std::size_t i = 0; i < before.size(); ++i)
                (*project)->exprs.push_back(columnRef(before, i));
            auto converted = convert(columnRef(before, *index[side]), *common, stage.span);
            if (!converted)
                return fail(converted.error());
            *index[side] = before.size();
            (*project)->schema.push_back({"key", *common});
            (*project)->exprs.push_back(*converted);
            sides[side] = *project;
        }
    }
    return {};
}

Result<PlanRef> Binder::bindJoin(const Stage& stage, PlanRef input, const ScopeRef& scope)
{
    auto right = bindTable(*stage.items.front(), scope);
    if (!right)
        return right;
    const bool lookup = stage.name == "lookup";
    auto kind = joinKindOf(parameterOf(stage, "kind"));
    if (!kind || (lookup && *kind != JoinKind::InnerUnique && *kind != JoinKind::Inner &&
                  *kind != JoinKind::LeftOuter))
        return semantic("SEM0043",
                        "'" + stage.name + "' operator: unknown kind '" + parameterOf(stage, "kind") + "'.",
                        stage.span);
    if (lookup && *kind == JoinKind::InnerUnique)
        kind = JoinKind::LeftOuter;
    PlanNode keys;
    for (const ExprPtr& key : stage.by) {
        if (auto done = bindJoinKey(*key, input, *right, keys, scope); !done)
            return fail(done.error());
    }
    const std::size_t leftWidth = input->schema.size();
    const std::size_t rightWidth = (*right)->schema.size();
    PlanRef sides[2] = {input, *right};
    if (auto done = alignJoinKeys(stage, sides, keys); !done)
        return fail(done.error());
    auto joined = node(PlanKind::Join, {sides[0], sides[1]}, stage.span);
    if (!joined)
        return joined;
    PlanNode& join = **joined;
    join.join = *kind;
    join.keys = keys.keys;
    join.schema.clear();
    join.serialized = false;
    const bool rightOnly = *kind == JoinKind::RightSemi || *kind == JoinKind::RightAnti;
    const bool leftOnly = *kind == JoinKind::LeftSemi || *kind == JoinKind::LeftAnti;
    for (std::size_t i = 0; !rightOnly && i < leftWidth; ++i) {
        join.schema.push_back(input->schema[i]);
        join.outputs.emplace_back(false, i);
    }
    for (std::size_t i = 0; !leftOnly && i < rightWidth; ++i) {
        const bool isKey =
            std::any_of(keys.keys.begin(), keys.keys.end(), [&](const auto& key) { return key.second == i; });
        if (lookup && isKey)
            continue;
        join.schema.push_back({uniqueName(join.schema, (*right)->schema[i].name), (*right)->schema[i].type});
        join.outputs.emplace_back(true, i);
    }
    return joined;
}

Result<std::vector<std::pair<std::string, PlanRef>>> Binder::unionLegs(const Stage& stage,
                                                                       const ScopeRef& scope, bool fuzzy)
{
    std::vector<std::pair<std::string, PlanRef>> legs;
    for (const ExprPtr& item : stage.items) {
        if (item->kind == ExprKind::Star || item->kind == ExprKind::Wildcard) {
            std::vector<std::string> names = m_catalog.tableNames();
            for (const Scope* at = scope.get(); at != nullptr; at = at->parent.get()) {
                for (const auto& [name, binding] : at->names) {
                    if (binding.function && binding.function->view &&
                        std::find(names.begin(), names.end(), name) == names.end())
                        names.push_back(name);
                }
            }
            std::sort(names.begin(), names.end());
            std::size_t matches = 0;
            for (const std::string& name : names) {
                if (!matchesWildcard(item->text, name))
                    continue;
                Expr table = *item;
                table.kind = ExprKind::Name;
                table.text = name;
                table.args.clear();
                auto leg = bindTable(table, scope);
                if (!leg)
                    return fail(leg.error());
                legs.emplace_back(name, *leg);
                ++matches;
            }
            if (matches == 0 && !fuzzy)
                return semantic("SEM0100",
                                "'union' operator: Failed to resolve table expression named '" + item->text +
                                    "'",
                                item->span);
            continue;
        }
        auto leg = bindTable(*item, scope);
        if (!leg) {
            if (fuzzy && leg.error().serviceCode.starts_with("SEM"))
                continue;
            return fail(leg.error());
        }
        const Binding* binding = item->kind == ExprKind::Name ? scope->find(item->text) : nullptr;
        const bool view = binding != nullptr && binding->function && binding->function->view;
        legs.emplace_back(view ? item->text : (*leg)->tableName, *leg);
    }
    return legs;
}

Result<PlanRef> Binder::bindUnion(const Stage& stage, PlanRef input, const ScopeRef& scope)
{
    const bool fuzzy = parameterOf(stage, "isfuzzy") == "true";
    auto named = unionLegs(stage, scope, fuzzy);
    if (!named)
        return fail(named.error());
    auto legs = std::move(*named);
    if (input)
        legs.insert(legs.begin(), {input->tableName, input});
    if (legs.empty())
        return semantic("SEM0100", "'union' operator: none of the tables could be resolved.", stage.span);
    std::string source = parameterOf(stage, "withsource");
    if (source.empty())
        source = parameterOf(stage, "with_source");
    return unionOf(legs, {source, "union_arg", parameterOf(stage, "kind") == "inner"}, stage.span);
}

Result<PlanRef> Binder::unionOf(const std::vector<std::pair<std::string, PlanRef>>& legs,
                                const UnionShape& shape, Span span)
{
    const std::string& source = shape.source;
    const bool inner = shape.inner;
    // Columns are the same when name and type are; a name with several types gets its type as a suffix.
    std::map<std::string, std::vector<ColumnType>> types;
    std::vector<std::pair<std::string, ColumnType>> columns;
    for (const auto& [name, leg] : legs) {
        for (const SchemaColumn& column : leg->schema) {
            auto& known = types[column.name];
            if (std::find(known.begin(), known.end(), column.type) == known.end()) {
                known.push_back(column.type);
                columns.emplace_back(column.name, column.type);
            }
        }
    }
    if (inner) {
        std::erase_if(columns, [&](const auto& column) {
            return !std::all_of(legs.begin(), legs.end(), [&](const auto& leg) {
                const auto index = indexOf(leg.second->schema, column.first);
                return index && leg.second->schema[*index].type == column.second;
            });
        });
    }
    Schema schema;
    if (!source.empty())
        schema.push_back({source, ColumnType::String});
    for (const auto& [name, type] : columns)
        schema.push_back(
            {types[name].size() > 1 && !inner ? name + "_" + std::string(toString(type)) : name, type});
    std::vector<PlanRef> projected;
    for (std::size_t l = 0; l < legs.size(); ++l) {
        const PlanRef& leg = legs[l].second;
        auto project = node(PlanKind::Project, {leg}, span);
        if (!project)
            return project;
        (*project)->schema = schema;
        if (!source.empty()) {
            Column name({}, ColumnType::String);
            name.appendText(legs[l].first.empty() ? shape.prefix + std::to_string(l) : legs[l].first);
            (*project)->exprs.push_back(constant(std::move(name), span));
        }
        for (const auto& [name, type] : columns) {
            const auto index = indexOf(leg->schema, name);
            if (index && leg->schema[*index].type == type) {
                (*project)->exprs.push_back(columnRef(leg->schema, *index));
                continue;
            }
            Column nothing({}, type);
            nothing.appendNull();
            (*project)->exprs.push_back(constant(std::move(nothing), span));
        }
        projected.push_back(*project);
    }
    auto made = node(PlanKind::Union, std::move(projected), span);
    if (made)
        (*made)->serialized = false;
    return made;
}

} // namespace gatehouse::kql
