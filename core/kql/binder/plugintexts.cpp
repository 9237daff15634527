// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/binder/binder.h"
#include "core/kql/parser/parser.h"

#include <array>
#include <map>

namespace gatehouse::kql {

namespace {

/// A plugin that KQL itself can say. $name stands for the argument of that name, $input for the rows; a
/// column that is called $name gets the name of what was given.
struct PluginText
{
    std::string_view name;
    std::size_t fewest;
    std::vector<std::string_view> parameters;
    std::string_view text;
};

const std::array Texts = {
    PluginText{"activity_counts_metrics", 5, {"id", "time", "start", "end", "window"}, R"(
let rows = $input | where $time >= $start and $time <= $end | project w = bin_at($time, $window, $start), id = $id;
rows | summarize c = count(), d = dcount(id) by w
| join kind=leftouter (rows | summarize w = min(w) by id | summarize n = count() by w) on w
| extend n = coalesce(n, 0) | sort by w asc
| project $time = w, ['count'] = c, ['dcount'] = d, new_dcount = n, aggregated_dcount = row_cumsum(n))"},
    PluginText{"sliding_window_counts", 6, {"id", "time", "start", "end", "window", "bin"}, R"(
$input | where $time > $start - $window and $time <= $end
| project __start = bin_at($time, $bin, $start), id = $id
| mv-expand w = range(__start, __start + $window - $bin, $bin) to typeof(datetime) | where w >= $start and w <= $end
| summarize Count = count(), Dcount = dcount(id) by $time = w)"},
    PluginText{"rolling_percentile", 5, {"value", "percent", "index", "bin", "bins"}, R"(
let rows = $input | project i = bin($index, $bin), v = $value;
let __highest = toscalar(rows | summarize max(i));
rows | mv-expand w = range(i, i + ($bins - 1) * $bin, $bin) | where todatetime(w) <= __highest
| summarize p = percentile(v, $percent) by $index = todatetime(w))"},
    PluginText{"session_count", 6, {"id", "time", "start", "end", "bin", "lookback"}, R"(
$input | where $time >= $start and $time <= $end | project id = $id, t = $time | sort by id asc, t asc
| where row_number() == 1 or id != prev(id) or t - prev(t) >= $lookback
| summarize count_sessions = count() by $time = bin(t, $bin))"},
    PluginText{
        "active_users_count", 8, {"id", "time", "start", "end", "lookback", "period", "periods", "bin"}, R"(
let seen = $input | where $time > $start - $lookback and $time <= $end | distinct id = $id, t = $time;
seen | where t >= $start | join kind=inner (seen | project id, u = t) on id | where u <= t and u > t - $lookback
| summarize n = count_distinct(bin(u, $period)) by id, t | where n >= $periods
| summarize ['dcount'] = dcount(id) by $time = bin_at(t, $bin, $start))"},
    PluginText{"schema_merge", 0, {"PreserveOrder"}, R"(
$input | summarize o = max(ColumnOrdinal), DataType = take_any(DataType), ColumnType = take_any(ColumnType) by ColumnName
| sort by o asc, ColumnName asc
| project ColumnName, ColumnOrdinal = row_number(0), DataType, ColumnType)"},
    PluginText{"ipv4_lookup", 3, {"lookup", "source", "key", "return_unmatched"}, R"(
let rows = $input | serialize __row = row_number() | extend __one = 1, __source = $source;
let found = $lookup | extend __one = 1, __key = $key | join kind=inner rows on __one
| where ipv4_is_in_range(__source, __key);
let rest = rows | where $return_unmatched | join kind=leftanti found on __row;
union found, rest | project-away __*)"},
    PluginText{"ipv6_lookup", 3, {"lookup", "source", "key", "return_unmatched"}, R"(
let rows = $input | serialize __row = row_number() | extend __one = 1, __source = $source;
let found = $lookup | extend __one = 1, __key = $key | join kind=inner rows on __one
| where ipv6_is_in_range(__source, __key);
let rest = rows | where $return_unmatched | join kind=leftanti found on __row;
union found, rest | project-away __*)"},
};

using Arguments = std::map<std::string, ExprPtr, std::less<>>;

/// Copies trees with their arguments in place. Everything gets the span of the call, so that errors point
/// there.
class Substitution
{
public:
    Substitution(const Arguments& arguments, Span span)
        : m_arguments(arguments)
        , m_span(span)
    {}

    [[nodiscard]] ExprPtr expr(const Expr& from) const
    {
        if (from.kind == ExprKind::Name && from.text.starts_with('$')) {
            const auto found = m_arguments.find(from.text.substr(1));
            if (found != m_arguments.end())
                return found->second;
        }
        auto copy = std::make_shared<Expr>(from);
        copy->span = m_span;
        for (std::string& name : copy->names) {
            const auto found = name.starts_with('$') ? m_arguments.find(name.substr(1)) : m_arguments.end();
            if (found == m_arguments.end())
                continue;
            name = nameOfExpression(*found->second);
            if (name.empty())
                name = "Column1";
        }
        exprs(copy->args);
        if (copy->query)
            copy->query = pipeline(*copy->query);
        return copy;
    }

private:
    void exprs(std::vector<ExprPtr>& list) const
    {
        for (ExprPtr& one : list)
            one = expr(*one);
    }

    [[nodiscard]] std::shared_ptr<Pipeline> pipeline(const Pipeline& from) const
    {
        auto copy = std::make_shared<Pipeline>(from);
        for (Stage& stage : copy->stages) {
            stage.span = m_span;
            exprs(stage.items);
            exprs(stage.by);
            for (Parameter& parameter : stage.parameters)
                parameter.value = expr(*parameter.value);
        }
        return copy;
    }

    const Arguments& m_arguments;
    Span m_span;
};

ExprPtr nameExpr(std::string text, Span span)
{
    auto expr = std::make_shared<Expr>();
    expr->kind = ExprKind::Name;
    expr->text = std::move(text);
    expr->span = span;
    return expr;
}

struct Refusal
{
    std::string message;
    Span span;
};

tl::expected<Arguments, Refusal> argumentsOf(const Expr& call, const PluginText& plugin)
{
    Arguments arguments;
    for (std::size_t i = 0; i < call.args.size(); ++i) {
        const Expr& argument = *call.args[i];
        if (argument.kind == ExprKind::Named)
            arguments[argument.names.front()] = argument.args.front();
        else if (i < plugin.parameters.size())
            arguments[std::string(plugin.parameters[i])] = call.args[i];
        else
            return tl::unexpected(
                Refusal{call.text + "(): more arguments than this engine knows.", argument.span});
    }
    for (std::size_t i = 0; i < plugin.fewest; ++i) {
        if (!arguments.contains(plugin.parameters[i]))
            return tl::unexpected(Refusal{call.text + "(): an argument is missing.", call.span});
    }
    if (!arguments.contains("return_unmatched")) {
        auto no = std::make_shared<Expr>();
        no->type = ColumnType::Bool;
        no->text = "false";
        arguments["return_unmatched"] = no;
    }
    return arguments;
}

} // namespace

/// known becomes false for a plugin that is no text here.
Result<PlanRef> Binder::bindPluginText(const Stage& stage, PlanRef input, const ScopeRef& outer, bool& known)
{
    const Expr& call = *stage.items.front();
    const PluginText* plugin = nullptr;
    for (const PluginText& text : Texts) {
        if (text.name == call.text)
            plugin = &text;
    }
    known = plugin != nullptr;
    if (!known)
        return PlanRef();
    auto given = argumentsOf(call, *plugin);
    if (!given)
        return semantic("SEM0109", given.error().message, given.error().span);
    Arguments& arguments = *given;
    auto rows = cached(std::move(input));
    if (!rows)
        return rows;
    arguments["input"] = nameExpr("\x05input", call.span);
    const auto scope = std::make_shared<Scope>();
    scope->parent = outer;
    scope->names["\x05input"].table = *rows;
    auto tree = parse(plugin->text);
    if (!tree)
        return fail(tree.error());
    const Substitution substitution(arguments, call.span);
    Result<PlanRef> plan = PlanRef();
    for (Statement& statement : tree->statements) {
        statement.value = substitution.expr(*statement.value);
        if (statement.kind == StatementKind::Query) {
            plan = bindTable(*statement.value, scope);
        } else if (auto done = bindLet(statement, scope); !done) {
            return fail(done.error());
        }
    }
    if (plan && call.text == "rolling_percentile") { // its column is named after two of its arguments
        auto named = node(PlanKind::Project, {*plan}, call.span);
        if (!named)
            return named;
        for (std::size_t i = 0; i < (*named)->schema.size(); ++i)
            (*named)->exprs.push_back(columnRef((*named)->schema, i));
        (*named)->schema.back().name = "rolling_" + arguments["bins"]->text + "_percentile_" +
                                       nameOfExpression(*arguments["value"]) + "_" +
                                       arguments["percent"]->text;
        return named;
    }
    return plan;
}

} // namespace gatehouse::kql
