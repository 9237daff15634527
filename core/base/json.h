// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace gatehouse {

using Json = nlohmann::json;

/// The door for JSON documents from outside: depth and size are bounded and no exception leaves it.
/// Never call Json::parse or Json::dump directly (the one overflows the stack, the other throws on bad
/// UTF-8).
[[nodiscard]] Result<Json> parseJson(std::string_view text, std::size_t maxBytes = 16U << 20U,
                                     int maxDepth = 64);

/// Compact text; bytes that are no UTF-8 become U+FFFD. indent < 0 is one line.
[[nodiscard]] std::string dumpJson(const Json& value, int indent = -1);

/// The member as text, or fallback when it is absent or something else.
[[nodiscard]] std::string textAt(const Json& object, std::string_view key, std::string fallback = {});
/// A number, or a string that is wholly a number (Entra and APIM send both); else fallback.
[[nodiscard]] std::int64_t integerAt(const Json& object, std::string_view key, std::int64_t fallback = 0);
[[nodiscard]] bool boolAt(const Json& object, std::string_view key, bool fallback = false);
/// The member, or a null value that lives for ever.
[[nodiscard]] const Json& memberAt(const Json& object, std::string_view key);

} // namespace gatehouse
