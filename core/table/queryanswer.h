// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/table/table.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse {

/// The whole answer to a Log Analytics query. Immutable once made; shared between threads and windows.
struct QueryAnswer
{
    std::vector<Table> tables;
    /// PartialError beside the rows: what is shown is not everything (contracts §2.3).
    std::optional<Error> partial;
    /// The JSON of "render" and "statistics", "" when the service did not send them.
    std::string render;
    std::string statistics;
    /// The Age header: how old the service's cached answer is. Zero when it is fresh.
    std::chrono::seconds age{0};

    /// The first table, or an empty one.
    [[nodiscard]] const Table& primary() const;
};

using QueryAnswerPtr = std::shared_ptr<const QueryAnswer>;

/// Decodes the body of a query answer, status 200, with simdjson on-demand (contracts §2.2).
/// The string is taken so that its capacity can hold simdjson's padding without a second copy.
/// Parse when the bytes are cut or no JSON, Protocol when they are JSON of another shape.
[[nodiscard]] Result<QueryAnswer> decodeQueryAnswer(std::string body);

/// The error of an envelope (contracts §2.3, §9): code and message of the deepest innererror, position if
/// given. status 0 means a PartialError inside a 200.
[[nodiscard]] Error decodeServiceError(std::string_view body, int status);

} // namespace gatehouse
