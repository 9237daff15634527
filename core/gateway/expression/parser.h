// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/gateway/expression/tree.h"

#include <string_view>

namespace gatehouse::gateway {

/// Parses "@( … )" to its tree; see Expression::parse.
[[nodiscard]] Result<ExpressionNodePtr> parseExpressionTree(std::string_view text, int maxDepth);

} // namespace gatehouse::gateway
