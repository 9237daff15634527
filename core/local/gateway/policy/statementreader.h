// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/local/gateway/policy/reading.h"

#include <optional>
#include <string_view>

namespace gatehouse::local {

/// Where an element stands. Any: in a fragment that is looked at by itself.
enum class PolicySection { Inbound, Backend, Outbound, OnError, Any };
/// "inbound", "backend", "outbound", "on-error"
[[nodiscard]] std::string_view toString(PolicySection section);
[[nodiscard]] std::optional<PolicySection> policySection(std::string_view name);

using ReadStatement = tl::expected<PolicyStatement, PolicyProblem>;

// Each reads one element that holds no other policies.
[[nodiscard]] ReadStatement readSetVariable(const PolicyElement& element);
[[nodiscard]] ReadStatement readSetBackend(const PolicyElement& element);
[[nodiscard]] ReadStatement readRewriteUri(const PolicyElement& element);
[[nodiscard]] ReadStatement readSetHeader(const PolicyElement& element, PolicySection section);
[[nodiscard]] ReadStatement readReturnResponse(const PolicyElement& element);
[[nodiscard]] ReadStatement readContentSafety(const PolicyElement& element);
[[nodiscard]] ReadStatement readForwardRequest(const PolicyElement& element);
/// Without what stands in it.
[[nodiscard]] tl::expected<Retry, PolicyProblem> readRetry(const PolicyElement& element);

} // namespace gatehouse::local
