// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/expression/arithmetic.h"
#include "core/gateway/expression/tree.h"

#include <string>
#include <vector>

namespace gatehouse::gateway {

/// One method of a string that is not null. arguments are what its parentheses held, ignoreCase is ASCII's.
/// Length counts UTF-16 units, as C# does.
[[nodiscard]] Computed callStringMethod(StringMethod method, const std::string& text,
                                        const std::vector<ExpressionValue>& arguments, bool ignoreCase);

} // namespace gatehouse::gateway
