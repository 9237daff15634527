// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::kql {

/// One step of a JSONPath: a member or, with an empty key, an element.
struct PathStep
{
    std::string key;
    std::int64_t index = 0;
    bool isIndex = false;
};

/// "$.a.b[0]['c']", the part of JSONPath that Kusto has; the "$" may be missing where the caller says so.
[[nodiscard]] std::optional<std::vector<PathStep>> readJsonPath(std::string_view text);
/// Follows the steps; empty when one leads nowhere. A negative index counts from the end.
[[nodiscard]] std::optional<simdjson::dom::element> follow(simdjson::dom::element value,
                                                           const std::vector<PathStep>& path);

} // namespace gatehouse::kql
