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
    [[nodiscard]] Status nameOnly(Stage& stage);
    [[nodiscard]] Status makeSeries(Stage& stage);
    [[nodiscard]] Status skip(Stage& stage);

    [[nodiscard]] static Rule ruleOf(std::string_view name);

    TokenCursor& m_cursor;
    ExpressionParser m_expressions;
};

} // namespace gatehouse::kql
