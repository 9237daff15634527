// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/expression/expression.h"

#include <string_view>

namespace gatehouse::gateway {

/// One evaluation of a tree in a context. Both must outlive it; text is what the tree's spans point into.
class ExpressionEvaluator
{
public:
    ExpressionEvaluator(const ExpressionContext& context, std::string_view text)
        : m_context(context)
        , m_text(text)
    {}

    [[nodiscard]] Result<ExpressionValue> evaluate(const ExpressionNode& node);

private:
    using Value = Result<ExpressionValue>;

    /// skipped: a "?." met null, so that the rest of its chain of members is null as well.
    [[nodiscard]] Value evaluateMember(const ExpressionNode& node, bool& skipped);
    [[nodiscard]] Value contextValue(const ExpressionNode& node);
    [[nodiscard]] Value entity(const std::optional<ExpressionContext::Entity>& of, bool name,
                               const ExpressionNode& node, std::string_view what) const;
    [[nodiscard]] Value lastError(const ExpressionNode& node) const;
    [[nodiscard]] Value nullMember(const ExpressionNode& node, std::string_view what) const;
    [[nodiscard]] Value named(const ExpressionNode& node);
    [[nodiscard]] Value variable(const ExpressionNode& node, const std::string& name);
    [[nodiscard]] Value fallback(const ExpressionNode& node);
    [[nodiscard]] Value chain(const ExpressionNode& node);
    [[nodiscard]] Value logic(const ExpressionNode& node);
    [[nodiscard]] Value negation(const ExpressionNode& node);
    [[nodiscard]] Value cast(const ExpressionNode& node);
    [[nodiscard]] Value method(const ExpressionNode& node, bool& skipped);
    [[nodiscard]] Value staticMethod(const ExpressionNode& node);
    [[nodiscard]] Result<bool> truth(const ExpressionNode& node);
    [[nodiscard]] Result<std::string> text(const ExpressionNode& node, std::string_view what);
    [[nodiscard]] tl::unexpected<Error> fault(std::string message, const ExpressionNode& node) const;

    const ExpressionContext& m_context;
    std::string_view m_text;
};

} // namespace gatehouse::gateway
