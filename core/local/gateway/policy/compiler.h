// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/policy/document.h"
#include "core/local/gateway/policy/program.h"

#include <tl/expected.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace gatehouse::local {

/// What a policy document may refer to.
struct PolicySurroundings
{
    std::string scope; ///< names the document: "apis/azure-openai"
    /// The text of a fragment, empty when there is none.
    std::function<std::optional<std::string>(std::string_view fragmentId)> fragment;
    /// What <base /> stands for in the inbound section.
    const PolicyBlock* base = nullptr;
};

/// Turns the inbound section of a policy document into statements and looks at the other sections. What the
/// embedded gateway does not do is a problem with its line, never passed over: README.md beside this file
/// lists what it does. Several elements are known and need nothing: base, forward-request, the
/// emit-token-metric policies (the gateway always counts), authentication-managed-identity (the gateway signs
/// in by itself).
[[nodiscard]] tl::expected<PolicyBlock, gateway::PolicyProblem>
compilePolicy(const std::string& text, const PolicySurroundings& around);

/// A fragment by itself, as it is checked before it is stored.
[[nodiscard]] tl::expected<PolicyBlock, gateway::PolicyProblem>
compileFragment(const std::string& text, const PolicySurroundings& around);

} // namespace gatehouse::local
