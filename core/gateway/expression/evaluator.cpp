// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/expression/evaluator.h"

#include "core/gateway/expression/arithmetic.h"
#include "core/gateway/expression/strings.h"

namespace gatehouse::gateway {

using Kind = ExpressionNode::Kind;

Result<ExpressionValue> ExpressionEvaluator::evaluate(const ExpressionNode& node)
{
    bool skipped = false;
    return evaluateMember(node, skipped);
}

Result<ExpressionValue> ExpressionEvaluator::evaluateMember(const ExpressionNode& node, bool& skipped)
{
    switch (node.kind) {
    case Kind::Literal:
        return node.value;
    case Kind::Context: {
        auto value = contextValue(node);
        skipped = value && node.conditional && isNull(*value) && !node.parenthesised;
        return value;
    }
    case Kind::Chain:
        return chain(node);
    case Kind::Not: {
        const auto inner = truth(*node.operands[0]);
        if (!inner)
            return fail(inner.error());
        return ExpressionValue(!*inner);
    }
    case Kind::Negate:
        return negation(node);
    case Kind::Choice: {
        const auto condition = truth(*node.operands[0]);
        if (!condition)
            return fail(condition.error());
        return evaluate(*node.operands[*condition ? 1 : 2]);
    }
    case Kind::Coalesce: {
        Value value = ExpressionValue();
        for (std::size_t i = 0; i < node.operands.size() && value && isNull(*value); ++i)
            value = evaluate(*node.operands[i]);
        return value;
    }
    case Kind::Cast:
        return cast(node);
    case Kind::StringMethod:
        break;
    }
    auto value = method(node, skipped);
    skipped = skipped && !node.parenthesised;
    return value;
}

Result<ExpressionValue> ExpressionEvaluator::contextValue(const ExpressionNode& node)
{
    switch (node.item) {
    case ContextItem::RequestMethod:
        return m_context.method;
    case ContextItem::RequestPath:
        return m_context.path;
    case ContextItem::RequestIpAddress:
        return m_context.ipAddress;
    case ContextItem::SubscriptionId:
        return entity(m_context.subscription, false, node, "context.Subscription");
    case ContextItem::SubscriptionName:
        return entity(m_context.subscription, true, node, "context.Subscription");
    case ContextItem::ProductId:
        return entity(m_context.product, false, node, "context.Product");
    case ContextItem::ProductName:
        return entity(m_context.product, true, node, "context.Product");
    case ContextItem::UserId:
        return entity(m_context.user, false, node, "context.User");
    case ContextItem::ResponseStatusCode:
        if (!m_context.responseStatus)
            return nullMember(node, "context.Response");
        return *m_context.responseStatus;
    case ContextItem::LastErrorSource:
    case ContextItem::LastErrorReason:
    case ContextItem::LastErrorMessage:
        return lastError(node);
    case ContextItem::RequestId:
        return m_context.requestId;
    case ContextItem::DeploymentRegion:
        return m_context.region;
    case ContextItem::ApiId:
        return m_context.apiId;
    case ContextItem::OperationId:
        return m_context.operationId;
    case ContextItem::UtcNowTicks:
        return static_cast<std::int64_t>(m_context.utcNow.sinceYearOne.count());
    default:
        return named(node);
    }
}

Result<ExpressionValue> ExpressionEvaluator::entity(const std::optional<ExpressionContext::Entity>& of,
                                                    bool name, const ExpressionNode& node,
                                                    std::string_view what) const
{
    if (!of)
        return nullMember(node, what);
    return name ? of->name : of->id;
}

Result<ExpressionValue> ExpressionEvaluator::lastError(const ExpressionNode& node) const
{
    if (!m_context.lastError)
        return nullMember(node, "context.LastError");
    if (node.item == ContextItem::LastErrorSource)
        return m_context.lastError->source;
    return node.item == ContextItem::LastErrorReason ? m_context.lastError->reason
                                                     : m_context.lastError->message;
}

Result<ExpressionValue> ExpressionEvaluator::nullMember(const ExpressionNode& node,
                                                        std::string_view what) const
{
    if (node.conditional)
        return ExpressionValue();
    return fault(std::string(what) + " is null, so it has no members.", node);
}

Result<ExpressionValue> ExpressionEvaluator::named(const ExpressionNode& node)
{
    const auto name = text(*node.operands[0], "The name");
    if (!name)
        return fail(name.error());
    const auto look = [&name](const ExpressionContext::Lookup& lookup) {
        return lookup ? lookup(*name) : std::nullopt;
    };
    std::optional<std::string> found;
    switch (node.item) {
    case ContextItem::HeaderOrDefault:
        found = look(m_context.header);
        break;
    case ContextItem::HeaderPresent:
        return look(m_context.header).has_value();
    case ContextItem::QueryOrDefault:
        found = look(m_context.query);
        break;
    case ContextItem::MatchedParameter:
        found = look(m_context.matchedParameter);
        if (!found)
            return fault("There is no matched parameter “" + *name + "”.", node);
        break;
    case ContextItem::MatchedOrDefault:
        found = look(m_context.matchedParameter);
        break;
    default:
        return variable(node, *name);
    }
    if (found)
        return std::move(*found);
    return fallback(node);
}

Result<ExpressionValue> ExpressionEvaluator::variable(const ExpressionNode& node, const std::string& name)
{
    std::optional<ExpressionValue> found;
    if (m_context.variable)
        found = m_context.variable(name);
    if (node.item == ContextItem::Variable) {
        if (!found)
            return fault("There is no variable “" + name + "”.", node);
        return std::move(*found);
    }
    if (!found)
        return fallback(node);
    const bool fits = node.type == ExpressionType::String ? std::holds_alternative<std::string>(*found)
                      : node.type == ExpressionType::Int  ? std::holds_alternative<std::int32_t>(*found)
                                                          : std::holds_alternative<bool>(*found);
    if (fits || (isNull(*found) && node.type == ExpressionType::String))
        return std::move(*found);
    return fault("The variable “" + name + "” is of another type: " + typeName(*found) + ".", node);
}

/// What GetValueOrDefault gives for an unknown name: its second argument, or C#'s default of the type.
Result<ExpressionValue> ExpressionEvaluator::fallback(const ExpressionNode& node)
{
    if (node.operands.size() > 1)
        return evaluate(*node.operands[1]);
    if (node.type == ExpressionType::Int)
        return ExpressionValue(std::int32_t{0});
    return node.type == ExpressionType::Bool ? ExpressionValue(false) : ExpressionValue();
}

Result<ExpressionValue> ExpressionEvaluator::chain(const ExpressionNode& node)
{
    const ExpressionOperator first = node.operators.front();
    if (first == ExpressionOperator::And || first == ExpressionOperator::Or)
        return logic(node);
    auto value = evaluate(*node.operands[0]);
    for (std::size_t i = 0; i < node.operators.size() && value; ++i) {
        const auto next = evaluate(*node.operands[i + 1]);
        if (!next)
            return next;
        auto result = compute(node.operators[i], *value, *next);
        if (!result)
            return fault(std::move(result.error()), *node.operands[i + 1]);
        value = std::move(*result);
    }
    return value;
}

Result<ExpressionValue> ExpressionEvaluator::logic(const ExpressionNode& node)
{
    const bool decides = node.operators.front() == ExpressionOperator::Or;
    for (const ExpressionNodePtr& operand : node.operands) {
        const auto value = truth(*operand);
        if (!value)
            return fail(value.error());
        if (*value == decides)
            return ExpressionValue(decides);
    }
    return ExpressionValue(!decides);
}

Result<ExpressionValue> ExpressionEvaluator::negation(const ExpressionNode& node)
{
    const auto inner = evaluate(*node.operands[0]);
    if (!inner)
        return inner;
    auto result = negate(*inner);
    if (!result)
        return fault(std::move(result.error()), node);
    return std::move(*result);
}

Result<ExpressionValue> ExpressionEvaluator::cast(const ExpressionNode& node)
{
    auto inner = evaluate(*node.operands[0]);
    if (!inner)
        return inner;
    if (node.type == ExpressionType::String) {
        if (isNull(*inner) || std::holds_alternative<std::string>(*inner))
            return inner;
        return fault("A " + typeName(*inner) + " cannot be cast to string.", node);
    }
    auto result = toInt(*inner);
    if (!result)
        return fault(std::move(result.error()), node);
    return std::move(*result);
}

Result<ExpressionValue> ExpressionEvaluator::method(const ExpressionNode& node, bool& skipped)
{
    if (node.method == StringMethod::IsNullOrEmpty || node.method == StringMethod::ParseInt)
        return staticMethod(node);
    auto target = evaluateMember(*node.operands[0], skipped);
    if (!target || skipped)
        return target;
    if (isNull(*target)) {
        skipped = node.conditional;
        if (skipped)
            return target;
        return fault("This is null, so it has no members.", *node.operands[0]);
    }
    if (node.method == StringMethod::ToString)
        return toText(*target);
    const auto* text = std::get_if<std::string>(&*target);
    if (text == nullptr)
        return fault("Only a string has this member, not " + typeName(*target) + ".", node);
    std::vector<ExpressionValue> arguments;
    for (std::size_t i = 1; i < node.operands.size(); ++i) {
        auto argument = evaluate(*node.operands[i]);
        if (!argument)
            return argument;
        arguments.push_back(std::move(*argument));
    }
    auto result = callStringMethod(node.method, *text, arguments, node.ignoreCase);
    if (!result)
        return fault(std::move(result.error()), node);
    return std::move(*result);
}

Result<ExpressionValue> ExpressionEvaluator::staticMethod(const ExpressionNode& node)
{
    const auto argument = evaluate(*node.operands[0]);
    if (!argument)
        return argument;
    const bool asks = node.method == StringMethod::IsNullOrEmpty;
    if (isNull(*argument) && asks)
        return ExpressionValue(true);
    const auto* text = std::get_if<std::string>(&*argument);
    if (text == nullptr)
        return fault(std::string(asks ? "string.IsNullOrEmpty" : "int.Parse") + " takes a string, not " +
                         typeName(*argument) + ".",
                     *node.operands[0]);
    auto result = callStringMethod(node.method, *text, {}, false);
    if (!result)
        return fault(std::move(result.error()), *node.operands[0]);
    return std::move(*result);
}

Result<bool> ExpressionEvaluator::truth(const ExpressionNode& node)
{
    const auto value = evaluate(node);
    if (!value)
        return fail(value.error());
    if (const auto* truth = std::get_if<bool>(&*value))
        return *truth;
    return fault("A condition must be true or false, not " + typeName(*value) + ".", node);
}

Result<std::string> ExpressionEvaluator::text(const ExpressionNode& node, std::string_view what)
{
    auto value = evaluate(node);
    if (!value)
        return fail(value.error());
    if (auto* text = std::get_if<std::string>(&*value))
        return std::move(*text);
    return fault(std::string(what) + " must be a string, not " + typeName(*value) + ".", node);
}

tl::unexpected<Error> ExpressionEvaluator::fault(std::string message, const ExpressionNode& node) const
{
    Error error = expressionError(std::move(message), m_text, node.span);
    error.serviceCode = "ExpressionValueEvaluationFailure";
    return fail(std::move(error));
}

} // namespace gatehouse::gateway
