// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/gateway/expression/contextpaths.h"
#include "core/gateway/expression/lexer.h"
#include "core/gateway/expression/tree.h"

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::gateway {

/// The recursive descent of the expression grammar: operators are in parser.cpp, operands (literals, the
/// context, methods) in operands.cpp. Used once for one text, which must outlive it.
class ExpressionParser
{
public:
    ExpressionParser(std::string_view text, std::vector<ExpressionToken> tokens, int maxDepth)
        : m_text(text)
        , m_tokens(std::move(tokens))
        , m_maxDepth(maxDepth)
    {}

    /// The expression up to the closing parenthesis of @( … ).
    [[nodiscard]] Result<ExpressionNodePtr> whole();

private:
    using Node = Result<ExpressionNodePtr>;

    [[nodiscard]] Node expression();
    [[nodiscard]] Node choice();
    [[nodiscard]] Node coalesce();
    [[nodiscard]] Node binary(std::size_t level);
    [[nodiscard]] Node unary();
    [[nodiscard]] Node negativeNumber(ExpressionSpan from);
    [[nodiscard]] Node castOrOperand();

    [[nodiscard]] Node operand();
    [[nodiscard]] Node primary();
    [[nodiscard]] Node word();
    [[nodiscard]] Node literal(ExpressionValue value);
    [[nodiscard]] Node parentheses();
    [[nodiscard]] Node context();
    [[nodiscard]] Node map(const ContextPath& path, const std::string& name, ExpressionSpan from);
    [[nodiscard]] Node mapMethod(const ContextPath& path, const std::string& name, ExpressionSpan from);
    [[nodiscard]] Node staticMethod();
    [[nodiscard]] Node member(const ExpressionNodePtr& target);
    [[nodiscard]] Node split(ExpressionNode node);
    [[nodiscard]] Result<ExpressionType> typeArgument();
    /// The arguments between parentheses, appended to the node's operands.
    [[nodiscard]] Status arguments(ExpressionNode& node, std::size_t least, std::size_t most,
                                   bool takesComparison = false);
    [[nodiscard]] Status comparison(ExpressionNode& node);

    [[nodiscard]] Node finish(ExpressionNode node, ExpressionSpan from);
    [[nodiscard]] const ExpressionToken& peek(std::size_t ahead = 0) const;
    const ExpressionToken& take();
    [[nodiscard]] Status expect(std::string_view op);
    [[nodiscard]] Error misplaced(const std::string& wanted) const;
    [[nodiscard]] static bool isSupported(const ExpressionToken& token);
    [[nodiscard]] Error error(std::string message, ExpressionSpan span) const;
    [[nodiscard]] Error tooDeep(ExpressionSpan span) const;

    std::string_view m_text;
    std::vector<ExpressionToken> m_tokens;
    int m_maxDepth;
    int m_depth = 0;
    std::size_t m_at = 0;
};

} // namespace gatehouse::gateway
