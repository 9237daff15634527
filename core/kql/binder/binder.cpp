// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/binder/binder.h"

#include "core/base/suggestion.h"
#include "core/kql/functions/aggregates.h"
#include "core/kql/lexer/lexer.h"

#include <algorithm>

namespace gatehouse::kql {

namespace {

constexpr int MaxPlanDepth = 250;
constexpr std::size_t MaxPlanNodes = 5000;
constexpr std::size_t ColumnsAStep = 8; // copying columns is cheaper than binding a name

} // namespace

Binder::Binder(std::string_view text, const Catalog& catalog, Evaluation& evaluation)
    : m_text(text)
    , m_catalog(catalog)
    , m_evaluation(evaluation)
{
    m_depth.mostSteps = evaluation.options().bindingSteps;
}

tl::unexpected<Error> Binder::semantic(std::string_view code, std::string message, Span span) const
{
    return fail(queryError(code, std::move(message), m_text, span));
}

tl::unexpected<Error> Binder::unresolved(const std::string& name, Span span, const RowScope& rows,
                                         const ScopeRef& scope) const
{
    std::vector<std::string> candidates;
    if (rows.schema != nullptr) {
        for (const SchemaColumn& column : *rows.schema)
            candidates.push_back(column.name);
    }
    for (const Scope* at = scope.get(); at != nullptr; at = at->parent.get()) {
        for (const auto& [known, binding] : at->names)
            candidates.push_back(known);
    }
    if (rows.schema == nullptr) {
        const auto tables = m_catalog.tableNames();
        candidates.insert(candidates.end(), tables.begin(), tables.end());
    }
    return semantic("SEM0100",
                    "'" + std::string(rows.operation) +
                        "' operator: Failed to resolve table or column or scalar expression named '" + name +
                        "'" + didYouMean(name, {candidates.begin(), candidates.end()}),
                    span);
}

Result<PlanRef> Binder::node(PlanKind kind, std::vector<PlanRef> inputs, Span span)
{
    auto made = std::make_shared<PlanNode>();
    made->kind = kind;
    for (const PlanRef& input : inputs)
        made->depth = std::max(made->depth, input->depth + 1);
    if (!inputs.empty()) {
        made->schema = inputs.front()->schema;
        made->serialized = inputs.front()->serialized;
    }
    made->inputs = std::move(inputs);
    m_depth.steps += made->schema.size() / ColumnsAStep;
    if (made->depth > MaxPlanDepth || ++m_nodes > MaxPlanNodes || m_depth.steps > m_depth.mostSteps)
        return semantic("SEM0001", "The query is too complex: it has too many operators.", span);
    return made;
}

Result<std::vector<BoundQuery>> Binder::bind(const SyntaxTree& tree)
{
    std::vector<BoundQuery> queries;
    const auto scope = std::make_shared<Scope>();
    for (const Statement& statement : tree.statements) {
        switch (statement.kind) {
        case StatementKind::Let:
        case StatementKind::LetFunction: {
            if (auto done = bindLet(statement, scope); !done)
                return fail(done.error());
            break;
        }
        case StatementKind::Query: {
            auto query = bindQuery(*statement.value, scope);
            if (!query)
                return fail(query.error());
            queries.push_back(std::move(*query));
            break;
        }
        case StatementKind::Declare:
            for (const FunctionParameter& parameter : statement.parameters) {
                if (!parameter.fallback)
                    return semantic("SEM0002", "The query parameter '" + parameter.name + "' has no value.",
                                    parameter.span);
                auto value = bindConstant(*parameter.fallback, scope, "declare");
                if (!value)
                    return fail(value.error());
                scope->names[parameter.name].scalar = *value;
            }
            break;
        case StatementKind::Set:
            if (statement.name == "truncationmaxrecords" && statement.value) {
                auto value = bindConstant(*statement.value, scope, "set");
                if (!value)
                    return fail(value.error());
                if ((*value)->type == ColumnType::Long)
                    m_truncation =
                        static_cast<std::size_t>(std::max<std::int64_t>((*value)->constant->integerAt(0), 0));
            }
            break;
        case StatementKind::Pattern:
            if (statement.patterns.empty())
                return semantic("SEM0003", "A pattern without a definition is not supported.",
                                statement.span);
            scope->names[statement.name].patterns =
                std::make_shared<const std::vector<PatternEntry>>(statement.patterns);
            scope->names[statement.name].closure = std::make_shared<Scope>(*scope);
            break;
        case StatementKind::Ignored:
            return semantic("SEM0003", "The statement '" + statement.name + "' is not supported.",
                            statement.span);
        }
    }
    if (queries.empty())
        return semantic("SEM0004", "The query has no tabular expression statement to answer.",
                        {m_text.size(), 0});
    return queries;
}

Status Binder::bindLet(const Statement& statement, const ScopeRef& scope)
{
    // The closure sees what came before: a name may be given anew, and a function never sees itself.
    m_depth.steps += scope->names.size(); // that are copied
    const auto closure = std::make_shared<Scope>(*scope);
    Binding binding;
    binding.closure = closure;
    if (statement.kind == StatementKind::LetFunction) {
        binding.function = statement.function;
    } else if (isTabular(*statement.value, closure)) {
        binding.tableSource = statement.value;
        if (statement.value->kind == ExprKind::Call && statement.value->text == "materialize") {
            auto table = bindTable(*statement.value, closure);
            if (!table)
                return fail(table.error());
            binding.table = *table;
        }
    } else {
        auto value = bindScalar(*statement.value, closure, RowScope{nullptr, false, {}});
        if (!value)
            return fail(value.error());
        binding.scalar = *value;
    }
    scope->names[statement.name] = std::move(binding);
    return {};
}

Result<BoundQuery> Binder::bindQuery(const Expr& expr, const ScopeRef& scope)
{
    m_render.clear();
    m_resultName.clear();
    BoundQuery query;
    if (isTabular(expr, scope)) {
        auto plan = bindTable(expr, scope);
        if (!plan)
            return fail(plan.error());
        query.plan = *plan;
    } else {
        auto value = bindScalar(expr, scope, RowScope{nullptr, false, {}});
        if (!value)
            return fail(value.error());
        return semantic(
            "SEM0005",
            "The query's last expression is a scalar; a tabular expression is expected. Use print.",
            expr.span);
    }
    query.render = m_render;
    query.name = m_resultName;
    return query;
}

bool Binder::isTabular(const Expr& expr, const ScopeRef& scope, int depth) const
{
    if (depth > 50)
        return false;
    switch (expr.kind) {
    case ExprKind::Query:
        return true;
    case ExprKind::Name: {
        const Binding* binding = scope->find(expr.text);
        if (binding != nullptr)
            return binding->table || binding->tableSource ||
                   (binding->function && bodyIsTabular(*binding, depth));
        return m_catalog.find(expr.text) != nullptr;
    }
    case ExprKind::Call: {
        if (expr.text == "materialize" || expr.text == "table" || expr.text == "view" ||
            expr.text == "totable")
            return true;
        const Binding* binding = scope->find(expr.text);
        return binding != nullptr &&
               (binding->patterns || (binding->function && bodyIsTabular(*binding, depth)));
    }
    case ExprKind::Member:
    case ExprKind::Path: {
        const Expr* head = &expr;
        while (head->kind == ExprKind::Member || head->kind == ExprKind::Path)
            head = head->args.front().get();
        const Binding* binding = head->kind == ExprKind::Call ? scope->find(head->text) : nullptr;
        if (binding != nullptr && binding->patterns)
            return true;
        return head->kind == ExprKind::Call && (head->text == "database" || head->text == "cluster" ||
                                                head->text == "workspace" || head->text == "app");
    }
    default:
        return false;
    }
}

bool Binder::bodyIsTabular(const Binding& binding, int depth) const
{
    const auto inner = std::make_shared<Scope>();
    inner->parent = binding.closure;
    for (const FunctionParameter& parameter : binding.function->parameters) {
        Binding& given = inner->names[parameter.name];
        if (parameter.tabular)
            given.table = std::make_shared<PlanNode>();
    }
    const Expr* last = nullptr;
    for (const Statement& statement : binding.function->statements) {
        if (statement.kind == StatementKind::Query)
            last = statement.value.get();
        if (statement.kind == StatementKind::Let) {
            Binding& given = inner->names[statement.name];
            if (isTabular(*statement.value, inner, depth + 1))
                given.table = std::make_shared<PlanNode>();
        } else if (statement.kind == StatementKind::LetFunction) {
            Binding& given = inner->names[statement.name];
            given.function = statement.function;
            given.closure = std::make_shared<Scope>(*inner);
        }
    }
    return last != nullptr && isTabular(*last, inner, depth + 1);
}

Result<std::pair<const Expr*, ScopeRef>> Binder::enterFunction(const Expr& call, const Binding& binding,
                                                               const ScopeRef& scope, const RowScope& rows)
{
    const FunctionBody& body = *binding.function;
    const auto inner = std::make_shared<Scope>();
    inner->parent = binding.closure;
    const std::vector<ExprPtr> none;
    const auto& args = call.kind == ExprKind::Call ? call.args : none;
    if (args.size() > body.parameters.size())
        return semantic("SEM0218",
                        "'" + call.text + "()': the function takes " +
                            std::to_string(body.parameters.size()) + " argument(s).",
                        call.span);
    for (std::size_t i = 0; i < body.parameters.size(); ++i) {
        const FunctionParameter& parameter = body.parameters[i];
        const Expr* argument = i < args.size() && args[i]->kind != ExprKind::Named ? args[i].get() : nullptr;
        for (const ExprPtr& given : args) {
            if (given->kind == ExprKind::Named && given->names.front() == parameter.name)
                argument = given->args.front().get();
        }
        if (argument == nullptr)
            argument = parameter.fallback.get();
        if (argument == nullptr)
            return semantic("SEM0218",
                            "'" + call.text + "()': the argument '" + parameter.name + "' is missing.",
                            call.span);
        Binding& given = inner->names[parameter.name];
        if (parameter.tabular) {
            given.tableSource = std::make_shared<Expr>(*argument);
            given.closure = scope;
            continue;
        }
        auto value = bindScalar(*argument, scope, rows);
        if (!value)
            return fail(value.error());
        const auto type = columnTypeFrom(parameter.type);
        if (!type)
            return semantic("SEM0007", "Unknown type '" + parameter.type + "'.", parameter.span);
        auto converted = convert(*value, *type, argument->span);
        if (!converted)
            return fail(converted.error());
        given.scalar = *converted;
    }
    const Expr* last = nullptr;
    for (const Statement& statement : body.statements) {
        if (statement.kind == StatementKind::Let || statement.kind == StatementKind::LetFunction) {
            if (auto done = bindLet(statement, inner); !done)
                return fail(done.error());
        } else if (statement.kind == StatementKind::Query) {
            last = statement.value.get();
        }
    }
    if (last == nullptr)
        return semantic("SEM0008", "'" + call.text + "()': the function has no body.", call.span);
    return std::pair{last, inner};
}

} // namespace gatehouse::kql
