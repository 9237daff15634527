// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/expression/parser.h"

#include "core/base/utf8.h"
#include "core/gateway/expression/expression.h"
#include "core/gateway/expression/operands.h"

#include <algorithm>
#include <array>
#include <limits>

namespace gatehouse::gateway {

namespace {

using Ptr = ExpressionNodePtr;
using Kind = ExpressionNode::Kind;

struct OperatorName
{
    std::string_view text;
    ExpressionOperator op;
};

/// From what binds loosest to what binds tightest.
constexpr std::array<std::array<OperatorName, 4>, 6> Levels = {{
    {{{"||", ExpressionOperator::Or}}},
    {{{"&&", ExpressionOperator::And}}},
    {{{"==", ExpressionOperator::Equal}, {"!=", ExpressionOperator::NotEqual}}},
    {{{"<", ExpressionOperator::Less},
      {"<=", ExpressionOperator::LessEqual},
      {">", ExpressionOperator::Greater},
      {">=", ExpressionOperator::GreaterEqual}}},
    {{{"+", ExpressionOperator::Add}, {"-", ExpressionOperator::Subtract}}},
    {{{"*", ExpressionOperator::Multiply}, {"/", ExpressionOperator::Divide}}},
}};

std::optional<ExpressionOperator> operatorAt(std::size_t level, const ExpressionToken& token)
{
    if (token.kind != ExpressionToken::Kind::Operator)
        return std::nullopt;
    for (const OperatorName& one : Levels.at(level)) {
        if (one.text == token.text)
            return one.op;
    }
    return std::nullopt;
}

/// What may begin an operand, so that "(x) y" is a cast.
bool beginsOperand(const ExpressionToken& token)
{
    using enum ExpressionToken::Kind;
    return token.kind == Identifier || token.kind == Number || token.kind == String ||
           token.kind == Character || token.is("(") || token.is("!");
}

} // namespace

Result<Ptr> ExpressionParser::whole()
{
    auto root = expression();
    if (!root)
        return root;
    if (Status closed = expect(")"); !closed)
        return fail(closed.error());
    if (peek().kind != ExpressionToken::Kind::End)
        return fail(error("Nothing may follow the closing parenthesis of an expression.", peek().span));
    return root;
}

Result<Ptr> ExpressionParser::expression()
{
    if (m_depth == m_maxDepth)
        return fail(tooDeep(peek().span));
    ++m_depth;
    auto node = choice();
    --m_depth;
    return node;
}

Result<Ptr> ExpressionParser::choice()
{
    auto condition = coalesce();
    if (!condition || !peek().is("?"))
        return condition;
    take();
    auto yes = expression();
    if (!yes)
        return yes;
    if (Status colon = expect(":"); !colon)
        return fail(colon.error());
    auto no = expression();
    if (!no)
        return no;
    ExpressionNode node;
    node.kind = Kind::Choice;
    node.operands = {*condition, *yes, *no};
    return finish(std::move(node), (*condition)->span);
}

Result<Ptr> ExpressionParser::coalesce()
{
    auto first = binary(0);
    if (!first || !peek().is("??"))
        return first;
    ExpressionNode node;
    node.kind = Kind::Coalesce;
    node.operands = {*first};
    while (peek().is("??")) {
        take();
        auto next = binary(0);
        if (!next)
            return next;
        node.operands.push_back(*next);
    }
    return finish(std::move(node), (*first)->span);
}

Result<Ptr> ExpressionParser::binary(std::size_t level)
{
    if (level == Levels.size())
        return unary();
    auto first = binary(level + 1);
    if (!first || !operatorAt(level, peek()))
        return first;
    ExpressionNode node;
    node.kind = Kind::Chain;
    node.operands = {*first};
    while (const auto op = operatorAt(level, peek())) {
        take();
        auto next = binary(level + 1);
        if (!next)
            return next;
        node.operators.push_back(*op);
        node.operands.push_back(*next);
    }
    return finish(std::move(node), (*first)->span);
}

Result<Ptr> ExpressionParser::unary()
{
    const bool negates = peek().is("-");
    if (!negates && !peek().is("!"))
        return castOrOperand();
    const ExpressionToken sign = take();
    if (negates && peek().kind == ExpressionToken::Kind::Number && !peek(1).is("."))
        return negativeNumber(sign.span);
    if (m_depth == m_maxDepth)
        return fail(tooDeep(sign.span));
    ++m_depth;
    auto operand = unary();
    --m_depth;
    if (!operand)
        return operand;
    ExpressionNode node;
    node.kind = negates ? Kind::Negate : Kind::Not;
    node.operands = {*operand};
    return finish(std::move(node), sign.span);
}

Result<Ptr> ExpressionParser::negativeNumber(ExpressionSpan from)
{
    const ExpressionToken number = take();
    ExpressionNode node;
    if (const auto* small = std::get_if<std::int32_t>(&number.value)) {
        node.value = -*small;
    } else if (const auto* real = std::get_if<double>(&number.value)) {
        node.value = -*real;
    } else {
        // The smallest long arrives as itself: its digits alone are no long. The smallest int does as a long.
        constexpr std::int64_t SmallestInt = std::numeric_limits<std::int32_t>::min();
        const std::int64_t large = std::get<std::int64_t>(number.value);
        const bool isInt = -SmallestInt == large && number.text.back() != 'L' && number.text.back() != 'l';
        if (isInt)
            node.value = static_cast<std::int32_t>(SmallestInt);
        else
            node.value = large == std::numeric_limits<std::int64_t>::min() ? large : -large;
    }
    return finish(std::move(node), from);
}

Result<Ptr> ExpressionParser::castOrOperand()
{
    const bool cast = peek().is("(") && peek(1).kind == ExpressionToken::Kind::Identifier &&
                      peek(2).is(")") && beginsOperand(peek(3)) && !peek(1).isWord("context");
    if (!cast)
        return operand();
    const ExpressionSpan from = take().span;
    const ExpressionToken type = take();
    const ExpressionSpan whole{from.offset, take().span.end() - from.offset};
    const bool toText = type.text == "string" || type.text == "String";
    if (!toText && type.text != "int")
        return fail(unsupported("A cast to “" + std::string(type.text) + "”", m_text, whole));
    if (m_depth == m_maxDepth)
        return fail(tooDeep(whole));
    ++m_depth;
    auto inner = unary();
    --m_depth;
    if (!inner)
        return inner;
    ExpressionNode node;
    node.kind = Kind::Cast;
    node.type = toText ? ExpressionType::String : ExpressionType::Int;
    node.operands = {*inner};
    return finish(std::move(node), from);
}

Result<Ptr> ExpressionParser::finish(ExpressionNode node, ExpressionSpan from)
{
    const std::size_t end = m_at == 0 ? from.end() : m_tokens[m_at - 1].span.end();
    node.span = {from.offset, end - from.offset};
    for (const Ptr& operand : node.operands)
        node.height = std::max(node.height, operand->height + 1);
    if (node.height > m_maxDepth)
        return fail(tooDeep(node.span));
    return std::make_shared<const ExpressionNode>(std::move(node));
}

const ExpressionToken& ExpressionParser::peek(std::size_t ahead) const
{
    return m_tokens[std::min(m_at + ahead, m_tokens.size() - 1)];
}

const ExpressionToken& ExpressionParser::take()
{
    const ExpressionToken& token = peek();
    m_at = std::min(m_at + 1, m_tokens.size() - 1);
    return token;
}

Status ExpressionParser::expect(std::string_view op)
{
    if (peek().is(op)) {
        take();
        return {};
    }
    return fail(misplaced("“" + std::string(op) + "”"));
}

Error ExpressionParser::misplaced(const std::string& wanted) const
{
    const ExpressionToken& token = peek();
    if (token.kind == ExpressionToken::Kind::End)
        return error("The expression ends where " + wanted + " is expected.", token.span);
    const std::string written = "“" + std::string(token.text) + "”";
    constexpr std::array<std::string_view, 12> Known = {"(", ")", "[", "]", ".", ",",
                                                        "?", ":", "!", "}", "{", ";"};
    const bool punctuation = std::find(Known.begin(), Known.end(), token.text) != Known.end();
    const bool word = token.isWord("is") || token.isWord("as") || token.isWord("switch");
    if (word || (token.kind == ExpressionToken::Kind::Operator && !punctuation && !isSupported(token)))
        return unsupported("The operator " + written, m_text, token.span);
    return error("Instead of " + written + ", " + wanted + " is expected.", token.span);
}

bool ExpressionParser::isSupported(const ExpressionToken& token)
{
    for (std::size_t level = 0; level < Levels.size(); ++level) {
        if (operatorAt(level, token))
            return true;
    }
    return token.is("??") || token.is("?.");
}

Error ExpressionParser::error(std::string message, ExpressionSpan span) const
{
    return expressionError(std::move(message), m_text, span);
}

Error ExpressionParser::tooDeep(ExpressionSpan span) const
{
    return error("The expression is nested more than " + std::to_string(m_maxDepth) + " levels deep.", span);
}

Result<ExpressionNodePtr> parseExpressionTree(std::string_view text, int maxDepth)
{
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    const std::string_view body = begin == std::string_view::npos ? "" : text.substr(begin);
    if (body.starts_with("@{"))
        return fail(unsupported("A block of statements, @{ … },", text, {begin, 2}));
    if (!body.starts_with("@("))
        return fail(expressionError("An expression starts with “@(”.", text, {0, 0}));
    if (!isValidUtf8(text))
        return fail(expressionError("The expression is not valid UTF-8.", text, {0, 0}));
    auto tokens = tokenizeExpression(text, begin + 2);
    if (!tokens)
        return fail(tokens.error());
    return ExpressionParser(text, std::move(*tokens), maxDepth).whole();
}

} // namespace gatehouse::gateway
