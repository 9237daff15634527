// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/parser/expressions.h"

#include <algorithm>
#include <array>

namespace gatehouse::kql {

namespace {

constexpr std::array<std::string_view, 31> StringOperators = {"has",
                                                              "!has",
                                                              "has_cs",
                                                              "!has_cs",
                                                              "hasprefix",
                                                              "!hasprefix",
                                                              "hasprefix_cs",
                                                              "!hasprefix_cs",
                                                              "hassuffix",
                                                              "!hassuffix",
                                                              "hassuffix_cs",
                                                              "!hassuffix_cs",
                                                              "contains",
                                                              "!contains",
                                                              "contains_cs",
                                                              "!contains_cs",
                                                              "containscs",
                                                              "!containscs",
                                                              "startswith",
                                                              "!startswith",
                                                              "startswith_cs",
                                                              "!startswith_cs",
                                                              "endswith",
                                                              "!endswith",
                                                              "endswith_cs",
                                                              "!endswith_cs",
                                                              "like",
                                                              "notlike",
                                                              "notcontains",
                                                              "=~",
                                                              "!~"};
constexpr std::array<std::string_view, 6> ListOperators = {"in", "!in", "in~", "!in~", "has_any", "has_all"};
constexpr std::array<std::string_view, 7> NeverNames = {"and", "or", "by", "on", "asc", "desc", "contains"};

template <typename List>
bool contains(const List& list, std::string_view word)
{
    return std::find(list.begin(), list.end(), word) != list.end();
}

bool isStringOperator(const TokenCursor& cursor, std::size_t ahead = 0)
{
    const Token& token = cursor.peek(ahead);
    if (token.kind != TokenKind::Identifier && token.kind != TokenKind::Punctuation)
        return false;
    return contains(StringOperators, token.value) || (token.is(":") && cursor.colonCompares()) ||
           (token.is("matches") && cursor.peek(ahead + 1).is("regex"));
}

/// "*" is all columns: on the left of a comparison, or alone as an argument.
bool starMayStand(const TokenCursor& cursor)
{
    const Token& next = cursor.peek(1);
    const bool compared = isStringOperator(cursor, 1) || next.is("==") || next.is("!=") ||
                          next.is("between") ||
                          (next.kind == TokenKind::Identifier && contains(ListOperators, next.value));
    const bool alone = next.is(",") || next.is(")") || next.is("|") || next.is(";") || next.is("by") ||
                       next.kind == TokenKind::End;
    return compared || alone;
}

} // namespace

bool startsPipeline(const TokenCursor& cursor)
{
    const Token& token = cursor.peek();
    const Token& next = cursor.peek(1);
    if (token.kind != TokenKind::Identifier)
        return false;
    if (token.value == "datatable" || token.value == "externaldata" || token.value == "external_data")
        return next.is("(");
    if (token.value == "range")
        return next.kind == TokenKind::Identifier && cursor.peek(2).is("from");
    if (token.value == "evaluate")
        return next.kind == TokenKind::Identifier && cursor.peek(2).is("(");
    if (token.value == "macro-expand")
        return true;
    if (token.value == "find" || token.value == "search")
        return next.kind != TokenKind::End && !next.is("|") && !next.is("=") && !next.is(",") &&
               !next.is(")") && !next.is(";");
    if (token.value == "union" || token.value == "print")
        return next.kind == TokenKind::Identifier || next.kind == TokenKind::String ||
               next.kind == TokenKind::Long || next.kind == TokenKind::Real ||
               next.kind == TokenKind::Timespan || next.kind == TokenKind::TypedLiteral || next.is("(") ||
               next.is("*") || next.is("[") || next.is("-") || next.is("+");
    return false;
}

Result<ExprPtr> ExpressionParser::node(ExprKind kind, Span span, std::string text, std::vector<ExprPtr> args)
{
    auto result = std::make_shared<Expr>();
    result->kind = kind;
    result->span = span;
    result->text = std::move(text);
    for (const ExprPtr& argument : args)
        result->depth = std::max(result->depth, argument->depth + 1);
    result->args = std::move(args);
    if (result->depth > TokenCursor::MaxTreeDepth)
        return fail(m_cursor.tooDeep());
    return result;
}

Result<ExprPtr> ExpressionParser::expression()
{
    const TokenCursor::Level level(m_cursor);
    if (level.tooDeep())
        return fail(m_cursor.tooDeep());
    return logical("or", &ExpressionParser::conjunction);
}

Result<ExprPtr> ExpressionParser::conjunction()
{
    return logical("and", &ExpressionParser::equality);
}

Result<ExprPtr> ExpressionParser::logical(std::string_view word, Rule operand)
{
    auto first = (this->*operand)();
    if (!first || !m_cursor.at(word))
        return first;
    std::vector<ExprPtr> args{*first};
    while (m_cursor.accept(word)) {
        auto next = (this->*operand)();
        if (!next)
            return next;
        args.push_back(*next);
    }
    const Span span = join(args.front()->span, args.back()->span);
    return node(ExprKind::Binary, span, std::string(word), std::move(args));
}

Result<ExprPtr> ExpressionParser::equality()
{
    auto left = relational();
    while (left) {
        const Token& token = m_cursor.peek();
        if (token.is("==") || token.is("!=") || token.is("<>")) {
            std::string op = m_cursor.take().value;
            auto right = relational();
            if (!right)
                return right;
            left = node(ExprKind::Binary, join((*left)->span, (*right)->span), op == "<>" ? "!=" : op,
                        {*left, *right});
        } else if (token.kind == TokenKind::Identifier && contains(ListOperators, token.value)) {
            left = listOperation(*left, m_cursor.take().value);
        } else if (token.is("between") || token.is("!between")) {
            left = between(*left, m_cursor.take().value);
        } else {
            break;
        }
    }
    return left;
}

Result<ExprPtr> ExpressionParser::listOperation(ExprPtr left, std::string op)
{
    if (auto open = m_cursor.expect("("); !open)
        return fail(open.error());
    std::vector<ExprPtr> args{left};
    while (!m_cursor.at(")")) {
        auto item = expressionOrPipeline();
        if (!item)
            return item;
        args.push_back(*item);
        if (!m_cursor.accept(","))
            break;
    }
    if (auto close = m_cursor.expect(")"); !close)
        return fail(close.error());
    return node(ExprKind::List, join(left->span, m_cursor.previous()), std::move(op), std::move(args));
}

Result<ExprPtr> ExpressionParser::between(ExprPtr left, std::string op)
{
    if (auto open = m_cursor.expect("("); !open)
        return fail(open.error());
    auto low = expression();
    if (!low)
        return low;
    if (auto dots = m_cursor.expect(".."); !dots)
        return fail(dots.error());
    auto high = expression();
    if (!high)
        return high;
    if (auto close = m_cursor.expect(")"); !close)
        return fail(close.error());
    return node(ExprKind::Between, join(left->span, m_cursor.previous()), std::move(op), {left, *low, *high});
}

Result<ExprPtr> ExpressionParser::relational()
{
    auto left = additive();
    while (left && (m_cursor.at("<") || m_cursor.at(">") || m_cursor.at("<=") || m_cursor.at(">="))) {
        std::string op = m_cursor.take().value;
        auto right = additive();
        if (!right)
            return right;
        left = node(ExprKind::Binary, join((*left)->span, (*right)->span), std::move(op), {*left, *right});
    }
    return left;
}

Result<ExprPtr> ExpressionParser::additive()
{
    auto left = multiplicative();
    while (left && (m_cursor.at("+") || m_cursor.at("-"))) {
        std::string op = m_cursor.take().value;
        auto right = multiplicative();
        if (!right)
            return right;
        left = node(ExprKind::Binary, join((*left)->span, (*right)->span), std::move(op), {*left, *right});
    }
    return left;
}

Result<ExprPtr> ExpressionParser::multiplicative()
{
    auto left = stringOperation();
    while (left && (m_cursor.at("*") || m_cursor.at("/") || m_cursor.at("%"))) {
        std::string op = m_cursor.take().value;
        auto right = stringOperation();
        if (!right)
            return right;
        left = node(ExprKind::Binary, join((*left)->span, (*right)->span), std::move(op), {*left, *right});
    }
    return left;
}

Result<ExprPtr> ExpressionParser::stringOperation()
{
    auto left = unary();
    while (left && isStringOperator(m_cursor)) {
        std::string op = m_cursor.take().value;
        if (op == "matches")
            m_cursor.take();
        auto right = unary();
        if (!right)
            return right;
        left = node(ExprKind::Binary, join((*left)->span, (*right)->span), std::move(op), {*left, *right});
    }
    return left;
}

Result<ExprPtr> ExpressionParser::unary()
{
    if (!m_cursor.at("-") && !m_cursor.at("+"))
        return primaryWithPostfix();
    const TokenCursor::Level level(m_cursor);
    if (level.tooDeep())
        return fail(m_cursor.tooDeep());
    const Token token = m_cursor.take();
    auto operand = unary();
    if (!operand)
        return operand;
    return node(ExprKind::Unary, join(token.span, (*operand)->span), token.value, {*operand});
}

Result<ExprPtr> ExpressionParser::primaryWithPostfix()
{
    auto base = primary();
    return base ? postfix(*base) : base;
}

Result<ExprPtr> ExpressionParser::postfix(ExprPtr base)
{
    while (true) {
        Result<ExprPtr> next = base;
        if (m_cursor.at(".")) {
            m_cursor.take();
            if (m_cursor.accept("*")) {
                next = node(ExprKind::Wildcard, join(base->span, m_cursor.previous()), "*", {base});
            } else if (m_cursor.at("[") && m_cursor.peek(1).kind != TokenKind::String) {
                continue; // a.[0]
            } else {
                auto member = m_cursor.peek(1).is("(") ? primary() : name();
                if (!member)
                    return member;
                const Span span = join(base->span, (*member)->span);
                next = (*member)->kind == ExprKind::Call
                           ? node(ExprKind::Member, span, {}, {base, *member})
                           : node(ExprKind::Path, span, (*member)->text, {base});
            }
        } else if (m_cursor.at("[")) {
            m_cursor.take();
            auto index = expression();
            if (!index)
                return index;
            if (auto close = m_cursor.expect("]"); !close)
                return fail(close.error());
            next = node(ExprKind::Index, join(base->span, m_cursor.previous()), {}, {base, *index});
        } else {
            return base;
        }
        if (!next)
            return next;
        base = *next;
    }
}

Result<ExprPtr> ExpressionParser::primary()
{
    const Token& token = m_cursor.peek();
    if (token.kind == TokenKind::Identifier) {
        // The words of operators are no functions: "hasprefix(a, b)".
        const bool called = m_cursor.peek(1).is("(");
        if (contains(NeverNames, token.value) ? !called : called && contains(StringOperators, token.value))
            return fail(m_cursor.missing("an expression"));
        return call(m_cursor.take());
    }
    if (token.is("("))
        return parenthesised();
    if (token.is("["))
        return bracketedName();
    if (token.is("{") && m_cursor.peek(1).kind == TokenKind::Identifier && m_cursor.peek(2).is("}")) {
        m_cursor.take(); // {Name}: a parameter that some tool was to fill in
        const Token parameter = m_cursor.take();
        m_cursor.take();
        return node(ExprKind::Name, parameter.span, parameter.value, {});
    }
    if (token.is("*")) {
        if (!starMayStand(m_cursor))
            return fail(m_cursor.missing("an expression"));
        return node(ExprKind::Star, m_cursor.take().span, "*", {});
    }
    return literal();
}

Result<ExprPtr> ExpressionParser::parenthesised()
{
    const Span start = m_cursor.take().span;
    auto inner = expressionOrPipeline();
    if (!inner)
        return inner;
    if (auto close = m_cursor.expect(")"); !close)
        return fail(close.error());
    // The span keeps its parentheses, so that an error underlines all of it.
    (*inner)->span = join(start, m_cursor.previous());
    return inner;
}

Result<ExprPtr> ExpressionParser::expressionOrPipeline(bool allowNamed)
{
    const TokenCursor::Level level(m_cursor);
    if (level.tooDeep())
        return fail(m_cursor.tooDeep());
    const Span start = m_cursor.peek().span;
    ExprPtr head;
    if (!startsPipeline(m_cursor)) {
        auto parsed = allowNamed ? namedExpression() : expression();
        if (!parsed || !m_cursor.at("|"))
            return parsed;
        head = *parsed;
    }
    auto pipeline = m_pipeline(head);
    if (!pipeline)
        return fail(pipeline.error());
    auto result = node(ExprKind::Query, join(start, m_cursor.previous()), {}, {});
    if (result)
        (*result)->query = *pipeline;
    return result;
}

Result<ExprPtr> ExpressionParser::call(const Token& taken)
{
    const Token word = taken;
    if (word.value.starts_with('!'))
        return fail(m_cursor.missing("an expression"));
    if (!m_cursor.at("("))
        return node(word.value == "true" || word.value == "false" || word.value == "null" ? ExprKind::Literal
                                                                                          : ExprKind::Name,
                    word.span, word.value, {})
            .map([](ExprPtr made) {
                made->type = ColumnType::Bool;
                return made;
            });
    if (word.value == "dynamic")
        return dynamicLiteral(word.span);
    if (word.value == "typeof")
        return typeOf(word.span);
    m_cursor.take();
    std::vector<ExprPtr> args;
    while (!m_cursor.at(")")) {
        auto argument = expressionOrPipeline(true);
        if (!argument)
            return argument;
        args.push_back(*argument);
        if (!m_cursor.accept(","))
            break;
        if (m_cursor.at(")"))
            return fail(m_cursor.missing("an expression"));
    }
    if (auto close = m_cursor.expect(")"); !close)
        return fail(close.error());
    return node(ExprKind::Call, join(word.span, m_cursor.previous()), word.value, std::move(args));
}

} // namespace gatehouse::kql
