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
    /// What {{name}} stands for, empty when there is no such named value.
    std::function<std::optional<std::string>(std::string_view name)> namedValue;
    /// What <base /> stands for, section by section.
    const PolicyProgram* base = nullptr;
};

/// Turns a policy document into statements. What the embedded gateway does not do is a problem with its line,
/// never passed over: README.md beside this file lists what it does. Some elements are known and need
/// nothing: the emit-token-metric policies (the gateway always counts), authentication-managed-identity (the
/// gateway signs in by itself). A section that is not there, and a backend section without an element, are
/// the outer scope's.
[[nodiscard]] tl::expected<PolicyProgram, gateway::PolicyProblem>
compilePolicy(const std::string& text, const PolicySurroundings& around);

/// A fragment by itself, as it is checked before it is stored: its elements may be of any section.
[[nodiscard]] tl::expected<PolicyBlock, gateway::PolicyProblem>
compileFragment(const std::string& text, const PolicySurroundings& around);

} // namespace gatehouse::local
