// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kql/parser/expressions.h"

namespace gatehouse::kql {

/// Parses pipelines: a head, then stages behind "|".
class PipelineParser
{
public:
    explicit PipelineParser(TokenCursor& cursor)
        : m_cursor(cursor)
        , m_expressions(cursor, [this](ExprPtr head) { return pipeline(std::move(head)); })
    {}

    /// head: what already stands before the first "|"; nullptr when the head itself is an operator.
    [[nodiscard]] Result<std::shared_ptr<Pipeline>> pipeline(ExprPtr head);
    [[nodiscard]] ExpressionParser& expressions() { return m_expressions; }
    /// "(name: type, …)" behind datatable and a function's table parameter; the "(" is taken already.
    [[nodiscard]] Result<std::vector<ColumnDeclaration>> columnDeclarations();

private:
    using Rule = Status (PipelineParser::*)(Stage&);

    [[nodiscard]] Result<Stage> stage();
    [[nodiscard]] Status parameters(Stage& stage);
    [[nodiscard]] Status one(std::vector<ExprPtr>& into);
    [[nodiscard]] Status orderedList(std::vector<ExprPtr>& into);
    [[nodiscard]] Status condition(Stage& stage);
    [[nodiscard]] Status namedItems(Stage& stage);
    [[nodiscard]] Status optionalItems(Stage& stage);
    [[nodiscard]] Status wildcards(Stage& stage);
    [[nodiscard]] Status summarize(Stage& stage);
    [[nodiscard]] Status sort(Stage& stage);
    [[nodiscard]] Status top(Stage& stage);
    [[nodiscard]] Status sampleDistinct(Stage& stage);
    [[nodiscard]] Status nothing(Stage& stage);
    [[nodiscard]] Status count(Stage& stage);
    [[nodiscard]] Status distinct(Stage& stage);
    [[nodiscard]] Status joinTables(Stage& stage);
    [[nodiscard]] Status unionTables(Stage& stage);
    [[nodiscard]] Status dataTable(Stage& stage);
    [[nodiscard]] Status range(Stage& stage);
    [[nodiscard]] Status render(Stage& stage);
    [[nodiscard]] Status mvExpand(Stage& stage);
    [[nodiscard]] Status expandedItems(Stage& stage);
    /// Adds the expression behind a word, as in "from 5", as a parameter of that name.
    [[nodiscard]] Status parameterBehind(Stage& stage, std::string_view word);
    [[nodiscard]] Status nameOnly(Stage& stage);
    [[nodiscard]] Status skip(Stage& stage);

    // clauses.cpp
    [[nodiscard]] Status mvApply(Stage& stage);
    [[nodiscard]] Status partition(Stage& stage);
    [[nodiscard]] Status subquery(Stage& stage);
    [[nodiscard]] Status evaluate(Stage& stage);
    [[nodiscard]] Status parse(Stage& stage);
    [[nodiscard]] ExprPtr adjacentTexts();
    [[nodiscard]] Status parseKeyValues(Stage& stage);
    [[nodiscard]] Status search(Stage& stage);
    [[nodiscard]] Status find(Stage& stage);
    [[nodiscard]] Status tableList(Stage& stage);
    [[nodiscard]] Status predicate(Stage& stage);
    [[nodiscard]] Status findProjection(Stage& stage);

    // series.cpp
    [[nodiscard]] Status makeSeries(Stage& stage);
    [[nodiscard]] Status seriesRange(Stage& stage);
    [[nodiscard]] Status topNested(Stage& stage);
    [[nodiscard]] Status nestedLevel(Stage& level);
    [[nodiscard]] Status topHitters(Stage& stage);
    [[nodiscard]] Status reduce(Stage& stage);
    [[nodiscard]] Status scan(Stage& stage);
    [[nodiscard]] Status scanDeclarations(Stage& stage);
    [[nodiscard]] Status scanStep(Stage& step);

    [[nodiscard]] static Rule ruleOf(std::string_view name);

    TokenCursor& m_cursor;
    ExpressionParser m_expressions;
};

} // namespace gatehouse::kql
