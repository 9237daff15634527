// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kql/binder/scope.h"
#include "core/kql/execution/context.h"
#include "core/kql/functions/registry.h"

#include <string>
#include <vector>

namespace gatehouse::kql {

/// One answer of a query: its plan and, with a render operator, the JSON of its visualization.
struct BoundQuery
{
    PlanRef plan;
    std::string render;
    std::string name; ///< given by as at the end; empty otherwise
};

/// Resolves names and types of a tree against a catalog and makes plans. Constants are folded; toscalar() and
/// the table of an in () run at once, in the evaluation given. One query, one thread.
class Binder
{
public:
    Binder(std::string_view text, const Catalog& catalog, Evaluation& evaluation);

    [[nodiscard]] Result<std::vector<BoundQuery>> bind(const SyntaxTree& tree);
    /// What "set truncationmaxrecords" asked for.
    [[nodiscard]] std::optional<std::size_t> truncationRows() const { return m_truncation; }
    /// How much work it was so far.
    [[nodiscard]] std::size_t steps() const { return m_depth.steps; }

private:
    friend class AggregateBinder;

    /// How deep binding has recursed and how much it has done: functions that call each other twice are bound
    /// 2^n times, however short they are.
    struct Effort
    {
        int depth = 0;
        std::size_t steps = 0;
        std::size_t mostSteps = 0;
    };

    /// Counts how deep binding has recursed, whatever the way: expressions, inlined functions, tables.
    class Level
    {
    public:
        Level(Effort& effort, int weight)
            : m_effort(effort)
            , m_weight(weight)
        {
            m_effort.depth += weight;
            ++m_effort.steps;
        }
        ~Level() { m_effort.depth -= m_weight; }
        Level(const Level&) = delete;
        Level& operator=(const Level&) = delete;
        [[nodiscard]] bool tooDeep() const
        {
            return m_effort.depth > MaxDepth || m_effort.steps > m_effort.mostSteps;
        }

    private:
        static constexpr int MaxDepth = 700;
        Effort& m_effort;
        int m_weight;
    };

    // binder.cpp
    [[nodiscard]] Status bindLet(const Statement& statement, const ScopeRef& scope);
    [[nodiscard]] Result<BoundQuery> bindQuery(const Expr& expr, const ScopeRef& scope);
    [[nodiscard]] Result<std::pair<const Expr*, ScopeRef>>
    enterFunction(const Expr& call, const Binding& binding, const ScopeRef& scope, const RowScope& rows);
    [[nodiscard]] bool isTabular(const Expr& expr, const ScopeRef& scope, int depth = 0) const;
    [[nodiscard]] bool bodyIsTabular(const Binding& binding, int depth) const;

    // tables.cpp
    [[nodiscard]] Result<PlanRef> bindTable(const Expr& expr, const ScopeRef& scope);
    [[nodiscard]] Result<PlanRef> bindTableName(const Expr& expr, const std::string& name,
                                                const ScopeRef& scope);
    [[nodiscard]] Result<PlanRef> bindTableCall(const Expr& expr, const ScopeRef& scope);
    [[nodiscard]] Result<PlanRef> bindPipeline(const Pipeline& pipeline, const ScopeRef& scope);
    [[nodiscard]] Result<PlanRef> bindHead(const Stage& stage, const ScopeRef& scope);
    [[nodiscard]] Result<PlanRef> bindStage(const Stage& stage, PlanRef input, const ScopeRef& scope);
    [[nodiscard]] Result<PlanRef> scan(const std::string& name, std::shared_ptr<const TableSource> source);
    [[nodiscard]] Result<PlanRef> bindDataTable(const Stage& stage, const ScopeRef& scope);
    [[nodiscard]] Result<PlanRef> bindRange(const Stage& stage, const ScopeRef& scope);
    [[nodiscard]] Result<PlanRef> bindPrint(const Stage& stage, const ScopeRef& scope);
    [[nodiscard]] Result<PlanRef> cached(PlanRef input);

    // operators.cpp
    [[nodiscard]] Result<PlanRef> bindWhere(const Stage& stage, PlanRef input, const ScopeRef& scope);
    [[nodiscard]] Result<PlanRef> bindProject(const Stage& stage, PlanRef input, const ScopeRef& scope);
    [[nodiscard]] Result<PlanRef> bindExtend(const Stage& stage, PlanRef input, const ScopeRef& scope);
    [[nodiscard]] Result<PlanRef> bindRename(const Stage& stage, PlanRef input);
    [[nodiscard]] Result<PlanRef> bindColumnSet(const Stage& stage, PlanRef input);
    [[nodiscard]] Result<PlanRef> bindReorder(const Stage& stage, PlanRef input);
    [[nodiscard]] Result<PlanRef> bindSort(const Stage& stage, PlanRef input, const ScopeRef& scope);
    [[nodiscard]] Result<PlanRef> bindTake(const Stage& stage, PlanRef input, const ScopeRef& scope);
    [[nodiscard]] Result<PlanRef> bindDistinct(const Stage& stage, PlanRef input, const ScopeRef& scope);
    [[nodiscard]] Result<PlanRef> bindCount(const Stage& stage, PlanRef input);
    [[nodiscard]] Result<PlanRef> bindGetSchema(const PlanRef& input);
    [[nodiscard]] Result<PlanRef> bindSummarize(const Stage& stage, PlanRef input, const ScopeRef& scope);

    // multitable.cpp
    [[nodiscard]] Result<PlanRef> bindJoin(const Stage& stage, PlanRef input, const ScopeRef& scope);
    [[nodiscard]] Status bindJoinKey(const Expr& expr, const PlanRef& left, const PlanRef& right,
                                     PlanNode& node, const ScopeRef& scope);
    [[nodiscard]] Result<PlanRef> bindUnion(const Stage& stage, PlanRef input, const ScopeRef& scope);
    [[nodiscard]] Result<std::vector<std::pair<std::string, PlanRef>>>
    unionLegs(const Stage& stage, const ScopeRef& scope, bool fuzzy);
    [[nodiscard]] Result<PlanRef> bindMvExpand(const Stage& stage, PlanRef input, const ScopeRef& scope);

    // render.cpp
    [[nodiscard]] Result<std::string> bindRender(const Stage& stage);

    // expressions.cpp
    [[nodiscard]] Result<ExprRef> bindScalar(const Expr& expr, const ScopeRef& scope, const RowScope& rows);
    [[nodiscard]] Result<ExprRef> bindName(const Expr& expr, const ScopeRef& scope, const RowScope& rows);
    [[nodiscard]] Result<ExprRef> bindLiteral(const Expr& expr);
    [[nodiscard]] Result<ExprRef> bindPath(const Expr& expr, const ScopeRef& scope, const RowScope& rows);
    [[nodiscard]] Result<ExprRef> bindBinary(const Expr& expr, const ScopeRef& scope, const RowScope& rows);
    [[nodiscard]] Result<ExprRef> bindList(const Expr& expr, const ScopeRef& scope, const RowScope& rows);
    [[nodiscard]] Result<ExprRef> bindCall(const Expr& expr, const ScopeRef& scope, const RowScope& rows);
    [[nodiscard]] Result<ExprRef> bindSpecial(const Expr& expr, const ScopeRef& scope, const RowScope& rows,
                                              bool& known);
    [[nodiscard]] Result<ExprRef> bindStarOperation(const Expr& expr, const ScopeRef& scope,
                                                    const RowScope& rows);
    /// A named value list of a whole stage: bind, and the automatic name.
    [[nodiscard]] Result<ExprRef> bindConstant(const Expr& expr, const ScopeRef& scope,
                                               std::string_view operation);
    [[nodiscard]] Result<std::shared_ptr<const Column>> runColumn(const PlanRef& plan);

    // calls.cpp
    /// A call of a registered function or operator; picks the form, converts the arguments, folds constants.
    [[nodiscard]] Result<ExprRef> makeCall(std::string_view name, std::vector<ExprRef> args, Span span,
                                           const RowScope& rows);
    [[nodiscard]] const FunctionSpec* chooseForm(std::string_view name,
                                                 const std::vector<ExprRef>& args) const;
    [[nodiscard]] Result<ExprRef> convert(ExprRef expr, ColumnType type, Span span);
    [[nodiscard]] Result<ExprRef> finishCall(std::shared_ptr<BoundExpr> call);
    [[nodiscard]] ExprRef constant(Column column, Span span) const;

    // binder.cpp
    [[nodiscard]] tl::unexpected<Error> semantic(std::string_view code, std::string message, Span span) const;
    [[nodiscard]] tl::unexpected<Error> unresolved(const std::string& name, Span span, const RowScope& rows,
                                                   const ScopeRef& scope) const;
    [[nodiscard]] Result<PlanRef> node(PlanKind kind, std::vector<PlanRef> inputs, Span span);

    std::string_view m_text;
    const Catalog& m_catalog;
    Evaluation& m_evaluation;
    std::string m_render;
    std::string m_resultName;
    std::optional<std::size_t> m_truncation;
    Effort m_depth;
    std::size_t m_nodes = 0;
};

/// The automatic name of a column that an expression makes; "" when it has none of its own.
[[nodiscard]] std::string nameOfExpression(const Expr& expr);
/// name, name1, name2, … whichever is free in the schema.
[[nodiscard]] std::string uniqueName(const Schema& schema, const std::string& name);
[[nodiscard]] std::optional<std::size_t> indexOf(const Schema& schema, std::string_view name);
[[nodiscard]] ExprRef columnRef(const Schema& schema, std::size_t index);
[[nodiscard]] bool matchesWildcard(std::string_view pattern, std::string_view name);
/// The value of a parameter as a word; "" when it is absent.
[[nodiscard]] std::string parameterOf(const Stage& stage, std::string_view name);

} // namespace gatehouse::kql
