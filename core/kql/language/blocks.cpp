// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/language/outline.h"
#include "core/kql/parser/parser.h"

#include <algorithm>

namespace gatehouse::kql::language {

namespace {

constexpr std::string_view TimeColumn = "TimeGenerated";

/// Looks for a condition on TimeGenerated in all pipelines of a query, those of its functions included.
class TimeFilterFinder
{
public:
    [[nodiscard]] bool inStatements(const std::vector<Statement>& statements) const
    {
        return std::any_of(statements.begin(), statements.end(), [&](const Statement& statement) {
            return (statement.value && inExpression(*statement.value)) ||
                   (statement.function && inStatements(statement.function->statements));
        });
    }

private:
    [[nodiscard]] bool inExpression(const Expr& expr) const
    {
        return (expr.query && inPipeline(*expr.query)) ||
               std::any_of(expr.args.begin(), expr.args.end(),
                           [&](const ExprPtr& each) { return inExpression(*each); });
    }

    [[nodiscard]] bool inPipeline(const Pipeline& pipeline) const
    {
        return std::any_of(pipeline.stages.begin(), pipeline.stages.end(),
                           [&](const Stage& stage) { return inStage(stage); });
    }

    [[nodiscard]] bool inStage(const Stage& stage) const
    {
        const bool filters =
            stage.name == "where" || stage.name == "filter" || stage.name == "find" || stage.name == "search";
        const auto restricts = [&](const ExprPtr& item) {
            return (filters && isCondition(*item)) || inExpression(*item);
        };
        return std::any_of(stage.items.begin(), stage.items.end(), restricts) ||
               std::any_of(stage.parts.begin(), stage.parts.end(),
                           [&](const Stage& part) { return inStage(part); }) ||
               (stage.subquery != nullptr && inPipeline(*stage.subquery));
    }

    [[nodiscard]] static bool isCondition(const Expr& expr)
    {
        const auto restricts = [](const ExprPtr& each) { return isCondition(*each); };
        if (expr.kind == ExprKind::Binary && expr.text == "and")
            return std::any_of(expr.args.begin(), expr.args.end(), restricts);
        if (expr.kind == ExprKind::Binary && expr.text == "or")
            return std::all_of(expr.args.begin(), expr.args.end(), restricts);
        const bool compares =
            expr.kind == ExprKind::Binary && (expr.text == "<" || expr.text == ">" || expr.text == "<=" ||
                                              expr.text == ">=" || expr.text == "==");
        const bool among =
            (expr.kind == ExprKind::List || expr.kind == ExprKind::Between) && !expr.text.starts_with('!');
        return (compares || among) && names(expr);
    }

    [[nodiscard]] static bool names(const Expr& expr)
    {
        return (expr.kind == ExprKind::Name && expr.text == TimeColumn) ||
               std::any_of(expr.args.begin(), expr.args.end(),
                           [](const ExprPtr& each) { return names(*each); });
    }
};

} // namespace

Span blockAt(std::string_view text, std::size_t offset)
{
    Span before;
    for (const Span& block : blocksOf(piecesOf(text), text)) {
        if (block.start > offset)
            return before.length > 0 ? before : block;
        before = block;
        if (offset <= block.start + block.length)
            break;
    }
    return before;
}

bool filtersTime(std::string_view query)
{
    const auto tree = parse(query);
    return tree && TimeFilterFinder().inStatements(tree->statements);
}

} // namespace gatehouse::kql::language
