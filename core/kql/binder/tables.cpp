// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/binder/binder.h"
#include "core/kql/functions/conversion.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace gatehouse::kql {

Result<PlanRef> Binder::bindTable(const Expr& expr, const ScopeRef& scope)
{
    const Level level(m_depth, 12);
    if (level.tooDeep())
        return semantic("SEM0001",
                        "The query is too complex: its tables are built from each other too deeply.",
                        expr.span);
    switch (expr.kind) {
    case ExprKind::Query:
        return bindPipeline(*expr.query, scope);
    case ExprKind::Name:
        return bindTableName(expr, expr.text, scope);
    case ExprKind::Call:
        return bindTableCall(expr, scope);
    case ExprKind::Path:
    case ExprKind::Member: {
        if (expr.args[0]->kind == ExprKind::Call && scope->find(expr.args[0]->text) != nullptr)
            return bindPattern(*expr.args[0], expr.text, scope);
        // workspace("x").T: this catalog is the only one.
        if (!isTabular(expr, scope))
            break;
        const bool call = expr.kind == ExprKind::Member;
        return call ? bindTable(*expr.args[1], scope) : bindTableName(expr, expr.text, scope);
    }
    default:
        break;
    }
    return semantic("SEM0031", "A table is expected here.", expr.span);
}

Result<PlanRef> Binder::scan(const std::string& name, std::shared_ptr<const TableSource> source)
{
    auto made = node(PlanKind::Scan, {}, {});
    if (!made)
        return made;
    (*made)->schema = source->schema();
    (*made)->tableName = name;
    (*made)->source = std::move(source);
    const auto& limit = m_evaluation.options().timespan;
    const auto time = indexOf((*made)->schema, "TimeGenerated");
    if (!limit || !time || (*made)->schema[*time].type != ColumnType::DateTime)
        return made;
    const auto moment = [&](DateTime value) {
        Column column({}, ColumnType::DateTime);
        column.appendInteger(value.sinceYearOne.count());
        return constant(std::move(column), {});
    };
    const RowScope rows{&(*made)->schema, false, "where"};
    auto from = makeCall(">=", {columnRef((*made)->schema, *time), moment(limit->start)}, {}, rows);
    auto to = makeCall("<", {columnRef((*made)->schema, *time), moment(limit->end)}, {}, rows);
    auto both = makeCall("and", {*from, *to}, {}, rows);
    auto filter = node(PlanKind::Filter, {*made}, {});
    if (filter) {
        (*filter)->exprs = {*both};
        (*filter)->tableName = name;
    }
    return filter;
}

Result<PlanRef> Binder::bindTableName(const Expr& expr, const std::string& name, const ScopeRef& scope)
{
    const Binding* binding = expr.kind == ExprKind::Name ? scope->find(name) : nullptr;
    if (binding != nullptr) {
        if (binding->table)
            return binding->table;
        if (binding->tableSource) {
            const ScopeRef closure = binding->closure;
            const ExprPtr source = binding->tableSource;
            return bindTable(*source, closure);
        }
        if (binding->function)
            return bindTableCall(expr, scope);
        return semantic("SEM0031", "'" + name + "' is a scalar; a table is expected here.", expr.span);
    }
    if (auto source = m_catalog.find(name))
        return scan(name, std::move(source));
    return unresolved(name, expr.span, RowScope{nullptr, false, {}}, scope);
}

Result<PlanRef> Binder::cached(PlanRef input)
{
    prunePlan(*input);
    auto made = node(PlanKind::Cached, {std::move(input)}, {});
    return made;
}

/// The query that a pattern has for these arguments; path is "" without one.
Result<PlanRef> Binder::bindPattern(const Expr& call, const std::string& path, const ScopeRef& scope)
{
    const Binding* binding = scope->find(call.text);
    if (binding == nullptr || !binding->patterns)
        return semantic("SEM0031", "'" + call.text + "' is no pattern.", call.span);
    const auto patterns = binding->patterns;
    const auto inner = std::make_shared<Scope>();
    inner->parent = binding->closure;
    const auto textOf = [&](const Expr& expr, const ScopeRef& place) -> Result<std::string> {
        auto value = bindConstant(expr, place, "pattern");
        if (!value)
            return fail(value.error());
        return (*value)->constant->displayAt(0);
    };
    for (const PatternEntry& entry : *patterns) {
        bool fits = entry.values.size() == call.args.size() && (entry.path ? entry.path->text : "") == path;
        for (std::size_t i = 0; fits && i < call.args.size(); ++i) {
            auto given = textOf(*call.args[i], scope);
            if (!given)
                return fail(given.error());
            auto wanted = textOf(*entry.values[i], inner);
            if (!wanted)
                return fail(wanted.error());
            fits = *given == *wanted;
        }
        for (const Statement& statement : entry.body->statements) {
            if (fits && statement.kind == StatementKind::Query)
                return bindTable(*statement.value, inner);
            if (!fits ||
                (statement.kind != StatementKind::Let && statement.kind != StatementKind::LetFunction))
                continue;
            if (auto done = bindLet(statement, inner); !done)
                return fail(done.error());
        }
    }
    return semantic("SEM0110", "'" + call.text + "()': the pattern has nothing for these arguments.",
                    call.span);
}

Result<PlanRef> Binder::bindTableCall(const Expr& expr, const ScopeRef& scope)
{
    const Binding* binding = scope->find(expr.text);
    if (binding != nullptr && binding->patterns)
        return bindPattern(expr, {}, scope);
    if (binding != nullptr && binding->function) {
        const Binding function = *binding;
        auto entered = enterFunction(expr, function, scope, RowScope{nullptr, false, {}});
        if (!entered)
            return fail(entered.error());
        return bindTable(*entered->first, entered->second);
    }
    if (expr.text == "materialize" && expr.args.size() == 1) {
        auto inner = bindTable(*expr.args[0], scope);
        return inner ? cached(*inner) : inner;
    }
    if ((expr.text == "view" || expr.text == "totable") && expr.args.size() == 1)
        return bindTable(*expr.args[0], scope);
    if (expr.text == "table" && !expr.args.empty()) {
        auto name = bindConstant(*expr.args[0], scope, "table");
        if (!name)
            return fail(name.error());
        if ((*name)->type != ColumnType::String)
            return semantic("SEM0031", "table(): the name must be a string.", expr.span);
        return bindTableName(expr, std::string((*name)->constant->textAt(0)), scope);
    }
    return semantic("SEM0260", "Unknown function: '" + expr.text + "'.", expr.span);
}

Result<PlanRef> Binder::bindPipeline(const Pipeline& pipeline, const ScopeRef& outer)
{
    // "as" adds names that only later stages see.
    const auto scope = std::make_shared<Scope>();
    scope->parent = outer;
    auto plan = bindHead(pipeline.stages.front(), scope);
    for (std::size_t i = 1; plan && i < pipeline.stages.size(); ++i)
        plan = bindStage(pipeline.stages[i], *plan, scope);
    return plan;
}

Result<PlanRef> Binder::bindHead(const Stage& stage, const ScopeRef& scope)
{
    if (stage.name == "source")
        return bindTable(*stage.items.front(), scope);
    if (stage.name == "datatable")
        return bindDataTable(stage, scope);
    if (stage.name == "range")
        return bindRange(stage, scope);
    if (stage.name == "print")
        return bindPrint(stage, scope);
    if (stage.name == "union")
        return bindUnion(stage, nullptr, scope);
    if (stage.name == "search")
        return bindSearch(stage, nullptr, scope);
    if (stage.name == "find")
        return bindFind(stage, scope);
    if (stage.name == "evaluate")
        return semantic("SEM0009",
                        "The plugin '" + stage.items.front()->text + "' is not supported by this engine.",
                        stage.items.front()->span);
    return semantic("SEM0009", "The operator '" + stage.name + "' is not supported by this engine.",
                    stage.span);
}

Result<PlanRef> Binder::bindStage(const Stage& stage, PlanRef input, const ScopeRef& scope)
{
    const std::string& name = stage.name;
    if (name == "where" || name == "filter")
        return bindWhere(stage, std::move(input), scope);
    if (name == "project")
        return bindProject(stage, std::move(input), scope);
    if (name == "extend")
        return bindExtend(stage, std::move(input), scope);
    if (name == "serialize") {
        auto whole = node(PlanKind::Whole, {std::move(input)}, stage.span);
        if (!whole)
            return whole;
        (*whole)->serialized = true;
        return stage.items.empty() ? whole : bindExtend(stage, *whole, scope);
    }
    if (name == "project-rename")
        return bindRename(stage, std::move(input));
    if (name == "project-away" || name == "project-keep")
        return bindColumnSet(stage, std::move(input));
    if (name == "project-reorder")
        return bindReorder(stage, std::move(input));
    if (name == "summarize")
        return bindSummarize(stage, std::move(input), scope);
    if (name == "sort" || name == "order" || name == "top")
        return bindSort(stage, std::move(input), scope);
    if (name == "take" || name == "limit" || name == "sample")
        return bindTake(stage, std::move(input), scope);
    if (name == "count")
        return bindCount(stage, std::move(input));
    if (name == "distinct")
        return bindDistinct(stage, std::move(input), scope);
    if (name == "join" || name == "lookup")
        return bindJoin(stage, std::move(input), scope);
    if (name == "union")
        return bindUnion(stage, std::move(input), scope);
    if (name == "getschema")
        return bindGetSchema(stage, input);
    if (name == "consume")
        return node(PlanKind::Take, {std::move(input)}, stage.span);
    if (name == "render") {
        auto render = bindRender(stage);
        if (!render)
            return fail(render.error());
        m_render = *render;
        return input;
    }
    if (name == "as") {
        auto shared = cached(std::move(input));
        if (shared) {
            (*shared)->tableName = stage.items.front()->text;
            scope->names[stage.items.front()->text].table = *shared;
        }
        m_resultName = stage.items.front()->text;
        return shared;
    }
    return bindTransform(stage, std::move(input), scope);
}

/// The operators that make rows of another shape.
Result<PlanRef> Binder::bindTransform(const Stage& stage, PlanRef input, const ScopeRef& scope)
{
    using Rule = Result<PlanRef> (Binder::*)(const Stage&, PlanRef, const ScopeRef&);
    static const std::unordered_map<std::string_view, Rule> rules = {
        {"mv-expand", &Binder::bindMvExpand},
        {"mvexpand", &Binder::bindMvExpand},
        {"mv-apply", &Binder::bindMvApply},
        {"mvapply", &Binder::bindMvApply},
        {"partition", &Binder::bindPartition},
        {"invoke", &Binder::bindInvoke},
        {"parse", &Binder::bindParse},
        {"parse-where", &Binder::bindParse},
        {"parse-kv", &Binder::bindParseKeyValues},
        {"make-series", &Binder::bindMakeSeries},
        {"top-nested", &Binder::bindTopNested},
        {"top-hitters", &Binder::bindTopHitters},
        {"scan", &Binder::bindScan},
        {"reduce", &Binder::bindReduce},
        {"search", &Binder::bindSearch},
        {"evaluate", &Binder::bindEvaluate},
        {"sample-distinct", &Binder::bindSampleDistinct},
        {"project-by-names", &Binder::bindByNames}};
    const auto rule = rules.find(stage.name);
    if (rule != rules.end())
        return (this->*rule->second)(stage, std::move(input), scope);
    return semantic("SEM0009", "The operator '" + stage.name + "' is not supported by this engine.",
                    stage.span);
}

Result<PlanRef> Binder::bindDataTable(const Stage& stage, const ScopeRef& scope)
{
    auto made = node(PlanKind::Values, {}, stage.span);
    if (!made)
        return made;
    auto table = std::make_shared<Table>();
    for (const ColumnDeclaration& column : stage.columns) {
        const auto type = columnTypeFrom(column.type);
        if (!type)
            return semantic("SEM0007", "Unknown type '" + column.type + "'.", column.span);
        if (indexOf((*made)->schema, column.name))
            return semantic("SEM0032", "The column '" + column.name + "' is declared twice.", column.span);
        (*made)->schema.push_back({column.name, *type});
        table->addColumn(column.name, *type);
    }
    const std::size_t width = (*made)->schema.size();
    if (width == 0 || stage.items.size() % width != 0)
        return semantic("SEM0033",
                        "datatable: the number of values is not a multiple of the number of columns.",
                        stage.span);
    for (std::size_t i = 0; i < stage.items.size(); ++i) {
        auto value = bindConstant(*stage.items[i], scope, "datatable");
        if (!value)
            return fail(value.error());
        Column& column = table->column(i % width);
        const Column& given = *(*value)->constant;
        const RowFunction cast = castFunction(given.type(), column.type());
        if (cast == nullptr || given.isNull(0)) {
            if (given.isNull(0))
                column.appendNull();
            else
                column.appendFrom(given, 0);
            continue;
        }
        const Datum datum = datumAt(constantView((*value)->constant), 0);
        cast(m_evaluation, std::span(&datum, 1), column);
    }
    (*made)->values = table;
    return made;
}

Result<PlanRef> Binder::bindRange(const Stage& stage, const ScopeRef& scope)
{
    std::vector<ExprRef> bounds;
    for (const ExprPtr& item : stage.items) {
        auto value = bindConstant(*item, scope, "range");
        if (!value)
            return fail(value.error());
        bounds.push_back(*value);
    }
    ColumnType type = commonType(bounds[0]->type, bounds[1]->type).value_or(bounds[0]->type);
    const bool ints = type == ColumnType::Int && bounds[2]->type == ColumnType::Int;
    if (type == ColumnType::Int)
        type = ColumnType::Long;
    const ColumnType stepType = type == ColumnType::DateTime ? ColumnType::Timespan : type;
    if (stepType == ColumnType::Long && bounds[2]->type == ColumnType::Real)
        type = ColumnType::Real;
    const bool real = type == ColumnType::Real;
    if (!real && type != ColumnType::Long && type != ColumnType::DateTime && type != ColumnType::Timespan)
        return semantic("SEM0034", "range: from, to and step must be numbers, datetimes or timespans.",
                        stage.span);
    for (std::size_t i = 0; i < 3; ++i) {
        auto converted = convert(bounds[i], i == 2 && !real ? stepType : type, stage.span);
        if (!converted)
            return fail(converted.error());
        bounds[i] = *converted;
    }
    auto made = node(PlanKind::Range, {}, stage.span);
    if (!made)
        return made;
    PlanNode& range = **made;
    range.schema = {{stage.by.front()->text, ints ? ColumnType::Int : type}};
    range.serialized = true;
    const auto nullAt = [&](std::size_t i) { return bounds[i]->constant->isNull(0); };
    if (nullAt(0) || nullAt(1) || nullAt(2))
        return made;
    double steps = 0;
    if (real) {
        range.realStart = bounds[0]->constant->realAt(0);
        range.realStep = bounds[2]->constant->realAt(0);
        steps = (bounds[1]->constant->realAt(0) - range.realStart) / range.realStep;
    } else {
        range.rangeStart = bounds[0]->constant->integerAt(0);
        range.rangeStep = bounds[2]->constant->integerAt(0);
        steps =
            (static_cast<double>(bounds[1]->constant->integerAt(0)) - static_cast<double>(range.rangeStart)) /
            static_cast<double>(range.rangeStep);
    }
    if (std::isnan(steps) || std::isinf(steps))
        return semantic("SEM0034", "range: the step must not be zero.", stage.span);
    constexpr double MostRows = 50'000'000;
    if (steps >= MostRows)
        return semantic("SEM0034", "range: more than 50 million rows.", stage.span);
    range.rangeCount = steps < 0 ? 0 : static_cast<std::size_t>(steps + 1e-9) + 1;
    return made;
}

Result<PlanRef> Binder::bindPrint(const Stage& stage, const ScopeRef& scope)
{
    auto one = node(PlanKind::Values, {}, stage.span);
    if (!one)
        return one;
    auto table = std::make_shared<Table>();
    table->addColumn("_", ColumnType::Bool).appendBool(true);
    (*one)->values = table;
    (*one)->schema = {{"_", ColumnType::Bool}};
    auto made = node(PlanKind::Project, {*one}, stage.span);
    if (!made)
        return made;
    PlanNode& project = **made;
    project.schema.clear();
    project.serialized = true;
    for (std::size_t i = 0; i < stage.items.size(); ++i) {
        const Expr& item = *stage.items[i];
        auto tuple = bindTuple(item, scope, RowScope{nullptr, true, "print"});
        if (!tuple)
            return fail(tuple.error());
        for (auto& [column, part] : *tuple) {
            project.schema.push_back({uniqueName(project.schema, column), part->type});
            project.exprs.push_back(part);
        }
        if (!tuple->empty())
            continue;
        auto value = bindScalar(item, scope, RowScope{nullptr, true, "print"});
        if (!value)
            return fail(value.error());
        const std::string name =
            item.kind == ExprKind::Named ? item.names.front() : "print_" + std::to_string(i);
        if (indexOf(project.schema, name))
            return semantic("SEM0032", "'print' operator: the column '" + name + "' is named twice.",
                            item.span);
        project.schema.push_back({name, (*value)->type});
        project.exprs.push_back(*value);
    }
    return made;
}

} // namespace gatehouse::kql
