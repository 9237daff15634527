// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/binder/binder.h"
#include "core/kql/functions/aggregates.h"
#include "core/kql/functions/json.h"
#include "core/kql/values.h"

#include <algorithm>

namespace gatehouse::kql {

/// Binds the items of one summarize. Aggregate calls inside an expression become columns of the Summarize
/// node; a Project above computes what is made of them.
class AggregateBinder
{
public:
    AggregateBinder(Binder& binder, PlanNode& groups, const Schema& input, const ScopeRef& scope)
        : m_binder(binder)
        , m_groups(groups)
        , m_input(input)
        , m_scope(scope)
    {}

    Status bindKey(const Expr& item)
    {
        const RowScope rows{&m_input, false, "summarize"};
        auto value = m_binder.bindScalar(item, m_scope, rows);
        if (!value)
            return fail(value.error());
        if ((*value)->type == ColumnType::Dynamic)
            return m_binder.semantic("SEM0038",
                                     "'summarize' operator: a dynamic value cannot be grouped by; convert it "
                                     "first, as with tostring().",
                                     item.span);
        std::string name = item.kind == ExprKind::Named ? item.names.front() : nameOfExpression(item);
        if (name.empty())
            name = "Column1";
        m_groups.schema.push_back({uniqueName(m_groups.schema, name), (*value)->type});
        m_groups.exprs.push_back(*value);
        return {};
    }

    /// All keys are known: outputs start with them.
    void finishKeys()
    {
        m_keyCount = m_groups.schema.size();
        for (std::size_t i = 0; i < m_keyCount; ++i)
            addOutput(m_groups.schema[i].name, columnRef(m_groups.schema, i));
    }

    Status bindItem(const Expr& item)
    {
        const bool named = item.kind == ExprKind::Named;
        const Expr& inner = named ? *item.args.front() : item;
        const std::vector<std::string> names = named ? item.names : std::vector<std::string>();
        if (inner.kind == ExprKind::Call && isAggregate(inner.text)) {
            const std::string& name = inner.text;
            if (name.starts_with("arg") || ((name == "take_any" || name == "any") && isSeveral(inner)))
                return bindPick(inner, names);
            if (name == "percentiles" || name == "percentilesw")
                return bindPercentiles(inner, names);
        }
        std::string automatic;
        auto value = bindAggregated(inner, automatic);
        if (!value)
            return fail(value.error());
        std::string name = named ? names.front() : automatic;
        if (name.empty())
            name = "Column1";
        if (named && indexOf(outputs, name))
            return m_binder.semantic(
                "SEM0032", "'summarize' operator: the column '" + name + "' is named twice.", item.span);
        addOutput(uniqueName(outputs, name), *value);
        return {};
    }

    Schema outputs;
    std::vector<ExprRef> outputExprs;

private:
    void addOutput(const std::string& name, ExprRef value)
    {
        outputs.push_back({name, value->type});
        outputExprs.push_back(std::move(value));
    }

    [[nodiscard]] static bool isSeveral(const Expr& call)
    {
        return call.args.size() > 1 || (!call.args.empty() && call.args.front()->kind == ExprKind::Star);
    }

    /// The columns of an aggregate in the Summarize node; answers the first one's index.
    std::size_t addAggregate(AggregateCall call)
    {
        const std::size_t first = m_groups.schema.size();
        for (const ColumnType type : call.outputs)
            m_groups.schema.push_back({"aggregate" + std::to_string(m_groups.schema.size()), type});
        m_groups.aggregates.push_back(std::move(call));
        return first;
    }

    Result<std::vector<ExprRef>> bindArguments(const Expr& call)
    {
        std::vector<ExprRef> args;
        for (const ExprPtr& part : call.args) {
            if (part->kind == ExprKind::Star && call.text == "count")
                continue;
            auto value = m_binder.bindScalar(*part, m_scope, RowScope{&m_input, false, "summarize"});
            if (!value)
                return fail(value.error());
            args.push_back(*value);
        }
        const auto condition = conditionOf(call.text);
        if (condition && *condition < args.size() && isTruth(args[*condition]->type)) {
            auto truth = m_binder.convert(args[*condition], ColumnType::Bool, call.span);
            if (!truth)
                return fail(truth.error());
            args[*condition] = *truth;
        }
        return args;
    }

    [[nodiscard]] static bool isTruth(ColumnType type)
    {
        return type == ColumnType::Dynamic || type == ColumnType::Long || type == ColumnType::Int;
    }

    /// Some names are an aggregate of one argument and a scalar function of several.
    [[nodiscard]] static bool isAggregateCall(const Expr& expr)
    {
        return expr.kind == ExprKind::Call && isAggregate(expr.text) &&
               (findFunctions(expr.text).empty() || expr.args.size() == 1);
    }

    Result<ExprRef> bindAggregated(const Expr& expr, std::string& automatic)
    {
        if (isAggregateCall(expr)) {
            auto args = bindArguments(expr);
            if (!args)
                return fail(args.error());
            const std::string argument =
                expr.args.empty() ? std::string() : nameOfExpression(*expr.args.front());
            if (expr.text == "percentile" || expr.text == "percentilew")
                return bindPercentile(expr, *args, argument, automatic);
            if (expr.text == "percentiles_array" || expr.text == "percentilesw_array")
                return bindPercentilesArray(expr, *args, argument, automatic);
            auto bound = bindAggregate(expr.text, std::move(*args));
            if (!bound)
                return m_binder.semantic("SEM0039", "'summarize' operator: " + bound.error(), expr.span);
            automatic = expr.text == "take_any" ? argument : bound->prefix + "_" + argument;
            if (expr.text.starts_with("covariance"))
                automatic += "_" + nameOfExpression(*expr.args[1]);
            if (expr.text == "count_distinct" || expr.text == "take_anyif")
                automatic = expr.text + "_" + argument;
            return columnRef(m_groups.schema, addAggregate(std::move(bound->call)));
        }
        return bindAround(expr, automatic);
    }

    /// An expression around aggregates: they are bound first and stand as hidden names.
    Result<ExprRef> bindAround(const Expr& expr, std::string& automatic)
    {
        const auto scope = std::make_shared<Scope>();
        scope->parent = m_scope;
        Expr copy = expr;
        if (auto done = replaceAggregates(copy, *scope); !done)
            return fail(done.error());
        Schema keys(m_groups.schema.begin(),
                    m_groups.schema.begin() + static_cast<std::ptrdiff_t>(m_keyCount));
        auto value = m_binder.bindScalar(copy, scope, RowScope{&keys, false, "summarize"});
        if (value) {
            const std::string name = nameOfExpression(copy);
            automatic = name.find('\x01') == std::string::npos ? name : m_lastName;
        }
        return value;
    }

    Status replaceAggregates(Expr& expr, Scope& scope)
    {
        for (ExprPtr& part : expr.args) {
            if (isAggregateCall(*part)) {
                auto value = bindAggregated(*part, m_lastName);
                if (!value)
                    return fail(value.error());
                auto name = std::make_shared<Expr>();
                name->kind = ExprKind::Name;
                name->span = part->span;
                name->text = "\x01" + std::to_string(scope.names.size());
                scope.names[name->text].scalar = *value;
                part = name;
                continue;
            }
            auto copy = std::make_shared<Expr>(*part);
            if (auto done = replaceAggregates(*copy, scope); !done)
                return done;
            part = copy;
        }
        return {};
    }

    /// How many arguments stand in front of the percentages: the value and, where there is one, its weight.
    /// 0 when they do not fit.
    [[nodiscard]] static std::size_t valuesOf(const Expr& call, const std::vector<ExprRef>& args)
    {
        const std::size_t values =
            call.text.starts_with("percentilew") || call.text.starts_with("percentilesw") ? 2 : 1;
        bool fits = args.size() > values;
        for (std::size_t i = 0; fits && i < values; ++i)
            fits = hasPercentiles(args[i]->type);
        return fits ? values : 0;
    }

    [[nodiscard]] tl::unexpected<Error> percentagesExpected(const Expr& call) const
    {
        return m_binder.semantic(
            "SEM0039",
            "'summarize' operator: " + call.text +
                "(): numbers, moments or spans and then constant percentages are expected.",
            call.span);
    }

    std::size_t addPercentile(const std::vector<ExprRef>& args, std::size_t values, double percent)
    {
        return addAggregate(values == 2 ? weightedPercentileOf(args[0], args[1], percent)
                                        : percentileOf(args[0], percent));
    }

    Result<ExprRef> bindPercentile(const Expr& expr, const std::vector<ExprRef>& args,
                                   const std::string& argument, std::string& automatic)
    {
        const std::size_t values = valuesOf(expr, args);
        const auto percent = values > 0 && args.size() == values + 1 ? numberOf(args[values]) : std::nullopt;
        if (!percent)
            return percentagesExpected(expr);
        automatic = "percentile_" + argument + "_" + percentText(*expr.args[values], *percent);
        return columnRef(m_groups.schema, addPercentile(args, values, *percent));
    }

    /// Percentages as arguments or as one dynamic array.
    Result<ExprRef> bindPercentilesArray(const Expr& expr, const std::vector<ExprRef>& args,
                                         const std::string& argument, std::string& automatic)
    {
        const std::size_t values = valuesOf(expr, args);
        std::vector<double> percents;
        for (std::size_t i = values; values > 0 && i < args.size(); ++i) {
            const bool array =
                args[i]->kind == BoundExpr::Kind::Constant && args[i]->type == ColumnType::Dynamic;
            const auto listed = array ? numbersOf(*args[i]->constant) : std::nullopt;
            const auto single = numberOf(args[i]);
            if (!listed && !single)
                return percentagesExpected(expr);
            if (listed)
                percents.insert(percents.end(), listed->begin(), listed->end());
            else
                percents.push_back(*single);
        }
        if (percents.empty())
            return percentagesExpected(expr);
        automatic = (values == 2 ? "percentile_" : "percentiles_") + argument;
        return columnRef(m_groups.schema,
                         addAggregate(values == 2 ? weightedPercentilesArrayOf(args[0], args[1], percents)
                                                  : percentilesArrayOf(args[0], percents)));
    }

    /// The numbers of a constant dynamic array; empty when it is none.
    [[nodiscard]] std::optional<std::vector<double>> numbersOf(const Column& value) const
    {
        const auto array =
            value.isNull(0) ? std::nullopt : m_binder.m_evaluation.json().read(value.textAt(0));
        if (!array || !array->is_array())
            return std::nullopt;
        std::vector<double> numbers;
        for (const auto item : simdjson::dom::array(*array)) {
            double number = 0;
            if (item.get(number) != simdjson::SUCCESS)
                return std::nullopt;
            numbers.push_back(number);
        }
        return numbers;
    }

    [[nodiscard]] static std::optional<double> numberOf(const ExprRef& expr)
    {
        const bool numeric =
            expr->type == ColumnType::Long || expr->type == ColumnType::Int || expr->type == ColumnType::Real;
        if (expr->kind != BoundExpr::Kind::Constant || !numeric)
            return std::nullopt;
        return expr->constant->numberAt(0);
    }
    [[nodiscard]] static std::string percentText(const Expr& written, double value)
    {
        std::string text = written.kind == ExprKind::Literal ? written.text : decimalFromReal(value);
        std::replace(text.begin(), text.end(), '.', '_');
        return text;
    }

    Status bindPercentiles(const Expr& call, const std::vector<std::string>& names)
    {
        auto args = bindArguments(call);
        if (!args)
            return fail(args.error());
        const std::size_t values = valuesOf(call, *args);
        if (values == 0)
            return percentagesExpected(call);
        for (std::size_t i = values; i < args->size(); ++i) {
            const auto percent = numberOf((*args)[i]);
            if (!percent)
                return percentagesExpected(call);
            const std::string automatic =
                "percentile_" + nameOfExpression(*call.args[0]) + "_" + percentText(*call.args[i], *percent);
            addOutput(uniqueName(outputs, i - values < names.size() ? names[i - values] : automatic),
                      columnRef(m_groups.schema, addPercentile(*args, values, *percent)));
        }
        return {};
    }

    /// arg_max(by, a, b = c, *): one node column for by and each output.
    Status bindPick(const Expr& call, const std::vector<std::string>& names)
    {
        const bool any = call.text == "take_any" || call.text == "any";
        const RowScope rows{&m_input, false, "summarize"};
        std::vector<ExprRef> values;
        std::vector<std::string> valueNames;
        if (call.args.empty())
            return m_binder.semantic(
                "SEM0039", "'summarize' operator: " + call.text + "(): an argument is expected.", call.span);
        for (std::size_t i = 0; i < call.args.size(); ++i) {
            const Expr& part = *call.args[i];
            if (part.kind == ExprKind::Star) {
                for (std::size_t c = 0; c < m_input.size(); ++c) {
                    const bool taken =
                        isKey(m_input[c].name) ||
                        std::find(valueNames.begin(), valueNames.end(), m_input[c].name) != valueNames.end();
                    if (taken)
                        continue;
                    values.push_back(columnRef(m_input, c));
                    valueNames.push_back(m_input[c].name);
                }
                continue;
            }
            auto value = m_binder.bindScalar(part, m_scope, rows);
            if (!value)
                return fail(value.error());
            values.push_back(*value);
            std::string name = part.kind == ExprKind::Named ? part.names.front() : nameOfExpression(part);
            if (name.empty())
                name = i == 0 && !any ? (call.text.find("max") != std::string::npos ? "max_" : "min_")
                                      : call.text + "_";
            valueNames.push_back(call.text == "any" ? "any_" + name : name);
        }
        if (values.empty())
            return {};
        const ExprRef by = values.front();
        const std::vector<ExprRef> rest(values.begin() + 1, values.end());
        const Pick pick = any                                          ? Pick::Any
                          : call.text.find("max") != std::string::npos ? Pick::Largest
                                                                       : Pick::Smallest;
        const std::size_t first = addAggregate(pickRow(pick, by, rest));
        for (std::size_t i = 0; i < values.size(); ++i)
            addOutput(uniqueName(outputs, i < names.size() ? names[i] : valueNames[i]),
                      columnRef(m_groups.schema, first + i));
        return {};
    }

    [[nodiscard]] bool isKey(const std::string& column) const
    {
        for (std::size_t i = 0; i < m_keyCount; ++i) {
            if (m_groups.schema[i].name == column)
                return true;
        }
        return false;
    }

    Binder& m_binder;
    PlanNode& m_groups;
    const Schema& m_input;
    const ScopeRef& m_scope;
    std::size_t m_keyCount = 0;
    std::string m_lastName;
};

Result<PlanRef> Binder::bindSummarize(const Stage& stage, PlanRef input, const ScopeRef& scope)
{
    const Schema before = input->schema;
    auto groups = node(PlanKind::Summarize, {std::move(input)}, stage.span);
    if (!groups)
        return groups;
    (*groups)->schema.clear();
    (*groups)->serialized = false;
    AggregateBinder aggregates(*this, **groups, before, scope);
    for (const ExprPtr& key : stage.by) {
        if (auto done = aggregates.bindKey(*key); !done)
            return fail(done.error());
    }
    aggregates.finishKeys();
    for (const ExprPtr& item : stage.items) {
        if (auto done = aggregates.bindItem(*item); !done)
            return fail(done.error());
    }
    auto project = node(PlanKind::Project, {*groups}, stage.span);
    if (!project)
        return project;
    (*project)->schema = std::move(aggregates.outputs);
    (*project)->exprs = std::move(aggregates.outputExprs);
    return project;
}

Result<PlanRef> Binder::bindCount(const Stage& stage, PlanRef input)
{
    auto groups = node(PlanKind::Summarize, {std::move(input)}, {});
    if (!groups)
        return groups;
    auto bound = bindAggregate("count", {});
    (*groups)->schema = {{stage.items.empty() ? "Count" : stage.items.front()->text, ColumnType::Long}};
    (*groups)->serialized = false;
    (*groups)->aggregates = {bound->call};
    return groups;
}

} // namespace gatehouse::kql
