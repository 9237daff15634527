// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/datetime.h"
#include "core/base/result.h"
#include "core/gateway/expression/tree.h"
#include "core/gateway/expression/value.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::gateway {

/// What an expression may ask about the request in hand: APIM's `context` variable (Microsoft Learn, API
/// Management policy expressions). Whoever evaluates fills it; an empty callback knows no name. An absent
/// optional is C#'s null.
struct ExpressionContext
{
    struct Entity
    {
        std::string id;
        std::string name;
    };
    struct LastError
    {
        std::string source;
        std::string reason;
        std::string message;
    };
    using Lookup = std::function<std::optional<std::string>(std::string_view name)>;

    Lookup header; ///< names in any case; several values joined by commas
    Lookup query;
    Lookup matchedParameter;
    std::function<std::optional<ExpressionValue>(std::string_view name)> variable;
    std::string method;
    std::string path;
    std::string ipAddress;
    std::optional<Entity> subscription;
    std::optional<Entity> product;
    std::optional<Entity> user;
    std::optional<std::int32_t> responseStatus; ///< absent before there is a response
    std::optional<LastError> lastError;
    std::string requestId;
    std::string region;
    std::string apiId;
    std::string operationId;
    DateTime utcNow;
};

/// A policy expression of the subset that the embedded gateway knows, parsed once and evaluated for each
/// request. Immutable; any number of threads may evaluate one.
///
/// The subset (README.md beside this file lists it) is C# as APIM takes it in @( … ). Types are checked when
/// it is evaluated. It differs from C# in this: an int or long that overflows is an error instead of wrapping
/// around, letter case is known of ASCII only, text is compared byte by byte (ordinal), and a string may not
/// grow over 1 MiB.
class Expression
{
public:
    static constexpr std::size_t MaxBytes = 16U << 10U;
    static constexpr int MaxDepth = 32; ///< of nesting; a chain of one operator is one level

    /// text is "@( … )", white space around it allowed. InvalidInput with the position of what is wrong or
    /// not supported.
    [[nodiscard]] static Result<Expression> parse(std::string_view text);

    /// InvalidInput with the position in the text, service code ExpressionValueEvaluationFailure as APIM
    /// logs it: a member of null, a division by zero, an overflow, a number that is none, types that do not
    /// fit.
    [[nodiscard]] Result<ExpressionValue> evaluate(const ExpressionContext& context) const;
    /// The same where a condition is wanted: anything but a bool is an error.
    [[nodiscard]] Result<bool> evaluateBool(const ExpressionContext& context) const;

    [[nodiscard]] const ExpressionNode& root() const { return *m_root; }
    [[nodiscard]] const std::string& text() const { return m_text; }

private:
    Expression(std::string text, ExpressionNodePtr root);

    std::string m_text;
    ExpressionNodePtr m_root;
};

/// Whether an attribute's or element's text is an expression at all: it starts with "@(" or "@{" (which is
/// a block of statements and is refused by parse).
[[nodiscard]] bool isExpression(std::string_view text);

} // namespace gatehouse::gateway
