// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace gatehouse::gateway {

/// What a policy expression gives: null, bool, int, long, double or string of C#. Strings are UTF-8.
using ExpressionValue = std::variant<std::monostate, bool, std::int32_t, std::int64_t, double, std::string>;

[[nodiscard]] inline bool isNull(const ExpressionValue& value)
{
    return std::holds_alternative<std::monostate>(value);
}

/// The type as C# writes it: "null", "bool", "int", "long", "double", "string".
[[nodiscard]] std::string typeName(const ExpressionValue& value);
/// As ToString() of the invariant culture: "" for null, "True", "1.5", "1E+16".
[[nodiscard]] std::string toText(const ExpressionValue& value);

/// A C# string literal that means exactly this text and is safe in a policy: quotes, backslashes, controls
/// and what XML forbids are escaped, and "{{" never appears, which APIM would read as a named value. Bytes
/// that are no UTF-8 become U+FFFD.
[[nodiscard]] std::string literalText(std::string_view text);
/// The literal as a whole policy expression: @("…").
[[nodiscard]] std::string expressionText(std::string_view text);
/// For an attribute that takes text or an expression: the text itself where APIM would take it literally,
/// else expressionText. XML's own escaping is left to whoever writes the XML.
[[nodiscard]] std::string attributeText(std::string_view text);

} // namespace gatehouse::gateway
