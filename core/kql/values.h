// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/datetime.h"
#include "core/table/table.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::kql {

/// Kusto's readings of text as values, shared by literals and by the to…() functions. Blanks around are
/// ignored.
[[nodiscard]] std::optional<std::int64_t> readLong(std::string_view text); ///< decimal or 0x…
[[nodiscard]] std::optional<double> readReal(std::string_view text); ///< also nan, inf, +inf, -inf, infinity
[[nodiscard]] std::optional<bool> readBool(std::string_view text);   ///< true, false or a whole number
[[nodiscard]] std::optional<std::string> readGuid(std::string_view text); ///< lower case, with hyphens
[[nodiscard]] std::optional<std::string> readDecimal(std::string_view text);
/// ISO 8601 and the other forms of Kusto's documentation (RFC 822, US dates); ticks since year one.
[[nodiscard]] std::optional<std::int64_t> readDateTime(std::string_view text);
/// "1.02:03:04.5", "5m", "1.5h", a bare number of days; ticks.
[[nodiscard]] std::optional<std::int64_t> readTimespan(std::string_view text);

/// tostring() of a real: "1.0", "0.1", "1E+20"; NaN and infinities as "NaN", "inf", "-inf".
[[nodiscard]] std::string realToText(double value);
/// tostring() of a datetime: always seven fraction digits.
[[nodiscard]] std::string dateTimeToText(std::int64_t ticks);
/// The shortest decimal text of a double that has no exponent when it can be avoided.
[[nodiscard]] std::string decimalFromReal(double value);

/// Appends text as a JSON string with its quotes; bytes that are no UTF-8 become U+FFFD.
void appendJsonString(std::string& out, std::string_view text);
/// A double as JSON: "1.0", "0.1"; NaN and infinities as strings.
void appendJsonReal(std::string& out, double value);
[[nodiscard]] std::string jsonReal(double value);
void appendInteger(std::string& out, std::int64_t value);

/// A literal's value as a column of one row; empty when the text does not fit the type. "null" is null.
[[nodiscard]] std::optional<Column> literalValue(ColumnType type, std::string_view text);
/// The JSON of a typed literal inside a dynamic literal, such as datetime(2020-01-01) or 5m; "null" when it
/// does not fit.
[[nodiscard]] std::string jsonOfLiteral(ColumnType type, std::string_view text);
/// Appends the value of a row as JSON (a dynamic as it is).
void appendJsonOf(std::string& out, const Column& column, std::size_t row);

} // namespace gatehouse::kql
