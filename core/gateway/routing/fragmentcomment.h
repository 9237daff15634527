// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/routing/rules.h"

#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::gateway {

/// The body of the comment that opens a fragment of ours.
inline constexpr std::string_view FragmentBanner =
    " gatehouse-routing: written by Gatehouse; rules in order, the first that matches decides ";

/// What Gatehouse keeps in a comment of the fragment.
struct RuleComment
{
    std::string note;
    std::string downgrade;           ///< one that quality does not allow; "" for none
    std::optional<RoutingRule> rule; ///< a rule that is switched off, as a whole
};

/// The body of the comment that goes before the rule's when, "" where it needs none; for a rule that is
/// switched off the comment that stands for it. Never holds "--", which XML forbids, or "{{", which APIM
/// would replace.
[[nodiscard]] std::string ruleComment(const RoutingRule& rule);
/// Nothing when the body of a comment is not of that form.
[[nodiscard]] std::optional<RuleComment> readRuleComment(std::string_view body);

} // namespace gatehouse::gateway
