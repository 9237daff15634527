// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/binder/binder.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>

namespace gatehouse::kql {

namespace {

constexpr std::array<std::string_view, 8> CaseBlind = {"has",      "!has",      "hasprefix",  "hassuffix",
                                                       "contains", "!contains", "startswith", "endswith"};

ExprPtr copyOf(const Expr& expr)
{
    return std::make_shared<Expr>(expr);
}

ExprPtr star(Span span)
{
    auto expr = std::make_shared<Expr>();
    expr->kind = ExprKind::Star;
    expr->text = "*";
    expr->span = span;
    return expr;
}

ExprPtr truth(Span span)
{
    auto expr = std::make_shared<Expr>();
    expr->kind = ExprKind::Literal;
    expr->type = ColumnType::Bool;
    expr->text = "true";
    expr->span = span;
    return expr;
}

/// What a search term with * in it looks for in a column.
ExprPtr termTest(const ExprPtr& column, const Expr& term, bool caseSensitive)
{
    std::string text = term.text;
    const bool openStart = text.starts_with('*');
    const bool openEnd = text.ends_with('*');
    if (text.find_first_not_of('*') == std::string::npos)
        return truth(term.span);
    if (openStart)
        text.erase(0, 1);
    if (openEnd)
        text.pop_back();
    std::string op = openStart && openEnd ? "contains"
                     : openStart          ? "hassuffix"
                     : openEnd            ? "hasprefix"
                                          : "has";
    if (text.find('*') != std::string::npos) {
        std::string pattern = (caseSensitive ? "" : "(?i)") + std::string(openStart ? "" : "\\b");
        for (const char c : text)
            pattern += c == '*' ? ".*" : re2::RE2::QuoteMeta(std::string(1, c));
        text = pattern + (openEnd ? "" : "\\b");
        op = "matches";
    } else if (caseSensitive) {
        op += "_cs";
    }
    auto value = copyOf(term);
    value->text = text;
    auto test = std::make_shared<Expr>();
    test->kind = ExprKind::Binary;
    test->span = term.span;
    test->text = op;
    test->depth = 2;
    test->args = {column, value};
    return test;
}

bool isText(const Expr& expr)
{
    return expr.kind == ExprKind::Literal && expr.type == ColumnType::String;
}

/// The predicate of search and find as one of where: a text alone stands for "* has text".
ExprPtr asCondition(const Expr& expr, bool caseSensitive)
{
    if (isText(expr))
        return termTest(star(expr.span), expr, caseSensitive);
    if (expr.kind == ExprKind::Star)
        return truth(expr.span);
    auto copy = copyOf(expr);
    const bool joins = expr.kind == ExprKind::Binary && (expr.text == "and" || expr.text == "or");
    if (joins || (expr.kind == ExprKind::Call && expr.text == "not")) {
        for (ExprPtr& part : copy->args)
            part = asCondition(*part, caseSensitive);
        return copy;
    }
    if (expr.kind == ExprKind::Binary && expr.text == ":" && isText(*expr.args[1]))
        return termTest(expr.args[0], *expr.args[1], caseSensitive);
    if (expr.kind == ExprKind::Binary && expr.text == ":")
        copy->text = "==";
    if (caseSensitive && expr.kind == ExprKind::Binary &&
        std::find(CaseBlind.begin(), CaseBlind.end(), expr.text) != CaseBlind.end())
        copy->text += "_cs";
    return copy;
}

/// Names that a condition reads; false when it reads all columns.
bool collectNames(const Expr& expr, std::vector<std::string>& names)
{
    if (expr.kind == ExprKind::Star)
        return false;
    if (expr.kind == ExprKind::Name && std::find(names.begin(), names.end(), expr.text) == names.end())
        names.push_back(expr.text);
    bool some = true;
    for (const ExprPtr& part : expr.args)
        some = collectNames(*part, names) && some;
    return some;
}

/// Tables that have none of the columns that a condition reads cannot answer it. The answer is these columns.
std::vector<std::string> dropUnrelated(const Expr& condition,
                                       std::vector<std::pair<std::string, PlanRef>>& tables)
{
    std::vector<std::string> names;
    if (!collectNames(condition, names) || names.empty())
        return names;
    const auto unrelated = [&](const auto& table) {
        return std::none_of(names.begin(), names.end(), [&](const std::string& name) {
            return indexOf(table.second->schema, name).has_value();
        });
    };
    // With none left, binding the condition says what is unknown.
    if (!std::all_of(tables.begin(), tables.end(), unrelated))
        std::erase_if(tables, unrelated);
    return names;
}

} // namespace

/// The tables behind in (…), or all of them.
Result<std::vector<std::pair<std::string, PlanRef>>> Binder::searchedTables(const Stage& stage,
                                                                            const ScopeRef& scope)
{
    Stage tables;
    tables.name = stage.name;
    tables.span = stage.span;
    tables.items = stage.items;
    if (tables.items.empty())
        tables.items = {star(stage.span)};
    auto legs = unionLegs(tables, scope, false);
    if (!legs)
        return legs;
    if (legs->empty())
        return semantic("SEM0100", "'" + stage.name + "' operator: there is no table.", stage.span);
    return legs;
}

Result<PlanRef> Binder::bindSearch(const Stage& stage, PlanRef input, const ScopeRef& scope)
{
    std::vector<std::pair<std::string, PlanRef>> legs;
    if (input) {
        if (!stage.items.empty())
            return semantic("SEM0107", "'search' operator: behind a table, 'in' is not allowed.", stage.span);
        legs.emplace_back(input->tableName, input);
    } else {
        auto tables = searchedTables(stage, scope);
        if (!tables)
            return fail(tables.error());
        legs = std::move(*tables);
    }
    const std::string kind = parameterOf(stage, "kind");
    if (!kind.empty() && kind != "default" && kind != "case_insensitive" && kind != "case_sensitive")
        return semantic("SEM0043", "'search' operator: unknown kind '" + kind + "'.", stage.span);
    const ExprPtr predicate = asCondition(*stage.by.front(), kind == "case_sensitive");
    if (!input)
        dropUnrelated(*predicate, legs);
    auto all = unionOf(legs, {"$table", "search_arg", false}, stage.span);
    if (!all)
        return all;
    RowScope rows{&(*all)->schema, false, "search"};
    rows.starFrom = 1;
    auto condition = bindScalar(*predicate, scope, rows);
    if (!condition)
        return fail(condition.error());
    condition = convert(*condition, ColumnType::Bool, stage.by.front()->span);
    if (!condition)
        return fail(condition.error());
    auto filter = node(PlanKind::Filter, {*all}, stage.span);
    if (filter)
        (*filter)->exprs = {*condition};
    return filter;
}

/// The columns of find's answer: those of its project, or what all tables have and the condition reads.
std::vector<SchemaColumn> Binder::foundColumns(const Stage* project, const std::vector<PlanRef>& tables,
                                               const std::vector<std::string>& names, bool& pack)
{
    std::vector<SchemaColumn> columns;
    const auto typeIn = [](const PlanRef& table, const std::string& name) -> std::optional<ColumnType> {
        const auto index = indexOf(table->schema, name);
        return index ? std::optional(table->schema[*index].type) : std::nullopt;
    };
    const auto add = [&](const std::string& name, const std::string& type) {
        for (const PlanRef& table : tables) {
            const auto own = typeIn(table, name);
            const auto wanted = type.empty() ? own : columnTypeFrom(type);
            if (wanted && (own || !type.empty()) && !indexOf(columns, name))
                columns.push_back({name, *wanted});
        }
    };
    pack = false;
    if (project != nullptr && project->name == "project") {
        for (const ColumnDeclaration& column : project->columns) {
            pack = pack || column.name == "*";
            if (column.name != "*")
                add(column.name, column.type);
        }
        return columns;
    }
    for (const SchemaColumn& column : tables.front()->schema) {
        const bool common = std::all_of(tables.begin(), tables.end(), [&](const PlanRef& table) {
            return typeIn(table, column.name) == column.type;
        });
        if (common)
            columns.push_back(column);
    }
    for (const std::string& name : names)
        add(name, {});
    for (const PlanRef& table : tables) {
        for (const SchemaColumn& column : table->schema)
            pack = pack || !indexOf(columns, column.name);
    }
    return columns;
}

/// One table's rows that fit, with the columns of the answer.
Result<PlanRef> Binder::findIn(const std::pair<std::string, PlanRef>& table, const Found& found,
                               const ScopeRef& scope)
{
    const Schema own = table.second->schema;
    // Columns that only other tables have are null here.
    auto widened = node(PlanKind::Project, {table.second}, found.span);
    if (!widened)
        return widened;
    for (std::size_t i = 0; i < own.size(); ++i)
        (*widened)->exprs.push_back(columnRef(own, i));
    for (const SchemaColumn& column : found.readable) {
        if (indexOf(own, column.name))
            continue;
        Column nothing({}, column.type);
        nothing.appendNull();
        (*widened)->schema.push_back(column);
        (*widened)->exprs.push_back(constant(std::move(nothing), found.span));
    }
    const Schema wide = (*widened)->schema;
    const RowScope rows{&wide, false, "find"};
    auto condition = bindScalar(*found.condition, scope, rows);
    if (!condition)
        return fail(condition.error());
    condition = convert(*condition, ColumnType::Bool, found.span);
    if (!condition)
        return fail(condition.error());
    auto filter = node(PlanKind::Filter, {*widened}, found.span);
    if (!filter)
        return filter;
    (*filter)->exprs = {*condition};
    auto project = node(PlanKind::Project, {*filter}, found.span);
    if (!project)
        return project;
    (*project)->schema = found.schema;
    Column name({}, ColumnType::String);
    name.appendText(table.first);
    (*project)->exprs.push_back(constant(std::move(name), found.span));
    for (std::size_t i = 1; i < found.schema.size(); ++i) {
        const SchemaColumn& column = found.schema[i];
        const auto index = indexOf(wide, column.name);
        const bool packed = found.pack && i + 1 == found.schema.size();
        Column nothing({}, column.type);
        nothing.appendNull();
        auto value = packed  ? packedColumns(own, found, rows)
                     : index ? convert(columnRef(wide, *index), column.type, found.span)
                             : Result<ExprRef>(constant(std::move(nothing), found.span));
        if (!value)
            return fail(value.error());
        (*project)->exprs.push_back(*value);
    }
    return project;
}

/// A bag of the table's columns that have no column of their own in the answer.
Result<ExprRef> Binder::packedColumns(const Schema& own, const Found& found, const RowScope& rows)
{
    std::vector<ExprRef> args;
    for (std::size_t i = 0; i < own.size(); ++i) {
        if (indexOf(found.schema, own[i].name))
            continue;
        Column key({}, ColumnType::String);
        key.appendText(own[i].name);
        args.push_back(constant(std::move(key), found.span));
        args.push_back(columnRef(own, i));
    }
    if (!args.empty())
        return makeCall("pack", std::move(args), found.span, rows);
    Column empty({}, ColumnType::Dynamic);
    empty.appendText("{}");
    return constant(std::move(empty), found.span);
}

Result<PlanRef> Binder::bindFind(const Stage& stage, const ScopeRef& scope)
{
    auto legs = searchedTables(stage, scope);
    if (!legs)
        return fail(legs.error());
    Found found;
    found.span = stage.span;
    found.condition = asCondition(*stage.by.front(), false);
    const std::vector<std::string> names = dropUnrelated(*found.condition, *legs);
    std::vector<PlanRef> tables;
    for (const auto& leg : *legs) {
        tables.push_back(leg.second);
        for (const SchemaColumn& column : leg.second->schema) {
            const bool read = std::find(names.begin(), names.end(), column.name) != names.end();
            if (read && !indexOf(found.readable, column.name))
                found.readable.push_back(column);
        }
    }
    const std::string source = parameterOf(stage, "withsource");
    found.schema = {{source.empty() ? "source_" : source, ColumnType::String}};
    const Stage* project = stage.parts.empty() ? nullptr : &stage.parts.front();
    for (const SchemaColumn& column : foundColumns(project, tables, names, found.pack)) {
        const bool away = std::any_of(stage.parts.begin(), stage.parts.end(), [&](const Stage& part) {
            return part.name == "project-away" &&
                   std::any_of(part.columns.begin(), part.columns.end(), [&](const ColumnDeclaration& gone) {
                       return gone.name == "*" || gone.name == column.name;
                   });
        });
        if (!away)
            found.schema.push_back({uniqueName(found.schema, column.name), column.type});
    }
    if (found.pack)
        found.schema.push_back({"pack_", ColumnType::Dynamic});
    std::vector<PlanRef> answers;
    for (std::size_t i = 0; i < legs->size(); ++i) {
        auto& leg = (*legs)[i];
        if (leg.first.empty())
            leg.first = "find_arg" + std::to_string(i);
        auto answer = findIn(leg, found, scope);
        if (!answer)
            return answer;
        answers.push_back(*answer);
    }
    auto made = node(PlanKind::Union, std::move(answers), stage.span);
    if (made)
        (*made)->serialized = false;
    return made;
}

} // namespace gatehouse::kql
