// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/expression/expression.h"
#include "core/gateway/routing/rules.h"

#include <optional>
#include <string>

namespace gatehouse::gateway {

/// The policy expression that is true where the rule's conditions hold; "@(true)" for none. The form, one
/// term for each condition in the order of RoutingField, joined by &&:
///   (context.Request.Headers.GetValueOrDefault("x-gh-task", "") == "chat" || … == "drafting")
///   (context.Request.MatchedParameters.GetValueOrDefault("deployment-id", "") == "gpt-4o")
///   context.Variables.GetValueOrDefault<int>("gh-budget-used", 0) > 80
/// A header that is not sent reads as "", a budget that nobody set as 0 %.
[[nodiscard]] std::string conditionText(const RoutingMatch& match);
/// The conditions of an expression of that form, compared as a tree: white space, parentheses, comments and
/// the order of the terms do not matter. Nothing for any other expression.
[[nodiscard]] std::optional<RoutingMatch> matchFromCondition(const Expression& condition);

} // namespace gatehouse::gateway
