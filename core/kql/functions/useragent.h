// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace gatehouse::kql {

/// Whether the system has the rules (package uap-core) that parse_user_agent() reads.
[[nodiscard]] bool userAgentRulesExist();

} // namespace gatehouse::kql
