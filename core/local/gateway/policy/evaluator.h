// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/local/gateway/policy/program.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::local {

/// Works out the texts of a policy for one request. The context must outlive it.
class PolicyEvaluator
{
public:
    explicit PolicyEvaluator(const gateway::ExpressionContext& context)
        : m_context(context)
    {}

    [[nodiscard]] Result<gateway::ExpressionValue> value(const PolicyText& text) const;
    [[nodiscard]] Result<std::string> text(const PolicyText& text) const;
    /// A text is true where it says so.
    [[nodiscard]] Result<bool> condition(const PolicyText& text) const;
    /// A whole number from least to most; name says whose, in the error.
    [[nodiscard]] Result<std::int64_t> number(const PolicyText& text, std::string_view name,
                                              std::int64_t least, std::int64_t most) const;
    [[nodiscard]] const gateway::ExpressionContext& context() const { return m_context; }

private:
    const gateway::ExpressionContext& m_context;
};

} // namespace gatehouse::local
