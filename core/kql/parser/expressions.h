// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kql/parser/cursor.h"

#include <functional>

namespace gatehouse::kql {

/// Parses scalar expressions and everything that may stand where one is expected.
class ExpressionParser
{
public:
    /// parsePipelineTail continues a pipeline whose head is already parsed (nullptr: nothing parsed yet).
    using PipelineParser = std::function<Result<std::shared_ptr<Pipeline>>(ExprPtr head)>;

    ExpressionParser(TokenCursor& cursor, PipelineParser pipeline)
        : m_cursor(cursor)
        , m_pipeline(std::move(pipeline))
    {}

    [[nodiscard]] Result<ExprPtr> expression();
    /// "name = expression", "(a, b) = expression" or an expression.
    [[nodiscard]] Result<ExprPtr> namedExpression();
    [[nodiscard]] Result<std::vector<ExprPtr>> namedList();
    /// namedExpression with asc, desc and nulls first|last behind it.
    [[nodiscard]] Result<ExprPtr> orderedExpression();
    /// An expression, or a pipeline as a Query node. allowNamed: also "name = expression", as an argument may
    /// be.
    [[nodiscard]] Result<ExprPtr> expressionOrPipeline(bool allowNamed = false);
    /// A name, plain or bracketed.
    [[nodiscard]] Result<ExprPtr> name();
    /// A name that may hold * (project-away, union).
    [[nodiscard]] Result<ExprPtr> wildcardName();
    [[nodiscard]] Result<ExprPtr> primaryWithPostfix();
    /// A literal with its sign, or dynamic(…): what a datatable holds.
    [[nodiscard]] Result<ExprPtr> constantValue();
    /// Words that name a column only in brackets.
    [[nodiscard]] static bool isReserved(const Token& token);

private:
    using Rule = Result<ExprPtr> (ExpressionParser::*)();

    [[nodiscard]] Result<ExprPtr> logical(std::string_view word, Rule operand);
    [[nodiscard]] Result<ExprPtr> conjunction();
    [[nodiscard]] Result<ExprPtr> equality();
    [[nodiscard]] Result<ExprPtr> relational();
    [[nodiscard]] Result<ExprPtr> additive();
    [[nodiscard]] Result<ExprPtr> multiplicative();
    [[nodiscard]] Result<ExprPtr> stringOperation();
    [[nodiscard]] Result<ExprPtr> unary();
    [[nodiscard]] Result<ExprPtr> primary();
    [[nodiscard]] Result<ExprPtr> postfix(ExprPtr base);
    [[nodiscard]] Result<ExprPtr> parenthesised();
    [[nodiscard]] Result<ExprPtr> literal();
    [[nodiscard]] Result<ExprPtr> bracketedName();
    [[nodiscard]] Result<ExprPtr> call(const Token& word);
    [[nodiscard]] Result<ExprPtr> listOperation(ExprPtr left, std::string op);
    [[nodiscard]] Result<ExprPtr> between(ExprPtr left, std::string op);
    [[nodiscard]] Result<ExprPtr> typeOf(Span start);
    [[nodiscard]] Result<ExprPtr> dynamicLiteral(Span start);
    [[nodiscard]] Result<std::string> jsonValue();
    [[nodiscard]] Result<std::string> jsonContainer(bool object);
    [[nodiscard]] Result<std::string> jsonNumber();

    /// Links args and measures the depth; fails beyond MaxTreeDepth.
    [[nodiscard]] Result<ExprPtr> node(ExprKind kind, Span span, std::string text, std::vector<ExprPtr> args);

    TokenCursor& m_cursor;
    PipelineParser m_pipeline;
};

/// Words that start an operator at the head of a pipeline.
[[nodiscard]] bool startsPipeline(const TokenCursor& cursor);

} // namespace gatehouse::kql
