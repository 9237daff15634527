// SPDX-License-Identifier: GPL-3.0-or-later
// The attributes of each limit policy as a table. Internal to core/gateway/policy.
#pragma once

#include "core/gateway/policy/limits.h"

#include <span>

namespace gatehouse::gateway {

enum class AttributeForm {
    Number,
    QuotaSeconds, ///< 0 for ever, or at least 300
    Boolean,
    Period, ///< Hourly … Yearly
    Moment, ///< ISO 8601
    Text,   ///< whatever is not empty
    Header
};

struct AttributeRule
{
    std::string_view name;
    AttributeForm form = AttributeForm::Text;
    bool required = false;
    bool takesExpression = false;
    std::int64_t least = 0;
    std::int64_t most = 0;
};

[[nodiscard]] std::span<const AttributeRule> attributeRules(LimitPolicy kind);
/// Null when the policy has no such attribute.
[[nodiscard]] const AttributeRule* attributeRule(LimitPolicy kind, std::string_view name);
/// What is wrong with the value, as a sentence; "" when nothing is.
[[nodiscard]] std::string complaintAbout(const AttributeRule& rule, const LimitValue& value);

} // namespace gatehouse::gateway
