// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/expression/lexer.h"
#include "core/gateway/expression/value.h"

#include <memory>
#include <vector>

namespace gatehouse::gateway {

enum class ExpressionOperator {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    And,
    Or,
    Add,
    Subtract,
    Multiply,
    Divide
};

/// What of the context is read: first the values, then those that take a name.
enum class ContextItem {
    RequestMethod,
    RequestPath,
    RequestIpAddress,
    SubscriptionId,
    SubscriptionName,
    ProductId,
    ProductName,
    UserId,
    ResponseStatusCode,
    LastErrorSource,
    LastErrorReason,
    LastErrorMessage,
    RequestId,
    DeploymentRegion,
    ApiId,
    OperationId,
    UtcNowTicks, ///< DateTime.UtcNow.Ticks

    HeaderOrDefault,   ///< context.Request.Headers.GetValueOrDefault(name[, default])
    HeaderPresent,     ///< context.Request.Headers.ContainsKey(name)
    QueryOrDefault,    ///< context.Request.Url.Query.GetValueOrDefault(name[, default])
    MatchedParameter,  ///< context.Request.MatchedParameters[name]
    MatchedOrDefault,  ///< context.Request.MatchedParameters.GetValueOrDefault(name[, default])
    Variable,          ///< context.Variables[name]
    VariableOrDefault, ///< context.Variables.GetValueOrDefault<type>(name[, default])
};

enum class ExpressionType { String, Int, Bool };

enum class StringMethod {
    Equals,
    StartsWith,
    EndsWith,
    Contains,
    ToLower,
    ToUpper,
    Trim,
    Length,
    SplitItem, ///< .Split(character)[index]
    Replace,
    ToString,
    IsNullOrEmpty, ///< string.IsNullOrEmpty(x)
    ParseInt       ///< int.Parse(x)
};

struct ExpressionNode;
using ExpressionNodePtr = std::shared_ptr<const ExpressionNode>;

/// One node of a parsed expression. Immutable once the parser has given it away; parentheses leave none.
struct ExpressionNode
{
    enum class Kind {
        Literal,     ///< value
        Context,     ///< item; operands: the name and the default of those that take them
        Chain,       ///< operands joined from left to right by operators, all of one precedence
        Not,         ///< operand 0
        Negate,      ///< operand 0
        Choice,      ///< operand 0 ? 1 : 2
        Coalesce,    ///< the first operand that is not null
        Cast,        ///< operand 0 to type
        StringMethod ///< method of operand 0 with the others as its arguments
    };
    Kind kind = Kind::Literal;
    ExpressionSpan span;
    ExpressionValue value;
    ContextItem item = ContextItem::RequestMethod;
    ExpressionType type = ExpressionType::String; ///< of a Cast and of VariableOrDefault
    StringMethod method = StringMethod::Equals;
    bool conditional = false;   ///< reached by "?.": null gives null instead of an error
    bool parenthesised = false; ///< ends what a "?." inside of it skips
    bool ignoreCase = false;    ///< StringComparison.OrdinalIgnoreCase
    int height = 1;
    std::vector<ExpressionOperator> operators;
    std::vector<ExpressionNodePtr> operands;
};

} // namespace gatehouse::gateway
