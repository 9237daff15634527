// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/binder/binder.h"
#include "core/kql/functions/json.h"

#include <algorithm>

namespace gatehouse::kql {

namespace {

/// All columns of the input as they are.
void passAll(PlanNode& project, const Schema& schema)
{
    project.schema.clear();
    for (std::size_t i = 0; i < schema.size(); ++i) {
        project.schema.push_back(schema[i]);
        project.exprs.push_back(columnRef(schema, i));
    }
}

std::string_view systemTypeOf(ColumnType type)
{
    switch (type) {
    case ColumnType::Bool:
        return "System.SByte";
    case ColumnType::Int:
        return "System.Int32";
    case ColumnType::Long:
        return "System.Int64";
    case ColumnType::Real:
        return "System.Double";
    case ColumnType::Decimal:
        return "System.Data.SqlTypes.SqlDecimal";
    case ColumnType::DateTime:
        return "System.DateTime";
    case ColumnType::Timespan:
        return "System.TimeSpan";
    case ColumnType::Guid:
        return "System.Guid";
    case ColumnType::String:
        return "System.String";
    case ColumnType::Dynamic:
        break;
    }
    return "System.Object";
}

} // namespace

Result<PlanRef> Binder::bindWhere(const Stage& stage, PlanRef input, const ScopeRef& scope)
{
    const RowScope rows{&input->schema, input->serialized, "where"};
    if (stage.items.size() != 1 || stage.items.front()->kind == ExprKind::Named)
        return semantic(
            "SEM0047",
            "'where' operator: one condition is expected; compare with '==' and join conditions with 'and'.",
            stage.items.back()->span);
    auto condition = bindScalar(*stage.items.front(), scope, rows);
    if (!condition)
        return fail(condition.error());
    if ((*condition)->type != ColumnType::Bool) {
        const ColumnType type = (*condition)->type;
        const bool converts =
            type == ColumnType::Dynamic || type == ColumnType::Long || type == ColumnType::Int;
        if (!converts)
            return semantic("SEM0041",
                            "'where' operator: the condition must be a bool, not a " +
                                std::string(toString(type)) + ".",
                            stage.items.front()->span);
        condition = convert(*condition, ColumnType::Bool, stage.items.front()->span);
    }
    if ((*condition)->wholeInput) {
        auto whole = node(PlanKind::Whole, {std::move(input)}, stage.span);
        if (!whole)
            return whole;
        input = *whole;
    }
    auto filter = node(PlanKind::Filter, {std::move(input)}, stage.span);
    if (filter)
        (*filter)->exprs = {*condition};
    return filter;
}

Result<PlanRef> Binder::bindProject(const Stage& stage, PlanRef input, const ScopeRef& scope)
{
    const RowScope rows{&input->schema, input->serialized, "project"};
    std::vector<ExprRef> exprs;
    Schema schema;
    bool whole = false;
    for (const ExprPtr& item : stage.items) {
        if (item->kind == ExprKind::Star) {
            for (std::size_t i = 0; i < input->schema.size(); ++i) {
                schema.push_back({uniqueName(schema, input->schema[i].name), input->schema[i].type});
                exprs.push_back(columnRef(input->schema, i));
            }
            continue;
        }
        auto tuple = bindTuple(*item, scope, rows);
        if (!tuple)
            return fail(tuple.error());
        for (auto& [name, value] : *tuple) {
            whole = whole || value->wholeInput;
            schema.push_back({uniqueName(schema, name), value->type});
            exprs.push_back(value);
        }
        if (!tuple->empty())
            continue;
        auto value = bindScalar(*item, scope, rows);
        if (!value)
            return fail(value.error());
        whole = whole || (*value)->wholeInput;
        const bool named = item->kind == ExprKind::Named;
        std::string name = named ? item->names.front() : nameOfExpression(*item);
        if (name.empty())
            name = uniqueName(schema, "Column1") == "Column1" ? "Column1"
                                                              : "Column" + std::to_string(schema.size() + 1);
        if (named && indexOf(schema, name))
            return semantic("SEM0032", "'project' operator: the column '" + name + "' is named twice.",
                            item->span);
        schema.push_back({uniqueName(schema, name), (*value)->type});
        exprs.push_back(*value);
    }
    if (whole) {
        auto collected = node(PlanKind::Whole, {std::move(input)}, stage.span);
        if (!collected)
            return collected;
        input = *collected;
    }
    auto project = node(PlanKind::Project, {std::move(input)}, stage.span);
    if (!project)
        return project;
    (*project)->schema = std::move(schema);
    (*project)->exprs = std::move(exprs);
    return project;
}

Result<PlanRef> Binder::bindExtend(const Stage& stage, PlanRef input, const ScopeRef& scope)
{
    const RowScope rows{&input->schema, input->serialized, stage.name};
    struct Added
    {
        std::string name;
        ExprRef value;
        bool replaces = true; ///< a column of the same name; others get another name
    };
    std::vector<Added> added;
    bool whole = false;
    for (const ExprPtr& item : stage.items) {
        const bool replaces = item->kind == ExprKind::Named || item->kind == ExprKind::Name;
        auto tuple = bindTuple(*item, scope, rows);
        if (!tuple)
            return fail(tuple.error());
        for (auto& [name, value] : *tuple) {
            whole = whole || value->wholeInput;
            added.push_back({name, value, replaces});
        }
        if (!tuple->empty())
            continue;
        auto value = bindScalar(*item, scope, rows);
        if (!value)
            return fail(value.error());
        whole = whole || (*value)->wholeInput;
        const bool named = item->kind == ExprKind::Named;
        added.push_back({named ? item->names.front() : nameOfExpression(*item), *value, replaces});
    }
    if (whole) {
        auto collected = node(PlanKind::Whole, {std::move(input)}, stage.span);
        if (!collected)
            return collected;
        input = *collected;
    }
    const Schema before = input->schema;
    auto project = node(PlanKind::Project, {std::move(input)}, stage.span);
    if (!project)
        return project;
    passAll(**project, before);
    PlanNode& extended = **project;
    for (auto& [name, value, replaces] : added) {
        if (name.empty())
            name = uniqueName(extended.schema, "Column1");
        else if (!replaces && indexOf(extended.schema, name))
            name = uniqueName(extended.schema, name);
        const auto existing = indexOf(extended.schema, name);
        if (existing) {
            extended.schema[*existing].type = value->type;
            extended.exprs[*existing] = value;
        } else {
            extended.schema.push_back({name, value->type});
            extended.exprs.push_back(value);
        }
    }
    return project;
}

Result<PlanRef> Binder::bindRename(const Stage& stage, PlanRef input)
{
    const Schema before = input->schema;
    auto project = node(PlanKind::Project, {std::move(input)}, stage.span);
    if (!project)
        return project;
    passAll(**project, before);
    for (const ExprPtr& item : stage.items) {
        const bool rename = item->kind == ExprKind::Named && item->args.front()->kind == ExprKind::Name;
        if (!rename)
            return semantic("SEM0035", "'project-rename' operator: expected NewName = ColumnName.",
                            item->span);
        const std::string& old = item->args.front()->text;
        const auto index = indexOf(before, old);
        if (!index)
            return unresolved(old, item->args.front()->span, RowScope{&before, false, "project-rename"},
                              std::make_shared<Scope>());
        (*project)->schema[*index].name = item->names.front();
    }
    for (std::size_t i = 0; i < (*project)->schema.size(); ++i) {
        if (indexOf((*project)->schema, (*project)->schema[i].name) != i)
            return semantic("SEM0032",
                            "'project-rename' operator: the column '" + (*project)->schema[i].name +
                                "' is there twice.",
                            stage.span);
    }
    return project;
}

Result<PlanRef> Binder::bindColumnSet(const Stage& stage, PlanRef input)
{
    const Schema before = input->schema;
    std::vector<bool> matched(before.size(), false);
    for (const ExprPtr& item : stage.items) {
        const bool pattern = item->kind == ExprKind::Wildcard || item->kind == ExprKind::Star;
        if (!pattern && item->kind != ExprKind::Name)
            return semantic("SEM0036", "'" + stage.name + "' operator: a column name is expected.",
                            item->span);
        if (!pattern && !indexOf(before, item->text))
            return unresolved(item->text, item->span, RowScope{&before, false, stage.name},
                              std::make_shared<Scope>());
        for (std::size_t i = 0; i < before.size(); ++i)
            matched[i] = matched[i] || (pattern ? matchesWildcard(item->text, before[i].name)
                                                : before[i].name == item->text);
    }
    const bool keep = stage.name == "project-keep";
    auto project = node(PlanKind::Project, {std::move(input)}, stage.span);
    if (!project)
        return project;
    (*project)->schema.clear();
    for (std::size_t i = 0; i < before.size(); ++i) {
        if (matched[i] != keep)
            continue;
        (*project)->schema.push_back(before[i]);
        (*project)->exprs.push_back(columnRef(before, i));
    }
    return project;
}

Result<PlanRef> Binder::bindReorder(const Stage& stage, PlanRef input)
{
    const Schema before = input->schema;
    std::vector<std::size_t> order;
    const auto taken = [&](std::size_t i) { return std::find(order.begin(), order.end(), i) != order.end(); };
    for (const ExprPtr& item : stage.items) {
        const bool pattern = item->kind == ExprKind::Wildcard || item->kind == ExprKind::Star;
        if (!pattern && !indexOf(before, item->text))
            return unresolved(item->text, item->span, RowScope{&before, false, stage.name},
                              std::make_shared<Scope>());
        std::vector<std::size_t> matches;
        for (std::size_t i = 0; i < before.size(); ++i) {
            const bool named =
                pattern ? matchesWildcard(item->text, before[i].name) : before[i].name == item->text;
            const bool explicitElsewhere =
                pattern && std::any_of(stage.items.begin(), stage.items.end(), [&](const ExprPtr& other) {
                    return other->kind == ExprKind::Name && other->text == before[i].name;
                });
            if (named && !taken(i) && !explicitElsewhere)
                matches.push_back(i);
        }
        const std::string direction = item->names.empty() ? std::string() : item->names.front();
        if (direction.ends_with("asc") || direction.ends_with("desc")) {
            std::sort(matches.begin(), matches.end(),
                      [&](std::size_t a, std::size_t b) { return before[a].name < before[b].name; });
            if (direction.ends_with("desc"))
                std::reverse(matches.begin(), matches.end());
        }
        order.insert(order.end(), matches.begin(), matches.end());
    }
    for (std::size_t i = 0; i < before.size(); ++i) {
        if (!taken(i))
            order.push_back(i);
    }
    auto project = node(PlanKind::Project, {std::move(input)}, stage.span);
    if (!project)
        return project;
    (*project)->schema.clear();
    for (const std::size_t i : order) {
        (*project)->schema.push_back(before[i]);
        (*project)->exprs.push_back(columnRef(before, i));
    }
    return project;
}

Result<PlanRef> Binder::bindSort(const Stage& stage, PlanRef input, const ScopeRef& scope)
{
    const bool top = stage.name == "top";
    const RowScope rows{&input->schema, input->serialized, stage.name};
    std::vector<ExprRef> keys;
    std::vector<SortOrder> orders;
    for (const ExprPtr& item : stage.by) {
        auto key = bindScalar(*item->args.front(), scope, rows);
        if (!key)
            return fail(key.error());
        if ((*key)->type == ColumnType::Dynamic)
            return semantic(
                "SEM0037",
                "'" + stage.name +
                    "' operator: a dynamic value has no order; convert it first, as with tostring().",
                item->span);
        keys.push_back(*key);
        orders.push_back({item->descending, item->nullsFirst});
    }
    std::size_t count = 0;
    if (top) {
        auto number = bindConstant(*stage.items.front(), scope, "top");
        if (!number)
            return fail(number.error());
        auto whole = convert(*number, ColumnType::Long, stage.items.front()->span);
        if (!whole)
            return fail(whole.error());
        count = static_cast<std::size_t>(std::max<std::int64_t>((*whole)->constant->integerAt(0), 0));
    }
    auto sorted = node(top ? PlanKind::Take : PlanKind::Sort, {std::move(input)}, stage.span);
    if (!sorted)
        return sorted;
    (*sorted)->exprs = std::move(keys);
    (*sorted)->orders = std::move(orders);
    (*sorted)->count = count;
    (*sorted)->serialized = true;
    return sorted;
}

Result<PlanRef> Binder::bindTake(const Stage& stage, PlanRef input, const ScopeRef& scope)
{
    auto number = bindConstant(*stage.items.front(), scope, stage.name);
    if (!number)
        return fail(number.error());
    auto whole = convert(*number, ColumnType::Long, stage.items.front()->span);
    if (!whole)
        return fail(whole.error());
    auto take = node(PlanKind::Take, {std::move(input)}, stage.span);
    if (take)
        (*take)->count =
            static_cast<std::size_t>(std::max<std::int64_t>((*whole)->constant->integerAt(0), 0));
    return take;
}

Result<PlanRef> Binder::bindDistinct(const Stage& stage, PlanRef input, const ScopeRef& scope)
{
    const Schema before = input->schema;
    const RowScope rows{&before, input->serialized, "distinct"};
    auto summarize = node(PlanKind::Summarize, {std::move(input)}, stage.span);
    if (!summarize)
        return summarize;
    PlanNode& groups = **summarize;
    groups.schema.clear();
    groups.serialized = false;
    for (const ExprPtr& item : stage.items) {
        if (item->kind == ExprKind::Star) {
            for (std::size_t i = 0; i < before.size(); ++i) {
                groups.schema.push_back(before[i]);
                groups.exprs.push_back(columnRef(before, i));
            }
            continue;
        }
        auto value = bindScalar(*item, scope, rows);
        if (!value)
            return fail(value.error());
        std::string name = item->kind == ExprKind::Named ? item->names.front() : nameOfExpression(*item);
        groups.schema.push_back({uniqueName(groups.schema, name.empty() ? "Column1" : name), (*value)->type});
        groups.exprs.push_back(*value);
    }
    return summarize;
}

Result<PlanRef> Binder::bindSampleDistinct(const Stage& stage, PlanRef input, const ScopeRef& scope)
{
    auto count = bindCountArgument(*stage.items.front(), scope, stage.name);
    if (!count)
        return fail(count.error());
    Stage distinct = stage;
    distinct.items = stage.by;
    auto values = bindDistinct(distinct, std::move(input), scope);
    if (!values)
        return values;
    auto take = node(PlanKind::Take, {*values}, stage.span);
    if (take)
        (*take)->count = *count;
    return take;
}

/// Columns by texts or arrays of texts; names that are not there are passed over.
Result<PlanRef> Binder::bindByNames(const Stage& stage, PlanRef input, const ScopeRef& scope)
{
    const Schema before = input->schema;
    std::vector<std::string> names;
    for (const ExprPtr& item : stage.items) {
        if (item->kind == ExprKind::Call && item->text == "column_names_of" && item->args.size() == 1) {
            auto table = bindTable(*item->args.front(), scope);
            if (!table)
                return table;
            for (const SchemaColumn& column : (*table)->schema)
                names.push_back(column.name);
            continue;
        }
        auto value = bindConstant(*item, scope, stage.name);
        if (!value)
            return fail(value.error());
        const Column& column = *(*value)->constant;
        if (column.type() == ColumnType::String)
            names.emplace_back(column.textAt(0));
        const auto list = column.type() == ColumnType::Dynamic ? m_evaluation.json(1).read(column.textAt(0))
                                                               : std::optional<simdjson::dom::element>();
        if (!list || !list->is_array())
            continue;
        for (const auto name : simdjson::dom::array(*list))
            names.emplace_back(name.is_string() ? std::string_view(name) : std::string_view());
    }
    auto project = node(PlanKind::Project, {std::move(input)}, stage.span);
    if (!project)
        return project;
    (*project)->schema.clear();
    for (const std::string& name : names) {
        for (std::size_t i = 0; i < before.size(); ++i) {
            if (!matchesWildcard(name, before[i].name) || indexOf((*project)->schema, before[i].name))
                continue;
            (*project)->schema.push_back(before[i]);
            (*project)->exprs.push_back(columnRef(before, i));
        }
    }
    return project;
}

Result<PlanRef> Binder::bindGetSchema(const Stage& stage, const PlanRef& input)
{
    auto made = node(PlanKind::Values, {}, {});
    if (!made)
        return made;
    auto table = std::make_shared<Table>();
    if (parameterOf(stage, "kind") == "csl") {
        std::string text;
        for (const SchemaColumn& column : input->schema)
            text += (text.empty() ? "" : ",") + column.name + ':' + std::string(toString(column.type));
        (*made)->schema = {{"Schema", ColumnType::String}};
        table->addColumn("Schema", ColumnType::String).appendText(text);
        (*made)->values = table;
        return made;
    }
    (*made)->schema = {{"ColumnName", ColumnType::String},
                       {"ColumnOrdinal", ColumnType::Int},
                       {"DataType", ColumnType::String},
                       {"ColumnType", ColumnType::String}};
    for (const SchemaColumn& column : (*made)->schema)
        table->addColumn(column.name, column.type);
    for (std::size_t i = 0; i < input->schema.size(); ++i) {
        table->column(0).appendText(input->schema[i].name);
        table->column(1).appendInteger(static_cast<std::int64_t>(i));
        table->column(2).appendText(systemTypeOf(input->schema[i].type));
        table->column(3).appendText(toString(input->schema[i].type));
    }
    (*made)->values = table;
    return made;
}

} // namespace gatehouse::kql
