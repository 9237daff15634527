// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/local/arm/resourcetypes.h"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::local {

// What the validators of all types share. Each adds a detail for what is wrong and says nothing otherwise.

using Details = std::vector<ErrorDetail>;

void complain(Details& details, std::string target, std::string message);

/// The body's properties, made when they are missing.
[[nodiscard]] Json& propertiesOf(Json& body);

/// A text of 1 to maxLength characters (bytes).
void requireText(const Json& properties, const char* name, std::size_t maxLength, Details& details);
void requireOneOf(const Json& properties, const char* name, std::initializer_list<std::string_view> values,
                  Details& details);
/// As requireOneOf, but absent and null are good too.
void allowOneOf(const Json& properties, const char* name, std::initializer_list<std::string_view> values,
                Details& details);
/// true, false, absent or null.
void allowBool(const Json& properties, const char* name, Details& details);

/// "/backends/x" → the full ARM id; a full id stays as it is.
[[nodiscard]] std::string fullId(const std::string& id, const ValidationContext& context);

} // namespace gatehouse::local
