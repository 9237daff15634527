// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/binder/binder.h"
#include "core/kql/execution/grouping.h"
#include "core/kql/functions/conversion.h"
#include "core/kql/functions/json.h"

#include <algorithm>
#include <map>
#include <set>

namespace gatehouse::kql {

namespace {

ColumnType typeOf(simdjson::dom::element value)
{
    switch (value.type()) {
    case simdjson::dom::element_type::INT64:
        return ColumnType::Long;
    case simdjson::dom::element_type::DOUBLE:
        return ColumnType::Real;
    case simdjson::dom::element_type::STRING:
        return ColumnType::String;
    case simdjson::dom::element_type::BOOL:
        return ColumnType::Bool;
    default:
        return ColumnType::Dynamic;
    }
}

/// The argument at a place or of a name; null when it is absent.
const Expr* argumentOf(const Expr& call, std::size_t place, std::string_view name)
{
    for (const ExprPtr& argument : call.args) {
        if (argument->kind == ExprKind::Named && argument->names.front() == name)
            return argument->args.front().get();
    }
    return place < call.args.size() && call.args[place]->kind != ExprKind::Named ? call.args[place].get()
                                                                                 : nullptr;
}

void collectNames(const Expr& expr, std::set<std::string>& names)
{
    if (expr.kind == ExprKind::Name)
        names.insert(expr.text);
    for (const ExprPtr& part : expr.args)
        collectNames(*part, names);
}

} // namespace

Result<Chunk> Binder::runNow(const PlanRef& plan, Span span)
{
    if (auto free = checkFree(plan, span); !free)
        return fail(free.error());
    prunePlan(*plan);
    const auto stream = openStream(m_evaluation, *plan);
    return collect(m_evaluation, *stream, plan->schema, m_held.emplace_back(m_evaluation));
}

Result<PlanRef> Binder::valuesNode(Table table, Span span)
{
    if (auto held = m_held.emplace_back(m_evaluation).hold(table.memoryBytes()); !held)
        return fail(held.error());
    auto made = node(PlanKind::Values, {}, span);
    if (!made)
        return made;
    for (const Column& column : table.columns())
        (*made)->schema.push_back({column.name(), column.type()});
    (*made)->values = std::make_shared<const Table>(std::move(table));
    return made;
}

/// "plugin(…) : (*, name:type)": these columns only; * are those of the source.
Result<PlanRef> Binder::withDeclaredColumns(const Stage& stage, PlanRef plan, const Schema& source)
{
    if (stage.columns.empty())
        return plan;
    const Schema before = plan->schema;
    auto project = node(PlanKind::Project, {std::move(plan)}, stage.span);
    if (!project)
        return project;
    (*project)->schema.clear();
    const auto add = [&](const std::string& name, ColumnType type) -> Status {
        const auto index = indexOf(before, name);
        Column nothing({}, type);
        nothing.appendNull();
        auto value = index ? convert(columnRef(before, *index), type, stage.span)
                           : Result<ExprRef>(constant(std::move(nothing), stage.span));
        if (!value)
            return fail(value.error());
        (*project)->schema.push_back({uniqueName((*project)->schema, name), type});
        (*project)->exprs.push_back(*value);
        return {};
    };
    for (const ColumnDeclaration& column : stage.columns) {
        const auto type = columnTypeFrom(column.type);
        if (column.name != "*" && !type)
            return semantic("SEM0007", "Unknown type '" + column.type + "'.", column.span);
        Status done;
        for (std::size_t i = 0; column.name == "*" && done && i < source.size(); ++i) {
            const bool declared =
                std::any_of(stage.columns.begin(), stage.columns.end(),
                            [&](const auto& other) { return other.name == source[i].name; });
            if (!declared && indexOf(before, source[i].name))
                done = add(source[i].name, source[i].type);
        }
        if (column.name != "*")
            done = add(column.name, *type);
        if (!done)
            return fail(done.error());
    }
    return project;
}

Result<PlanRef> Binder::bindEvaluate(const Stage& stage, PlanRef input, const ScopeRef& scope)
{
    const std::string& plugin = stage.items.front()->text;
    const Schema source = input->schema;
    bool known = false;
    Result<PlanRef> plan = bindPluginText(stage, input, scope, known);
    if (known)
        return plan;
    if (plugin == "rows_near")
        plan = bindRowsNear(stage, std::move(input), scope);
    else if (plugin == "bag_unpack")
        plan = bindBagUnpack(stage, std::move(input), scope);
    else if (plugin == "pivot")
        plan = bindPivot(stage, std::move(input), scope);
    else if (plugin == "narrow")
        plan = bindNarrow(stage, input);
    else
        return semantic("SEM0009", "The plugin '" + plugin + "' is not supported by this engine.",
                        stage.items.front()->span);
    if (!plan)
        return plan;
    Schema kept = source;
    if (plugin == "bag_unpack" && !stage.items.front()->args.empty())
        std::erase_if(kept, [&](const auto& c) { return c.name == stage.items.front()->args.front()->text; });
    return withDeclaredColumns(stage, *plan, kept);
}

/// The properties of a bag become columns, in the order of their names.
Result<PlanRef> Binder::bindBagUnpack(const Stage& stage, PlanRef input, const ScopeRef& scope)
{
    const Expr& call = *stage.items.front();
    const Schema before = input->schema;
    const Expr* bag = argumentOf(call, 0, "column");
    const auto column = bag == nullptr ? std::nullopt : indexOf(before, bag->text);
    if (!column || bag->kind != ExprKind::Name || before[*column].type != ColumnType::Dynamic)
        return semantic("SEM0109", "bag_unpack(): the first argument must be a column of type dynamic.",
                        call.span);
    std::string texts[2] = {"", "error"};
    constexpr std::string_view Names[2] = {"OutputColumnPrefix", "columnsConflict"};
    for (std::size_t i = 0; i < 2; ++i) {
        const Expr* argument = argumentOf(call, i + 1, Names[i]);
        if (argument == nullptr)
            continue;
        auto value = bindConstant(*argument, scope, "evaluate");
        if (!value)
            return fail(value.error());
        if ((*value)->type != ColumnType::String)
            return semantic("SEM0109", "bag_unpack(): a text is expected.", argument->span);
        texts[i] = (*value)->constant->textAt(0);
    }
    std::set<std::string> ignored;
    if (const Expr* argument = argumentOf(call, 3, "ignoredProperties")) {
        auto value = bindConstant(*argument, scope, "evaluate");
        if (!value)
            return fail(value.error());
        if ((*value)->type != ColumnType::Dynamic)
            return semantic("SEM0109", "bag_unpack(): an array of names is expected.", argument->span);
        const auto names = m_evaluation.json(1).read((*value)->constant->textAt(0));
        if (names && names->is_array()) {
            for (const auto name : simdjson::dom::array(*names))
                ignored.insert(name.is_string() ? std::string(std::string_view(name)) : std::string());
        }
    }
    auto rows = runNow(input, stage.span);
    if (!rows)
        return fail(rows.error());
    return unpackBags(*rows, before, {*column, texts[0], texts[1], std::move(ignored)}, stage.span);
}

/// The names and types of everything in the bags.
Result<Binder::BagProperties> Binder::propertiesOf(const View& bags, std::size_t rows, const Unpacking& how,
                                                   Span span)
{
    constexpr std::size_t MostColumns = 1000;
    BagProperties properties;
    for (std::size_t row = 0; row < rows; ++row) {
        const auto bag =
            m_evaluation.json().read(bags.isNull(row) ? "null" : bags.column->textAt(bags.at(row)));
        if (!bag || !bag->is_object())
            continue;
        for (const auto& field : simdjson::dom::object(*bag)) {
            if (how.ignored.contains(std::string(field.key)))
                continue;
            auto& type = properties[how.prefix + std::string(field.key)];
            if (!field.value.is_null())
                type = type.value_or(typeOf(field.value)) == typeOf(field.value) ? typeOf(field.value)
                                                                                 : ColumnType::Dynamic;
        }
        if (properties.size() > MostColumns)
            return semantic("SEM0109", "bag_unpack(): more than 1,000 properties.", span);
    }
    return properties;
}

/// Adds the bags' values to the columns at those places.
void Binder::fillFromBags(const View& bags, std::size_t rows, const Unpacking& how,
                          const std::map<std::string, std::size_t>& places, Table& table)
{
    std::string json;
    for (std::size_t row = 0; row < rows; ++row) {
        const auto bag =
            m_evaluation.json().read(bags.isNull(row) ? "null" : bags.column->textAt(bags.at(row)));
        if (bag && bag->is_object()) {
            for (const auto& field : simdjson::dom::object(*bag)) {
                const auto place = places.find(how.prefix + std::string(field.key));
                if (place == places.end() || table.column(place->second).size() > row)
                    continue;
                json.clear();
                appendJson(json, field.value);
                // The conversion reads JSON too, in the first slot: the bag stays in its buffer until then.
                m_pieces.emplace_back(place->second, json);
            }
        }
        for (const auto& [place, piece] : m_pieces) {
            if (table.column(place).size() == row)
                appendFromJson(m_evaluation, table.column(place), piece);
        }
        m_pieces.clear();
        for (const auto& [name, place] : places) {
            if (table.column(place).size() == row)
                table.column(place).appendNull();
        }
        if (row % 1024 == 0 && m_evaluation.outgrown(table.memoryBytes()))
            break;
    }
}

Result<PlanRef> Binder::unpackBags(const Chunk& rows, const Schema& before, const Unpacking& how, Span span)
{
    const View& bags = rows.columns[how.column];
    auto found = propertiesOf(bags, rows.rows, how, span);
    if (!found)
        return fail(found.error());
    BagProperties& properties = *found;
    Table table;
    std::map<std::string, std::size_t> places;
    for (std::size_t i = 0; i < before.size(); ++i) {
        if (i == how.column)
            continue;
        const auto clash = properties.find(before[i].name);
        if (clash != properties.end() && how.conflict != "keep_source") {
            if (how.conflict != "replace_source")
                return semantic("SEM0109",
                                "bag_unpack(): the column '" + before[i].name + "' is there already.", span);
            places[clash->first] = table.columnCount();
            table.addColumn(before[i].name, clash->second.value_or(ColumnType::Dynamic));
            continue;
        }
        if (clash != properties.end())
            properties.erase(clash);
        Column& copy = table.addColumn(before[i].name, before[i].type);
        appendView(copy, rows.columns[i], rows.rows);
    }
    for (const auto& [name, type] : properties) {
        if (!places.contains(name)) {
            places[name] = table.columnCount();
            table.addColumn(name, type.value_or(ColumnType::Dynamic));
        }
    }
    fillFromBags(bags, rows.rows, how, places, table);
    if (auto going = m_evaluation.checkStop(); !going)
        return fail(going.error());
    return valuesNode(std::move(table), span);
}

/// Counts, or another aggregate, by the other columns, with a column for each value of the one.
Result<PlanRef> Binder::bindPivot(const Stage& stage, PlanRef input, const ScopeRef& scope)
{
    const Expr& call = *stage.items.front();
    const Schema before = input->schema;
    const bool named = !call.args.empty() && call.args.front()->kind == ExprKind::Name;
    if (!named || !indexOf(before, call.args.front()->text))
        return semantic("SEM0109", "pivot(): the first argument must be a column.", call.span);
    Stage summarize;
    summarize.name = "summarize";
    summarize.span = stage.span;
    std::set<std::string> used{call.args.front()->text};
    ExprPtr aggregate;
    if (call.args.size() > 1) {
        aggregate = call.args[1];
        collectNames(*aggregate, used);
    } else {
        aggregate = std::make_shared<Expr>();
        aggregate->kind = ExprKind::Call;
        aggregate->text = "count";
        aggregate->span = call.span;
    }
    summarize.items = {aggregate};
    summarize.by.assign(call.args.begin() + std::min<std::ptrdiff_t>(2, std::ssize(call.args)),
                        call.args.end());
    for (const SchemaColumn& column : before) {
        if (call.args.size() > 2 || used.contains(column.name))
            continue;
        auto name = std::make_shared<Expr>(*call.args.front());
        name->text = column.name;
        summarize.by.push_back(name);
    }
    // Without a group the aggregate tells what stands where there are no rows.
    Stage nothing = summarize;
    nothing.by.clear();
    auto none = node(PlanKind::Take, {input}, stage.span);
    if (!none)
        return none;
    auto empty = bindSummarize(nothing, *none, scope);
    if (!empty)
        return empty;
    summarize.by.push_back(call.args.front());
    auto groups = bindSummarize(summarize, std::move(input), scope);
    if (!groups)
        return groups;
    auto fallback = runNow(*empty, stage.span);
    if (!fallback)
        return fail(fallback.error());
    auto rows = runNow(*groups, stage.span);
    if (!rows)
        return fail(rows.error());
    return pivoted(*rows, (*groups)->schema, fallback->columns.front(), stage.span);
}

/// rows: the keys, the column to turn, the value.
Result<PlanRef> Binder::pivoted(const Chunk& rows, const Schema& schema, const View& fallback, Span span)
{
    constexpr std::size_t MostColumns = 1000;
    const std::size_t keys = schema.size() - 2;
    std::vector<ColumnType> types;
    for (std::size_t i = 0; i < keys; ++i)
        types.push_back(schema[i].type);
    Grouping grouping(types);
    Grouping turned({schema[keys].type});
    std::vector<std::uint32_t> groups(rows.rows, 0);
    std::vector<std::uint32_t> columns;
    const std::vector<View> keyViews(rows.columns.begin(),
                                     rows.columns.begin() + static_cast<std::ptrdiff_t>(keys));
    if (keys > 0)
        grouping.assign(keyViews, rows.rows, groups);
    turned.assign(std::span(&rows.columns[keys], 1), rows.rows, columns);
    if (turned.size() > MostColumns)
        return semantic("SEM0109", "pivot(): more than 1,000 values to turn into columns.", span);
    const std::size_t height = keys > 0 ? grouping.size() : std::min<std::size_t>(rows.rows, 1);
    std::vector<std::vector<std::uint32_t>> cells(turned.size(),
                                                  std::vector<std::uint32_t>(height, UINT32_MAX));
    for (std::size_t row = 0; row < rows.rows; ++row)
        cells[columns[row]][groups[row]] = static_cast<std::uint32_t>(row);
    Table table;
    Schema made;
    for (std::size_t i = 0; i < keys; ++i) {
        made.push_back(schema[i]);
        Column& key = table.addColumn(schema[i].name, schema[i].type);
        for (std::size_t row = 0; row < height; ++row)
            key.appendFrom(grouping.keys()[i], row);
    }
    const View& values = rows.columns[keys + 1];
    for (std::size_t c = 0; c < cells.size(); ++c) {
        const std::string text = turned.keys()[0].displayAt(c);
        made.push_back({uniqueName(made, text.empty() ? "Column1" : text), schema[keys + 1].type});
        Column& column = table.addColumn(made.back().name, made.back().type);
        for (const std::uint32_t row : cells[c])
            column.appendFrom(*(row == UINT32_MAX ? fallback : values).column,
                              row == UINT32_MAX ? fallback.at(0) : values.at(row));
    }
    return valuesNode(std::move(table), span);
}

/// The rows for which a condition is true, and so many before and behind each.
Result<PlanRef> Binder::bindRowsNear(const Stage& stage, PlanRef input, const ScopeRef& scope)
{
    const Expr& call = *stage.items.front();
    if (call.args.size() < 2 || call.args.size() > 3)
        return semantic("SEM0218", "rows_near(): function expects 2 or 3 arguments.", call.span);
    if (!input->serialized)
        return semantic("SEM0093", "'rows_near' needs rows in an order: put serialize or sort before it.",
                        call.span);
    auto condition = bindScalar(*call.args[0], scope, RowScope{&input->schema, true, "evaluate"});
    if (!condition)
        return fail(condition.error());
    condition = convert(*condition, ColumnType::Bool, call.args[0]->span);
    if (!condition)
        return fail(condition.error());
    std::size_t reach[2] = {0, 0};
    for (std::size_t i = 0; i < 2; ++i) {
        auto count = bindCountArgument(*call.args[std::min(i + 1, call.args.size() - 1)], scope, "evaluate");
        if (!count)
            return fail(count.error());
        reach[i] = *count;
    }
    auto rows = runNow(input, call.span);
    if (!rows)
        return fail(rows.error());
    const View test = evaluate(m_evaluation, **condition, *rows);
    RowIndex kept;
    std::size_t next = 0; // the first row that is not decided
    for (std::size_t row = 0; row < rows->rows; ++row) {
        const std::size_t at = test.at(row);
        if (test.column->isNull(at) || !test.column->boolAt(at))
            continue;
        next = std::max(next, row - std::min(row, reach[0]));
        for (; next < rows->rows && next <= row + std::min(reach[1], rows->rows); ++next)
            kept.push_back(static_cast<std::uint32_t>(next));
    }
    const Chunk near = selectRows(*rows, std::move(kept));
    Table table;
    for (std::size_t i = 0; i < input->schema.size(); ++i)
        appendView(table.addColumn(input->schema[i].name, input->schema[i].type), near.columns[i], near.rows);
    auto values = valuesNode(std::move(table), call.span);
    if (values)
        (*values)->serialized = true;
    return values;
}

/// One row a value.
Result<PlanRef> Binder::bindNarrow(const Stage& stage, const PlanRef& input)
{
    auto rows = runNow(input, stage.span);
    if (!rows)
        return fail(rows.error());
    Table table;
    Column& numbers = table.addColumn("Row", ColumnType::Long);
    Column& names = table.addColumn("Column", ColumnType::String);
    Column& values = table.addColumn("Value", ColumnType::String);
    for (std::size_t row = 0; row < rows->rows; ++row) {
        for (std::size_t i = 0; i < input->schema.size(); ++i) {
            const View& view = rows->columns[i];
            numbers.appendInteger(static_cast<std::int64_t>(row));
            names.appendText(input->schema[i].name);
            const RowFunction cast = castFunction(view.column->type(), ColumnType::String);
            if (cast == nullptr || view.isNull(row)) {
                values.appendText(view.isNull(row) ? std::string_view() : view.column->textAt(view.at(row)));
                continue;
            }
            const Datum datum = datumAt(view, row);
            cast(m_evaluation, std::span(&datum, 1), values);
        }
        if (row % 1024 == 0 && m_evaluation.outgrown(table.memoryBytes()))
            break;
    }
    if (auto going = m_evaluation.checkStop(); !going)
        return fail(going.error());
    return valuesNode(std::move(table), stage.span);
}

} // namespace gatehouse::kql
