// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/expression/expression.h"

#include "core/gateway/expression/evaluator.h"
#include "core/gateway/expression/parser.h"

#include <utility>

namespace gatehouse::gateway {

Expression::Expression(std::string text, ExpressionNodePtr root)
    : m_text(std::move(text))
    , m_root(std::move(root))
{}

Result<Expression> Expression::parse(std::string_view text)
{
    if (text.size() > MaxBytes)
        return fail(expressionError("The expression is longer than 16 KB.", text, {MaxBytes, 0}));
    auto root = parseExpressionTree(text, MaxDepth);
    if (!root)
        return fail(root.error());
    return Expression(std::string(text), std::move(*root));
}

Result<ExpressionValue> Expression::evaluate(const ExpressionContext& context) const
{
    return ExpressionEvaluator(context, m_text).evaluate(*m_root);
}

Result<bool> Expression::evaluateBool(const ExpressionContext& context) const
{
    const auto value = evaluate(context);
    if (!value)
        return fail(value.error());
    if (const auto* truth = std::get_if<bool>(&*value))
        return *truth;
    Error error = expressionError("A condition must be true or false, not " + typeName(*value) + ".", m_text,
                                  m_root->span);
    error.serviceCode = "ExpressionValueEvaluationFailure";
    return fail(std::move(error));
}

bool isExpression(std::string_view text)
{
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    return begin != std::string_view::npos &&
           (text.substr(begin).starts_with("@(") || text.substr(begin).starts_with("@{"));
}

} // namespace gatehouse::gateway
