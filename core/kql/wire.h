// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kql/engine.h"

#include <optional>
#include <string>

namespace gatehouse::kql {

/// The JSON body of a query answer (contracts §2.2), with PartialError beside the rows where there is one
/// (§2.3). withRender: the "render" member, null when the query has no render operator. statistics: the
/// "statistics" member.
[[nodiscard]] std::string encodeAnswer(const QueryAnswer& answer, bool withRender,
                                       const std::optional<QueryStatistics>& statistics);

/// The body of a 400 (contracts §2.3): BadArgumentError around SyntaxError or SemanticError around the code
/// itself, with line, pos (from 0) and token where the position is known. Other errors are one level deep.
/// query is the text that was asked; the token is cut out of it.
[[nodiscard]] std::string encodeError(const Error& error, std::string_view correlationId,
                                      std::string_view query = {});

} // namespace gatehouse::kql
