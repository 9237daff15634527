// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/kql/lexer/token.h"

#include <vector>

namespace gatehouse::kql {

/// An InvalidInput error with its position. code: "SYN…" or "SEM…".
[[nodiscard]] Error queryError(std::string_view code, std::string message, std::string_view text, Span span);

/// Cuts a query into tokens; comments and white space go. The last token is End.
/// SYN0001 for a byte that no token starts with or a literal that does not end.
[[nodiscard]] Result<std::vector<Token>> tokenize(std::string_view text);

} // namespace gatehouse::kql
