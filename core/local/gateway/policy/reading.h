// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/policy/document.h"
#include "core/local/gateway/policy/program.h"

#include <tl/expected.hpp>

#include <initializer_list>
#include <string>
#include <string_view>

namespace gatehouse::local {

using gateway::PolicyElement;
using gateway::PolicyProblem;

[[nodiscard]] tl::unexpected<PolicyProblem> problemAt(const PolicyElement& element, std::string message,
                                                      std::string_view attribute = {});

/// A text as it is written or an expression; a problem where the expression cannot be parsed.
[[nodiscard]] tl::expected<PolicyText, PolicyProblem>
readText(const PolicyElement& element, std::string_view attribute, const std::string& value);
/// The attribute's; a problem where it is missing or empty.
[[nodiscard]] tl::expected<PolicyText, PolicyProblem> requiredText(const PolicyElement& element,
                                                                   std::string_view attribute);
/// The attribute's, empty where there is none.
[[nodiscard]] tl::expected<std::optional<PolicyText>, PolicyProblem>
optionalText(const PolicyElement& element, std::string_view attribute);

/// The problem of the first attribute that is none of these.
[[nodiscard]] tl::expected<void, PolicyProblem> onlyAttributes(const PolicyElement& element,
                                                               std::initializer_list<std::string_view> known);
/// The problem of the first child.
[[nodiscard]] tl::expected<void, PolicyProblem> noChildren(const PolicyElement& element);
/// "true" or "false"; missing where the attribute is not there.
[[nodiscard]] tl::expected<bool, PolicyProblem> readFlag(const PolicyElement& element,
                                                         std::string_view attribute, bool missing);
/// A whole number from least to most.
[[nodiscard]] tl::expected<std::int64_t, PolicyProblem> readNumber(const PolicyElement& element,
                                                                   std::string_view attribute,
                                                                   std::int64_t missing, std::int64_t least,
                                                                   std::int64_t most);

/// White space cut off at both ends.
[[nodiscard]] std::string trimmed(std::string_view text);

} // namespace gatehouse::local
