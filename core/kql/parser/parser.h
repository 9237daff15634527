// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/kql/parser/ast.h"

namespace gatehouse::kql {

/// The tree of a query. SYN0002 with the position of the first token that does not fit; nesting is bounded.
[[nodiscard]] Result<SyntaxTree> parse(std::string_view text);

} // namespace gatehouse::kql
