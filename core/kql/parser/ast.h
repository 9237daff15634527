// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kql/lexer/token.h"
#include "core/table/table.h"

#include <memory>
#include <string>
#include <vector>

namespace gatehouse::kql {

struct Pipeline;
struct Expr;
using ExprPtr = std::shared_ptr<Expr>;

enum class ExprKind : std::uint8_t {
    Literal,  ///< type, null, text (String: decoded; others: as written)
    Dynamic,  ///< text is JSON
    Name,     ///< text
    Wildcard, ///< text holds *, as in T_*
    Star,
    Path,    ///< args[0] . text
    Index,   ///< args[0] [ args[1] ]
    Member,  ///< args[0] . args[1], the second a call: database("x").table("y")
    Call,    ///< text ( args )
    Unary,   ///< text: + -
    Binary,  ///< text is the operator; and/or may have more than two args
    List,    ///< text is the operator (in, !in~, has_any, …): args[0] against args[1…]
    Between, ///< text between or !between: args[0] against args[1] and args[2]
    Named,   ///< names = args[0]
    Ordered, ///< args[0] with direction and place of the nulls
    TypeOf,  ///< text is the type
    Query,   ///< pipeline
    Columns  ///< declarations: names are columns, text… of args their types (datatable, typed parameters)
};

/// One node of the tree of an expression. The kind says which members it uses.
struct Expr
{
    ExprKind kind = ExprKind::Literal;
    Span span;
    std::string text;
    ColumnType type = ColumnType::String;
    bool isNull = false;
    bool bracketed = false; ///< Name written as ['…']
    bool tuple = false;     ///< Named written as (a, b) = …
    bool descending = true;
    bool nullsFirst = false;
    int depth = 1; ///< of the tree below, itself included
    std::vector<std::string> names;
    std::vector<ExprPtr> args;
    std::shared_ptr<Pipeline> query;
};

/// kind=inner, hint.strategy=shuffle, withsource=Name: everything that stands as name=value beside an
/// operator.
struct Parameter
{
    std::string name;
    ExprPtr value;
    Span span;
};

struct FunctionParameter
{
    std::string name;
    std::string type; ///< of a scalar; empty for a table
    bool tabular = false;
    ExprPtr fallback;
    Span span;
};

struct ColumnDeclaration
{
    std::string name;
    std::string type; ///< as written; "*" alone has the name "*"
    Span span;
};

/// One stage behind a "|", or the head of a pipeline that is an operator (union, print, range, …).
struct Stage
{
    std::string name; ///< where, summarize, … in lower case; "source" for a head that is an expression
    Span span;        ///< of the name
    std::vector<Parameter> parameters;
    std::vector<ExprPtr> items; ///< what stands first: conditions, columns, aggregates, sources
    std::vector<ExprPtr> by;    ///< behind by or on
    std::vector<ColumnDeclaration> columns;
    std::vector<FunctionParameter> declarations; ///< of scan
    std::vector<Stage> parts; ///< of what has parts of its own: steps, levels, aggregates with defaults
    std::shared_ptr<Pipeline> subquery; ///< of mv-apply and partition; its first stage has no source
    bool unsupported = false;           ///< known to KQL; its text was only skipped
};

struct Pipeline
{
    Span span;
    std::vector<Stage> stages;
};

struct Statement;

struct FunctionBody
{
    bool view = false;
    std::vector<FunctionParameter> parameters;
    std::vector<Statement> statements; ///< the last one is the result
};

enum class StatementKind : std::uint8_t { Query, Let, LetFunction, Set, Declare, Pattern, Ignored };

/// ("value", …).["path"] = { body } of declare pattern.
struct PatternEntry
{
    std::vector<ExprPtr> values;
    ExprPtr path; ///< null without one
    std::shared_ptr<FunctionBody> body;
};

struct Statement
{
    StatementKind kind = StatementKind::Query;
    Span span;
    std::string name;
    ExprPtr value; ///< of a let and of a query
    std::shared_ptr<FunctionBody> function;
    std::vector<FunctionParameter> parameters; ///< of declare query_parameters
    std::vector<PatternEntry> patterns;        ///< of declare pattern
};

struct SyntaxTree
{
    std::vector<Statement> statements;
};

} // namespace gatehouse::kql
